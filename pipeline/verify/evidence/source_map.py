"""A module's top-level parts: their lines, what they use, and digests that survive layout and comments."""

from __future__ import annotations

import ast
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import TypeAlias

from pipeline.syntax import bound_names

_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Definition: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_IMPORT = (ast.Import, ast.ImportFrom)
_ASSIGNMENT = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_REACHING = frozenset(
    {
        *("globals", "locals", "vars", "exec", "eval", "setattr", "delattr", "__import__", "import_module"),
        *("modules", "__builtins__", "__dict__", "__globals__", "__setattr__"),
    }
)
"""Names and attributes by which code gets at any name of a module without saying which."""
MODULE = "<module>"
"""What stands for all that a module runs when it is loaded and that may change any name in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A top-level statement. Lines count from 1; `uses` are the names that it reads.

    One that binds no plain name (a loop, a call, a `try`) has the name `MODULE`: every function uses it.
    """

    names: tuple[str, ...]
    node: ast.stmt
    first: int
    last: int
    digest: str
    uses: frozenset[str]


class SourceMap:
    """Where the parts of a module are and what rests on what. Raises SyntaxError for what is no Python."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self.parts = tuple(_parts(self.tree))
        self._by_name: dict[str, list[Part]] = {}
        for part in self.parts:
            for name in dict.fromkeys(part.names):
                self._by_name.setdefault(name, []).append(part)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def part(self, name: str) -> Part:
        """The part that binds `name`: its last definition, or what binds it last. Raises KeyError."""
        found = self._by_name[name]
        return next((part for part in reversed(found) if isinstance(part.node, _DEFINITION)), found[-1])

    def header(self, name: str) -> range:
        """The lines of the part that binds `name` before the first statement in it. Raises KeyError."""
        part = self.part(name)
        body = getattr(part.node, "body", None)
        return range(part.first, max(_first_line(body[0]), part.first + 1) if body else part.last + 1)

    def at(self, line: int) -> Part | None:
        """The part that `line` belongs to."""
        return next((part for part in self.parts if part.first <= line <= part.last), None)

    def reached(self, name: str) -> dict[str, str]:
        """The digests of `name` and of every part that it uses, directly or not, by name."""
        found: dict[str, str] = {}
        waiting = [MODULE, name] if name in self else []
        while waiting:
            at = waiting.pop()
            if at in self and at not in found:
                parts = self._by_name[at]
                digests = [part.digest for part in parts]
                found[at] = digests[0] if len(digests) == 1 else _hash(digests)
                waiting += sorted({used for part in parts for used in part.uses})
        return found

    def digest(self, name: str) -> str:
        """Changes with the code of `name` or of anything that it uses in this module; empty if absent."""
        reached = self.reached(name)
        return _hash(f"{key}={reached[key]}" for key in sorted(reached)) if reached else ""

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines as Python counts them, which a form feed or a line separator in a text does not end."""
        return tuple(line.rstrip("\n") for line in io.StringIO(self.source, newline=None))

    @cached_property
    def executable(self) -> frozenset[int]:
        """The lines inside functions that hold something to execute."""
        headers = {
            node.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.body[0].lineno > node.lineno
        }
        # Only compiled, never run; a decorator's line is where a function's code says it begins.
        module = compile(self.source, "<offered>", "exec", dont_inherit=True)
        lines: set[int] = set()
        for code in _nested(module):
            found = {line for _, _, line in code.co_lines() if line}
            if not code.co_name.startswith("<"):
                found -= {code.co_firstlineno} - _one_liners(self.tree)
            lines |= found - (headers & {code.co_firstlineno})
        return frozenset(lines)

    def statement(self, line: int) -> tuple[int, int] | None:
        """The lines of the simple statement (or the header of a compound one) that holds `line`."""
        best: tuple[int, int] | None = None
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.stmt) or is_docstring(node):
                continue
            body = getattr(node, "body", None) or getattr(node, "cases", None)
            last = _first_line(body[0]) - 1 if body else node.end_lineno or node.lineno
            first, last = _first_line(node), max(last, node.lineno)
            if first <= line <= last and (best is None or last - first <= best[1] - best[0]):
                best = first, last
        return best


def same_lines(old: ast.stmt, new: ast.stmt) -> dict[int, int]:
    """For equal code, the line of `old` for each line of `new` on which a node begins."""
    found: dict[int, int] = {}
    for one, other in zip(_positioned(old), _positioned(new), strict=True):
        found.setdefault(other.lineno, one.lineno)
    return found


