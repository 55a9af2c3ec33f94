"""Making a node's result: the attempts at it, by its policy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import msgspec

from pipeline.errors import HolotypeError, UsageError
from pipeline.events import AnyEvent, NodeRetried, NodeStarted
from pipeline.graph.admission import ResourceManager
from pipeline.graph.cache import SingleFlight
from pipeline.graph.context import RunContext
from pipeline.graph.durability import ResultStore
from pipeline.graph.keys import Finished, decode_finished, encode_growth, encode_output
from pipeline.graph.limits import ResourceLimits
from pipeline.graph.node import Growth, NodeFactory, NodeSignatureInterface, NodeSpec, specs_of
from pipeline.graph.recovery import DEFAULT_POLICY, ErrorRecovery, NodeFailure
from pipeline.graph.stall import StallPolicy


def ignore(_: AnyEvent) -> None:
    """Publish to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What an executor works with.

    `publish` receives the events. `store` makes results durable, `cache` finds those of other executions;
    `kinds` makes nodes out of seeds. With `fail_fast`, the first failure of a required node ends the run;
    without, whatever does not depend on it still runs.
    """

    publish: Callable[[AnyEvent], object] = ignore
    limits: ResourceLimits = field(default_factory=ResourceLimits)
    store: ResultStore | None = None
    cache: SingleFlight | None = None
    kinds: Mapping[str, NodeFactory] = field(default_factory=dict)
    recovery: ErrorRecovery = field(default_factory=ErrorRecovery)
    stall: StallPolicy = field(default_factory=StallPolicy)
    fail_fast: bool = False


class Made(msgspec.Struct, gc=False):
    """What a node has made, before it counts: how it is kept, its content, the nodes it adds."""

    payload: bytes
    finished: Finished
    new: Sequence[NodeSpec] = ()


def _as_said(node: str, error: Exception | SystemExit) -> Exception | SystemExit:
    """`error`; where it was calling the node that went wrong, and nothing in the node, one that says so."""
    if not isinstance(error, TypeError) or (error.__traceback__ and error.__traceback__.tb_next):
        return error
    return UsageError(
        f"Node '{node}' cannot be called as a node: {error}.",
        "A node is `async def call(context, deps) -> dict`; from_function makes one of any function.",
    )


class Maker:
    """Makes the results of one run's nodes. `urgency` ranks the nodes that wait for a slot."""

    def __init__(
        self,
        execution: str,
        equipment: Equipment,
        manager: ResourceManager,
        urgency: Callable[[str], float],
    ) -> None:
        self._execution = execution
        self._equipment = equipment
        self._publish = equipment.publish
        self._manager = manager
        self._urgency = urgency

    async def attempt(
        self,
        spec: NodeSpec,
        context: RunContext,
        deps: dict[str, Any],
        call: NodeSignatureInterface,
        number: int,
        ready_at: float,
    ) -> Made:
        """Wait for a slot, call the node, check its output; after a first failure go on by the node's policy.

        Raises `NodeFailure`.
        """
        name, manager = spec.id, self._manager
        try:
            if not manager.try_start(spec):
                await manager.start(spec, self._urgency(name))
        except HolotypeError as error:
            failure = NodeFailure(name, error, attempt=number)
            if number > 1:
                raise failure from error
            return await self._recover(failure, spec, context, deps)
        began = perf_counter()
        context.queue_s += began - ready_at
        context.attempt = number
        try:
            self._publish(NodeStarted(execution=self._execution, node=name, attempt=number))
            if spec.policy is DEFAULT_POLICY:
                output = await call(context, deps)
            else:
                output = await self._guarded(spec, call, call(context, deps))
            return self._checked(spec, output)
        except (Exception, SystemExit) as error:  # a library that calls exit() does not mean the run
            failure = NodeFailure(name, _as_said(name, error), attempt=number)
            if number > 1:
                raise failure from error
        finally:
            context.run_s += perf_counter() - began
            manager.finish(spec)
        return await self._recover(failure, spec, context, deps)

    async def _recover(
        self, failure: NodeFailure, spec: NodeSpec, context: RunContext, deps: dict[str, Any]
    ) -> Made:
        def attempt(call: NodeSignatureInterface | None, number: int) -> Awaitable[Made]:
            return self.attempt(
                spec, context, deps, spec.call if call is None else call, number, perf_counter()
            )

        def retried(failure: NodeFailure, delay: float) -> None:
            self._publish(
                NodeRetried(
                    execution=self._execution,
                    node=spec.id,
                    attempt=context.attempt,
                    category=failure.category,
                    error=failure.message,
                    delay=delay,
                )
            )

        made = await self._equipment.recovery.recover(failure, spec.policy, attempt, retried)
        if made is not None:
            return made
        payload = encode_output(spec.id, spec.policy.degrade, degraded=True)
        return Made(payload, decode_finished(payload))

    def kept(self, name: str, payload: bytes) -> Made:
        """What the node made at another time. Raises `NodeFailure` when it cannot be used."""
        try:
            finished = decode_finished(payload)
            new = specs_of(finished.nodes, self._equipment.kinds) if finished.nodes else ()
        except (UsageError, msgspec.DecodeError) as error:
            raise NodeFailure(name, error) from error
        return Made(payload, finished, new)

    async def _guarded(
        self, spec: NodeSpec, call: NodeSignatureInterface, answer: Awaitable[dict[str, Any]]
    ) -> dict[str, Any]:
        policy = spec.policy
        if policy.circuit and call is spec.call:  # a fallback is there for when the circuit is open
            answer = self._equipment.recovery.guarded(policy.circuit, answer)
        if policy.timeout_s is None:
            return await answer
        try:
            async with asyncio.timeout(policy.timeout_s) as deadline:
                return await answer
        except TimeoutError as error:
            if not deadline.expired():
                raise
            raise TimeoutError(f"no answer within {policy.timeout_s} s") from error

    def _checked(self, spec: NodeSpec, output: object) -> Made:
        """The output as dependents will see it, as it comes back from JSON. Raises on what cannot be kept."""
        if not isinstance(output, Growth):
            payload = encode_output(spec.id, output)
            return Made(payload, decode_finished(payload))
        new = specs_of(output.nodes, self._equipment.kinds)
        if self._equipment.store is not None or (spec.cacheable and self._equipment.cache is not None):
            payload = encode_growth(spec.id, output)
            return Made(payload, decode_finished(payload), new)
        payload = encode_output(spec.id, dict(output))
        return Made(payload, Finished(decode_finished(payload).output, awaited=list(output.awaited)), new)
