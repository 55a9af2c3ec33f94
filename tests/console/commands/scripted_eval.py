"""`holotype` with a scripted model, as a process: `python -m tests.console.commands.scripted_eval eval ...`.

Only the model is a fake. As a process it hangs for good at the call with the number HANG_AT.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from itertools import cycle

from console import wiring
from console.cli import main
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import GenerationReply, GenerationRequest, OnDelta
from pipeline.providers.models.catalogue import resolve
from pipeline.providers.scripted import ScriptedProvider

Sources = Mapping[str, str | list[str]]
"""What the model writes for each function: one source, or several in turn."""

SOURCES: Sources = {
    "add": "def add(a, b):\n    return a + b\n",
    "first": ["def first(xs):\n    return xs[0]\n", "def first(xs):\n    return max(xs)\n"],
}


class Scripted(ScriptedProvider):
    hang_at: int | None = None

    async def generate(self, request: GenerationRequest, on_delta: OnDelta | None = None) -> GenerationReply:
        if len(self.requests) == self.hang_at:
            await asyncio.Event().wait()
        return await super().generate(request, on_delta)


def scripted_model(
    sources: Sources, hang_at: int | None = None
) -> Callable[[wiring.LocalEngine, str], Awaitable[tuple[ProviderAdapter, str]]]:
    """What stands in for `LocalEngine.model`."""
    turns = {name: cycle([each] if isinstance(each, str) else each) for name, each in sources.items()}

    def speak(request: GenerationRequest) -> str:
        words = (request.raw or "") + " ".join(message.content for message in request.messages)
        return next((next(turn) for name, turn in turns.items() if f"{name}(" in words), "?")

    async def model(engine: wiring.LocalEngine, name: str) -> tuple[ProviderAdapter, str]:
        if name not in engine._models:
            scripted = Scripted(speak)
            scripted.hang_at = hang_at
            engine._models[name] = ProviderAdapter([scripted]), resolve(name).sha256
        return engine._models[name]

    return model


if __name__ == "__main__":
    wiring.LocalEngine.model = scripted_model(SOURCES, int(os.environ["HANG_AT"]))  # type: ignore[method-assign]
    sys.exit(main())
