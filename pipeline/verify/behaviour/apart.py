"""Examples that do more with a result than compare it: the call runs beside the code, the rest without it.

Beside the code a result may answer for itself, as a `float` does whose class says how far it is from others.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.ir import Signature
from pipeline.syntax import BUILTINS, expression
from pipeline.verify.inputs.literals import is_literal, written
from pipeline.verify.sandbox.base import Job, Limits, Outcome, Raised, Report, Returned, Sandbox
from pipeline.verify.sandbox.values import Value

_HELD = "_held"
_BINDING = (ast.Lambda, ast.NamedExpr, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await)
_PLAIN = frozenset(
    {"bool", "int", "float", "str", "bytes", "list", "dict", "tuple", "set", "frozenset", "None"}
    | {"List", "Dict", "Tuple", "Set", "Optional", "Union", "typing"}
)
_OF_THE_CLASS = frozenset(
    {"str", "repr", "ascii", "format", "type", "print", "isinstance", "hasattr", "vars", "dir", "id", "hash"}
)
"""What they give is not the same of a class and of the built-in one that it is derived from."""
_OF_NO_ORDER = frozenset({"len", "sorted", "sum", "min", "max", "any", "all", "set", "frozenset", "bool"})
"""What they give of a set does not depend on the order in which it was made."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The call in an expression, and the expression over what it gives, which is called `_held`.

    `unlike` are the errors that only say that the result is more than the plain value that comes back of it.
    `ordered` says that it may show in which order a set was made.
    """

    call: str
    rest: str
    unlike: tuple[str, ...]
    ordered: bool


class Apart:
    """Expressions of examples, with the call taken out of each where the rest can do without the code."""

    def __init__(self, texts: Iterable[str], signature: Signature | None) -> None:
        self._texts = [(text, None if signature is None else _part(text, signature)) for text in texts]

    @property
    def expressions(self) -> tuple[str, ...]:
        """What to evaluate beside the code, in order."""
        return tuple(
            each
            for text, part in self._texts
            for each in ((text,) if part is None else (f"({_HELD} := {part.call})", part.rest))
        )

    async def put_together(self, report: Report, sandbox: Sandbox, limits: Limits) -> Report:
        """The report with one outcome for each text (and those that follow), given that of `expressions`."""
        if report.loaded is not None or all(part is None for _, part in self._texts):
            return report
        came = iter(report.outcomes)
        outcomes: list[Outcome] = []
        clean: dict[int, tuple[_Part, str]] = {}
        for _, part in self._texts:
            outcome = next(came)
            if part is not None:
                beside = next(came)
                if isinstance(outcome, Returned) and _is_remade(outcome.value, part):
                    text = f"(lambda {_HELD}: {part.rest})({written(outcome.value)})"
                    clean[len(outcomes)] = part, text
                outcome = beside if isinstance(outcome, Returned) else outcome
            outcomes.append(outcome)
        if clean:
            job = Job("", tuple(text for _, text in clean.values()), limits)
            found = (await sandbox.run(job)).outcomes
            for (at, (part, _)), outcome in zip(clean.items(), found, strict=False):
                if not (isinstance(outcome, Raised) and outcome.type in part.unlike):
                    outcomes[at] = outcome
        return replace(report, outcomes=(*outcomes, *came))


def _part(text: str, signature: Signature) -> _Part | None:
    """None where the expression is a call as it stands, or the rest may need the code or what it returns."""
    tree = expression(text)
    if tree is None:
        return None
    calls = [each for each in ast.walk(tree) if _is_run(each, signature.name)]
    inner = {id(each) for call in calls for each in ast.walk(call) if each is not call}
    outer = [call for call in calls if id(call) not in inner]
    if len(outer) != 1 or outer[0] is tree:
        return None
    cut = _Cut(outer[0])
    rest = cut.visit(tree)
    typed = {*re.findall(r"\w+", signature.result)}
    known = BUILTINS - _OF_THE_CLASS - {signature.name}
    nodes = [*ast.walk(rest)]
    if not typed <= _PLAIN or not _does_without_the_code(nodes, known):
        return None
    unlike = ("AttributeError", "KeyError") if typed else ("AttributeError", "KeyError", "TypeError")
    return _Part(ast.unparse(outer[0]), ast.unparse(rest), unlike, any(map(_may_show_order, nodes)))


def _is_remade(value: Value, part: _Part) -> bool:
    """Whether the value as it is written is all that the rest can see of the result."""
    return is_literal(value) and not (part.ordered and _has_a_set(value))


def _has_a_set(value: Value) -> bool:
    match value:
        case set() | frozenset():
            return True
        case dict():
            return any(_has_a_set(item) for item in value.values())
        case list() | tuple():
            return any(map(_has_a_set, value))
    return False


def _may_show_order(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name not in _OF_NO_ORDER
        case ast.Call() | ast.Starred():
            return True
    return False


def _is_run(node: ast.AST, name: str) -> bool:
    """Whether it is a call of the function, or such a call run to its end."""
    match node:
        case ast.Call(func=ast.Name(id=called)):
            return called == name
        case ast.Call(func=ast.Attribute(attr="run", value=ast.Call() as home), args=[argument]):
            return ast.unparse(home) == "__import__('asyncio')" and _is_run(argument, name)
    return False


class _Cut(ast.NodeTransformer):
    def __init__(self, call: ast.AST) -> None:
        self._call = call

    def visit(self, node: ast.AST) -> ast.AST:
        cut: ast.AST = ast.Name(_HELD, ast.Load()) if node is self._call else self.generic_visit(node)
        return cut


def _does_without_the_code(nodes: Sequence[ast.AST], known: frozenset[str]) -> bool:
    names = {node.id for node in nodes if isinstance(node, ast.Name)} - {_HELD}
    if not names <= known or any(isinstance(node, (*_BINDING, ast.IfExp, ast.JoinedStr)) for node in nodes):
        return False
    return not any(_is_of_identity(node) for node in nodes)


def _is_of_identity(node: ast.AST) -> bool:
    """Whether it asks whether two things are one, where neither is None, True or False."""
    if not isinstance(node, ast.Compare) or not any(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops):
        return False
    return not any(isinstance(side, ast.Constant) for side in (node.left, *node.comparators))
