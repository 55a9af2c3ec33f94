"""Text taken out of the prompt that still knows its place there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.ir import Provenance, stated

_ESCAPE = re.compile(
    r"\\(?:\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]+\}|.)", re.S
)
_LITERAL = re.compile(r"(?P<prefix>[rRuU]?)(?P<quote>'''|\"\"\"|'|\")(?P<body>.*)(?P=quote)\Z", re.S)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text; `offsets` holds each character's offset in the prompt, and the end's."""

    text: str
    offsets: Sequence[int]

    @classmethod
    def of(cls, prompt: str, start: int = 0, end: int | None = None) -> Passage:
        """The prompt's own characters at [start, end)."""
        end = len(prompt) if end is None else end
        return cls(prompt[start:end], range(start, end + 1))

    def part(self, start: int, end: int) -> Passage:
        """A stretch of this stretch."""
        return Passage(self.text[start:end], self.offsets[start : end + 1])

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> Passage:
        """With other text at some places, in their order; it stands where what it replaces begins.

        Of places that overlap the first is edited.
        """
        pieces: list[str] = []
        offsets: list[int] = []
        at = 0
        for start, end, text in edits:
            if start < at:
                continue
            pieces += [self.text[at:start], text]
            offsets += [*self.offsets[at:start], *[self.offsets[start]] * len(text)]
            at = end
        if not pieces:
            return self
        return Passage("".join([*pieces, self.text[at:]]), [*offsets, *self.offsets[at:]])

    def stated(self, start: int, end: int, source: str = "") -> Provenance:
        """Provenance of what was read at [start, end) of this text."""
        return stated(self.offsets[start], self.offsets[end], source)


_WRAP = re.compile(
    r"(?<=[^\s.:;!?])[ \t]*\n[ \t]*(?=(?:None|True|False)\b|[a-z'\"`\[({\d-])"
    r"(?![-*]\s|\d+[.)]\s|```|`?\w+`?(?:\s*\([^)\n]*\))?\s*:)"
)


def unwrapped(text: str) -> str:
    """The text with line breaks in the middle of a sentence as blanks, so that offsets stay."""
    return _WRAP.sub(lambda wrap: " " * len(wrap[0]), text)


def joined(parts: Iterable[Passage]) -> Passage:
    """Several stretches as one, each on lines of its own."""
    texts: list[str] = []
    offsets: list[int] = []
    for part in parts:
        texts.append(part.text)
        offsets += part.offsets
    return Passage("\n".join(texts), offsets or [0])


def string_value(literal: Passage) -> Passage:
    """What a string literal stands for; characters written as escapes keep the escape's place."""
    match = _LITERAL.match(literal.text)
    if match is None:
        return literal
    body = literal.part(*match.span("body"))
    if match["prefix"].lower() == "r" or "\\" not in body.text:
        return body
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for escape in _ESCAPE.finditer(body.text):
        pieces.append(body.text[at : escape.start()])
        offsets.extend(body.offsets[at : escape.start()])
        value = _unescaped(escape[0])
        pieces.append(value)
        offsets.extend([body.offsets[escape.start()]] * len(value))
        at = escape.end()
    pieces.append(body.text[at:])
    offsets.extend(body.offsets[at:])
    return Passage("".join(pieces), offsets)


def _unescaped(escape: str) -> str:
    if escape in ("\\'", "\\\n"):
        return escape[1:].strip("\n")
    known = escape[1] in '0123456789xuUNabfnrtv\\"' and len(escape) > 1
    try:
        return str(ast.literal_eval(f"'{escape}'")) if known else escape
    except (SyntaxError, ValueError):
        return escape


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with spans made blank, line ends kept, so that offsets stay."""
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        pieces += [text[at:start], re.sub(r"[^\n]", " ", text[max(at, start) : end])]
        at = max(at, end)
    return "".join([*pieces, text[at:]])
