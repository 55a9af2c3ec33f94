"""Types and names said in words; only what the words say exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from keyword import iskeyword

from pipeline.ir import Provenance
from pipeline.syntax import BUILTINS
from pipeline.translate.inference import literal_type
from pipeline.translate.passage import Passage
from pipeline.translate.syntax import closing, parse_expression, written_type

_ADJECTIVE = (
    r"(?:(?:an?|the|one|two|three|some|given|new|single|sorted|unsorted|non-?empty|empty|possibly|positive|negative"
    r"|non-?negative|natural|whole|unique|distinct|input|second|first|another|nested|flat|ordered|possibly\s+empty"
    r"|binary|lowercase|uppercase|valid|random|long|short|reversed|filtered|plain|ascii|unicode)\s+)*"
)
_SCALARS = {
    r"integers?|ints?|whole\s+numbers?": "int",
    r"floats?|floating[- ]points?(?:\s+numbers?)?|real\s+numbers?|decimal\s+numbers?": "float",
    r"strings?|strs?": "str",
    r"booleans?|bools?": "bool",
    r"bytes(?:\s+objects?)?": "bytes",
}
_CONTAINERS = {
    r"lists?|arrays?": "list[{}]",
    r"sets?": "set[{}]",
    r"frozensets?": "frozenset[{}]",
    r"tuples?": "tuple[{}, ...]",
    r"pairs?": "tuple[{0}, {0}]",
    r"iterables?": "Iterable[{}]",
}
_MAPPING = r"(?:dictionar(?:y|ies)|dicts?|mappings?|maps?|hash\s*maps?)"
_TAKES = re.compile(
    r"\b(?:takes?|taking|accepts?|accepting|given|receives?|receiving|expects?)\s+(?:as\s+(?:input|arguments?)\s+)?(?:in\s+)?",
    re.I,
)
_HANDLES = re.compile(r"\b(?:for|of|from|in|reverses?|sorts?|parses?|splits?)\s+(?=(?:an?|the|two)\s)", re.I)
"""Before what may be an argument, as long as nothing has said what the arguments are."""
_AGAIN = re.compile(r"(?:the|these|those|both|that|this|each|every|any)\s", re.I)
_AGAIN_BEFORE = re.compile(r"\b(?:the|these|those|both|that|this|each|every|any)\s+\Z", re.I)
_RETURNS = re.compile(
    r"\b(?:returns?|returning|gives?\s+back|and\s+yields?|output(?:s|ting)?)\s+(?:as\s+)?", re.I
)
_TRUE_IF = re.compile(r"\breturns?\s+(?:a\s+)?`?True`?\b(?P<rest>[^.]{0,300})", re.I)
_NONE_IF = re.compile(
    r"(?:\b(?:returns?|or|gives?)|,)\s+`?None`?\s+(?:if|when|for|where|on|otherwise)\b|\botherwise\s+(?:return\s+)?`?None`?",
    re.I,
)
_OPTIONAL = re.compile(
    r"(?:an?\s+|the\s+)?optional\s+(?:(?!(?:of|to|for|in|which|that|and|or)\b)[\w-]+\s+){0,3}?`?(?P<name>[^\W\d]\w*)`?,?\s+"
    r"\(?(?:(?:which|that|it)\s+)?default(?:s|ing)?(?:\s+(?:to|is|of|value(?:\s+is)?))?\s*[:=]?\s*`?"
    r"(?P<value>'[^'\n]{0,40}'|\"[^\"\n]{0,40}\"|-?\d+(?:\.\d+)?(?!\w|\.\d|%)|True\b|False\b)`?\)?",
    re.I,
)
_NUMBERS = re.compile(
    r"(?:an?|the|two)\s+(?:(?:second|positive|whole|natural|non-?negative)\s+)?numbers?\s+(?:(?:called|named)\s+)?`?(?P<name>(?!is\b|of\b|to\b|in\b|by\b|as\b)"
    r"[a-z]\w?)`?(?!\w)(?:(?<!`)\s+and\s+(?P<other>[b-z])(?!\w))?",
    re.I,
)
"""Numbers with short names, of which nobody says whether they are whole."""
_LETTERS = re.compile(
    r"(?:an?|two|another)\s+(?:single\s+)?(?:characters?|letters?|chars?|words?)\b"
    r"(?=\s*[,.;:)\n]|\s*\Z|\s+(?:and|or|to|that|which|`|\w{1,2}\b))",
    re.I,
)
_TICKED = re.compile(
    r"(?:an?\s+|the\s+)?(?:(?:(?:two|three)\s+)?(?:arguments?|parameters?|inputs?|values?)\s*(?:called\s+|named\s+|[,:]\s*)?)?"
    r"(?P<names>`[^\W\d]\w*`(?:\s*(?:,\s*(?:and\s+)?|\band\s+)`[^\W\d]\w*`)*)(?!\s*(?:,\s+|\()an?\s)",
    re.I,
)
"""Names and nothing else: "takes `a` and `b`". In "`n`, a number" what follows tells of it."""
_JOINT = re.compile(
    r"(?:(?:\s+(?:called|named))?\s+`?\w+`?)?\s*(?:,\s*(?:and\s+)?|\s+and\s+)(?:another\s+)?", re.I
)
_IF = re.compile(r"\s+(?:if|when)\b", re.I)
_MANY = frozenset({"list", "set", "dict", "tuple", "frozenset", "Iterable"})
_SIZE = (
    r"lengths?|len|index(?:es)?|indices|positions?|offsets?|counts?|sizes?|hash(?:es)?|bits?|width|distance"
)
_OF_TEXT = re.compile(rf"{_IF.pattern}|`?\s+(?:{_SIZE})\b", re.I)
_OF_MANY = re.compile(
    rf"{_IF.pattern}|`?\s+(?:{_SIZE}|keys?|values?|items?|elements?|entry|entries|members?|sum|total|median|mean"
    r"|average|max(?:imum)?|min(?:imum)?|head|tail|names?)\b",
    re.I,
)
_TRAILING_NAME = re.compile(
    r"\s+(?:called\s+|named\s+|of\s+name\s+)?(?P<tick>`?)(?P<name>[^\W\d]\w*)(?P=tick)(?!\w|-\w)"
)
_SUBSCRIPTED = re.compile(r"`?(?P<type>[^\W\d][\w.]*\[)")
_SECOND_NAME = re.compile(r"\s*(?:,|and\b|&)\s*(?P<tick>`?)(?P<name>[^\W\d]\w*)(?P=tick)(?!\w)")
_CLOSED = re.compile(
    r"\s*(?:[,.;:)\n]|\Z)|\s+and\s+(?:an?|another|the|\w+s)\b|\s+(?:of|sorted|where|consisting|containing|representing)\b"
)
"""After a name with which the phrase ends."""
_SINGULAR = re.compile(r"(?:an?|one|another)\s", re.I)
_TWO = re.compile(r"(?:the\s+)?two\s", re.I)
_APART = re.compile(
    r"\s*[,(:]\s*(?P<tick>`?)(?P<first>[^\W\d]\w*)(?P=tick)\s+and\s+(?P=tick)(?P<second>[^\W\d]\w*)(?P=tick)\s*[,)]"
)
_ENDING = re.compile(r"(?:ing|ed|ly)\Z")
_DEPTH_LIMIT = 5
_WORDS_BEFORE = re.compile(r"(?:\b[\w-]+\s+){1,4}\Z")
_NOT_A_NAME = re.compile(
    r"and|or|of|to|that|which|with|from|as|into|in|by|for|is|are|the|a|an|it|its|if|when"
    r"|containing|representing|where|returns|return|returning|then|such|using|sorted|without|not"
    r"|but|called|named|on|at|have|has|having|whose|be|give|between|inside|within|after|before"
    r"|while|so|each|all|only|long|together|separated"
)


@dataclass(frozen=True, slots=True)
class SaidType:
    """A type that the words say; `name` is the parameter's where they give one, as its `default`."""

    type: str
    name: str
    provenance: Provenance
    default: str | None = None


