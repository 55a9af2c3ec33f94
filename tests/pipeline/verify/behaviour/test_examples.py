"""Candidates run in the real screen and compared outside it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from pipeline.ir import Example, Provenance, Signature, stated
from pipeline.verify.behaviour.examples import Behaviour, behave, is_kind_of, is_of, read_expectations
from pipeline.verify.sandbox.base import Raised, Sandbox
from pipeline.verify.sandbox.select import open_screen
from pipeline.verify.subject import Judges

SAYS = stated(0, 1)


def equals(call: str, expected: str) -> Example:
    return Example(call=call, expected=expected, provenance=SAYS)


def raises(call: str, kind: str) -> Example:
    return Example(call=call, raises=kind, provenance=SAYS)


@pytest.fixture
async def screen() -> AsyncIterator[Sandbox]:
    sandbox = await open_screen(size=1)
    yield sandbox
    await sandbox.aclose()


async def judged(source: str, *examples: Example, screen: Sandbox, probes: tuple[str, ...] = ()) -> Behaviour:
    expectations, unreadable = await read_expectations(examples, screen)
    assert unreadable == ()
    return await behave(source, expectations, probes, screen)


@pytest.mark.hole("H19")
async def test_tells_what_holds_from_what_does_not_and_why(screen: Sandbox) -> None:
    source = "def f(xs):\n    return max(xs)\n"
    behaviour = await judged(
        source,
        equals("f([1, 3])", "3"),
        equals("f([])", "None"),
        raises("f([])", "ValueError"),
        raises("f([1])", "ValueError"),
        screen=screen,
        probes=("f(['a', 'b'])", "f(3)"),
    )
    assert [run.holds for run in behaviour.examples] == [True, False, True, False]
    assert not behaviour.passed
    first, second = behaviour.counterexamples
    assert first.startswith("f([]) == None, but it raises ValueError")
    assert second == "f([1]) raises ValueError, but it returns 1"
    assert behaviour.probes[0] == "returns 'b'"
    assert behaviour.probes[1].startswith("raises TypeError")


async def test_expected_values_that_are_no_literals_are_evaluated_apart_from_the_code(
    screen: Sandbox,
) -> None:
    source = "def f(x):\n    return {x, x}\n\n\ndef set(*_):\n    raise SystemError\n"
    behaviour = await judged(source, equals("f(1)", "set([1])"), equals("f('a')", "{'a'}"), screen=screen)
    assert behaviour.passed


async def test_an_expected_value_that_cannot_be_read_is_said_to_check_nothing(screen: Sandbox) -> None:
    expectations, (unreadable,) = await read_expectations([equals("f(1)", "Point(1)")], screen)
    assert expectations == ()
    assert "NameError" in unreadable.reason


async def test_code_that_does_not_load_has_one_counterexample(screen: Sandbox) -> None:
    behaviour = await judged("def f(x):\n    return x\n\n1 / 0\n", equals("f(1)", "1"), screen=screen)
    assert not behaviour.passed
    assert "ZeroDivisionError" in behaviour.counterexamples[0]


async def test_a_subclass_of_the_expected_exception_will_do(screen: Sandbox) -> None:
    behaviour = await judged("def f(d):\n    return d['x']\n", raises("f({})", "LookupError"), screen=screen)
    assert behaviour.passed


async def test_endless_code_is_stopped_and_said_to_be(screen: Sandbox) -> None:
    from pipeline.verify.sandbox.base import Limits

    expectations, _ = await read_expectations([equals("f()", "1")], screen)
    limits = Limits(wall_seconds=0.3)
    behaviour = await behave("def f():\n    while True:\n        pass\n", expectations, (), screen, limits)
    assert "does not end" in behaviour.counterexamples[0]


def test_basis_says_whose_word_an_example_is() -> None:
    from pipeline.verify.behaviour.examples import basis

    def example(provenance: Provenance) -> Example:
        return Example(call="f()", expected="1", provenance=provenance)

    assert basis(example(SAYS)) == "stated"
    assert basis(example(Provenance(actor="person"))) == "decided"
    assert basis(example(Provenance(actor="model", assumed=True))) == "assumed"
    assert basis(example(Provenance(actor="model"))) == "proposed"


@pytest.mark.parametrize(
    ("raised", "wanted", "kind"),
    [
        ("KeyError", "LookupError", True),
        ("m.Broken", "Broken", True),
        ("Broken", "Exception", True),
        ("Broken", "ValueError", False),
        ("SystemExit", "Exception", False),
    ],
)
def test_which_exceptions_are_of_a_kind(raised: str, wanted: str, kind: bool) -> None:
    assert is_kind_of(raised, wanted) is kind


@pytest.mark.hole("H19")
@pytest.mark.parametrize("screened", [True, False])
async def test_an_exception_derived_from_the_wanted_one_is_what_was_wanted(
    screened: bool, judges: Judges
) -> None:
    sandbox = judges.screen if screened else judges.verdict
    own = "" if screened else "class Missing(KeyError):\n    pass\n\n"  # which is beyond the screen
    source = f"import json\n\n{own}def f(x):\n    raise {'KeyError' if screened else 'Missing'}(x)\n\ndef g(x):\n    return json.loads(x)\n"
    wanted = (
        ("f('a')", "LookupError"),
        ("f('a')", "ValueError"),
        ("g('{')", "ValueError"),
        ("g('{')", "KeyError"),
    )
    expected, _ = await read_expectations(tuple(raises(*each) for each in wanted), sandbox)
    behaviour = await behave(source, expected, (), sandbox)
    assert [run.holds for run in behaviour.examples] == [True, False, True, False]


@pytest.mark.parametrize(
    ("raised", "wanted", "held"),
    [
        (Raised("Stop", "", 1, ("BaseException", "object")), "Exception", False),
        (Raised("Missing", "", 1, ("KeyError", "LookupError", "Exception")), "LookupError", True),
        (Raised("m.Missing", "", 1, ("Exception",)), "Missing", True),
        (Raised("json.decoder.JSONDecodeError", "", 1, ("ValueError", "Exception")), "KeyError", False),
        (Raised("KeyError", ""), "LookupError", True),
        (Raised("URLError", "", 1, ("OSError", "Exception")), "IOError", True),
        (Raised("ValueError", "", 1, ("Exception", "BaseException")), "ValueError", False),
        (Raised("ValueError", "", 1, ("ValueError", "Exception")), "ValueError", True),
    ],
)
def test_what_is_raised_is_told_by_what_it_is_derived_from(raised: Raised, wanted: str, held: bool) -> None:
    assert is_of(raised, wanted) is held


@pytest.mark.hole("H19")
async def test_values_that_only_look_alike_meet_no_example(verdict: Sandbox) -> None:
    thing = "class Thing:\n    pass\n"
    source = f"{thing}\n\ndef f():\n    return Thing()\n\ndef g():\n    return [1]\n"
    expected, unreadable = await read_expectations(
        (equals("f()", "Thing()"), equals("g()", "list((1,))")), verdict, thing
    )
    behaviour = await behave(source, expected, ("f()", "g()"), verdict)
    assert unreadable == ()
    assert [run.holds for run in behaviour.examples] == [False, True]
    assert behaviour.probes == ("gives what cannot be compared: <candidate.Thing object>", "returns [1]")


@pytest.mark.hole("H19")
async def test_awaited_examples_and_coroutines_are_run(verdict: Sandbox) -> None:
    signature = Signature(name="f", is_async=True, provenance=SAYS)
    source = "async def f(n):\n    return 2 * n\n"
    expected, _ = await read_expectations((equals("await f(2)", "4"), equals("f(3)", "6")), verdict)
    behaviour = await behave(source, expected, ("f(4)",), verdict, signature=signature)
    assert [run.holds for run in behaviour.examples] == [True, True]
    assert behaviour.probes == ("returns 8",)


@pytest.mark.hole("H19")
async def test_values_of_numbers_too_long_to_print_are_told(verdict: Sandbox) -> None:
    source = (
        "from fractions import Fraction\n\ndef f(n):\n    return Fraction(n + 10**5000, 7)\n\n"
        "def g(n):\n    return range(10**5000)\n"
    )
    behaviour = await behave(source, (), ("f(3)", "g(3)"), verdict)
    long = hex(3 + 10**5000)
    assert behaviour.probes[0].startswith(f"returns Fraction({long[:1000]}")
    assert behaviour.probes[1].startswith("returns range(0, 0x")


@pytest.mark.hole("H19")
async def test_values_that_did_not_come_back_whole_are_not_told(verdict: Sandbox) -> None:
    source = "def f(n):\n    return [0] * n\n\ndef g(n):\n    return [g(n - 1)] if n else []\n"
    examples = (
        equals("f(90_000)", "[0] * 90_000"),
        equals("f(90_000)", "[0] * 90_001"),
        equals("g(80)", "[" * 81 + "]" * 81),
        equals("f(10**6)", "[0] * 10**6"),
        equals("f(10**6)", "[0, 0]"),
        equals("f(2)", "[0] * 10**6"),
        equals("f(30_000)", "[0.0] * 30_000"),
        equals("g(150)", "(lambda g: g(g, 150))(lambda g, n: [g(g, n - 1)] if n else [])"),
        raises("f(10**6)", "ValueError"),
    )
    expected, _ = await read_expectations(examples, verdict)
    behaviour = await behave(source, expected, (), verdict)
    told = [run.holds for run in behaviour.examples]
    assert told == [True, False, True, None, False, False, None, None, False]


@pytest.mark.hole("H19")
async def test_an_object_of_the_prompt_s_own_class_is_compared_by_its_fields(verdict: Sandbox) -> None:
    given = "from dataclasses import dataclass\n@dataclass\nclass Stats:\n    counts: dict\n"
    source = given + "def f(s):\n    return Stats({c: s.count(c) / 10 for c in s})\n"
    examples = (
        equals("f('ba')", "Stats({'a': 0.1, 'b': 0.1})"),
        equals("[f('bbba')]", "[Stats(counts={'a': 0.1, 'b': 0.1 + 0.2})]"),
        equals("f('a')", "Stats({'b': 0.1})"),
    )
    expected, _ = await read_expectations(examples, verdict, given)
    behaviour = await behave(source, expected, (), verdict)
    assert [run.holds for run in behaviour.examples] == [True, True, False]


@pytest.mark.hole("H19")
async def test_what_an_object_does_not_print_is_told(verdict: Sandbox) -> None:
    """Two programs that differ in it do not do the same."""
    head = "from dataclasses import dataclass, field\n@dataclass\nclass P:\n    x: float\n"
    hidden = f"{head}    pin: int = field(repr=False, default=0)\n\ndef f(n):\n    return P(0.1 + 0.2, n"
    one, other = [(await behave(f"{hidden}{end}", (), ("f(1)",), verdict)).probes for end in (")", " + 1)")]
    assert one == ("returns P(x=0.3, pin=1)",)
    assert other == ("returns P(x=0.3, pin=2)",)
