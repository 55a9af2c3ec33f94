"""Tests that the prompt gives as code: each of their checks, with the values of the set-up put in."""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.translate.drawn import Drawn, drawn_for

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Span = Callable[[ast.stmt | ast.expr], tuple[int, int]]
Node = TypeVar("Node", bound=ast.AST)
_MOST_CASES = 200
_TESTING = frozenset({"pytest", "unittest", "hypothesis"})


@dataclass(frozen=True, slots=True)
class GivenCheck:
    """A statement that checks something, at [start, end) of the prompt.

    It needs nothing from elsewhere in its test, unless `reason` says why it cannot be taken out of it. Where
    it speaks of values that Hypothesis draws, `drawn` tells them by name, and `assumed` what else they meet.
    """

    start: int
    end: int
    statement: ast.stmt
    reason: str = ""
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()


def is_test(node: ast.stmt) -> bool:
    """Whether the definition is a test function, or a class of tests."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name.startswith("test")
        case ast.ClassDef(body=body):
            return any(isinstance(each, FunctionNode) and is_test(each) for each in body)
    return False


def is_for_tests(node: ast.stmt) -> bool:
    """Whether it only serves the tests beside it: an import of a test library, or of what is tested."""
    match node:
        case ast.Import(names=names):
            roots = [alias.name.partition(".")[0] for alias in names]
        case ast.ImportFrom(module=module, level=level):
            roots = ["" if level else (module or "").partition(".")[0]]
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case _:
            return False
    return all(root in _TESTING or root not in sys.stdlib_module_names for root in roots)


def given_checks(node: ast.stmt, span: Span) -> Iterator[GivenCheck]:
    """The checks of a test function, or of all those of a class."""
    if isinstance(node, ast.ClassDef):
        for each in node.body:
            if is_test(each):
                yield from given_checks(each, span)
    elif isinstance(node, FunctionNode):
        cases = list(_cases(node))
        if not cases:
            yield from _checks(node, {}, span, None)
        for case, values in cases:
            yield from _checks(node, values, span, case)


def _checks(
    test: FunctionNode, values: Mapping[str, ast.expr], span: Span, case: ast.expr | None
) -> Iterator[GivenCheck]:
    """The checks of one run of the test; `case` is what stands for the run, where it has parameters."""
    known, drawn = dict(values), drawn_for(test)
    fixtures = {each.arg for each in test.args.args} - known.keys() - drawn.keys() - {"self"}
    yield from _Body(known, fixtures, span, drawn).checks(test.body, case)


class _Body:
    """The statements of a test in order, with the names that are `known` by now and those that are not.

    `drawn` are those that Hypothesis gives values, `assumed` what is known of these by now.
    """

    def __init__(
        self, known: dict[str, ast.expr], unknown: set[str], span: Span, drawn: Mapping[str, Drawn | None]
    ) -> None:
        self.known = known
        self.unknown = unknown
        self.span = span
        self.drawn = drawn
        self.assumed: list[ast.expr] = []
        self.may_have_ended = False

    def checks(self, body: Sequence[ast.stmt], case: ast.expr | None) -> Iterator[GivenCheck]:
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._learn({name: self._put_in(value)})
                case ast.Expr(
                    value=ast.Call(func=ast.Name(id="assume") | ast.Attribute(attr="assume"), args=[met])
                ) if self.drawn:
                    self.assumed.append(self._put_in(met))
                case ast.If(test=met, body=[ast.Return()], orelse=[]) if self.drawn:
                    self.assumed.append(ast.UnaryOp(ast.Not(), self._put_in(met)))
                case ast.Expr(value=ast.Call() as call) if not _asserts(call):
                    self._forget(call)  # it may change what it is given
                case ast.Assert() | ast.Expr(value=ast.Call()) | ast.With():
                    yield self._check(statement, case)
                case ast.For(
                    target=ast.Name() | ast.Tuple() as target, iter=ast.List() | ast.Tuple() as rows
                ):
                    titles = _titles(target)
                    for row in rows.elts[:_MOST_CASES]:
                        self._learn(dict(zip(titles, _values(row, len(titles)), strict=False)))
                        yield from self.checks(statement.body, case or row)
                case _:
                    self._forget(statement)
                    self.may_have_ended |= bool(self.drawn) and _may_end(statement)
                    if any(isinstance(each, ast.Assert) for each in ast.walk(statement)):
                        yield GivenCheck(
                            *self.span(statement), statement, "it is a check inside other statements"
                        )

    def _check(self, statement: ast.stmt, case: ast.expr | None) -> GivenCheck:
        put = self._put_in(statement)
        names = {
            each.id for part in (put, *self.assumed) for each in ast.walk(part) if isinstance(each, ast.Name)
        }
        lacking, used = names & self.unknown, sorted(names & self.drawn.keys())
        untold = [name for name in used if self.drawn[name] is None]
        reason = f"the value of `{min(lacking)}` is not given" if lacking else ""
        if untold:
            reason = f"which values are drawn for `{untold[0]}` cannot be told as a condition"
        if self.may_have_ended:
            reason = "what comes before it in the test may end that"
        drawn = {name: found for name in used if (found := self.drawn[name]) is not None}
        assumed = tuple(f"({ast.unparse(met)})" for met in self.assumed)
        return GivenCheck(*self.span(case or statement), put, reason, drawn, assumed)

    def _learn(self, values: Mapping[str, ast.expr]) -> None:
        self.known |= values
        self.unknown -= values.keys()

    def _forget(self, node: ast.AST) -> None:
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        self.unknown |= {name for name in names if name in self.known} | _stored(node)
        for name in names:
            self.known.pop(name, None)

    def _put_in(self, node: Node) -> Node:
        """A copy of the node with the names that are known replaced by their values."""
        put: Node = _PutIn(self.known).visit(copy.deepcopy(node))
        return put


def _may_end(statement: ast.stmt) -> bool:
    """Whether it returns, raises, or calls what may skip the test."""
    return any(
        isinstance(each, ast.Return | ast.Raise | ast.Expr | ast.Continue | ast.Break)
        for each in ast.walk(statement)
    )


def _stored(node: ast.AST) -> set[str]:
    return {
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def _asserts(call: ast.Call) -> bool:
    """Whether it is `self.assertEqual(...)` or its like."""
    return isinstance(call.func, ast.Attribute) and call.func.attr.startswith("assert")


def _cases(test: FunctionNode) -> Iterator[tuple[ast.expr, dict[str, ast.expr]]]:
    """The runs of a parametrised test: for each, its element in the list, and its values by name."""
    for decorator in test.decorator_list:
        match decorator:
            case ast.Call(
                func=ast.Attribute(attr="parametrize"), args=[names, ast.List() | ast.Tuple() as rows, *_]
            ):
                titles = _titles(names)
                for row in rows.elts[:_MOST_CASES]:
                    values = _values(row, len(titles))
                    if len(values) == len(titles):
                        yield row, dict(zip(titles, values, strict=True))


def _titles(names: ast.expr) -> list[str]:
    """The names in `"x, y"`, `("x", "y")` or the target `x, y` of a loop."""
    match names:
        case ast.Constant(value=str() as text):
            return [name.strip() for name in text.split(",") if name.strip()]
        case ast.Name(id=name):
            return [name]
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [title for item in items for title in _titles(item)]
    return []


def _values(row: ast.expr, count: int) -> list[ast.expr]:
    match row:
        case ast.Call(func=ast.Attribute(attr="param"), args=arguments):
            return arguments
        case ast.Tuple(elts=items) | ast.List(elts=items) if count > 1:
            return items
    return [row] if count == 1 else []


class _PutIn(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        known = self.values.get(node.id) if isinstance(node.ctx, ast.Load) else None
        return copy.deepcopy(known) if known is not None else node
