"""`holotype` with a scripted model, as a process: `python -m tests.console.commands.scripted_eval eval ...`.

Only the model is a fake. It writes what SOURCES (JSON: name of a function to its source, or to several, in
turn) says; the call with the number HANG_AT never ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from itertools import cycle

from console import wiring
from console.cli import main
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.base import GenerationReply, GenerationRequest, OnDelta
from pipeline.providers.models.catalogue import resolve
from pipeline.providers.scripted import ScriptedProvider

SOURCES = {
    "add": "def add(a, b):\n    return a + b\n",
    "first": ["def first(xs):\n    return xs[0]\n", "def first(xs):\n    return max(xs)\n"],
}
_sources = json.loads(os.environ.get("SOURCES", "null")) or SOURCES
_turns = {name: cycle([each] if isinstance(each, str) else each) for name, each in _sources.items()}


class Scripted(ScriptedProvider):
    async def generate(self, request: GenerationRequest, on_delta: OnDelta | None = None) -> GenerationReply:
        if len(self.requests) == int(os.environ.get("HANG_AT", "-1")):
            await asyncio.Event().wait()
        return await super().generate(request, on_delta)


def speak(request: GenerationRequest) -> str:
    words = (request.raw or "") + " ".join(message.content for message in request.messages)
    return next((next(turns) for name, turns in _turns.items() if f"{name}(" in words), "?")


async def model(engine: wiring.LocalEngine, name: str) -> tuple[ProviderAdapter, str]:
    if name not in engine._models:
        engine._models[name] = ProviderAdapter([Scripted(speak)]), resolve(name).sha256
    return engine._models[name]


wiring.LocalEngine.model = model  # type: ignore[method-assign]

if __name__ == "__main__":
    sys.exit(main())
