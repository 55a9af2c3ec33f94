"""Laws on every input within a small bound, in the real sandbox."""

from __future__ import annotations

import pytest

from pipeline.ir import Function
from pipeline.verify.evidence.law_claims import law_claims
from pipeline.verify.evidence.plain import PRELUDE
from pipeline.verify.properties.checking import check_properties, plan_properties
from pipeline.verify.properties.exhausting import exhausted
from pipeline.verify.properties.results import PropertyResult
from pipeline.verify.sandbox.base import Job, Limits, Returned, Sandbox
from tests.pipeline.verify.properties.specified import specified

pytestmark = [pytest.mark.hole("H19"), pytest.mark.asyncio(loop_scope="module")]


async def results(function: Function, module: str, sandbox: Sandbox) -> dict[str, PropertyResult]:
    plan = await plan_properties(function, module, runs=20)
    drawn = await check_properties(function, module, sandbox, plan=plan)
    found = await exhausted(plan, module, sandbox, drawn, Limits())
    return {each.name: each for each in found}


IMPLIES = specified("def implies(a: bool, b: bool) -> bool", expressions=("result == (b or not a)",))


async def test_a_law_on_every_input_there_is_is_proved(sandbox: Sandbox) -> None:
    found = await results(IMPLIES, "def implies(a, b):\n    return not a or b\n", sandbox)
    (claim, *_) = law_claims(IMPLIES, list(found.values()))
    assert (claim.strength, claim.support, claim.bound) == ("proved", "every input there is", "")
    assert claim.test is not None
    small = [check for check in claim.test.checks if check.startswith("(lambda a, b: ")]
    assert len(small) == 4, "all of them can be run again"


async def test_code_that_chance_can_change_is_not_proved(sandbox: Sandbox) -> None:
    source = "import random\n\ndef implies(a, b):\n    random.random()\n    return not a or b\n"
    found = await results(IMPLIES, source, sandbox)
    (claim, *_) = law_claims(IMPLIES, list(found.values()))
    assert (claim.strength, claim.bound) == ("exhaustive", "one run (its results depend on chance)")


async def test_a_bound_is_told_with_the_law(sandbox: Sandbox) -> None:
    function = specified("def f(xs: list[int]) -> list[int]", says=("the result is sorted",))
    found = await results(function, "def f(xs):\n    xs.sort()\n    return xs\n", sandbox)
    (claim,) = [one for one in law_claims(function, list(found.values())) if one.basis == "stated"][:1]
    assert claim.strength == "exhaustive"
    assert claim.support == "every input within lists of up to 3 out of 0, -1, 1"
    assert claim.ran > 40, "those drawn that are beyond the bound count, too; no input counts twice"
    assert found["keeps the length"].exhausted == "within", "each input gets copies: the code sorts in place"
    assert found["no mutation"].standing == "broken"


@pytest.mark.parametrize(("runs", "standing"), [(1, "unchecked"), (9, "holds")], ids=["only []", "some"])
async def test_what_breaks_on_a_small_input_that_chance_missed_is_broken(
    runs: int, standing: str, sandbox: Sandbox
) -> None:
    function = specified("def f(xs: list[int]) -> list[int]", says=("the result is sorted",))
    source = "def f(xs):\n    return [1, 0] if xs == [1, -1, 1] else sorted(xs)\n"
    plan = await plan_properties(function, source, runs=runs)
    drawn = await check_properties(function, source, sandbox, plan=plan)
    assert drawn[0].standing == standing
    (found, *_) = await exhausted(plan, source, sandbox, drawn, Limits())
    assert found.against
    assert "f([1, -1, 1])" in str(found)
    assert not found.reason


async def test_code_that_does_not_come_to_an_end_exhausts_nothing(sandbox: Sandbox) -> None:
    function = specified("def f(n: int) -> int", says=("the result is non-negative",))
    source = "def f(n):\n    while n == -7:\n        pass\n    return abs(n)\n"
    plan = await plan_properties(function, source, runs=5)
    drawn = await check_properties(function, source, sandbox, plan=plan)
    (found, *_) = await exhausted(plan, source, sandbox, drawn, Limits(wall_seconds=0.2))
    assert (found.standing, found.exhausted) == ("holds", "")


async def test_inputs_that_the_law_is_silent_on_are_counted_out(sandbox: Sandbox) -> None:
    function = specified("def f(n: int) -> int", says=("the result is non-negative",))
    source = "def f(n):\n    if n < 0:\n        raise ValueError(n)\n    return n\n"
    found = await results(function, source, sandbox)
    law = found["assertion.1"]
    assert law.bound == "whole numbers from -31 to 31 but the 31 that give no value it speaks of"


async def test_every_check_is_true_by_itself(sandbox: Sandbox) -> None:
    function = specified(
        "def f(xs: list[int], k: int) -> list[int]",
        says=("the result is sorted", "never longer than the input"),
        expressions=("len(result) <= len(xs)", "all(each in xs for each in result)"),
    )
    source = "def f(xs, k):\n    xs.sort()\n    return xs[: max(k, 0)]\n"
    found = [one for one in (await results(function, source, sandbox)).values() if one.exhausted]
    checks = [check for one in found for check in (*one.checks, *one.small)]
    assert len(found) >= 4
    assert len(checks) > 100
    report = await sandbox.run(Job(f"{source}\n\n\n{PRELUDE}", tuple(checks), Limits(total_seconds=20)))
    assert all(isinstance(each, Returned) and each.value is True for each in report.outcomes)


