"""Nodes in one line: from functions, DSPy signatures and modules, and pydantic-ai agents.

Inputs are given by name: either plain data, or a `Ref` to what another node puts out, which makes that
node a dependency. All other keyword arguments go to `NodeSpec`. What models use up counts against the
limits: a node whose `demand` names tokens or money is refused before it calls one.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import pickle
from collections.abc import Awaitable, Callable, Iterable, Mapping
from hashlib import blake2b
from types import CodeType
from typing import Any

import msgspec

from pipeline.errors import UsageError
from pipeline.graph.context import RunContext
from pipeline.graph.limits import NO_DEMAND
from pipeline.graph.node import NodeSignatureInterface, NodeSpec

Call = Callable[[dict[str, Any], RunContext], Awaitable[Any]]


class Ref(msgspec.Struct, frozen=True):
    """What the node `node` puts out under `key`; its whole output when `key` is empty."""

    node: str
    key: str = "value"


class _Bound:
    """A node that calls something with inputs looked up in its dependencies' outputs."""

    def __init__(self, node: str, inputs: Mapping[str, Any], call: Call) -> None:
        self._node = node
        self._inputs = dict(inputs)
        self._call = call

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        given = {
            name: self._look_up(name, value, deps) if isinstance(value, Ref) else value
            for name, value in self._inputs.items()
        }
        output = await self._call(given, context)
        return output if isinstance(output, dict) else {"value": output}

    def _look_up(self, name: str, ref: Ref, deps: dict[str, Any]) -> Any:
        if ref.node not in deps:
            raise UsageError(
                f"The input '{name}' of node '{self._node}' is missing: '{ref.node}' failed, being optional.",
                "Do not refer to an optional node, or give it a degraded output.",
            )
        output = deps[ref.node]
        if not ref.key:
            return output
        if ref.key not in output:
            known = ", ".join(map(repr, output)) or "nothing"
            raise UsageError(
                f"Node '{self._node}' needs '{ref.key}' of '{ref.node}', which put out {known}.",
                "Refer to a key that is there.",
            )
        return output[ref.key]


def from_function(
    node: str, function: Callable[..., Any], inputs: Mapping[str, Any] | None = None, **options: Any
) -> NodeSpec:
    """A node that calls `function` with `inputs`; what it returns, if no dict, becomes the key `value`.

    A coroutine function runs in the event loop. A plain one runs in a process of its own, which is ended
    when the node is cancelled; it must therefore be importable by name, and its inputs and result must
    pickle. The version is derived from the code. Raises `UsageError` for a cacheable closure: what it closes
    over would be missing from the cache's key.
    """
    if options.get("cacheable") and getattr(function, "__closure__", None):
        names = ", ".join(function.__code__.co_freevars)
        raise UsageError(
            f"Node '{node}' is cacheable but its function closes over {names}.", "Hand them in as inputs."
        )
    if inspect.iscoroutinefunction(function):

        async def call(given: dict[str, Any], context: RunContext) -> Any:
            return await function(**given)
    else:
        options.setdefault("resource", "cpu")

        async def call(given: dict[str, Any], context: RunContext) -> Any:
            from anyio import to_process  # 40 ms to import, and only plain functions need it

            bound = functools.partial(function, **given)
            try:
                return await to_process.run_sync(bound, cancellable=True)
            except (pickle.PicklingError, AttributeError, TypeError) as error:
                _check_it_can_be_handed_over(context.node, bound)
                raise error

    options.setdefault("version", _code_version(function))
    return _bound(node, "function", inputs, call, options)


def from_signature(
    node: str, signature: Any, inputs: Mapping[str, Any] | None = None, **options: Any
) -> NodeSpec:
    """A node that asks for `signature` (a DSPy signature, or its text) with `dspy.Predict`."""
    import dspy  # a second to import, and only these nodes need it

    return from_module(node, dspy.Predict(signature), inputs, **{"kind": "signature", **options})


def from_module(node: str, module: Any, inputs: Mapping[str, Any] | None = None, **options: Any) -> NodeSpec:
    """A node that calls a DSPy module; its output holds the prediction's fields.

    A module without `aforward` runs in a thread; since no thread can be ended from outside, a cancelled node
    waits until it is through. The version is derived from the module's code, prompts and demonstrations.
    Raises `UsageError` for a cacheable node when DSPy has no model yet: its name belongs to the cache's key.
    """
    import dspy

    demand = options.get("demand", NO_DEMAND)

    async def call(given: dict[str, Any], context: RunContext) -> Any:
        with (
            context.reserve(tokens=demand.tokens, money=demand.money) as reservation,
            dspy.track_usage() as usage,
        ):
            try:
                if hasattr(module, "aforward"):
                    answer = await module.acall(**given)
                else:
                    answer = await _in_thread(functools.partial(module, **given))
            finally:
                reservation.settle(tokens=_tokens(usage.get_total_tokens().values()))
        return dict(answer.items()) if isinstance(answer, dspy.Prediction) else answer

    model = dspy.settings.lm  # of those predictors that have none of their own
    unknown = model is None and any(predictor.lm is None for predictor in module.predictors())
    if options.get("cacheable") and unknown and "version" not in options:
        raise UsageError(
            f"Node '{node}' is cacheable, but DSPy has no model yet: what another one said would count.",
            "Make the node where dspy.settings.lm is set, or give it a version that names the model.",
        )
    options.setdefault("version", _module_version(module, model))
    return _bound(node, "module", inputs, call, {"resource": "model", **options})


