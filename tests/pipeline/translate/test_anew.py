"""What rules ask follows the types that are decided, and comes back when they are taken back."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bus import EventBus
from pipeline.decisions import Decisions
from pipeline.errors import UsageError
from pipeline.events import AnyEvent, ConflictFound, HoleNarrowed, HoleOpened
from pipeline.holes import resolution, standing
from pipeline.ir import Hole, Program, Provenance
from pipeline.stages import assume
from pipeline.state import SessionRequest, State
from pipeline.translate.anew import Anew
from pipeline.translate.builder import IRBuilder
from tests.pipeline.holes.programs import function, outcome_hole, type_hole
from tests.pipeline.holes.programs import program as small

pytestmark = pytest.mark.hole("H3")

PERSON = Provenance(actor="person")
UNIQUE = "Write a function `unique` that removes duplicates from a list."
AVERAGE = "Write a function `average` to get the average of a list."
PALINDROME = "Write a function `mirrored` that checks whether a string is a palindrome."


@cache
def program(prompt: str) -> Program:
    return asyncio.run(IRBuilder().build(prompt)).program


def resolve(before: Program, hole: str, value: str) -> resolution.Change:
    return resolution.resolve(before, hole, value, PERSON, anew=Anew(before))


def retract(before: Program, hole: str) -> resolution.Change:
    return resolution.retract(before, hole, PERSON, anew=Anew(before))


def values(of: Program, hole: str) -> list[str]:
    return [each.value for each in of.hole(hole).candidates]


def test_outcomes_are_proposed_for_the_type_that_a_person_says() -> None:
    before = program(AVERAGE)
    assert values(before, "average.empty") == ["None", "raise ValueError"]
    after = resolve(before, "average.returns", "float").program
    assert after.hole("average.empty").open
    assert values(after, "average.empty") == ["raise ValueError", "0.0"]
    assert retract(after, "average.returns").program.digest == before.digest


def test_what_an_answer_says_is_meant_is_asked_anew_as_well() -> None:
    vague = program("do it")
    (hole,) = [each for each in vague.holes if each.kind == "intent"]
    meant = resolve(vague, hole.id, AVERAGE).program
    after = resolve(meant, "average.returns", "float").program
    assert values(after, "average.empty") == ["raise ValueError", "0.0"]


def test_an_invented_call_gives_way_to_the_type_that_a_person_says() -> None:
    before = program(UNIQUE)
    assert before.hole("unique.order").probe == "unique([2, 1, 2])"
    typed = resolve(before, "unique.returns", "list[str]").program
    assert typed.hole("unique.order").probe is None
    assert values(typed, "unique.order") == values(before, "unique.order")
    first = resolve(before, "unique.order", "first appearance").program
    assert [str(each) for each in first.function("unique").examples] == ["unique([2, 1, 2]) == [2, 1]"]
    both = resolve(first, "unique.returns", "list[str]")
    assert not [event for event in both.events if isinstance(event, ConflictFound)]
    assert both.program.function("unique").examples == ()
    assert [each.text for each in both.program.function("unique").assertions] == [
        "in the order of first appearance"
    ]
    assert both.program.digest == resolve(typed, "unique.order", "first appearance").program.digest
    assert retract(both.program, "unique.returns").program.digest == first.digest
    in_place = resolve(before, "unique.returns", "None").program
    assert [hole.id for hole in in_place.holes] == ["unique.returns"]


def test_what_is_no_question_of_the_type_is_not_asked_and_an_answer_to_it_contradicts_the_type() -> None:
    before = program(PALINDROME)
    number = resolve(before, "mirrored.value", "int").program
    assert [hole.id for hole in number.holes] == ["mirrored.value", "mirrored.returns"]
    case = resolve(before, "mirrored.case", "ignore").program
    assert [each.value for each in standing.viable(case, "mirrored.value")] == ["str"]
    clash = resolve(case, "mirrored.value", "int")
    conflict = next(event for event in clash.events if isinstance(event, ConflictFound))
    assert conflict.decisions == ["mirrored.case", "mirrored.value"]
    assert "'Aba'" in conflict.reason
    assert retract(clash.program, "mirrored.value").program.digest == case.digest
    assert retract(clash.program, "mirrored.case").program.digest == number.digest


def test_what_is_changed_in_place_is_not_returned() -> None:
    before = program(UNIQUE)
    in_place = resolve(before, "unique.mutation", "in place").program
    followed = in_place.hole("unique.returns").resolution
    assert followed is not None
    assert (followed.value, followed.provenance.actor) == ("None", "propagation")
    assert "in place" in followed.reason
    assert [hole.id for hole in in_place.holes] == ["unique.mutation", "unique.returns"], (
        "nothing has an order"
    )
    assert retract(in_place, "unique.mutation").program.digest == before.digest
    told = resolve(in_place, "unique.returns", "list[int]")
    clashing = [hole.id for hole in told.program.holes if hole.status == "conflict"]
    assert clashing == ["unique.mutation", "unique.returns"]
    assert (
        retract(told.program, "unique.mutation").program.digest
        == resolve(before, "unique.returns", "list[int]").program.digest
    )
    new = resolve(before, "unique.mutation", "new").program
    assert "None" not in [each.value for each in standing.viable(new, "unique.returns")]
    clash = resolve(new, "unique.returns", "None")
    assert any(isinstance(event, ConflictFound) for event in clash.events)
    narrowed = [
        each
        for each in resolve(before, "unique.returns", "list[int]").events
        if isinstance(each, HoleNarrowed)
    ]
    assert [(each.hole, each.after["values"]) for each in narrowed] == [("unique.mutation", ["new"])]


ACTS = {
    UNIQUE: {
        "order": ("first appearance", "sorted", "[1, 2]"),
        "mutation": ("new", "in place"),
        "returns": ("list[str]", "list[int]", "None"),
    },
    AVERAGE: {"empty": ("None", "raise ValueError", "1.5"), "returns": ("float", "int", "float | None")},
    PALINDROME: {
        "case": ("ignore", "any"),
        "spacing": ("count",),
        "value": ("int", "str"),
        "returns": ("bool",),
    },
}
decided = st.sampled_from(sorted(ACTS)).flatmap(
    lambda prompt: st.tuples(
        st.just(prompt),
        st.permutations(sorted(ACTS[prompt])).flatmap(
            lambda slots: st.tuples(
                *(st.tuples(st.just(slot), st.sampled_from(ACTS[prompt][slot])) for slot in slots)
            )
        ),
    )
)


def _after(before: Program, acts: tuple[tuple[str, str], ...]) -> tuple[Program, list[str]]:
    """The program after those acts that are taken, and the holes decided."""
    done = []
    for slot, value in acts:
        hole = f"{before.functions[0].name}.{slot}"
        try:
            before = resolve(before, hole, value).program
        except UsageError:  # the question is gone with a type, or takes no such value any more
            continue
        done.append(hole)
    return before, done


@settings(max_examples=15, deadline=None)
@given(decided, st.randoms(use_true_random=False))
def test_taking_everything_back_asks_what_was_asked_at_first(
    made: tuple[str, tuple[tuple[str, str], ...]], chance: object
) -> None:
    before = program(made[0])
    after, done = _after(before, made[1])
    chance.shuffle(done)  # type: ignore[attr-defined]
    for hole in done:
        after = retract(after, hole).program
    assert after.digest == before.digest


@settings(max_examples=15, deadline=None)
@given(decided)
def test_the_order_of_decisions_does_not_matter(made: tuple[str, tuple[tuple[str, str], ...]]) -> None:
    prompt, acts = made
    one, taken = _after(program(prompt), acts)
    other, also = _after(program(prompt), acts[::-1])
    if sorted(taken) == sorted(also):
        assert _said(one) == _said(other)


def _said(of: Program) -> tuple[object, ...]:
    function = of.functions[0]
    holes = sorted(
        (hole.id, hole.status, hole.probe, hole.resolution and hole.resolution.value) for hole in of.holes
    )
    clauses = sorted(map(str, function.examples)), sorted(each.text for each in function.assertions)
    return str(function.signature), holes, clauses


class _Session(Decisions):
    def __init__(self, prompt: str) -> None:
        bus, self.told = EventBus("s1"), list[AnyEvent]()
        super().__init__(State(SessionRequest(prompt=prompt)), bus)
        bus.subscribe(lambda record: self.told.append(record.event))
        self.state.program = program(prompt)


def test_a_session_says_what_it_asks_anew_and_assumes_what_is_asked_then() -> None:
    session = _Session(AVERAGE)
    session.resolve("average.returns", "float")
    opened = [Hole.model_validate(event.hole) for event in session.told if isinstance(event, HoleOpened)]
    assert [(hole.id, [each.value for each in hole.candidates]) for hole in opened] == [
        ("average.empty", ["raise ValueError", "0.0"])
    ]
    session.retract("average.returns")
    assert session.state.program is not None
    assert session.state.program.digest == program(AVERAGE).digest


@pytest.mark.parametrize("prompt", sorted(ACTS))
def test_what_is_assumed_holds_together(prompt: str) -> None:
    session = _Session(prompt)
    assume(session)
    assert session.state.program is not None
    assert {hole.status for hole in session.state.program.holes} == {"resolved"}


def test_what_no_rule_asks_stays_as_it_is() -> None:
    asked = outcome_hole("empty", "median([])", "None", "0.0")
    before = small(function("median"), holes=(type_hole("returns"), asked))
    after = resolve(before, "median.returns", "float").program
    assert after.holes[1] == asked
