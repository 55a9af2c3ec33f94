from __future__ import annotations

import json

from pipeline.graph.dag import DAG
from pipeline.graph.export import to_json, to_mermaid, to_plan
from pipeline.graph.node import NodeSpec
from tests.pipeline.graph.sample_graphs import Journal, worker


def sample() -> DAG:
    call = worker(Journal())
    return DAG(
        [
            NodeSpec(id="draft", call=call, kind="model", resource="model", label='say "a" < b', seconds=2.0),
            NodeSpec(id="check", call=call, deps=("draft",), optional=True),
            NodeSpec(id="end", call=call, deps=("draft", "check"), settings={"n": 1}, cacheable=True),
        ]
    )


def test_json_holds_the_whole_description() -> None:
    data = json.loads(to_json(sample()))
    assert [node["id"] for node in data["nodes"]] == ["draft", "check", "end"]
    assert data["nodes"][2]["deps"] == ["draft", "check"]
    assert data["nodes"][2]["settings"] == {"n": 1}
    assert data["layers"] == [["draft"], ["check"], ["end"]]
    assert data["critical_path"] == {"nodes": ["draft", "check", "end"], "seconds": 4.0}


def test_mermaid_escapes_labels_and_colours_statuses() -> None:
    assert to_mermaid(sample(), {"draft": "ok", "check": "failed"}).splitlines() == [
        "flowchart TD",
        '  n0["say &quot;a&quot; &lt; b"]',
        '  n1(["check"])',
        '  n2["end"]',
        "  n0 --> n1",
        "  n0 --> n2",
        "  n1 -.-> n2",
        "  classDef ok fill:#d7f0dd,stroke:#2c7a3f",
        "  class n0 ok",
        "  classDef failed fill:#f8d7da,stroke:#a3262f",
        "  class n1 failed",
    ]


def test_what_may_grow_is_in_every_form_of_the_plan() -> None:
    graph = DAG([NodeSpec(id="read", call=worker(Journal()), grows='a check per "draft"')])
    assert json.loads(to_json(graph))["nodes"][0]["grows"] == 'a check per "draft"'
    assert to_mermaid(graph).splitlines()[1:] == [
        '  n0["read"]',
        '  n0 -.->|grows| n0g[["a check per &quot;draft&quot;"]]',
    ]
    assert '      + grows: a check per "draft"' in to_plan(graph).splitlines()


def test_the_plan_reads_layer_by_layer() -> None:
    assert to_plan(sample()).splitlines() == [
        "1.",
        '   draft say "a" < b (model, on model)',
        "2.",
        "   check (function, optional) <- draft",
        "3.",
        "   end (function, cacheable) <- draft, check",
        "3 nodes; critical path draft -> check -> end, about 4 s.",
    ]
    assert to_plan(DAG([])) == "Nothing to do: the graph has no nodes.\n"
