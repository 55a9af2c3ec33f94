"""What follows from what was read: types from the values in examples, a name from the words."""

from __future__ import annotations

import ast
import copy
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from keyword import iskeyword

from pipeline.ir import Example
from pipeline.syntax import BUILTINS
from pipeline.translate.set_up import put_in, too_deep
from pipeline.translate.syntax import parse_expression

DEFAULT_NAME = "solve"
_CONTAINERS = ("list", "set", "dict", "tuple")
LEAD = re.compile(
    r"^\W*(?:please\s+|can\s+you\s+|could\s+you\s+|i\s+(?:need|want|would\s+like)\s+|give\s+me\s+)*"
    r"(?:to\s+)?(?:(?:write|create|implement|build|make|define|design|code|need)\s+)?"
    r"(?:me\s+)?(?:an?\s+|the\s+|some\s+)?(?:small\s+|simple\s+)?(?:python\s+)?"
    r"(?:(?:function|program|method|script|code|module|tool|routine)\s+)?"
    r"(?:(?:that|which|to|for|who)\s+)?(?:can\s+|will\s+|should\s+)?",
    re.I,
)
_SKIPPED = re.compile(r"a|an|the|all|its|it|their|given|some|any|each|every|whether|if|is|are|be")
_STOPS = re.compile(r"of|from|in|with|by|using|into|for|to|and|or|that|which|where|when|e|g|eg|such|as|on|at")

EXAMPLE_CONFIDENCE = 0.75
"""Of a type that examples show."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A parameter as the calls in the examples show it: `name` where one gives it by name.

    `optional` tells whether some call leaves it out.
    """

    name: str
    type: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Inferred:
    """Types that the examples show: of arguments by position and by keyword, and of the result.

    `parameters` are what the calls need together.
    """

    positional: tuple[str, ...]
    keywords: dict[str, str]
    returns: str
    arities: frozenset[int]
    parameters: tuple[Shown, ...] = ()

    def of(self, index: int, name: str) -> str:
        """The type of one parameter, empty where no example shows it."""
        return self.keywords.get(name) or (self.positional[index] if index < len(self.positional) else "")


@dataclass(frozen=True, slots=True)
class _Call:
    """The arguments of one call, by place and by name, and the error that it raises."""

    positional: tuple[ast.expr, ...]
    named: dict[str, ast.expr]
    raises: str | None


def infer(examples: Iterable[Example], function: str, called: Iterable[str] = ()) -> Inferred:
    """The types that values in the examples have; where there are none, those in the calls `called`."""
    calls: list[_Call] = []
    results: list[str] = []
    untold = False
    shown = [(each.call, each.expected, each.raises) for each in examples]
    for written, expected, raises in shown or [(each, None, None) for each in called]:
        tree = _with_values(parse_expression(written))
        call = _call_of(tree, function)
        if call is None or any(isinstance(argument, ast.Starred) for argument in call.args):
            continue
        named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        calls.append(_Call(tuple(call.args), named, raises))
        if call is tree and expected is not None:
            value = parse_expression(expected)
            results.append(_kind(value) if value is not None else "")
        elif kind := _loosely(tree, call):
            results.append(kind)
        else:
            untold = untold or expected is not None
    returns = _plain(joined(results))
    return Inferred(
        positional=tuple(_type_at(calls, index) for index in range(_most(calls))),
        keywords={name: _type_at(calls, name) for name in _names(calls)},
        returns="" if returns == "None" and untold else returns,
        arities=frozenset(len(call.positional) + len(call.named) for call in calls),
        parameters=tuple(_parameters(calls)),
    )


def _most(calls: Iterable[_Call]) -> int:
    return max((len(call.positional) for call in calls), default=0)


def _names(calls: Iterable[_Call]) -> Iterable[str]:
    return dict.fromkeys(name for call in calls for name in call.named)


