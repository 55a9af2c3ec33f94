"""What is known of the laws of offered code, as claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pipeline.ir import Function
from pipeline.verify.evidence.claims import ChecksTest, Claim, Strength, interpreter_version
from pipeline.verify.evidence.clauses import clause_digest
from pipeline.verify.properties.proposals import UNSURPRISING
from pipeline.verify.properties.results import PropertyResult

_PROPOSED = 6  # laws that nobody asked for: enough to be read
_SHOWN = 8  # inputs drawn for one of these that are kept as a test
_STRENGTHS: dict[str, Strength] = {"": "property", "within": "exhaustive", "whole": "proved"}


def law_claims(function: Function, results: Sequence[PropertyResult]) -> list[Claim]:
    """Every law that is asked for, whatever came of it; then some that nobody asked for and that hold.

    Of these, the ones that words speak for come first. Broken ones are told where that is a surprise.
    """
    asked = [result for result in results if result.asked]
    known = {result.checks for result in asked if result.checks}
    rest = [
        result
        for result in results
        if not result.asked and result.standing == "holds" and result.checks not in known
    ]
    rest.sort(key=lambda result: not result.hinted)
    surprising = [result for result in results if _surprising(result)]
    return [_claim(function, result) for result in (*asked, *rest[:_PROPOSED], *surprising)]


def _surprising(result: PropertyResult) -> bool:
    """Whether it breaks, on an input like the examples, what nobody would think to ask for."""
    broken = result.counterexample if not result.asked and result.standing == "broken" else None
    return broken is not None and not broken.beyond and result.name in UNSURPRISING


def _claim(function: Function, result: PropertyResult) -> Claim:
    clause, digest = _rests_on(function, result) if result.asked else ("", "")
    common = Claim(
        function=function.name,
        text=result.text,
        strength=_STRENGTHS[result.exhausted],
        tool=result.interpreter,
        ran=result.ran,
        basis=result.basis,
        clause=clause,
        clause_digest=digest,
        versions=interpreter_version(result.interpreter),
        seed=result.seed,
        bound=_bound(result),
        seconds=result.seconds,
    )
    change: dict[str, Any] = {"text": str(result), "holds": False}
    if result.against:
        change["test"] = _test(result)
    match result.standing:
        case "holds":
            text = result.text if result.asked else f"{result.text} (nobody asked for it)"
            change = {"text": text, "test": _test(result)}
        case "broken" if not result.asked:
            change |= {"strength": "remark", "text": f"{result} (nobody asked for it)"}
        case "broken" if not result.against:
            change["strength"] = "remark"  # a generated input may be one that nobody means
        case "unchecked" | "undecided":
            change["strength"] = "unchecked"
    return msgspec.structs.replace(common, **change)


def _bound(result: PropertyResult) -> str:
    """What the inputs were bounded by: a scope, or how many of those drawn told nothing."""
    if result.exhausted:
        return result.bound if result.exhausted == "within" else ""
    return f"those drawn{result.without}" if result.unended else ""


def _test(result: PropertyResult) -> ChecksTest | None:
    checks = (result.checks if result.asked else result.checks[:_SHOWN]) + result.small
    return ChecksTest(checks=checks) if checks else None


def _rests_on(function: Function, result: PropertyResult) -> tuple[str, str]:
    """The clause that asks for the law, and its digest."""
    kind, _, number = result.source.partition(".")
    place = int(number) - 1 if number.isdigit() else 0
    clauses: dict[str, Sequence[Any]] = {
        "signature": [function.signature],
        "intent": [function.intent],
        "effect": function.effects,
        "assertion": function.assertions,
        "decision": function.decisions,
    }
    asking = clauses.get(kind, ())
    return (f"{function.name}.{result.source}", clause_digest(asking[place])) if asking[place:] else ("", "")
