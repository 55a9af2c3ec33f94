"""Merkle keys of nodes, and the form in which a finished node is kept under them.

The key of a node covers its kind, version and settings and, through their keys, all its ancestors. Where
an ancestor's output is not a function of its key alone (a model was sampled), equal keys do not make equal
inputs: a kept entry therefore also holds the digest of the inputs it was computed from, and counts as a
hit only when the inputs at hand have the same digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from math import isfinite
from typing import Any

import msgspec

from pipeline.errors import UsageError
from pipeline.graph.dag import DAG
from pipeline.graph.node import Growth, NodeSpec, Seed

SIZE = 16
_canonical = msgspec.json.Encoder(order="sorted")


def digest(data: bytes) -> bytes:
    """The hash used for keys and contents."""
    return blake2b(data, digest_size=SIZE).digest()


def key_of(spec: NodeSpec, deps: tuple[str, ...], dep_keys: Iterable[bytes]) -> bytes:
    """The key of a node whose dependencies have `dep_keys`. Raises `UsageError` on settings that are no
    plain data."""
    if spec.key:
        return spec.key
    names = len(deps) if spec.positional else deps
    try:
        identity = _canonical.encode((spec.kind, spec.version, spec.settings, names))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise UsageError(
            f"The settings of node '{spec.id}' are not plain data: {error}",
            "Keep only what JSON can hold in settings.",
        ) from error
    return blake2b(identity + b"".join(dep_keys), digest_size=SIZE).digest()


def keys_of(graph: DAG) -> dict[str, bytes]:
    """The key of every node."""
    keys: dict[str, bytes] = {}
    nodes = graph.nodes
    for node in graph:
        deps = graph.deps[node]
        keys[node] = key_of(nodes[node], deps, [keys[dep] for dep in deps])
    return keys


class Finished(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a finished node leaves behind."""

    output: dict[str, Any]
    nodes: list[Seed] = []
    awaited: list[str] = []
    degraded: bool = False


_finished_encoder = msgspec.json.Encoder(enc_hook=lambda value: _plain(value))
_finished_decoder = msgspec.json.Decoder(Finished)


class OutputError(UsageError):
    """A node's output is not what a node may return."""


def encode_output(node: str, output: object, *, degraded: bool = False) -> bytes:
    """The output of `node` as JSON. Raises `OutputError` naming the node and the key at fault."""
    if not isinstance(output, dict):
        raise OutputError(
            f"Node '{node}' returned {type(output).__name__}, not dict.", "Return a dict of plain data."
        )
    try:
        payload = _finished_encoder.encode(Finished(output, degraded=True) if degraded else Finished(output))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _unserialisable(node, output, error) from error
    return _checked(node, output, payload) if b"null" in payload else payload


def encode_growth(node: str, growth: Growth) -> bytes:
    """As `encode_output`, with the new nodes. Raises `OutputError` for one that is not given as a seed."""
    seeds: list[Seed] = []
    for new in growth.nodes:
        if not isinstance(new, Seed):
            raise OutputError(
                f"Node '{node}' grew '{new.id}' as a NodeSpec, which cannot be kept.",
                "Grow a Seed and give the executor a factory for its kind.",
            )
        seeds.append(new)
    try:
        payload = _finished_encoder.encode(Finished(dict(growth), seeds, list(growth.awaited)))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _unserialisable(node, growth, error) from error
    return _checked(node, growth, payload) if b"null" in payload else payload


def decode_finished(payload: bytes) -> Finished:
    """The inverse of the two. Raises `msgspec.DecodeError` on anything else."""
    return _finished_decoder.decode(payload)


def pack(inputs: bytes, payload: bytes) -> bytes:
    """A cache entry: the digest of the inputs, the digest of the payload, the payload."""
    return inputs + digest(payload) + payload


def unpack(entry: bytes) -> tuple[bytes, bytes, bytes]:
    """The inverse of `pack`."""
    return entry[:SIZE], entry[SIZE : 2 * SIZE], entry[2 * SIZE :]


def _plain(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)  # a pydantic model, without importing pydantic
    if dump is None:
        raise TypeError(f"{type(value).__name__} is not plain data")
    return dump(mode="json")


def _checked(node: str, output: dict[Any, Any], payload: bytes) -> bytes:
    """`payload`, whose nulls are no lost numbers: JSON has no NaN and no infinity. Raises `OutputError`."""
    for key, value in output.items():
        if _holds_no_number(value):
            raise OutputError(
                f"Node '{node}' returned something that cannot be kept under the key {key!r}: "
                "NaN or an infinite number",
                "Return finite numbers; None where there is none.",
            )
    return payload


def _holds_no_number(value: Any) -> bool:
    match value:
        case float():
            return not isfinite(value)
        case dict():
            return any(map(_holds_no_number, value.values()))
        case list() | tuple() | set() | frozenset():
            return any(map(_holds_no_number, value))
        case _:
            return False


def _unserialisable(node: str, output: dict[Any, Any], error: Exception) -> OutputError:
    for key, value in output.items():
        try:
            _finished_encoder.encode({key: value})
        except (TypeError, ValueError, OverflowError, RecursionError) as found:
            return OutputError(
                f"Node '{node}' returned something that cannot be kept under the key {key!r}: {found}",
                "Return plain data: dict, list, str, int, float, bool, None, or a pydantic model.",
            )
    return OutputError(f"Node '{node}' returned something that cannot be kept: {error}")