def type_at(text: str, start: int, depth: int = 0) -> tuple[str, int] | None:
    """The type phrase at `start` and its end: "a list of integers" is `list[int]`."""
    if depth > _DEPTH_LIMIT:
        return None
    if subscripted := _SUBSCRIPTED.match(text, start):
        end = closing(text, subscripted.end() - 1) or subscripted.end()
        written = written_type(text[subscripted.start("type") : end])
        return (written, end) if written else None
    adjective = re.compile(_ADJECTIVE, re.I).match(text, start)
    at = adjective.end() if adjective else start
    found = _base_type(text, at, depth + 1)
    if found is None:
        return None
    named, end = found
    optional = re.compile(r"\s+or\s+`?None`?\b|\s*\|\s*None\b", re.I).match(text, end)
    return (f"{named} | None", optional.end()) if optional else (named, end)


def _base_type(text: str, at: int, depth: int) -> tuple[str, int] | None:
    for words, name in _SCALARS.items():
        if match := re.compile(rf"`?(?:{words})\b`?", re.I).match(text, at):
            container = re.compile(r"\s+(list|array|set)s?\b", re.I).match(text, match.end())
            if container:
                return f"{'set' if container[1].lower() == 'set' else 'list'}[{name}]", container.end()
            return name, match.end()
    if match := re.compile(rf"`?{_MAPPING}\b`?", re.I).match(text, at):
        return _mapping_type(text, match.end(), depth)
    for words, shape in _CONTAINERS.items():
        if match := re.compile(rf"`?(?:{words})\b`?", re.I).match(text, at):
            return _container_type(text, match.end(), shape, depth)
    return None


