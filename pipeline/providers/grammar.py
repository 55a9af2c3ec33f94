"""JSON schemas made fit for constrained decoding by a small model, which otherwise never stops.

The bounds added here only narrow what the schema allows, so that every text they admit fits the schema;
keywords that decoding cannot enforce stay for the check of the finished reply.
"""

from __future__ import annotations

from typing import Any

MAX_STRING = 400
MAX_ITEMS = 32
MAX_INTEGER = 10**15

_SUBSCHEMA_MAPS = ("properties", "$defs", "definitions", "patternProperties")
_SUBSCHEMAS = ("items", "additionalProperties")
_COMBINERS = ("anyOf", "oneOf", "allOf", "$ref")
_SUBSCHEMA_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_DECODER = {"whitespace_flexible": False, "coerce_one_of": True, "lenient": True}


def bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """`schema` with a limit on every string, array and integer, closed objects, and no free white space."""
    return {**_bounded(schema), "x-guidance": _DECODER}


def _bounded(schema: Any, *, closed: bool = True) -> Any:
    """`closed`: whether an object may be denied the properties that it does not name."""
    if not isinstance(schema, dict):
        return schema
    narrowed = dict(schema)
    for key in _SUBSCHEMA_MAPS:
        if key in schema:
            narrowed[key] = {name: _bounded(part) for name, part in schema[key].items()}
    for key in _SUBSCHEMAS:
        if key in schema:
            narrowed[key] = _bounded(schema[key])
    for key in _SUBSCHEMA_LISTS:
        if key in schema:
            alone = key == "prefixItems" or (key != "allOf" and "properties" not in schema and closed)
            narrowed[key] = [_bounded(part, closed=alone) for part in schema[key]]
    limits = _limits(schema)
    if closed and "properties" in schema and not {"additionalProperties", *_COMBINERS} & schema.keys():
        limits["additionalProperties"] = False
    return narrowed | limits


def _limits(schema: dict[str, Any]) -> dict[str, Any]:
    """The bounds that `schema` itself leaves out; a lower bound of its own moves them."""
    kinds = schema.get("type", ())
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    limits: dict[str, Any] = {}
    if "enum" in schema or "const" in schema:
        return limits
    if "string" in kinds and not {"maxLength", "format"} & schema.keys():
        limits["maxLength"] = max(MAX_STRING, schema.get("minLength", 0))
    if "array" in kinds and "maxItems" not in schema:
        limits["maxItems"] = max(MAX_ITEMS, schema.get("minItems", 0))
    if "integer" in kinds and not {"minimum", "exclusiveMinimum"} & schema.keys():
        above = min(schema.get("maximum", 0), schema.get("exclusiveMaximum", 0))
        limits["minimum"] = min(-MAX_INTEGER, int(above) - MAX_INTEGER)
    if "integer" in kinds and not {"maximum", "exclusiveMaximum"} & schema.keys():
        below = max(schema.get("minimum", 0), schema.get("exclusiveMinimum", 0))
        limits["maximum"] = max(MAX_INTEGER, int(below) + MAX_INTEGER)
    return limits
