"""What follows from what was read: types from the values in examples, a name from the words."""

from __future__ import annotations

import ast
import copy
import re
import unicodedata
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class Inferred:
    """Types that the examples show: of arguments by position and by keyword, and of the result."""

    positional: tuple[str, ...]
    keywords: dict[str, str]
    returns: str
    arities: frozenset[int]

    def of(self, index: int, name: str) -> str:
        """The type of one parameter, empty where no example shows it."""
        return self.keywords.get(name) or (self.positional[index] if index < len(self.positional) else "")


def infer(examples: Iterable[Example], function: str, called: Iterable[str] = ()) -> Inferred:
    """The types that values in the examples have; where there are none, those in the calls `called`."""
    arguments: list[list[str]] = []
    keywords: dict[str, list[str]] = {}
    results: list[str] = []
    arities: set[int] = set()
    shown = [(example.call, example.expected) for example in examples] or [(each, None) for each in called]
    for written, expected in shown:
        tree = _with_values(parse_expression(written))
        call = _call_of(tree, function)
        if call is None or any(isinstance(argument, ast.Starred) for argument in call.args):
            continue
        arities.add(len(call.args) + len(call.keywords))
        for index, argument in enumerate(call.args):
            arguments += [[]] if index >= len(arguments) else []
            arguments[index].append(literal_type(argument))
        for keyword in call.keywords:
            keywords.setdefault(keyword.arg or "", []).append(literal_type(keyword.value))
        if call is tree and expected is not None:
            value = parse_expression(expected)
            results.append(literal_type(value) if value is not None else "")
        elif kind := _loosely(tree, call):
            results.append(kind)
    return Inferred(
        positional=tuple(joined(types) for types in arguments),
        keywords={name: joined(types) for name, types in keywords.items()},
        returns=joined(results),
        arities=frozenset(arities),
    )


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
            return joined(map(literal_type, values))
    return ""


def literal_type(node: ast.expr) -> str:
    """The type of a literal as an expression, empty where it is none."""
    match node:
        case ast.Constant(value=None):
            return "None"
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return literal_type(operand)
        case ast.BinOp(left=left, op=ast.Add(), right=right) if not too_deep(node):
            kind = literal_type(left)
            return kind if kind == literal_type(right) else ""
        case ast.Subscript(
            value=ast.Tuple(elts=[*_, last]), slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))
        ):
            return literal_type(last)  # a value, with what was done to it
        case ast.List(elts=items):
            return _holding("list", items)
        case ast.Set(elts=items):
            return _holding("set", items)
        case ast.Tuple(elts=items):
            inner = [literal_type(item) for item in items]
            return f"tuple[{', '.join(inner)}]" if inner and all(inner) else "tuple"
        case ast.Dict(keys=keys, values=values):
            key = joined([literal_type(item) if item is not None else "" for item in keys])
            value = joined([literal_type(item) for item in values])
            return f"dict[{key}, {value}]" if key and value else "dict"
    return ""


def _holding(container: str, items: Sequence[ast.expr]) -> str:
    inner = joined([literal_type(item) for item in items])
    return f"{container}[{inner}]" if inner else container


def joined(types: Iterable[str]) -> str:
    """One type for values of all these types; empty where there is no plain one."""
    kinds = set(types)
    if not kinds or "" in kinds:
        return ""
    optional = "None" in kinds and len(kinds) > 1
    kinds -= {"None"} if optional else set()
    for container in _CONTAINERS:
        if container in kinds and any(kind.startswith(f"{container}[") for kind in kinds):
            kinds.discard(container)
    if kinds == {"int", "float"}:
        kinds = {"float"}
    if kinds == {"list[int]", "list[float]"}:
        kinds = {"list[float]"}
    if len(kinds) > 1 and all(kind.startswith("tuple") for kind in kinds):
        inner = {part.strip() for kind in kinds for part in kind[6:-1].split(",")}
        kinds = {f"tuple[{inner.pop()}, ...]"} if len(inner) == 1 and "[" not in str(inner) else {"tuple"}
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
