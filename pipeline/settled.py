"""The part of a program that can be written now: functions with nothing that matters left to decide."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.ir import Program


def settled(program: Program) -> tuple[str, ...]:
    """The functions for which, and for all they need, nothing that matters is open."""
    waiting = {hole.target for hole in program.open_holes if hole.matters}
    names = [function.name for function in program.functions]
    if not waiting.issubset(names):
        return ()  # something about the whole is open
    return tuple(name for name in names if waiting.isdisjoint(needed(program, [name])))


def needed(program: Program, names: Collection[str]) -> set[str]:
    """Those functions and all that they need beside them, directly or through others."""
    beside = {function.name: program.beside(function) for function in program.functions}
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in beside and name not in found:
            found.add(name)
            waiting += beside[name]
    return found


def part(program: Program, names: Collection[str]) -> Program:
    """The program with those functions only, and the holes that belong to them."""
    return program.model_copy(
        update={
            "functions": tuple(each for each in program.functions if each.name in names),
            "holes": tuple(hole for hole in program.holes if hole.target in names),
        }
    )
