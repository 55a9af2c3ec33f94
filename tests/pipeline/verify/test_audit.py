"""What generated code must not do unasked."""

from __future__ import annotations

import pytest

from pipeline.ir import Effect, Provenance
from pipeline.verify.audit import audit

pytestmark = pytest.mark.hole("H25")


@pytest.mark.parametrize(
    ("source", "objection"),
    [
        ("import subprocess", "imports subprocess"),
        ("import os.path as p", "imports os.path"),
        ("from urllib.request import urlopen", "imports urllib.request"),
        ("def f():\n    return eval('1')", "line 2: calls eval()"),
        ("def f():\n    return open('x').read()", "calls open()"),
        ("def f(x):\n    return x.__class__.__subclasses__()", "reaches into __class__"),
        ("def f():\n    print('debug')", "calls print()"),
    ],
)
def test_objects(source: str, objection: str) -> None:
    assert any(objection in found for found in audit(source))


@pytest.mark.parametrize(
    "source",
    [
        "import math, re, collections",
        "from urllib.parse import quote",
        "class A:\n    def __init__(self): self.x = 1\n",
    ],
)
def test_has_nothing_against_plain_code(source: str) -> None:
    assert audit(source) == ()


def test_an_asked_for_effect_lifts_the_objection() -> None:
    prints = Effect(kind="prints", text="prints the table", provenance=Provenance(actor="prompt"))
    assert audit("def f():\n    print(1)", [prints]) == ()
    assert audit("import socket", [prints]) != ()
