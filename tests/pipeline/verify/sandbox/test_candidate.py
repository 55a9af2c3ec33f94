"""What a run says of the candidate's code."""

from __future__ import annotations

import pytest

from pipeline.verify.behaviour.examples import is_of
from pipeline.verify.sandbox.base import Crashed, Job, OutOfMemory, Raised, Returned, Sandbox
from pipeline.verify.sandbox.values import Opaque

pytestmark = pytest.mark.hole("H25")


async def test_an_exception_that_gives_itself_a_built_in_s_name_is_none(verdict: Sandbox) -> None:
    source = (
        "class Forged(Exception): __module__ = 'builtins'\nForged.__qualname__ = 'ValueError'\n"
        "class Under(Forged): pass\nclass KeyError(Exception): pass\nclass Mine(KeyError): pass\n"
        "def f(kind): raise kind\n"
    )
    outcomes = (
        await verdict.run(Job(source, ("f(Forged)", "f(Under)", "f(Mine)", "f(ValueError)")))
    ).outcomes
    raised = [outcome for outcome in outcomes if isinstance(outcome, Raised)]
    plain = ("Exception", "BaseException", "object")
    assert [(each.type, each.bases) for each in raised] == [
        ("ValueError", plain),
        ("Under", ("candidate.ValueError", *plain)),
        ("Mine", ("candidate.KeyError", *plain)),
        ("ValueError", ()),
    ]
    assert [is_of(each, "ValueError") for each in raised] == [False, False, False, True]
    assert not is_of(raised[2], "KeyError")


@pytest.mark.parametrize(
    "text",
    ["[[]] * 10**6", "'\"' * 10**6", "'\\0' * 10**6", "'\\n' * 10**6", "[None] * 10**6", "['é'] * 10**6"],
)
async def test_no_value_is_too_large_to_be_told(text: str, verdict: Sandbox) -> None:
    texts = [text.replace("10**6", str(10**4 * number)) for number in (1, 4, 6, 8, 9, 12, 16, 30, 60, 100)]
    outcomes = (await verdict.run(Job("", tuple(texts)))).outcomes
    assert {*map(type, outcomes)} == {Returned}, [each for each in outcomes if isinstance(each, Crashed)]
    assert not isinstance(outcomes[0].value, Opaque)  # type: ignore[union-attr]


async def test_an_error_of_memory_that_the_source_raises_is_told_as_any_other(verdict: Sandbox) -> None:
    source = """
def mine(n):
    if n: raise MemoryError('no block is free')
class Full(MemoryError): pass
def full(): raise Full
def real(): return bytearray(1 << 40)
def again():
    try: real()
    except MemoryError: raise
def called(): raise ValueError(bytearray(1 << 40))
"""
    told = (
        await verdict.run(Job(source, ("mine(1)", "full()", "real()", "again()", "called()", "1")))
    ).outcomes
    assert told[0] == Raised("MemoryError", "no block is free", 3)
    assert getattr(told[1], "type", None) == "Full"
    assert told[2:5] == (OutOfMemory(),) * 3
    assert told[5] == Returned(1, "1")


async def test_a_class_of_a_long_name_is_told(verdict: Sandbox) -> None:
    (outcome,) = (
        await verdict.run(Job("", ("type('x' * 10**7, (), {'__repr__': lambda s: '1'})()",)))
    ).outcomes
    assert isinstance(outcome, Returned), outcome
    assert outcome.value == Opaque("x" * 200, "1")


async def test_what_programs_take_for_granted_is_there(verdict: Sandbox) -> None:
    source = """import inspect, locale, os, signal
class Known:
    \"\"\"Known.\"\"\"
def kill():
    seen = []
    signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
    os.kill(os.getpid(), signal.SIGUSR1)
    return seen
def shown():
    help(kill)
"""
    texts = (
        "__file__",
        "kill()",
        "locale.setlocale(locale.LC_ALL, '') != ''",
        "shown()",
        "open('/tmp/é', 'w').name",
    )
    report = await verdict.run(Job(source, (*texts, "os.kill(os.getppid(), 0)", "inspect.getsource(Known)")))
    values = [outcome.value if isinstance(outcome, Returned) else outcome for outcome in report.outcomes]
    assert values[:5] == ["<candidate>", [1], True, None, "/tmp/é"]
    assert getattr(values[5], "type", None) == "PermissionError"
    assert "Known" in str(values[6])
    assert "kill()" in report.stdout
