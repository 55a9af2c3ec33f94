"""What the statements before a check set up: the values of names, and what was done to these values.

A call may change what it is given. Where that matters, a value is told together with the calls:
`(lambda xs: (xs.sort(), xs)[-1])([2, 1])`.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeGuard, TypeVar

from pipeline.syntax import BUILTINS
from pipeline.translate.syntax import called_names, free_names

Node = TypeVar("Node", bound=ast.AST)
_MOST_NODES, _MOST_GROWN, _DEEPEST = 300, 4_000, 60


class SetUp:
    """The names that are `known` by now, and those that are not, with the functions that their values are of.

    `known` has the values as calls find them whose result is used; `after` tells them with these calls, too,
    as far as that can be told.
    """

    def __init__(self, known: Mapping[str, ast.expr] | None = None, unknown: Iterable[str] = ()) -> None:
        self.known: dict[str, ast.expr] = dict(known or {})
        self.after: dict[str, ast.expr] = dict(self.known)
        self.unknown: dict[str, frozenset[str]] = dict.fromkeys(unknown, frozenset())

    def learn(self, name: str, value: ast.expr) -> None:
        """Keep that the name has the value, in which all that is known was put in."""
        self.known[name] = self.after[name] = value
        self.unknown.pop(name, None)

    def forget(self, node: ast.AST) -> None:
        """The values of all names in `node` are unknown from here on."""
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        stored = {
            each.id
            for each in ast.walk(node)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
        about = self.about(node)
        for name in (names & self.known.keys()) | stored:
            self.unknown[name] = about | self.unknown.get(name, frozenset())
            self.known.pop(name, None)
            self.after.pop(name, None)

    def about(self, node: ast.AST) -> frozenset[str]:
        """The functions that it calls, and those that gave what it speaks of."""
        names = free_names(node)
        held = [called_names(self.known[name]) for name in names & self.known.keys()]
        told = [self.unknown[name] for name in names & self.unknown.keys()]
        return frozenset(called_names(node)).union(*held, *told)

    def parts(self, target: ast.expr, value: ast.expr) -> dict[str, ast.expr] | None:
        """The values that the names of `target` get; None where these cannot be told."""
        put = self.put_in(value)
        if isinstance(value, ast.Name) and (value.id in self.unknown or not self._is_plain(value.id)):
            return None  # a second name for what a call may change
        match target:
            case ast.Name(id=name):
                return {name: put}
            case ast.Tuple(elts=names):
                titles = [name.id for name in names if isinstance(name, ast.Name)]
                if len(titles) < len(names):
                    return None
                if isinstance(put, ast.Tuple | ast.List):
                    same = len(put.elts) == len(titles)
                    return dict(zip(titles, put.elts, strict=True)) if same else None
                all_of = ast.Call(ast.Name("tuple", ast.Load()), [put], [])
                return {
                    title: ast.Subscript(all_of, ast.Constant(at), ast.Load())
                    for at, title in enumerate(titles)
                }
        return None

    def _is_plain(self, name: str) -> bool:
        return name not in self.known or _is_fixed(self.known[name])

    def used(self, node: ast.AST) -> None:
        """Keep that the calls in `node` were made, whose results are used."""
        for call in calls_made(node):
            self._step(call, told=_draws(call))

    def done(self, call: ast.expr) -> None:
        """Keep that the call was made for what it does."""
        if any(isinstance(each, ast.Await | ast.NamedExpr | ast.Yield) for each in ast.walk(call)):
            self.forget(call)
        else:
            self._step(call, told=True)

    def _step(self, call: ast.expr, *, told: bool) -> None:
        names = free_names(call)
        touched = sorted(name for name in names & self.known.keys() if not _is_fixed(self.known[name]))
        if not touched:
            return
        step = put_in(call, {name: value for name, value in self.known.items() if name not in touched})
        values = [self.after[name] for name in touched if name in self.after]
        size = sum(1 for value in [step, *values] for _ in ast.walk(value))
        if names & self.unknown.keys() or size > _MOST_NODES or len(values) < len(touched):
            if told:
                self.forget(call)
            for name in touched:
                self.after.pop(name, None)
            return
        for name in touched:
            self.after[name] = as_changed(touched, values, step, name)
            if told:
                self.known[name] = self.after[name]

    def put_in(self, node: Node) -> Node:
        """A copy of the node with values for names; with all that was done to them where it calls nothing."""
        put = put_in(node, self.known)
        return put if any(True for _ in calls_made(put)) else put_in(node, self.after)


def put_in(node: Node, values: Mapping[str, ast.expr]) -> Node:
    """A copy of the node with the free names that are known replaced by their values.

    Where that would be too much, the names stay; what is too deep to be copied is left as it is.
    """
    if too_deep(node):
        return node
    free = free_names(node) & values.keys()
    sizes = {name: sum(1 for _ in ast.walk(values[name])) for name in free}
    grown = sum(sizes.get(each.id, 0) for each in ast.walk(node) if isinstance(each, ast.Name))
    known = {name: values[name] for name in free} if grown <= _MOST_GROWN else {}
    if any(too_deep(value) for value in known.values()):
        known = {}
    put: Node = _PutIn(known).visit(copy.deepcopy(node))
    return put


def too_deep(node: ast.AST) -> bool:
    """Whether what goes into the node step by step would go too far."""
    level, depth = [node], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            return True
        level = [child for each in level for child in ast.iter_child_nodes(each)]
    return False


def as_changed(names: list[str], values: list[ast.expr], step: ast.expr, name: str) -> ast.expr:
    """The value that `name` has after the step, where the names have the values before it."""
    steps = [step]
    match values:
        case [
            ast.Call(
                func=ast.Lambda(
                    args=ast.arguments(args=[ast.arg(arg=bound)]),
                    body=ast.Subscript(value=ast.Tuple(elts=[*earlier, ast.Name()])),
                ),
                args=[first],
            )
        ] if [bound] == names:
            steps, values = [*earlier, step], [first]
    done = ast.Tuple([*steps, ast.Name(name, ast.Load())], ast.Load())
    last = ast.Subscript(done, ast.UnaryOp(ast.USub(), ast.Constant(1)), ast.Load())
    arguments = ast.arguments(posonlyargs=[], args=[ast.arg(each) for each in names], kwonlyargs=[],
                              kw_defaults=[], defaults=[])  # fmt: skip
    return ast.Call(ast.Lambda(arguments, last), values, [])


def _draws(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether it takes the next of what has a name, which is then one step further."""
    match node:
        case ast.Call(func=ast.Name(id="next"), args=[ast.Name(), *_]):
            return True
    return False


def calls_made(node: ast.AST) -> Iterator[ast.Call]:
    """The outermost calls of what may change what it is given."""
    if _draws(node) or (
        isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in BUILTINS)
    ):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from calls_made(child)


def _is_fixed(value: ast.expr) -> bool:
    """Whether nothing can change the value."""
    match value:
        case ast.Constant() | ast.Lambda():
            return True
        case ast.UnaryOp(operand=operand):
            return _is_fixed(operand)
        case ast.BinOp(left=left, right=right):
            return _is_fixed(left) and _is_fixed(right)
        case ast.Tuple(elts=items):
            return all(map(_is_fixed, items))
    return False


class _PutIn(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        known = self.values.get(node.id) if isinstance(node.ctx, ast.Load) else None
        return copy.deepcopy(known) if known is not None else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """The call with `*(1, 2)` as `1, 2`."""
        self.generic_visit(node)
        flat: list[ast.expr] = []
        for argument in node.args:
            match argument:
                case ast.Starred(value=ast.Tuple(elts=items) | ast.List(elts=items)):
                    flat += items
                case _:
                    flat.append(argument)
        node.args = flat
        return node
