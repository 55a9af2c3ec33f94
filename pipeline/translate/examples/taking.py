"""A text out of which examples are taken, one form after another, until none is left that can be read."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from pipeline.ir import CONDITION, TEST, Assertion, Example, Provenance
from pipeline.printed import HOMES
from pipeline.syntax import BUILTINS, parse_module
from pipeline.translate.examples.in_place import WHICH, changed
from pipeline.translate.examples.links import (
    ARROW,
    PRINTED,
    ends_cleanly,
    is_longer,
    is_of_another_kind,
    is_part,
)
from pipeline.translate.inference import literal_type
from pipeline.translate.passage import Passage
from pipeline.translate.syntax import (
    STRING,
    as_argument,
    called_names,
    expression_end,
    free_names,
    has_ellipsis,
    parse_expression,
)

_JSON_WORDS = {"true": "True", "false": "False", "null": "None"}
_JSON_WORD = re.compile(r"(?:true|false|null)\b(?!\()", re.I)
_OPERATION = re.compile(r"[ \t]*(?:\*\*|//|[-+*/%])[ \t]*\(*(?P<name>[^\W\d]\w*)")
_JSON_PART = re.compile(rf"{STRING.pattern}|(?<![\w.])(?P<word>{_JSON_WORD.pattern})(?!\s*=)", re.I | re.S)
_WITH_UNIT = re.compile(r"-?\d[\d.]*[^\W\d_]|-?0\d|-?[$€£¥][ \t]*\d")
_SAID = ("example", CONDITION)
_FLAT = r"[\[({][^\[\](){}\n]{0,80}[\])}]"
LITERAL = (
    r"(?:'[^'\n]{0,80}'|\"[^\"\n]{0,80}\"|-?\d[\d._]{0,40}|None|True|False"
    rf"|{_FLAT}|\[(?:{_FLAT}|[ \t,]){{1,20}}\])"
)
_MOST_PLACED = 4
_OTHER_KIND = "other values of the function are not written as Python's numbers"
_NODE = re.compile(r"'?(?P<name>\w*Node)\b")


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that looks like a clause and could not be read; never dropped in silence."""

    text: str
    reason: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Scope:
    """What examples may call.

    `functions` maps the wanted functions to their parameters' names (None while unknown); empty means that
    any function called may be the wanted one. `names` are further names given by the prompt's code, `types`
    for each function those that are said of its parameters, and of what it gives as `return`; `optional`
    are its parameters with a default. Where nobody lists the parameters of the one function, `takes` are
    those that it may be taken to have. `in_place` are the words before "in place";
    `prints` tells that they speak of printing.
    """

    functions: Mapping[str, tuple[str, ...] | None]
    names: frozenset[str] = frozenset()
    subject: str = ""
    types: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    takes: tuple[str, ...] = ()
    optional: Mapping[str, frozenset[str]] = field(default_factory=dict)
    in_place: frozenset[str] = frozenset()
    prints: bool = False

    @property
    def known(self) -> frozenset[str]:
        """All names an example may use, beside builtins."""
        return self.names | self.functions.keys()

    def wants(self, tree: ast.AST) -> bool:
        """Whether it calls a wanted function, or names one in place of a call."""
        if self.functions:
            return bool(free_names(tree) & self.functions.keys())
        return any(name not in BUILTINS | self.names for name in called_names(tree))

    def may_want(self, name: str) -> bool:
        """Whether it is a wanted function; where none is known, any but a class that values are made with."""
        return name in self.functions or not (self.functions or (name in HOMES and name in self.names))

    @property
    def operands(self) -> frozenset[str]:
        """What a formula may be made of: functions, parameters, builtins."""
        return self.known.union(BUILTINS, *(names or () for names in self.functions.values()))

    @property
    def single(self) -> str:
        """The one function that the text is about, or nothing."""
        return self.subject or (next(iter(self.functions)) if len(self.functions) == 1 else "")

    def gives(self, kind: str, function: str) -> bool:
        """Whether the function is said to return that type."""
        return self.types.get(function, {}).get("return") == kind

    @property
    def texts(self) -> frozenset[str]:
        """The parameters of the single function that are texts; with `return` where it gives one."""
        return frozenset(name for name, kind in self.types.get(self.single, {}).items() if kind == "str")

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters of that function, as far as they are known."""
        listed = (self.functions.get(self.single) or ()) if self.single else ()
        return listed or self.takes

    @property
    def required(self) -> tuple[str, ...]:
        """Those of them that have no default."""
        optional = self.optional.get(self.single, frozenset())
        return tuple(name for name in self.parameters if name not in optional)

    def call(self, values: Mapping[str, str]) -> str | None:
        """The call of that function with values for its parameters; None where these are not such."""
        if not set(self.required) <= values.keys() <= set(self.parameters):
            return None
        passed = {name: as_argument(value, name) for name, value in values.items()}
        if None in passed.values():
            return None
        missing = next((at for at, name in enumerate(self.parameters) if name not in passed), None)
        given = [f"{passed[name]}" for name in self.parameters[:missing]]
        rest = () if missing is None else self.parameters[missing:]
        given += [f"{name}={passed[name]}" for name in rest if name in passed]
        return f"{self.single}({', '.join(given)})"


@dataclass(frozen=True, slots=True)
class StatedLaw:
    """What holds for every call of `function`: Python over its parameters and `result`; `text` tells it."""

    function: str
    expression: str
    text: str


@dataclass(slots=True)
class ExamplesRead:
    """The examples and laws of one text, each with its function's name, and what could not be read.

    `imports` are statements that the examples need.
    """

    examples: list[tuple[str, Example]] = field(default_factory=list)
    laws: list[tuple[str, Assertion]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)


class Text:
    """One text with what was read so far; `rest` is the text with that blanked out."""

    def __init__(self, passage: Passage, scope: Scope) -> None:
        self.passage = passage
        self.scope = scope
        self.rest = passage.text
        self.read = ExamplesRead()
        self._other_kinds: set[str] = set()

    def blank(self, start: int, end: int) -> None:
        """Take [start, end) out."""
        self.rest = self.rest[:start] + " " * (end - start) + self.rest[end:]

    def note(self, start: int, end: int, reason: str) -> None:
        """Take [start, end) out as something that cannot be read."""
        self.read.unread.append(
            Unread(self.passage.text[start:end].strip(), reason, self.passage.stated(start, end))
        )
        self.blank(start, end)

    def remark(self, start: int, end: int, said: str, reason: str) -> None:
        """Tell that a part of what was taken at [start, end) is left out."""
        self.read.unread.append(Unread(said, reason, self.passage.stated(start, end)))

    def bring(self, statement: str) -> None:
        """Let the examples that follow use what an import of the standard library binds."""
        if names := imported_names(statement):
            self.read.imports.append(statement)
            self.scope = replace(self.scope, names=self.scope.names | names)

    def add(
        self,
        start: int,
        end: int,
        call: str,
        *,
        expected: str | None = None,
        raises: str | None = None,
        source: str = "example",
    ) -> bool:
        """Take up an example, or note why it is none; JSON's words for constants are understood."""
        call = _one_operand(_constants(call))
        expected = _constants(expected) if expected is not None else None
        problem, function = self._judge(call, expected)
        if problem:
            self.note(start, end, problem)
            return False
        problem, compared = self._left(call, expected, function)
        if problem and source != TEST:
            self.note(start, end, problem)
            return False
        provenance = self.passage.stated(start, end, source)
        example = Example(call=compared, expected=expected, raises=raises, provenance=provenance)
        self.read.examples.append((function, example))
        self.blank(start, end)
        return True

    def _left(self, call: str, expected: str | None, function: str) -> tuple[str, str]:
        """Why a function that returns None cannot give the value; or what is: the call, or what it leaves."""
        scope = self.scope
        returned = expected in (None, "None") or not call.startswith(f"{function}(")
        if returned or expected is None or not scope.gives("None", function):
            return "", call
        if scope.prints and not scope.in_place:
            return PRINTED, call
        left = changed(call, expected, scope.functions.get(function) or (), scope.in_place)
        return ("", left) if left else (WHICH if scope.in_place else "", call)

    def law(self, start: int, end: int, law: StatedLaw, source: str = "law") -> None:
        """Take up what holds for every call of a function."""
        provenance = self.passage.stated(start, end, source)
        told = Assertion(text=law.text, expression=law.expression, provenance=provenance)
        self.read.laws.append((law.function, told))
        self.blank(start, end)

    def calls_ours(self, expression: str) -> bool:
        """Whether the expression calls a wanted function."""
        tree = parse_expression(expression)
        return tree is not None and any(name in self.scope.functions for name in called_names(tree))

    def expression(self, start: int, known: Collection[str] = ()) -> tuple[str, int | None]:
        """The expression at `start` and its end; it may be one of JSON's words for constants."""
        if word := _JSON_WORD.match(self.rest, start):
            return word[0], word.end()
        end = expression_end(self.rest, start, known)
        return self.rest[start:end], end

    def ends(self, value: str, end: int | None, *, wordy: bool, of: str = "") -> bool:
        """Whether a value of the function `of` ends here: "returns 4 elements", "1 + n", "50%" give none."""
        if end is None:
            if _WITH_UNIT.match(value):
                self._other_kinds.add(of)
            return False
        operation = _OPERATION.match(self.rest, end)
        if operation is not None and operation["name"] in self.scope.operands:
            return False
        return ends_cleanly(self.rest, end, wordy=wordy) and not self.is_cut(value, end, of)

    def is_cut(self, value: str, end: int, of: str) -> bool:
        """Whether a value that seems to end here is a part of one that Python has no notation for."""
        if is_of_another_kind(self.rest, end, value):
            self._other_kinds.add(of)
            return True
        return is_longer(self.rest, end) or is_part(self.rest, end)

    def doubt(self) -> None:
        """Note the bare numbers of functions whose other values are no numbers: "12" beside "1,234"."""
        doubted = {
            function
            for function in self._other_kinds
            if not (self.scope.gives("int", function) or self.scope.gives("float", function))
        }
        kept: list[tuple[str, Example]] = []
        for name, example in self.read.examples:
            said = name in doubted and example.provenance.source in _SAID
            if said and _is_number(example.expected):
                self.read.unread.append(Unread(str(example), _OTHER_KIND, example.provenance))
            else:
                kept.append((name, example))
        self.read.examples[:] = kept

    def line_end(self, start: int) -> int:
        """Where the line that goes through `start` ends."""
        end = self.rest.find("\n", start)
        return len(self.rest) if end < 0 else end

    def said_to(self, start: int, *, placed: bool = False) -> int:
        """Where what is said from `start` on ends: with its sentence, or before a next call, or its line.

        It is before a next value that leads to another, too, where arguments are given without a call.
        """
        names = "|".join(map(re.escape, self.scope.functions)) or "(?!)"
        further = rf"(?:{names})\("
        if placed:
            more = min(len(self.scope.parameters), _MOST_PLACED) - 1
            further += rf"|(?:{'|'.join(map(re.escape, self.scope.parameters)) or '(?!)'})`?[ \t]*=(?!=)"
            further += rf"|{LITERAL}(?:,[ \t]*{LITERAL}){{0,{max(more, 0)}}}`?[ \t]*(?:{ARROW})"
        ends = re.compile(rf"[.;](?=[ \t])|(?:,|[ \t]and\b)[ \t]*(?:and[ \t]+)?`?(?={further})")
        stop = ends.search(self.rest, start, line_end := self.line_end(start))
        return stop.start() if stop else line_end

    def _judge(self, call: str, expected: str | None) -> tuple[str, str]:
        """What is wrong with an example, if anything, and the function that it is for."""
        tree = parse_expression(call)
        value = parse_expression(expected) if expected is not None else None
        if tree is None or (expected is not None and value is None):
            return "it is not Python", ""
        if has_ellipsis(tree) or (value is not None and has_ellipsis(value)):
            return "part of the value is left out (`...`)", ""
        called = [name for name in called_names(tree) if name not in BUILTINS or name in self.scope.functions]
        wanted = [name for name in called if self.scope.may_want(name)]
        if not wanted:
            return f"it calls `{called[0] if called else call}`, which the prompt does not ask for", ""
        allowed = self.scope.known | BUILTINS | ({wanted[0]} if not self.scope.functions else set())
        used = free_names(value) - self._homes(value) if value is not None else set()
        unknown = (free_names(tree) | used) - allowed
        if unknown:
            return f"it uses `{min(unknown)}`, which has no value{self._for_every(wanted[0], unknown)}", ""
        if node := self._node(tree, value):
            return f"a `{node}` is written as a list", ""
        return "", wanted[0]

    def _node(self, call: ast.expr, value: ast.expr | None) -> str:
        """The type of the nodes of a tree or a linked list, where a list stands for one."""
        match call:
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in self.scope.types:
                types, parameters = self.scope.types[name], self.scope.functions.get(name) or ()
            case _:
                return ""
        given = [*zip(parameters, arguments, strict=False), ("return", value)]
        found = [_NODE.match(types.get(part, "")) for part, each in given if isinstance(each, ast.List)]
        return next((match["name"] for match in found if match), "")

    def _homes(self, value: ast.expr) -> set[str]:
        """The modules that are named only as Python prints a value: `datetime.date` for the known `date`."""
        named = [part.id for part in ast.walk(value) if isinstance(part, ast.Name)]
        printed = [
            part.value.id
            for part in ast.walk(value)
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)
            if part.value.id in sys.stdlib_module_names and part.attr in self.scope.names
        ]
        return {name for name in printed if named.count(name) == printed.count(name)}

    def _for_every(self, function: str, unknown: Collection[str]) -> str:
        """How to say what may be meant, where all that has no value are the parameters."""
        if not set(unknown) <= set(self.scope.functions.get(function) or ()):
            return ""
        return f'; what holds for all is told by "for every {", ".join(sorted(unknown))}: …"'


def imported_names(statement: str) -> frozenset[str]:
    """What an import of the standard library binds; nothing for other statements."""
    tree, _ = parse_module(statement)
    match tree.body if tree is not None else []:
        case [ast.Import(names=names)]:
            roots = {alias.name.partition(".")[0] for alias in names}
        case [ast.ImportFrom(module=str() as module, names=names, level=0)]:
            roots = {module.partition(".")[0]}
        case _:
            return frozenset()
    known = roots <= sys.stdlib_module_names
    return (
        frozenset((alias.asname or alias.name).partition(".")[0] for alias in names) if known else frozenset()
    )


def _is_number(expression: str | None) -> bool:
    tree = parse_expression(expression) if expression is not None else None
    return tree is not None and literal_type(tree) in ("int", "float")


def _one_operand(expression: str) -> str:
    """The expression such that `==` after it compares all of it."""
    compound = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.Lambda)
    return f"({expression})" if isinstance(parse_expression(expression), compound) else expression


def _constants(expression: str) -> str:
    """The expression with Python's words where it has JSON's for true, false and null."""
    return _JSON_PART.sub(
        lambda part: _JSON_WORDS[part["word"].lower()] if part["word"] else part[0], expression
    )
