"""Everything that can be said to have happened.

An event is the only way a fact leaves the pipeline. Events are immutable and typed; publishing one on the
bus numbers it and wraps it in a `Record`. The store appends records, the console folds them into what it
shows, a headless run prints them as JSON lines, and replay feeds them to the same fold again.

Times are seconds: `Record.at` since the Unix epoch, durations as floats. Program and hole contents travel in
their canonical JSON form (`pipeline.ir`), so that a record can be read without importing the models.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Actor = Literal["person", "prompt", "rule", "model", "search", "propagation", "import", "system"]
NodeStatus = Literal["ok", "failed", "cancelled", "skipped"]
LimitStatus = Literal["ok", "warning", "exceeded"]
Act = Literal["", "decision", "undo", "redo"]
Outcome = Literal["verified", "unverified", "open", "limit", "failed", "cancelled"]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True, gc=False):
    """Base of all events; the JSON field `type` holds the tag."""


# -- session ------------------------------------------------------------------------------------------


class SessionStarted(Event, frozen=True, kw_only=True, tag="session.started"):
    """A person (or a script) asked for something."""

    prompt: str
    options: dict[str, Any]
    version: str


class SessionResumed(Event, frozen=True, kw_only=True, tag="session.resumed"):
    """A stored session continues in a new process."""

    version: str


class StageEntered(Event, frozen=True, kw_only=True, tag="stage.entered"):
    """The session's state machine moved on."""

    stage: Literal["translate", "resolve", "generate", "verify", "repair", "done"]
    detail: str = ""


class SessionFinished(Event, frozen=True, kw_only=True, tag="session.finished"):
    """The session came to its end; `outcome` decides the exit code."""

    outcome: Outcome
    summary: str
    seconds: float


class Noticed(Event, frozen=True, kw_only=True, tag="noticed"):
    """Something a person should know that is no other event."""

    level: Literal["info", "warning", "error"]
    message: str
    hint: str = ""


# -- program and holes --------------------------------------------------------------------------------


class ProgramRevised(Event, frozen=True, kw_only=True, tag="program.revised"):
    """A new version of the IR; `program` is its canonical JSON, `digest` the hash of its content.

    `act` says whether a decision, or an undo or redo of one, brought it; empty where the session itself did.
    """

    version: int
    digest: str
    program: dict[str, Any]
    reason: str
    by: Actor
    act: Act = ""


class ProgramValidated(Event, frozen=True, kw_only=True, tag="program.validated"):
    """The IR was checked against itself; `problems` is empty where it holds together.

    `cached` means that the same content had been checked before, and nothing was computed.
    """

    digest: str
    problems: list[str]
    cached: bool = False


class HoleOpened(Event, frozen=True, kw_only=True, tag="hole.opened"):
    """The words leave something open; `hole` is the hole's canonical JSON."""

    hole: dict[str, Any]


class CallAsked(Event, frozen=True, kw_only=True, tag="call.asked"):
    """An oracle, or answers given beforehand, were asked what `call` gives; an answer is decided next."""

    call: str
    source: Literal["oracle", "answers"]
    answered: bool


class HoleResolved(Event, frozen=True, kw_only=True, tag="hole.resolved"):
    """A hole got its value, from whom and why."""

    hole: str
    value: str
    by: Actor
    reason: str
    assumed: bool = False


class HoleRetracted(Event, frozen=True, kw_only=True, tag="hole.retracted"):
    """A resolution was taken back; `undone` names what had followed from it."""

    hole: str
    by: Actor
    reason: str = ""
    undone: list[str] = []


class HoleNarrowed(Event, frozen=True, kw_only=True, tag="hole.narrowed"):
    """Propagation made a domain smaller; `before` and `after` are domains in canonical JSON."""

    hole: str
    rule: str
    source: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


class ConflictFound(Event, frozen=True, kw_only=True, tag="conflict.found"):
    """No value is left for `hole`; `decisions` is a minimal set at fault."""

    hole: str
    decisions: list[str]
    reason: str


# -- graph --------------------------------------------------------------------------------------------


class PlannedNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A node as shown before it runs."""

    id: str
    kind: str
    label: str
    deps: list[str]


class GraphPlanned(Event, frozen=True, kw_only=True, tag="graph.planned"):
    """An execution is about to run these nodes."""

    execution: str
    nodes: list[PlannedNode]


class GraphGrew(Event, frozen=True, kw_only=True, tag="graph.grew"):
    """A node returned further nodes."""

    execution: str
    parent: str
    nodes: list[PlannedNode]


class NodeStarted(Event, frozen=True, kw_only=True, tag="node.started"):
    """An attempt at a node began."""

    execution: str
    node: str
    attempt: int = 1


class NodeProgressed(Event, frozen=True, kw_only=True, tag="node.progressed"):
    """A running node has more to show: the text decoded since the last such event of the same sample."""

    execution: str
    node: str
    text: str
    tokens: int = 0
    sample: int = 0


class NodeRetried(Event, frozen=True, kw_only=True, tag="node.retried"):
    """An attempt failed and another follows after `delay` seconds."""

    execution: str
    node: str
    attempt: int
    category: str
    error: str
    delay: float


class NodeFinished(Event, frozen=True, kw_only=True, tag="node.finished"):
    """A node reached its end. Durations in seconds."""

    execution: str
    node: str
    status: NodeStatus
    queue_s: float = 0.0
    run_s: float = 0.0
    commit_s: float = 0.0
    attempts: int = 1
    tokens: int = 0
    money: float = 0.0
    cached: bool = False
    degraded: bool = False
    detail: str = ""


class NodeRestored(Event, frozen=True, kw_only=True, tag="node.restored"):
    """A node that an earlier process finished was taken over from disk; its `NodeFinished` may be lost."""

    execution: str
    node: str


class ExecutionFinished(Event, frozen=True, kw_only=True, tag="execution.finished"):
    """A graph run ended; `status` is `ok` when every required node is."""

    execution: str
    status: NodeStatus
    seconds: float


class LimitChanged(Event, frozen=True, kw_only=True, tag="limit.changed"):
    """A resource crossed a threshold (80 % or 100 % of its limit)."""

    resource: str
    status: LimitStatus
    used: float
    limit: float
    node: str = ""


# -- model --------------------------------------------------------------------------------------------


class ModelCalled(Event, frozen=True, kw_only=True, tag="model.called"):
    """A model call ended: which route it took and why, and what it cost."""

    purpose: str
    route: str
    reason: str
    provider: str
    prompt_digest: str
    tokens_in: int
    tokens_out: int
    tokens_cached: int
    seconds: float
    money: float = 0.0
    node: str = ""


# -- candidates and evidence --------------------------------------------------------------------------


class CandidateMade(Event, frozen=True, kw_only=True, tag="candidate.made"):
    """Code for a function (or module) exists, not yet trusted."""

    candidate: str
    function: str
    source: str
    generator: str
    parent: str = ""


class CandidateDropped(Event, frozen=True, kw_only=True, tag="candidate.dropped"):
    """A candidate is out before any check ran: a duplicate (of `same_as`), or no code at all."""

    candidate: str
    reason: str
    same_as: str = ""
    generator: str = ""


class CandidateChecked(Event, frozen=True, kw_only=True, tag="candidate.checked"):
    """One check of one candidate; `covers` says what it rests on, `counterexample` what broke it."""

    candidate: str
    check: Literal["parse", "types", "examples", "probes", "properties", "audit"]
    passed: bool
    tier: Literal["static", "screen", "verdict"]
    tool: str
    detail: str = ""
    counterexample: str = ""
    ran: int = 0
    seconds: float = 0.0


class ConfidenceJudged(Event, frozen=True, kw_only=True, tag="confidence.judged"):
    """Something said with a confidence (0 to 1) has turned out right or wrong."""

    subject: str
    confidence: float
    right: bool


class ConfidenceStated(Event, frozen=True, kw_only=True, tag="confidence.stated"):
    """How likely the code offered last is right (0 to 1), calibrated on so many recorded `outcomes`.

    `brier` is what such confidences scored on tasks that they were not fitted to. Nothing else is a
    probability: where no calibration fits, this is not said.
    """

    confidence: float
    outcomes: int
    brier: float


class CodeOffered(Event, frozen=True, kw_only=True, tag="code.offered"):
    """The session's answer: code with its evidence, one line per claim.

    `settled` is False where too few of the drafts that pass do the same for taking one of them.
    """

    source: str
    candidates: dict[str, str]
    verified: bool
    evidence: list[dict[str, Any]]
    settled: bool = True


AnyEvent = (
    SessionStarted
    | SessionResumed
    | StageEntered
    | SessionFinished
    | Noticed
    | ProgramRevised
    | ProgramValidated
    | HoleOpened
    | CallAsked
    | HoleResolved
    | HoleRetracted
    | HoleNarrowed
    | ConflictFound
    | GraphPlanned
    | GraphGrew
    | NodeStarted
    | NodeProgressed
    | NodeRetried
    | NodeFinished
    | NodeRestored
    | ExecutionFinished
    | LimitChanged
    | ModelCalled
    | CandidateMade
    | CandidateDropped
    | CandidateChecked
    | ConfidenceJudged
    | ConfidenceStated
    | CodeOffered
)


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event with its place in a session: `seq` starts at 1 and has no gaps."""

    seq: int
    at: float
    session: str
    event: AnyEvent


_encoder = msgspec.json.Encoder()
_record_decoder = msgspec.json.Decoder(Record)
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode_record(record: Record) -> bytes:
    """The record as one line of JSON, without the newline."""
    return _encoder.encode(record)


def decode_record(line: bytes | str) -> Record:
    """The inverse of `encode_record`. Raises `msgspec.DecodeError` on anything else."""
    return _record_decoder.decode(line)


def encode_event(event: AnyEvent) -> bytes:
    """The event alone as JSON, as the store keeps it."""
    return _encoder.encode(event)


def decode_event(data: bytes | str) -> AnyEvent:
    """The inverse of `encode_event`. Raises `msgspec.DecodeError` on anything else."""
    return _event_decoder.decode(data)