def _mapping_type(text: str, at: int, depth: int) -> tuple[str, int]:
    link = re.compile(r"\s+(?:from|of|mapping|that\s+maps|with)\s+", re.I).match(text, at)
    key = type_at(text, link.end(), depth) if link else None
    between = re.compile(r"\s+(?:keys\s+)?(?:to|and|onto)\s+", re.I).match(text, key[1]) if key else None
    value = type_at(text, between.end(), depth) if between else None
    if key and value:
        return f"dict[{key[0]}, {value[0]}]", value[1]
    return "dict", at


def _container_type(text: str, at: int, shape: str, depth: int) -> tuple[str, int]:
    name = _TRAILING_NAME.match(text, at)
    after_name = name.end() if name and not _NOT_A_NAME.fullmatch(name["name"].lower()) else at
    for start in (at, after_name):
        link = re.compile(r"\s+(?:of|containing)\s+", re.I).match(text, start)
        inner = type_at(text, link.end(), depth) if link else None
        if inner:
            return shape.format(inner[0]), inner[1]
    return shape.partition("[")[0], at


def parameter_types(passage: Passage, names: Sequence[str] = ()) -> Iterator[SaidType]:
    """Types of arguments: after "takes", "given" and the like, or next to one of the known `names`."""
    text = passage.text
    yield from _arguments(passage, names)
    for name in names:
        joint = rf"(?:\s*(?:,|and\b|,\s*and\b)\s*`?(?:{'|'.join(map(re.escape, names))})`?(?!\w))*"
        for mention in re.finditer(rf"(?<![\w.])`?{re.escape(name)}`?{joint}\s+(?:is|are|:)\s+", text):
            if found := type_at(text, mention.end()):
                yield SaidType(found[0], name, passage.stated(mention.start(), found[1], "wording"))
        for mention in re.finditer(rf"(?<![\w.])`?{re.escape(name)}`?(?![\w\[])", text):
            yield from _type_before(passage, name, mention)


