"""One prompt-to-code session, from prompt to verified code: the state machine.

    Translate → Settle ⇄ Build → Offer → (Settle again, while a person is there) → end

Few steps with cycles, so pydantic-graph drives them (`pipeline.stages`); the parallel work inside `Build` is
a DAG of its own (`pipeline.build`). A person's acts arrive as method calls between steps and leave as events.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Protocol

import msgspec

from pipeline.ahead import Ahead
from pipeline.bus import EventBus
from pipeline.decisions import Decisions
from pipeline.drafts import Drafts
from pipeline.errors import HolotypeError, LimitError
from pipeline.events import Outcome, ProgramValidated, SessionFinished, SessionResumed, SessionStarted
from pipeline.holes.validation import Validation, Validator, clashes
from pipeline.ir import Program
from pipeline.state import SessionRequest, State
from pipeline.summary import summary as said
from pipeline.verify.consistency.program import contradictions
from pipeline.version import VERSION

if TYPE_CHECKING:
    from pipeline.build import Built


class Translated(Protocol):
    """What translation gives: the program, and what could not be read."""

    @property
    def program(self) -> Program: ...

    @property
    def notes(self) -> tuple[str, ...]: ...


class Translator(Protocol):
    """Reads a prompt into a program with holes."""

    async def build(self, prompt: str) -> Translated: ...


class Builder(Protocol):
    """Turns a program into code with evidence, publishing what happens on the way."""

    async def build(
        self, program: Program, drafts: Drafts, request: SessionRequest, bus: EventBus
    ) -> Built: ...

    async def draft(
        self, program: Program, functions: Collection[str], request: SessionRequest, bus: EventBus
    ) -> None:
        """Make and check code for those functions, which hold all that they call; `build` finds it."""

    async def contradictions(self, program: Program) -> Iterable[str]:
        """What no code could satisfy, as only running the program's own clauses tells; one sentence each."""


class NoAnswer(Exception):
    """Why an oracle has no answer, where that is a fault: the session goes on, and tells it."""


class Oracle(Protocol):
    """Answers questions in a person's place.

    The answer to what `call` of `function` should give is a Python literal or `raises KeyError`; None means
    that nobody knows. `alone` says that no other function is asked for. Raises NoAnswer.
    """

    async def __call__(self, function: str, call: str, *, alone: bool = True) -> str | None: ...


class Session(Decisions):
    """Drives one session and takes a person's decisions while it runs.

    `run` returns the outcome once nothing is left to do (or, with a person there, is cancelled when the
    person leaves). All methods belong to one event loop.
    """

    def __init__(
        self,
        state: State,
        bus: EventBus,
        translator: Translator,
        builder: Builder,
        oracle: Oracle | None = None,
    ) -> None:
        super().__init__(state, bus)
        self.translator = translator
        self.builder = builder
        self.oracle = oracle
        self.ahead = Ahead(self)
        self.validator = Validator((contradictions, clashes), (builder.contradictions,))
        self._resumed = state.version > 0 or state.outcome is not None
        bus.subscribe(state.drafts)

    async def run(self) -> Outcome:
        """Go from where the session stands to its end. Raises HolotypeError after having said so."""
        from pipeline.stages import run_stages

        started = time.monotonic()
        outcome: Outcome = "failed"
        summary = "something that should not have happened"
        request = self.state.request
        if self._resumed:
            self.bus.publish(SessionResumed(version=VERSION))
        else:
            options = {k: v for k, v in msgspec.to_builtins(request).items() if k != "prompt"}
            self.bus.publish(SessionStarted(prompt=request.prompt, options=options, version=VERSION))
        try:
            outcome = await run_stages(self)
            summary = said(outcome, self.state.evidence)
        except asyncio.CancelledError:
            outcome = self.state.outcome or "cancelled"
            summary = said(outcome, self.state.evidence)
            raise
        except LimitError as error:
            outcome, summary = "limit", error.message
            raise
        except HolotypeError as error:
            outcome, summary = "failed", error.message
            raise
        finally:
            try:
                await self.ahead.aclose()
            finally:  # however work ahead ended, the end of the session is told
                self.bus.publish(
                    SessionFinished(outcome=outcome, summary=summary, seconds=time.monotonic() - started)
                )
        return outcome

    async def validate(self) -> Validation:
        """Whether the program can hold together: said each time, computed once for each content."""
        validation = await self.validator.validate(self._program())
        self.bus.publish(
            ProgramValidated(
                digest=validation.digest, problems=list(validation.problems), cached=validation.cached
            )
        )
        return validation
