"""H10: the order of holes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.holes.order import CycleError, DependencyResolver

pytestmark = pytest.mark.hole("H10")

graphs = st.integers(1, 12).flatmap(
    lambda size: st.fixed_dictionaries(
        {str(node): st.lists(st.integers(0, size - 1).map(str), max_size=3) for node in range(size)}
    )
)
acyclic = st.integers(1, 12).flatmap(
    lambda size: st.fixed_dictionaries(
        {
            str(node): st.lists(st.integers(0, max(node - 1, 0)).map(str), max_size=3 if node else 0)
            for node in range(size)
        }
    )
)


@given(acyclic)
def test_layers_hold_each_id_after_its_needs_and_as_early_as_can_be(needs: dict[str, list[str]]) -> None:
    layers = DependencyResolver(needs).layers()
    level = {each: index for index, layer in enumerate(layers) for each in layer}
    assert set(level) == set(needs)
    for each, wanted in needs.items():
        assert level[each] == max((level[need] + 1 for need in wanted), default=0)


@given(graphs)
def test_a_cycle_is_found_and_is_one(needs: dict[str, list[str]]) -> None:
    resolver = DependencyResolver(needs)
    cycles = resolver.cycles()
    for cycle in cycles:
        assert cycle[0] == cycle[-1]
        for fed, need in zip(cycle[1:], cycle, strict=False):
            assert need in needs[fed]
    if not cycles:
        assert sorted(resolver.order()) == sorted(needs)
        return
    with pytest.raises(CycleError) as caught:
        resolver.layers()
    assert caught.value.cycle in cycles
    assert " → ".join(caught.value.cycle) in caught.value.message


@given(acyclic)
def test_working_through_the_ready_set_ends(needs: dict[str, list[str]]) -> None:
    resolver = DependencyResolver(needs)
    done: list[str] = []
    while ready := resolver.ready(done):
        done.append(ready[0])
    assert sorted(done) == sorted(needs)


def test_critical_path_by_weight() -> None:
    resolver = DependencyResolver({"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"], "e": ["elsewhere"]})
    assert len(resolver.critical_path()) == 3
    assert resolver.critical_path({"c": 9.0}) == ["a", "c", "d"]
    assert resolver.downstream("a") == ["b", "c", "d"]
    assert resolver.upstream("d") == ["b", "c", "a"]
    assert resolver.ready(["a"]) == ["b", "c", "e"]