def _type_at(calls: Iterable[_Call], *places: int | str) -> str:
    """The type of what is given at these places, or by these names.

    What makes the function raise an error is of that type only where that fits with what does not; what
    raises a TypeError need not be.
    """
    kinds: list[str] = []
    raising: list[str] = []
    for call in calls:
        for place in places:
            given = call.named.get(place) if isinstance(place, str) else None
            if isinstance(place, int) and place < len(call.positional):
                given = call.positional[place]
            if given is not None and call.raises != "TypeError" and not _unwritten(given):
                (raising if call.raises else kinds).append(_kind(given))
    alone, together = _plain(joined(kinds)), _plain(joined([*kinds, *raising]))
    return together if not kinds or _head(alone) == _head(together) else alone


def _parameters(calls: Sequence[_Call]) -> Iterator[Shown]:
    """The parameters that all calls fit: those given by place, some of which have names elsewhere."""
    slots = [""] * _most(calls)
    for name in _names(calls):
        naming = [call for call in calls if name in call.named]
        first = max(len(call.positional) for call in naming)
        free = (index for index in range(first, len(slots)) if not slots[index])
        place = next((index for index in free if _type_at(calls, index, name)), None)
        if place is None:
            slots.append(name)
        else:
            slots[place] = name
    for index, name in enumerate(slots):
        given = [index < len(call.positional) or name in call.named for call in calls if not call.raises]
        yield Shown(name, _type_at(calls, index, *([name] if name else [])), not all(given))


def _unwritten(argument: ast.expr) -> bool:
    """Whether it is a value that is found elsewhere, of which no more than a name is written."""
    names = {node.id for node in ast.walk(argument) if isinstance(node, ast.Name)}
    shape = isinstance(argument, ast.Name | ast.Call | ast.BinOp | ast.Subscript)
    return shape and not _kind(argument) and all(name[0].islower() for name in names)


def _head(kind: str) -> str:
    return kind.partition("[")[0]


def _with_values(tree: ast.expr | None) -> ast.expr | None:
    """The expression with `(lambda xs: ...)([1])` as what it computes, the value in the place of the name."""
    if tree is None or too_deep(tree):
        return tree
    found: ast.expr = _Applied().visit(copy.deepcopy(tree))
    return found


class _Applied(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Lambda(args=ast.arguments(args=names), body=body), args=values):
                if len(names) == len(values):
                    return put_in(body, {name.arg: value for name, value in zip(names, values, strict=True)})
        return node


def _call_of(tree: ast.expr | None, function: str) -> ast.Call | None:
    if tree is None:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
            return node
    return None


def _loosely(tree: ast.expr | None, call: ast.Call) -> str:
    """The type of what the call gives, where that is told as near a number or as one of several values."""
    match tree:
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="abs"), args=[ast.BinOp(left=given, op=ast.Sub())])
        ) if given is call:
            return "float"
        case ast.Compare(left=given, ops=[ast.In()], comparators=[ast.List(elts=values)]) if given is call:
            return joined(map(_kind, values))
    return ""


_MIXED = "[]"
"""After a container in which are values of several types: it is not the type of one that is empty."""


def literal_type(node: ast.expr) -> str:
    """The type of a literal as an expression, empty where it is none."""
    return _plain(_kind(node))


def _plain(kind: str) -> str:
    return kind.replace(_MIXED, "")


def _kind(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=None):
            return "None"
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return _kind(operand)
        case ast.BinOp(left=left, op=ast.Add(), right=right) if not too_deep(node):
            kind = _kind(left)
            return kind if kind == _kind(right) else ""
        case ast.Subscript(
            value=ast.Tuple(elts=[*_, last]), slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))
        ):
            return _kind(last)  # a value, with what was done to it
        case ast.List(elts=items):
            return _holding("list", map(_kind, items))
        case ast.Set(elts=items):
            return _holding("set", map(_kind, items))
        case ast.Tuple(elts=items):
            inner = [_kind(item) for item in items]
            return f"tuple[{', '.join(inner)}]" if inner and all(inner) else f"tuple{_MIXED if inner else ''}"
        case ast.Dict(keys=keys, values=values):
            key = joined([_kind(item) if item is not None else "" for item in keys])
            value = joined([_kind(item) for item in values])
            return f"dict[{key}, {value}]" if key and value else f"dict{_MIXED if values else ''}"
    return ""


