"""A person's acts on a session, and what they change: each leaves as events."""

from __future__ import annotations

from typing import Any, Literal

from pipeline.bus import EventBus
from pipeline.errors import UsageError
from pipeline.events import Act, CallAsked, HoleOpened, Noticed, ProgramRevised, StageEntered
from pipeline.history import difference
from pipeline.holes import standing
from pipeline.holes.answers import is_question
from pipeline.holes.clauses import owner, with_function
from pipeline.holes.outcomes import says_unknown
from pipeline.holes.resolution import Change, resolve, retract
from pipeline.ir import Actor, Example, Hole, Program, Provenance
from pipeline.state import State
from pipeline.translate.anew import Anew, newly_asked


class Decisions:
    """Takes decisions on the holes of a session, running or not. All methods belong to one event loop."""

    def __init__(self, state: State, bus: EventBus) -> None:
        self.session_id = bus.session
        self.state = state
        self.bus = bus

    # -- what a person does ---------------------------------------------------------------------------

    def resolve(self, hole: str, value: str, reason: str = "a person decided") -> None:
        """Settle `hole` with the person's `value`. Raises UsageError if it does not fit.

        A question that they cannot answer stays open, and the work goes on.
        """
        if says_unknown(value) and is_question(self.find(hole)):
            self.bus.publish(Noticed(level="info", message=f"{hole} stays open: you cannot say"))
            self.leave_open(self.find(hole))
            self.proceed()
            return
        self.decide(hole, value, Provenance(actor="person"), reason)

    def accept(self, hole: str, reason: str = "a person accepted the proposal") -> None:
        """Settle `hole` with the best proposal that fits. Raises UsageError if there is none."""
        hole = self.find(hole).id
        best = standing.proposal(self._program(), hole)
        if best is None:
            raise UsageError(f"nothing that fits is proposed for {hole}", "Give a value of your own.")
        self.decide(hole, best.value, Provenance(actor="person"), reason)

    def retract(self, hole: str, reason: str = "a person took it back") -> None:
        """Take the decision on `hole` back. Raises UsageError if it is open."""
        program = self._program()
        change = retract(program, hole, Provenance(actor="person"), reason, Anew(program))
        self._revise(change, f"{hole} was taken back", "person")

    def undo(self) -> None:
        """Go back to before the last decision, whoever took it. Raises UsageError when there is none."""
        self._move(self.state.history.before(), "undo", "undone")

    def redo(self) -> None:
        """Take the decision last undone again. Raises UsageError when there is none."""
        self._move(self.state.history.after(), "redo", "redone")

    def proceed(self) -> None:
        """Generate with what is settled, leaving open holes open."""
        self.state.proceed = True
        self.state.changed.set()

    # -- what the stages do ---------------------------------------------------------------------------

    def decide(self, hole: str, value: str, provenance: Provenance, reason: str) -> None:
        """Settle a hole and publish what follows."""
        program = _put_in_question(self._program(), self.find(hole))
        change = resolve(program, hole, value, provenance, reason, Anew(program))
        self._revise(change, f"{hole} was decided", provenance.actor)

    def publish_program(self, program: Program, reason: str, by: Actor, act: Act = "") -> None:
        """Make `program` the current one; `act` where a decision brought it, or took it back."""
        self.state.revise(program, self.state.version + 1, act)
        self.bus.publish(
            ProgramRevised(
                version=self.state.version,
                digest=program.digest,
                program=program.canonical(),
                reason=reason,
                by=by,
                act=act,
            )
        )

    def open_hole(self, hole: Hole, reason: str, by: Actor) -> None:
        """Add a hole to the current program; an example that it offers to choose is no longer settled."""
        program = _put_in_question(self._program(), hole)
        self.publish_program(program.model_copy(update={"holes": (*program.holes, hole)}), reason, by)
        self.publish_holes((hole,))

    def leave_open(self, hole: Hole) -> None:
        """Nobody can answer it: an example of the words that it put in question holds on."""
        program = self._program()
        function = owner(program, hole)
        if function is not None and (back := [each for each in _said(hole) if each not in function.examples]):
            holding = function.model_copy(update={"examples": (*function.examples, *back)})
            program = with_function(program, function.name, holding)
            self.publish_program(program, f"{hole.id} stays open: what the words say holds", "person")

    def publish_holes(self, holes: tuple[Hole, ...]) -> None:
        """Say what is open."""
        for hole in holes:
            self.bus.publish(HoleOpened(hole=hole.model_dump(mode="json")))

    def asked(self, call: str, source: Literal["oracle", "answers"], *, answered: bool) -> None:
        """Keep that the source was asked what `call` gives, so that it is not asked again."""
        self.state.asked.append(call)
        self.bus.publish(CallAsked(call=call, source=source, answered=answered))

    def notice(self, message: str, hint: str = "") -> None:
        """Tell the person something that is no fact of the flow."""
        self.bus.publish(Noticed(level="warning", message=message, hint=hint))

    def enter(self, stage: Any, detail: str = "") -> None:
        """Say which stage begins."""
        self.bus.publish(StageEntered(stage=stage, detail=detail))

    def find(self, name: str) -> Hole:
        """The hole with that id, or the only one whose id ends in `.name`. Raises UsageError."""
        holes = self._program().holes
        found = [hole for hole in holes if hole.id == name] or [
            hole for hole in holes if hole.id.endswith(f".{name}")
        ]
        if len(found) == 1:
            return found[0]
        known = ", ".join(hole.id for hole in holes) or "none"
        raise UsageError(f"there is no single hole `{name}`", f"The holes of this session: {known}")

    def _program(self) -> Program:
        if self.state.program is None:
            raise UsageError("the prompt has not been read yet", "Wait for the holes to appear.")
        return self.state.program

    def _revise(self, change: Change, reason: str, by: Actor) -> None:
        for event in change.events:
            self.bus.publish(event)
        self.publish_holes(newly_asked(self._program(), change.program))
        self.publish_program(change.program, reason, by, "decision")
        self.state.changed.set()

    def _move(self, program: Program, act: Act, told: str) -> None:
        events = list(difference(self._program(), program, "person", told))
        for event in events:
            self.bus.publish(event)
        changed = dict.fromkeys(event.hole for event in events)
        self.publish_program(program, f"{told}: {', '.join(changed)}", "person", act)
        self.state.changed.set()


def _put_in_question(program: Program, hole: Hole) -> Program:
    """The program without the examples of the words that the hole offers to choose."""
    function, said = owner(program, hole), _said(hole)
    if function is None or not said:
        return program
    left = tuple(example for example in function.examples if example not in said)
    return with_function(program, function.name, function.model_copy(update={"examples": left}))


def _said(hole: Hole) -> list[Example]:
    """The examples of the words that are among the hole's candidates."""
    examples = [candidate.example for candidate in hole.candidates if candidate.example is not None]
    return [each for each in examples if each.provenance.actor == "prompt"]
