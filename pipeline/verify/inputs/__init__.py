"""Calls that show where candidates could differ, and simpler variants of a call."""

from pipeline.verify.inputs.calls import calls_for
from pipeline.verify.inputs.shrink import shrink_candidates

__all__ = ["calls_for", "shrink_candidates"]
