"""What expected values may use, and how they are read as Python prints them."""

from __future__ import annotations

import pytest

from pipeline.translate.builder import IRBuilder
from pipeline.verify.behaviour.examples import read_expectations
from pipeline.verify.behaviour.given import evaluable, given
from pipeline.verify.sandbox.base import Sandbox

pytestmark = pytest.mark.hole("H19")

PROMPT = '''from collections import Counter
from datetime import date, datetime
from decimal import Decimal
import numpy as np

CENT = "0.01"
NOW = datetime.now()


class Money:
    pass


def total(prices: list[Decimal]) -> Decimal:
    """The sum.

    >>> total([Decimal("1.5")])
    Decimal('1.5')
    """
'''


async def test_what_the_prompts_code_has_beside_the_function_and_runs_by_itself(verdict: Sandbox) -> None:
    program = (await IRBuilder().build(PROMPT)).program
    found = given(program, "total")
    assert "class Money" in found
    assert "CENT" in found
    assert "from decimal import Decimal" in found
    assert "numpy" not in found
    assert "NOW" not in found
    read, unreadable = await read_expectations(program.function("total").examples, verdict, found)
    assert unreadable == ()
    assert [repr(each.value) for each in read] == ["Decimal('1.5')"]


@pytest.mark.parametrize(
    ("printed", "beside", "read"),
    [
        ("Decimal('1')", "from decimal import Decimal", "Decimal('1')"),
        ("Decimal('1')", "", "__import__('decimal').Decimal('1')"),
        ("Counter('ab')", "class Counter:\n    pass", "Counter('ab')"),
        (
            "[datetime.date(2024, 1, 1)]",
            "from datetime import datetime",
            "[__import__('datetime').date(2024, 1, 1)]",
        ),
        (
            "datetime.datetime(2024, 1, 1)",
            "from datetime import date",
            "__import__('datetime').datetime(2024, 1, 1)",
        ),
        ("datetime.date(2024, 1, 1)", "import datetime", "datetime.date(2024, 1, 1)"),
        ("datetime.fromisoformat('x')", "from datetime import datetime", "datetime.fromisoformat('x')"),
        ("inf", "from math import inf", "inf"),
        ("math.inf", "from math import floor", "__import__('math').inf"),
        ("no python", "", "no python"),
    ],
)
def test_values_are_read_as_python_prints_them(printed: str, beside: str, read: str) -> None:
    assert evaluable(printed, beside) == read


DATES = '''from datetime import date

def after(d: date) -> date:
    """The day after.

    >>> after(date(2024, 1, 1))
    datetime.date(2024, 1, 2)
    >>> after(date(2024, 1, 2))
    time.time(2024)
    """
'''


async def test_an_example_may_give_a_known_class_as_python_prints_it_with_its_module(
    verdict: Sandbox,
) -> None:
    translation = await IRBuilder().build(DATES)
    (example,) = translation.program.function("after").examples
    assert str(example) == "after(date(2024, 1, 1)) == datetime.date(2024, 1, 2)"
    assert any("`time`, which has no value" in str(note) for note in translation.notes)
    read, _ = await read_expectations((example,), verdict, given(translation.program, "after"))
    assert [repr(each.value) for each in read] == ["datetime.date(2024, 1, 2)"]


async def test_what_does_not_load_by_itself_leaves_the_rest_alone() -> None:
    prompt = (
        "from decimal import Decimal\nfrom typing import List\nimport numpy as np\n\nMatrix = List[List[int]]\n"
        "LIMIT = 2 * 5\n\ndef rows(m: Matrix) -> int:\n    return len(m)\n\ndef least(a: np.ndarray) -> int:\n"
        "    return 0\n\ndef half(a, b=LIMIT):\n    return a\n\ndef twice(a: Decimal) -> Decimal:\n    return 2 * a\n\n"
        'def total(n: int) -> Decimal:\n    """\n    >>> total(1)\n    Decimal(\'1\')\n    """\n'
    )
    found = given((await IRBuilder().build(prompt)).program, "total")
    exec(found, {})
    assert "def twice" in found
    assert not any(name in found for name in ("rows", "least", "half"))
