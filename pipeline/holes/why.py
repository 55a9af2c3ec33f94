"""The answer to "why?": from a narrowed domain back to the decisions and words that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.holes import domains
from pipeline.holes.propagation import Narrowing, State


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of an explanation, and the steps it rests on."""

    text: str
    grounds: tuple[Reason, ...] = ()

    def lines(self) -> list[str]:
        """The explanation as an indented tree, a line a step."""
        drawn = [self.text]
        for index, ground in enumerate(self.grounds):
            last = index == len(self.grounds) - 1
            first, *rest = ground.lines()
            drawn.append(("└─ " if last else "├─ ") + first)
            drawn += [("   " if last else "│  ") + line for line in rest]
        return drawn

    def sentence(self) -> str:
        """The explanation as one line of text, each step once, the last consequence first."""
        said: dict[str, None] = {}
        waiting = [self]
        for reason in waiting:
            said[reason.text] = None
            waiting += reason.grounds
        return " because ".join(said)


def why(state: State, hole: str, sources: Mapping[str, str] | None = None) -> Reason:
    """Why the hole's domain is what it is; `sources` gives the words behind a decision or a constraint by id.

    Raises KeyError for an unknown hole.
    """
    left = domains.describe(state.domains[hole])
    latest = state.latest.get(hole)
    if latest is None:
        return Reason(f"{hole} can be {left}: nothing has narrowed it")
    texts = {each.id: each.source for each in state.network.constraints if each.source} | dict(sources or {})
    steps = _chain(latest)
    return Reason(f"{hole} can be {left}", tuple(_step(step, texts, frozenset()) for step in steps))


def _chain(narrowing: Narrowing) -> list[Narrowing]:
    """The narrowings of the same hole, newest first; nothing older than a decision matters."""
    steps = [narrowing]
    while steps[-1].previous is not None and not steps[-1].decided:
        steps.append(steps[-1].previous)
    return steps


def _step(step: Narrowing, texts: Mapping[str, str], told: frozenset[int]) -> Reason:
    words = texts.get(step.hole if step.decided else step.rule, "")
    text = step.reason + (f" — {words}" if words else "")
    if not step.decided:
        text += f" [{domains.describe(step.before)} → {domains.describe(step.after)}]"
    if id(step) in told:
        return Reason(text)
    deeper = told | {id(step)}
    grounds = [each for ground in step.because for each in _chain(ground)]
    return Reason(text, tuple(_step(each, texts, deeper) for each in grounds))
