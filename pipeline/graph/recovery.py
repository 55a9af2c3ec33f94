"""Error recovery (H5): what kind of error it was, whether to try again, and what to do instead."""

from __future__ import annotations

import asyncio
import errno
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec

from pipeline.errors import Exit, HolotypeError, LimitError, UsageError

if TYPE_CHECKING:
    from pipeline.graph.node import NodeSignatureInterface

Category = Literal["transient", "fatal", "validation", "resource"]
T = TypeVar("T")

_HINTS: dict[Category, str] = {
    "transient": "This often passes: run the session again with `holotype resume`; finished nodes are kept.",
    "fatal": "Read the cause; once it is mended, `holotype resume` goes on where this stopped.",
    "validation": "The node's input or output does not fit; look at what its dependencies handed over.",
    "resource": "Raise the limit named above or free the resource, then `holotype resume`.",
}
_RESOURCE_ERRNO = {errno.ENOMEM, errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.EDQUOT}
_TRANSIENT_ERRNO = {
    errno.EAGAIN,
    errno.EINTR,
    errno.EBUSY,
    errno.ENETDOWN,
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
}


class RecoveryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What to do when a node fails.

    `attempts` counts the first one. Delays (seconds) double from `base_delay_s` up to `max_delay_s`, each
    shortened by a random part of at most `jitter` (a share). `timeout_s` bounds one attempt. When attempts
    are used up, or the error is of no kind in `retry_on`, each of `fallback` is tried once in order; when
    they fail too, `degrade` (if given) becomes the node's output. `circuit` names a breaker shared by
    all nodes of that name.

    Raises `UsageError` on figures that make no sense.
    """

    attempts: int = 3
    base_delay_s: float = 0.1
    max_delay_s: float = 10.0
    jitter: float = 0.5
    retry_on: frozenset[Category] = frozenset({"transient", "resource"})
    timeout_s: float | None = None
    fallback: tuple[NodeSignatureInterface, ...] = ()
    degrade: dict[str, Any] | None = None
    circuit: str = ""

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise UsageError(f"A node cannot have {self.attempts} attempts.", "Give at least 1.")
        if self.timeout_s is not None and self.timeout_s <= 0:
            raise UsageError(f"An attempt cannot last {self.timeout_s} s.", "Give a timeout above zero.")
        if not (0 <= self.jitter <= 1 and 0 <= self.base_delay_s <= self.max_delay_s):
            raise UsageError(
                f"Delays of {self.base_delay_s} to {self.max_delay_s} s, jitter {self.jitter}: impossible.",
                "Give 0 <= base <= max and a jitter between 0 and 1.",
            )

    def delay_s(self, failed: int, chance: float) -> float:
        """Seconds to wait after the `failed`th failure; `chance` in [0, 1) picks the jitter."""
        full = min(self.max_delay_s, self.base_delay_s * 2.0 ** min(failed - 1, 63))
        return full * (1 - self.jitter * chance)


DEFAULT_POLICY = RecoveryPolicy()


class NodeFailure(HolotypeError):
    """A node failed; `category` says of what kind, `cause` is the exception itself."""

    def __init__(self, node: str, cause: Exception | SystemExit, *, attempt: int = 1) -> None:
        self.node = node
        self.cause = self.__cause__ = cause
        self.attempt = attempt
        self.category: Category = classify(cause)
        if isinstance(cause, HolotypeError):
            said, hint = cause.message, cause.hint
            self.exit_code = cause.exit_code
        else:
            said, hint = f"{type(cause).__name__}: {cause}", ""
            self.exit_code = Exit.INFRASTRUCTURE
        times = f", attempt {attempt}" if attempt > 1 else ""
        if times or not said.startswith(f"Node '{node}' "):
            said = f"Node '{node}' failed ({self.category}{times}): {said}"
        super().__init__(said, hint or _HINTS[self.category])


class CircuitOpenError(HolotypeError):
    """A breaker refuses calls for a while because too many of them failed."""

    category: Category = "transient"


def classify(error: Exception | SystemExit) -> Category:
    """The kind of an error: its own `category` when it has one, else from its type or HTTP status."""
    own: Category | None = getattr(error, "category", None)
    if own in _HINTS:
        return own
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        if status in (408, 409, 425, 429) or status >= 500:
            return "transient"
        return "validation" if status in (400, 422) else "fatal"
    match error:
        case LimitError() | MemoryError():
            return "resource"
        case OSError(errno=number) if number in _RESOURCE_ERRNO:
            return "resource"
        case TimeoutError() | ConnectionError() | EOFError():
            return "transient"
        case OSError(errno=number) if number in _TRANSIENT_ERRNO:
            return "transient"
        case ValueError() | TypeError() | LookupError() | UsageError():
            return "validation"
        case _:
            return "fatal"


class CircuitBreaker:
    """Opens on more than `limit` failures within `window_s`; after `rest_s` one trial decides."""

    def __init__(
        self,
        *,
        limit: int = 5,
        window_s: float = 60.0,
        rest_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._window_s = window_s
        self._rest_s = rest_s
        self._clock = clock
        self._failures: deque[float] = deque()
        self._open_until: float | None = None
        self._trying = False

    def allows(self) -> bool:
        """Whether a call may be made now. When resting is over, the first to ask makes the trial."""
        if self._open_until is None:
            return True
        if self._trying or self._clock() < self._open_until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """A call went well: close."""
        if self._open_until is not None:
            self._open_until = None
            self._failures.clear()
        self._trying = False

    def failed(self) -> None:
        """A call failed: count it, and open when that is one too many or it was the trial."""
        now = self._clock()
        self._failures.append(now)
        while self._failures and now - self._failures[0] > self._window_s:
            self._failures.popleft()
        if self._trying or len(self._failures) > self._limit:
            self._open_until = now + self._rest_s
            self._trying = False

    def abandoned(self) -> None:
        """A call was cancelled: it says nothing, but the trial is free for another."""
        self._trying = False


class ErrorRecovery:
    """Carries out recovery policies. One object may serve many executions: breakers are shared through it."""

    def __init__(
        self,
        *,
        chance: Callable[[], float] = random.random,
        breaker: Callable[[], CircuitBreaker] = CircuitBreaker,
    ) -> None:
        self._chance = chance
        self._breaker = breaker
        self._breakers: dict[str, CircuitBreaker] = {}

    def breaker(self, circuit: str) -> CircuitBreaker:
        """The breaker called `circuit`."""
        if circuit not in self._breakers:
            self._breakers[circuit] = self._breaker()
        return self._breakers[circuit]

    async def guarded(self, circuit: str, call: Awaitable[T]) -> T:
        """Await `call`, telling the breaker how it went. Raises `CircuitOpenError` when it is open."""
        breaker = self.breaker(circuit)
        if not breaker.allows():
            if asyncio.iscoroutine(call):
                call.close()
            raise CircuitOpenError(
                f"The circuit '{circuit}' is open after repeated failures.",
                "It is tried again within half a minute.",
            )
        try:
            result = await call
        except asyncio.CancelledError:
            breaker.abandoned()
            raise
        except Exception:
            breaker.failed()
            raise
        breaker.succeeded()
        return result

    async def recover(
        self,
        failure: NodeFailure,
        policy: RecoveryPolicy,
        attempt: Callable[[NodeSignatureInterface | None, int], Awaitable[T]],
        retried: Callable[[NodeFailure, float], None],
    ) -> T | None:
        """Go on after a first failure, by `policy`.

        `attempt(call, n)` makes attempt `n` with a fallback's call, or with the node's own for `None`.
        `retried(failure, delay)` is told before each wait. Returns `None` when the policy's degraded
        output is to be used; raises the last `NodeFailure` of the node itself when nothing is left to do.
        """
        tried = 1
        while tried < policy.attempts and _worth_another(failure, policy):
            asked = getattr(failure.cause, "retry_after", None)
            delay = policy.delay_s(tried, self._chance())
            if isinstance(asked, int | float) and asked > delay:
                delay = min(float(asked), policy.max_delay_s)
            retried(failure, delay)
            await asyncio.sleep(delay)
            tried += 1
            try:
                return await attempt(None, tried)
            except NodeFailure as another:
                failure = another
        for call in policy.fallback:
            tried += 1
            try:
                return await attempt(call, tried)
            except NodeFailure as another:
                another.__context__ = failure
        if policy.degrade is not None:
            return None
        raise failure


def _worth_another(failure: NodeFailure, policy: RecoveryPolicy) -> bool:
    if isinstance(failure.cause, LimitError | CircuitOpenError):
        return False
    return failure.category in policy.retry_on