def from_agent(node: str, agent: Any, prompt: str | Ref, **options: Any) -> NodeSpec:
    """A node that runs a pydantic-ai agent on `prompt`; its output is what the agent puts out.

    Raises `UsageError` for a cacheable node without a version: an agent's model, instructions and tools
    cannot be told from outside, and its answers would be taken for those of another.
    """
    if options.get("cacheable") and "version" not in options:
        raise UsageError(
            f"Node '{node}' is cacheable, but nothing tells its agent from another.",
            "Give it a version that changes with the agent's model, instructions and tools.",
        )
    demand = options.get("demand", NO_DEMAND)

    async def call(given: dict[str, Any], context: RunContext) -> Any:
        with context.reserve(tokens=demand.tokens, money=demand.money) as reservation:
            answer = await agent.run(given["prompt"])
            reservation.settle(tokens=answer.usage.total_tokens)
        output = answer.output
        return output.model_dump(mode="json") if hasattr(output, "model_dump") else output

    return _bound(node, "agent", {"prompt": prompt}, call, {"resource": "model", **options})


def _bound(
    node: str, kind: str, inputs: Mapping[str, Any] | None, call: Call, options: dict[str, Any]
) -> NodeSpec:
    given = {} if inputs is None else inputs
    deps = tuple(dict.fromkeys(value.node for value in given.values() if isinstance(value, Ref)))
    described = {
        name: ["ref", deps.index(value.node), value.key] if isinstance(value, Ref) else ["is", value]
        for name, value in given.items()
    }
    settings = {**options.pop("settings", {}), "inputs": described}
    bound: NodeSignatureInterface = _Bound(node, given, call)
    return NodeSpec(
        **{
            "id": node,
            "call": bound,
            "deps": deps,
            "kind": kind,
            "settings": settings,
            "positional": True,
            **options,
        }
    )


def _check_it_can_be_handed_over(node: str, bound: functools.partial[Any]) -> None:
    """Raises `UsageError` when another process cannot be given the function or one of its inputs."""
    for what, value in (
        ("its function", bound.func),
        *((f"the input '{k}'", v) for k, v in bound.keywords.items()),
    ):
        try:
            pickle.dumps(value)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise UsageError(
                f"Node '{node}' runs in a process of its own, which cannot be given {what}: {error}",
                "Use a function that can be imported by name and inputs that pickle, or an async function.",
            ) from error


async def _in_thread(function: Callable[[], Any]) -> Any:
    """Run it to its end even when cancelled, so that nothing goes on behind the run's back."""
    thread = asyncio.ensure_future(asyncio.to_thread(function))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        await asyncio.wait([thread])
        raise


def _tokens(usages: Iterable[Mapping[str, Any]]) -> int:
    return sum(
        int(usage.get("prompt_tokens") or 0) + int(usage.get("completion_tokens") or 0) for usage in usages
    )


def _module_version(module: Any, model: Any) -> str:
    state = [module.dump_state(), getattr(model, "model", None), getattr(model, "kwargs", None)]
    parts = [msgspec.json.encode(state, enc_hook=str, order="sorted")]
    kinds = dict.fromkeys(type(part) for _, part in module.named_sub_modules())
    for kind in kinds:
        code = [vars(kind).get(name) for name in ("forward", "aforward")]
        parts += [_code_version(function).encode() for function in code if function is not None]
    return _digest(b"\0".join(parts))


def _code_version(function: Callable[..., Any]) -> str:
    inner = inspect.unwrap(function)
    code = getattr(inner, "__code__", None)
    parts = [f"{getattr(inner, '__module__', '')}.{getattr(inner, '__qualname__', repr(inner))}"]
    if code is not None:
        parts += [*_code_parts(code), repr(inner.__defaults__), repr(inner.__kwdefaults__)]
    return _digest("\0".join(parts).encode())


def _code_parts(code: CodeType) -> list[str]:
    parts = [code.co_code.hex(), repr(code.co_names)]
    for constant in code.co_consts:
        parts += _code_parts(constant) if isinstance(constant, CodeType) else [repr(constant)]
    return parts


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()
