"""Validating a program: what cannot hold together, and no work for a content that was seen before."""

from __future__ import annotations

import pytest

from pipeline.holes.resolution import resolve
from pipeline.holes.validation import Validator, clashes
from pipeline.holes.validation_cache import ValidationCache
from pipeline.ir import Program
from tests.pipeline.holes.programs import PERSON, function, outcome_hole, program, type_hole

pytestmark = pytest.mark.hole("H17")
START = program(
    function("median"), holes=(type_hole("returns"), outcome_hole("empty", "median([])", "None", "0.0"))
)


class Counting:
    """A check that counts how often it is asked."""

    def __init__(self, *found: str) -> None:
        self.found = found
        self.asked = 0

    def __call__(self, program: Program) -> tuple[str, ...]:
        self.asked += 1
        return self.found


async def test_an_unchanged_program_is_not_looked_at_again() -> None:
    check, wrong = Counting(), Counting("this is wrong")
    cache = ValidationCache()
    validator = Validator((check, wrong), cache=cache)
    first, second = await validator.validate(START), await validator.validate(START.model_copy())
    assert (check.asked, wrong.asked) == (1, 1)
    assert (first.cached, second.cached) == (False, True)
    assert first.problems == second.problems == ("this is wrong",)
    assert not second.valid
    assert (cache.hits, cache.misses) == (1, 1)


async def test_a_changed_program_is_and_going_back_costs_nothing() -> None:
    check = Counting()
    validator = Validator((check,))
    await validator.validate(START)
    changed = resolve(START, "median.returns", "float", PERSON).program
    assert not (await validator.validate(changed)).cached
    assert (await validator.validate(START)).cached
    assert check.asked == 2


async def test_what_reads_as_wrong_is_not_tried() -> None:
    tried: list[Program] = []

    async def trial(program: Program) -> tuple[str, ...]:
        tried.append(program)
        return ("this does not work",)

    assert (await Validator((Counting("wrong"),), (trial,)).validate(START)).problems == ("wrong",)
    assert tried == []
    validator = Validator((Counting(),), (trial,))
    found = [await validator.validate(START) for _ in range(2)]
    assert [each.problems for each in found] == [("this does not work",)] * 2
    assert [each.cached for each in found] == [False, True]
    assert tried == [START]


def test_decisions_that_cannot_stand_together_are_named() -> None:
    changed = resolve(START, "median.empty", "0.0", PERSON).program
    changed = resolve(changed, "median.returns", "int | None", PERSON).program
    (said,) = clashes(changed)
    assert "retract one of median.empty, median.returns" in said
    assert clashes(START) == ()
