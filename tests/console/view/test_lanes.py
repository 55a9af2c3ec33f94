"""The drawing of the run: every node on one row, below what it needs, on a line from there."""

from __future__ import annotations

import time
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from console.view.lanes import layout, order


@st.composite
def dags(draw: st.DrawFn) -> dict[str, list[str]]:
    count = draw(st.integers(0, 24))
    return {
        f"n{index}": [f"n{dep}" for dep in draw(st.sets(st.integers(0, index - 1), max_size=3))]
        if index
        else []
        for index in range(count)
    }


def test_a_fan_is_one_fork_and_one_join() -> None:
    deps = {"a": [], "b": ["a"], "c": ["a"], "d": ["a"], "e": ["b", "c", "d"]}
    assert [lane.lines for lane in layout(deps)] == ["●", "├─┬─╮", "● │ │", "│ ● │", "│ │ ●", "├─┴─╯", "●"]


def test_a_chain_is_a_column() -> None:
    assert [lane.lines for lane in layout({"a": [], "b": ["a"], "c": ["b"]})] == ["●", "●", "●"]


def test_an_unrelated_lane_is_crossed_not_joined() -> None:
    deps = {"a": [], "b": ["a"], "c": ["a"], "d": ["b"], "e": ["b"], "f": ["d", "c", "e"]}
    crossing = [lane.lines for lane in layout(deps) if not lane.node][1]
    assert crossing == "├─│─╮"


@given(dags())
@settings(max_examples=80, deadline=None)
def test_every_node_is_drawn_once_below_its_dependencies(deps: dict[str, list[str]]) -> None:
    rows = [lane for lane in layout(deps) if lane.node]
    place = {lane.node: row for row, lane in enumerate(rows)}
    assert sorted(place) == sorted(deps)
    assert all(place[dep] < place[node] for node, wanted in deps.items() for dep in wanted)
    assert all(lane.lines[lane.at] == "●" for lane in rows)


@given(dags())
@settings(max_examples=80, deadline=None)
def test_no_line_ends_in_the_air(deps: dict[str, list[str]]) -> None:
    lanes = [lane.lines for lane in layout(deps)]
    down, up = "│├┬╮┤┼╭╷●", "│├┴╯┤┼╰╵●"
    for above, below in pairwise(lanes):
        for column, char in enumerate(below):
            if char in "│├┤┼╯╰┴" and char in up:
                assert above[column : column + 1] in tuple(down), (above, below)


def test_a_cycle_is_left_out_not_followed() -> None:
    assert order({"a": [], "b": ["c"], "c": ["b"]}) == ["a"]


def test_two_thousand_nodes_are_laid_out_in_time() -> None:
    deps = {f"n{i}": [f"n{j}" for j in range(max(0, i - 2), i)] for i in range(2000)}
    began = time.perf_counter()
    layout(deps)
    assert time.perf_counter() - began < 2
