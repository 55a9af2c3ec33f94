"""An oracle from a person's own Python: a reference implementation that answers questions about inputs."""

from __future__ import annotations

import ast
import asyncio
import builtins
import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NewType

from pipeline.errors import UsageError
from pipeline.holes.outcomes import callees_in
from pipeline.session import Oracle
from pipeline.syntax import expression, is_construction


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

    known = vars(sys.modules[module_name])

    async def oracle(function: str, call: str) -> str | None:
        return await asyncio.to_thread(_answer, reference, known, function, call)

    return oracle


def _answer(reference: Callable[..., Any], known: Mapping[str, Any], function: str, call: str) -> str | None:
    """What the reference gives, in the notation of an answer.

    None where the arguments are made by anything but classes that its module knows: only those are run here.
    """
    tree = expression(call)
    made = [*tree.args, *(word.value for word in tree.keywords)] if isinstance(tree, ast.Call) else []
    makers = {name for argument in made for name in callees_in(argument)}
    if not all(map(is_construction, made)) or not all(_is_class(name, known) for name in makers):
        return None
    try:
        return repr(eval(call, {**known, function: reference}))
    except Exception as error:  # noqa: BLE001 - what a reference raises is its answer
        return f"raises {type(error).__name__}"


def _is_class(name: str, known: Mapping[str, Any]) -> bool:
    """Whether the (dotted) name is a class, a new type, or a module that holds one."""
    first, *rest = name.split(".")
    found = known.get(first, getattr(builtins, first, None))
    for part in rest:
        found = getattr(found, part, None)
    return isinstance(found, (type, NewType, ModuleType)) or found is iter
