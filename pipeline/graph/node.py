"""Nodes (H6): the contract, the description of a node in a graph, and how a running node adds nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import msgspec

from pipeline.errors import UsageError
from pipeline.graph.context import RunContext
from pipeline.graph.limits import NO_DEMAND, Demand
from pipeline.graph.recovery import DEFAULT_POLICY, RecoveryPolicy


@runtime_checkable
class NodeSignatureInterface(Protocol):
    """What every node is.

    `deps` holds the output of each dependency by its node id (without those that were optional and
    failed); it must not be changed. The output is plain JSON data: it is the same to a dependent whether
    the node has just run, comes from the cache, or was finished by a process that has since died.
    """

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]: ...


_NO_SETTINGS: dict[str, Any] = {}  # one for all: there may be tens of thousands of nodes


class NodeSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A node and how to run it.

    `kind` groups nodes in plans and metrics; `version` and `settings` (plain JSON) tell apart what would
    compute differently, such as two prompts. `resource` names the class whose bound the node counts
    against ("" for none). Dependents of an `optional` node go on without it when it fails. A `cacheable`
    node computes the same (or as good) an output whenever its kind, version, settings and dependencies
    are the same; a node with `effects` is never optimised away. A `positional` node minds the order of
    its dependencies, not their names. `seconds` is how long it is expected to take. A node that may add
    others while it runs says in `grows` which, in words: plans show it, and nothing that they might depend
    on is optimised away.
    """

    id: str
    call: NodeSignatureInterface
    deps: tuple[str, ...] = ()
    kind: str = "function"
    label: str = ""
    version: str = ""
    settings: Mapping[str, Any] = msgspec.field(default_factory=lambda: _NO_SETTINGS)
    resource: str = ""
    policy: RecoveryPolicy = DEFAULT_POLICY
    optional: bool = False
    cacheable: bool = False
    effects: bool = False
    positional: bool = False
    seconds: float = 1.0
    grows: str = ""
    demand: Demand = NO_DEMAND
    key: bytes = b""
    """The Merkle key, where it is not to be derived (a node put in another's place)."""
    known: bytes = b""
    """What the node leaves behind, where that is known before it runs (taken from the cache)."""


class Seed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node described as plain data, so that a later process can make it again from its kind."""

    id: str
    kind: str
    deps: tuple[str, ...] = ()
    label: str = ""
    settings: dict[str, Any] = {}
    optional: bool = False


NodeFactory = Callable[[Seed], NodeSpec]


def specs_of(nodes: Iterable[NodeSpec | Seed], kinds: Mapping[str, NodeFactory]) -> list[NodeSpec]:
    """The nodes themselves, seeds made by the factory of their kind.

    Raises `UsageError` on a kind without a factory, or a factory that makes another node than was asked for.
    """
    made: list[NodeSpec] = []
    for node in nodes:
        if isinstance(node, NodeSpec):
            made.append(node)
            continue
        factory = kinds.get(node.kind)
        if factory is None:
            raise UsageError(
                f"Node '{node.id}' is of kind '{node.kind}', which nobody can make.",
                f"Known kinds: {', '.join(sorted(kinds)) or 'none'}. Give the executor a factory for it.",
            )
        spec = factory(node)
        if spec.id != node.id:
            raise UsageError(
                f"The factory of kind '{node.kind}' made '{spec.id}' where '{node.id}' was asked for.",
                "A factory takes the id from its seed.",
            )
        made.append(spec)
    return made


class Growth(dict[str, Any]):
    """A node's output together with nodes to add to the running graph.

    New nodes may depend on each other and on any node of the graph. Whatever depends on the growing node,
    or comes to depend on it later, also waits for the new nodes named in `awaited` and gets their outputs;
    only the new nodes themselves wait for no more than they name. In a durable execution, and in a
    cacheable node, new nodes must be given as seeds.
    """

    def __init__(
        self,
        output: Mapping[str, Any],
        nodes: Sequence[NodeSpec | Seed],
        awaited: Sequence[str] | None = None,
    ) -> None:
        super().__init__(output)
        self.nodes = tuple(nodes)
        self.awaited = tuple(node.id for node in nodes) if awaited is None else tuple(awaited)
