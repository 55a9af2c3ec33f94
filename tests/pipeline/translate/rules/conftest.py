"""The holes that rules open for a prompt, and what settles the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from pipeline.ir import Hole, Program
from pipeline.translate.builder import IRBuilder
from pipeline.translate.reading import read_prompt
from pipeline.translate.rules import find_holes


@dataclass(frozen=True)
class Opened:
    """What rules find for a prompt of one function."""

    program: Program
    holes: dict[str, Hole]
    settled: dict[str, str]

    @property
    def asked(self) -> set[str]:
        """The slots of the holes that matter."""
        return {slot for slot, hole in self.holes.items() if hole.matters}

    def best(self, slot: str) -> str:
        best = self.holes[slot].best
        assert best is not None
        return best.value

    def outcomes(self, slot: str) -> dict[str, str]:
        """What each option says of the probe, or in words."""
        said = {}
        for each in self.holes[slot].candidates:
            said[each.value] = (
                str(each.example) if each.example else each.assertion.text if each.assertion else ""
            )
        return said


@pytest.fixture
def opened() -> Callable[[str], Awaitable[Opened]]:
    async def open_holes(prompt: str) -> Opened:
        program = (await IRBuilder().build(prompt)).program
        found = find_holes(program.functions[0], read_prompt(prompt).functions[0].words)
        return Opened(
            program, {hole.slot: hole for hole in found.holes}, {item.slot: item.by for item in found.settled}
        )

    return open_holes
