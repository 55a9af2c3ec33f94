"""The clauses a function is specified by: intent, signature, effects, assertions, examples."""

from __future__ import annotations

import ast
import re
from typing import Literal

from pydantic import model_validator

from pipeline.ir.provenance import HEADERS, Frozen, Provenance
from pipeline.syntax import expression

_HOME = r"(?:typing\.|collections\.abc\.|abc\.|t\.)?"
_ITERATOR = re.compile(rf"{_HOME}(?:Iterator|Generator)\b")
_ASYNC_ITERATOR = re.compile(rf"{_HOME}Async(?:Iterator|Iterable|Generator)\b")


def result_type(returns: str) -> str:
    """The type of what is compared of a result of that type: a list of the items, for an iterator."""
    if not (_ITERATOR.match(returns.strip()) or _ASYNC_ITERATOR.match(returns.strip())):
        return returns
    tree = expression(returns)
    items = tree.slice if isinstance(tree, ast.Subscript) else None
    of = items.elts[0] if isinstance(items, ast.Tuple) and items.elts else items
    return f"list[{ast.unparse(of)}]" if of is not None else "list"


class Intent(Frozen):
    """What the function is for, in a sentence.

    `words` is all that the prompt says of the function, its lines kept and examples left out; empty where
    that is not known.
    """

    text: str
    provenance: Provenance
    words: str = ""

    @property
    def said(self) -> str:
        """All that is known to be said of it."""
        return self.words or self.text


class Parameter(Frozen):
    """One parameter; `type` is a Python type expression, empty while unknown.

    `type_provenance` says where the type comes from where that is not where the name comes from.
    """

    name: str
    type: str = ""
    default: str | None = None
    kind: Literal["positional", "keyword", "variadic", "variadic_keyword"] = "positional"
    provenance: Provenance
    type_provenance: Provenance | None = None

    def __str__(self) -> str:
        star = {"variadic": "*", "variadic_keyword": "**"}.get(self.kind, "")
        text = star + self.name + (f": {self.type}" if self.type else "")
        if self.default is not None:
            text += f" = {self.default}" if self.type else f"={self.default}"
        return text


class Signature(Frozen):
    """Name, parameters and return type of a function; `returns` is empty while unknown.

    The first `positional_only` parameters stand before a `/`. `returns_provenance` says where the return type
    comes from where that is not where the name comes from.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    positional_only: int = 0
    returns: str = ""
    is_async: bool = False
    provenance: Provenance
    returns_provenance: Provenance | None = None

    @property
    def declares_result(self) -> bool:
        """Whether a header or a person gives the return type, not only words, examples or a model."""
        said = self.returns_provenance
        return bool(self.returns) and (said is None or said.source in HEADERS or said.actor == "person")

    @property
    def iterates(self) -> bool:
        """Whether a call gives an iterator, of which nothing but its items can be compared."""
        return not self.is_async and bool(_ITERATOR.match(self.returns.strip()))

    @property
    def awaits_items(self) -> bool:
        """Whether a call gives an asynchronous iterator, also by `async def` with `yield`."""
        return bool(_ASYNC_ITERATOR.match(self.returns.strip()))

    @property
    def result(self) -> str:
        """The type of what a call comes to, as it is compared."""
        one_by_one = self.iterates or self.awaits_items
        return result_type(self.returns) if one_by_one else self.returns

    def __str__(self) -> str:
        parts: list[str] = []
        starred = False
        for index, parameter in enumerate(self.parameters):
            if index and index == self.positional_only:
                parts.append("/")
            if parameter.kind == "keyword" and not starred:
                parts.append("*")
                starred = True
            starred = starred or parameter.kind == "variadic"
            parts.append(str(parameter))
        if parts and self.positional_only == len(self.parameters):
            parts.append("/")
        returns = f" -> {self.returns}" if self.returns else ""
        return f"{'async ' if self.is_async else ''}def {self.name}({', '.join(parts)}){returns}"


class Effect(Frozen):
    """What the function does beside returning a value, or that it must not."""

    kind: Literal["pure", "raises", "mutates", "prints", "reads", "writes", "network", "random", "clock"]
    text: str = ""
    provenance: Provenance


class Assertion(Frozen):
    """Something that holds for every call.

    `expression` is Python over the parameters and `result`, absent while only words are known; it is only
    ever evaluated in the sandbox.
    """

    text: str
    expression: str | None = None
    provenance: Provenance


class Example(Frozen):
    """One call and what comes of it: exactly one of `expected` and `raises`.

    `call` and `expected` are Python expressions, evaluated only in the sandbox (or, for `expected`, read as
    a literal). `raises` names an exception type.
    """

    call: str
    expected: str | None = None
    raises: str | None = None
    provenance: Provenance

    @model_validator(mode="after")
    def _one_outcome(self) -> Example:
        if (self.expected is None) == (self.raises is None):
            raise ValueError(f"example `{self.call}` needs exactly one of expected and raises")
        return self

    def __str__(self) -> str:
        outcome = f"raises {self.raises}" if self.raises is not None else f"== {self.expected}"
        return f"{self.call} {outcome}"
