"""Examples written as tests: `assert f(x)`, `self.assertEqual(f(x), y)`, `with pytest.raises(KeyError)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.ir import TEST
from pipeline.syntax import BUILTINS, parse_module
from pipeline.translate.checks import GivenCheck
from pipeline.translate.drawn import condition
from pipeline.translate.examples.laws import RESULT, stated_law
from pipeline.translate.examples.nearness import almost_equal, close, is_approx, is_close, near, same_items
from pipeline.translate.examples.taking import ExamplesRead, Scope, Text
from pipeline.translate.passage import Passage
from pipeline.translate.raising import Raising, raising
from pipeline.translate.syntax import EXPRESSION_LIMIT, called_names, closing, free_names

_START = re.compile(
    r"(?<![\w.])(?:assert[ \t(](?=[^\n]{0,200}(?:\(|\bresult\b|[<>=]))"
    r"|(?:(?:self|[Tt]est)\.)?assert_?[A-Za-z]\w*(?=\()"
    r"|with[ \t]+(?:pytest\.raises|self\.assertRaises)\()"
)
_PREDICATE = re.compile(r"(?:is|are|has|have|can|should|does|contains|starts|ends)(?:_|$|(?=[A-Z]))")
_MOST_LINES = 12
_EQUAL = ("Equal", "Equals", "Is", "ListEqual", "DictEqual", "SetEqual", "TupleEqual", "SequenceEqual")
_RELATED = {"NotEqual": "!=", "In": "in", "NotIn": "not in", "Greater": ">", "Less": "<",
            "GreaterEqual": ">=", "LessEqual": "<="}  # fmt: skip
_HOW_NEAR = "how near the value has to be is not understood"
_INSIDE = "it is a check inside other statements"
_Written = Callable[[ast.expr], str]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a check says: what the call gives or raises; or why it says nothing that can be used.

    `ignored` is what it asks of an error besides.
    """

    call: str = ""
    expected: str | None = None
    raises: str | None = None
    reason: str = ""
    ignored: str = ""


def read(text: Text) -> None:
    """Take every check of a wanted function."""
    at = 0
    while match := _START.search(text.rest, at):
        at = match.end()
        statement, end = _statement(text, match)
        if statement is None:
            continue
        written = _as_written(text.rest[match.start() : end])
        about = statement.test if isinstance(statement, ast.Assert) else None
        if about is not None and not _one_value(about) and (law := stated_law(text, written(about))):
            text.law(match.start(), end, law)
            at = end
            continue
        told = _told(statement, text.scope, written)
        if told is None and about is not None and _of_names(about, text.scope):
            told = _Told(reason="it is neither a call nor a law of the result")
        if told is not None:
            _take(text, match.start(), end, told)
            at = end


def _one_value(test: ast.expr) -> bool:
    """Whether it says that the result is one value, as it is somewhere: `result == 9`."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.Is()], comparators=[value]):
            return name == RESULT and not free_names(value) - BUILTINS
    return False


def _of_names(test: ast.expr, scope: Scope) -> bool:
    """Whether it speaks of nothing but parameters and the result."""
    names = free_names(test) - BUILTINS
    return bool(names) and any(
        names <= {*(parameters or ()), RESULT} for parameters in scope.functions.values()
    )


def read_checks(prompt: str, checks: Iterable[GivenCheck], scope: Scope) -> ExamplesRead:
    """The examples that the prompt's own tests give."""
    text = Text(Passage.of(prompt), scope)
    for check in checks:
        if check.reason:
            if scope.wants(check.statement) or check.about & scope.functions.keys():
                text.note(check.start, check.end, check.reason)
        elif check.drawn:
            _take_law(text, check)
        elif told := _told(check.statement, scope, ast.unparse):
            _take(text, check.start, check.end, told)
    return text.read


def _take_law(text: Text, check: GivenCheck) -> None:
    """Take what a test says of all that Hypothesis draws, or note that it cannot be told."""
    statement = check.statement
    if not text.scope.wants(statement):
        return
    declared = frozenset(
        kind
        for name in called_names(statement)
        for parameter, kind in text.scope.types.get(name, {}).items()
        if parameter != "return"
    )
    met = " and ".join(filter(None, [condition(check.drawn, declared), *check.assumed]))
    law = stated_law(text, ast.unparse(statement.test), met) if isinstance(statement, ast.Assert) else None
    if law is None:
        text.note(check.start, check.end, "what it says of all that is drawn is no law of the function")
    else:
        text.law(check.start, check.end, law, source=TEST)


def _take(text: Text, start: int, end: int, told: _Told) -> None:
    if told.reason:
        text.note(start, end, told.reason)
    else:
        text.add(start, end, told.call, expected=told.expected, raises=told.raises, source=TEST)
        if told.ignored:
            text.remark(start, end, told.ignored, "what an error says is not compared")


