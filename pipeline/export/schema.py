"""The JSON Schema of an exported ledger, as it is shipped in `evidence.schema.json`."""

from __future__ import annotations

import msgspec

from pipeline.verify.evidence.ledger import FORMAT, Ledger


def schema() -> str:
    """The schema as JSON text."""
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        **msgspec.json.schema(Ledger),
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
