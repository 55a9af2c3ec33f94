from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.events import (
    AnyEvent,
    GraphPlanned,
    ProgramRevised,
    Record,
    SessionFinished,
    SessionResumed,
    SessionStarted,
    StageEntered,
)
from pipeline.graph.durability import Entry
from store.connection import Database
from store.events import EventLog, read_events
from store.results import SqliteResultStore
from store.session_lock import lock_session
from store.sessions import (
    StoredSession,
    find_session,
    last_session,
    list_sessions,
    load_session,
    new_session,
    remove_session,
)


async def tell(database: Database, session: str, *events: AnyEvent, after: int = 0) -> None:
    log = EventLog(database, session)
    for seq, event in enumerate(events, after + 1):
        log.append(Record(seq=seq, at=100.0 + seq, session=session, event=event))
    await log.flush()


def started(prompt: str = "sort a list") -> SessionStarted:
    return SessionStarted(prompt=prompt, options={}, version="1")


async def test_session_follows_its_events(database: Database) -> None:
    await tell(database, "abc", started(), StageEntered(stage="translate"), StageEntered(stage="generate"))
    running = await load_session(database, "abc")
    assert running == StoredSession("abc", "sort a list", 101.0, "generate", None, None, None, 3, 103.0)
    await tell(database, "abc", SessionFinished(outcome="open", summary="2 holes", seconds=3.0), after=3)
    finished = await load_session(database, "abc")
    assert (finished.finished_at, finished.outcome, finished.summary) == (104.0, "open", "2 holes")
    assert not finished.revised
    decided = ProgramRevised(version=1, digest="d", program={}, reason="a person decided", by="person")
    await tell(database, "abc", decided, after=4)
    assert (await load_session(database, "abc")).revised, "its outcome is that of an earlier specification"
    await tell(database, "abc", SessionResumed(version="2"), after=5)
    resumed = await load_session(database, "abc")
    assert (resumed.finished_at, resumed.outcome, resumed.last_seq) == (None, None, 6)
    assert not resumed.revised


async def test_newest_first(database: Database) -> None:
    assert await last_session(database) is None
    for number in range(5):
        log = EventLog(database, f"s{number}")
        log.append(Record(seq=1, at=float(number), session=log.session, event=started(f"prompt {number}")))
        await log.flush()
    assert [each.prompt for each in await list_sessions(database, limit=2, offset=1)] == [
        "prompt 3",
        "prompt 2",
    ]
    last = await last_session(database)
    assert last is not None
    assert last.id == "s4"


async def test_prefixes(database: Database) -> None:
    for session in ("ab12", "ab34", "ab", "cd%_"):
        await tell(database, session, started())
    assert (await find_session(database, "ab1")).id == "ab12"
    assert (await find_session(database, "ab")).id == "ab"
    assert (await find_session(database, "cd%")).id == "cd%_"
    with pytest.raises(UsageError, match="Several sessions begin with 'a': ab, ab12, ab34"):
        await find_session(database, "a")
    for unknown in ("zz", "%", "_b", "AB12"):
        with pytest.raises(UsageError, match="no session"):
            await find_session(database, unknown)
    with pytest.raises(UsageError, match="No session id"):
        await find_session(database, "")


async def test_new_ids_are_unused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = iter(["taken", "taken", "free"])
    monkeypatch.setattr("secrets.token_hex", lambda size: next(ids))
    await tell(database, "taken", started())
    assert await new_session(database) == "free"


async def test_removal_takes_events_and_results_of_that_session_only(database: Database) -> None:
    results = SqliteResultStore(database)
    for session in ("one", "two"):
        await tell(database, session, started(), GraphPlanned(execution=f"run of {session}", nodes=[]))
        await results.commit(f"run of {session}", [Entry("n", "output", b"k", b"v")])
    with lock_session(database.path, "one"), pytest.raises(UsageError, match="worked on"):
        await remove_session(database, "one")
    await remove_session(database, "one")
    assert await read_events(database, "one") == []
    assert await results.load("run of one") == []
    assert len(await read_events(database, "two")) == 2
    assert len(await results.load("run of two")) == 1
    with pytest.raises(UsageError, match="no session"):
        await remove_session(database, "one")
