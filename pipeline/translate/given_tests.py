"""Tests that the prompt gives as code: each of their checks, with the values of the set-up put in."""

from __future__ import annotations

import ast
import copy
import importlib.util
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from pipeline.translate.checks import MOST_CASES, Body, Comment, GivenCheck, Span, asserts, cells, titles
from pipeline.translate.drawn import drawn_for
from pipeline.translate.set_up import SetUp, put_in

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_APART = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
OF_TESTS = frozenset({"raises", "approx", "given", "assume", "param", "fixture"})
"""What tests call that is not under test."""
_SET_UP = ("setUp", "setup_method", "setup")
_TESTING = frozenset({"pytest", "unittest", "hypothesis"})


def is_test(node: ast.stmt) -> bool:
    """Whether the definition is a test function, or a class of tests."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name.startswith("test") or any(map(_makes_test, node.decorator_list))
        case ast.ClassDef(body=body):
            return any(isinstance(each, FunctionNode) and is_test(each) for each in body)
    return False


def _makes_test(decorator: ast.expr) -> bool:
    """Whether it is `@test.describe("...")` or `@test.it("...")`."""
    match decorator:
        case ast.Call(func=inner):
            return _makes_test(inner)
        case ast.Attribute(value=ast.Name(id="test" | "Test"), attr="describe" | "it"):
            return True
    return False


def without_tests(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """What is left without tests and uses, and without what only serves these: imports, fixtures."""
    own = [
        node
        for node in statements
        if not (is_test(node) or fixture(node) or candidate(node) or _is_use(node))
    ]
    if len(own) == len(statements):
        return own
    needed = {
        each.id
        for node in own
        if not isinstance(node, ast.Import | ast.ImportFrom)
        for each in ast.walk(node)
        if isinstance(each, ast.Name)
    }
    return [node for node in own if not _is_for_tests(node, needed)]


def under_test(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that are imported from what is no library."""
    for node in statements:
        if isinstance(node, ast.ImportFrom) and not _is_library(node):
            yield from (alias.asname or alias.name for alias in node.names)


