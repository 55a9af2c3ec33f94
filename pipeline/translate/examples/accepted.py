"""What else is accepted than the value of an example: the same items in any order, or another value told."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from pipeline.ir import Example
from pipeline.translate.examples.nearness import same_items
from pipeline.translate.examples.taking import Text, Unread
from pipeline.translate.inference import literal_type
from pipeline.translate.passage import Passage
from pipeline.translate.syntax import parse_expression

_RESULT = re.compile(r"\b(?:returns?|returned|returning|results?|answers?|outputs?|solutions?)\b", re.I)
_OPEN = re.compile(r"\bin\s+(?:any|whatever|arbitrary|no\s+(?:particular|specific|special))\s+order\b", re.I)
_OF_ANOTHER = re.compile(r"\b(?:that|which|whose|where|from|with|inputs?|given|contain\w*|not|never)\b", re.I)
"""Between what is returned and its order: that is the order of something else."""
_NO_MATTER = re.compile(
    r"\b(?:(?:does|do)(?:\s+not|n['’]t)\s+matter|(?:is|are)\s+(?:not\s+important|irrelevant|arbitrary))\b",
    re.I,
)
_ORDER = re.compile(r"\border\b", re.I)
_GIVEN = re.compile(r"\b(?:inputs?|given)\b", re.I)
_BREAK = re.compile(r"[.;:,]|\n[ \t]*\n")
_BEFORE = 200
_ANY_OF_THEM = re.compile(
    r"\b(?:returns?|returned|outputs?|prints?|accept\w*)\s+(?:any|either)\s+(?:one\s+)?of\s+(?:them|these|those)\b"
    r"|\bany\s+(?:one\s+)?(?:of\s+(?:them|these)|(?:valid|correct|such)\s+(?:answer|solution|result|output))\s+"
    r"(?:is|are|will|may|can|would)\b[^.\n]{0,60}\b(?:accepted|fine|ok|okay|correct|valid|allowed|returned|do)\b"
    r"|\b(?:returns?|output)\s+any\s+(?:(?:one|valid|correct|such)\s+)+(?:answer|solution|result)",
    re.I,
)
_OTHERS = "it accepts other results than those of the examples, which are compared as they are"
_ALSO = re.compile(
    r"`?\s+(?:is|are|would\s+be)\s+(?:(?:also|equally|just\s+as)\s+(?:an?\s+|another\s+)?|another\s+)"
    r"(?:valid|fine|ok|okay|good|right|correct|allowed|accepted|acceptable|possible)\b"
    r"(?=\s+(?:answer|solution|result|output|value|one|choice|return)|\s*(?:[.,;:!)\n]|\Z))",
    re.I,
)
_VALUE = re.compile(r"(?<![\w)\]'\".])(?:['\"\[({]|-?\d|True\b|False\b|None\b)")
_MOST_APART = 300


def read(text: Text) -> None:
    """Take the values that are said to be right as well as that of the example before them."""
    at = 0
    while match := _VALUE.search(text.rest, at):
        value, end = text.expression(match.start())
        also = _ALSO.match(text.rest, end) if end is not None else None
        at = end or match.end()
        if also is not None and _take(text, match.start(), value):
            text.blank(match.start(), also.end())


def _take(text: Text, start: int, value: str) -> bool:
    """Let the example that ends before `start` be met by the value, too."""
    place = text.passage.offsets[start]
    before = [
        (example.provenance.span.end, at)
        for at, (_, example) in enumerate(text.read.examples)
        if example.provenance.span and 0 <= place - example.provenance.span.end <= _MOST_APART
    ]
    if not before:
        return False
    _, at = max(before)
    name, example = text.read.examples[at]
    if example.expected is None:
        return False
    met = parse_expression(example.call) if example.expected == "True" else None
    match met:
        case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.List(elts=values)]):
            call, others = ast.unparse(left), [*map(ast.unparse, values), value]
        case _:
            call, others = example.call, [example.expected, value]
    if len({*map(_kind, others)}) > 1:
        return False
    either = example.model_copy(update={"call": f"({call} in [{', '.join(others)}])", "expected": "True"})
    text.read.examples[at] = name, either
    return True


def _kind(value: str) -> str:
    """The type of a value, without that of what it holds."""
    tree = parse_expression(value)
    return literal_type(tree).partition("[")[0] if tree is not None else ""


def in_any_order(words: str) -> bool:
    """Whether the words say that the items of what is returned may come in any order."""
    for said in _OPEN.finditer(words):
        *_, rest = _RESULT.split(clause := _clause(words, said.start()))
        if rest != clause and not _OF_ANOTHER.search(rest):
            return True
    for said in _NO_MATTER.finditer(words):
        clause = _clause(words, said.start())
        order = _ORDER.search(clause)
        if order and _RESULT.search(clause, order.end()) and not _GIVEN.search(clause, order.end()):
            return True
    return False


def _clause(words: str, end: int) -> str:
    """The words of the clause before `end`."""
    return _BREAK.split(words[max(0, end - _BEFORE) : end])[-1]


def said_of_others(passage: Passage) -> Iterator[Unread]:
    """What says that any of several results is right."""
    for match in _ANY_OF_THEM.finditer(passage.text):
        yield Unread(match[0], _OTHERS, passage.stated(match.start(), match.end()))


def unordered(example: Example, function: str) -> Example:
    """The example such that the items of a list may come in any order, those of lists in it, too."""
    call, value = parse_expression(example.call), parse_expression(example.expected or "")
    match call, value:
        case ast.Call(func=ast.Name(id=name)), ast.List(elts=[first, *others] as items) if (
            name == function and (others or isinstance(first, ast.List))
        ):
            return example.model_copy(update=_sorted(example.call, value, items))
    return example


def _sorted(call: str, value: ast.expr, items: Sequence[ast.expr]) -> dict[str, str]:
    """The call and the value of it with all items in order."""
    inner = [item for item in items if isinstance(item, ast.List)]
    if inner and len(inner) == len(items):
        call, parts = f"map(sorted, {call})", [_in_order(item.elts) for item in inner]
        rows = None if None in parts else sorted(part for part in parts if part is not None)
        alike = rows is not None and len({type(each) for row in rows for each in row}) <= 1
        return {"call": f"sorted({call})", "expected": repr(rows)} if alike else {}
    ordered = _in_order(items)
    if ordered is not None:
        return {"call": f"sorted({call})", "expected": repr(ordered)}
    return {"call": same_items(call, ast.unparse(value)), "expected": "True"}


def _in_order(items: Sequence[ast.expr]) -> list[int] | list[str] | None:
    """The items in order; None where they are not all whole numbers, or all texts."""
    try:
        values = [ast.literal_eval(item) for item in items]
    except ValueError:
        return None
    if all(type(value) is int for value in values) or all(type(value) is str for value in values):
        return sorted(values)
    return None
