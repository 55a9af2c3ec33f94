"""Examples written as tests: `assert f(x)`, `self.assertEqual(f(x), y)`, `with pytest.raises(KeyError)`."""

from __future__ import annotations

import ast
import re

from pipeline.translate.examples.taking import Text
from pipeline.translate.syntax import (
    called_names,
    closing,
    expression_end,
    free_names,
    parse_expression,
    parse_module,
)

_ASSERT = re.compile(r"(?<![\w.])assert[ \t(]")
_METHOD = re.compile(r"(?<![\w.])(?:self\.)?assert(?P<kind>[A-Z]\w*)(?=\()")
_RAISES = re.compile(
    r"with[ \t]+(?:pytest\.raises|self\.assertRaises)\(\s*(?:\w+\.)*(?P<error>\w+)"
    r"[^()\n]*(?:\([^()\n]*\))?[^()\n]*\)"
    r"(?:[ \t]+as[ \t]+\w+)?:\s*"
)
_PREDICATE = re.compile(r"(?:is|are|has|have|can|should|does|contains|starts|ends)(?:_|$|(?=[A-Z]))")
_MOST_LINES = 12
_EQUAL = ("Equal", "Equals", "Is", "ListEqual", "DictEqual", "SetEqual", "TupleEqual", "SequenceEqual")
_RELATED = {"NotEqual": "!=", "In": "in", "NotIn": "not in", "Greater": ">", "Less": "<",
            "GreaterEqual": ">=", "LessEqual": "<="}  # fmt: skip


def read(text: Text) -> None:
    """Take every assertion about a wanted function that a mere reader of calls would not understand."""
    for pattern, take in ((_RAISES, _raising), (_METHOD, _method), (_ASSERT, _assert)):
        at = 0
        while match := pattern.search(text.rest, at):
            at = max(match.end(), take(text, match))


def _raising(text: Text, match: re.Match[str]) -> int:
    """`with pytest.raises(KeyError):` and the call in its body."""
    end = expression_end(text.rest, match.end(), text.scope.known)
    if end is not None and text.calls_ours(call := text.rest[match.end() : end]):
        text.add(match.start(), end, call, raises=match["error"], source="test")
        return end
    return match.end()


def _method(text: Text, match: re.Match[str]) -> int:
    """`self.assertEqual(f(x), y)` and its like."""
    end = closing(text.rest, match.end())
    if end is None:
        return match.end()
    source = f"_{text.rest[match.end() : end]}"
    tree = parse_expression(source)
    if not isinstance(tree, ast.Call) or not free_names(tree) & text.scope.functions.keys():
        return match.end()
    told = [ast.get_source_segment(f"({source}\n)", each) or "" for each in tree.args]
    kind = match["kind"]
    if kind in ("True", "False") and told:
        _truth(text, match.start(), end, told[0], holds=kind == "True")
    elif kind == "Raises" and len(told) > 1:
        text.add(match.start(), end, f"{told[1]}({', '.join(told[2:])})", raises=told[0], source="test")
    elif kind == "IsNone" and told:
        text.add(match.start(), end, told[0], expected="None", source="test")
    elif kind in _EQUAL and len(told) > 1:
        _equation(text, match.start(), end, told[0], told[1])
    elif kind == "AlmostEqual" and len(told) > 1:
        places = told[2] if len(told) > 2 else "7"
        text.add(match.start(), end, f"round({told[0]} - ({told[1]}), {places})", expected="0", source="test")
    elif kind in _RELATED and len(told) > 1:
        call = f"({told[0]}) {_RELATED[kind]} ({told[1]})"
        text.add(match.start(), end, call, expected="True", source="test")
    else:
        text.note(match.start(), end, f"assert{kind} is not understood here")
    return end


def _assert(text: Text, match: re.Match[str]) -> int:
    """The `assert` statement at the match, if it is one."""
    statement, end = _statement(text, match.start())
    if statement is None or not text.calls_ours(ast.unparse(statement.test)):
        return match.end()
    source = text.rest[match.start() : end]

    def written(tree: ast.expr) -> str:
        return ast.get_source_segment(source, tree) or ast.unparse(tree)

    test = statement.test
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            _equation(text, match.start(), end, written(left), written(right))
        case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant() as right]):
            _equation(text, match.start(), end, written(left), written(right))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _truth(text, match.start(), end, written(operand), holds=False)
        case ast.Compare():
            text.add(match.start(), end, written(test), expected="True", source="test")
        case _:
            _truth(text, match.start(), end, written(test), holds=True)
    return end


def _statement(text: Text, start: int) -> tuple[ast.Assert | None, int]:
    """The assert statement that begins at `start`, and its end: what parses of the next few lines."""
    end = start
    for _ in range(_MOST_LINES):
        if end >= len(text.rest):
            break
        end = text.line_end(end + 1)
        tree, _ = parse_module(text.rest[start:end])
        if tree is not None and tree.body and isinstance(first := tree.body[0], ast.Assert):
            return first, end
    return None, start


def _equation(text: Text, start: int, end: int, left: str, right: str) -> None:
    """`left == right`, one of which calls a wanted function."""
    if not text.calls_ours(left):
        left, right = right, left
    approximate = re.fullmatch(r"(?:pytest\.)?approx\(\s*([-+\w.e]+)\s*\)", right)
    if text.calls_ours(right):
        left, right = f"{left} == {right}", "True"
    elif approximate:  # its defaults: 1e-6 of the value, 1e-12 at least
        value = approximate[1]
        left, right = f"abs({left} - ({value})) <= max(1e-6 * abs({value}), 1e-12)", "True"
    text.add(start, end, left, expected=right, source="test")


def _truth(text: Text, start: int, end: int, expression: str, *, holds: bool) -> None:
    """That an expression is true, or is not; exactly True or False where a function returns that."""
    tree = parse_expression(expression)
    name = next(called_names(tree), "") if isinstance(tree, ast.Call) else ""
    exactly = name in text.scope.truths or (name in text.scope.functions and _PREDICATE.match(name))
    call = expression if exactly else f"bool({expression})"
    text.add(start, end, call, expected=str(holds), source="test")
