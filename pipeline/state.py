"""What a session is asked to do and where it stands, and how that is rebuilt from its records."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pipeline.drafts import Drafts
from pipeline.errors import UsageError
from pipeline.events import (
    Act,
    CallAsked,
    CodeOffered,
    HoleOpened,
    Outcome,
    ProgramRevised,
    Record,
    SessionFinished,
    SessionStarted,
    StageEntered,
)
from pipeline.history import History
from pipeline.holes.answers import is_question
from pipeline.ir import Hole, Program


class SessionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a session is asked to do.

    `k` candidates are drawn per function in a round; up to `rounds` follow where none passes, or those that
    pass do different things. `answers` maps hole ids (or their last part) to values; `assume` accepts the
    best proposal for the rest; `questions` about inputs are asked at most. `interactive` means that a person
    is there to decide, so the session waits instead of ending.
    """

    prompt: str
    model: str = ""
    k: int = 4
    rounds: int = 5
    seed: int = 0
    assume: bool = False
    answers: dict[str, str] = {}
    questions: int = 0
    interactive: bool = False


@dataclass(slots=True)
class State:
    """Where a session stands. Everything in it can be rebuilt from its events (`restored`).

    `drafts` are those that are still to the point, `built` is the digest of the program that the last offer
    was for, `asked` the calls that a question was asked about, `evidence` what is known of that code.
    """

    request: SessionRequest
    program: Program | None = None
    version: int = 0
    drafts: Drafts = field(default_factory=Drafts)
    built: str = ""
    asked: list[str] = field(default_factory=list)
    outcome: Outcome | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    proceed: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    history: History = field(default_factory=History)

    def revise(self, program: Program, version: int, act: Act = "") -> None:
        """Make `program` the current one. A question that goes with the old one may be asked again."""
        if self.program is not None:
            self.history.record(act, self.program)
            gone = _questions(self.program) - _questions(program)
            back = _questions(program) - _questions(self.program) if act else set()
            self.asked = [call for call in self.asked if call not in gone] + sorted(back)
        if act:
            self.outcome = None
        self.program, self.version = program, version


def _questions(program: Program) -> set[str]:
    """The calls that the program's questions are about."""
    return {hole.probe for hole in program.holes if hole.probe and is_question(hole)}


def restored(records: Sequence[Record]) -> State:
    """The state that a session's records lead to. Raises UsageError when they do not start a session."""
    if not records or not isinstance(records[0].event, SessionStarted):
        raise UsageError("the session has no beginning", "It cannot be resumed; start a new one.")
    started = records[0].event
    state = State(msgspec.convert({"prompt": started.prompt, **started.options}, SessionRequest))
    for record in records:
        state.drafts(record)
        match record.event:
            case ProgramRevised(version=version, program=program, act=act):
                state.revise(Program.model_validate(program), version, act)
            case HoleOpened(hole=hole) if is_question(asked := Hole.model_validate(hole)):
                state.asked.append(asked.probe or "")
                if state.program is not None:  # it is asked of the offer, and waits for an answer
                    state.built, state.proceed = state.program.digest, False
            case CallAsked(call=call):
                state.asked.append(call)
            case CodeOffered(evidence=evidence) if state.program is not None:
                state.evidence = evidence
                state.built, state.proceed = state.program.digest, False
            case SessionFinished(outcome=outcome) if outcome in ("verified", "open", "unverified"):
                state.outcome = outcome
            case StageEntered(stage="generate") if state.program is not None:
                state.proceed = True
                state.drafts.begin(state.program)
            case StageEntered():
                state.drafts.end()
    return state
