"""Reading code that the prompt gives: stubs to fill in, and what is already there."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.ir import Parameter, Signature, TypeDefinition, stated
from pipeline.syntax import BUILTINS, parse_module
from pipeline.translate.checks import GivenCheck
from pipeline.translate.classes import is_object, open_methods
from pipeline.translate.code_blocks import code_blocks, completed, with_bodies
from pipeline.translate.generics import Generics, without_generics
from pipeline.translate.given_tests import OF_TESTS, module_checks, under_test, without_tests
from pipeline.translate.methods import SOLUTION, free_methods
from pipeline.translate.passage import Passage, joined, string_value
from pipeline.translate.remarks import Remark, remarks, remarks_on
from pipeline.translate.syntax import called_names

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ParameterKind = Literal["positional", "keyword", "variadic", "variadic_keyword"]
_SpanOf = Callable[[ast.arg], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Stub:
    """A function of which the prompt gives the header, and maybe the docstring."""

    signature: Signature
    docstring: Passage | None
    source: str
    comments: Passage | None = None


@dataclass(slots=True)
class GivenCode:
    """What the prompt's code holds: stubs to fill in, functions that are `complete`, types.

    `checks` are what its tests check, `comments` those outside of functions that are there, `open_classes`
    those with methods to write, `spans` the stretches it takes up, `names` all that it binds, `tested` what
    it imports to test it, `preamble` what is no stub, no type and no test.
    """

    prompt: str
    stubs: list[Stub] = field(default_factory=list)
    complete: list[Stub] = field(default_factory=list)
    types: list[TypeDefinition] = field(default_factory=list)
    checks: list[GivenCheck] = field(default_factory=list)
    comments: list[Passage] = field(default_factory=list)
    open_classes: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    tested: set[str] = field(default_factory=set)
    spans: list[tuple[int, int]] = field(default_factory=list)
    preamble: str = ""


def read_code(prompt: str) -> GivenCode:
    """All code in the prompt: fenced, by itself, or standing between sentences."""
    found, generics = GivenCode(prompt), without_generics(prompt)
    for start, end in code_blocks(generics.text):
        _Block(generics, start, end).read_into(found)
    return found


def functions_under_test(code: GivenCode) -> Iterator[tuple[str, int]]:
    """The functions that the checks call, each with the place of the check.

    They are what is imported to be tested, or else what each check calls first; a class is no function.
    """
    given = (code.names | BUILTINS | OF_TESTS) - {stub.signature.name for stub in code.complete}
    for check in code.checks:
        called = [name for name in called_names(check.statement) if name not in given]
        tested = [name for name in called if name in code.tested]
        for name in tested or called[:1] or sorted(check.about - given)[:1]:
            if is_object(name, check.statement, code.tested):
                code.open_classes.append(name)
            else:
                yield name, check.start


class _Block:
    """One stretch of code and the way from its tree back to the prompt."""

    def __init__(self, generics: Generics, start: int, end: int) -> None:
        self.generics = generics
        self.prompt = prompt = generics.text
        self.start = start
        self.end = end
        code = prompt[start:end]
        indent = re.match(r"[ \t]*(?=\S)", code.lstrip("\n"))
        self.indent = len(indent[0]) if indent else 0
        if self.indent:
            code = re.sub(rf"^[ \t]{{1,{self.indent}}}", "", code, flags=re.M)
        self.lines = [match.start() for match in re.finditer(r"^", prompt[start:end], re.M)]
        tree, _ = parse_module(completed(code))
        self.rewritten = generics.found or with_bodies(code) != code
        self.tree = tree and generics.in_place(tree)
        self.code_lines = code.split("\n")
        self.remarks = remarks(code) if self.tree is not None else []

    def offset(self, line: int, column: int) -> int:
        """The prompt's offset of a place that the tree names (line from 1, column in UTF-8 bytes)."""
        if line > len(self.code_lines):
            return self.end
        text = self.code_lines[line - 1]
        at = self.start + self.lines[line - 1] + len(text.encode()[:column].decode(errors="ignore"))
        stripped = self.prompt[self.start + self.lines[line - 1] : self.end].split("\n", 1)[0]
        return min(at + len(stripped) - len(text), self.end)

    def span(self, node: ast.stmt | ast.expr | ast.arg) -> tuple[int, int]:
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def read_into(self, found: GivenCode) -> None:
        if self.tree is None:
            return
        statements = self.tree.body
        if not any(isinstance(node, _DEFINING) for node in statements):
            return
        found.spans.append((self.start, self.end))
        found.checks += module_checks(statements, self.span, self._comment)
        found.comments.append(self._comments(statements))
        imports = [node for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
        preamble = [found.preamble] if found.preamble else []
        preamble += [line for line in self.generics.imports if line not in found.preamble]
        own = without_tests(statements)
        found.tested |= {*under_test([node for node in imports if node not in own])}
        for node in own:
            found.names |= _bound(node)
            if isinstance(node, ast.ClassDef) and (methods := free_methods(node)):
                found.names -= {node.name}
                for method in methods:
                    whole = self._open(method, ast.unparse(method))
                    (found.stubs if _is_stub(method) else found.complete).append(whole)
            elif isinstance(node, ast.ClassDef):
                found.open_classes += [node.name] if any(map(_is_stub, open_methods(node))) else []
                found.types.append(self._type(node, imports))
            elif isinstance(node, FunctionNode) and _is_stub(node):
                found.stubs.append(self._stub(node, preamble))
            elif not _is_docstring(node):
                if isinstance(node, FunctionNode):
                    found.complete.append(self._stub(node, preamble))
                preamble.append(self._source(node))
        found.preamble = "\n".join(preamble)

    def _comment(self, node: ast.stmt) -> str:
        """The comment that ends the statement's last line."""
        if node.end_lineno is None or node.end_lineno > len(self.code_lines):
            return ""
        rest = (
            self.code_lines[node.end_lineno - 1].encode()[node.end_col_offset or 0 :].decode(errors="ignore")
        )
        comment = re.fullmatch(r"[ \t;]*#+(?P<said>.*)", rest)
        return comment["said"].strip() if comment else ""

    def _comments(self, statements: Sequence[ast.stmt]) -> Passage:
        """The block's lines that are comments, outside of tests, types and code that is there already."""
        members = [
            each
            for node in statements
            for each in (node.body if isinstance(node, ast.ClassDef) and node.name == SOLUTION else [node])
        ]
        apart = [node for node in members if isinstance(node, _DEFINING) and not self._is_open(node)]
        strings = [
            each
            for node in statements
            for each in ast.walk(node)
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        hidden = {
            line for node in (*apart, *strings) for line in range(node.lineno, (node.end_lineno or 0) + 1)
        }
        kept = [
            re.sub(r"#+", lambda sign: " " * len(sign[0]), line, count=1)
            if line.lstrip().startswith("#") and number not in hidden
            else re.sub(r"[^\n]", " ", line)
            for number, line in enumerate(self.prompt[self.start : self.end].split("\n"), 1)
        ]
        return Passage("\n".join(kept), range(self.start, self.end + 1))

    def _is_open(self, node: ast.stmt) -> bool:
        return isinstance(node, FunctionNode) and _is_stub(node)

    def _source(self, node: ast.stmt) -> str:
        if self.rewritten:
            return ast.unparse(node)
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))])
        return "\n".join(self.code_lines[first - 1 : node.end_lineno])

    def _type(self, node: ast.ClassDef, imports: list[ast.Import | ast.ImportFrom]) -> TypeDefinition:
        used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        needed = [self._source(item) for item in imports if _bound(item) & used]
        source = "\n".join([*needed, *([""] if needed else []), self._source(node)])
        return TypeDefinition(name=node.name, source=source, provenance=stated(*self.span(node), "class"))

    def _stub(self, node: FunctionNode, preamble: list[str]) -> Stub:
        source = "\n".join([*preamble, *(["", ""] if preamble else []), self._source(node)])
        return self._open(node, source)

    def _open(self, node: FunctionNode, source: str) -> Stub:
        there = remarks_on(node, self.remarks, self.code_lines) if _is_stub(node) else []
        said = [part for each in there for part in self._said(each)]
        return Stub(self.signature(node), self._docstring(node), source, joined(said) if said else None)

    def _said(self, remark: Remark) -> list[Passage]:
        """What a comment says, apart from what comes before where it does not go on with that."""
        line = self.code_lines[remark.line - 1]
        start, end = (
            self.offset(remark.line, len(line[:column].encode())) for column in (remark.start, remark.end)
        )
        apart = [] if remark.goes_on else [Passage.of(self.prompt, start, start)]
        return [*apart, Passage.of(self.prompt, start, end)]

    def signature(self, node: FunctionNode) -> Signature:
        start, _ = self.span(node)
        name = self.prompt.find(node.name, start)
        name = start if name < 0 else name
        returns = node.returns
        return Signature(
            name=node.name,
            parameters=tuple(read_parameters(node.args, self.span)),
            positional_only=len(node.args.posonlyargs),
            returns=ast.unparse(returns) if returns else "",
            is_async=isinstance(node, ast.AsyncFunctionDef),
            provenance=stated(name, min(name + len(node.name), self.end), "stub"),
            returns_provenance=stated(*self.span(returns), "stub") if returns else None,
        )

    def _docstring(self, node: FunctionNode) -> Passage | None:
        first = node.body[0] if node.body else None
        if not _is_docstring(first):
            return None
        assert isinstance(first, ast.Expr)
        return string_value(Passage.of(self.prompt, *self.span(first.value)))


