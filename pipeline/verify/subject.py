"""What the judging nodes share: the function under judgement, and the sandboxes that judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.generate.code import joined
from pipeline.ir import Function, Hole, Program
from pipeline.verify.behaviour.given import given
from pipeline.verify.sandbox.base import Sandbox


@dataclass(frozen=True, slots=True)
class Judges:
    """The two sandboxes: one without access to anything for a first run, and the one whose word counts."""

    screen: Sandbox
    verdict: Sandbox


@dataclass(frozen=True, slots=True)
class Subject:
    """The function under judgement and what is asked of it."""

    program: Program
    name: str

    @property
    def function(self) -> Function:
        """The function's clauses."""
        return self.program.function(self.name)

    @property
    def probed(self) -> tuple[Hole, ...]:
        """The open holes with a call that shows what code does there."""
        return tuple(hole for hole in self.program.open_holes if hole.target == self.name and hole.probe)

    @property
    def probes(self) -> tuple[str, ...]:
        """The calls to make without knowing their answer: of open holes, then of proposed examples."""
        proposed = (example.call for example in self.function.proposed_examples)
        return (*(hole.probe or "" for hole in self.probed), *proposed)

    @property
    def prelude(self) -> str:
        """The types that the prompt brings along."""
        return joined(definition.source for definition in self.program.types)

    @property
    def given(self) -> str:
        """What expected values may use: the types, and what the prompt's code has beside the function."""
        return given(self.program, self.name)


def chosen_in(deps: dict[str, Any]) -> list[dict[str, Any]]:
    """The final choices among outputs, of functions for which there is any code."""
    return [output for output in deps.values() if output.get("final") and output["candidate"]]
