"""Drafts stay in play while the program only says more, and go with what they were asked for."""

from __future__ import annotations

from pipeline.drafts import Drafts, refines
from pipeline.events import AnyEvent, CandidateDropped, CandidateMade, Record
from pipeline.ir import Decision, Example, Program
from tests.pipeline.holes.programs import PERSON, function, program


def asked_with(*examples: Example) -> Program:
    return program(function("f", "int", examples), holes=())


def answer(call: str, value: str) -> Example:
    return Example(call=call, expected=value, provenance=PERSON)


FIRST = asked_with()
ONE = asked_with(answer("f(1)", "1"))
TWO = asked_with(answer("f(1)", "1"), answer("f(2)", "4"))
OTHER = asked_with(answer("f(1)", "7"))


def told(drafts: Drafts, *events: AnyEvent) -> None:
    for event in events:
        drafts(Record(seq=1, at=0.0, session="s", event=event))


def made(candidate: str, generator: str = "instruct/1") -> CandidateMade:
    return CandidateMade(candidate=candidate, function="f", source=candidate, generator=generator)


def same(candidate: str, generator: str = "instruct/1") -> CandidateDropped:
    return CandidateDropped(candidate="x", reason="the same", same_as=candidate, generator=generator)


def test_a_build_after_an_answer_begins_with_everything_written_so_far() -> None:
    drafts = Drafts()
    assert drafts.begin(FIRST) == FIRST
    assert drafts.recalled == ()
    told(drafts, made("f.1"), same("f.1"), same("f.1", "edit/1"), made("f+1.1", "search/1"))
    assert drafts.recalled == (), "a build under way is not told of its own drafts"
    drafts.end()
    assert drafts.begin(ONE) == FIRST, "first drafts are asked for as before"
    assert [(draft.candidate, draft.votes, draft.heard) for draft in drafts.recalled] == [
        ("f.1", 2, 0),
        ("f+1.1", 0, 0),
    ]


def test_a_draft_knows_how_many_answers_it_was_asked_for_with() -> None:
    drafts = Drafts()
    drafts.begin(FIRST)
    drafts.end()
    drafts.begin(ONE)
    told(drafts, made("f.1"), made("f+1.1"))
    drafts.end()
    drafts.begin(TWO)
    assert {draft.candidate: draft.heard for draft in drafts.recalled} == {"f.1": 0, "f+1.1": 1}


def test_what_was_asked_for_with_a_decision_goes_with_it() -> None:
    drafts = Drafts()
    drafts.begin(FIRST)
    told(drafts, made("f.1"))
    drafts.end()
    drafts.begin(ONE)
    told(drafts, made("f+1.1"))
    drafts.end()
    assert drafts.begin(OTHER) == FIRST
    assert [draft.candidate for draft in drafts.recalled] == ["f.1"]


def test_the_same_build_begun_again_recalls_the_same() -> None:
    """So that a session stopped in its midst finds the nodes that it had finished."""
    drafts = Drafts()
    drafts.begin(FIRST)
    told(drafts, made("f.1"))
    drafts.end()
    drafts.begin(FIRST)
    assert drafts.recalled == ()


def test_what_is_drafted_ahead_of_any_build_is_not_recalled() -> None:
    drafts = Drafts()
    told(drafts, made("f.1"))
    drafts.begin(FIRST)
    assert drafts.recalled == ()


def test_only_a_program_that_says_as_much_refines_another() -> None:
    assert refines(TWO, ONE)
    assert not refines(ONE, TWO)
    assert not refines(OTHER, ONE)
    decided = Decision(text="it is fast", hole="f.fast", provenance=PERSON)
    said = program(function("f", "int", decisions=(decided,)), holes=())
    assert refines(said, FIRST)
    assert not refines(FIRST, said)
    assert not refines(program(function("g", "int"), holes=()), FIRST)
    assert not refines(program(function("f", "str"), holes=()), FIRST)
