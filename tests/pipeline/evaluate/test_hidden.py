from __future__ import annotations

import msgspec
import pytest

from pipeline.errors import UsageError
from pipeline.evaluate.hidden import check_suite, judge, plain_cases
from pipeline.evaluate.oracle import SolutionOracle
from pipeline.evaluate.suite import Case, Suite, Task, read_suite
from pipeline.verify.sandbox.base import Limits
from pipeline.verify.subject import Judges
from tests.pipeline.evaluate.made import ADD, FIRST


@pytest.mark.parametrize("task", [ADD, FIRST], ids=lambda task: task.id)
async def test_the_solution_is_right_and_others_are_not(task: Task, judges: Judges) -> None:
    assert (await judge(task, task.solution, judges.verdict)).right
    for source, said in [
        (f"def {task.entry_point}(*a):\n    return None\n", ""),
        ("def other():\n    return 1\n", ""),
        ("import sys; sys.exit(0)", ""),
        ("def f(:", "not Python"),
        (" ", "no code"),
    ]:
        verdict = await judge(task, source, judges.verdict)
        assert not verdict.right
        assert verdict.failure
        assert said in verdict.failure


async def test_code_that_disarms_the_check_is_wrong(judges: Judges) -> None:
    class_that_equals_all = (
        "class E(int):\n    def __eq__(self, other): return True\n    __hash__ = None\n"
        "def first(xs):\n    return E(0)\n"
    )
    assert not (await judge(FIRST, class_that_equals_all, judges.verdict)).right


def test_only_plain_assertions_are_compared_as_values() -> None:
    test = (
        "def check(candidate):\n    assert candidate(1) == 2\n    assert not candidate(2)\n    assert True\n"
    )
    assert [case.expected for case in plain_cases(test, "f")] == ["2", "False"]
    assert plain_cases(test + "    for x in range(3):\n        assert candidate(x) == x\n", "f") == ()


ORDER = Task(
    id="order",
    prompt="def order(xs):\n    ...\n\nLIMIT = 3\n",
    entry_point="order",
    test="INPUT = [3, 1, 2]\n\ndef check(candidate):\n    assert candidate(INPUT) == [1, 2, 3]\n",
    solution="def order(xs):\n    return sorted(xs)\n",
)


@pytest.mark.parametrize(
    ("before", "assertion"),
    [
        ("INPUT = [3, 1, 2]", "candidate(INPUT) == [1, 2, 3]"),
        ("import math", "candidate([math.pi]) == [3.141592653589793]"),
        ("import math", "candidate([3.141592653589793]) == [math.pi]"),
        ("def sum(xs):\n    return [1, 2]", "candidate([2, 1]) == sum([1])"),
        ("from math import pi as min", "candidate([3.141592653589793]) == [min]"),
        ("from cmath import *", "candidate([abs(-2)]) == [2]"),
        ("for tau in [2]: pass", "candidate([2]) == [tau]"),
        ("", "candidate(candidate([2, 1])) == [1, 2]"),
    ],
)
async def test_names_of_the_test_s_own_are_judged_by_the_test(
    before: str, assertion: str, judges: Judges
) -> None:
    test = f"{before}\n\ndef check(candidate):\n    assert {assertion}\n"
    assert plain_cases(test, "order") == ()
    task = msgspec.structs.replace(ORDER, test=test)
    verdict = await judge(task, task.solution, judges.verdict)
    assert (verdict.right, verdict.method) == (True, "check"), verdict.failure
    assert not (await judge(task, "def order(xs):\n    return 1\n", judges.verdict)).right


async def test_names_that_the_prompt_gives_are_known(judges: Judges) -> None:
    test = "def check(candidate):\n    assert candidate([LIMIT, max(1, 2)]) == sorted([LIMIT, 2])\n"
    assert len(plain_cases(test, "order", ORDER.prelude)) == 1
    verdict = await judge(msgspec.structs.replace(ORDER, test=test), ORDER.solution, judges.verdict)
    assert (verdict.right, verdict.method) == (True, "values and check"), verdict.failure


async def test_humanevals_own_solutions_are_right(judges: Judges) -> None:
    suite = await read_suite("humaneval:0-6,32,38,50,160")
    for task in suite.tasks:
        verdict = await judge(task, task.solution, judges.verdict)
        assert verdict.right, (task.id, verdict.failure)


async def test_the_oracle_does_as_the_solution(judges: Judges) -> None:
    oracle = SolutionOracle(FIRST, judges.verdict)
    assert await oracle("first", "first([4, 5])") == "4"
    assert await oracle("first", "first([])") == "any"
    assert await oracle("unheard_of", "unheard_of()") is None
    assert [one.answer for one in oracle.asked] == ["4", "any", None]
    silent = SolutionOracle(msgspec.structs.replace(FIRST, solution=""), judges.verdict)
    assert await silent("first", "first([4, 5])") is None


async def test_a_number_too_long_to_type_is_no_answer(judges: Judges) -> None:
    solution = "def first(xs):\n    return 10 ** xs[0]\n"
    oracle = SolutionOracle(msgspec.structs.replace(FIRST, solution=solution), judges.verdict)
    assert await oracle("first", "first([3])") == "1000"
    assert await oracle("first", "first([5000])") is None


async def test_code_without_end_is_wrong(judges: Judges) -> None:
    limits = Limits(wall_seconds=0.3, load_seconds=5.0, total_seconds=5.0)
    verdict = await judge(FIRST, "def first(xs):\n    while True: pass\n", judges.verdict, limits)
    assert not verdict.right


async def test_where_the_solution_breaks_down_anything_will_do_unless_it_means_to_raise(
    judges: Judges,
) -> None:
    breaks = SolutionOracle(FIRST, judges.verdict)
    assert await breaks("first", "first([])") == "any"
    means = "def first(xs):\n    if not xs:\n        raise ValueError('empty')\n    return xs[0]\n"
    raises = SolutionOracle(msgspec.structs.replace(FIRST, solution=means), judges.verdict)
    assert await raises("first", "first([])") == "raises ValueError"


async def test_what_nobody_can_read_judges_nothing(judges: Judges) -> None:
    broken = msgspec.structs.replace(ADD, cases=(Case("add(2, 2)", "foor"),))
    verdict = await judge(broken, ADD.solution, judges.verdict)
    assert (verdict.right, verdict.wrong, verdict.method) == (False, False, "not judged")
    assert "foor" in verdict.failure


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cases": (Case("add(2, 2)", "5"),)}, "its own solution does not pass: add(2, 2) == 5"),
        ({"cases": (Case("add(2, 2)", "foor"),), "solution": ""}, "foor"),
        (
            {"cases": (), "test": "import numpy\ndef check(c): pass", "solution": ""},
            "No module named 'numpy'",
        ),
    ],
)
async def test_hidden_tests_by_which_no_code_is_right_are_refused(
    change: dict[str, object], said: str, judges: Judges
) -> None:
    with pytest.raises(UsageError, match="1 of 2 tasks") as refused:
        await check_suite(Suite("made up", (FIRST, msgspec.structs.replace(ADD, **change))), judges.verdict)
    assert said in refused.value.hint
    assert refused.value.hint.startswith("add: ")


async def test_hidden_tests_that_work_are_not(judges: Judges) -> None:
    silent = msgspec.structs.replace(FIRST, solution="", test=f"import math\n{FIRST.test}")
    await check_suite(Suite("made up", (ADD, FIRST, ORDER, silent)), judges.verdict)