def _statement(text: Text, match: re.Match[str]) -> tuple[ast.stmt | None, int]:
    """The statement that begins at the match, and its end: a call, or what parses of the next few lines."""
    start, end = match.start(), match.start()
    if match[0][-1].isalnum():  # the name of a method that asserts
        end = closing(text.rest, match.end()) or start
        tree, _ = parse_module(text.rest[start:end])
        return (tree.body[0] if tree is not None and tree.body else None), end
    for _ in range(_MOST_LINES):
        if end >= len(text.rest):
            break
        end = text.line_end(end + 1)
        if end - start > EXPRESSION_LIMIT:
            break
        tree, _ = parse_module(text.rest[start:end])
        if tree is not None and tree.body and isinstance(first := tree.body[0], ast.Assert | ast.With):
            return first, end
    return None, start


def _as_written(source: str) -> _Written:
    return lambda tree: ast.get_source_segment(source, tree) or ast.unparse(tree)


def _told(statement: ast.stmt, scope: Scope, written: _Written) -> _Told | None:
    """What the statement says of a wanted function; None where it is about something else."""
    if not scope.wants(statement):
        return None
    match statement:
        case ast.Assert(test=test):
            return _asserted(test, scope, written)
        case ast.Expr(value=ast.Call() as call) if error := raising(call):
            return _raised(error, [ast.Expr(error.call)] if error.call else [], scope, written)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) as call) if (
            name.startswith("assert")
        ):
            return _method(_kind(name), call, scope, written)
        case ast.With(items=[ast.withitem(context_expr=manager)], body=body):
            error = raising(manager)
            return _raised(error, body, scope, written) if error else _Told(reason=_INSIDE)
        case ast.With() | ast.AsyncWith():
            return _Told(reason=_INSIDE)
    return None


def _raised(error: Raising, body: Sequence[ast.stmt], scope: Scope, written: _Written) -> _Told:
    """That the statements raise the error."""
    if error.reason:
        return _Told(reason=error.reason)
    match body:
        case [ast.Expr(value=ast.Call() | ast.Await() as call)] if scope.wants(call):
            return _Told(written(call), raises=error.error, ignored=error.ignored)
    return _Told(reason="what raises is not one call")


def _asserted(test: ast.expr, scope: Scope, written: _Written) -> _Told:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return _equation(left, right, scope, written)
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant() as right]):
            return _equation(left, right, scope, written)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _truth(operand, scope, written, holds=False)
        case ast.Compare():
            return _Told(written(test), "True")
    return _truth(test, scope, written, holds=True)


def _kind(name: str) -> str:
    """What the method asserts: `Equal` for `assertEqual` and for `assert_equals`."""
    words = name.removeprefix("assert").split("_")
    return "".join(map(str.capitalize, words)).removesuffix("s") if len(words) > 1 else words[0]


def _method(kind: str, call: ast.Call, scope: Scope, written: _Written) -> _Told:
    """What `self.assertKind(...)` says."""
    told = call.args
    if kind in ("True", "False") and told:
        return _truth(told[0], scope, written, holds=kind == "True")
    if kind == "IsNone" and told:
        return _Told(written(told[0]), "None")
    if kind == "AlmostEqual":
        almost = almost_equal(call, written)
        return _Told(*almost) if almost else _Told(reason=_HOW_NEAR)
    if len(told) < 2:
        return _Told(reason=f"assert{kind} is not understood here")
    first, second = written(told[0]), written(told[1])
    if kind in _EQUAL:
        return _equation(told[0], told[1], scope, written)
    if kind == "CountEqual":
        return _Told(same_items(first, second), "True")
    if kind in _RELATED:
        return _Told(f"({first}) {_RELATED[kind]} ({second})", "True")
    return _Told(reason=f"assert{kind} is not understood here")


def _equation(left: ast.expr, right: ast.expr, scope: Scope, written: _Written) -> _Told:
    """`left == right`, one of which calls a wanted function."""
    if not scope.wants(left):
        left, right = right, left
    if is_approx(right):
        condition = near(written(left), right, written)
        return _Told(condition, "True") if condition else _Told(reason=_HOW_NEAR)
    if scope.functions and (free_names(right) & scope.functions.keys() or _of_module(right, scope)):
        return _Told(f"{written(left)} == {written(right)}", "True")
    return _Told(written(left), written(right))


def _of_module(tree: ast.expr, scope: Scope) -> bool:
    """Whether it is computed with a module that the code imports: only beside the code it has a value."""
    return any(
        isinstance(each, ast.Attribute)
        and isinstance(each.value, ast.Name)
        and each.value.id in scope.names
        and each.value.id.islower()
        for each in ast.walk(tree)
    )


def _truth(tree: ast.expr, scope: Scope, written: _Written, *, holds: bool) -> _Told:
    """That an expression is true, or is not; exactly True or False where a function returns that."""
    if is_close(tree) and "isclose" not in scope.functions:
        condition = close(tree, written)
        return _Told(condition, str(holds)) if condition else _Told(reason=_HOW_NEAR)
    name = next(called_names(tree), "") if isinstance(tree, ast.Call) else ""
    exactly = scope.gives("bool", name) or (name not in scope.names and _PREDICATE.match(name))
    return _Told(written(tree) if exactly else f"bool({written(tree)})", str(holds))
