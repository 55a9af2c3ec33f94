"""An oracle from a person's own Python: a reference implementation that answers questions about inputs."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.session import Oracle


def load_oracle(name: str) -> Oracle:
    """The oracle `MODULE:FUNCTION`. Raises UsageError when there is no such function.

    The function is the person's own code, so it runs here, not in the sandbox. It is called with the
    arguments of the call in question, as the function that is asked for would be.
    """
    module_name, _, function_name = name.partition(":")
    if not module_name or not function_name:
        raise UsageError(
            f"the oracle {name} is not MODULE:FUNCTION", "For instance: --oracle reference:median"
        )
    sys.path.insert(0, str(Path.cwd()))
    try:
        reference = getattr(importlib.import_module(module_name), function_name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the oracle {name} cannot be loaded: {error}") from error
    if not callable(reference):
        raise UsageError(f"the oracle {name} is a {type(reference).__name__}, not a function")

    async def oracle(function: str, call: str) -> str | None:
        return await asyncio.to_thread(_answer, reference, function, call)

    return oracle


def _answer(reference: Callable[..., Any], function: str, call: str) -> str:
    """What the reference gives, in the notation of an answer."""
    try:
        return repr(eval(call, {function: reference}))  # a call of literals that we generated
    except Exception as error:  # noqa: BLE001 - what a reference raises is its answer
        return f"raises {type(error).__name__}"
