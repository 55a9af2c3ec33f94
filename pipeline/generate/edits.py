"""Small edits of a candidate that nearly passes, the most plausible first.

Only the statement that is edited is written anew; layout and comments around it stay. An edit is a guess at
what went wrong: it is checked like any other candidate.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.generate.code import NotCode, shape
from pipeline.generate.module_level import Definition
from pipeline.generate.rewrites import result_rewrites, rewrites
from pipeline.generate.typing_heads import empty_of, head_of, takes_emptiness

_SLOTS = ("value", "test", "iter", "subject")
_AUGMENTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Div,
    ast.Div: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_GUARD, _MOVED, _RETURNED, _JUMP, _OPERATOR, _DROPPED = 1, 2, 0, 5, 3, 6
_CROWDED = 2
"""What each earlier edit at the same place counts against the next one there, so that no place takes all."""


def near_misses(source: str, function: str, *, limit: int, suspects: Collection[int] = ()) -> list[str]:
    """At most `limit` modules that differ from `source` by one small edit of `function`, the likeliest first.

    All are Python, keep the signature, and differ from `source` and each other by more than layout and names.
    `suspects` are lines (from 1) that failing examples ran: edits there come first. Raises NotCode when
    `source` is no Python or does not define `function`.
    """
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    target = _target("\n".join(lines), function)
    found: dict[str, None] = {}
    shapes: set[str] = set()
    for edit in _ordered(target, lines, frozenset(suspects)):
        if len(found) >= limit:
            break
        changed = edit.applied(lines)
        if not changed or changed in found:
            continue
        if edit.binds:  # Only then can texts written from different trees differ in nothing but names.
            shapes = shapes or {shape(source), *map(shape, found)}
            if shape(changed) in shapes:
                continue
        if shapes:
            shapes.add(shape(changed))
        found[changed] = None
    return list(found)


def _target(text: str, name: str) -> Definition:
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError) as error:  # ValueError: null bytes
        raise NotCode(f"the candidate is no Python: {error}") from error
    for node in reversed(module.body):
        if isinstance(node, Definition) and node.name == name:
            return node
    raise NotCode(f"the candidate does not define `{name}`")


@dataclass(frozen=True, slots=True)
class _Expression:
    """`value` takes the place of what `holder.field[index]` is, and `slot` of `statement` is written anew.

    Without a slot it is the whole statement that is written anew.
    """

    rank: int
    statement: ast.stmt
    slot: str
    holder: ast.AST
    field: str
    index: int | None
    value: Any

    @property
    def line(self) -> int:
        """Where it is, from 1."""
        return int(getattr(self.holder, "lineno", self.statement.lineno))

    @property
    def binds(self) -> bool:
        """Whether names are bound in what is rewritten, so that it may be the same but for their names."""
        part = self.value if isinstance(self.value, ast.AST) else self.holder
        return any(isinstance(node, ast.comprehension | ast.NamedExpr) for node in ast.walk(part))

    @property
    def place(self) -> tuple[int, str, int | None]:
        """What tells edits of other parts of the tree from edits of this one."""
        return id(self.holder), self.field, self.index

    def applied(self, lines: list[str]) -> str:
        """The whole text with the edit, "" where it changes nothing. The tree is as before afterwards."""
        span = self.statement if not self.slot else getattr(self.statement, self.slot)
        written = ast.unparse(span)
        before = getattr(self.holder, self.field)
        if self.index is None:
            setattr(self.holder, self.field, self.value)
        else:
            changed = [*before]
            changed[self.index] = self.value
            setattr(self.holder, self.field, changed)
        try:
            now = self.statement if not self.slot else getattr(self.statement, self.slot)
            text = ast.unparse(now)
            return _spliced(lines, span, text) if text != written else ""
        finally:
            setattr(self.holder, self.field, before)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Whole lines: those in `cut` (from, to, counted from 0) go; `text` comes before what was line `at`."""

    rank: int
    line: int
    at: int
    text: tuple[str, ...] = ()
    cut: tuple[int, int] = (0, 0)
    binds: bool = False

    @property
    def place(self) -> tuple[int, str, int | None]:
        """What tells it from edits elsewhere."""
        return self.at, "lines", self.cut[0]

    def applied(self, lines: list[str]) -> str:
        """The whole text with the edit."""
        first, last = self.cut
        kept = [None if first <= number < last else line for number, line in enumerate(lines)]
        changed = [*kept[: self.at], *self.text, *kept[self.at :]]
        return "\n".join(line for line in changed if line is not None)


