"""What is known of offered code, one claim at a time, with what each rests on and does not cover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from pipeline.ir import Function, Hole
from pipeline.verify.choice import Checked
from pipeline.verify.examples import Behaviour, Unreadable
from pipeline.verify.questions import Comparison

Strength = Literal["static", "examples", "agreement", "remark", "unchecked", "open"]


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of evidence about one function.

    `strength` says what kind of support it has; `holds` is False for what failed. `ran` counts executions
    and `tool` names what ran them. `basis` says whose words it rests on.
    """

    function: str
    text: str
    strength: Strength
    holds: bool = True
    tool: str = ""
    ran: int = 0
    basis: str = ""

    def plain(self) -> dict[str, Any]:
        """The claim as JSON-able data, as events carry it."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        return data


def claims(
    function: Function,
    chosen: Checked,
    comparison: Comparison,
    verdict: Behaviour | None,
    unreadable: Sequence[Unreadable],
    probed: Sequence[Hole],
) -> list[Claim]:
    """The evidence for `chosen` as the code of `function`.

    `comparison` is how the passing candidates relate. `verdict` is what it did under the interpreter that has
    the last word, None if it never ran there. `probed` are the open holes whose probes were run, in the order
    of the behaviours' probes.
    """
    name = function.name
    found = _static(function, chosen)
    found += _by_examples(function, verdict, unreadable)
    if comparison.inputs:
        agreed, total = comparison.votes_of(chosen.candidate), sum(group.votes for group in comparison.groups)
        text = f"{agreed} of {total} passing drafts do the same on {comparison.inputs} further inputs"
        found.append(Claim(function=name, text=text, strength="agreement", ran=total * comparison.inputs))
    found += _open(name, verdict or chosen.behaviour, probed)
    return found


def _static(function: Function, chosen: Checked) -> list[Claim]:
    name = function.name
    against = [
        Claim(function=name, text=text, strength="static", holds=False, tool=tool)
        for tool, texts in (("ty", map(str, chosen.against_signature)), ("audit", chosen.audit))
        for text in texts
    ]
    fits = Claim(function=name, text=f"fits {function.signature}", strength="static", tool="ty")
    remarks = [
        Claim(function=name, text=str(finding), strength="remark", tool="ty")
        for finding in chosen.findings
        if not finding.against_signature
    ]
    return [*([] if chosen.against_signature else [fits]), *against, *remarks]


def _by_examples(
    function: Function, verdict: Behaviour | None, unreadable: Sequence[Unreadable]
) -> list[Claim]:
    name = function.name
    found = [_unchecked(name, f"{item.example} was not checked: {item.reason}") for item in unreadable]
    if verdict is None:
        return [*found, _unchecked(name, "was never run")]
    if verdict.failure is not None:
        return [*found, _unchecked(name, f"loading the code {verdict.failure}")]
    if not verdict.examples:
        return [*found, _unchecked(name, "no example says what it should do: nothing was compared")]
    return found + [
        Claim(
            function=name,
            text=str(run),
            strength="examples",
            holds=run.holds is True,
            tool=verdict.interpreter,
            ran=1,
            basis=run.basis,
        )
        for run in verdict.examples
    ]


def _unchecked(name: str, text: str) -> Claim:
    return Claim(function=name, text=text, strength="unchecked", holds=False)


def _open(name: str, behaviour: Behaviour, probed: Sequence[Hole]) -> list[Claim]:
    """What the code happens to do where the words say nothing."""
    return [
        Claim(
            function=name,
            text=f"{hole.question} Nothing says; {hole.probe} {did}",
            strength="open",
            tool=behaviour.interpreter,
            ran=1,
        )
        for hole, did in zip(probed, behaviour.probes, strict=False)
    ]