def is_docstring(node: ast.AST) -> bool:
    """Whether a statement is nothing but a string."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case _:
            return False


def digest_of(node: ast.AST) -> str:
    """Hash of a tree: what it does counts, not its layout, comments or docstrings."""
    return _hash(_flat(node))


def _positioned(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.expr | ast.stmt):
        yield node
    for child in ast.iter_child_nodes(node):
        if not is_docstring(child):
            yield from _positioned(child)


def _flat(value: object) -> Iterator[str]:
    """A tree as text. Empty fields are left out, so that Python versions that add one agree."""
    if isinstance(value, ast.AST):
        yield type(value).__name__
        for name, field in ast.iter_fields(value):
            if field is None or field == [] or name in ("kind", "type_comment"):
                continue
            yield f"({name}"
            yield from _flat(field)
            yield ")"
    elif isinstance(value, list):
        for item in value:
            if not is_docstring(item):
                yield from _flat(item)
                yield ","
    else:
        yield f"{type(value).__name__}:{value!r}"


def _hash(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()[:16]


def _parts(tree: ast.Module) -> Iterator[Part]:
    before: Counter[str] = Counter()  # how often each name has been bound so far
    own = {name for node in tree.body if not isinstance(node, _IMPORT) for name in bound_names(node)}
    for node in tree.body:
        names = bound_names(node)
        uses = frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
        first, last = _first_line(node), node.end_lineno or node.lineno
        if "*" not in names and isinstance(node, _IMPORT):  # each name stands for itself
            for name, alias in zip(names, node.names, strict=True):
                origin = f"{getattr(node, 'level', '')}{getattr(node, 'module', '')}.{alias.name}"
                yield Part((name,), node, first, last, _hash([origin]), uses)
        elif "*" in names or _runs(node, names, own):
            place = [f"{name} {before[name]}" for name in sorted(uses | set(names)) if before[name]]
            bound = (name for name in names if name != "*")
            yield Part((*bound, MODULE), node, first, last, _hash([digest_of(node), *place]), uses)
        elif names:
            yield Part(names, node, first, last, digest_of(node), uses)
            if isinstance(node, _DEFINITION) and (run := _run_by_definition(node, own)):
                place = [f"{name} {before[name]}" for name in sorted(uses) if before[name]]
                yield Part((MODULE,), node, first, last, _hash([*map(digest_of, run), *place]), uses)
        before.update(names)


def _runs(node: ast.stmt, names: tuple[str, ...], own: set[str]) -> bool:
    """Whether a statement does more when the module is loaded than bind names of its own.

    An assignment does where it calls something with what the module itself has, which that may change, and
    where it gets at names that it does not say.
    """
    if is_docstring(node) or _is_main_block(node):
        return False
    if not isinstance(node, _ASSIGNMENT):
        return not names and not isinstance(node, ast.Pass)
    if isinstance(node, ast.AugAssign) or not _binds_only(node):
        return True
    return _may_change(node, own - set(names))


def _run_by_definition(node: _Definition, own: set[str]) -> list[ast.expr | ast.stmt]:
    """What a definition runs when the module is loaded that may change what the module has."""
    return [each for each in _at_load(node) if _may_change(each, own - {node.name})]


def _at_load(node: ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    """What is evaluated when a statement is executed: of a definition, not what it does when it is called."""
    match node:
        case ast.FunctionDef(args=given) | ast.AsyncFunctionDef(args=given):
            annotated = [part.annotation for part in ast.walk(given) if isinstance(part, ast.arg)]
            yield from filter(None, [*given.defaults, *given.kw_defaults, *annotated, node.returns])
        case ast.ClassDef():
            yield from (*node.bases, *(keyword.value for keyword in node.keywords))
            for statement in node.body:
                yield from _at_load(statement)
        case ast.AnnAssign(target=target, annotation=annotation, value=value):
            yield from filter(None, [target, annotation, value])
        case _:
            yield node
    if isinstance(node, _DEFINITION):
        yield from (ast.Call(decorator, [], []) for decorator in node.decorator_list)


def _may_change(node: ast.AST, others: set[str]) -> bool:
    """Whether evaluating it may change one of the module's `others`, or names that it does not say."""
    parts = list(ast.walk(node))
    if any(isinstance(part, ast.NamedExpr) or _name_of(part) in _REACHING for part in parts):
        return True
    calls = any(isinstance(part, ast.Call) for part in parts)
    return calls and any(isinstance(part, ast.Name) and part.id in others for part in parts)


def _name_of(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _binds_only(node: ast.Assign | ast.AnnAssign) -> bool:
    """Whether an assignment gives values to names, and changes nothing that is there."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    parts = [part for target in targets for part in ast.walk(target)]
    return not any(isinstance(part, ast.Attribute | ast.Subscript) for part in parts)


def _is_main_block(node: ast.stmt) -> bool:
    """Whether a statement does nothing when the module is imported: `if __name__ == "__main__":` alone."""
    return (
        isinstance(node, ast.If)
        and not node.orelse
        and ast.unparse(node.test) in ("__name__ == '__main__'", "'__main__' == __name__")
    )


def _first_line(node: ast.AST) -> int:
    decorators = getattr(node, "decorator_list", [])
    return int(min([getattr(node, "lineno", 1), *(decorator.lineno for decorator in decorators)]))


def _nested(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)


def _one_liners(tree: ast.Module) -> set[int]:
    """Lines on which a function's header and its first statement both stand."""
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.body[0].lineno == node.lineno
    }
