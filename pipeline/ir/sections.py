"""The sections of docstrings, in the styles of Google, NumPy and Sphinx: their places and entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["parameters", "returns", "raises", "other"]
Span = tuple[int, int]

_TITLES: tuple[tuple[Kind, str], ...] = (
    (
        "parameters",
        r"(?:(?:other|keyword)\s+)?(?:args|arguments|parameters|params)|inputs?(?=[ \t]*:[ \t]*\Z)",
    ),
    ("returns", "returns?"),
    ("raises", "raises"),
    ("other", r"yields?|examples?|notes?|warns|warnings?|see\s+also|references|todo|attributes"),
)
_TITLE = "|".join(f"(?P<{kind}>{words})" for kind, words in _TITLES)
_HEADING = re.compile(
    rf"(?P<indent>[ \t]*)(?:[-*•][ \t]+)?\**(?:{_TITLE})\**[ \t]*:\**(?!:)[ \t]*(?P<rest>.*)", re.I
)
_UNDERLINED = re.compile(rf"(?P<indent>[ \t]*)(?:{_TITLE})[ \t]*", re.I)
_DASHES = re.compile(r"[ \t]*(?:-{3,}|={3,})[ \t]*")
_FIELD = re.compile(
    r"[ \t]*[:@](?:(?P<parameters>param(?:eter)?|arg(?:ument)?|key(?:word)?|type)[ \t]+"
    r"(?P<type>[^:\n]*?[ \t]+)?(?P<name>\*{0,2}[^\W\d]\w*)"
    r"|(?P<returns>returns?|rtype)|(?P<raises>raises?|except(?:ion)?)\b[^:\n]*"
    r"|(?P<other>[a-z]+)\b[^:\n]*)[ \t]*:(?=\s|\Z)[ \t]*"
)
_ENTRY = re.compile(
    r"[ \t]*(?:[-*•][ \t]+)?\*{0,2}`{0,2}(?P<name>[^\W\d]\w*)`{0,2}\*{0,2}[ \t]*"
    r"(?:\((?P<type>(?:[^()\n]|\([^()\n]*\))*)\)[ \t]*)?(?::|[-–—](?=[ \t]))[ \t]*"
)
_NAMED_TYPE = re.compile(
    r"[ \t]*(?P<names>\*{0,2}[^\W\d]\w*(?:[ \t]*,[ \t]*\*{0,2}[^\W\d]\w*)*)(?:[ \t]+:|:[ \t]|[ \t]*\Z)[ \t]*"
)
_TYPED = re.compile(
    r"\s*(?:[^\W\d]\w*[ \t]*\((?P<named>[^()\n]{1,60})\)"
    r"|(?P<type>(?:[^\s\[\]:.;]|\[[^\n:;]*?\]|[ \t](?=\S)){1,60}?))[ \t]*:(?=\s)\s*"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a section says of one thing: `names` has the parameters, `type` and `words` are places."""

    names: tuple[str, ...]
    type: Span
    words: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A section at [start, end), its heading included; that of the field `:param n:` has one entry.

    What seems to be written as the type of what is returned may be a part of the words.
    """

    kind: Kind
    start: int
    end: int
    entries: tuple[Entry, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" \t"))


def sections(text: str) -> list[Section]:
    """The sections in the order of the text."""
    lines = [_Line(match.start(), match[0]) for match in re.finditer(r"(?m)^.*$", text)]
    found: list[Section] = []
    at = 0
    while at < len(lines):
        read = _underlined(text, lines, at) or _field(text, lines, at) or _headed(text, lines, at)
        if read is not None:
            found.append(read[0])
        at = read[1] if read else at + 1
    return found


def _kind(match: re.Match[str]) -> Kind:
    return next(kind for kind, _ in _TITLES if match[kind] is not None)


def _begins(lines: Sequence[_Line], at: int) -> bool:
    """Whether a section begins at that line."""
    underlined = at + 1 < len(lines) and _DASHES.fullmatch(lines[at + 1].text) and not lines[at].blank
    heading = _HEADING.fullmatch(lines[at].text)
    capital = heading and heading[_kind(heading)][0].isupper()  # else it may be a parameter's name
    return bool(underlined or _FIELD.match(lines[at].text) or capital)


def _headed(text: str, lines: Sequence[_Line], at: int) -> tuple[Section, int] | None:
    """Google's: `Args:`, and what is further to the right, or the next lines where nothing is."""
    heading = _HEADING.fullmatch(lines[at].text)
    if heading is None:
        return None
    rest = heading["rest"]
    below = next((line.indent for line in lines[at + 1 :] if not line.blank), 0)
    least = below if below > len(heading["indent"]) else None
    last = at + 1
    while last < len(lines) and not _begins(lines, last):
        if (
            lines[last].blank
            if rest or least is None
            else lines[last].indent < least and not lines[last].blank
        ):
            break
        if rest and lines[last].indent <= len(heading["indent"]):
            break
        last += 1
    body = [*([_Line(lines[at].start + heading.start("rest"), rest)] if rest else []), *lines[at + 1 : last]]
    kind = _kind(heading)
    return _section(kind, lines[at].start, body, _google(text, kind, body)), last


