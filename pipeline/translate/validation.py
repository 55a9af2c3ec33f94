"""What may come in as a prompt."""

from __future__ import annotations

from pipeline.errors import UsageError

LIMIT_BYTES = 100_000


def check_prompt(prompt: str | bytes) -> str:
    """The prompt as text, with line ends made `\\n` and no byte order mark.

    Raises UsageError if it is empty, longer than `LIMIT_BYTES`, binary, or not UTF-8.
    """
    size = len(prompt) if isinstance(prompt, bytes) else len(prompt.encode("utf-8", "surrogatepass"))
    if size > LIMIT_BYTES:
        raise UsageError(
            f"The prompt is too long: {size:,} bytes, and at most {LIMIT_BYTES:,} are read.",
            "Say what the program should do in a few sentences, with examples; leave data files out.",
        )
    text = (_decoded(prompt) if isinstance(prompt, bytes) else prompt).removeprefix("\ufeff")
    if "\0" in text:
        raise UsageError(
            f"The prompt is binary: it has a NUL character at offset {text.index(chr(0))}.",
            "Give plain text (UTF-8).",
        )
    surrogate = next((at for at, char in enumerate(text) if "\ud800" <= char <= "\udfff"), None)
    if surrogate is not None:
        raise UsageError(
            f"The prompt is not valid text: an undecodable byte stands at offset {surrogate}.",
            "Save it as UTF-8 and try again.",
        )
    if not any(char.isalnum() for char in text):
        raise UsageError(
            "The prompt is empty." if not text.strip() else "The prompt has no words in it.",
            'Say what the program should do, such as: holotype run "median of a list of numbers".',
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        kind = "binary" if b"\0" in data else "not UTF-8"
        raise UsageError(
            f"The prompt is {kind}: byte {data[error.start]:#04x} at offset {error.start} cannot be decoded.",
            "Give plain text, saved as UTF-8.",
        ) from error
