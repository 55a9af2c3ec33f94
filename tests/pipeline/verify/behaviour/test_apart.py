"""What an example says of a result is asked without the code that gave it."""

from __future__ import annotations

import pytest

from pipeline.ir import Example, Signature, stated
from pipeline.verify.behaviour.apart import Apart
from pipeline.verify.behaviour.examples import ExampleRun, behave, read_expectations
from pipeline.verify.sandbox.base import Sandbox
from pipeline.verify.subject import Judges

pytestmark = pytest.mark.hole("H19")

SAYS = stated(0, 1)


def signature(returns: str, is_async: bool = False) -> Signature:
    return Signature(name="f", returns=returns, is_async=is_async, provenance=SAYS)


@pytest.mark.parametrize(
    ("text", "call", "rest"),
    [
        ("len(f(9))", "f(9)", "len(_held)"),
        ("round(f(f(3))[1], 2)", "f(f(3))", "round(_held[1], 2)"),
        ("abs(f(2) - 1.5) < 0.1", "f(2)", "abs(_held - 1.5) < 0.1"),
        ("f(lambda x: x) is None", "f(lambda x: x)", "_held is None"),
        ("__import__('asyncio').run(f(3)) + 1", "__import__('asyncio').run(f(3))", "_held + 1"),
    ],
)
def test_the_call_is_taken_out(text: str, call: str, rest: str) -> None:
    assert Apart([text, "f(1)"], signature("list[int]")).expressions == (f"(_held := {call})", rest, "f(1)")


@pytest.mark.parametrize(
    ("text", "returns"),
    [
        ("f(1)", "int"),
        ("f(1) == f(2)", "int"),
        ("[f(x) for x in (1, 2)]", "list[int]"),
        ("(lambda xs: (f(xs), xs)[1])([1])", "list[int]"),
        ("g(f(1))", "int"),
        ("f(1) is [].__class__", "int"),
        ("f(1) if 0 else 2", "int"),
        ("list(map(f, f(1)))", "list[int]"),
        ("f('a').most_common(1)", "Counter[str]"),
        ("str(f(1))", ""),
        ("str(f(1))", "list[int]"),
        ("isinstance(f(1), dict)", "dict[str, int]"),
        ("f'{f(1)}'", "int"),
        ("f(1) +", "int"),
    ],
)
def test_what_may_need_the_code_stays_with_it(text: str, returns: str) -> None:
    assert Apart([text], signature(returns)).expressions == (text,)


async def runs(
    source: str, examples: tuple[tuple[str, str], ...], returns: str, sandbox: Sandbox
) -> tuple[ExampleRun, ...]:
    asked = tuple(Example(call=call, expected=expected, provenance=SAYS) for call, expected in examples)
    expected, _ = await read_expectations(asked, sandbox)
    behaviour = await behave(source, expected, ("f(1)",), sandbox, signature=signature(returns))
    assert behaviour.probes != ()
    return behaviour.examples


@pytest.mark.parametrize("returns", ["float", ""])
async def test_a_result_does_not_answer_for_itself(returns: str, verdict: Sandbox) -> None:
    source = (
        "class Near(float):\n    __sub__ = __rsub__ = lambda s, o: 0.0\n\ndef f(x):\n    return Near(99)\n"
    )
    (run, _) = await runs(source, (("abs(f(2) - 1.5) < 1e-6", "True"), ("f(2)", "99.0")), returns, verdict)
    assert (run.did, run.holds) == ("returns False", False)


async def test_a_result_says_nothing_of_its_length_or_items(verdict: Sandbox) -> None:
    source = (
        "class Any(list):\n    __len__ = lambda s: 5\n    __getitem__ = lambda s, i: 2\n\n"
        "def f(x):\n    return Any([1])\n"
    )
    found = await runs(source, (("len(f(9))", "5"), ("round(f(3)[1], 2)", "2")), "list[int]", verdict)
    assert [run.did for run in found] == ["returns 1", "raises IndexError: list index out of range"]


async def test_what_is_more_than_a_plain_value_is_asked_itself(verdict: Sandbox) -> None:
    source = (
        "from collections import Counter, namedtuple\nP = namedtuple('P', 'x y')\nseen = []\n\n"
        "def f(x):\n    seen.append(x)\n    return Counter('aab') if x else P(1, len(seen))\n"
    )
    examples = (("f(1)['z']", "0"), ("f(1).most_common(1)", "[('a', 2)]"), ("f(0).y", "3"), ("f(0)[1]", "4"))
    for returns in ("Union[dict[str, int], tuple[int, int]]", ""):
        found = await runs(source, examples, returns, verdict)
        assert [run.holds for run in found] == [True] * 4


async def test_a_class_and_the_order_of_a_set_are_asked_of_the_result_itself(verdict: Sandbox) -> None:
    source = "from collections import Counter\n\ndef f(x):\n    return {8, 0} if x else Counter('aab')\n"
    examples = (("list(f(1))", "[8, 0]"), ("len(f(1))", "2"), ("str(f(0))", "\"Counter({'a': 2, 'b': 1})\""))
    found = await runs(source, examples, "", verdict)
    assert [run.holds for run in found] == [True] * 3


@pytest.mark.parametrize("screened", [True, False])
async def test_what_the_call_itself_comes_to_is_told(screened: bool, judges: Judges) -> None:
    sandbox = judges.screen if screened else judges.verdict
    source = "def f(x):\n    return [x] * (6 // x)\n"
    found = await runs(
        source, (("len(f(2))", "3"), ("len(f(0))", "3"), ("f(3)", "[3, 3]")), "list[int]", sandbox
    )
    assert [run.holds for run in found] == [True, False, True]
    assert found[1].did.startswith("raises ZeroDivisionError")
