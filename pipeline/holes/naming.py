"""Ids of holes as people type them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from pipeline.errors import UsageError


def unknown(hole_id: str, ids: Sequence[str]) -> UsageError:
    """The error for an id that no hole has, naming the nearest ones."""
    near = difflib.get_close_matches(hole_id, ids, n=3, cutoff=0.4) or ids[:5]
    return UsageError(
        f"there is no hole `{hole_id}`", f"Did you mean {', '.join(near)}?" if near else "There are no holes."
    )
