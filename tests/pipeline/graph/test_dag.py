from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.graph.dag import DAG, GraphError
from pipeline.graph.node import NodeSpec
from tests.pipeline.graph.sample_graphs import Journal, random_dag, worker

pytestmark = pytest.mark.hole("H10")


def spec(name: str, *deps: str, seconds: float = 1.0) -> NodeSpec:
    return NodeSpec(id=name, call=worker(Journal()), deps=deps, seconds=seconds)


def diamond() -> DAG:
    return DAG([spec("d", "b", "c"), spec("b", "a", seconds=5), spec("c", "a"), spec("a")])


def test_layers_ready_and_critical_path() -> None:
    graph = diamond()
    assert graph.layers() == [["a"], ["b", "c"], ["d"]]
    assert graph.ready(set()) == ["a"]
    assert sorted(graph.ready({"a"})) == ["b", "c"]
    assert graph.ready(["a", "b"]) == ["c"]
    assert graph.critical_path() == (["a", "b", "d"], 7.0)
    assert graph.critical_path(lambda node: 9.0 if node.id == "c" else 1.0) == (["a", "c", "d"], 11.0)
    assert graph.remaining() == {"a": 7.0, "b": 6.0, "c": 2.0, "d": 1.0}
    assert graph.ancestors(["d"]) == {"a", "b", "c"}
    assert graph.descendants(["a"]) == {"b", "c", "d"}
    assert graph.sinks() == ["d"]


def test_an_empty_graph_has_no_layers_and_no_path() -> None:
    assert DAG([]).layers() == []
    assert DAG([]).critical_path() == ([], 0.0)


def test_a_cycle_is_named() -> None:
    with pytest.raises(GraphError) as caught:
        DAG([spec("free"), spec("a", "c"), spec("b", "a"), spec("c", "b")])
    cycle = caught.value.message.partition(": ")[2].rstrip(".").split(" -> ")
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"a", "b", "c"}
    assert {(cycle[i], cycle[i + 1]) for i in range(3)} == {("a", "b"), ("b", "c"), ("c", "a")}
    with pytest.raises(GraphError, match="me -> me"):
        DAG([spec("me", "me")])


def test_a_missing_dependency_names_both_nodes() -> None:
    with pytest.raises(GraphError, match="'a' depends on 'ghost', which does not exist"):
        DAG([spec("a", "ghost")])


def test_two_nodes_of_one_id_are_named() -> None:
    with pytest.raises(GraphError, match="Two nodes have the id 'a'"):
        DAG([spec("a"), spec("b"), spec("a")])
    with pytest.raises(GraphError, match="'b' names a dependency twice"):
        DAG([spec("a"), spec("b", "a", "a")])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_order_layers_and_paths_hold_on_random_graphs(seed: int) -> None:
    graph = random_dag(seed, Journal())
    position = {node: number for number, node in enumerate(graph)}
    level = {node: number for number, layer in enumerate(graph.layers()) for node in layer}
    assert set(position) == set(level) == set(graph.nodes)
    for node, deps in graph.deps.items():
        assert all(position[dep] < position[node] for dep in deps)
        assert level[node] == 1 + max((level[dep] for dep in deps), default=-1)
    walked = [node for path in graph.paths() for node in path]
    assert sorted(walked) == sorted(graph.nodes)
    for path in graph.paths():
        assert all(path[i] in graph.deps[path[i + 1]] for i in range(len(path) - 1))


def test_growth_makes_dependents_wait_for_what_is_awaited() -> None:
    graph = DAG([spec("end", "start"), spec("start")]).copy()
    assert graph.grow("start", [spec("x", "start"), spec("y", "x")], ["y"]) == ["end"]
    assert graph.deps["end"] == ("start", "y")
    assert list(graph) == ["start", "x", "y", "end"]
    assert graph.layers() == [["start"], ["x"], ["y"], ["end"]]


