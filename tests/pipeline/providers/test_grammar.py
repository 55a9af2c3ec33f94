from __future__ import annotations

from typing import Any

import pytest

from pipeline.providers.grammar import MAX_INTEGER, MAX_ITEMS, MAX_STRING, bounded

pytestmark = pytest.mark.hole("H9")


def without_decoder(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in bounded(schema).items() if key != "x-guidance"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, {"type": "string", "maxLength": MAX_STRING}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"], "maxLength": MAX_STRING}),
        ({"type": "string", "maxLength": 9}, {"type": "string", "maxLength": 9}),
        ({"type": "string", "minLength": 900}, {"type": "string", "minLength": 900, "maxLength": 900}),
        ({"enum": ["a"], "type": "string"}, {"enum": ["a"], "type": "string"}),
        (
            {"type": "array", "items": {"const": 1}},
            {"type": "array", "items": {"const": 1}, "maxItems": MAX_ITEMS},
        ),
        ({"type": "integer"}, {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}),
        ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 0, "maximum": MAX_INTEGER}),
        (
            {"type": "integer", "maximum": -(10**20), "minimum": -(10**21)},
            {"type": "integer", "maximum": -(10**20), "minimum": -(10**21)},
        ),
        ({"type": "object"}, {"type": "object"}),
    ],
)
def test_what_could_run_on_gets_a_limit(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert without_decoder(schema) == expected


def test_limits_reach_every_place_a_schema_can_be() -> None:
    text = {"type": "string"}
    schema = {
        "type": "object",
        "properties": {"type": text, "list": {"type": "array", "items": text, "maxItems": 2}},
        "additionalProperties": text,
        "$defs": {"d": {"anyOf": [text, {"type": "null"}]}},
    }
    bounds = without_decoder(schema)
    limited = {"type": "string", "maxLength": MAX_STRING}
    assert bounds["properties"]["type"] == limited
    assert bounds["properties"]["list"]["items"] == limited
    assert bounds["additionalProperties"] == limited
    assert bounds["$defs"]["d"]["anyOf"] == [limited, {"type": "null"}]


def test_objects_are_closed_only_where_no_other_part_adds_properties() -> None:
    named = {"type": "object", "properties": {"a": {"const": 1}}}
    assert without_decoder(named)["additionalProperties"] is False
    assert "additionalProperties" not in without_decoder({"allOf": [named, named]})["allOf"][0]
    assert without_decoder({"anyOf": [named]})["anyOf"][0]["additionalProperties"] is False
    both = without_decoder({**named, "anyOf": [named]})
    assert "additionalProperties" not in both
    assert "additionalProperties" not in both["anyOf"][0]
