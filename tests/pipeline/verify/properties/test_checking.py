"""Laws of real code, in the real sandbox."""

from __future__ import annotations

import asyncio

import pytest

from pipeline.ir import Function
from pipeline.translate.builder import IRBuilder
from pipeline.verify.evidence.law_claims import law_claims
from pipeline.verify.evidence.plain import PRELUDE
from pipeline.verify.properties import checking
from pipeline.verify.properties.checking import check_properties, plan_properties
from pipeline.verify.properties.results import PropertyResult
from pipeline.verify.sandbox.base import Job, Limits, Report, Sandbox
from pipeline.verify.sandbox.select import open_screen
from tests.pipeline.verify.properties.specified import specified

pytestmark = [pytest.mark.hole("H19"), pytest.mark.asyncio(loop_scope="module")]

SORTED = "def f(xs: list[int]) -> list[int]"
DEDUPE = specified(
    "def dedupe(xs: list[int]) -> list[int]", says=("the result is sorted", "has no duplicates")
)


async def results(function: Function, module: str, sandbox: Sandbox) -> dict[str, PropertyResult]:
    return {each.name: each for each in await check_properties(function, module, sandbox, runs=60)}


async def test_asked_for_laws_hold_or_break_with_a_small_counterexample(sandbox: Sandbox) -> None:
    good = await results(DEDUPE, "def dedupe(xs):\n    return sorted(set(xs))\n", sandbox)
    bad = await results(DEDUPE, "def dedupe(xs):\n    return sorted(xs)\n", sandbox)
    assert [good[name].standing for name in ("assertion.1", "assertion.2")] == ["holds", "holds"]
    assert good["assertion.1"].ran >= 40
    assert bad["assertion.1"].standing == "holds"
    broken = bad["assertion.2"]
    assert broken.against
    assert broken.counterexample is not None
    assert (broken.counterexample.call, broken.counterexample.did) == ("dedupe([0, 0])", "returns [0, 0]")


async def test_no_input_counts_twice(sandbox: Sandbox) -> None:
    says = ("returns '0' if n is 0", "the result is non-empty")
    found = await results(
        specified("def f(n: int) -> str", "f(0) == '0'", "f(3) == '3'", says=says),
        "def f(n):\n    return str(n)\n",
        sandbox,
    )
    zero, filled = found["assertion.1"], found["assertion.2"]
    assert (zero.ran, zero.checks) == (1, ("same(f(0), '0')",))
    assert len(set(filled.checks)) == len(filled.checks)


async def test_a_law_that_is_asked_for_and_broken_keeps_the_check_that_shows_it(sandbox: Sandbox) -> None:
    function = specified("def f(xs: list[int]) -> list[int]", says=("the result is sorted",))
    found = await results(function, "def f(xs):\n    return xs[::-1]\n", sandbox)
    broken = found["assertion.1"]
    assert broken.against
    (check,) = broken.checks
    assert eval(check, {"f": lambda xs: xs[::-1]}) is False
    (claim, *_) = law_claims(function, list(found.values()))
    assert claim.test is not None
    assert not claim.holds


async def test_what_a_function_returns_that_returns_nothing_keeps_no_law(sandbox: Sandbox) -> None:
    found = await results(
        specified("def clear_all(xs: list[int]) -> None"), "def clear_all(xs):\n    pass\n", sandbox
    )
    assert "order of the input does not matter" not in found
    assert not any("is the same for" in each.text for each in found.values())


@pytest.mark.parametrize(
    ("header", "call"),
    [
        ("def f(sep: str, *parts: str) -> str", "f('-', 'a', 'b')"),
        ("def f(sep: str, **parts: str) -> str", "f('-', a='b')"),
    ],
)
async def test_functions_of_any_number_of_arguments_have_laws(
    header: str, call: str, sandbox: Sandbox
) -> None:
    body = "sep.join(parts)"
    module = f"{header}:\n    return {body}\n"
    found = await results(
        specified(header, f"{call} == {eval('f' + call[1:], _defined(module))!r}"), module, sandbox
    )
    assert found["deterministic"].standing == "holds"
    assert any("*parts" in each.text for each in found.values()) or len(found) > 2


