"""Propagation: decisions and constraints narrow domains until nothing changes any more.

A `State` is a fixpoint. Deciding makes a new one and leaves the old as it was, so a preview is a decision
whose state is thrown away, and undo is the state before. Each narrowing keeps the narrowings it rests on:
together they are the answer to "why?".

Why no library solver: its variables are integers, and it gives a solution or none. Here most domains are open
(types, patterns, intervals), and what people need is each narrowing with its reason, not a solution.
`tests/benchmarks/test_holes_solvers.py` measures both on the finite cases.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.holes import domains
from pipeline.holes.constraints import AnyConstraint, binding
from pipeline.ir import Choices, Domain

DECISION = "decision"


@dataclass(frozen=True, slots=True, eq=False)
class Narrowing:
    """One domain made smaller: by which rule, resting on what, and why.

    `because` holds the narrowings of the other holes that the rule looked at; `previous` is the one before it
    on the same hole. `rule` is a constraint's id, or `decision`.
    """

    hole: str
    rule: str
    before: Domain
    after: Domain
    reason: str
    because: tuple[Narrowing, ...] = ()
    previous: Narrowing | None = None

    @property
    def decided(self) -> bool:
        """Whether it is a decision rather than a consequence."""
        return self.rule == DECISION

    def grounds(self) -> list[Narrowing]:
        """It and everything that it rests on, each once, itself first."""
        seen: dict[int, Narrowing] = {}
        waiting = [self]
        while waiting:
            narrowing = waiting.pop()
            if id(narrowing) not in seen:
                seen[id(narrowing)] = narrowing
                waiting += narrowing.because
                if narrowing.previous is not None:
                    waiting.append(narrowing.previous)
        return list(seen.values())

    def decisions(self) -> list[str]:
        """The decided holes that it rests on, in alphabetical order."""
        return sorted({narrowing.hole for narrowing in self.grounds() if narrowing.decided})


class Network:
    """Holes with their domains, and the constraints between them. Immutable."""

    def __init__(self, holes: Mapping[str, Domain], constraints: Iterable[AnyConstraint] = ()) -> None:
        """Raises KeyError when a constraint binds a hole that is not there."""
        self.holes: dict[str, Domain] = {hole: domains.normal(domain) for hole, domain in holes.items()}
        self.constraints: tuple[AnyConstraint, ...] = tuple(constraints)
        self.binding: tuple[AnyConstraint, ...] = tuple(binding(self.constraints))
        self.bearing: dict[str, list[int]] = {hole: [] for hole in self.holes}
        for index, constraint in enumerate(self.binding):
            for hole in dict.fromkeys(constraint.scope):
                self.bearing[hole].append(index)

    @cached_property
    def start(self) -> State:
        """The fixpoint before any decision."""
        state = State(self, dict(self.holes), {}, {}, ())
        return state._settled(range(len(self.binding)), [])

    def decided(self, decisions: Mapping[str, str]) -> State:
        """The fixpoint after all these decisions. Raises KeyError for an unknown hole."""
        return self.start.decide_all(decisions)


@dataclass(frozen=True, slots=True)
class State:
    """A fixpoint: the domain left for each hole, and how it came to that.

    `latest` has the last narrowing of each hole narrowed at all; `steps` those made since the state before.
    """

    network: Network
    domains: dict[str, Domain]
    latest: dict[str, Narrowing]
    decisions: dict[str, str]
    steps: tuple[Narrowing, ...]

    def decide(self, hole: str, value: str) -> State:
        """The fixpoint after one more decision. Raises KeyError for an unknown hole."""
        return self.decide_all({hole: value})

    def decide_all(self, decisions: Mapping[str, str]) -> State:
        """The fixpoint after further decisions, all made at once."""
        state = State(
            self.network, dict(self.domains), dict(self.latest), {**self.decisions, **decisions}, ()
        )
        steps: list[Narrowing] = []
        queue: dict[int, None] = {}
        for hole, value in decisions.items():
            if state._narrow(
                hole, Choices(values=(value,)), DECISION, f"{hole} was decided: {value}", (), steps
            ):
                queue.update(dict.fromkeys(self.network.bearing[hole]))
        return state._settled(queue, steps)

    def retract(self, hole: str) -> State:
        """The fixpoint without that decision: what rested on it is gone, all else as before."""
        rest = {each: value for each, value in self.decisions.items() if each != hole}
        return self.network.decided(rest)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The holes for which no value is left."""
        return tuple(hole for hole, domain in self.domains.items() if domains.empty(domain))

    @property
    def consistent(self) -> bool:
        """Whether every hole has a value left."""
        return not any(domains.empty(step.after) for step in self.latest.values())

    @property
    def forced(self) -> dict[str, str]:
        """The holes nobody decided for which one value only is left."""
        left = {
            hole: domains.single(self.domains[hole]) for hole in self.latest if hole not in self.decisions
        }
        return {hole: value for hole, value in left.items() if value is not None}

    def _settled(self, queue: Iterable[int], steps: list[Narrowing]) -> State:
        """Run the queued constraints, and those their narrowings concern, until none has anything to say."""
        waiting = deque(queue)
        queued = set(waiting)
        constraints, bearing = self.network.binding, self.network.bearing
        dead = {hole for hole, step in self.latest.items() if domains.empty(step.after)}
        while waiting:
            index = waiting.popleft()
            queued.discard(index)
            constraint = constraints[index]
            if dead and not dead.isdisjoint(constraint.scope):
                continue  # nothing can be learnt from a contradiction
            for hole, bound, reason in constraint.bounds(self.domains):
                if self._narrow(hole, bound, constraint.id, reason, constraint.scope, steps):
                    if domains.empty(self.domains[hole]):
                        dead.add(hole)
                    fresh = [each for each in bearing[hole] if each not in queued]
                    waiting.extend(fresh)
                    queued.update(fresh)
        return State(self.network, self.domains, self.latest, self.decisions, tuple(steps))

    def _narrow(
        self, hole: str, bound: Domain, rule: str, reason: str, scope: tuple[str, ...], steps: list[Narrowing]
    ) -> bool:
        before = self.domains[hole]
        after = domains.meet(before, bound)
        if after is before:
            return False
        if isinstance(after, Choices) and not isinstance(self.network.holes[hole], Choices):
            after = domains.ordered(after)
        grounds = tuple(self.latest[each] for each in scope if each != hole and each in self.latest)
        step = Narrowing(hole, rule, before, after, reason, grounds, self.latest.get(hole))
        self.domains[hole] = after
        self.latest[hole] = step
        steps.append(step)
        return True