def _arguments(passage: Passage, names: Sequence[str]) -> Iterator[SaidType]:
    """What is taken, in the order of the text; what speaks of a type again says nothing more."""
    text = passage.text
    takes: list[tuple[int, list[SaidType], int]] = []
    covered = 0
    for verb in _TAKES.finditer(text):
        if verb.start() >= covered:  # and not a word within what is listed already
            said, covered = _taken(passage, verb.end(), names)
            takes.append((verb.start(), said, verb.end()))
    first = min((start for start, said, _ in takes if said), default=len(text))
    listed = {_head(each.type) for _, said, _ in takes for each in said}
    for verb in _HANDLES.finditer(text, 0, first):
        said, _ = _taken(passage, verb.end(), names)
        takes.append((verb.start(), [each for each in said if _head(each.type) not in listed], verb.end()))
    seen: set[str] = set()
    for start, said, end in sorted(takes, key=lambda each: each[0]):
        again = _AGAIN.match(text, end) or _AGAIN_BEFORE.search(text, max(0, start - 20), start)
        if said and again and not said[0].name and _head(said[0].type) in seen:
            said = [each for each in said if each.provenance.span != said[0].provenance.span]
        yield from said
        seen |= {name for each in said for name in re.findall(r"\w+", each.type)}


def _head(kind: str) -> str:
    """The outermost type."""
    return kind.partition("[")[0]


def _taken(passage: Passage, at: int, names: Sequence[str]) -> tuple[list[SaidType], int]:
    """What is listed from `at` on and its end: "a list, a number k and an optional width (default 8)"."""
    text = passage.text
    taken: list[SaidType] = []
    while True:
        if optional := _optional(passage, at):
            said, end = optional
            taken += [said] if not names or said.name in names else []
        elif found := type_at(text, at) or _text_at(text, at):
            taken += _named_types(passage, at, *found, names)
            end = found[1]
        elif not names and (ticked := _TICKED.match(text, at)):
            known = {each.name for each in taken}
            for name in re.findall(r"`(\w+)`", ticked["names"]):
                if name not in known and name not in BUILTINS and not iskeyword(name):
                    taken.append(SaidType("", name, passage.stated(*ticked.span("names"), "wording")))
            end = ticked.end()
        elif not names and (number := _NUMBERS.match(text, at)):
            for name in filter(None, number.group("name", "other")):
                taken.append(SaidType("", name, passage.stated(*number.span(), "wording")))
            end = number.end()
        else:
            return taken, at
        joint = _JOINT.match(text, end)
        if joint is None:
            return taken, end
        at = joint.end()


def _text_at(text: str, at: int) -> tuple[str, int] | None:
    """A part of a text that is taken as one: "a character"."""
    part = _LETTERS.match(text, at)
    return ("str", part.end()) if part else None


def _optional(passage: Passage, start: int) -> tuple[SaidType, int] | None:
    """A parameter with its default and where that ends: "an optional n (default 3)"."""
    said = _OPTIONAL.match(passage.text, start)
    value = parse_expression(said["value"]) if said else None
    kind = literal_type(value) if value is not None else ""
    if said is None or not kind or _NOT_A_NAME.fullmatch(said["name"].lower()) or iskeyword(said["name"]):
        return None
    return SaidType(
        kind, said["name"], passage.stated(start, said.end(), "wording"), said["value"]
    ), said.end()


def _type_before(passage: Passage, name: str, mention: re.Match[str]) -> Iterator[SaidType]:
    """The type phrase that ends where a parameter is named: "a list xs", "an array arr of integers"."""
    text = passage.text
    before = _WORDS_BEFORE.search(text, max(0, mention.start() - 60), mention.start())
    for word in re.finditer(r"\S+", before[0] if before else ""):
        start = (before.start() if before else 0) + word.start()
        found = type_at(text, start)
        if found is None:
            continue
        around = found[1] > mention.end() and not text[start + len(word[0]) : mention.start()].strip(" `")
        if around or (found[1] <= mention.start() and not text[found[1] : mention.start()].strip(" `")):
            yield SaidType(found[0], name, passage.stated(start, max(found[1], mention.end()), "wording"))
            return


