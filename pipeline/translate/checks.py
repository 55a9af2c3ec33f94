"""The checks among statements: each with the values of the names that are set up before it put in."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.translate.drawn import Drawn
from pipeline.translate.raising import raising
from pipeline.translate.set_up import SetUp, too_deep
from pipeline.translate.syntax import free_names, parse_expression

Span = Callable[[ast.stmt | ast.expr], tuple[int, int]]
Comment = Callable[[ast.stmt], str]
MOST_CASES = 200
_INSIDE = "it is a check inside other statements"
_NO_VALUE = "the comment after it gives no value in Python's notation"
_SIGN = re.compile(
    r"(?:(?:=+>|-+>|→|⇒|===?|=(?!=))\s*)?"
    r"(?:(?:returns|gives|prints|is|should (?:be|return|give|print)|expected:|output:)(?=\s)\s*)?",
    re.I,
)
_RAISES = re.compile(r"(?:=+>|-+>)?\s*(?:should )?raises?\s+`?(?P<error>\w+)`?[.!]?", re.I)


@dataclass(frozen=True, slots=True)
class GivenCheck:
    """A statement that checks something, at [start, end) of the prompt.

    It needs nothing from elsewhere, unless `reason` says why it cannot be taken out; `about` names what it
    speaks of. Where it speaks of values that Hypothesis draws, `drawn` tells them by name, and `assumed` what
    else they meet.
    """

    start: int
    end: int
    statement: ast.stmt
    reason: str = ""
    drawn: Mapping[str, Drawn] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()


class Body:
    """Statements in order, with what is set up by now; `comment` tells the one that ends a statement's line.

    `drawn` are the names that Hypothesis gives values, `assumed` what is known of these by now.
    """

    def __init__(
        self,
        set_up: SetUp,
        span: Span,
        drawn: Mapping[str, Drawn | None] | None = None,
        comment: Comment = lambda _: "",
    ) -> None:
        self.set_up = set_up
        self.span = span
        self.drawn = drawn or {}
        self.comment = comment
        self.assumed: list[ast.expr] = []
        self.may_have_ended = False
        self.called: frozenset[str] = frozenset()

    def checks(self, body: Sequence[ast.stmt], case: ast.expr | None = None) -> Iterator[GivenCheck]:
        """Every check in the statements; `case` stands for this run of them, where there are several."""
        for statement in body:
            if too_deep(statement):
                yield from self._other(statement, "it is nested too deeply")
                continue
            match statement:
                case (
                    ast.Assign(targets=[ast.Name() | ast.Tuple() as target], value=ast.expr() as value)
                    | ast.AnnAssign(target=ast.Name() as target, value=ast.expr() as value)
                ):
                    self._assign(statement, target, value)
                case ast.Expr(
                    value=ast.Call(func=ast.Name(id="assume") | ast.Attribute(attr="assume"), args=[met])
                ) if self.drawn:
                    self.assumed.append(self.set_up.put_in(met))
                case ast.If(test=met, body=[ast.Return()], orelse=[]) if self.drawn:
                    self.assumed.append(ast.UnaryOp(ast.Not(), self.set_up.put_in(met)))
                case ast.Expr(value=ast.Call() as call) if not asserts(call):
                    yield from self._shown(statement, call)
                case ast.With(
                    items=[ast.withitem(context_expr=ast.Call(func=ast.Attribute(attr="subTest")))],
                    body=inner,
                ):
                    yield from self.checks(inner, case)
                case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=inner):
                    yield from self.checks(inner, case)
                case ast.Expr(value=ast.Compare(ops=[ast.Eq() | ast.Is()]) as compared) if not self.drawn:
                    yield self._check(ast.copy_location(ast.Assert(compared), statement), case)
                    self._after(statement)
                case ast.Assert() | ast.Expr(value=ast.Call()) | ast.With():
                    yield self._check(statement, case)
                    self._after(statement)
                case ast.For(target=ast.Name() | ast.Tuple()) if rows := _rows(
                    self.set_up.put_in(statement.iter)
                ):
                    yield from self._loop(statement, rows, case)
                case _:
                    yield from self._other(statement)

    def _assign(self, statement: ast.stmt, target: ast.expr, value: ast.expr) -> None:
        values = self.set_up.parts(target, value)
        if values is None:
            self._forget(statement)
            return
        self.set_up.used(value)
        for name, each in values.items():
            self.set_up.learn(name, each)

    def _forget(self, node: ast.AST) -> None:
        self.set_up.forget(node)
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and each.id in self.drawn:
                self.set_up.unknown.setdefault(each.id, self.set_up.about(node))

    def _shown(self, statement: ast.stmt, call: ast.Call) -> Iterator[GivenCheck]:
        """A call: what the comment after it says that it gives; or else it may change what it is given."""
        said = self.comment(statement)
        printed = isinstance(call.func, ast.Name) and call.func.id == "print"
        shown = call.args[0] if printed and len(call.args) == 1 and not call.keywords else call
        checking = _said(shown, said) if said else None
        if said and checking is None:
            yield GivenCheck(*self.span(statement), statement, _NO_VALUE, about=self.set_up.about(call))
        if checking is not None:
            yield self._check(ast.copy_location(checking, statement), None)
        if checking is not None or printed:
            self.set_up.used(call)
        elif any(isinstance(each, ast.Name) and each.id in self.drawn for each in ast.walk(call)):
            self._forget(call)
        else:
            self.called |= self.set_up.about(call)
            self.set_up.done(call)

    def _after(self, statement: ast.stmt) -> None:
        """Keep what a check does besides."""
        self.called |= self.set_up.about(statement)
        if not isinstance(statement, ast.With):
            self.set_up.used(statement)
            return
        for item in statement.items:
            if item.optional_vars is not None:
                for each in statement.body:
                    self.set_up.forget(each)
                about = self.set_up.about(statement)
                self.set_up.forget(item.optional_vars)
                for name in titles(item.optional_vars):
                    self.set_up.unknown[name] = about

    def _loop(
        self, statement: ast.For, rows: Sequence[ast.expr], case: ast.expr | None
    ) -> Iterator[GivenCheck]:
        for row in rows[:MOST_CASES]:
            self.set_up.forget(statement.target)
            for name, value in _matched(statement.target, row).items():
                self.set_up.learn(name, value)
            yield from self.checks(statement.body, case or (row if hasattr(row, "lineno") else None))

    def _other(self, statement: ast.stmt, reason: str = _INSIDE) -> Iterator[GivenCheck]:
        about = self.set_up.about(statement)
        self._forget(statement)
        self.may_have_ended |= bool(self.drawn) and _may_end(statement)
        if any(map(_checks, ast.walk(statement))):
            yield GivenCheck(*self.span(statement), statement, reason, about=about)

    def _check(self, statement: ast.stmt, case: ast.expr | None) -> GivenCheck:
        about = self.set_up.about(statement)
        put = self.set_up.put_in(statement)
        names = {name for part in (put, *self.assumed) for name in free_names(part)}
        left = self.set_up.unknown.keys() | self.set_up.known.keys()  # the known, where they were too much
        lacking, used = names & left, sorted(names & self.drawn.keys())
        untold = [name for name in used if self.drawn[name] is None]
        reason = f"the value of `{min(lacking)}` is not given" if lacking else ""
        about |= self.called if lacking else frozenset()
        if untold:
            reason = f"which values are drawn for `{untold[0]}` cannot be told as a condition"
        if self.may_have_ended:
            reason = "what comes before it in the test may end that"
        drawn = {name: found for name in used if (found := self.drawn[name]) is not None}
        assumed = tuple(f"({ast.unparse(met)})" for met in self.assumed)
        return GivenCheck(*self.span(case or statement), put, reason, drawn, assumed, about)


def _said(shown: ast.expr, comment: str) -> ast.stmt | None:
    """A check of what a comment says (`-> 6`, `returns [1, 2]`, `raises ValueError`); None for no value."""
    said = comment.strip()
    raised = _RAISES.fullmatch(said)
    if raised is not None and isinstance(shown, ast.Call):
        error = ast.Name(raised["error"], ast.Load())
        return ast.Expr(
            ast.Call(ast.Name("raises", ast.Load()), [error, shown.func, *shown.args], shown.keywords)
        )
    sign = _SIGN.match(said)
    tree = parse_expression(said[sign.end() if sign else 0 :].rstrip("."))
    if tree is None or any(isinstance(each, ast.Name | ast.Call) for each in ast.walk(tree)):
        return None
    return ast.Assert(ast.Compare(shown, [ast.Eq()], [tree]))


def _rows(values: ast.expr) -> Sequence[ast.expr]:
    """What a loop goes through, where that is written out."""
    match values:
        case ast.List(elts=rows) | ast.Tuple(elts=rows):
            return rows
        case ast.Call(func=ast.Attribute(value=ast.Dict(keys=keys, values=items), attr="items"), args=[]):
            return [ast.Tuple([key, item], ast.Load()) for key, item in zip(keys, items, strict=True) if key]
    return ()


def _matched(target: ast.expr, value: ast.expr) -> dict[str, ast.expr]:
    """The values that the names of a target get; nothing for names that get none that is written out."""
    match target, value:
        case ast.Name(id=name), _:
            return {name: value}
        case ((ast.Tuple(elts=names) | ast.List(elts=names)), (ast.Tuple(elts=parts) | ast.List(elts=parts))):
            if len(names) == len(parts):
                pairs = zip(names, parts, strict=True)
                return {name: each for pair in pairs for name, each in _matched(*pair).items()}
    return {}


def _may_end(statement: ast.stmt) -> bool:
    """Whether it returns, raises, or calls what may skip the test."""
    return any(
        isinstance(each, ast.Return | ast.Raise | ast.Expr | ast.Continue | ast.Break)
        for each in ast.walk(statement)
    )


def _checks(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and asserts(node))


def asserts(call: ast.Call) -> bool:
    """Whether it is `self.assertEqual(...)` or its like."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.startswith("assert") or raising(call) is not None
    return False


def titles(names: ast.expr) -> list[str]:
    """The names in `"x, y"`, `("x", "y")` or the target `x, y` of a loop."""
    match names:
        case ast.Constant(value=str() as text):
            return [name.strip() for name in text.split(",") if name.strip()]
        case ast.Name(id=name):
            return [name]
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [title for item in items for title in titles(item)]
    return []


def cells(row: ast.expr, count: int) -> list[ast.expr]:
    """The values of one row, one for each of `count` names; none where there are not so many."""
    match row:
        case ast.Call(func=ast.Attribute(attr="param"), args=arguments):
            return arguments
        case ast.Tuple(elts=items) | ast.List(elts=items) if count > 1:
            return items
    return [row] if count == 1 else []
