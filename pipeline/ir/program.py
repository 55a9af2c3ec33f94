"""The program being specified: functions, the types they share, and the holes left."""

from __future__ import annotations

import ast
import hashlib
from typing import Any, Literal

import msgspec
from pydantic import Field

from pipeline import syntax
from pipeline.ir.clauses import Assertion, Effect, Example, Intent, Signature
from pipeline.ir.hole import Hole
from pipeline.ir.provenance import Frozen, Provenance


class Decision(Frozen):
    """A resolved hole as words that code must obey."""

    hole: str
    text: str
    provenance: Provenance


class Function(Frozen):
    """One function of the program, clause by clause.

    `calls` names the functions of the same program that it uses. `stub` is code that the prompt itself gave
    (a `def` with docstring), kept as written.
    """

    signature: Signature
    intent: Intent
    effects: tuple[Effect, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    examples: tuple[Example, ...] = ()
    proposed_examples: tuple[Example, ...] = ()
    decisions: tuple[Decision, ...] = ()
    calls: tuple[str, ...] = ()
    stub: str = ""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.signature.name


class TypeDefinition(Frozen):
    """A type that the functions share, as Python source."""

    name: str
    source: str
    provenance: Provenance


class Program(Frozen):
    """What a prompt asks for, with everything it leaves open as `holes`."""

    schema_version: Literal[1] = 1
    prompt: str
    functions: tuple[Function, ...] = ()
    types: tuple[TypeDefinition, ...] = ()
    holes: tuple[Hole, ...] = Field(default=())

    def function(self, name: str) -> Function:
        """The function of that name. Raises KeyError."""
        for function in self.functions:
            if function.name == name:
                return function
        raise KeyError(name)

    def beside(self, function: Function) -> tuple[str, ...]:
        """The other functions here that it needs: those it calls, then those that its laws speak of."""
        spoken_of = [
            name for assertion in function.assertions for name in _names_in(assertion.expression or "")
        ]
        others = {other.name for other in self.functions} - {function.name}
        return tuple(dict.fromkeys(name for name in (*function.calls, *spoken_of) if name in others))

    def hole(self, hole_id: str) -> Hole:
        """The hole of that id. Raises KeyError."""
        for hole in self.holes:
            if hole.id == hole_id:
                return hole
        raise KeyError(hole_id)

    @property
    def open_holes(self) -> tuple[Hole, ...]:
        """The holes without a value."""
        return tuple(hole for hole in self.holes if hole.open)

    def canonical(self) -> dict[str, Any]:
        """The program as JSON-able data, everything included."""
        return self.model_dump(mode="json")

    @property
    def digest(self) -> str:
        """Hash of the content: equal programs said at other times, or by other actors, are equal."""
        content = _without_provenance(self.canonical())
        return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _names_in(law: str) -> list[str]:
    tree = syntax.expression(law)
    if tree is None:  # which the law's own check tells
        return []
    return [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]


def _without_provenance(data: Any) -> Any:
    """`data` without the fields that say who and when."""
    if isinstance(data, dict):
        return {
            key: _without_provenance(value) for key, value in data.items() if not key.endswith("provenance")
        }
    if isinstance(data, list):
        return [_without_provenance(item) for item in data]
    return data
