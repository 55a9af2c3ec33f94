"""The real type checker, on candidates against their signature."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from pipeline.verify.types.checker import check_types

pytestmark = pytest.mark.hole("H18")


async def test_tells_code_against_its_signature_from_code_that_fits() -> None:
    findings = await check_types(
        {
            "wrong return": "def f(xs: list[int]) -> str:\n    return sum(xs)\n",
            "right": "def f(xs: list[int]) -> int:\n    return sum(xs)\n",
            "unknown name": "def f(xs: list[int]) -> int:\n    return total(xs)\n",
            "gives nothing": "def f(x: int) -> int:\n    x += 1\n",
            "third party": "import numpy\ndef f(x: int) -> int:\n    return x\n",
        }
    )
    rejected = {name for name, found in findings.items() if any(f.against_signature for f in found)}
    assert rejected == {"wrong return", "unknown name", "gives nothing", "third party"}
    assert findings["right"] == ()
    assert str(findings["wrong return"][0]).startswith("line 2: ")


async def test_a_remark_that_right_code_often_draws_does_not_reject() -> None:
    source = (
        "def mode(xs: list[int]) -> int:\n    counts = {}\n    for x in xs:\n"
        "        counts[x] = counts.get(x, 0) + 1\n    return max(counts, key=counts.get)\n"
    )
    (found,) = (await check_types({"mode": source})).values()
    assert found
    assert not any(finding.against_signature for finding in found)


async def test_cancelling_ends_the_checker() -> None:
    task = asyncio.create_task(check_types({"a": "x = 1\n"}))
    await asyncio.sleep(0)  # let it start; what is asserted does not depend on how far it got
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_remarks_on_a_callee_are_not_repeated_for_its_caller() -> None:
    callee = "import re\n\n\n@staticmethod\ndef callee(x: int) -> str:\n    return x\n"
    caller = "import re\n\n\n@staticmethod\ndef callee(x: int) -> str:\n    return x\n\n\ndef caller(x: int) -> int:\n    return callee(x)\n"
    alone = await check_types({"caller": caller})
    own = await check_types({"caller": caller}, {"caller": callee})
    assert [finding.line for finding in alone["caller"]] == [6, 10]
    assert [finding.line for finding in own["caller"]] == [10]


@pytest.mark.parametrize(
    "silenced",
    [
        "def f(x: int) -> int:\n    return 'no'  # type: ignore\n",
        "def f(x: int) -> int:\n    return 'no'  #type:ignore[return-value]\n",
        "def f(x: int) -> int:\n    return 'no'  # ty: ignore\n",
        "# type: ignore\ndef f(x: int) -> int:\n    return 'no'\n",
        "from typing import no_type_check\n@no_type_check\ndef f(x: int) -> int:\n    return 'no'\n",
        "import typing as t\n@t.no_type_check\ndef f(x: int) -> int:\n    return 'no'\n",
    ],
)
async def test_nothing_in_the_code_silences_the_checker(silenced: str) -> None:
    (found,) = (await check_types({"a": silenced})).values()
    assert [finding.line for finding in found if finding.against_signature] == [silenced.count("\n")]


@pytest.mark.parametrize(
    ("body", "returns", "rejected"),
    [
        ("return {1: x}.get(x)", "int", False),  # may be None as far as the checker sees
        ("ys = list(range(x))\n    return ys", "list[float]", False),
        ("return tuple([x, x])", "tuple[int, int]", False),
        ("return (y for y in [x])", "list[int]", True),
        ("return x / 2", "int", True),
        ("return [x]", "set[int]", True),
        ("return None", "int", True),
        ("return x, x", "tuple[int, int, int]", True),
    ],
)
async def test_what_is_only_vaguely_known_does_not_reject(body: str, returns: str, rejected: bool) -> None:
    (found,) = (await check_types({"a": f"def f(x: int) -> {returns}:\n    {body}\n"})).values()
    assert found
    assert any(finding.against_signature for finding in found) is rejected


@pytest.mark.parametrize(
    ("returns", "value", "guessed", "against"),
    [
        ("int", "1.5", False, True),
        ("int", "1.5", True, False),
        ("list[int]", "[1.5]", True, False),
        ("int", "'a'", True, True),
    ],
)
async def test_whole_numbers_in_examples_leave_room_for_fractions(
    returns: str, value: str, guessed: bool, against: bool
) -> None:
    (found,) = (await check_types({"a": f"def f() -> {returns}:\n    return {value}\n"})).values()
    assert [msgspec.structs.replace(one, guessed=guessed).against_signature for one in found] == [against]


@pytest.mark.parametrize(
    "right",
    [
        "def f(xs: list[int], k: int) -> int:\n    for i, x in enumerate(xs):\n        if x == k:\n            return i\n",
        "import itertools\ndef f(n: int) -> int:\n    for i in itertools.count(n):\n        if i % 7 == 0:\n            return i\n",
        "def f(a: int) -> str:\n    if a < 0:\n        return 'l'\n    elif a > 0:\n        return 'g'\n    elif a == 0:\n        return 'e'\n",
        "def f(x: int) -> int:\n    for n in range(3):\n        try:\n            return 10 // x\n        except ValueError:\n            if n == 2:\n                raise\n",
        "def fail(why: str):\n    raise ValueError(why)\ndef f(x: int) -> int:\n    if x > 0:\n        return x\n    fail('no')\n",
        "def f(x: int = None, xs: list[int] = None) -> int:\n    return (x or 0) + len(xs or [])\n",
        "class Once(type):\n    made = {}\n    def __call__(cls, *a):\n        if cls not in cls.made:\n            cls.made[cls] = super().__call__(*a)\n"
        "        return cls.made[cls]\nclass D(metaclass=Once):\n    def __init__(self, v):\n        self.v = v\ndef f(x: int) -> int:\n    D(x)\n    return D().v\n",
    ],
)
async def test_what_only_running_the_code_tells_does_not_reject(right: str) -> None:
    (found,) = (await check_types({"a": right})).values()
    assert found
    assert not any(finding.against_signature for finding in found)


@pytest.mark.parametrize(
    "wrong",
    [
        "def f(xs: list[int]) -> int:\n    for x in xs:\n        print(x)\n",
        "def f(x: int) -> int:\n    def g(y: int) -> int:\n        return y\n    class A:\n        def m(self):\n            return 1\n    g(x)\n",
        "def f(x: int = 'a') -> int:\n    return 1\n",
        "class D:\n    def __init__(self, v):\n        self.v = v\ndef f(x: int) -> int:\n    return D().v\n",
    ],
)
async def test_what_no_run_makes_right_rejects(wrong: str) -> None:
    (found,) = (await check_types({"a": wrong})).values()
    assert any(finding.against_signature for finding in found)


async def test_a_header_that_the_prompt_gave_is_not_held_against_a_draft() -> None:
    for header in ("def f(xs: list[int] = ()) -> int:", "def f(\n    p: 'Point', *, x: int = 'a'\n) -> int:"):
        (drafted,) = (await check_types({"a": f"{header}\n    return 1\n"})).values()
        (asked,) = (await check_types({"a": f"{header}\n    return 1\n"}, asked=["f"])).values()
        assert any(finding.against_signature for finding in drafted)
        assert asked == ()
    (body,) = (await check_types({"a": "def f(x: int) -> int:\n    return 'a'\n"}, asked=["f"])).values()
    (empty,) = (await check_types({"a": "def f(x: int) -> int:\n    x += 1\n"}, asked=["f"])).values()
    assert all(any(finding.against_signature for finding in found) for found in (body, empty))
