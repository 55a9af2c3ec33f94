"""The drafts of a session that are still to the point: an answer sorts them out and costs none of them.

A draft stays in play as long as the program says all that it said when the draft was asked for. So a build
that follows an answer begins with everything written so far, and asks a model only where nothing is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from pipeline.events import CandidateDropped, CandidateMade, Record
from pipeline.generate.ways import RIVALS, Round
from pipeline.holes.answers import is_question
from pipeline.ir import Program


class Draft(msgspec.Struct, frozen=True):
    """Code for `function` from an earlier build; `votes` counts how often a model wrote it.

    `heard` is how many answers of a person it was asked for with: meeting those says little for it.
    """

    candidate: str
    function: str
    source: str
    generator: str
    votes: int
    heard: int

    def plain(self) -> dict[str, Any]:
        """The draft as JSON-able data."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        return data


@dataclass(slots=True)
class Drafts:
    """What was drafted so far, folded from a session's records between `begin` and `end` of a build.

    `basis` is the program that first drafts are asked for with: as before, while the current one only says
    more. `recalled` are the drafts of earlier builds that the current one begins with.
    """

    basis: Program | None = None
    recalled: tuple[Draft, ...] = ()
    _made: dict[str, tuple[Program, Draft]] = field(default_factory=dict)
    _building: Program | None = None
    _last: str = ""

    def begin(self, program: Program) -> Program:
        """A build of `program` begins, or goes on; returns what first drafts are asked for with."""
        if program.digest != self._last:
            self._made = {name: made for name, made in self._made.items() if refines(program, made[0])}
            self.recalled = tuple(draft for _, draft in self._made.values())
        if self.basis is None or not refines(program, self.basis):
            self.basis = program
        self._building, self._last = program, program.digest
        return self.basis

    def end(self) -> None:
        """The build is over; what is drafted from now on is drafted ahead, and found again by other means."""
        self._building = None

    def __call__(self, record: Record) -> None:
        """Take a record into account."""
        if self._building is None:
            return
        match record.event:
            case CandidateMade(candidate=name, function=function, source=source, generator=generator):
                asked = self._asked(name)
                draft = Draft(
                    name, function, source, generator, int(generator not in RIVALS), answers(asked, function)
                )
                self._made[name] = asked, draft
            case CandidateDropped(same_as=name, generator=generator) if name in self._made:
                asked, draft = self._made[name]
                self._made[name] = (
                    asked,
                    msgspec.structs.replace(draft, votes=draft.votes + (generator not in RIVALS)),
                )
            case _:
                return

    def _asked(self, candidate: str) -> Program:
        """The program that a candidate made now was asked for with."""
        assert self._building is not None, "drafts are only noted during a build"
        first = Round.of(candidate).number == 0
        return self.basis if first and self.basis is not None else self._building


def answers(program: Program, function: str) -> int:
    """How many examples of `function` a person has given by answering."""
    return sum(example.provenance.actor == "person" for example in program.function(function).examples)


def _in_question(program: Program, function: str) -> set[str]:
    """The examples that a question about `function` has put, or had put, in question."""
    holes = [hole for hole in program.holes if hole.target == function and is_question(hole)]
    return {str(candidate.example) for hole in holes for candidate in hole.candidates if candidate.example}


def refines(program: Program, drafted: Program) -> bool:
    """Whether `program` says all that `drafted` says, so that drafts made for that are still to the point."""
    if [function.name for function in program.functions] != [function.name for function in drafted.functions]:
        return False
    for new, old in zip(program.functions, drafted.functions, strict=True):
        said = [(each.intent.text, each.intent.words) for each in (new, old)]
        if str(new.signature) != str(old.signature) or said[0] != said[1]:
            return False
        if not set(map(str, old.examples)) <= {*map(str, new.examples), *_in_question(program, new.name)}:
            return False
        if not {decision.text for decision in old.decisions} <= {decision.text for decision in new.decisions}:
            return False
    return True