def _defined(module: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(module, names)
    return names


async def test_what_is_proposed_never_speaks_against_code(sandbox: Sandbox) -> None:
    found = await results(
        specified("def total(a: int, b: int) -> int"), "def total(a, b):\n    return a - b\n", sandbox
    )
    assert found["commutative"].standing == "broken"
    assert not found["commutative"].against
    assert not any(each.against for each in found.values())


async def test_mutation_and_memory_are_seen(sandbox: Sandbox) -> None:
    function = specified(SORTED, says=("never mutates its argument", "it is deterministic"))
    module = "seen = []\ndef f(xs):\n    xs.sort()\n    seen.append(1)\n    return xs[: len(seen) % 2]\n"
    found = await results(function, module, sandbox)
    assert [found[name].standing for name in ("assertion.1", "assertion.2")] == ["broken", "broken"]


@pytest.mark.parametrize("changed", [0, 1], ids=["kept", "changed"])
@pytest.mark.parametrize(
    ("header", "call", "body"),
    [
        ("def f(a: list[int], *b: int) -> int", "f([4], 5)", "a.extend(b[:1])"),
        ("def f(a: list[int], *b: int, c: int = 2, **d: int) -> int", "f([4], 5)", "a.append(c)"),
        ("def f(a: int, **b: list[int]) -> int", "f(4, c=[5])", "[each.append(a) for each in b.values()]"),
    ],
)
async def test_arguments_of_any_number_are_seen_to_change(
    header: str, call: str, body: str, changed: int, sandbox: Sandbox
) -> None:
    function = specified(header, f"{call} == 1", says=("does not change its arguments",))
    module = f"{header}:\n    {body if changed else 'pass'}\n    return 1\n"
    law = (await results(function, module, sandbox))["assertion.1"]
    assert law.ran > 20
    assert (law.standing, law.against) == (("broken", True) if changed else ("holds", False))


async def test_code_that_gives_no_value_is_said_to_give_none(sandbox: Sandbox) -> None:
    function = specified(SORTED, says=("the result is sorted",))
    law = (await results(function, "def f(xs):\n    raise KeyError(0)\n", sandbox))["assertion.1"]
    assert law.standing == "unchecked"
    assert law.reason == f"the code gave no value that it speaks of on the inputs tried ({law.skipped})"


async def test_an_error_that_is_asked_for_is_provoked(sandbox: Sandbox) -> None:
    function = specified("def mean(xs: list[float]) -> float", says=("raises ValueError if xs is empty",))
    module = "def mean(xs):\n    return sum(xs) / len(xs)\n"
    wrong = (await results(function, module, sandbox))["assertion.1"]
    right = (
        await results(
            function, "def mean(xs):\n    if not xs:\n        raise ValueError\n    return 1.0\n", sandbox
        )
    )["assertion.1"]
    assert wrong.counterexample is not None
    assert wrong.counterexample.call == "mean([])"
    assert right.standing == "holds"
    assert right.ran > 0


async def test_a_list_that_is_returned_on_a_condition(sandbox: Sandbox) -> None:
    function = specified("def f(s: str, n: int) -> list", says=("returns an empty list if s is empty",))
    found = await results(function, "def f(s, n):\n    return [s] * n\n", sandbox)
    assert found["assertion.1"].counterexample is not None
    assert found["assertion.1"].counterexample.call.startswith("f('', ")


async def test_what_words_say_of_empty_input_refuses_code_though_no_example_is_empty(
    sandbox: Sandbox,
) -> None:
    built = await IRBuilder().build(
        "Write total(xs: list[int]) -> int. If the list is empty, return 0. total([1, 2]) == 4, total([3]) == 3"
    )
    found = await results(built.program.functions[0], "def total(xs):\n    return 2 + len(xs)\n", sandbox)
    assert found["assertion.1"].against
    assert found["assertion.1"].counterexample is not None
    assert found["assertion.1"].counterexample.call == "total([])"


async def test_expressions_are_evaluated_without_the_code(sandbox: Sandbox) -> None:
    function = specified(SORTED, expressions=("len(result) == len(xs)", "f(f(xs)) == result"))
    cheat = "def len(_):\n    return 0\n\n\ndef f(xs):\n    return [1, 2, 3, 4, 5]\n"
    found = await results(function, cheat, sandbox)
    assert found["assertion.1"].standing == "broken"  # its own `len` is not used
    assert found["assertion.2"].standing == "holds"


@pytest.mark.parametrize(
    ("body", "standing"),
    [
        ("while n < -3:\n        pass", "broken"),
        ("for _ in range(8_000_000 if n < 0 else 0):\n        pass", "holds"),
    ],
    ids=["never ends", "is slow"],
)
async def test_a_call_of_which_the_words_say_what_comes_has_to_end(
    body: str, standing: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_PATIENT", Limits(wall_seconds=3.0))
    function = specified("def half(n: int) -> int", says=("raises ValueError if n is negative",))
    module = f"def half(n):\n    {body}\n    if n < 0:\n        raise ValueError\n    return n // 2\n"
    quick = Limits(wall_seconds=0.1, total_seconds=3.0)
    found = await check_properties(function, module, sandbox, runs=20, limits=quick)
    (law,) = [each for each in found if each.name == "assertion.1"]
    assert (law.standing, law.against) == (standing, standing == "broken")
    assert "does not end" in str(law) or law.standing == "holds"


async def test_inputs_on_which_the_code_does_not_end_are_told(sandbox: Sandbox) -> None:
    function = specified("def f(n: int) -> int", says=("the result is non-negative",))
    module = "def f(n):\n    while n % 8 == 7:\n        pass\n    return abs(n)\n"
    quick = Limits(wall_seconds=0.1, total_seconds=6.0)
    found = await check_properties(function, module, sandbox, runs=20, limits=quick)
    law = found[0]
    assert law.unended > 0
    assert str(law).endswith(f"(holds on {law.ran} generated inputs but the {law.unended} without a result)")
    (claim, *_) = law_claims(function, found)
    assert claim.support.endswith(
        f"inputs drawn at random (those drawn but the {law.unended} without a result)"
    )


COUNTS = "seen = []\n\ndef f(n):\n    seen.append(n)\n    yield len(seen)\n"


async def test_laws_of_iterators_speak_of_what_they_give(sandbox: Sandbox) -> None:
    typed = specified("def f(n: int) -> Iterator[int]", says=("raises ValueError if n is negative",))
    found = await results(typed, COUNTS, sandbox)
    assert [found[name].standing for name in ("type", "deterministic", "assertion.1")] == [
        "holds",
        "broken",
        "broken",
    ]
    untyped = await results(specified("def f(n: int)"), COUNTS, sandbox)
    assert "deterministic" not in untyped, "two generators look alike and say nothing"


DRAWN = """Write head(xs: list[int]) -> int.

@given(st.lists(st.integers({options})))
def test_head(xs):
    assert head(xs) in [*xs, 0]
"""
FIRST = "def head(xs):\n    return xs[0]\n"


@pytest.mark.parametrize(
    ("prompt", "module", "standing"),
    [
        (DRAWN.format(options=""), FIRST, "broken"),
        (DRAWN.format(options=""), "def head(xs):\n    return xs[0] if xs else 0\n", "holds"),
        (DRAWN.format(options="), min_size=(1"), FIRST, "holds"),
        ("Write head(xs: list[int]) -> int. For every xs: `head(xs) in xs`", FIRST, "holds"),
    ],
    ids=["every list", "every list, met", "lists that are not empty", "a law in the words"],
)
async def test_a_test_fails_where_the_code_raises_on_what_it_draws(
    prompt: str, module: str, standing: str, sandbox: Sandbox
) -> None:
    """A law in the words may leave open what is no proper input; a test does not."""
    function = (await IRBuilder().build(prompt)).program.functions[0]
    found = (await results(function, module, sandbox))["assertion.1"]
    assert found.standing == standing
    assert found.against == (standing == "broken")
    if found.counterexample is not None:
        assert found.counterexample.call == "head([])"
        assert "IndexError" in found.counterexample.did


async def test_floats_give_what_is_written_within_rounding(sandbox: Sandbox) -> None:
    prompt = "Write area(w: float, h: float) -> float: area(w, h) = 0.1 * w * h."
    asked = (await IRBuilder().build(prompt)).program.functions[0]
    standing = {}
    for body in ("h * w * 0.1", "w * h / 9"):
        found = await results(asked, f"def area(w, h):\n    return {body}\n", sandbox)
        standing[body] = found["assertion.1"].standing
    assert standing == {"h * w * 0.1": "holds", "w * h / 9": "broken"}


async def test_functions_that_undo_each_other_are_found_by_name(sandbox: Sandbox) -> None:
    module = (
        "def encode(s, k):\n    return ''.join(chr(ord(c) + k) for c in s)\n"
        "def decode(s, k):\n    return ''.join(chr(ord(c) - k) for c in s)\n"
    )
    function = specified("def encode(s: str, k: int) -> str", "encode('abc', 1) == 'bcd'")
    found = await results(function, module, sandbox)
    assert found["undone by decode"].standing == "holds"


async def test_what_was_not_checked_is_said(sandbox: Sandbox) -> None:
    function = specified(SORTED, says=("the result is elegant",))
    found = (await results(function, "def f(xs):\n    return xs\n", sandbox))["assertion.1"]
    assert (found.standing, found.asked, found.ran) == ("unchecked", True, 0)
    assert "the result is elegant was not checked" in str(found)
    unloadable = (await results(DEDUPE, "def dedupe(xs):\n    return (\n", sandbox))["assertion.1"]
    assert unloadable.standing == "unchecked"
    assert "SyntaxError" in unloadable.reason


async def test_code_that_hangs_or_ends_its_process_costs_little(sandbox: Sandbox) -> None:
    module = (
        "import os\ndef f(xs):\n    while len(xs) > 2:\n        pass\n    if xs: os._exit(3)\n    return xs\n"
    )
    quick = Limits(wall_seconds=0.1, total_seconds=3.0)
    async with asyncio.timeout(60):
        subject = specified(SORTED, says=("the result is sorted",))
        found = {each.name: each for each in await check_properties(subject, module, sandbox, limits=quick)}
    assert found["assertion.1"].ran + found["assertion.1"].skipped > 0
    assert not found["assertion.1"].against


async def test_the_same_seed_gives_the_same_results(sandbox: Sandbox) -> None:
    def plain(found: list[PropertyResult]) -> list[PropertyResult]:
        return [each.__class__(**{**each.plain(), "seconds": 0.0, "counterexample": None}) for each in found]

    module = "def dedupe(xs):\n    return xs\n"
    one = await check_properties(DEDUPE, module, sandbox, runs=40, seed=3)
    two = await check_properties(DEDUPE, module, sandbox, runs=40, seed=3)
    assert [(a.counterexample, b) for a, b in zip(one, plain(one), strict=True)] == [
        (a.counterexample, b) for a, b in zip(two, plain(two), strict=True)
    ]


@pytest.mark.parametrize(
    ("header", "module"),
    [
        (
            "def sort_numbers(xs: list[float]) -> list[float]",
            "def sort_numbers(xs):\n    return sorted(xs)\n",
        ),
        (
            "def count_vowels(s: str) -> int",
            "def count_vowels(s):\n    return sum(c in 'aeiou' for c in s)\n",
        ),
        ("def mean(xs: list[float]) -> float", "def mean(xs):\n    return sum(xs) / len(xs)\n"),
        ("def f(s: str, t: str = 'a') -> str", "def f(s, t='a'):\n    return s[::-1] + t\n"),
        ("def area(x: int, r: int) -> int", "def area(x, r):\n    return abs(x * r)\n"),
    ],
)
async def test_each_check_is_true_outside_holotype(header: str, module: str, sandbox: Sandbox) -> None:
    """A law says outside, as plain Python, what it said inside."""
    function = specified(header, says=("never mutates its argument", "raises ValueError if x is 10 ** 9"))
    found = [each for each in await check_properties(function, module, sandbox, runs=40) if each.checks]
    space: dict[str, object] = {}
    exec(PRELUDE + module, space)
    assert len(found) >= 3
    assert [text for each in found for text in each.checks if not eval(text, space)] == []


async def test_one_entry_for_all_laws_of_a_candidate_that_keeps_them(sandbox: Sandbox) -> None:
    entries: list[Job] = []

    class Counting:
        name = "counting"

        async def run(self, job: Job) -> Report:
            entries.append(job)
            return await sandbox.run(job)

        async def aclose(self) -> None: ...

    await check_properties(
        specified("def f(x: int) -> int"), "def f(x):\n    return x\n", Counting(), runs=50
    )
    assert len(entries) == 1
    assert len(entries[0].expressions) > 30


async def test_the_screen_that_lacks_something_leaves_it_undecided() -> None:
    screen = await open_screen()
    try:
        module = "import heapq\ndef dedupe(xs):\n    return heapq.nsmallest(9, set(xs))\n"
        found = await results(DEDUPE, module, screen)
    finally:
        await screen.aclose()
    assert found["assertion.1"].standing in ("undecided", "unchecked")


async def test_cancelling_ends_the_run(sandbox: Sandbox) -> None:
    plan = await plan_properties(DEDUPE, runs=20)
    endless = "def dedupe(xs):\n    while True:\n        pass\n"
    task = asyncio.create_task(check_properties(DEDUPE, endless, sandbox, plan=plan))
    await asyncio.sleep(0.05)  # let it start; what is asserted does not depend on how far it got
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await sandbox.run(Job("", ("1",)))).outcomes


async def test_a_result_of_another_type_is_shown_but_does_not_reject(sandbox: Sandbox) -> None:
    module = "def last(xs):\n    return xs[-1] if xs else None\n"
    found = await results(specified("def last(xs: list[int]) -> int"), module, sandbox)
    assert found["type"].standing == "broken"
    assert found["type"].counterexample is not None
    assert found["type"].counterexample.call == "last([])"
    assert not found["type"].against


@pytest.mark.parametrize(
    ("said", "within"),
    [("returns 'F' if p < 0.5", True), ("raises ValueError if p < 0", False)],
)
async def test_what_is_beyond_a_bound_is_for_what_speaks_of_nothing_else(said: str, within: bool) -> None:
    function = specified("def f(p: float) -> str", words="The grade. Assume 0 <= p <= 1.0.", says=(said,))
    plan = await plan_properties(function, proposed=False)
    (law, *_) = plan.laws
    tried = [each["p"] for each, _ in plan.inputs(law) if law.probes(each)]
    assert tried
    assert all((0 <= p <= 1) == within for p in tried)


async def test_a_counterexample_keeps_the_bounds_as_it_gets_smaller(sandbox: Sandbox) -> None:
    function = specified(
        "def f(n: int) -> int", words="Assume 40 <= n <= 90.", says=("the result is at most 7",)
    )
    law = (await results(function, "def f(n):\n    return n\n", sandbox))["assertion.1"]
    assert law.counterexample is not None
    assert 40 <= int(law.counterexample.call.removeprefix("f(").removesuffix(")")) <= 90


async def test_laws_are_tried_on_records_of_the_classes_that_the_module_has() -> None:
    """A one-letter class is a class, not a type variable; a typed dict has all of its keys and no other."""
    given = (
        "from typing import TypedDict\n\n"
        "class R(TypedDict):\n    name: str\n    age: int\n\n"
        'def names(rs: list[R]) -> list[str]:\n    """The names.\n\n'
        "    >>> names([{'name': 'Cid', 'age': 20}])\n    ['Cid']\n    \"\"\"\n"
    )
    (function,) = (await IRBuilder(None).build(given)).program.functions
    plan = await plan_properties(function, f"{given}    return [r['name'] for r in rs]\n")
    records = [record for each in (*plan.alike, *plan.beyond) for record in each["rs"]]
    assert len(records) > 20
    assert all(record.keys() == {"name", "age"} for record in records)


DEPOSIT = '''from dataclasses import dataclass
from datetime import date


@dataclass
class Account:
    owner: str
    balance: float


def deposit(account: Account, amount: float, on: date) -> Account:
    """Put the amount into a copy of the account. Raises ValueError if amount is negative.

    >>> deposit(Account('a', 1.0), 2.0, date(2024, 1, 1))
    Account(owner='a', balance=3.0)
    """
'''
DEPOSITING = "    return Account(account.owner, account.balance + amount)\n"


@pytest.mark.parametrize(
    ("body", "standing"),
    [
        (DEPOSITING, "broken"),
        (f"    if amount < 0:\n        raise ValueError('negative')\n{DEPOSITING}", "holds"),
    ],
)
async def test_laws_are_tried_on_instances_of_classes(body: str, standing: str, sandbox: Sandbox) -> None:
    (function,) = (await IRBuilder(None).build(DEPOSIT)).program.functions
    found = await results(function, DEPOSIT + body, sandbox)
    law = found["effect.1"]
    assert law.standing == standing
    if law.counterexample is not None:
        assert law.counterexample.call.startswith("deposit(Account(")
        assert law.against
    assert found["deterministic"].ran > 10
    assert all("Account(" in check for check in law.checks)


COUNTING = "from collections import Counter, OrderedDict, defaultdict\ndef f(s):\n    return {}\n"


@pytest.mark.parametrize(
    ("returns", "value", "standing"),
    [
        ("Counter[str]", "Counter(s)", "holds"),
        ("OrderedDict[str, int]", "OrderedDict.fromkeys(s, 1)", "holds"),
        ("defaultdict[str, int]", "defaultdict(int, Counter(s))", "holds"),
        ("Counter[str]", "list(s)", "broken"),
        ("str", "s or None", "broken"),
    ],
)
async def test_a_result_is_of_the_type_that_it_is_declared_to_be_of(
    returns: str, value: str, standing: str, sandbox: Sandbox
) -> None:
    function = specified(f"def f(s: str) -> {returns}")
    assert (await results(function, COUNTING.format(value), sandbox))["type"].standing == standing


async def test_a_way_through_the_code_that_gives_nothing_is_told(sandbox: Sandbox) -> None:
    module = "def f(x: int) -> int:\n    if x > 0:\n        return x\n"
    found = (await results(specified("def f(x: int) -> int", "f(2) == 2"), module, sandbox))["type"]
    assert str(found) == "every result is of type int: not for f(0), which returns None"