def _named_types(
    passage: Passage, start: int, kind: str, end: int, names: Sequence[str]
) -> Iterator[SaidType]:
    """One or two parameters from a type phrase: "two strings s and c"."""
    text = passage.text
    name = _TRAILING_NAME.match(text, end)
    word = (
        name is None
        or (_is_word(text, name) and name["name"] not in names)
        or (not names and _follows(text, kind, end))
    )
    if name is None or word or not (names or _is_name(text, name)):
        yield from _unnamed(passage, start, kind, end, names)
        return
    if names and name["name"] not in names:
        return
    yield SaidType(kind, name["name"], passage.stated(start, name.end(), "wording"))
    second = None if _SINGULAR.match(text, start) else _SECOND_NAME.match(text, name.end())
    if second and (
        second["name"] in names
        or (not names and _is_name(text, second, after_one=True) and not _is_word(text, second))
    ):
        yield SaidType(kind, second["name"], passage.stated(start, second.end(), "wording"))


def _unnamed(passage: Passage, start: int, kind: str, end: int, names: Sequence[str]) -> Iterator[SaidType]:
    """As many as are said: "two strings", maybe with their names behind a comma."""
    two = _TWO.match(passage.text, start)
    apart = _APART.match(passage.text, end) if two and not names else None
    for name in (apart["first"], apart["second"]) if apart else ("", "") if two else ("",):
        yield SaidType(kind, name, passage.stated(start, end, "wording"))


def _is_word(text: str, name: re.Match[str]) -> bool:
    """Whether what stands in the place of a name is a word of the sentence: "a" is none in "a and b"."""
    article = name["name"] == "a" and _SECOND_NAME.match(text, name.end()) is not None
    return _NOT_A_NAME.fullmatch(name["name"].lower()) is not None and not article


def _is_name(text: str, name: re.Match[str], *, after_one: bool = False) -> bool:
    """Whether a word after a type is a name: by its looks, or because nothing else follows on it."""
    said = name["name"]
    if name["tick"] or len(said) <= 2 or re.search(r"[_\d]", said):
        return True
    if said in BUILTINS or iskeyword(said) or _ENDING.search(said):
        return False
    second = None if after_one else _SECOND_NAME.match(text, name.end())
    closed = _CLOSED.match(text, name.end()) or (second and _CLOSED.match(text, second.end()))
    return bool(closed)


def may_be_none(text: str) -> bool:
    """Whether the words say that None is returned now and then."""
    return _NONE_IF.search(text) is not None


def _follows(text: str, kind: str, end: int) -> bool:
    """Whether what follows a type phrase makes it a condition, or a part of a noun: "the list length"."""
    of = _OF_TEXT if kind in ("str", "bytes") else _OF_MANY if kind.partition("[")[0] in _MANY else _IF
    return of.match(text, end) is not None


def return_type(passage: Passage) -> SaidType | None:
    """The return type where the words say it; None where they do not, or not in one voice."""
    text = passage.text
    said: list[tuple[str, int, int]] = []
    said += [
        (found[0], verb.start(), found[1])
        for verb in _RETURNS.finditer(text)
        if (found := type_at(text, verb.end())) and not _follows(text, *found)
    ]
    said += [
        ("bool", match.start(), match.start("rest"))
        for match in _TRUE_IF.finditer(text)
        if re.search(r"\bFalse\b", text[match.start() :]) or not re.search(r"otherwise|else", match["rest"])
    ]
    kinds = {kind for kind, _, _ in said}
    if len(kinds) != 1:
        return None
    kind, start, end = said[0]
    if may_be_none(text) and "None" not in kind:
        kind = f"{kind} | None"
    return SaidType(kind, "", passage.stated(start, end, "wording"))
