"""Laws on every input within a small bound, once they hold on inputs drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import CodeType

import msgspec

from pipeline.verify.evidence.chance import depends_on_chance
from pipeline.verify.evidence.plain import NAMES
from pipeline.verify.inputs import Scope
from pipeline.verify.inputs.literals import Arguments, Source, is_literal, write_call, written
from pipeline.verify.properties.checking import Checker, Plan, failing
from pipeline.verify.properties.laws import Law
from pipeline.verify.properties.results import Counterexample, PropertyResult
from pipeline.verify.properties.tally import Case, Judged, case_of
from pipeline.verify.sandbox.base import Limits, Outcome, Raised, Returned, Sandbox

_HARDLY = 10
"""One result in so many has to have enough items for a law of its items to say something."""
_IMMUTABLE = (bool, int, float, str, bytes, type(None))


async def exhausted(
    plan: Plan, module: str, sandbox: Sandbox, results: Sequence[PropertyResult], limits: Limits
) -> list[PropertyResult]:
    """`results`, those that hold with what becomes of them on every input within a small bound.

    One that is broken there is broken; those are tried, too, that had too few items on every input drawn.
    Raises InfrastructureError if the sandbox does not work.
    """
    laws = {(law.name, law.text, law.basis): law for law in plan.laws}
    holding = [
        one for one in results if one.standing == "holds" or one.untried or (one.vacuous and not one.ran)
    ]
    scope = plan.scope
    if scope is None or not holding:
        return list(results)
    checker = Checker(plan, module, sandbox, limits)
    tried = {one: _cases(laws[one.name, one.text, one.basis], scope) for one in holding}
    judged, _ = await checker.judged([case for cases in tried.values() for case in cases])
    chance = depends_on_chance(module)
    told = iter(judged)
    found: dict[PropertyResult, PropertyResult] = {}
    for one, cases in tried.items():
        law = laws[one.name, one.text, one.basis]
        found[one] = _told(plan, one, law, scope, [(case, next(told)) for case in cases], chance=chance)
    return [found.get(one, one) for one in results]


def _cases(law: Law, scope: Scope) -> list[Case]:
    cases = [case_of(law, arguments, beyond=False) for arguments in scope.arguments]
    return [case for case in cases if case is not None]


def _told(
    plan: Plan,
    result: PropertyResult,
    law: Law,
    scope: Scope,
    judged: Sequence[tuple[Case, Judged]],
    *,
    chance: bool,
) -> PropertyResult:
    """What the law came to, given whether it holds in each case.

    It is not exhausted where what it says cannot be evaluated more often than it holds, nor where hardly any
    result has enough items for it to say anything of them.
    """
    for case, verdict in judged:
        if verdict.holds is False:
            call = write_call(plan.function.signature, case.arguments)
            return msgspec.structs.replace(
                result,
                standing="broken",
                counterexample=Counterexample(call, law.did(verdict.outcome)),
                checks=failing(law, case.arguments, verdict.outcome),
                reason="",
                untried=False,
            )
    held = [case for case, verdict in judged if verdict.holds and verdict.speaks]
    telling = [case for case, verdict in judged if verdict.holds and verdict.speaks and not verdict.vacuous]
    drawn = {case.probes for case in plan.cases(law)}
    silent = [verdict for _, verdict in judged if verdict.holds is None]
    failed = sum(bool(verdict.failed) for _, verdict in judged)
    hardly = len(telling) * _HARDLY < len(held)
    if hardly or failed >= len(telling) or not all(_settled(verdict.outcome) for verdict in silent):
        more = sum(verdict.unended for verdict in silent)
        return msgspec.structs.replace(result, unended=result.unended + more)
    bound = scope.bound
    if silent:
        bound = f"{bound or 'all there are'} but the {len(silent)} that give no value it speaks of"
    first = held[0].arguments
    general = _general(law, first) if result.checks and NAMES.isdisjoint(first) else ""
    return msgspec.structs.replace(
        result,
        standing="holds",
        reason="",
        untried=False,
        ran=result.ran + sum(case.probes not in drawn for case in telling),
        exhausted="within" if bound or chance else "whole",
        bound=bound or "one run (its results depend on chance)",
        small=tuple(
            f"{general}({', '.join(map(written, case.arguments.values()))})" for case in held if general
        ),
    )


def _settled(outcome: Outcome) -> bool:
    """Whether a run came to something, so that it is plain that the law does not speak of it."""
    return isinstance(outcome, Raised) or (isinstance(outcome, Returned) and is_literal(outcome.value))


def _general(law: Law, arguments: Arguments) -> str:
    """The law as a Python function of the parameters, which leaves them as they were.

    A parameter gets another name where the law means something else by its own: `total(total)` is a call.
    """
    places = {name: f"__{number}_given" for number, name in enumerate(arguments)}
    written_so = f"lambda {', '.join(places.values())}: {_on(law, arguments, places)}"
    meant = _other_names(compile(written_so, "<law>", "eval"), set(places.values()))
    names: dict[str, str] = {}
    for name in arguments:
        other = name
        while other in meant or (other != name and other in arguments):
            other += "_"
        names[name] = other
    return f"(lambda {', '.join(names.values())}: {_on(law, arguments, names)})"


def _on(law: Law, arguments: Arguments, names: Mapping[str, str]) -> str:
    """The law on the arguments that variables of these names hold."""
    return law.check(
        {
            name: Source(names[name] if isinstance(value, _IMMUTABLE) else f"copy.deepcopy({names[name]})")
            for name, value in arguments.items()
        }
    )


def _other_names(code: CodeType, given: set[str]) -> set[str]:
    """The names that mean something else than a parameter wherever code sees one of `given`."""
    seen = {*code.co_varnames, *code.co_freevars, *code.co_cellvars}
    found = set(code.co_names) | (seen - given if seen & given else set())
    return found.union(*(_other_names(each, given) for each in code.co_consts if isinstance(each, CodeType)))
