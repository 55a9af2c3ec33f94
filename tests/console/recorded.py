"""A recorded session: what the engine says while it makes `median`, event by event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from pipeline import events as ev
from pipeline.events import AnyEvent, PlannedNode, Record
from pipeline.ir import (
    Assertion,
    Candidate,
    Choices,
    Constraint,
    Decision,
    Effect,
    Example,
    Function,
    Hole,
    Intent,
    Parameter,
    Program,
    Provenance,
    Signature,
    Span,
)

START = 1_760_000_000.0
PROMPT = (
    "Write median(xs: list[float]) -> float that returns the median of a list of numbers. "
    "median([3, 1, 2]) == 2 and median([1, 2, 3, 4]) == 2.5"
)
CODE = '''def median(xs: list[float]) -> float:
    """Return the median of a list of numbers."""
    if not xs:
        raise ValueError("median of an empty list")
    ordered = sorted(xs)
    middle, odd = divmod(len(ordered), 2)
    if odd:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2  # mean of the two
'''
DRAFT = '''def median(xs: list[float]) -> float:
    """Return the median of a list of numbers."""
    ordered = sorted(xs)
    middle = len(ordered) // 2
    return ordered[mid'''
WRONG = DRAFT + "dle]\n"

_AT = datetime.fromtimestamp(START, UTC)


def said(start: int = 0, end: int = 84) -> Provenance:
    return Provenance(actor="prompt", span=Span(start=start, end=end), confidence=1.0, at=_AT)


def rule(confidence: float | None = None) -> Provenance:
    return Provenance(actor="rule", source="empty input", confidence=confidence, at=_AT)


def model(confidence: float) -> Provenance:
    return Provenance(actor="model", confidence=confidence, at=_AT)


EMPTY = Hole(
    id="median.empty",
    kind="assertion",
    question="What should median([]) do? The words do not say what the middle of nothing is.",
    target="median",
    slot="empty",
    type="float",
    domain=Choices(values=("raise ValueError", "return 0.0", "return None", "return nan")),
    constraints=(Constraint(text="the return type is float", source="signature"),),
    candidates=(
        Candidate(
            value="raise ValueError",
            provenance=model(0.72),
            example=Example(call="median([])", raises="ValueError", provenance=model(0.72)),
        ),
        Candidate(
            value="return 0.0",
            provenance=model(0.18),
            example=Example(call="median([])", expected="0.0", provenance=model(0.18)),
        ),
        Candidate(value="return None", provenance=rule(0.10)),
    ),
    probe="median([])",
    importance=0.8,
    provenance=rule(),
)
MUTATES = Hole(
    id="median.mutates",
    kind="effect",
    question="May it reorder the list it is given?",
    target="median",
    slot="mutates",
    type="bool",
    domain=Choices(values=("no", "yes")),
    candidates=(Candidate(value="no", provenance=rule(0.95)),),
    importance=0.3,
    provenance=rule(),
)
NAN = Hole(
    id="median.nan",
    kind="assertion",
    question="What if a value is nan?",
    target="median",
    slot="nan",
    type="float",
    blocked_by=("median.empty",),
    status="blocked",
    importance=0.2,
    provenance=rule(),
)


def program(*, decided: bool = False, holes: tuple[Hole, ...] = (EMPTY, MUTATES, NAN)) -> Program:
    """The specification, before or after the holes are settled."""
    decisions = (
        (Decision(hole="median.empty", text="median([]) raises ValueError", provenance=person()),)
        if decided
        else ()
    )
    return Program(
        prompt=PROMPT,
        functions=(
            Function(
                signature=Signature(
                    name="median",
                    parameters=(Parameter(name="xs", type="list[float]", provenance=said()),),
                    returns="float",
                    provenance=said(),
                ),
                intent=Intent(text="Return the median of a list of numbers.", provenance=said()),
                effects=(Effect(kind="pure", provenance=model(0.9)),),
                assertions=(
                    Assertion(
                        text="it lies between",
                        expression="min(xs) <= result <= max(xs)",
                        provenance=model(0.6),
                    ),
                ),
                examples=(
                    Example(call="median([3, 1, 2])", expected="2", provenance=said()),
                    Example(call="median([1, 2, 3, 4])", expected="2.5", provenance=said()),
                ),
                decisions=decisions,
            ),
        ),
        holes=holes,
    )


def person() -> Provenance:
    return Provenance(actor="person", at=_AT)


def revised(version: int, reason: str, *, decided: bool = False) -> ev.ProgramRevised:
    shown = program(decided=decided, holes=() if decided else (EMPTY, MUTATES, NAN))
    return ev.ProgramRevised(
        version=version, digest=shown.digest, program=shown.canonical(), reason=reason, by="model"
    )


OPENING: list[tuple[float, AnyEvent]] = [
    (0.0, ev.SessionStarted(prompt=PROMPT, options={"model": "qwen2.5-coder-1.5b"}, version="0.1.0")),
    (0.1, ev.StageEntered(stage="translate")),
    (
        2.4,
        ev.ModelCalled(
            purpose="read the words",
            route="embedded",
            reason="default",
            provider="qwen2.5-coder-1.5b",
            prompt_digest="d",
            tokens_in=412,
            tokens_out=96,
            tokens_cached=380,
            seconds=2.2,
        ),
    ),
    (2.5, revised(1, "read from the prompt")),
    *((2.5, ev.HoleOpened(hole=hole.model_dump(mode="json"))) for hole in (EMPTY, MUTATES, NAN)),
    (
        2.6,
        ev.HoleNarrowed(
            hole="median.empty",
            rule="return type",
            source="signature",
            before=Choices(values=("raise ValueError", "return 0.0", "return None", "return nan")).model_dump(
                mode="json"
            ),
            after=Choices(values=("raise ValueError", "return 0.0", "return nan")).model_dump(mode="json"),
            reason="None is no float",
        ),
    ),
    (2.7, ev.StageEntered(stage="resolve")),
]
DECIDING: list[tuple[float, AnyEvent]] = [
    (9.0, ev.HoleResolved(hole="median.empty", value="raise ValueError", by="person", reason="")),
    (9.1, ev.HoleResolved(hole="median.mutates", value="no", by="rule", reason="best", assumed=True)),
    (9.1, ev.HoleResolved(hole="median.nan", value="propagates", by="model", reason="best", assumed=True)),
]
EXECUTION = "s1/9f3a"
PLAN = [
    PlannedNode(id="ask:median", kind="ask", label="draft median", deps=[]),
    PlannedNode(id="read:median", kind="read", label="read median", deps=["ask:median"]),
    PlannedNode(id="join", kind="join", label="join the code", deps=["read:median"]),
]
DRAFTING: list[tuple[float, AnyEvent]] = [
    (9.2, revised(2, "a hole was decided", decided=True)),
    (9.3, ev.StageEntered(stage="generate")),
    (9.3, ev.GraphPlanned(execution=EXECUTION, nodes=PLAN)),
    (9.4, ev.NodeStarted(execution=EXECUTION, node="ask:median")),
    (11.0, ev.NodeProgressed(execution=EXECUTION, node="ask:median", text=DRAFT[:90], tokens=22, sample=1)),
    (13.0, ev.NodeProgressed(execution=EXECUTION, node="ask:median", text=DRAFT, tokens=70, sample=0)),
]


def check(
    candidate: str, name: str, passed: bool, tool: str, ran: int = 0, counterexample: str = ""
) -> ev.CandidateChecked:
    tier = {"parse": "static", "types": "static"}.get(name, "verdict")
    return ev.CandidateChecked(
        candidate=candidate,
        check=name,  # type: ignore[arg-type]
        passed=passed,
        tier=tier,  # type: ignore[arg-type]
        tool=tool,
        ran=ran,
        counterexample=counterexample,
        seconds=0.1,
    )


def finished(node: str, seconds: float, tokens: int = 0) -> ev.NodeFinished:
    return ev.NodeFinished(execution=EXECUTION, node=node, status="ok", run_s=seconds, tokens=tokens)


def started(node: str) -> ev.NodeStarted:
    return ev.NodeStarted(execution=EXECUTION, node=node)


def claim(text: str, strength: str, basis: str = "", tool: str = "", **more: object) -> dict[str, object]:
    return {"function": "median", "text": text, "strength": strength, "basis": basis, "tool": tool, **more}


GROWN = [
    PlannedNode(id="check:median.1", kind="check", label="check median.1", deps=["read:median"]),
    PlannedNode(id="check:median.2", kind="check", label="check median.2", deps=["read:median"]),
    PlannedNode(
        id="choose:median",
        kind="choose",
        label="choose median",
        deps=["check:median.1", "check:median.2"],
    ),
]
CPYTHON = "CPython 3.11"
FINISHING: list[tuple[float, AnyEvent]] = [
    (
        18.0,
        ev.ModelCalled(
            purpose="draft",
            route="embedded",
            reason="default",
            provider="qwen2.5-coder-1.5b",
            prompt_digest="d2",
            tokens_in=655,
            tokens_out=380,
            tokens_cached=600,
            seconds=8.6,
            node="ask:median",
        ),
    ),
    (18.0, finished("ask:median", 8.6, 380)),
    (18.0, started("read:median")),
    (18.0, ev.CandidateMade(candidate="median.1", function="median", source=WRONG, generator="instruct-1")),
    (18.0, ev.CandidateMade(candidate="median.2", function="median", source=CODE, generator="instruct-1")),
    (18.0, ev.CandidateDropped(candidate="median.3", reason="the same program as median.2")),
    (18.1, ev.GraphGrew(execution=EXECUTION, parent="read:median", nodes=GROWN)),
    (18.1, finished("read:median", 0.1)),
    (18.1, started("check:median.1")),
    (18.1, started("check:median.2")),
    (18.2, check("median.1", "parse", True, "ast")),
    (18.3, check("median.1", "types", True, "ty")),
    (18.5, check("median.1", "examples", False, "Monty", 2, "median([1, 2, 3, 4]) gave 3, not 2.5")),
    (18.5, finished("check:median.1", 0.4)),
    (18.6, check("median.2", "parse", True, "ast")),
    (18.7, check("median.2", "types", True, "ty")),
    (18.8, check("median.2", "examples", True, "Monty", 3)),
    (18.8, finished("check:median.2", 0.7)),
    (18.8, started("choose:median")),
    (19.3, check("median.2", "examples", True, CPYTHON, 3)),
    (19.4, finished("choose:median", 0.6)),
    (19.4, started("join")),
    (19.4, finished("join", 0.0)),
    (19.4, ev.ExecutionFinished(execution=EXECUTION, status="ok", seconds=10.1)),
    (
        19.5,
        ev.CodeOffered(
            source=CODE,
            candidates={"median": "median.2"},
            verified=True,
            evidence=[
                claim("fits def median(xs: list[float]) -> float", "static", tool="ty"),
                claim("median([3, 1, 2]) == 2", "examples", "stated", CPYTHON, ran=1),
                claim("median([1, 2, 3, 4]) == 2.5", "examples", "stated", CPYTHON, ran=1),
                claim("median([]) raises ValueError", "examples", "decided", CPYTHON, ran=1),
                claim("1 of 1 passing candidates do the same", "agreement", ran=3),
                claim("What if a value is nan? Nothing says; it returned nan", "open", tool=CPYTHON, ran=1),
            ],
        ),
    ),
    (19.5, ev.StageEntered(stage="done", detail="verified")),
    (19.5, ev.StageEntered(stage="resolve")),
]
WHOLE = [*OPENING, *DECIDING, *DRAFTING, *FINISHING]


def records(timed: Iterable[tuple[float, AnyEvent]], *, first: int = 1) -> list[Record]:
    """The events as records of session `s1`."""
    return [
        Record(seq=seq, at=START + at, session="s1", event=event)
        for seq, (at, event) in enumerate(timed, first)
    ]
