"""Calls that show where candidates could differ, and simpler variants of a call."""

from pipeline.verify.inputs.calls import Inputs, calls_for, inputs_for
from pipeline.verify.inputs.declared import declared_in
from pipeline.verify.inputs.shrink import shrink_candidates
from pipeline.verify.inputs.small import Scope, scope_of

__all__ = ["Inputs", "Scope", "calls_for", "declared_in", "inputs_for", "scope_of", "shrink_candidates"]
