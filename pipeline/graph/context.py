"""The context of an execution (H12), and what a node is handed of it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec

from pipeline.errors import UsageError
from pipeline.events import Actor, AnyEvent, NodeProgressed
from pipeline.graph.admission import Reservation, ResourceManager
from pipeline.graph.durability import Entry, ResultStore

_json = msgspec.json.Encoder()
_canonical = msgspec.json.Encoder(order="sorted")


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where something in an execution came from. `at` in seconds since the Unix epoch."""

    what: str
    by: Actor
    at: float
    source: str = ""


class _Saved(msgspec.Struct, frozen=True, kw_only=True):
    execution_id: str
    state: dict[str, Any]
    metadata: dict[str, Any]
    provenance: list[Provenance]
    cancelled: str


_saved_decoder = msgspec.json.Decoder(_Saved)


class ExecutionContext:
    """One execution: its id, state and metadata (plain JSON data), provenance, and its cancellation.

    Must be used from the event loop's thread.
    """

    def __init__(
        self,
        execution_id: str,
        *,
        state: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        provenance: list[Provenance] | None = None,
        cancelled: str = "",
    ) -> None:
        if not execution_id:
            raise UsageError("An execution needs an id.", "Give any text that is unique in the store.")
        self.execution_id = execution_id
        self.state = {} if state is None else state
        self.metadata = {} if metadata is None else metadata
        self.provenance = [] if provenance is None else provenance
        self.cancelled = cancelled
        self._watchers: list[Callable[[str | None], bool]] = []

    def note(self, what: str, by: Actor, source: str = "") -> None:
        """Write down where something came from."""
        self.provenance.append(Provenance(what=what, by=by, at=time.time(), source=source))

    def cancel(self, reason: str = "cancelled") -> None:
        """Ask for the end of the whole execution; its executor returns results with status `cancelled`."""
        self.cancelled = self.cancelled or reason or "cancelled"
        for watcher in tuple(self._watchers):
            watcher(None)

    def cancel_node(self, node: str) -> bool:
        """Ask for the end of one node; what depends on it is skipped.

        Returns whether a running execution has such a node and it has not finished.
        """
        told = [watcher(node) for watcher in tuple(self._watchers)]
        return any(told)

    def on_cancel(self, watcher: Callable[[str | None], bool]) -> Callable[[], None]:
        """Call `watcher` with each node to be cancelled, `None` for all; the result ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def to_json(self) -> bytes:
        """The context as JSON. Raises `UsageError` when something in it would not come back as it is."""
        saved = self._saved()
        try:
            data = _json.encode(saved)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise self._lossy(saved, str(error)) from error
        if _saved_decoder.decode(data) != saved:
            raise self._lossy(saved, "JSON changes it")
        return data

    @classmethod
    def from_json(cls, data: bytes | str) -> ExecutionContext:
        """The inverse of `to_json`. Raises `UsageError` on anything else."""
        try:
            saved = _saved_decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"This is no saved execution context: {error}") from error
        return cls(
            saved.execution_id,
            state=saved.state,
            metadata=saved.metadata,
            provenance=saved.provenance,
            cancelled=saved.cancelled,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ExecutionContext) and self._saved() == other._saved()

    def _saved(self) -> _Saved:
        return _Saved(
            execution_id=self.execution_id,
            state=self.state,
            metadata=self.metadata,
            provenance=self.provenance,
            cancelled=self.cancelled,
        )

    def _lossy(self, saved: _Saved, why: str) -> UsageError:
        culprits = [
            f"{part}[{key!r}]"
            for part, content in (("state", saved.state), ("metadata", saved.metadata))
            for key, value in content.items()
            if not isinstance(key, str) or not survives_json(value)
        ]
        where = ", ".join(culprits) or "the context"
        return UsageError(
            f"Execution '{self.execution_id}' cannot be saved: {where} is not plain JSON ({why}).",
            "Keep only dict with str keys, list, str, int, finite float, bool and None there.",
        )


def survives_json(value: Any) -> bool:
    """Whether `value` comes back from JSON as it was."""
    try:
        return bool(msgspec.json.decode(_json.encode(value)) == value)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return False


class Services(Protocol):
    """What a node may use of the execution it runs in."""

    publish: Callable[[AnyEvent], object]
    manager: ResourceManager
    store: ResultStore | None
    answers: dict[bytes, bytes]


class Detached:
    """Services for a node that is called outside any execution."""

    def __init__(self) -> None:
        self.publish: Callable[[AnyEvent], object] = lambda _: None
        self.manager = ResourceManager()
        self.store: ResultStore | None = None
        self.answers: dict[bytes, bytes] = {}


class RunContext(msgspec.Struct, gc=False):
    """What a node is called with: the execution, which node and attempt this is, and the means to spend.

    `tokens` and `money` add up what the node has spent, `queue_s` and `run_s` its seconds waiting for a slot
    and running, over all attempts.
    """

    execution: ExecutionContext
    node: str
    attempt: int = 1
    services: Services = msgspec.field(default_factory=Detached)
    tokens: int = 0
    money: float = 0.0
    queue_s: float = 0.0
    run_s: float = 0.0

    def publish(self, event: AnyEvent) -> None:
        """Say that something happened."""
        self.services.publish(event)

    def progress(self, text: str, *, tokens: int = 0, sample: int = 0) -> None:
        """Show what there is since the last call for that sample; coalesce before calling."""
        self.services.publish(
            NodeProgressed(
                execution=self.execution.execution_id, node=self.node, text=text, tokens=tokens, sample=sample
            )
        )

    def reserve(self, *, tokens: int = 0, money: float = 0.0, calls: int = 1) -> Reservation:
        """Set budget aside before a call, as a `with` block; tell it by `settle` what was used.

        Raises `LimitError` when that much is not left.
        """
        return self.services.manager.reserve(
            self.node, tokens=tokens, money=money, calls=calls, meter=self._meter
        )

    def room_for_another(self, done: int) -> bool:
        """Whether the limits leave enough for one more of what was `done` so often, each at the same cost."""
        return done < 1 or self.services.manager.strain() * (done + 1) <= done

    def _meter(self, tokens: int, money: float) -> None:
        self.tokens += tokens
        self.money += money

    async def once(
        self, name: str, content: Any, call: Callable[[str], Awaitable[dict[str, Any]]]
    ) -> dict[str, Any]:
        """The answer to a paid call, paid at most once in this execution, across crashes too.

        `content` is what the answer depends on. `call` gets the key of the call, to be passed on to a
        provider that knows such keys: between the provider's answer and its commit lies a moment in
        which a crash loses the answer, and only the provider can then tell that it was paid. A second
        attempt of the node asks anew (the first answer may be what made it fail). `call`'s answer must
        be plain JSON.
        """
        digest = hashlib.blake2b(_canonical.encode([self.node, self.attempt, name, content]), digest_size=16)
        key = digest.digest()
        answers = self.services.answers
        if key not in answers:
            payload = _json.encode(await call(digest.hexdigest()))
            if self.services.store is not None:
                await self.services.store.commit(
                    self.execution.execution_id, [Entry(self.node, "call", key, payload)]
                )
            answers[key] = payload
        answer: dict[str, Any] = msgspec.json.decode(answers[key])
        return answer
