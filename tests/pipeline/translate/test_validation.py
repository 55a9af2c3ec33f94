"""What may come in as a prompt, and what is refused with which words."""

from __future__ import annotations

import pytest

from pipeline.errors import Exit, UsageError
from pipeline.translate.validation import LIMIT_BYTES, check_prompt

pytestmark = pytest.mark.hole("H3")


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        (b"", "empty"),
        ("?!…", "no words"),
        ("x" * (LIMIT_BYTES + 1), "too long"),
        (b"x" * 1_000_000, "too long"),
        ("é" * (LIMIT_BYTES // 2 + 1), "too long"),
        ("median\0of", "binary"),
        (b"\x7fELF\x00\x01\xff\xfe", "binary"),
        (b"caf\xe9", "not UTF-8"),
        ("median \udcff", "undecodable"),
    ],
)
def test_refused(prompt: str | bytes, word: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_prompt(prompt)
    assert word in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code is Exit.USAGE


@pytest.mark.parametrize("prompt", ["x" * LIMIT_BYTES, "中位数", "médiane", "Медиана списка чисел"])
def test_taken_as_it_is(prompt: str) -> None:
    assert check_prompt(prompt) == prompt
    assert check_prompt(prompt.encode()) == prompt


def test_line_ends_and_byte_order_mark() -> None:
    assert check_prompt(b"\xef\xbb\xbfa\r\nb\rc") == "a\nb\nc"
