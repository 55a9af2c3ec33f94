"""The process in which a person's own reference runs: `python -m console.oracle_worker MODULE FUNCTION`.

A process of its own, since a reference may print, never end, or leave by `sys.exit`. It says whether it is
there in one line of JSON on standard output, then answers each line of standard input; what the reference
itself prints goes to standard error. When standard input ends, so does the process, whatever it is doing.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import importlib
import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import FunctionType, ModuleType
from typing import Any, NewType, TextIO

from pipeline.holes.outcomes import callees_in
from pipeline.syntax import expression, is_construction
from pipeline.verify.behaviour.alike import text_of
from pipeline.verify.behaviour.running import ITEMS
from pipeline.verify.sandbox.values import plain

_LONGEST = 2000
"""Characters of what a person is told; no answer is much longer."""


class _Fault(Exception):
    """What the reference fails by, and nobody can mean."""


def main(module_name: str, function_name: str) -> None:
    """Answer until standard input ends."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    path = Path(module_name)
    sys.path.insert(0, str(path.parent.absolute()))
    try:
        module = importlib.import_module(path.stem if path.suffix == ".py" else module_name)
        reference = getattr(module, function_name)
        problem = "" if callable(reference) else f"{function_name} is a {type(reference).__name__}"
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, the person is told
        problem = f"{type(error).__name__}: {error}"
    _tell(told, {"problem": problem[:_LONGEST]})
    if problem:
        return
    waiting: SimpleQueue[str] = SimpleQueue()
    Thread(target=_listen, args=(waiting,), daemon=True).start()
    while True:
        asked = json.loads(waiting.get())
        chosen = _chosen(reference, function_name, vars(module), asked["function"], alone=asked["alone"])
        answer, fault = None, ""
        if chosen is not None:
            try:
                answer = _answer(chosen, vars(module), asked["function"], asked["call"])
            except _Fault as error:
                fault = str(error)
        _tell(told, {"answer": answer, "fault": fault[:_LONGEST]})


def _listen(waiting: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        waiting.put(line)
    os._exit(0)


def _tell(told: TextIO, what: Mapping[str, Any]) -> None:
    told.write(json.dumps(what) + "\n")
    told.flush()


def _chosen(
    reference: Callable[..., Any], name: str, known: Mapping[str, Any], function: str, *, alone: bool
) -> Callable[..., Any] | None:
    """What stands for `function`: the reference, or where more than one is asked for the one of that name."""
    if alone or function == name:
        return reference
    named = known.get(function)
    return named if callable(named) else None


def _answer(reference: Callable[..., Any], known: Mapping[str, Any], function: str, call: str) -> str | None:
    """What the reference gives, in the notation of an answer; None where that cannot be told.

    That is so where the arguments are made by anything but classes that its module knows: only those are run
    here. Raises _Fault where it cannot be called so, fails by a fault of its own, or gives what has no text.
    """
    tree = expression(call)
    made = [*tree.args, *(word.value for word in tree.keywords)] if isinstance(tree, ast.Call) else []
    makers = {name for argument in made for name in callees_in(argument)}
    if not all(map(is_construction, made)) or not all(_is_class(name, known) for name in makers):
        return None
    try:
        value = _come_to(eval(call, {**known, function: reference}))
    except (Exception, SystemExit) as error:
        if _is_fault(error, reference):
            raise _Fault(f"{type(error).__name__}: {error}") from error
        return f"raises {type(error).__name__}"
    try:
        text = text_of(plain(value)) or repr(value)
    except Exception as error:  # a value that cannot be written is no answer
        raise _Fault(f"what it gives cannot be written: {type(error).__name__}: {error}") from error
    if len(text) > _LONGEST:
        raise _Fault(f"what it gives takes {len(text):,} characters, which is no answer")
    return text


def _come_to(value: Any) -> Any:
    """What a coroutine comes to, and the items that an iterator gives."""
    if inspect.iscoroutine(value):
        value = asyncio.run(value)
    return list(islice(value, ITEMS)) if hasattr(value, "__next__") else value


def _is_fault(error: BaseException, reference: Callable[..., Any]) -> bool:
    """Whether nobody can mean it: a name that is not there, or a call that the reference does not take."""
    at = error.__traceback__
    entered = at is not None and at.tb_next is not None and at.tb_next.tb_next is not None
    untaken = isinstance(error, TypeError) and isinstance(reference, FunctionType) and not entered
    return untaken or type(error) is NameError


def _is_class(name: str, known: Mapping[str, Any]) -> bool:
    """Whether the (dotted) name is a class, a new type, or a module that holds one."""
    first, *rest = name.split(".")
    found = known.get(first, getattr(builtins, first, None))
    for part in rest:
        found = getattr(found, part, None)
    return isinstance(found, (type, NewType, ModuleType)) or found is iter


if __name__ == "__main__":
    main(*sys.argv[1:])
