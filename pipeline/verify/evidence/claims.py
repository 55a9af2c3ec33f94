"""What is known of offered code, one claim at a time, with what each rests on and does not cover."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from typing import Any, Literal

import msgspec

from pipeline.ir import Example, Function, Hole
from pipeline.verify.behaviour.examples import Behaviour, Unreadable
from pipeline.verify.behaviour.given import evaluable
from pipeline.verify.behaviour.running import as_run
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.evidence.clauses import clause_digest
from pipeline.verify.questions.questions import Comparison, Question
from pipeline.version import VERSION

#: From the strongest to none: run on every input there is; run on every input within `bound`; run on `ran`
#: inputs drawn at random; run on the examples; common to independent drafts; read by a tool that runs none.
#: Then what supports nothing: a tool's remark, what was not checked, what the code does where nothing says.
Strength = Literal[
    "proved",
    "exhaustive",
    "property",
    "examples",
    "agreement",
    "static",
    "remark",
    "unchecked",
    "open",
]

SUPPORT: frozenset[Strength] = frozenset(
    {"proved", "exhaustive", "property", "examples", "agreement", "static"}
)
"""The strengths that support a claim; the others only say something."""

AGREEMENT = "agreement"
"""What stands as the tool of a claim that too few drafts agree."""

OF_LAWS: frozenset[Strength] = frozenset({"proved", "exhaustive", "property"})
"""The strengths of laws, which speak of more inputs than the examples."""


class ExampleTest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="example"):
    """A call and what comes of it, as Python; `did` is what it was seen to do."""

    call: str
    expected: str | None = None
    raises: str | None = None
    did: str = ""


class ChecksTest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="checks"):
    """A law on inputs that it was seen to hold on: Python expressions that are all true.

    They may use what `pipeline.verify.evidence.plain` defines.
    """

    checks: tuple[str, ...]


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of evidence about one function.

    `strength` says what kind of support it has; `holds` is False for what failed. `ran` counts executions
    and `tool` names what ran them, with `seed`, within `bound`; `seconds` is how long the run took that it
    was part of. `basis` says whose words it rests on, `clause` and `clause_digest` which.

    Of agreement, `agreed` of `total` passing drafts do as the offered code does (0 of 0 for all else). Of the
    room that examples leave, `changes` is how many of the `ran` small changes of the code pass, too.

    `code` is the digest of the function and of all it uses in the offered module, `lines` where that is,
    `executed` the lines that were run (absent where nobody looked). `versions` are of the tools that it rests
    on. `test` is how anybody can check it again, and `command` the command that does.
    """

    function: str
    text: str
    strength: Strength
    holds: bool = True
    tool: str = ""
    ran: int = 0
    basis: str = ""
    clause: str = ""
    clause_digest: str = ""
    lines: tuple[int, int] | None = None
    executed: tuple[int, ...] | None = None
    code: str = ""
    versions: dict[str, str] = {}
    seed: int | None = None
    bound: str = ""
    agreed: int = 0
    total: int = 0
    changes: int = 0
    seconds: float = 0.0
    test: ExampleTest | ChecksTest | None = None
    command: str = ""

    @property
    def supports(self) -> bool:
        """Whether it holds and is more than a remark."""
        return self.holds and self.strength in SUPPORT

    @property
    def support(self) -> str:
        """The kind of support in words, with its size."""
        match self.strength:
            case "proved":
                return "every input there is"
            case "exhaustive":
                return f"every input within {self.bound}" if self.bound else "every input"
            case "property":
                return f"{self.ran:,} inputs drawn at random" + (f" ({self.bound})" if self.bound else "")
            case "agreement":
                return "drafts agree"
            case "static":
                return "read, not run"
            case "unchecked":
                return "not checked"
            case "open":
                return "nothing says"
            case "examples":
                return "example"
        return self.strength

    def plain(self) -> dict[str, Any]:
        """The claim as JSON-able data, as events carry it; `read_claim` is its inverse."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        return data


def read_claim(data: dict[str, Any]) -> Claim:
    """The claim that an event carries. Raises msgspec.ValidationError for anything else."""
    return msgspec.convert(data, Claim)


def claims(
    function: Function,
    chosen: Checked,
    comparison: Comparison,
    verdict: Behaviour | None,
    unreadable: Sequence[Unreadable],
    probed: Sequence[Hole],
    adopted: Sequence[Example] = (),
    given: str = "",
    *,
    told: bool = False,
) -> list[Claim]:
    """The evidence for `chosen` as the code of `function`.

    `comparison` is how the passing candidates relate. `verdict` is what it did under the interpreter that has
    the last word, None if it never ran there. `probed` are the open holes whose probes were run, in the order
    of the behaviours' probes; `adopted` the examples that were checked beside the function's own; `given`
    what expected values may use. Where the words tell what comes of every input, no example is missed.
    """
    name = function.name
    found = _static(function, chosen)
    exercised = verdict is None or verdict.failure is not None or verdict.examples
    if exercised or not told:
        found += _by_examples(function, verdict, unreadable, adopted, given)
    total = sum(group.votes for group in comparison.groups)
    if comparison.inputs and total:
        agreed = comparison.votes_of(chosen.candidate)
        text = f"{agreed} of {total} passing drafts do the same on {comparison.inputs} further inputs"
        ran = total * comparison.inputs
        found.append(
            Claim(function=name, text=text, strength="agreement", ran=ran, seed=0, agreed=agreed, total=total)
        )
    found += _open(name, verdict or chosen.behaviour, probed)
    return found


def doubt_claim(function: Function, doubt: str) -> list[Claim]:
    """Why code that does all that was asked for may yet not be what is meant, if anything speaks for that."""
    if not doubt:
        return []
    text = f"Nothing shows that this is what is meant where the words do not say: {doubt}"
    return [Claim(function=function.name, text=text, strength="open", tool=AGREEMENT, seed=0)]


def room_claim(function: Function, passing: int, tried: int, questions: Sequence[Question]) -> list[Claim]:
    """That so many of the small changes that were `tried` would have passed, too, and where that shows."""
    if not passing:
        return []
    some = f"{passing} of {tried} small changes of the code pass, too"
    where = f"; {questions[0].call} would tell" if questions else ""
    return [
        Claim(
            function=function.name,
            text=f"The examples leave room: {some}{where}",
            strength="open",
            tool="small changes",
            ran=tried,
            changes=passing,
            seed=0,
        )
    ]


def _static(function: Function, chosen: Checked) -> list[Claim]:
    name = function.name
    ty, own = {"ty": tool_version("ty")}, {"Holotype": VERSION}
    against = [
        *(_against(name, str(finding), "ty", ty) for finding in chosen.against_signature),
        *(_against(name, objection, "audit", own) for objection in chosen.audit),
    ]
    fits = Claim(
        function=name,
        text=f"fits {function.signature}",
        strength="static",
        tool="ty",
        versions=ty,
        clause=f"{name}.signature",
        clause_digest=clause_digest(function.signature),
    )
    rest = [finding for finding in chosen.findings if not finding.against_signature]
    undecided = any(finding.undecided for finding in rest)
    remarks = [
        Claim(
            function=name,
            text=str(finding),
            strength="open" if finding.undecided else "remark",
            tool="ty",
            versions=ty,
        )
        for finding in rest
    ]
    return [*([] if chosen.against_signature or undecided else [fits]), *against, *remarks]


def _against(name: str, text: str, tool: str, versions: dict[str, str]) -> Claim:
    return Claim(function=name, text=text, strength="static", holds=False, tool=tool, versions=versions)


def _by_examples(
    function: Function,
    verdict: Behaviour | None,
    unreadable: Sequence[Unreadable],
    adopted: Sequence[Example],
    given: str,
) -> list[Claim]:
    name = function.name
    found = [_unchecked(name, f"{item.example} was not checked: {item.reason}") for item in unreadable]
    if verdict is None:
        return [*found, _unchecked(name, "was never run")]
    if verdict.failure is not None:
        return [*found, _unchecked(name, f"loading the code {verdict.failure}")]
    if not verdict.examples:
        return [*found, _unchecked(name, "no example says what it should do: nothing was compared")]
    numbered = list(enumerate((*function.examples, *adopted), start=1))
    known = {str(one): _rests_on(function, number, one, given) for number, one in reversed(numbered)}
    for run in verdict.examples:
        claim = Claim(
            function=name,
            text=str(run),
            strength="examples",
            holds=run.holds is True,
            tool=verdict.interpreter,
            ran=1,
            basis=run.basis,
            versions=interpreter_version(verdict.interpreter),
            seed=0,
            seconds=verdict.seconds,
        )
        clause, digest, test = known.get(run.example, ("", "", None))
        test = msgspec.structs.replace(test, did=run.did) if test is not None else None
        found.append(msgspec.structs.replace(claim, clause=clause, clause_digest=digest, test=test))
    return found


def _rests_on(function: Function, number: int, example: Example, given: str) -> tuple[str, str, ExampleTest]:
    expected = example.expected and evaluable(example.expected, given)
    call = as_run(example.call, function.signature)
    test = ExampleTest(call=call, expected=expected, raises=example.raises)
    return f"{function.name}.example.{number}", clause_digest(example), test


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
            versions=interpreter_version(behaviour.interpreter),
            seed=0,
        )
        for hole, did in zip(probed, behaviour.probes, strict=False)
    ]


def interpreter_version(interpreter: str) -> dict[str, str]:
    """The version that a sandbox's name for its interpreter states, by the interpreter's name."""
    stated = re.match(r"(CPython|PyPy) (\d[\w.]*)", interpreter)
    return {stated[1]: stated[2]} if stated else {}


def versions_here() -> dict[str, str]:
    """The versions that evidence gathered here and now would rest on, of all but the model."""
    here = {platform.python_implementation(): platform.python_version()}
    return here | {"ty": tool_version("ty"), "mypy": tool_version("mypy"), "Holotype": VERSION}


@cache
def tool_version(package: str) -> str:
    """The installed version of a Python package; empty where there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