def test_growth_leaves_the_original_alone() -> None:
    graph = diamond()
    graph.copy().grow("a", [spec("x", "a")], ["x"])
    assert len(graph) == 4
    assert graph.deps["b"] == ("a",)


@pytest.mark.parametrize(
    ("new", "awaited", "said"),
    [
        ([spec("x", "d")], ["x"], "'x' needs 'd', which waits for what 'a' adds"),
        ([spec("x", "y"), spec("y", "x")], [], "cycle"),
        ([spec("b")], [], "Two nodes have the id 'b'"),
        ([spec("x", "ghost")], [], "'x' depends on 'ghost'"),
        ([spec("x")], ["z"], "wait for 'z', which it does not add"),
    ],
)
def test_a_bad_growth_changes_nothing(new: list[NodeSpec], awaited: list[str], said: str) -> None:
    graph = diamond().copy()
    with pytest.raises(GraphError, match=said):
        graph.grow("a", new, awaited)
    assert len(graph) == 4
    assert graph.deps == diamond().deps
    assert graph.children == diamond().children


def test_a_new_node_may_need_a_later_one_when_nothing_awaits_it() -> None:
    graph = diamond().copy()
    assert graph.grow("a", [spec("report", "d"), spec("x", "a")], ["x"]) == ["b", "c"]
    assert graph.deps["report"] == ("d",)
    assert list(graph)[-1] == "report"


def test_a_later_dependent_waits_for_what_was_awaited_before() -> None:
    graph = DAG([spec("start"), spec("other")]).copy()
    graph.grow("start", [spec("x", "start"), spec("y", "x")], ["y"])
    graph.grow("other", [spec("late", "start"), spec("early", "other")], ["late"])
    assert graph.deps["late"] == ("start", "y")
    assert graph.deps["early"] == ("other",)
    assert "late" in graph.children["y"]
    assert graph.grow("y", [spec("z")], ["z"]) == ["late"]
    assert graph.deps["late"] == ("start", "y", "z")
    graph.grow("late", [spec("later", "start", "other")], [])
    assert graph.deps["later"] == ("start", "other", "y", "late", "z")
    order = list(graph)
    assert all(order.index(dep) < order.index(node) for node in order for dep in graph.deps[node])


def test_the_nodes_of_one_growth_wait_only_for_what_they_name() -> None:
    graph = DAG([spec("start"), spec("end", "start")]).copy()
    graph.grow("start", [spec("x", "start")], ["x"])
    assert graph.grow("x", [spec("ask", "start"), spec("read", "ask", "x")], ["read"]) == ["end"]
    assert (graph.deps["ask"], graph.deps["read"]) == (("start", "x"), ("ask", "x"))
    assert graph.deps["end"] == ("start", "x", "read")


def test_dependencies_do_not_hang_on_which_node_grew_first() -> None:
    found = []
    for order in (["a", "b"], ["b", "a"]):
        graph = DAG([spec("a"), spec("b"), spec("end", "a", "b")]).copy()
        for parent in order:
            graph.grow(parent, [spec(f"{parent}1"), spec(f"{parent}2")], [f"{parent}1", f"{parent}2"])
        found.append(graph.deps["end"])
    assert found == [("a", "b", "a1", "a2", "b1", "b2")] * 2


def test_a_cycle_closed_by_awaiting_names_what_waits() -> None:
    graph = DAG([spec("start"), spec("end", "start")]).copy()
    graph.grow("start", [spec("part", "start"), spec("whole", "part")], ["whole"])
    before = (dict(graph.deps), {node: list(children) for node, children in graph.children.items()})
    said = (
        "'part' grew a cycle: 'more' needs 'start', whose dependents wait for 'whole', which waits for what"
    )
    with pytest.raises(GraphError, match=said):
        graph.grow("part", [spec("more", "start")], ["more"])
    assert (graph.deps, graph.children) == before
    graph.grow("part", [spec("more", "start")], [])
    assert graph.deps["more"] == ("start", "whole")
