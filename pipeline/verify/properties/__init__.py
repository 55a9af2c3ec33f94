"""Laws of a function: read from the IR or proposed, checked on generated inputs, offered as claims."""

from pipeline.verify.properties.agreement import telling_calls
from pipeline.verify.properties.checking import Plan, check_properties, plan_properties
from pipeline.verify.properties.results import Counterexample, PropertyResult

__all__ = [
    "Counterexample",
    "Plan",
    "PropertyResult",
    "check_properties",
    "plan_properties",
    "telling_calls",
]
