"""The screen: Monty, an interpreter of a Python subset that has no access to the system at all.

It is quick and safe, and it is not CPython. What it lacks is reported as `Unsupported`, so far as its
messages tell: a `Raised` from here is a strong suspicion, and a value may differ where Monty does (it takes a
generator expression for a list), so the verdict sandbox has the last word.
Imported only when a screen is opened.
"""

from __future__ import annotations

import asyncio
import builtins
import re
import sys
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Literal

from pydantic_monty import (
    AsyncMonty,
    AsyncMontySession,
    MontyClassProxy,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySyntaxError,
    OSPolicy,
    ResourceLimits,
    __version__,
)

from pipeline.errors import InfrastructureError
from pipeline.verify.sandbox.base import (
    CUT,
    Crashed,
    Job,
    NotRun,
    Outcome,
    OutOfMemory,
    Raised,
    Report,
    Returned,
    TimedOut,
    Unsupported,
)
from pipeline.verify.sandbox.values import Opaque, bounded_repr, plain, printable, without_addresses

_INTERPRETER = f"Monty {__version__}, a Python subset without access to the system"
_RECURSION = 1_000
_GRACE_SECONDS = 2.0
_MAX_TEXT = 256 * 1024
"""Characters of a value: it is looked at in the console's own process."""
_SOURCE_NAME = "<python-input-0>"  # what Monty calls the first text of a session

# Monty hands over the nearest plain value: a deque as a list, a function as text. Its own repr tells.
_ASK = "_holotype = (\n{expression}\n)\n(type(_holotype).__name__, repr(_holotype), _holotype)"

_MODULE_GONE = re.compile(r"No module named '(\w+)")
_NAME_GONE = re.compile(r"(?:cannot import name|name) '(\w+)'")
_ATTRIBUTE_GONE = re.compile(
    r"(?:'(?P<value>\w+)' object|type object '(?P<type>\w+)') has no attribute '(?P<name>\w+)'"
)


class MontySandbox:
    """Runs jobs in a pool of Monty worker processes; made by `open`."""

    name = "monty"

    def __init__(self, pool: AsyncMonty, stack: AsyncExitStack) -> None:
        self._pool = pool
        self._stack = stack

    @classmethod
    async def open(cls, *, size: int = 2) -> MontySandbox:
        """Start the workers; `size` is how many jobs run at once. Raises InfrastructureError on failure."""
        stack = AsyncExitStack()
        pool = AsyncMonty(min_processes=1, max_processes=size, feed_duration_limit_grace=_GRACE_SECONDS)
        try:
            await stack.enter_async_context(pool)
        except (OSError, RuntimeError, MontyError) as error:
            raise InfrastructureError(
                f"the screening interpreter does not start: {error}", "Reinstall pydantic-monty."
            ) from error
        return cls(pool, stack)

    async def run(self, job: Job) -> Report:
        return await _Screening(self._pool, job).report()

    async def aclose(self) -> None:
        await self._stack.aclose()


