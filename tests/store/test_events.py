from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.bus import EventBus
from pipeline.errors import InfrastructureError
from pipeline.events import (
    AnyEvent,
    CandidateMade,
    NodeFinished,
    Noticed,
    ProgramRevised,
    Record,
    SessionFinished,
    SessionStarted,
    StageEntered,
)
from store.connection import Database, open_database
from store.events import EventLog, read_events, tail_events

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
seconds = st.floats(min_value=0, max_value=1e6)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(text, json_values, max_size=4)
events: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(SessionStarted, prompt=text, options=objects, version=text),
    st.builds(Noticed, level=st.sampled_from(["info", "warning", "error"]), message=text, hint=text),
    st.builds(
        ProgramRevised,
        version=st.integers(1, 99),
        digest=text,
        program=objects,
        reason=text,
        by=st.sampled_from(["person", "model"]),
    ),
    st.builds(
        NodeFinished,
        execution=text,
        node=text,
        status=st.sampled_from(["ok", "failed", "cancelled", "skipped"]),
        run_s=seconds,
        attempts=st.integers(1, 9),
        cached=st.booleans(),
    ),
    st.builds(CandidateMade, candidate=text, function=text, source=text, generator=text, parent=text),
    st.builds(StageEntered, stage=st.sampled_from(["translate", "resolve", "done"]), detail=text),
    st.builds(
        SessionFinished,
        outcome=st.sampled_from(["verified", "open", "failed"]),
        summary=text,
        seconds=seconds,
    ),
)


def note(seq: int, session: str = "s", message: str = "") -> Record:
    return Record(seq=seq, at=float(seq), session=session, event=Noticed(level="info", message=message))


async def take(database: Database, session: str, count: int, after: int = 0) -> list[Record]:
    taken: list[Record] = []
    async with aclosing(tail_events(database, session, after=after, interval=0.002)) as records:
        async for record in records:
            taken.append(record)
            if len(taken) == count:
                break
    return taken


async def test_records_come_back_in_order(database: Database) -> None:
    log = EventLog(database, "s")
    bus = EventBus("s")
    kept: list[Record] = []
    bus.subscribe(kept.append)
    bus.subscribe(log.append)
    bus.publish(SessionStarted(prompt="reverse a string", options={}, version="1"))
    for number in range(2500):
        bus.publish(Noticed(level="info", message=str(number)))
    await log.flush()
    assert await read_events(database, "s") == kept
    assert await read_events(database, "s", after=7, limit=2) == kept[7:9]
    assert await read_events(database, "s", after=1, limit=1200) == kept[1:1201]
    assert await read_events(database, "s", limit=0) == []
    assert await read_events(database, "nobody") == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, min_size=1, max_size=80))
def test_any_events_round_trip(tmp_path_factory: pytest.TempPathFactory, published: list[AnyEvent]) -> None:
    async def round_trip() -> None:
        async with await open_database(tmp_path_factory.mktemp("round") / "h.db") as database:
            log = EventLog(database, "s")
            records = [
                Record(seq=seq, at=seq / 7, session="s", event=event)
                for seq, event in enumerate(published, 1)
            ]
            for record in records:
                log.append(record)
            await log.flush()
            assert await read_events(database, "s") == records

    asyncio.run(round_trip())


async def test_committed_waits_for_that_record(database: Database, path: Path) -> None:
    log = EventLog(database, "s")
    for seq in range(1, 11):
        log.append(note(seq))
    await log.committed(10)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT max(seq) FROM events").fetchone() == (10,)
    other.close()
    with pytest.raises(ValueError, match="record 11"):
        await log.committed(11)


async def test_cancelled_waiter_leaves_the_log_at_work(database: Database) -> None:
    log = EventLog(database, "s")
    log.append(note(1))
    waiter = asyncio.create_task(log.flush())
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    log.append(note(2))
    await log.flush()
    assert [record.seq for record in await read_events(database, "s")] == [1, 2]


