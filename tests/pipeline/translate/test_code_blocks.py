"""Where code ends and words go on, and marks of code within a docstring."""

from __future__ import annotations

import pytest

from pipeline.translate.code_blocks import code_blocks
from pipeline.translate.reading import read_prompt

pytestmark = pytest.mark.hole("H3")


def blocks(prompt: str) -> list[str]:
    return [prompt[start:end].strip() for start, end in code_blocks(prompt)]


@pytest.mark.parametrize("label", ['Input: "abc"', 'Input: s = "abc"', "Input: value", "Input: 4"])
def test_a_label_is_no_variable_with_its_type(label: str) -> None:
    assert blocks(f"def rev(s: str) -> str:\n    pass\n\n{label}") == ["def rev(s: str) -> str:\n    pass"]


@pytest.mark.parametrize("line", ["LIMIT: int = 3", "Rows: list[int] = []", "x: 'Node' = None"])
def test_a_variable_with_its_type_is_code(line: str) -> None:
    code = f"import os\n{line}\ndef f(s: str) -> str:\n    pass"
    assert blocks(code) == [code]


def test_an_example_right_after_a_stub() -> None:
    prompt = 'def rev(s: str) -> str:\n    pass\n\nInput: "abc"\nOutput: "cba"'
    (function,) = read_prompt(prompt).functions
    assert [str(each) for each in function.examples] == ['rev("abc") == "cba"']
    assert function.intent.text == "rev"


DOCUMENTED = '''def f(n: int) -> int:
    """Double it.

    ```python
    f(2) == 4
    ```

    Raises ValueError if n < 0.
    """


def g(n: int) -> int:
    """Triple it.

    ```
    >>> g(2)
    6
    ```
    """'''


@pytest.mark.parametrize(
    "prompt", [DOCUMENTED, f"```python\n{DOCUMENTED}\n```", f"```\nf(1) == 2\n```\n{DOCUMENTED}"]
)
def test_marks_of_code_in_a_docstring(prompt: str) -> None:
    assert blocks(prompt)[-1] == DOCUMENTED
    f, g = read_prompt(prompt).functions
    assert (f.intent.text, g.intent.text) == ("Double it. Raises ValueError if n < 0.", "Triple it.")
    assert "f(2) == 4" in map(str, f.examples)
    assert [str(each) for each in g.examples] == ["g(2) == 6"]


@pytest.mark.parametrize(
    "prompt",
    [
        'def f(n: int) -> int:\n    """Double it."""\n\n```\nf(3) == 6\n```',
        'def f(n: int) -> int:\n    """Double it\n\n```\nf(3) == 6\n```',
        "It's '''quoted.\n\n```\nf(3) == 6\n```",
    ],
)
def test_marks_of_code_outside_of_one(prompt: str) -> None:
    assert blocks(prompt)[-1] == "f(3) == 6"
