"""Runs one job's source and expressions in this process. Standard library only; inside the sandbox only.

Nothing here can be trusted once the source has started: it shares the process. It reports values, and only
for its own job; whoever reads them judges them.
"""

from __future__ import annotations

import builtins
import json
import linecache
import opcode
import sys
import types
from collections.abc import Callable
from functools import partial
from typing import Any

from pipeline.verify.sandbox.values import bounded_repr, encode, without_addresses

SOURCE_NAME = "<candidate>"
MODULE_NAME = "candidate"
_MAX_MESSAGE = 2_000
_MAX_BASES = 16
_RAISE = opcode.opmap["RAISE_VARARGS"]
_BUILT_IN = frozenset(id(known) for known in vars(builtins).values() if isinstance(known, type))

Send = Callable[[bytes], None]


def execute(job: dict[str, Any], send: Send) -> None:
    """Execute the source, then evaluate the expressions in order; `send` gets one JSON text for each.

    The first text is `null` if the source executed; if it did not, that outcome is all that is sent.
    """
    module = types.ModuleType(MODULE_NAME)
    module.__file__ = SOURCE_NAME
    sys.modules[MODULE_NAME] = module
    source = job["source"]
    linecache.cache[SOURCE_NAME] = (len(source), None, source.splitlines(keepends=True), SOURCE_NAME)
    failure = _attempt(lambda: _load(source, module.__dict__))
    send(json.dumps(failure).encode())
    if failure is not None:
        return
    for expression in job["expressions"]:
        outcome = _attempt(partial(_evaluate, expression, module.__dict__, job["value_bytes"]))
        send(json.dumps(outcome).encode())


def _load(source: str, namespace: dict[str, Any]) -> None:
    exec(compile(source, SOURCE_NAME, "exec", dont_inherit=True), namespace)


def _evaluate(expression: str, namespace: dict[str, Any], value_bytes: int) -> list[Any]:
    value = eval(compile(expression.strip(), "<expression>", "eval", dont_inherit=True), namespace)
    return ["returned", encode(value, value_bytes), bounded_repr(value)]


def _attempt(act: Callable[[], list[Any] | None]) -> list[Any] | None:
    try:
        return act()
    except BaseException as error:  # noqa: BLE001 - whatever leaves the candidate's code is its outcome
        if isinstance(error, MemoryError) and not _is_raised_by_the_source(error):
            return ["out-of-memory"]
        return ["raised", _name(type(error)), _message(error), _line(error), _bases(type(error))]
    finally:
        _flush()


def _is_raised_by_the_source(error: BaseException) -> bool:
    """Whether a `raise` of the source's own is where it comes from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_filename != SOURCE_NAME:
        return False
    return trace.tb_frame.f_code.co_code[trace.tb_lasti] == _RAISE


def _name(kind: type) -> str:
    home = _own(kind, "__module__")
    return f"{'' if home in ('builtins', MODULE_NAME) else f'{home}.'}{_own(kind, '__qualname__')}"


def _own(kind: type, name: str) -> Any:
    """What Python itself keeps of a class: one of theirs may give another."""
    return type.__dict__[name].__get__(kind)


def _bases(kind: type) -> list[str]:
    """What a class is derived from, which nobody outside can know of one that is not built in."""
    return [] if id(kind) in _BUILT_IN else [_base_name(base) for base in _own(kind, "__mro__")[1:_MAX_BASES]]


def _base_name(kind: type) -> str:
    """A name that no class has but a built-in one, where it is that."""
    name = _name(kind)
    return name if id(kind) in _BUILT_IN or "." in name else f"{MODULE_NAME}.{name}"


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception as broken:  # noqa: BLE001 - a candidate's own __str__ may raise anything
        return f"<message raised {type(broken).__name__}>"
    text = without_addresses(text)
    return text if len(text) <= _MAX_MESSAGE else text[:_MAX_MESSAGE] + "…"


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == SOURCE_NAME:
        return error.lineno
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == SOURCE_NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _flush() -> None:
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except Exception:  # noqa: BLE001, S112 - the candidate may have closed or replaced it
            continue
