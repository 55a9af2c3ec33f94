from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.events import (
    AnyEvent,
    CandidateChecked,
    CandidateDropped,
    CandidateMade,
    ProgramRevised,
    Record,
)
from store.connection import Database
from store.events import EventLog
from store.programs import list_candidates, list_verdicts, load_program, program_versions


@pytest.fixture
async def session(database: Database) -> str:
    log = EventLog(database, "s")
    events: list[AnyEvent] = [
        ProgramRevised(version=1, digest="d1", program={"functions": []}, reason="prompt", by="prompt"),
        ProgramRevised(version=2, digest="d2", program={"functions": ["é\n"]}, reason="hole h1", by="person"),
        CandidateMade(candidate="c1", function="f", source="def f(): ...", generator="model"),
        CandidateMade(candidate="c2", function="g", source="def g(): ...", generator="search", parent="c1"),
        CandidateDropped(candidate="c2", reason="duplicate of c1"),
        CandidateChecked(candidate="c1", check="parse", passed=True, tier="static", tool="ast"),
        CandidateChecked(
            candidate="c1",
            check="examples",
            passed=False,
            tier="verdict",
            tool="cpython",
            counterexample="f([])",
            ran=3,
            seconds=0.25,
        ),
    ]
    for seq, event in enumerate(events, 1):
        log.append(Record(seq=seq, at=float(seq), session="s", event=event))
    await log.flush()
    return "s"


async def test_programs(database: Database, session: str) -> None:
    versions = await program_versions(database, session)
    assert [(v.version, v.digest, v.by, v.seq) for v in versions] == [
        (1, "d1", "prompt", 1),
        (2, "d2", "person", 2),
    ]
    assert await load_program(database, session) == {"functions": ["é\n"]}
    assert await load_program(database, session, 1) == {"functions": []}
    with pytest.raises(UsageError, match="version 3"):
        await load_program(database, session, 3)
    with pytest.raises(UsageError, match="no program"):
        await load_program(database, "nobody")


async def test_candidates(database: Database, session: str) -> None:
    one, two = await list_candidates(database, session)
    assert (one.candidate, one.function, one.source, one.dropped) == ("c1", "f", "def f(): ...", "")
    assert (two.parent, two.dropped) == ("c1", "duplicate of c1")
    assert await list_candidates(database, session, "g") == [two]


async def test_verdicts(database: Database, session: str) -> None:
    parse, examples = await list_verdicts(database, session)
    assert (parse.check, parse.passed, parse.ran) == ("parse", True, 0)
    assert examples.passed is False
    assert (examples.counterexample, examples.ran, examples.seconds) == ("f([])", 3, 0.25)
    assert await list_verdicts(database, session, "c2") == []
