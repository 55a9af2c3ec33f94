"""Calls of a function under test, as expressions: plain, of its own result, twice, and what they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.aftermath import leaving
from pipeline.ir import Signature
from pipeline.verify.behaviour.running import run_of
from pipeline.verify.inputs.literals import Arguments, Source, write_call, written


@dataclass(frozen=True)
class Calls:
    """Writes calls of one function."""

    signature: Signature

    def call(self, arguments: Arguments, **changed: Any) -> str:
        """The call with these arguments, some of them changed; `Source(text)` passes an expression."""
        return run_of(write_call(self.signature, {**arguments, **changed}), self.signature)

    def again(self, arguments: Arguments, parameter: str) -> str:
        """The function applied to its own result."""
        return self.call(arguments, **{parameter: Source(self.call(arguments))})

    def repeated(self, arguments: Arguments) -> str:
        """The results of the same call made twice in one process."""
        return f"[{self.call(arguments)} for _ in (1, 2)]"

    def afterwards(self, arguments: Arguments) -> str:
        """The arguments as a call leaves them."""
        names = list(arguments)
        inner = self.call({name: Source(name) for name in names})
        left = "".join(f"{name}, " for name in names)
        return leaving(inner, {name: written(value) for name, value in arguments.items()}, f"({left})")

    def shown(self, **changed: str) -> str:
        """The call with its parameters' names, for a person."""
        names = {p.name: Source(p.name) for p in self.signature.parameters if p.default is None}
        return write_call(self.signature, {**names, **{name: Source(text) for name, text in changed.items()}})
