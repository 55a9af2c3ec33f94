"""Reading code that the prompt gives: stubs to fill in, and what is already there."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from pipeline.ir import Parameter, Signature, TypeDefinition, stated
from pipeline.syntax import parse_module
from pipeline.translate.given_tests import GivenCheck, given_checks, is_for_tests, is_test
from pipeline.translate.passage import Passage, string_value

_FENCE = re.compile(r"^[ \t]*```[^\n`]*\n(?P<code>.*?)(?:^[ \t]*```[ \t]*$|\Z)", re.S | re.M)
_CODE_LINE = re.compile(
    r"(?:(?:async[ ]+)?def[ ]+\w+[ ]*\(|class[ ]+\w+[^\n]*:|@\w|from[ ]+[\w.]+[ ]+import[ ]|import[ ]+\w)"
)
_ATTEMPTS = 12
_MOST_LINES = 400
_MOST_BLOCKS = 100
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ParameterKind = Literal["positional", "keyword", "variadic", "variadic_keyword"]
_SpanOf = Callable[[ast.arg], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Stub:
    """A function of which the prompt gives the header, and maybe the docstring."""

    signature: Signature
    docstring: Passage | None
    source: str


@dataclass(slots=True)
class GivenCode:
    """What the prompt's code holds: stubs to fill in, functions that are `complete`, types.

    `checks` are what its tests check, `spans` the stretches it takes up, `names` all that it binds,
    `preamble` what is no stub, no type and no test.
    """

    prompt: str
    stubs: list[Stub] = field(default_factory=list)
    complete: list[Stub] = field(default_factory=list)
    types: list[TypeDefinition] = field(default_factory=list)
    checks: list[GivenCheck] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    spans: list[tuple[int, int]] = field(default_factory=list)
    preamble: str = ""


def read_code(prompt: str) -> GivenCode:
    """All code in the prompt: fenced, by itself, or standing between sentences."""
    found = GivenCode(prompt)
    for start, end in _blocks(prompt):
        _Block(prompt, start, end).read_into(found)
    return found


def _blocks(prompt: str) -> Iterator[tuple[int, int]]:
    """Stretches that hold Python code."""
    at = 0
    for fence in _FENCE.finditer(prompt):
        yield from _loose_blocks(prompt, at, fence.start())
        yield fence.span("code")
        at = fence.end()
    yield from _loose_blocks(prompt, at, len(prompt))


def _loose_blocks(prompt: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Code between sentences: from a line that starts like code to the last line that still parses."""
    lines = _line_starts(prompt, start, end)
    index = tried = 0
    while index < len(lines) - 1 and tried < _MOST_BLOCKS:
        if not _CODE_LINE.match(prompt, lines[index], end):
            index += 1
            continue
        tried += 1
        count = _parsing_lines(prompt[lines[index] : end])
        if count:
            yield lines[index], lines[min(index + count, len(lines) - 1)]
        index += count or 1


def _line_starts(prompt: str, start: int, end: int) -> list[int]:
    return [start, *(match.end() for match in re.compile(r"\n").finditer(prompt, start, end)), end]


def _parsing_lines(text: str) -> int:
    """How many lines from the first on are code."""
    lines = text.split("\n", _MOST_LINES)[:_MOST_LINES]
    for _ in range(_ATTEMPTS):
        tree, failed = parse_module(completed("\n".join(lines)))
        if tree is not None:
            return len(lines) if tree.body else 0
        if failed > len(lines):
            failed = len(lines)
        lines = lines[: failed - 1]
        if not lines:
            return 0
    return 0


def completed(code: str) -> str:
    """The code with a body for a header that ends it, so that it parses."""
    if re.search(r":[ \t]*(?:#[^\n]*)?(?:\n[ \t]*(?:#[^\n]*)?)*\Z", code) and parse_module(code)[0] is None:
        indent = re.findall(r"^([ \t]*)\S", code, re.M)
        return f"{code}\n{indent[-1] if indent else ''}    ..."
    return code


class _Block:
    """One stretch of code and the way from its tree back to the prompt."""

    def __init__(self, prompt: str, start: int, end: int) -> None:
        self.prompt = prompt
        self.start = start
        self.end = end
        code = prompt[start:end]
        indent = re.match(r"[ \t]*(?=\S)", code.lstrip("\n"))
        self.indent = len(indent[0]) if indent else 0
        if self.indent:
            code = re.sub(rf"^[ \t]{{1,{self.indent}}}", "", code, flags=re.M)
        self.lines = [match.start() for match in re.finditer(r"^", prompt[start:end], re.M)]
        self.tree, _ = parse_module(completed(code))
        self.code_lines = code.split("\n")

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
        imports = [node for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
        preamble = [found.preamble] if found.preamble else []
        tested = any(map(is_test, statements))
        for node in statements:
            if is_test(node):
                found.checks += given_checks(node, self.span)
                continue
            if tested and is_for_tests(node):
                continue
            found.names |= _bound(node)
            if isinstance(node, ast.ClassDef):
                found.types.append(self._type(node, imports))
            elif isinstance(node, FunctionNode) and _is_stub(node):
                found.stubs.append(self._stub(node, preamble))
            elif not _is_docstring(node):
                if isinstance(node, FunctionNode):
                    found.complete.append(self._stub(node, preamble))
                preamble.append(self._source(node))
        found.preamble = "\n".join(preamble)

    def _source(self, node: ast.stmt) -> str:
        first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))])
        return "\n".join(self.code_lines[first - 1 : node.end_lineno])

    def _type(self, node: ast.ClassDef, imports: list[ast.Import | ast.ImportFrom]) -> TypeDefinition:
        used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        needed = [self._source(item) for item in imports if _bound(item) & used]
        source = "\n".join([*needed, *([""] if needed else []), self._source(node)])
        return TypeDefinition(name=node.name, source=source, provenance=stated(*self.span(node), "class"))

    def _stub(self, node: FunctionNode, preamble: list[str]) -> Stub:
        source = "\n".join([*preamble, *(["", ""] if preamble else []), self._source(node)])
        return Stub(signature=self.signature(node), docstring=self._docstring(node), source=source)

    def signature(self, node: FunctionNode) -> Signature:
        start, _ = self.span(node)
        name = self.prompt.find(node.name, start)
        name = start if name < 0 else name
        returns = node.returns
        return Signature(
            name=node.name,
            parameters=tuple(read_parameters(node.args, self.span)),
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