_Edit = _Expression | _Lines


def _spliced(lines: list[str], span: Any, text: str) -> str:
    """The text with `text` for the node `span`; columns of a tree count bytes."""
    first, last = span.lineno - 1, span.end_lineno - 1
    head = lines[first].encode()[: span.col_offset].decode()
    tail = lines[last].encode()[span.end_col_offset :].decode()
    return "\n".join([*lines[:first], head + text + tail, *lines[last + 1 :]])


def _ordered(target: Definition, lines: list[str], suspects: frozenset[int]) -> list[_Edit]:
    """All edits, best first: on suspect lines, then by rank, spread over the places."""
    before: Counter[tuple[int, str, int | None]] = Counter()
    weighted: list[tuple[bool, int, int, _Edit]] = []
    every = [*_of_statements(target, lines), *_of_expressions(target)]
    for order, edit in enumerate(sorted(every, key=lambda edit: edit.rank)):
        crowd = _CROWDED * before[edit.place]
        before[edit.place] += 1
        weighted.append((bool(suspects) and edit.line not in suspects, edit.rank + crowd, order, edit))
    return [edit for *_, edit in sorted(weighted, key=lambda item: item[:3])]


def _statements(target: Definition) -> list[ast.stmt]:
    """The statements of the body, nested ones included, in the order of the text."""
    inside = [node for part in target.body for node in ast.walk(part) if isinstance(node, ast.stmt)]
    return sorted(inside, key=lambda node: (node.lineno, node.col_offset))


def _of_expressions(target: Definition) -> Iterator[_Edit]:
    returns = head_of(target.returns)
    for statement in _statements(target):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a docstring
        if isinstance(statement, ast.AugAssign) and (other := _AUGMENTED.get(type(statement.op))) is not None:
            yield _Expression(_OPERATOR, statement, "", statement, "op", None, other())
        for slot in _SLOTS:
            root = getattr(statement, slot, None)
            if not isinstance(root, ast.expr):
                continue
            for holder, field, index, node in _places(statement, slot, root):
                for rank, value in rewrites(holder, field, node):
                    yield _Expression(rank, statement, slot, holder, field, index, value)
            if isinstance(statement, ast.Return):
                for rank, value in result_rewrites(root, returns):
                    yield _Expression(rank, statement, slot, statement, slot, None, value)


_Place = tuple[ast.AST, str, int | None, ast.AST]


def _places(holder: ast.AST, field: str, node: ast.AST, index: int | None = None) -> Iterator[_Place]:
    """Every expression and comprehension at or below `node`, with what holds it; no targets, no f-strings."""
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, ast.expr | ast.comprehension):
        yield holder, field, index, node
    for name, value in ast.iter_fields(node):
        if name == "target" or (name == "args" and isinstance(node, ast.Lambda)):
            continue
        if isinstance(value, ast.AST):
            yield from _places(node, name, value)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _places(node, name, item, number)


def _of_statements(target: Definition, lines: list[str]) -> Iterator[_Edit]:
    yield from _guards(target, lines)
    yield from _results(target, lines)
    for statement in _statements(target):
        if not _alone(statement, lines):
            continue
        if isinstance(statement, ast.For | ast.While):
            yield from _moved_returns(statement, lines)
        for block in _blocks(statement):
            yield from _dropped(block, lines)


