"""Evidence for the module as a whole, in the real sandbox: what breaks in it, or holds only by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.generate.code import joined
from pipeline.ir import Example, Function, Intent, Parameter, Program, Signature, stated
from pipeline.verify.behaviour.examples import behave, read_expectations
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.evidence.claims import ChecksTest, Claim, claims, read_claim, versions_here
from pipeline.verify.evidence.offering import depends_on_chance, offered_evidence
from pipeline.verify.questions.questions import Comparison
from pipeline.verify.sandbox.base import Sandbox

SAYS = stated(0, 1)


def function(name: str, *examples: Example) -> Function:
    signature = Signature(name=name, parameters=(Parameter(name="x", provenance=SAYS),), provenance=SAYS)
    return Function(signature=signature, intent=Intent(text="it", provenance=SAYS), examples=examples)


def equals(call: str, expected: str) -> Example:
    return Example(call=call, expected=expected, provenance=SAYS)


async def chosen(about: Function, source: str, verdict: Sandbox) -> Mapping[str, Any]:
    """What the choice of `source` alone would have put out."""
    expectations, _ = await read_expectations(about.examples, verdict)
    behaviour = await behave(source, expectations, (), verdict)
    made = Checked(f"{about.name}.1", source, "instruct/1", (), behaviour)
    evidence = claims(about, made, Comparison((), (), 0), behaviour, (), ())
    return {"function": about.name, "module": source, "evidence": [claim.plain() for claim in evidence]}


def shown(found: list[Claim]) -> list[tuple[str, bool]]:
    return [(claim.text, claim.holds) for claim in found if claim.strength == "examples"]


@pytest.mark.hole("H19")
async def test_a_claim_says_what_it_rests_on_and_which_lines_it_ran(verdict: Sandbox) -> None:
    about = function("sign", equals("sign(3)", "1"), equals("sign(-3)", "-1"))
    source = "def sign(x):\n    # by comparison\n    if x > 0:\n        return 1\n    return -1\n"
    one = await chosen(about, source, verdict)
    found = await offered_evidence(Program(prompt="p", functions=(about,)), source, [one], verdict)
    first, second = (claim for claim in found if claim.strength == "examples")
    assert (first.lines, first.executed, second.executed) == ((1, 5), (3, 4), (3, 5))
    assert (first.clause, second.clause) == ("sign.example.1", "sign.example.2")
    assert first.code == second.code != ""
    assert first.versions["CPython"] == versions_here()["CPython"]
    assert (first.ran, first.seed, first.basis) == (1, 0, "stated")


@pytest.mark.hole("H19")
async def test_what_holds_alone_but_not_in_the_joined_module_is_no_claim(verdict: Sandbox) -> None:
    """Both functions bring a helper of one name, and a module has room for one."""
    one = function("double", equals("double(2)", "4"))
    two = function("triple", equals("triple(2)", "6"))
    by_two = "def _by(x):\n    return x * 2\n\n\ndef double(x):\n    return _by(x)\n"
    by_three = "def _by(x):\n    return x * 3\n\n\ndef triple(x):\n    return _by(x)\n"
    parts = [await chosen(one, by_two, verdict), await chosen(two, by_three, verdict)]
    program = Program(prompt="p", functions=(one, two))
    found = await offered_evidence(program, joined([by_two, by_three]), parts, verdict)
    assert shown(found) == [("double(2) == 4", True), ("triple(2) == 6, but it returns 4", False)]


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("head", "tested"),
    [
        ("import copy\n", True),
        ("from copy import deepcopy as copy\n", False),
        ("def same(x): return x\n", False),
    ],
)
async def test_a_law_has_no_test_where_the_module_has_names_of_its_own_for_what_it_uses(
    head: str, tested: bool, verdict: Sandbox
) -> None:
    about = function("double", equals("double(2)", "4"))
    source = f"{head}\n\ndef double(x):\n    return 2 * x\n"
    one = dict(await chosen(about, source, verdict))
    law = Claim(
        function="double",
        text="it doubles",
        strength="property",
        test=ChecksTest(checks=("same(double(3), 6)",)),
    )
    one["evidence"] = [*one["evidence"], law.plain()]
    found = await offered_evidence(Program(prompt="p", functions=(about,)), source, [one], verdict)
    (claim,) = [claim for claim in found if claim.text == "it doubles"]
    assert (claim.test is not None) is tested


@pytest.mark.hole("H19")
async def test_what_holds_by_chance_only_is_no_claim(verdict: Sandbox) -> None:
    source = "def letters(x):\n    return list(set(x))\n"
    words = "['spam', 'eggs', 'ham', 'tea']"
    expectations, _ = await read_expectations((equals(f"letters({words})", "[]"),), verdict)
    (run,) = (await behave(source, expectations, (), verdict)).examples
    lucky = function("letters", equals(f"letters({words})", run.did.removeprefix("returns ")))
    one = await chosen(lucky, source, verdict)
    found = await offered_evidence(Program(prompt="p", functions=(lucky,)), source, [one], verdict)
    ((text, holds),) = shown(found)
    assert not holds
    assert "depends on chance" in text


@pytest.mark.parametrize(
    ("source", "chance"),
    [
        ("def f(x):\n    return sorted(x)\n", False),
        ("def f(x):\n    return {y for y in x}\n", True),
        ("from random import choice\n", True),
        ("import datetime as d\n", True),
        ("import math\n", False),
    ],
)
def test_only_some_code_can_depend_on_chance(source: str, chance: bool) -> None:
    assert depends_on_chance(source) is chance


async def test_calls_that_raise_or_never_end_are_traced_as_far_as_possible(verdict: Sandbox) -> None:
    from pipeline.verify.evidence.coverage import executed

    source = "def f(x):\n    if x:\n        raise KeyError(x)\n    while True:\n        pass\n"
    assert await executed(source, ["f(1)", "f(0)", "f(2)"], verdict) == [(2, 3), None, (2, 3)]


@pytest.mark.hole("H19")
def test_claims_come_back_from_their_plain_form() -> None:
    test = ChecksTest(checks=("f(f([1])) == f([1])",))
    claim = Claim(function="f", text="idempotent", strength="property", ran=200, seed=7, test=test)
    assert read_claim(claim.plain()) == claim
    assert claim.supports