def _holding(container: str, items: Iterable[str]) -> str:
    kinds = list(items)
    inner = joined(kinds)
    return f"{container}[{inner}]" if inner else f"{container}{_MIXED if kinds else ''}"


def _parts(kind: str) -> tuple[str, ...]:
    plain = kind.removesuffix(" | None")
    return (kind,) if plain == kind else (plain, "None")


def joined(types: Iterable[str]) -> str:
    """One type for values of all these types; empty where there is no plain one."""
    kinds = {part for kind in types for part in _parts(kind)}
    if not kinds or "" in kinds:
        return ""
    optional = "None" in kinds and len(kinds) > 1
    kinds -= {"None"} if optional else set()
    for container in _CONTAINERS:
        of = {kind for kind in kinds if kind == container or kind.startswith(f"{container}[")}
        if f"{container}{_MIXED}" in of:
            kinds = kinds - of | {f"{container}{_MIXED}"}
        elif len(of) > 1:
            kinds.discard(container)
    if kinds == {"int", "float"}:
        kinds = {"float"}
    for container in ("list", "set"):
        if len(kinds) > 1 and all(kind.startswith(f"{container}[") for kind in kinds):
            inner = joined(kind[len(container) + 1 : -1] for kind in kinds)
            kinds = {f"{container}[{inner}]"} if inner else kinds
    if len(kinds) > 1 and all(kind.startswith("tuple") for kind in kinds):
        held = {part.strip() for kind in kinds for part in kind[6:-1].split(",")}
        kinds = {f"tuple[{held.pop()}, ...]"} if len(held) == 1 and "[" not in str(held) else {"tuple"}
    if len(kinds) != 1:
        return ""
    kind = kinds.pop()
    return f"{kind} | None" if optional else kind


def with_default(kind: str, default: str | None) -> str:
    """The type that values show, such that the default is of it, too; empty where they show none."""
    tree = parse_expression(default) if default is not None else None
    other = literal_type(tree) if tree is not None else ""
    if not kind or not other or kind == "None":
        return kind
    return joined([kind, other]) or f"{kind} | {other}"


def alike(said: str, shown: str) -> bool:
    """Whether examples that show one type leave room for another, as far as the outermost types tell."""
    heads = {_head(part).strip() for part in shown.split(" | ")} - {"", "None"}
    head = _head(said)
    return not heads or head in heads or (head == "float" and "int" in heads)


def derived_name(words: str) -> str:
    """A function name out of the words: "median of a list of numbers" gives `median`."""
    text = LEAD.sub("", words.strip(), count=1)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    chosen: list[str] = []
    for word in re.findall(r"[A-Za-z][A-Za-z0-9]*|[.,;:!?\n]", plain):
        lowered = word.lower()
        if chosen and (_STOPS.fullmatch(lowered) or not word[0].isalpha() or len(chosen) == 4):
            break
        if word[0].isalpha() and not _SKIPPED.fullmatch(lowered) and not _STOPS.fullmatch(lowered):
            chosen.append(lowered)
    name = "_".join(chosen)
    if not name or iskeyword(name) or name in BUILTINS:
        return f"{name}_values" if name in BUILTINS else DEFAULT_NAME
    return name


def parameter_name(kind: str, taken: Iterable[str]) -> str:
    """A usual name for a parameter of that type."""
    root = re.match(r"\w*", kind)
    usual = {"list": "items", "str": "text", "int": "n", "float": "x", "dict": "mapping", "set": "items"}
    base = usual.get(root[0] if root else "", "value")
    used = set(taken)
    return next(name for name in (base, *(f"{base}{count}" for count in range(2, 99))) if name not in used)
