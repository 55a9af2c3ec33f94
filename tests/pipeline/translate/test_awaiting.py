"""Functions that examples await."""

from __future__ import annotations

import pytest

from pipeline.ir import Example, Signature, stated
from pipeline.translate.awaiting import as_awaited
from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("prompt", "is_async"),
    [
        ("Write scale(n: int) -> int.\n\n>>> await scale(2)\n4\n", True),
        (
            "Write scale(n: int) -> int.\n\n```python\nasync def test():\n    assert await scale(2) == 4\n```\n",
            True,
        ),
        ("Write scale(n: int) -> int.\n\n>>> scale(2)\n4\n", False),
        ("Write scale(n: int) -> int.\n\n>>> scale(2)\n4\n>>> await scale(3)\n6\n", False),
        ('def scale(n: int):\n    """Scale.\n\n    >>> await scale(2)\n    4\n    """\n', False),
    ],
)
def test_a_function_that_every_example_awaits_is_a_coroutine_function(prompt: str, is_async: bool) -> None:
    assert read_prompt(prompt).functions[0].signature.is_async is is_async


def test_one_that_is_run_is_one_too() -> None:
    signature = Signature(name="scale", provenance=stated(0, 1))
    run = Example(call="asyncio.run(scale(2))", expected="4", provenance=stated(0, 1))
    other = run.model_copy(update={"call": "asyncio.run(main(scale(2)))"})
    assert as_awaited(signature, [run], "").is_async
    assert not as_awaited(signature, [other], "").is_async
