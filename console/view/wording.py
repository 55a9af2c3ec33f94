"""Events in words: one log line each, or none."""

from __future__ import annotations

from functools import singledispatch

from console.view.state import Level
from pipeline import events as ev
from pipeline.events import Event
from pipeline.summary import reservations

Wording = tuple[Level, str]

_OUTCOME_LEVEL: dict[str, Level] = {"verified": "good", "failed": "error"}


def plural(count: int, noun: str) -> str:
    """`count` with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """Seconds for people: `0.4 s`, `12.0 s`, `3:05`, `1:00:07`."""
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def confidence(stated: ev.ConfidenceStated) -> str:
    """A confidence with what gives it the right to be one."""
    return f"confidence {stated.confidence:.2f}, calibrated on {stated.outcomes} recorded outcomes"


def standing(*, verified: bool, settled: bool) -> str:
    """How offered code stands, in a few words: code that only meets what is known is not yet verified."""
    if not verified:
        return "not verified"
    return "verified" if settled else "meets all that is known"


@singledispatch
def describe(event: Event) -> Wording | None:
    """The log's words for `event`; None for events that belong to the graph alone."""
    return None


@describe.register
def _(event: ev.SessionStarted) -> Wording:
    return "info", "session started"


@describe.register
def _(event: ev.SessionResumed) -> Wording:
    return "info", "session resumed"


@describe.register
def _(event: ev.StageEntered) -> Wording:
    return "info", f"{event.stage}{' · ' + event.detail if event.detail else ''}"


@describe.register
def _(event: ev.SessionFinished) -> Wording:
    level = _OUTCOME_LEVEL.get(event.outcome, "warning")
    return level, f"{event.outcome} in {duration(event.seconds)} · {event.summary}"


@describe.register
def _(event: ev.ConfidenceStated) -> Wording:
    return "info", confidence(event)


@describe.register
def _(event: ev.Noticed) -> Wording:
    return event.level, event.message + (f" · {event.hint}" if event.hint else "")


@describe.register
def _(event: ev.ProgramRevised) -> Wording:
    return "info", f"specification v{event.version} · {event.reason}"


@describe.register
def _(event: ev.ProgramValidated) -> Wording | None:
    if event.problems:
        return "error", f"specification does not hold together · {' · '.join(event.problems)}"
    return None if event.cached else ("quiet", "specification holds together")


@describe.register
def _(event: ev.HoleOpened) -> Wording:
    return "warning", f"{event.hole.get('id', '?')} is open · {event.hole.get('question', '')}"


@describe.register
def _(event: ev.CallAsked) -> Wording:
    source = "the oracle" if event.source == "oracle" else "the answers given beforehand"
    if event.answered:
        return "quiet", f"asked {source} what {event.call} gives"
    return "warning", f"{source} cannot say what {event.call} gives · it stays open"


@describe.register
def _(event: ev.HoleResolved) -> Wording:
    verb = "assumed" if event.assumed else "decided"
    reason = f" · {event.reason}" if event.reason else ""
    return "good", f"{event.hole} = {event.value} · {verb} by {event.by}{reason}"


@describe.register
def _(event: ev.HoleRetracted) -> Wording:
    undone = f" · undoes {', '.join(event.undone)}" if event.undone else ""
    return "warning", f"{event.hole} retracted by {event.by}{undone}"


@describe.register
def _(event: ev.HoleNarrowed) -> Wording:
    return "info", f"{event.hole} narrowed by {event.source} · {event.reason}"


@describe.register
def _(event: ev.ConflictFound) -> Wording:
    return "error", f"{event.hole} in conflict with {', '.join(event.decisions)} · {event.reason}"


@describe.register
def _(event: ev.GraphPlanned) -> Wording:
    return "quiet", f"planned {plural(len(event.nodes), 'node')}"


@describe.register
def _(event: ev.GraphGrew) -> Wording:
    return "quiet", f"{event.parent} added {plural(len(event.nodes), 'node')}"


@describe.register
def _(event: ev.NodeRetried) -> Wording:
    return "warning", f"{event.node} attempt {event.attempt} failed ({event.category}) · {event.error}"


@describe.register
def _(event: ev.NodeFinished) -> Wording:
    level: Level = "error" if event.status == "failed" else "quiet"
    detail = f" · {event.detail}" if event.detail else ""
    return level, f"{event.node} {event.status} in {duration(event.run_s)}{detail}"


@describe.register
def _(event: ev.LimitChanged) -> Wording:
    level: Level = "error" if event.status == "exceeded" else "warning"
    return level, f"{event.resource} {event.status} · {event.used:g} of {event.limit:g}"


@describe.register
def _(event: ev.ModelCalled) -> Wording:
    tokens = f"{event.tokens_in:,} → {event.tokens_out:,} tokens"
    return "quiet", f"{event.purpose} by {event.provider} · {tokens} · {duration(event.seconds)}"


@describe.register
def _(event: ev.CandidateMade) -> Wording:
    return "quiet", f"{event.candidate} made for {event.function} by {event.generator}"


@describe.register
def _(event: ev.CandidateDropped) -> Wording:
    return "quiet", f"{event.candidate} dropped · {event.reason}"


@describe.register
def _(event: ev.CandidateChecked) -> Wording:
    said = event.counterexample or event.detail
    verdict = "passes" if event.passed else "fails"
    level: Level = "quiet" if event.passed else "warning"
    return level, f"{event.candidate} {verdict} {event.check} ({event.tool}){' · ' + said if said else ''}"


@describe.register
def _(event: ev.CodeOffered) -> Wording:
    known = f" · {plural(len(event.evidence), 'claim')}" if event.verified else ""
    stands = standing(verified=event.verified, settled=event.settled)
    reserved = reservations(event.evidence) if event.verified else ""
    but_for = f" but for {reserved}" if reserved else ""
    good = stands == "verified" and not reserved
    return "good" if good else "warning", f"code {stands}{but_for}{known}"