def _underlined(text: str, lines: Sequence[_Line], at: int) -> tuple[Section, int] | None:
    """NumPy's: a title over dashes, up to the next one or what is plainly no entry."""
    heading = _UNDERLINED.fullmatch(lines[at].text)
    if heading is None or at + 1 == len(lines) or not _DASHES.fullmatch(lines[at + 1].text):
        return None
    kind, last = _kind(heading), at + 2
    while last < len(lines) and not _begins(lines, last):
        apart = lines[last - 1].blank and last > at + 2 and not lines[last].blank
        entry = kind == "parameters" and " :" in lines[last].text
        if apart and not entry and lines[last].indent <= len(heading["indent"]):
            break
        last += 1
    body = lines[at + 2 : last]
    return _section(kind, lines[at].start, body, _numpy(text, kind, body)), last


def _field(text: str, lines: Sequence[_Line], at: int) -> tuple[Section, int] | None:
    """Sphinx's `:param n:`, and the lines that go on."""
    said = _FIELD.match(lines[at].text)
    if said is None:
        return None
    last = at + 1
    while last < len(lines) and not lines[last].blank and not _begins(lines, last):
        last += 1
    kind: Kind = _kind(said)
    start, end = lines[at].start, lines[last - 1].end
    words = _trimmed(text, start + said.end(), end)
    word = said[kind]
    if word in ("type", "rtype"):
        entry = Entry((said["name"],) if word == "type" else (), words, (words[1], words[1]))
    elif kind == "returns":
        entry = _returned(text, *words)
    else:
        named = (said["name"].strip("*"),) if said["name"] else ()
        written = said.span("type") if said["type"] else (said.end(), said.end())
        entry = Entry(named, _trimmed(text, start + written[0], start + written[1]), words)
    return Section(kind, start, end, (entry,)), last


def _section(kind: Kind, start: int, body: Sequence[_Line], entries: Iterable[Entry]) -> Section:
    end = max((line.end for line in body if not line.blank), default=start)
    return Section(kind, start, end, tuple(entries))


def _google(text: str, kind: Kind, body: Sequence[_Line]) -> Iterator[Entry]:
    lines = [line for line in body if not line.blank]
    if lines and kind == "parameters":
        yield from _listed(text, lines)
    elif lines and kind == "returns":
        typed = [group for group in _groups(lines) if _TYPED.match(group[0].text)]
        start, end = _trimmed(text, lines[0].start, lines[-1].end)
        yield Entry((), (start, start), (start, end)) if len(typed) > 1 else _returned(text, start, end)


def _numpy(text: str, kind: Kind, body: Sequence[_Line]) -> Iterator[Entry]:
    lines = [line for line in body if not line.blank]
    if lines and kind == "parameters":
        yield from _typed_first(text, lines)
    elif lines and kind == "returns":
        yield from _below(text, lines)


def _groups(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """Each line that is furthest to the left, with those below it that are not."""
    least = min(line.indent for line in lines)
    starts = [number for number, line in enumerate(lines) if line.indent == least]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start:end]


def _listed(text: str, lines: Sequence[_Line]) -> Iterator[Entry]:
    """Entries as Google writes them: `n (int): How many.`"""
    for group in _groups(lines):
        line, end = group[0], group[-1].end
        if said := _ENTRY.match(line.text):
            words = _trimmed(text, line.start + said.end(), end)
            written = said.span("type") if said["type"] else (said.end(), said.end())
            yield Entry((said["name"],), _trimmed(text, *(line.start + each for each in written)), words)


def _typed_first(text: str, lines: Sequence[_Line]) -> Iterator[Entry]:
    """Entries as NumPy writes them: `n : int`, and below that the words."""
    for group in _groups(lines):
        line = group[0]
        if said := _NAMED_TYPE.match(line.text):
            names = tuple(name.strip(" \t*") for name in said["names"].split(","))
            words = _trimmed(text, line.end, group[-1].end)
            yield Entry(names, _trimmed(text, line.start + said.end(), line.end), words)


def _below(text: str, lines: Sequence[_Line]) -> Iterator[Entry]:
    """What NumPy's style says is returned: its type, maybe with a name, and below that the words."""
    groups = list(_groups(lines))
    first, end = lines[0], lines[-1].end
    if len(groups) == 1 and len(lines) > 1:
        named = re.match(r"[ \t]*[^\W\d]\w*[ \t]+:[ \t]*", first.text)
        start = first.start + (named.end() if named else 0)
        yield Entry((), _trimmed(text, start, first.end), _trimmed(text, first.end, end))
    elif len(groups) == len(lines):
        yield _returned(text, first.start, end)


def _returned(text: str, start: int, end: int) -> Entry:
    """What is returned, with what seems to be its type: `str: The name.`"""
    said = _TYPED.match(text, start, end)
    if said is None:
        words = _trimmed(text, start, end)
        return Entry((), (words[0], words[0]), words)
    written = said.span("named") if said["named"] else said.span("type")
    return Entry((), _trimmed(text, *written), _trimmed(text, said.end(), end))


def _trimmed(text: str, start: int, end: int) -> Span:
    """The place without the blanks around it."""
    inner = text[start:end]
    first = start + len(inner) - len(inner.lstrip())
    return first, max(first, start + len(inner.rstrip()))