async def test_leaving_the_log_writes_what_was_appended(path: Path) -> None:
    async with await open_database(path) as database, EventLog(database, "s") as log:
        for seq in range(1, 2002):
            log.append(note(seq))
    async with await open_database(path, read_only=True) as database:
        assert len(await read_events(database, "s")) == 2001


async def test_text_that_is_no_unicode_is_refused_before_it_is_taken(database: Database) -> None:
    log = EventLog(database, "s")
    with pytest.raises(ValueError, match="surrogate"):
        log.append(note(1, message="\ud800"))
    log.append(note(1, message="\0 and 😀"))
    await log.flush()
    assert await read_events(database, "s") == [note(1, message="\0 and 😀")]


async def test_gap_or_repetition_is_refused_and_harms_no_other_session(database: Database) -> None:
    good, gap = EventLog(database, "good"), EventLog(database, "gap")
    good.append(note(1, "good"))
    gap.append(note(2, "gap"))
    await good.flush()
    with pytest.raises(InfrastructureError, match="does not follow"):
        await gap.flush()
    again = EventLog(database, "good")
    again.append(note(1, "good"))
    with pytest.raises(InfrastructureError, match="does not follow"):
        await again.flush()
    assert await read_events(database, "good") == [note(1, "good")]


async def test_full_disk_keeps_records_until_there_is_room(database: Database) -> None:
    log = EventLog(database, "s")
    log.append(note(1))
    await log.flush()
    ((pages,),) = await database.writer.fetch("PRAGMA page_count")
    await database.writer.fetch(f"PRAGMA max_page_count = {pages + 2}")
    log.append(note(2, message="x" * 100_000))
    log.append(note(3))
    with pytest.raises(InfrastructureError, match="no room left"):
        await log.flush()
    assert log.error is not None
    assert [record.seq for record in await read_events(database, "s")] == [1]
    await database.writer.fetch("PRAGMA max_page_count = 100000")
    await log.flush()
    assert log.error is None
    assert [record.seq for record in await read_events(database, "s")] == [1, 2, 3]


async def test_stored_events_cannot_be_changed(database: Database) -> None:
    log = EventLog(database, "s")
    log.append(note(1))
    await log.flush()
    with pytest.raises(InfrastructureError, match="never change"):
        await database.writer.execute("UPDATE events SET event = '{}'")


async def test_record_in_the_wrong_log_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="session other"):
        EventLog(database, "s").append(note(1, "other"))


async def test_unknown_event_is_reported_not_raised_raw(database: Database, path: Path) -> None:
    log = EventLog(database, "s")
    log.append(note(1))
    await log.flush()
    await database.writer.execute(
        "INSERT INTO events VALUES ('s', 2, 0.0, 'from.later', '{\"type\": \"from.later\"}')"
    )
    with pytest.raises(InfrastructureError, match="Event 2 of session s"):
        await read_events(database, "s")


async def test_tail_gives_the_past_then_what_comes(database: Database, path: Path) -> None:
    log = EventLog(database, "s")
    log.append(note(1))
    log.append(note(2))
    await log.flush()
    async with await open_database(path, read_only=True) as watcher:
        taking = asyncio.create_task(take(watcher, "s", 4, after=1))
        for seq in (3, 4, 5):
            log.append(note(seq))
            await log.flush()
        async with asyncio.timeout(10):
            assert [record.seq for record in await taking] == [2, 3, 4, 5]


async def test_idle_tail_reads_only_the_version(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    log = EventLog(database, "s")
    log.append(note(1))
    await log.flush()
    queries: list[str] = []
    fetch: Callable[..., Any] = database.fetch
    idle = asyncio.Event()

    async def counted(sql: str, parameters: Any = ()) -> Any:
        queries.append(sql)
        if queries.count("PRAGMA data_version") >= 5:
            idle.set()
        return await fetch(sql, parameters)

    monkeypatch.setattr(database, "fetch", counted)
    taking = asyncio.create_task(take(database, "s", 2))
    async with asyncio.timeout(10):
        await idle.wait()
    # Two pages at the start: the one with the record and an empty one.
    assert len([sql for sql in queries if "FROM events" in sql]) == 2
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