ABOVE = "def f(xs):\n    return [x for x in xs if x > {}]\n"


@pytest.mark.parametrize(
    ("says", "expression"),
    [("returns a sorted list", ""), ("the result is positive", ""), ("", "result == sorted(result)")],
)
async def test_what_no_result_has_items_for_is_neither_held_nor_exhausted(
    says: str, expression: str, sandbox: Sandbox
) -> None:
    function = specified(
        "def f(xs: list[int]) -> list[int]", "f([1]) == []",
        says=(says,) if says else (), expressions=(expression,) if expression else (),
    )  # fmt: skip
    law = (await results(function, ABOVE.format(10**6), sandbox))["assertion.1"]
    assert (law.standing, law.exhausted, law.ran) == ("unchecked", "", 0)
    assert law.reason == f"every result has too few items for it to say anything of them ({law.vacuous})"


async def test_what_hardly_any_result_has_items_for_is_not_exhausted(sandbox: Sandbox) -> None:
    function = specified("def f(xs: list[int]) -> list[int]", "f([1]) == []", says=("returns a sorted list",))
    hardly = "def f(xs):\n    return xs if xs in ([1, 1], [1, 1, 1]) else []\n"
    law = (await results(function, hardly, sandbox))["assertion.1"]
    assert law.exhausted == ""
    assert law.vacuous > law.ran
    assert str(law).endswith(
        f"(holds on {law.ran} generated inputs; {law.vacuous} more gave too few items to tell)"
    )
    some = await results(function, "def f(xs):\n    return sorted(x for x in xs if x > 1)\n", sandbox)
    assert some["assertion.1"].exhausted == "within"
    assert some["assertion.1"].checks
    assert all(len(eval(check.rpartition("(")[2].rstrip(")"))) > 1 for check in some["assertion.1"].checks)


async def test_what_empty_results_are_about_is_exhausted_with_them(sandbox: Sandbox) -> None:
    says = ("never longer than the input", "the result is a subset of xs", "does not change its arguments")
    function = specified("def f(xs: list[int]) -> list[int]", "f([1]) == []", says=says)
    found = await results(function, ABOVE.format(10**6), sandbox)
    assert [found[f"assertion.{n}"].standing for n in (1, 2, 3)] == ["holds", "unchecked", "holds"]
    assert found["assertion.1"].exhausted == "within"


@pytest.mark.parametrize(
    ("function", "source"),
    [
        (
            specified("def total(total: list[int]) -> int", says=("the result is non-negative",)),
            "def total(total):\n    return sum(map(abs, total))\n",
        ),
        (
            specified("def total(total: int) -> int", expressions=("result >= total or total < 0",)),
            "def total(total):\n    return abs(total)\n",
        ),
        (
            specified("def f(_: list[int], range: bool) -> list[int]", effects=(("pure", "it is pure"),)),
            "def f(_, range):\n    return _ if range else []\n",
        ),
    ],
)
async def test_a_parameter_may_have_a_name_that_its_law_uses(
    sandbox: Sandbox, function: Function, source: str
) -> None:
    found = (await results(function, source, sandbox)).values()
    checks = [check for one in found for check in one.small]
    assert len(checks) > 20
    report = await sandbox.run(Job(f"{source}\n\n\n{PRELUDE}", tuple(checks), Limits(total_seconds=20)))
    assert all(isinstance(each, Returned) and each.value is True for each in report.outcomes), checks[:3]


@pytest.mark.parametrize(
    ("expression", "standing", "reason"),
    [
        ("not (n > 0 and n.missing) or result == 1", "unchecked", "raises AttributeError wherever"),
        ("not (n > 10 ** 9) or result == 1", "unchecked", "none of the generated inputs"),
        ("n == 1 or n.missing > result", "holds", ""),
    ],
)
async def test_what_is_hardly_ever_evaluated_is_not_exhausted(
    sandbox: Sandbox, expression: str, standing: str, reason: str
) -> None:
    function = specified("def f(n: int) -> int", "f(1) == 1", expressions=(expression,))
    law = (await results(function, "def f(n):\n    return n\n", sandbox))["assertion.1"]
    assert (law.standing, law.exhausted) == (standing, "")
    assert reason in law.reason


async def test_a_law_under_a_condition_is_run_where_that_is_met(sandbox: Sandbox) -> None:
    function = specified("def f(n: int) -> int", expressions=("not (n > 0) or (result == n or n is None)",))
    law = (await results(function, "def f(n):\n    return abs(n)\n", sandbox))["assertion.1"]
    assert law.bound == "whole numbers from -31 to 31"
    assert len(law.small) == 31
    broken = (await results(function, "def f(n):\n    return -n\n", sandbox))["assertion.1"]
    assert broken.standing == "broken"
