"""Calls that show where candidates could differ, and simpler variants of a call."""

from pipeline.verify.inputs.calls import Inputs, calls_for, inputs_for
from pipeline.verify.inputs.shrink import shrink_candidates

__all__ = ["Inputs", "calls_for", "inputs_for", "shrink_candidates"]
