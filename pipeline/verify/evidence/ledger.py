"""The evidence ledger of offered code: every claim, every clause it rests on, and who made what, in one.

It is read off a session's events and is whole in itself, so that a copy of it beside the code answers
questions about the code without the session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from pipeline.errors import UsageError
from pipeline.events import (
    CandidateMade,
    CodeOffered,
    ModelCalled,
    ProgramRevised,
    Record,
    SessionStarted,
)
from pipeline.ir import Function, Program
from pipeline.syntax import parse_module
from pipeline.verify.evidence.claims import Claim, read_claim
from pipeline.verify.evidence.clauses import Clause, clauses
from pipeline.verify.evidence.source_map import MODULE, SourceMap

FORMAT: Literal["holotype/evidence/1"] = "holotype/evidence/1"


class Made(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one function of the offered module came about.

    `digest` is of the function with all it uses in the module, `parts` of each of these alone. `generator` is
    the way of asking with its version, `parent` the candidate that this one repairs; `prompt_digest` is of
    the request to `model`. `model` is empty where no model was called for it in this session.
    """

    function: str
    signature: str
    lines: tuple[int, int]
    digest: str
    parts: dict[str, str]
    candidate: str = ""
    generator: str = ""
    parent: str = ""
    model: str = ""
    prompt_digest: str = ""


