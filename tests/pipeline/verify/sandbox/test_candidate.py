"""What a run says of the candidate's code."""

from __future__ import annotations

import pytest

from pipeline.verify.examples import is_of
from pipeline.verify.sandbox.base import Job, Raised, Sandbox

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