def read_parameters(arguments: ast.arguments, span: _SpanOf, source: str = "stub") -> Iterator[Parameter]:
    """The parameters of a header; `span` tells where a node stands in the prompt."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)

    def parameter(argument: ast.arg, default: ast.expr | None, kind: ParameterKind) -> Parameter:
        return Parameter(
            name=argument.arg,
            type=ast.unparse(argument.annotation) if argument.annotation else "",
            default=ast.unparse(default) if default is not None else None,
            kind=kind,
            provenance=stated(*span(argument), source),
        )

    for argument, default in zip(positional, defaults, strict=True):
        yield parameter(argument, default, "positional")
    if arguments.vararg:
        yield parameter(arguments.vararg, None, "variadic")
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield parameter(argument, default, "keyword")
    if arguments.kwarg:
        yield parameter(arguments.kwarg, None, "variadic_keyword")


_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def _is_docstring(node: ast.stmt | None) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_stub(node: FunctionNode) -> bool:
    """Whether the body is still to be written."""
    return all(_is_docstring(item) or _is_placeholder(item) for item in node.body)


def _is_placeholder(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant(value=builtins.Ellipsis)):
            return True
        case ast.Raise(
            exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))
        ):
            return True
    return False


def _bound(node: ast.stmt) -> set[str]:
    """Names that a top-level statement binds."""
    match node:
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {(name.asname or name.name).partition(".")[0] for name in names}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }
