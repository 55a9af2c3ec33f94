"""What rules ask of a function, asked anew once a type of it is decided, or no longer is.

A rule chooses its call and the outcomes it proposes for the types it knows. The words and the types alone
decide what is asked, so taking a type back brings the questions back that were there before.
"""

from __future__ import annotations

from pipeline.holes import following, standing
from pipeline.holes.outcomes import ANY, answer_example
from pipeline.ir import Choices, Function, Hole, Program
from pipeline.translate.intended import as_intended
from pipeline.translate.rules import find_holes


class Anew:
    """What the decisions that are made after `before` have to do with what is asked."""

    def __init__(self, before: Program) -> None:
        self._before = before

    def __call__(self, program: Program) -> Program:
        """The program with what is asked now that its types, or what is meant by its words, are others."""
        meant = as_intended(self._before, program)
        if meant is program:
            return asked_anew(self._before, program)
        self._before = meant
        return meant


def asked_anew(before: Program, program: Program) -> Program:
    """`program` with what rules ask of the functions whose types, or answers, are others than in `before`.

    A hole that has a value keeps it; where that is no answer any more, the hole stays as it was asked.
    """
    if all(_decided(before, each.name) == _decided(program, each.name) for each in before.functions):
        return program
    for function in standing.undecided(program).functions:
        signature = program.function(function.name).signature
        if _decided(before, function.name) != _decided(program, function.name):
            program = _asked(program, function.model_copy(update={"signature": signature}))
    return program


def newly_asked(before: Program, after: Program) -> tuple[Hole, ...]:
    """The holes of `after` that `before` has not, or asks otherwise."""
    known = {hole.id: _asks(hole) for hole in before.holes}
    return tuple(
        hole
        for hole in after.holes
        if hole.id not in known or (_of_rule(hole) and known[hole.id] != _asks(hole))
    )


def _decided(program: Program, name: str) -> tuple[list[str], dict[str, str]]:
    """The types of the function as they stand, and the values that the questions of rules have."""
    signature = program.function(name).signature
    values = {
        hole.id: hole.resolution.value
        for hole in program.holes
        if hole.target == name and _of_rule(hole) and hole.resolution is not None
    }
    return [*(each.type for each in signature.parameters), signature.returns], values


def _asked(program: Program, function: Function) -> Program:
    """The program with what rules ask of the function, of which no decision but its types is applied."""
    mine = [hole for hole in program.holes if hole.target == function.name]
    if not mine or any(hole.kind == "intent" and hole.open for hole in mine):
        return program
    old = {hole.id: hole for hole in mine if _of_rule(hole)}
    new = {hole.id: hole for hole in find_holes(function, function.intent.said).holes}
    kept: list[str] = []
    for hole in new.values():
        program = _replaced(program, old.get(hole.id), hole)
        kept.append(hole.id)
    kept += [name for name, hole in old.items() if name not in new and hole.resolution is not None]
    place = program.holes.index(next((each for each in program.holes if each.id in old), mine[0]))
    others = [each for each in program.holes if each.id not in old and each.id not in new]
    first = [program.hole(name) for name in kept]
    holes = (*others[:place], *first, *others[place:])
    return program.model_copy(update={"holes": holes}) if holes != program.holes else program


def _replaced(program: Program, old: Hole | None, new: Hole) -> Program:
    """The program with the hole as it is asked now, and the value it has."""
    if old is None:
        return program.model_copy(update={"holes": (*program.holes, new)})
    if _asks(old) == _asks(new) or (old.resolution is not None and not _takes(new, old)):
        return program
    program = standing.replaced(following.opened(program, [old.id]), new)
    return following.decided(program, new.id, old.resolution) if old.resolution is not None else program


def _takes(new: Hole, old: Hole) -> bool:
    """Whether the value of `old` answers `new`."""
    value = old.resolution.value if old.resolution is not None else ""
    if isinstance(new.domain, Choices) and value in new.domain.values:
        return True
    answers = value == ANY or answer_example(old.probe or "", value, old.provenance) is not None
    return answers and new.probe == old.probe and new.probe is not None


def _of_rule(hole: Hole) -> bool:
    """Whether `find_holes` made it."""
    return hole.kind not in ("signature", "intent") and hole.provenance.source == f"rule {hole.slot}"


def _asks(hole: Hole) -> tuple[object, ...]:
    """What the hole asks, whoever asks it and whenever."""
    proposed = [
        (each.value, each.label, each.confidence, str(each.example), each.assertion and each.assertion.text)
        for each in hole.candidates
    ]
    return hole.question, hole.kind, hole.type, hole.probe, hole.importance, proposed
