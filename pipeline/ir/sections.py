"""What a docstring says of each parameter: under `Args:`, under `Parameters` with a rule, in `:param n:`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

_HEAD = re.compile(
    r"(?P<marks>#{1,6}\s+)?(?:(?:keyword |other |input )?(?:args|arguments|parameters|params)|inputs?|given)"
    r"\s*(?P<colon>:)?",
    re.I,
)
_RULE = re.compile(r"[-=~]{3,}")
_FIELD = re.compile(
    r":(?:param(?:eter)?|arg(?:ument)?|key(?:word)?)\s+(?P<type>[^:\n]*\s)?\*{0,2}(?P<names>\w+)\s*:\s*(?P<text>.*)"
)
_ENTRY = re.compile(
    r"(?:[-*+•]\s+)?\*{0,2}`?(?P<names>[^\W\d]\w*)`?\s*(?:\((?P<type>[^\n]*?)\)\s*)?"
    r"(?::|\s[-\u2013\u2014]+\s)\s*(?P<text>.*)"
)
_RULED_ENTRY = re.compile(
    r"\*{0,2}`?(?P<names>[^\W\d]\w*(?:,\s*\*{0,2}\w+)*)`?(?:\s*:\s*(?P<type>.*))?(?P<text>)"
)
_ITEM = re.compile(r"[-*+•]\s")
_SIGN = re.compile(r":\w+[^:\n]*:")


@dataclass(slots=True)
class Entry:
    """What is said of some parameters; `kind` is what stands where their type does."""

    names: list[str]
    kind: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(self.lines).strip()


def split(words: str, names: Collection[str]) -> tuple[list[Entry], str]:
    """The entries about the parameters `names`, and the words without all sections of that kind."""
    reader = _Reader(words.splitlines())
    reader.run()
    entries = [
        Entry(known, each.kind, each.lines)
        for each in reader.entries
        if (known := [name for name in each.names if name in names])
    ]
    return entries, "\n".join(reader.rest)


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.entries: list[Entry] = []
        self.rest: list[str] = []
        self._lines = lines
        self._at = 0

    def run(self) -> None:
        while self._at < len(self._lines):
            text = self._lines[self._at].strip()
            head = _HEAD.fullmatch(text)
            ruled = bool(head) and self._is_ruled(self._at)
            if head and (ruled or head["colon"] or head["marks"]):
                indent = _indent(self._lines[self._at])
                self._skip(1 + ruled)
                self._section(indent, _RULED_ENTRY if ruled else _ENTRY)
                self.rest.append("")
            elif found := _FIELD.fullmatch(text):
                self._skip(1)
                self._begin(found)
                while text and self._at < len(self._lines):
                    text = self._lines[self._at].strip()
                    if not text or _SIGN.match(text):
                        break
                    self._go_on()
            else:
                self.rest.append(self._lines[self._at])
                self._at += 1

    def _section(self, base: int, form: re.Pattern[str]) -> None:
        """The lines below a heading that stands `base` deep."""
        level: int | None = None
        while self._at < len(self._lines):
            line = self._lines[self._at]
            indent, found = _indent(line), form.fullmatch(line.strip())
            if not line.strip():
                self._skip(1)
                if self.entries and level is not None:
                    self.entries[-1].lines.append("")
                continue
            if self._is_ruled(self._at) or _FIELD.match(line.strip()) or indent < base:
                return
            if level is None and found:
                level = indent
            if level is None or (indent <= base and not (found and indent == level)):
                return
            if found and indent == level:
                self._skip(1)
                self._begin(found)
            elif indent == level and _ITEM.match(line.strip()):
                self.rest.append(line)
                self._at += 1
            else:
                self._go_on()

    def _begin(self, found: re.Match[str]) -> None:
        names = [name.strip(" *`") for name in found["names"].split(",")]
        self.entries.append(Entry(names, (found["type"] or "").strip(), [found["text"]]))

    def _go_on(self) -> None:
        self.entries[-1].lines.append(self._lines[self._at].strip())
        self._skip(1)

    def _skip(self, count: int) -> None:
        self.rest += [""] * count
        self._at += count

    def _is_ruled(self, at: int) -> bool:
        return at + 1 < len(self._lines) and _RULE.fullmatch(self._lines[at + 1].strip()) is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
