"""Doctests in a text: calls at `>>>` with the value, the traceback or the printed text below."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.syntax import BUILTINS, parse_module
from pipeline.translate.examples import calls
from pipeline.translate.examples.links import PRINTED
from pipeline.translate.examples.taking import Text, imported_names
from pipeline.translate.inference import literal_type
from pipeline.translate.set_up import SetUp, calls_made, too_deep
from pipeline.translate.syntax import called_names, free_names, parse_expression

_PROMPT = re.compile(r"(?P<indent>[ \t]*)>>>[ \t]?(?P<source>.*)")
_CONTINUATION = re.compile(r"[ \t]*\.\.\.(?:[ \t]|$)(?P<source>.*)")
_TRACEBACK = re.compile(r"\s*Traceback \((?:most recent call last|innermost last)\):")
_OPTIONS = re.compile(r"#\s*doctest:([^\n]*)")
_NO_VALUE = "the output shown is no Python value"
_MOST_OUTPUT = 60
"""Lines of output looked at."""


@dataclass(frozen=True, slots=True)
class Doctest:
    """One prompt line with its output, at [start, end) of the text.

    `call` with `expected` or `raises` is an example; `reason` says why it is none; `unparsed` marks a line
    that is no Python by itself; with none of them it is set-up, already taken in, or what is `imported`.
    """

    start: int
    end: int
    call: str = ""
    expected: str | None = None
    raises: str | None = None
    reason: str = ""
    unparsed: bool = False
    imported: str = ""


def read(text: Text) -> None:
    """Take every `>>>` line with what follows it."""
    scope = text.scope
    silent = {name for name in scope.functions if scope.gives("None", name) and not scope.in_place}
    for item in find_doctests(text.passage.text, scope.functions, silent):
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
            if item.imported:
                text.bring(item.imported)


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


def find_doctests(text: str, functions: Collection[str], silent: Collection[str] = ()) -> Iterator[Doctest]:
    """Every doctest in `text`; silent calls of `functions` mean None, and `silent` return nothing else."""
    lines = list(re.finditer(r"[^\n]*(?:\n|\Z)", text))
    set_up, imported = SetUp(), set[str]()
    index = 0
    while index < len(lines):
        prompt = _PROMPT.match(lines[index][0])
        if prompt is None:
            index += 1
            continue
        source, body = [prompt["source"]], index + 1
        while body < len(lines) and (more := _CONTINUATION.match(lines[body][0])):
            source.append(more["source"])
            body += 1
        stop = _output_end(lines, body, len(prompt["indent"]))
        start = lines[index].start() + lines[index][0].index(">>>")
        indent, end = len(prompt["indent"]), lines[body - 1].end()
        shown = _Shown(start, end, lines[body:stop], indent, functions, silent, imported, set_up)
        found = shown.read("\n".join(source).strip())
        imported |= imported_names(found.imported)
        yield found
        index = body
        while index < stop and lines[index].start() < found.end:
            index += 1


@dataclass(frozen=True, slots=True)
class _Shown:
    """A prompt at [start, end), `indent` deep, and the lines of output below it."""

    start: int
    end: int
    lines: list[re.Match[str]]
    indent: int
    functions: Collection[str]
    silent: Collection[str]
    imported: Collection[str]
    set_up: SetUp

    def read(self, source: str) -> Doctest:
        tree = parse_expression(source)
        options = {name for said in _OPTIONS.findall(source) for name in re.findall(r"\+(\w+)", said)}
        if "SKIP" in options:
            end = self.lines[-1].end() if self.lines else self.end
            return Doctest(self.start, end, reason="it is marked to be skipped")
        if tree is None:
            return self._statement(source)
        if too_deep(tree):
            return Doctest(self.start, self.end, reason="it is nested too deeply")
        put = self.set_up.put_in(tree)
        call = _segment(source, tree) if ast.dump(put) == ast.dump(tree) else ast.unparse(put)
        if any(True for _ in calls_made(tree)):
            self.set_up.done(tree)
        return self._outcome(put, call, options)

    def _outcome(self, tree: ast.expr, call: str, options: Collection[str]) -> Doctest:
        """What comes of the call, as the lines below it show."""
        output = [line[0].strip("\n")[self.indent :] for line in self.lines]
        if output and _TRACEBACK.match(output[0]):
            error = re.match(r"\s*(?:\w+\.)*(\w+)", output[-1])
            return Doctest(self.start, self.lines[-1].end(), call, raises=error[1] if error else "Exception")
        if "ELLIPSIS" in options and any("..." in line for line in output):
            return Doctest(self.start, self.lines[-1].end(), reason="part of the value is left out (`...`)")
        if output and _is_print(tree):
            return self._printing(tree, output, options)
        if output and output != ["None"] and self._is_silent(tree):
            return Doctest(self.start, self.lines[-1].end(), reason=PRINTED)
        for count in range(len(output), 0, -1):
            value = parse_expression(text := "\n".join(output[:count]))
            if value is not None and _goes_on(output[count:]):
                return Doctest(self.start, self.lines[-1].end(), reason=_NO_VALUE)
            if value is not None:
                return self._valued(self.lines[count - 1].end(), tree, call, _segment(text.strip(), value))
        if output:
            return Doctest(self.start, self.lines[-1].end(), reason=_NO_VALUE)
        return self._silent(tree, call)

    def _statement(self, source: str) -> Doctest:
        """Take in what the statement sets up."""
        module, _ = parse_module(source)
        if module is None:
            return Doctest(self.start, self.end, unparsed=True)
        if too_deep(module):
            return Doctest(self.start, self.end, reason="it is nested too deeply")
        match module.body:
            case [ast.Import() | ast.ImportFrom() as statement]:
                return Doctest(self.start, self.end, imported=ast.unparse(statement))
            case [
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ] if (values := self.set_up.parts(target, value)) and self._known(*values.values()):
                if any(True for _ in calls_made(value)):
                    self.set_up.done(value)
                for name, each in values.items():
                    self.set_up.learn(name, each)
                return Doctest(self.start, self.end)
        self.set_up.forget(module)
        return Doctest(self.start, self.end, reason="it needs set-up before the call")

    def _known(self, *values: ast.expr) -> bool:
        known = BUILTINS | {*self.imported, *self.functions}
        return all(free_names(value) <= known for value in values)

    def _valued(self, end: int, tree: ast.expr, call: str, expected: str) -> Doctest:
        if expected == "True" and _is_equation(tree) and call.count("==") == 1:
            left, _, right = call.partition("==")
            value = parse_expression(right)
            if value is not None and not free_names(value) & {*self.imported}:  # a value stands for itself
                return Doctest(self.start, end, left.strip(), right.strip())
        return Doctest(self.start, end, call, expected)

    def _silent(self, tree: ast.expr, call: str) -> Doctest:
        """No output: an equation that holds, or a call that returns None."""
        if isinstance(tree, ast.Compare):
            return self._valued(self.end, tree, call, "True")
        if self._ours(tree) and isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            return Doctest(self.start, self.end, call, "None")
        if not self._ours(tree) and isinstance(tree, ast.Call) and not _is_print(tree):
            return Doctest(self.start, self.end)  # it does something to what was set up
        return Doctest(self.start, self.end, reason=_NO_VALUE)

    def _printing(self, tree: ast.expr, output: list[str], options: Collection[str]) -> Doctest:
        """What is printed is text, with its indentation below the prompt."""
        printed = _printed(tree)
        end = self.lines[-1].end()
        if printed is None:
            return Doctest(self.start, end, reason="how it is printed is not understood")
        text = "\n".join("" if line.strip() == "<BLANKLINE>" else line for line in output)
        if "NORMALIZE_WHITESPACE" in options:
            return Doctest(self.start, end, f"' '.join({printed}.split())", repr(" ".join(text.split())))
        return Doctest(self.start, end, printed, repr(text))

    def _is_silent(self, tree: ast.expr) -> bool:
        """Whether it calls what returns None."""
        return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in self.silent

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


def _goes_on(lines: list[str]) -> bool:
    """Whether the lines below a value begin with another."""
    value = parse_expression(lines[0]) if lines else None
    return value is not None and literal_type(value) not in ("", "ellipsis")


def _segment(source: str, tree: ast.expr) -> str:
    """The expression as written, without a comment after it."""
    return (ast.get_source_segment(f"({source}\n)", tree) or ast.unparse(tree)).strip()


def _is_print(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "print"


def _printed(tree: ast.expr) -> str | None:
    """The text that is printed, as an expression."""
    match tree:
        case ast.Call(args=[argument], keywords=[]) if not isinstance(argument, ast.Starred):
            return f"str({ast.unparse(argument)})"
        case ast.Call(
            args=arguments, keywords=[] | [ast.keyword(arg="sep", value=ast.Constant(value=str()))]
        ):
            separator = ast.unparse(tree.keywords[0].value) if tree.keywords else "' '"
            return f"{separator}.join(map(str, [{', '.join(map(ast.unparse, arguments))}]))"
    return None


def _is_equation(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq)