class LeftOpen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question that nobody settled."""

    hole: str
    question: str
    matters: bool


class Ledger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that is known of one offer of code.

    `id` is the session's id and the number of the event that offered it. `model`, `seed` and `k` are what the
    session was asked to use. `settled` is False where too few drafts do what the code does. `files` are the
    files it was exported to, by name, with the SHA-256 of what was written; the first of them is the code.
    """

    format: Literal["holotype/evidence/1"]
    id: str
    session: str
    at: str
    holotype: str
    verified: bool
    prompt: str
    model: str
    seed: int
    k: int
    source: str
    functions: tuple[Made, ...]
    clauses: tuple[Clause, ...]
    claims: tuple[Claim, ...]
    left_open: tuple[LeftOpen, ...] = ()
    settled: bool = True
    files: dict[str, str] = {}

    def made(self, function: str) -> Made | None:
        """How `function` came about; None for a function that was not offered."""
        return next((one for one in self.functions if one.function == function), None)

    def clause(self, clause_id: str) -> Clause | None:
        """The clause of that id."""
        return next((one for one in self.clauses if one.id == clause_id), None)

    def about(self, function: str) -> list[Claim]:
        """The claims about `function`."""
        return [claim for claim in self.claims if claim.function == function]

    def encoded(self) -> bytes:
        """The ledger as readable JSON, as it is exported."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def read_ledger(data: bytes, name: str) -> Ledger:
    """The ledger in a file called `name`. Raises UsageError for anything else."""
    try:
        found = msgspec.json.decode(data)
        if not isinstance(found, dict) or "format" not in found:
            raise UsageError(f"{name} is no evidence that Holotype wrote")
        ledger = msgspec.convert(found, Ledger)
        _check(ledger)
        return ledger
    except (msgspec.DecodeError, ValueError, MemoryError, RecursionError) as error:
        raise UsageError(
            f"the evidence in {name} cannot be read: {error}",
            "If another version of Holotype wrote it, write it again: holotype evidence ID --out FILE",
        ) from error


def _check(ledger: Ledger) -> None:
    """Raises ValueError where the parts of a ledger do not go together."""
    if any(name in ("", "..") or "\0" in name or Path(name).name != name for name in ledger.files):
        raise ValueError("its files are not beside it")
    tree, line = parse_module(ledger.source)
    if tree is None:
        raise ValueError(f"its code is not Python (line {line})")
    where = SourceMap(ledger.source)
    if gone := [made.function for made in ledger.functions if made.function not in where]:
        raise ValueError(f"its code does not define {', '.join(gone)}")


def ledger_of(records: Sequence[Record], offer: int | None = None) -> Ledger:
    """The ledger of the offer with that number (None: the last one). Raises UsageError when there is none."""
    offers = [record for record in records if isinstance(record.event, CodeOffered)]
    if offer is not None:
        offers = [record for record in offers if record.seq == offer]
    if not offers:
        session = records[0].session if records else ""
        raise UsageError(
            f"session {session} offered no code" + (f" in its event {offer}" if offer is not None else ""),
            "See what became of it with: holotype sessions",
        )
    record = offers[-1]
    past = _past(records, record.seq)
    event = record.event
    assert isinstance(event, CodeOffered)
    return Ledger(
        format=FORMAT,
        id=f"{record.session}.{record.seq}",
        session=record.session,
        at=datetime.fromtimestamp(record.at, UTC).isoformat(timespec="seconds"),
        holotype=past.started.version,
        verified=event.verified,
        prompt=past.started.prompt,
        model=str(past.started.options.get("model", "")),
        seed=int(past.started.options.get("seed", 0)),
        k=int(past.started.options.get("k", 0)),
        source=event.source,
        functions=tuple(_functions(event, past)),
        clauses=_clauses_of(past.program),
        claims=tuple(map(read_claim, event.evidence)),
        left_open=tuple(
            LeftOpen(hole=hole.id, question=hole.question, matters=hole.matters)
            for hole in past.program.open_holes
        ),
        settled=event.settled,
    )


@dataclass(slots=True)
class _Past:
    """What had happened by the time of an offer."""

    started: SessionStarted
    program: Program
    made: dict[str, CandidateMade] = field(default_factory=dict)
    calls: list[ModelCalled] = field(default_factory=list)


def _past(records: Iterable[Record], until: int) -> _Past:
    started: SessionStarted | None = None
    program: dict[str, Any] | None = None
    made: dict[str, CandidateMade] = {}
    calls: list[ModelCalled] = []
    for record in records:
        if record.seq > until:
            break
        match record.event:
            case SessionStarted() as event:
                started = event
            case ProgramRevised(program=content):
                program = content
            case CandidateMade() as event:
                made[event.candidate] = event
            case ModelCalled() as event:
                calls.append(event)
    if started is None or program is None:
        raise UsageError("the session has no beginning", "Its events are not all there.")
    return _Past(started, Program.model_validate(program), made, calls)


def _functions(event: CodeOffered, past: _Past) -> Iterable[Made]:
    if not event.source:
        return
    where = SourceMap(event.source)
    for function in past.program.functions:
        if function.name in where:
            yield _made(function, where, past, event.candidates.get(function.name, ""))


def _made(function: Function, where: SourceMap, past: _Past, candidate: str) -> Made:
    event = past.made.get(candidate)
    call = _call_for(event, past.calls) if event is not None else None
    part = where.part(function.name)
    return Made(
        function=function.name,
        signature=str(function.signature),
        lines=(part.first, part.last),
        digest=where.digest(function.name),
        parts=where.reached(function.name),
        candidate=candidate,
        generator=event.generator if event is not None else "",
        parent=event.parent if event is not None else "",
        model=call.provider if call is not None else "",
        prompt_digest=call.prompt_digest if call is not None else "",
    )


def _call_for(made: CandidateMade, calls: Sequence[ModelCalled]) -> ModelCalled | None:
    """The model call that a candidate was read from: the last of its round, else of its way of asking."""
    round_name = made.candidate.rpartition(".")[0]
    asked = [call for call in calls if call.purpose == made.generator]
    of_round = [call for call in asked if call.node.partition(":")[2] == round_name]
    found = of_round or asked
    return found[-1] if found else None


# -- what is stale ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asks for, and the ids of the holes that it leaves open."""

    clauses: tuple[Clause, ...]
    open: frozenset[str] = frozenset()

    @property
    def digests(self) -> frozenset[str]:
        """The digests of the clauses."""
        return frozenset(clause.digest for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class Now:
    """What evidence is compared with: the module, what is asked for, and versions. None: not looked at."""

    code: SourceMap | None = None
    asked: Asked | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


def stale(claim: Claim, ledger: Ledger, now: Now) -> list[str]:
    """Why the claim no longer counts, one reason each; empty while it does."""
    reasons: list[str] = []
    if now.code is not None and claim.code:
        reasons += changed(claim.function, ledger, now.code)
    if now.asked is not None and claim.clause_digest and claim.clause_digest not in now.asked.digests:
        reasons.append(f"{claim.clause} is no longer what is asked for")
    reasons += [
        f"{hole.hole} is settled by now"
        for hole in ledger.left_open
        if claim.strength == "open" and claim.text.startswith(hole.question) and not _open(hole, now)
    ]
    for tool, version in claim.versions.items():
        here = now.versions.get(tool, version)
        if here != version:
            shown = f"{version[:12]}, here it is {here[:12] or 'none'}" if here else f"{version}, not here"
            reasons.append(f"it rests on {tool} {shown}")
    return reasons


def changed(function: str, ledger: Ledger, code: SourceMap) -> list[str]:
    """What of a function differs in `code` from what was offered, in words."""
    made = ledger.made(function)
    if made is None or code.digest(function) == made.digest:
        return []
    if function not in code:
        return [f"`{function}` is no longer there"]
    parts = code.reached(function)
    differing = [name for name, digest in parts.items() if made.parts.get(name) != digest]
    differing += [name for name in made.parts if name not in parts and name not in code]
    return [_said_changed(name, function) for name in differing] or [f"`{function}` has changed"]


def _said_changed(name: str, function: str) -> str:
    if name == MODULE:
        return "what the module runs when it is loaded has changed"
    return f"`{name}` has changed" if name == function else f"`{name}`, which `{function}` uses, has changed"


def never_checked(ledger: Ledger, now: Now) -> list[Clause]:
    """What is asked for now and was not when the code was offered: the code may do otherwise."""
    if now.asked is None:
        return []
    held = {(clause.function, clause.digest) for clause in ledger.clauses}
    return [clause for clause in now.asked.clauses if (clause.function, clause.digest) not in held]


def still_open(ledger: Ledger, now: Now) -> list[LeftOpen]:
    """What the offer left open and nobody has settled since."""
    return [hole for hole in ledger.left_open if _open(hole, now)]


def _open(hole: LeftOpen, now: Now) -> bool:
    return now.asked is None or hole.hole in now.asked.open


def asked_by(program: Program) -> Asked:
    """All that `program` asks for."""
    return Asked(_clauses_of(program), frozenset(hole.id for hole in program.open_holes))


def _clauses_of(program: Program) -> tuple[Clause, ...]:
    return tuple(clause for function in program.functions for clause in clauses(program, function))
