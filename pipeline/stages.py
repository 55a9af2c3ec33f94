"""The steps of a session, as nodes of a pydantic-graph: few, with cycles for a person's decisions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import anyio
from pydantic_graph import BaseNode, End, Graph, GraphBuilder, GraphRunContext

from pipeline.calls import answer_call
from pipeline.decisions import Decisions
from pipeline.errors import UsageError
from pipeline.events import CodeOffered, Outcome
from pipeline.holes import standing
from pipeline.holes.answers import ANY, open_probe, settling
from pipeline.holes.following import blockers, forced
from pipeline.ir import Hole, Program, Provenance
from pipeline.session import NoAnswer, Oracle, Session
from pipeline.verify.consistency.program import doubts
from pipeline.verify.questions.asking import next_question, question_hole
from pipeline.verify.questions.questions import Question

if TYPE_CHECKING:
    from pipeline.build import Built

Context = GraphRunContext[Session, None]


@dataclass
class Begin(BaseNode[Session, None, Outcome]):
    """Finds out where the session stands: at its beginning, or somewhere a resumed one had come to."""

    async def run(self, ctx: Context) -> Translate | Settle:
        return Translate() if ctx.state.state.program is None else Settle()


@dataclass
class Translate(BaseNode[Session, None, Outcome]):
    """Reads the prompt: what it states, what it leaves open."""

    async def run(self, ctx: Context) -> Settle:
        session = ctx.state
        session.enter("translate")
        translation = await session.translator.build(session.state.request.prompt)
        session.publish_program(translation.program, "read from the prompt", "prompt")
        session.publish_holes(translation.program.holes)
        for note in (*translation.notes, *doubts(translation.program)):
            session.notice(note)
        return Settle()


@dataclass
class Settle(BaseNode[Session, None, Outcome]):
    """Gets decisions: from the answers given, by assumption, or from the person who is there.

    `told` are the problems that the person has been told of.
    """

    told: frozenset[str] = frozenset()

    async def run(self, ctx: Context) -> Settle | Build | End[Outcome]:
        session = ctx.state
        session.enter("resolve")
        state = session.state
        if state.built == "":
            _answer(session)
        told = self.told
        if state.request.interactive:
            told = await _told_problems(session, told)
            await _decisions(session)
        told = await _told_problems(session, told)
        program = _current(session)
        if program.functions and not told:
            return Build()
        if not program.functions:
            session.notice(
                "there is no function to write in this prompt",
                "Say what goes in and what comes out: a function that takes ... and returns ...",
            )
        if not state.request.interactive:
            return End("unverified" if told else "open")
        state.built = program.digest
        state.proceed = False
        return Settle(told)


@dataclass
class Build(BaseNode[Session, None, Outcome]):
    """Generates and verifies; a decision made meanwhile begins it anew, with what is still good cached."""

    async def run(self, ctx: Context) -> Settle | Offer:
        session = ctx.state
        state = session.state
        state.changed.clear()
        session.enter("generate")
        program = _current(session)
        state.drafts.begin(program)
        building = asyncio.ensure_future(
            session.builder.build(program, state.drafts, state.request, session.bus)
        )
        changing = asyncio.ensure_future(state.changed.wait())
        try:
            await asyncio.wait((building, changing), return_when=asyncio.FIRST_COMPLETED)
            if building.done():
                return Offer(building.result())
        finally:
            await _ended(building, changing)
            state.drafts.end()
            await session.ahead.aclose()
        state.proceed = True
        return Settle()


@dataclass
class Offer(BaseNode[Session, None, Outcome]):
    """Shows the code with its evidence and says what that amounts to."""

    built: Built

    async def run(self, ctx: Context) -> Settle | Ask | Consult | End[Outcome]:
        session = ctx.state
        state = session.state
        _adopt(session, self.built)
        state.evidence = self.built.evidence
        session.bus.publish(
            CodeOffered(
                source=self.built.source,
                candidates=dict(self.built.candidates),
                verified=self.built.verified,
                settled=self.built.settled,
                evidence=self.built.evidence,
            )
        )
        left = [hole for hole in _current(session).open_holes if hole.matters]
        unsaid = left or not self.built.settled
        state.outcome = "unverified" if not self.built.verified else "open" if unsaid else "verified"
        if len(state.asked) < state.request.questions:
            question = next_question(_current(session), self.built.questions, state.asked)
            hole = open_probe(_current(session), state.asked) if session.oracle is not None else None
            if question is not None and (hole is None or question.split):
                return Ask(question)
            if hole is not None:
                return Consult(hole)
        state.built = _current(session).digest
        state.proceed = False
        session.enter("done", state.outcome)
        return Settle() if state.request.interactive else End(state.outcome)


@dataclass
class Ask(BaseNode[Session, None, Outcome]):
    """Asks what an input should give that nothing settles: the person, as a hole, or the oracle."""

    question: Question

    async def run(self, ctx: Context) -> Settle | Build | End[Outcome]:
        session = ctx.state
        state = session.state
        state.asked.append(self.question.call)
        hole = question_hole(_current(session), self.question)
        session.open_hole(hole, self.question.why, "search")
        if session.oracle is not None:
            answer = await _consulted(session, session.oracle, hole.target, self.question.call)
            if answer is not None:
                _answered(session, hole, answer)
            else:
                session.leave_open(hole)
            return Build()
        state.built = _current(session).digest
        state.proceed = False
        session.enter("done", state.outcome or "")
        return Settle() if state.request.interactive else End(state.outcome or "open")


@dataclass
class Consult(BaseNode[Session, None, Outcome]):
    """Asks the oracle what the words leave open, by the call that shows it; a person sees the hole itself."""

    hole: Hole

    async def run(self, ctx: Context) -> Build:
        session = ctx.state
        assert session.oracle is not None, "there is somebody to ask"
        call = self.hole.probe or ""
        answer = await _consulted(session, session.oracle, self.hole.target, call)
        if answer == ANY:  # which leaves what the words leave open as it is
            answer = None
        session.asked(call, "oracle", answered=answer is not None)
        if answer is not None:
            _answered(session, self.hole, settling(self.hole, answer))
        return Build()


async def _consulted(session: Session, oracle: Oracle, function: str, call: str) -> str | None:
    """What the oracle answers; None where it has no answer, and if that is a fault, it is told."""
    try:
        return await oracle(function, call, alone=len(_current(session).functions) == 1)
    except NoAnswer as error:
        session.notice(str(error), "Mend it, or name another one: holotype resume --oracle MODULE:FUNCTION")
        return None


def _answered(session: Session, hole: Hole, answer: str) -> None:
    """Take the oracle's answer; one that cannot be meant leaves the question open, and is told."""
    try:
        session.decide(hole.id, answer, Provenance(actor="person", source="oracle"), "the oracle answered")
    except UsageError as error:
        session.notice(f"{hole.id} stays open: the answer {answer} does not fit: {error.message}", error.hint)