class _Screening:
    """One job: a session, and a new one after each expression that spoils it."""

    def __init__(self, pool: AsyncMonty, job: Job) -> None:
        self._pool = pool
        self._job = job
        self._output: list[str] = []
        self._room = job.limits.output_bytes

    async def report(self) -> Report:
        clock = asyncio.get_running_loop().time
        begun = clock()
        outcomes: list[Outcome] = []
        loaded: Outcome | None = None
        first = True
        while first or (loaded is None and len(outcomes) < len(self._job.expressions)):
            if clock() - begun > self._job.limits.total_seconds:
                rest = len(self._job.expressions) - len(outcomes)
                outcomes += [NotRun(f"the job's {self._job.limits.total_seconds:g} s were over")] * rest
                break
            loaded = await self._session(outcomes)
            if loaded is not None and not first:  # it loaded before: the rest share what became of it now
                outcomes += [loaded] * (len(self._job.expressions) - len(outcomes))
                loaded = None
            first = False
        output = "".join(self._output) + (CUT if self._room < 0 else "")
        return Report(_INTERPRETER, loaded, () if loaded else tuple(outcomes), output, clock() - begun)

    async def _session(self, outcomes: list[Outcome]) -> Outcome | None:
        """Load the source and add the outcomes of what is left, up to one that ends the session."""
        async with self._pool.checkout(limits=self._limits(), os_policy=self._policy()) as session:
            try:
                await session.feed_run(self._job.source, print_callback=self._print)
            except MontyError as error:
                return self._failure(error)
            for expression in self._job.expressions[len(outcomes) :]:
                outcome = await self._evaluate(session, expression)
                outcomes.append(outcome)
                if isinstance(outcome, (TimedOut, OutOfMemory, Crashed)):
                    break
        return None

    async def _evaluate(self, session: AsyncMontySession, expression: str) -> Outcome:
        try:
            name, text, value = await session.feed_run(
                _ASK.format(expression=expression.strip()), print_callback=self._print
            )
        except MontyError as error:
            return self._failure(error)
        return _returned(name, text, value)

    @property
    def _seconds(self) -> float:
        return max(self._job.limits.wall_seconds, self._job.limits.load_seconds)

    def _limits(self) -> ResourceLimits:
        # Monty has one limit for all that a session runs.
        return {
            "max_feed_duration_secs": self._seconds,
            "max_memory": self._job.limits.memory_bytes,
            "max_recursion_depth": _RECURSION,
        }

    def _policy(self) -> OSPolicy:
        return {
            "datetime": datetime.fromtimestamp(self._job.clock, UTC),
            "sleep": "zero",
            "random_start": {"seed": self._job.seed},
        }

    def _print(self, stream: Literal["stdout", "stderr"], text: str) -> None:
        if self._room > 0:
            self._output.append(text[: self._room])
        self._room -= len(text)

    def _failure(self, error: MontyError) -> Outcome:
        if isinstance(error, MontyCrashedError):
            return TimedOut(self._seconds) if error.timed_out else Crashed(printable(str(error)))
        raised = error.exception()
        kind, message = type(raised).__name__, printable(str(raised))
        if isinstance(raised, MemoryError):
            return OutOfMemory()
        if isinstance(raised, TimeoutError) and message.startswith("feed time limit exceeded"):
            return TimedOut(self._seconds)
        reason = _unsupported(raised, message, self._job.source)
        return Unsupported(reason) if reason else Raised(kind, message, _line(error), _bases(type(raised)))


def _bases(kind: type[BaseException]) -> tuple[str, ...]:
    """What an exception of the standard library is derived from; Monty's code can define none of its own."""
    return () if kind.__module__ == "builtins" else tuple(base.__name__ for base in kind.__mro__[1:])


def _returned(name: str, text: str, value: object) -> Outcome:
    if isinstance(value, MontyClassProxy):
        return _returned_opaque(printable(name), without_addresses(printable(text)))
    if len(text) > _MAX_TEXT:
        return Unsupported(f"a value of type {printable(name)} is too large")
    # Sets may be in another order here than there, so the characters are compared, not their order.
    try:
        if Counter(repr(value)) == Counter(text):
            return Returned(plain(value), printable(bounded_repr(value)))
    except (RecursionError, ValueError):  # nested too deeply, or a number of too many digits
        pass
    return Unsupported(f"a value of type {printable(name)} does not come across exactly")


def _returned_opaque(name: str, text: str) -> Returned:
    return Returned(Opaque(name, text), text)


def _line(error: MontyError) -> int | None:
    if not isinstance(error, (MontyRuntimeError, MontySyntaxError)):
        return None
    lines = [frame.line for frame in error.traceback() if frame.filename == _SOURCE_NAME]
    return lines[-1] if lines else None


def _unsupported(raised: BaseException, message: str, source: str) -> str:
    """What Monty lacks, if that is why it raised; otherwise nothing."""
    if _lacks(raised, message, source):
        return f"Monty: {message}"
    return ""


def _lacks(raised: BaseException, message: str, source: str) -> bool:
    match raised:
        case RuntimeError() if message.startswith("Internal error in monty"):  # `raise KeyError(1)` is one
            return True
        case NotImplementedError() | RuntimeError() | TypeError() if (
            "support" in message and "operand" not in message
        ):
            return "monty" in message or "not supported" in message
        case ModuleNotFoundError():
            found = _MODULE_GONE.search(message)
            return found is not None and found[1] in sys.stdlib_module_names
        case ImportError() | PermissionError():
            return True
        case NameError():
            found = _NAME_GONE.search(message)
            return found is not None and hasattr(builtins, found[1])
        case AttributeError():
            return _lacks_attribute(message, source)
        case LookupError():
            return message.startswith("unknown encoding")
        case _:
            return "cannot create 'object' instances" in message


def _lacks_attribute(message: str, source: str) -> bool:
    found = _ATTRIBUTE_GONE.search(message)
    if found is None:
        return message.startswith("module ")
    owner = found["value"] or found["type"]
    known = getattr(builtins, owner, None)
    if isinstance(known, type):
        return hasattr(known, found["name"])
    return owner != "NoneType" and re.search(rf"\bclass\s+{owner}\b", source) is None
