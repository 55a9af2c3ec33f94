"""Doctests in a text: calls at `>>>` with the value, the traceback or the printed text below."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from pipeline.syntax import parse_module
from pipeline.translate.examples import calls
from pipeline.translate.examples.taking import Text
from pipeline.translate.syntax import called_names, free_names, parse_expression

_PROMPT = re.compile(r"(?P<indent>[ \t]*)>>>[ \t]?(?P<source>.*)")
_CONTINUATION = re.compile(r"[ \t]*\.\.\.(?:[ \t]|$)(?P<source>.*)")
_TRACEBACK = re.compile(r"\s*Traceback \((?:most recent call last|innermost last)\):")
_MOST_OUTPUT = 60
"""Lines of output looked at."""


@dataclass(frozen=True, slots=True)
class Doctest:
    """One prompt line with its output, at [start, end) of the text.

    `call` with `expected` or `raises` is an example; `reason` says why it is none; `unparsed` marks a line
    that is no Python by itself; with none of them it is set-up, already taken in.
    """

    start: int
    end: int
    call: str = ""
    expected: str | None = None
    raises: str | None = None
    reason: str = ""
    unparsed: bool = False


def read(text: Text) -> None:
    """Take every `>>>` line with what follows it."""
    for item in find_doctests(text.passage.text, text.scope.functions):
        if item.reason:
            text.note(item.start, item.end, item.reason)
        elif item.unparsed:
            _on_one_line(text, item.start, item.end)
        elif item.call:
            text.add(
                item.start,
                item.end,
                item.call,
                expected=item.expected,
                raises=item.raises,
                source="doctest",
            )
        else:
            text.blank(item.start, item.end)


def _on_one_line(text: Text, start: int, end: int) -> None:
    """A `>>>` line that writes call and value on one line."""
    inner = Text(text.passage.part(start + 3, end), text.scope)
    calls.read(inner)
    text.read.examples += inner.read.examples
    text.read.unread += inner.read.unread
    if inner.read.examples or inner.read.unread:
        text.blank(start, end)
    else:
        text.note(start, end, "it is not Python")


def find_doctests(text: str, functions: Collection[str]) -> Iterator[Doctest]:
    """Every doctest in `text`; `functions` are those whose silent calls mean None."""
    lines = list(re.finditer(r"[^\n]*(?:\n|\Z)", text))
    setup: dict[str, str] = {}
    index = 0
    while index < len(lines):
        prompt = _PROMPT.match(lines[index][0])
        if prompt is None:
            if not lines[index][0].strip():
                setup.clear()
            index += 1
            continue
        source, body = [prompt["source"]], index + 1
        while body < len(lines) and (more := _CONTINUATION.match(lines[body][0])):
            source.append(more["source"])
            body += 1
        stop = _output_end(lines, body, len(prompt["indent"]))
        start = lines[index].start() + lines[index][0].index(">>>")
        shown = _Shown(start, lines[body - 1].end(), lines[body:stop], functions)
        found = shown.read("\n".join(source).strip(), setup)
        yield found
        index = body
        while index < stop and lines[index].start() < found.end:
            index += 1


@dataclass(frozen=True, slots=True)
class _Shown:
    """A prompt at [start, end) and the lines of output below it."""

    start: int
    end: int
    lines: list[re.Match[str]]
    functions: Collection[str]

    def read(self, source: str, setup: dict[str, str]) -> Doctest:
        tree = parse_expression(source)
        if tree is None:
            return self._statement(source, setup)
        call = _with_setup(_segment(source, tree), tree, setup)
        output = [line[0].strip("\n") for line in self.lines]
        if output and _TRACEBACK.match(output[0]):
            error = re.match(r"\s*(?:\w+\.)*(\w+)", output[-1])
            return Doctest(self.start, self.lines[-1].end(), call, raises=error[1] if error else "Exception")
        for count in range(len(output), 0, -1):
            value = parse_expression(text := "\n".join(output[:count]))
            if value is not None:
                return self._valued(self.lines[count - 1].end(), tree, call, _segment(text.strip(), value))
        return self._silent(tree, call) if not output else self._printing(tree, output)

    def _statement(self, source: str, setup: dict[str, str]) -> Doctest:
        match _remember(source, setup):
            case "":
                return Doctest(self.start, self.end, unparsed=True)
            case "?":
                return Doctest(self.start, self.end, reason="it needs set-up before the call")
        return Doctest(self.start, self.end)

    def _valued(self, end: int, tree: ast.expr, call: str, expected: str) -> Doctest:
        printed = _printed(tree)
        if printed is not None:
            return Doctest(self.start, end, f"str({printed})", repr(expected))
        if expected == "True" and _is_equation(tree) and call.count("==") == 1:
            left, _, right = call.partition("==")
            return Doctest(self.start, end, left.strip(), right.strip())
        return Doctest(self.start, end, call, expected)

    def _silent(self, tree: ast.expr, call: str) -> Doctest:
        """No output: an equation that holds, or a call that returns None."""
        if isinstance(tree, ast.Compare):
            return self._valued(self.end, tree, call, "True")
        if self._ours(tree) and isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            return Doctest(self.start, self.end, call, "None")
        return Doctest(self.start, self.end, reason="the output shown is no Python value")

    def _printing(self, tree: ast.expr, output: list[str]) -> Doctest:
        printed = _printed(tree)
        end = self.lines[-1].end()
        if printed is not None:
            text = "\n".join(line.strip() for line in output)
            return Doctest(self.start, end, f"str({printed})", repr(text))
        return Doctest(self.start, end, reason="the output shown is no Python value")

    def _ours(self, tree: ast.expr) -> bool:
        return any(name in self.functions for name in called_names(tree))


def _output_end(lines: list[re.Match[str]], start: int, indent: int) -> int:
    """The line after the output that begins on line `start`."""
    at = start
    while at < min(len(lines), start + _MOST_OUTPUT):
        line = lines[at][0].rstrip("\n")
        if not line.strip() or _PROMPT.match(line) or line.strip().startswith("```"):
            break
        if len(line) - len(line.lstrip()) < indent:
            break
        at += 1
    return at


def _segment(source: str, tree: ast.expr) -> str:
    """The expression as written, without a comment after it."""
    return (ast.get_source_segment(f"({source}\n)", tree) or ast.unparse(tree)).strip()


def _remember(source: str, setup: dict[str, str]) -> str:
    """Keep `name = literal` for the calls that follow; `?` for any other statement, nothing for no Python."""
    tree, _ = parse_module(source)
    if tree is None:
        return ""
    match tree.body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=value)] if not free_names(value):
            setup[name] = ast.unparse(value)
            return name
        case [ast.Import() | ast.ImportFrom()]:
            return "import"
    return "?"


def _with_setup(call: str, tree: ast.expr, setup: dict[str, str]) -> str:
    """The call with set-up values put in; each serves once, since a call may change it."""
    for name in sorted(free_names(tree) & setup.keys()):
        call = re.sub(rf"(?<![\w.'\"]){re.escape(name)}(?!\w|\s*=[^=])", _constant(setup.pop(name)), call)
    return call


def _constant(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


def _printed(tree: ast.expr) -> str | None:
    match tree:
        case ast.Call(func=ast.Name(id="print"), args=[argument], keywords=[]):
            return ast.unparse(argument)
    return None


def _is_equation(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq)