def _is_library(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether it imports from a library: a module of one's own may have a library's name."""
    roots = _roots(node)
    if roots & _TESTING or not roots & sys.stdlib_module_names:
        return bool(roots & _TESTING)
    module = node.module if isinstance(node, ast.ImportFrom) else None
    return not module or "." in module or any(_may_have(module, alias.name) for alias in node.names)


@cache
def _source(module: str) -> str:
    """The source of a module of Python's own, where there is one."""
    found = importlib.util.find_spec(module)
    path = Path(found.origin) if found and found.origin else None
    return path.read_text(errors="ignore") if path and path.suffix == ".py" else ""


def _may_have(module: str, name: str) -> bool:
    """Whether a module of Python's own has the name, as far as its source tells without a run."""
    source = _source(module)
    return not source or "import *" in source or re.search(rf"\b{re.escape(name)}\b", source) is not None


def _is_use(node: ast.stmt) -> bool:
    """Whether the statement checks or shows something: it defines nothing."""
    match node:
        case ast.Assert() | ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case ast.Expr(value=ast.Compare(ops=[ast.Eq() | ast.Is()])):
            return True
        case ast.Expr(value=ast.Call(func=function) as call):
            return isinstance(function, ast.Name) or asserts(call)
        case ast.For() | ast.With():
            return any(_is_use(each) for each in node.body)
    return False


def _is_for_tests(node: ast.stmt, needed: Collection[str]) -> bool:
    """Whether it only serves the tests beside it: an import of a test library, or of what is tested."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return False
    bound = {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    serves = bool(_roots(node) & _TESTING) or not _is_library(node)
    return not bound & {*needed} and serves


def _roots(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return {"" if node.level else (node.module or "").partition(".")[0]}


def module_checks(statements: Sequence[ast.stmt], span: Span, comment: Comment) -> Iterator[GivenCheck]:
    """The checks of all tests in a piece of code, and of what it checks outside of these."""
    around = SetUp()
    loose = [node for node in statements if not isinstance(node, _APART)]
    yield from Body(around, span, comment=comment).checks(loose)
    given = (fixture(node) for node in statements)
    known = around.known | {found[0]: found[1] for found in given if found and found[1]}
    for node in statements:
        if is_test(node):
            yield from given_checks(node, span, known)
        elif isinstance(node, ast.FunctionDef) and (name := candidate(node)):
            checked = ast.Name(_candidates(statements) or name, ast.Load())
            yield from Body(SetUp({**known, name: checked}), span).checks(node.body)


def _candidates(statements: Sequence[ast.stmt]) -> str:
    """The function that `check(...)` is called with."""
    for node in statements:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="check"), args=[ast.Name(id=name)])):
                return name
    names = [node.name for node in statements if isinstance(node, FunctionNode) and not candidate(node)]
    return names[0] if len(names) == 1 else ""


def given_checks(node: ast.stmt, span: Span, known: Mapping[str, ast.expr]) -> Iterator[GivenCheck]:
    """The checks of a test function, or of all in a class; `known` are values of names around it."""
    if not isinstance(node, ast.ClassDef | FunctionNode):
        return
    aside = _set_aside(node.decorator_list)
    for check in _all_checks(node, span, known):
        yield replace(check, reason=aside) if aside else check


def _all_checks(
    node: ast.ClassDef | FunctionNode, span: Span, known: Mapping[str, ast.expr]
) -> Iterator[GivenCheck]:
    inner = [each for each in node.body if is_test(each)]
    for each in _as_set_up(node, inner) if isinstance(node, ast.ClassDef) else inner:
        yield from given_checks(each, span, known)
    if isinstance(node, ast.ClassDef):
        return
    body = [each for each in node.body if each not in inner]
    cases = list(_cases(node, known))
    if not cases:
        yield from _checks(node, body, known, span, None)
    for case, values in cases:
        aside = _set_aside(_marks(case))
        for check in _checks(node, body, {**known, **values}, span, case):
            yield replace(check, reason=aside) if aside else check


def _as_set_up(node: ast.ClassDef, tests: list[ast.stmt]) -> list[ast.stmt]:
    """The tests, each with the statements of `setUp` first; what these keep in `self` goes by one name."""
    first = next(
        (each for each in node.body if isinstance(each, FunctionNode) and each.name in _SET_UP), None
    )
    if first is None:
        return tests
    kept = {
        each.attr
        for each in ast.walk(first)
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store) and _is_self(each.value)
    }
    told: list[ast.stmt] = []
    for test in copy.deepcopy(tests):
        if isinstance(test, FunctionNode):
            test.body[:0] = copy.deepcopy(first.body)
        told.append(_OwnNames(kept).visit(test))
    return told


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


class _OwnNames(ast.NodeTransformer):
    def __init__(self, kept: Collection[str]) -> None:
        self.kept = kept

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr in self.kept and _is_self(node.value):
            return ast.copy_location(ast.Name(f"self_{node.attr}", node.ctx), node)
        self.generic_visit(node)
        return node


def _set_aside(marks: Iterable[ast.expr]) -> str:
    """Why a test with these marks says nothing, if one of them sets it aside."""
    for mark in marks:
        match mark.func if isinstance(mark, ast.Call) else mark:
            case ast.Attribute(attr="skip") | ast.Name(id="skip"):
                return "it is marked to be skipped"
            case ast.Attribute(attr="xfail" | "expectedFailure") | ast.Name(id="expectedFailure"):
                return "it is marked to fail"
    return ""


def _marks(case: ast.expr) -> Sequence[ast.expr]:
    """The marks of one row of a parametrised test."""
    for word in case.keywords if isinstance(case, ast.Call) else ():
        if word.arg == "marks":
            return word.value.elts if isinstance(word.value, ast.List | ast.Tuple) else [word.value]
    return ()


def _checks(
    test: FunctionNode,
    body: Sequence[ast.stmt],
    values: Mapping[str, ast.expr],
    span: Span,
    case: ast.expr | None,
) -> Iterator[GivenCheck]:
    """The checks of one run of the test's body; `case` stands for the run, where the test has parameters."""
    drawn = drawn_for(test)
    fixtures = {each.arg for each in test.args.args} - values.keys() - drawn.keys() - {"self"}
    set_up = SetUp({name: value for name, value in values.items() if name not in drawn}, fixtures)
    yield from Body(set_up, span, drawn).checks(body, case)


def fixture(node: ast.stmt) -> tuple[str, ast.expr | None] | None:
    """The name of a fixture of pytest, and what it gives where that is one expression."""
    if not isinstance(node, FunctionNode) or not any(map(_makes_fixture, node.decorator_list)):
        return None
    match node.body:
        case [
            ast.Return(value=ast.expr() as value) | ast.Expr(value=ast.Yield(value=ast.expr() as value))
        ] if not node.args.args:
            return node.name, value
    return node.name, None


def _makes_fixture(decorator: ast.expr) -> bool:
    match decorator:
        case ast.Call(func=inner):
            return _makes_fixture(inner)
        case ast.Attribute(attr="fixture") | ast.Name(id="fixture"):
            return True
    return False


def candidate(node: ast.stmt) -> str:
    """The parameter by which a function that checks another is given that: `def check(candidate)`."""
    match node:
        case ast.FunctionDef(name="check", args=ast.arguments(args=[ast.arg(arg=name)]), body=body):
            return name if any(isinstance(each, ast.Assert) for each in body) else ""
    return ""


def _cases(
    test: FunctionNode, known: Mapping[str, ast.expr]
) -> Iterator[tuple[ast.expr, dict[str, ast.expr]]]:
    """The runs of a parametrised test: for each, its element in the list, and its values by name."""
    for decorator in test.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[names, rows, *_]):
                given = put_in(rows, known)
                columns = titles(names)
                for row in given.elts[:MOST_CASES] if isinstance(given, ast.List | ast.Tuple) else ():
                    values = cells(row, len(columns))
                    if len(values) == len(columns):
                        yield row, dict(zip(columns, values, strict=True))
