"""Graphs as data: JSON and Mermaid, and the plan of a run before it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipeline.events import NodeStatus
from pipeline.graph.dag import DAG

_CLASSES: dict[NodeStatus, str] = {
    "ok": "fill:#d7f0dd,stroke:#2c7a3f",
    "failed": "fill:#f8d7da,stroke:#a3262f",
    "cancelled": "fill:#eeeeee,stroke:#777777",
    "skipped": "fill:#eeeeee,stroke:#777777,stroke-dasharray:4",
}


def to_json(graph: DAG) -> str:
    """The graph as JSON: nodes in topological order with all that describes them, layers, critical path."""
    path, seconds = graph.critical_path()
    nodes = [
        {
            "id": spec.id,
            "kind": spec.kind,
            "label": spec.label,
            "deps": list(graph.deps[node]),
            "version": spec.version,
            "settings": dict(spec.settings),
            "resource": spec.resource,
            "optional": spec.optional,
            "cacheable": spec.cacheable,
            "seconds": spec.seconds,
            "grows": spec.grows,
        }
        for node in graph
        for spec in (graph.nodes[node],)
    ]
    return json.dumps(
        {
            "nodes": nodes,
            "layers": graph.layers(),
            "critical_path": {"nodes": path, "seconds": seconds},
        },
        indent=2,
        ensure_ascii=False,
    )


def to_mermaid(graph: DAG, statuses: Mapping[str, NodeStatus] | None = None) -> str:
    """The graph as a Mermaid flowchart, coloured by `statuses` where given; dotted, what may grow."""
    names = {node: f"n{number}" for number, node in enumerate(graph)}
    lines = ["flowchart TD"]
    for node, name in names.items():
        spec = graph.nodes[node]
        text = _escaped(spec.label or node)
        lines.append(f'  {name}(["{text}"])' if spec.optional else f'  {name}["{text}"]')
    for node, name in names.items():
        for dep in graph.deps[node]:
            arrow = "-.->" if graph.nodes[dep].optional else "-->"
            lines.append(f"  {names[dep]} {arrow} {name}")
    for node, name in names.items():
        if grows := graph.nodes[node].grows:
            lines.append(f'  {name} -.->|grows| {name}g[["{_escaped(grows)}"]]')
    for status, style in _CLASSES.items():
        members = [
            names[node] for node, found in (statuses or {}).items() if found == status and node in names
        ]
        if members:
            lines += [f"  classDef {status} {style}", f"  class {','.join(members)} {status}"]
    return "\n".join(lines) + "\n"


def to_plan(graph: DAG) -> str:
    """What a run would do, as text for people: layer by layer, then what bounds it."""
    if not len(graph):
        return "Nothing to do: the graph has no nodes.\n"
    lines: list[str] = []
    for number, layer in enumerate(graph.layers(), 1):
        lines.append(f"{number}.")
        for node in layer:
            spec = graph.nodes[node]
            marks = [spec.kind, *([f"on {spec.resource}"] if spec.resource else [])]
            marks += [
                mark for mark, holds in (("optional", spec.optional), ("cacheable", spec.cacheable)) if holds
            ]
            after = f" <- {', '.join(graph.deps[node])}" if graph.deps[node] else ""
            label = f" {spec.label}" if spec.label and spec.label != node else ""
            lines.append(f"   {node}{label} ({', '.join(marks)}){after}")
            if spec.grows:
                lines.append(f"      + grows: {spec.grows}")
    path, seconds = graph.critical_path()
    lines.append(f"{len(graph)} nodes; critical path {' -> '.join(path)}, about {seconds:g} s.")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    for raw, entity in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;"), ("\n", "<br>")):
        text = text.replace(raw, entity)
    return text