def _guards(target: Definition, lines: list[str]) -> Iterator[_Lines]:
    """`if not x: return …` before everything else, for each parameter that can be empty."""
    body = target.body
    documented = ast.get_docstring(target, clean=False) is not None and len(body) > 1
    first = body[1 if documented else 0]
    if not _alone(first, lines):
        return
    start = min([first.lineno, *(each.lineno for each in getattr(first, "decorator_list", []))])
    at = start - 1
    above = body[0].end_lineno if documented else target.lineno
    while at > int(above or 0) and lines[at - 1].lstrip().startswith("#"):  # a comment stays with its code
        at -= 1
    indent = _indent(first, lines)
    arguments = [*target.args.posonlyargs, *target.args.args]
    returned = _returned(target)
    for argument in arguments:
        for condition, likely in takes_emptiness(argument, len(arguments)):
            for number, value in enumerate(empty_of(head_of(target.returns), returned)):
                guard = (f"{indent}if {condition}:", f"{indent}    return {value}")
                yield _Lines(_GUARD + 2 * number + (0 if likely else 4), start, at, guard)


def _returned(target: Definition) -> tuple[str, ...]:
    """What constants the code itself returns somewhere, which says what an empty result looks like."""
    values = [node.value for node in ast.walk(target) if isinstance(node, ast.Return)]
    return tuple(ast.unparse(value) for value in values if isinstance(value, ast.Constant))


def _results(target: Definition, lines: list[str]) -> Iterator[_Lines]:
    """A last line that returns what was made, where none does."""
    last = target.body[-1]
    if not _alone(last, lines) or isinstance(last, ast.Return | ast.Raise):
        return
    indent, end = _indent(last, lines), int(last.end_lineno or last.lineno)
    if isinstance(last, ast.Expr) and not isinstance(last.value, ast.Constant):
        made = f"{indent}return {ast.unparse(last.value)}"
        yield _Lines(_RETURNED, last.lineno, end, (made,), (last.lineno - 1, end))
    assigned = [node.targets[0] for node in target.body if isinstance(node, ast.Assign)]
    for name in dict.fromkeys(node.id for node in reversed(assigned) if isinstance(node, ast.Name)):
        yield _Lines(_RETURNED, last.lineno, end, (f"{indent}return {name}",))


def _moved_returns(loop: ast.For | ast.While, lines: list[str]) -> Iterator[_Lines]:
    """A return at the end of a loop's body comes after the loop, or becomes unconditional no more."""
    last = loop.body[-1]
    if len(loop.body) < 2 or not isinstance(last, ast.Return) or not _alone(last, lines) or loop.orelse:
        return
    cut = (last.lineno - 1, int(last.end_lineno or last.lineno))
    value = f" {ast.unparse(last.value)}" if last.value is not None else ""
    moved = _indent(loop, lines) + f"return{value}"
    yield _Lines(_MOVED, last.lineno, int(loop.end_lineno or loop.lineno), (moved,), cut)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse"):
        block = getattr(statement, field, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield block


def _dropped(block: list[ast.stmt], lines: list[str]) -> Iterator[_Lines]:
    """A jump out of the loop goes, or becomes the other one."""
    last = block[-1]
    if isinstance(last, ast.Break | ast.Continue) and _alone(last, lines):
        cut = (last.lineno - 1, last.lineno)
        indent = _indent(last, lines)
        other = "continue" if isinstance(last, ast.Break) else "break"
        yield _Lines(_JUMP, last.lineno, last.lineno, (indent + other,), cut)
        if len(block) > 1:
            yield _Lines(_DROPPED, last.lineno, last.lineno, (), cut)


def _alone(statement: ast.stmt, lines: list[str]) -> bool:
    """Whether a statement shares its lines with no other."""
    before = lines[statement.lineno - 1].encode()[: statement.col_offset]
    after = lines[int(statement.end_lineno or statement.lineno) - 1].encode()[statement.end_col_offset or 0 :]
    return not before.strip() and (not after.strip() or after.strip().startswith(b"#"))


def _indent(statement: ast.stmt, lines: list[str]) -> str:
    """What stands before a statement that begins its line."""
    return lines[statement.lineno - 1].encode()[: statement.col_offset].decode()