async def run_stages(session: Session) -> Outcome:
    """Go through the steps from where the session stands to its end."""
    outcome: Outcome = await _machine().run(state=session, inputs=Begin())
    return outcome


@cache
def _machine() -> Graph:
    builder = GraphBuilder(name="session", state_type=Session)
    builder.add(
        *(builder.node(step) for step in (Begin, Translate, Settle, Build, Offer, Ask, Consult)),
        builder.edge_from(builder.start_node).to(Begin),
    )
    return builder.build()


def _current(session: Decisions) -> Program:
    assert session.state.program is not None, "a session past translation has a program"
    return session.state.program


def _answer(session: Session) -> None:
    """Carry out the answers that came with the request, then assume the rest if that was asked for."""
    request = session.state.request
    given: dict[str, tuple[str, str]] = {}
    for name, value in request.answers.items():
        hole = answer_call(session, name, value) if "(" in name else session.find(name)
        if hole is None:
            continue
        meant = settling(hole, value)
        first, before = given.setdefault(hole.id, (name, meant))
        if before != meant:
            said = f"`{first}` is {request.answers[first]}, `{name}` is {value}"
            raise UsageError(
                f"the answers contradict each other: {said}", f"Both settle {hole.id}: leave one out."
            )
        if "(" not in name and (hole.open or forced(hole)):
            session.decide(
                hole.id, value, Provenance(actor="person", source="answers"), "answered beforehand"
            )
    if request.assume:
        assume(session)


def assume(session: Decisions) -> None:
    """Take the best proposal for each open hole; what is decided may change what else is asked."""
    tried: set[str] = set()
    while hole := next((each for each in _current(session).open_holes if each.id not in tried), None):
        tried.add(hole.id)
        best = standing.proposal(_current(session), hole.id)
        if best is None or blockers(_current(session), hole):
            continue
        provenance = Provenance(
            actor=best.provenance.actor,
            source=best.provenance.source,
            confidence=best.confidence,
            assumed=True,
        )
        session.decide(hole.id, best.value, provenance, "assumed: the best proposal")


async def _told_problems(session: Session, told: frozenset[str]) -> frozenset[str]:
    """What nothing can satisfy of the program as it is; what is not `told` yet is told."""
    problems = (await session.validate()).problems
    for problem in problems:
        if problem not in told:
            session.notice(f"nothing can satisfy this: {problem}", "Change the words, or a decision.")
    return frozenset(problems)


async def _decisions(session: Session) -> None:
    """Wait until the person says go on, or there is something new: at first, once nothing that matters is
    open; after an offer, with every decision. Meanwhile what is settled at first is worked on already."""
    state = session.state
    while not state.proceed:
        program = _current(session)
        changed = program.digest != state.built
        if changed and (state.built or not any(hole.matters for hole in program.open_holes)):
            return
        state.changed.clear()
        if not state.built:
            await session.ahead.look(program)
        await state.changed.wait()


def _adopt(session: Session, built: Built) -> None:
    """Take the examples that the candidates' agreement confirmed into the program, as assumed ones."""
    if not built.adopted:
        return
    program = _current(session)
    functions = tuple(
        function.model_copy(update={"examples": (*function.examples, *built.adopted[function.name])})
        if function.name in built.adopted
        else function
        for function in program.functions
    )
    session.publish_program(
        program.model_copy(update={"functions": functions}), "examples that most candidates confirm", "model"
    )


async def _ended(*tasks: asyncio.Future[Any]) -> None:
    """Cancel what still runs, and wait until it has stopped, even if this step is being cancelled itself."""
    for task in tasks:
        task.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.gather(*tasks, return_exceptions=True)
