"""A session without a screen: events as JSON lines, or the code and a summary of its evidence."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from console.engine_settings import EngineSettings
from console.interrupts import interruptible
from console.streams import give_up_output
from console.summary import Summary
from console.wiring import LocalEngine, LocalSession
from pipeline.errors import Exit, InfrastructureError
from pipeline.events import Outcome, Record, encode_record
from pipeline.session import Oracle
from pipeline.state import SessionRequest

EXITS: Mapping[Outcome, Exit] = {
    "verified": Exit.VERIFIED,
    "unverified": Exit.UNVERIFIED,
    "open": Exit.UNVERIFIED,
    "limit": Exit.LIMIT,
    "failed": Exit.INFRASTRUCTURE,
    "cancelled": Exit.INTERRUPTED,
}


@dataclass(frozen=True, slots=True)
class Output:
    """What is printed: events as JSON lines, the plan, or else code and evidence.

    `file` gets the code, and beside it stand its evidence and tests, unless `bare`; `force` replaces whatever
    is there.
    """

    json: bool = False
    plan: Literal["text", "json", "mermaid"] | None = None
    file: Path | None = None
    bare: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands in for a person: answers by hole, assumption, and an oracle for at most `questions`."""

    answers: Mapping[str, str]
    assume: bool
    oracle: Oracle | None = None
    questions: int = 0


class JsonLines:
    """Prints every record as a line of JSON, as long as standard output takes them: the session goes on."""

    def __init__(self) -> None:
        self._trouble: OSError | None = None

    def follow(self, record: Record) -> None:
        """Print one record."""
        if self._trouble is not None:
            return
        try:
            sys.stdout.buffer.write(encode_record(record) + b"\n")
            sys.stdout.buffer.flush()
        except OSError as error:
            self._trouble = error
            give_up_output()

    def stop(self) -> None:
        """Nothing is under way between two records."""

    def show(self) -> None:
        """Say that records are missing; a reader that is gone has seen what it wanted. Raises OSError."""
        if self._trouble is not None and not isinstance(self._trouble, BrokenPipeError):
            raise self._trouble


async def run_headless(prompt: str, settings: EngineSettings, output: Output, decided: Decided) -> int:
    """Do the job and return the exit code. Raises HolotypeError; what there is by then has been printed."""
    import msgspec

    engine = LocalEngine(settings)
    request = msgspec.structs.replace(
        engine.request(prompt, interactive=False),
        answers=dict(decided.answers),
        assume=decided.assume,
        questions=decided.questions,
    )
    summary = Summary()
    try:
        if output.plan:
            return await _show_plan(engine, request, output.plan)
        shown = JsonLines() if output.json else summary
        session = await engine.start(request, shown.follow, decided.oracle)
        return await _finish(engine, session, shown, output)
    finally:
        await engine.aclose()


async def resume_headless(
    session_id: str | None, settings: EngineSettings, output: Output, oracle: Oracle | None = None
) -> int:
    """Go on with a stored session and return the exit code. Raises HolotypeError."""
    engine = LocalEngine(settings)
    summary = Summary()
    try:
        shown = JsonLines() if output.json else summary
        records, session = await engine.resume(session_id, shown.follow, oracle, interactive=False)
        summary.view.replay(records)
        return await _finish(engine, session, shown, output)
    finally:
        await engine.aclose()


async def _finish(
    engine: LocalEngine, session: LocalSession, shown: Summary | JsonLines, output: Output
) -> int:
    """Run the session to its end; write and show what there is, however it ended."""
    try:
        return int(EXITS[await interruptible(session.run(), "cancelled")])
    finally:
        shown.stop()
        await session.aclose()
        try:
            if output.file is not None:
                await _export(engine, session.bus.session, output.file, output)
        finally:  # last: whoever reads standard output may be gone, or have no room
            _show(shown)


def _show(shown: Summary | JsonLines) -> None:
    """Show what is left to show. Raises InfrastructureError where standard output cannot take it."""
    try:
        shown.show()
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except UnicodeEncodeError as error:
        raise InfrastructureError(
            f"standard output cannot take {error.object[error.start]!a}: it is {error.encoding}",
            "Set PYTHONIOENCODING=utf-8, or write the code with --out FILE.",
        ) from error
    except OSError as error:
        give_up_output()
        raise InfrastructureError(f"standard output cannot be written: {error.strerror}") from error


async def _show_plan(engine: LocalEngine, request: SessionRequest, form: str) -> int:
    """Print the graph that would run, without running it."""
    from pipeline.graph import export

    program, graph = await engine.plan(request)
    if form == "text":
        for hole in program.open_holes:
            print(f"open: {hole.id}: {hole.question}")
        print(export.to_plan(graph), end="")
    else:
        print(export.to_json(graph) if form == "json" else export.to_mermaid(graph).rstrip())
    return int(Exit.VERIFIED)


async def _export(engine: LocalEngine, session: str, path: Path, output: Output) -> None:
    """Write what was offered last, if there is any code; say which files there are now."""
    from pipeline.events import CodeOffered
    from pipeline.export.companions import export
    from pipeline.export.keys import warning
    from pipeline.verify.evidence.ledger import ledger_of
    from store.events import read_events

    records = await read_events(await engine.database(), session)
    if not any(isinstance(record.event, CodeOffered) and record.event.source for record in records):
        return
    ledger = await asyncio.to_thread(ledger_of, records)
    written = await asyncio.to_thread(export, ledger, path, bare=output.bare, force=output.force)
    print(f"wrote {', '.join(map(str, written))}", file=sys.stderr)
    if warned := await asyncio.to_thread(warning, ledger, written):
        print(f"warning: {warned}", file=sys.stderr)
