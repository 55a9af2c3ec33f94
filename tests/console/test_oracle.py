"""A person's own function as an oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.oracle import load_oracle

pytestmark = pytest.mark.hole("H19")

REFERENCE = """\
import datetime as dt
from dataclasses import dataclass

@dataclass
class User:
    name: str
    born: dt.date

def year(user, plus=0):
    if not user.name:
        raise ValueError("nameless")
    return user.born.year + plus
"""


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("year(User('a', dt.date(2024, 1, 1)))", "2024"),
        ("year(User('a', dt.date(2024, 1, 1)), plus=1)", "2025"),
        ("year(User('', dt.date(2024, 1, 1)))", "raises ValueError"),
        ("year(0)", "raises AttributeError"),
        ("year(Person('a'))", None),
        ("year(open('/nowhere'))", None),
        ("year(lambda: 1)", None),
        ("year(__import__('os'))", None),
    ],
)
async def test_it_answers_calls_that_its_module_has_the_classes_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, answer: str | None
) -> None:
    (tmp_path / "a_reference_of_years.py").write_text(REFERENCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    oracle = load_oracle("a_reference_of_years:year")
    assert await oracle("year", call) == answer
