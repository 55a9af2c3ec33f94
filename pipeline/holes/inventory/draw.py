"""The graph of an inventory's holes for other tools: Mermaid and Graphviz."""

from __future__ import annotations

from pipeline.holes.inventory.model import HoleEntry
from pipeline.holes.inventory.tracker import Tracker

COLOURS = {"resolved": "#9fdf9f", "ready": "#ffe08a", "blocked": "#dddddd"}


def mermaid(tracker: Tracker) -> str:
    """A Mermaid flow chart, a subgraph for each phase."""
    lines = ["flowchart TD"]
    for number in tracker.inventory.phase_numbers():
        title = f"Phase {number} {tracker.inventory.phase(number).name}".strip()
        lines.append(f'  subgraph P{number}["{_quoted(title)}"]')
        lines += [
            f'    {_node(hole.id)}["{_quoted(_label(hole))}"]:::{tracker.status(hole)}'
            for hole in tracker.inventory.of_phase(number)
        ]
        lines.append("  end")
    lines += [f"  {_node(need)} --> {_node(hole)}" for hole, need in _edges(tracker)]
    lines += [f"  classDef {status} fill:{colour},color:#000" for status, colour in COLOURS.items()]
    return "\n".join(lines) + "\n"


def dot(tracker: Tracker) -> str:
    """A Graphviz digraph, a cluster for each phase."""
    lines = ["digraph holes {", "  node [shape=box, style=filled];"]
    for number in tracker.inventory.phase_numbers():
        title = f"Phase {number} {tracker.inventory.phase(number).name}".strip()
        lines.append(f'  subgraph cluster_{number} {{ label="{_escaped(title)}";')
        lines += [
            f'    "{_escaped(hole.id)}" [label="{_escaped(_label(hole))}", '
            f'fillcolor="{COLOURS[tracker.status(hole)]}"];'
            for hole in tracker.inventory.of_phase(number)
        ]
        lines.append("  }")
    lines += [f'  "{_escaped(need)}" -> "{_escaped(hole)}";' for hole, need in _edges(tracker)]
    return "\n".join([*lines, "}"]) + "\n"


def _edges(tracker: Tracker) -> list[tuple[str, str]]:
    needs = tracker.inventory.order.needs
    return [(hole, need) for hole in tracker.inventory.ids for need in needs[hole]]


def _label(hole: HoleEntry) -> str:
    return f"{hole.id} {hole.name}".strip()


def _node(hole_id: str) -> str:
    """An id that Mermaid takes: letters, digits and underscores, the rest by its code."""
    return "".join(each if each.isalnum() else f"_{ord(each):x}_" for each in hole_id)


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
