"""H17: validation results by hash."""

from __future__ import annotations

import pytest

from pipeline.holes.validation_cache import ValidationCache
from pipeline.ir import Function, Intent, Program, Provenance, Signature

pytestmark = pytest.mark.hole("H17")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_results_come_back_until_they_are_too_old() -> None:
    clock = Clock()
    cache = ValidationCache(ttl_seconds=3600, clock=clock)
    assert cache.get("h") is None
    cache.set("h", (False, ["no example"]))
    clock.now = 3599.9
    assert cache.get("h") == (False, ["no example"])
    clock.now = 3600.0
    assert cache.get("h") is None
    assert (cache.hits, cache.misses, len(cache)) == (1, 2, 0)


def test_a_caller_cannot_change_what_the_next_one_gets() -> None:
    cache = ValidationCache()
    complaints = ["first"]
    cache.set("h", (True, complaints))
    complaints.append("mine")
    got = cache.get("h")
    assert got is not None
    got[1].append("mine too")
    assert cache.get("h") == (True, ["first"])


def test_the_least_recently_used_gives_way() -> None:
    cache = ValidationCache(capacity=2)
    for key in ("a", "b"):
        cache.set(key, (True, []))
    cache.get("a")
    cache.set("c", (True, []))
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == ((True, []), None, (True, []))


def test_the_hash_is_of_the_content_alone() -> None:
    def program(actor: str, text: str) -> Program:
        said = Provenance.model_validate({"actor": actor})
        return Program(
            prompt="p",
            functions=(
                Function(
                    signature=Signature(name="f", provenance=said), intent=Intent(text=text, provenance=said)
                ),
            ),
        )

    cache = ValidationCache()
    cache.set(program("person", "same").digest, (True, []))
    assert cache.get(program("model", "same").digest) == (True, [])
    assert cache.get(program("person", "other").digest) is None
