"""Who is offered: those that pass, by agreement; otherwise by how much holds."""

from __future__ import annotations

import pytest

from pipeline.ir import Function, Hole, Intent, Parameter, Provenance, Signature
from pipeline.verify.behaviour.examples import Behaviour, ExampleRun
from pipeline.verify.choosing.choice import Checked, doubt, ranked
from pipeline.verify.evidence.claims import claims, doubt_claim, room_claim
from pipeline.verify.questions.questions import Comparison, Group, Question
from pipeline.verify.types.checker import TypeFinding

RULE = Provenance(actor="rule")


def checked(
    name: str, *, holds: tuple[bool, ...] = (True,), probes: tuple[str, ...] = (), **more: object
) -> Checked:
    runs = tuple(ExampleRun(f"f({i}) == {i}", "stated", "returns 0", hold) for i, hold in enumerate(holds))
    behaviour = Behaviour("CPython", None, runs, probes, False, 0.0)
    return Checked(name, "source", "instruct/1", more.get("findings", ()), behaviour, more.get("audit", ()))  # type: ignore[arg-type]


def test_the_largest_agreeing_group_of_those_that_pass_comes_first() -> None:
    alone = checked("1", probes=("returns 1",))
    pair = [checked("2", probes=("returns 2",)), checked("4", probes=("returns 2",))]
    failing = checked("3", holds=(False,), probes=("returns 1",))
    order = [one.candidate for one in ranked([alone, pair[0], failing, pair[1]])]
    assert order == ["2", "4", "1", "3"]


def test_an_objection_or_a_broken_signature_rejects() -> None:
    audited = checked("1", audit=("imports os",))
    mistyped = checked("2", findings=(TypeFinding("invalid-return-type", 1, "wrong"),))
    remarked = checked("3", findings=(TypeFinding("no-matching-overload", 1, "hm"),))
    plain = checked("4")
    assert [one.passed for one in (audited, mistyped, remarked, plain)] == [False, False, True, True]
    assert [one.candidate for one in ranked([audited, mistyped, remarked, plain])][:2] == ["4", "3"]


def test_of_those_that_fail_the_one_that_holds_most_comes_first() -> None:
    assert [
        one.candidate
        for one in ranked([checked("1", holds=(False, True)), checked("2", holds=(True, True, False))])
    ] == ["2", "1"]


def test_of_those_that_fail_a_draft_that_meets_all_that_the_words_say_comes_first() -> None:
    def failing(name: str, *runs: tuple[str, bool], votes: int = 1) -> Checked:
        told = tuple(ExampleRun(f"f({i}) == {i}", basis, "", holds) for i, (basis, holds) in enumerate(runs))
        return Checked(
            name, "s", "instruct/1", (), Behaviour("CPython", None, told, (), False, 0.0), (), votes
        )

    against_words = failing("1", ("stated", False), ("decided", True), ("decided", True))
    against_answer = failing("2", ("stated", True), ("decided", False), ("decided", False))
    made_to_fit = failing("3", ("stated", True), ("decided", False), ("decided", True), votes=0)
    order = [one.candidate for one in ranked([against_words, made_to_fit, against_answer])]
    assert order == ["2", "1", "3"]


def function() -> Function:
    parameter = Parameter(name="x", type="int", provenance=RULE)
    return Function(
        signature=Signature(name="f", parameters=(parameter,), returns="int", provenance=RULE),
        intent=Intent(text="f", provenance=RULE),
    )


def test_evidence_says_what_was_run_what_agrees_and_what_is_open() -> None:
    hole = Hole(
        id="f.empty", kind="effect", question="What for 0?", target="f", probe="f(0)", provenance=RULE
    )
    chosen = checked("1", probes=("returns 1",))
    comparison = Comparison((Group(("1", "3"), 3, 0.75), Group(("2",), 1, 0.25)), (), 20)
    evidence = claims(function(), chosen, comparison, chosen.behaviour, (), (hole,))
    said = [(claim.strength, claim.holds) for claim in evidence]
    assert said == [("static", True), ("examples", True), ("agreement", True), ("open", True)]
    assert "3 of 4 passing drafts do the same on 20 further inputs" in evidence[2].text
    assert (evidence[2].agreed, evidence[2].total) == (3, 4)
    assert evidence[3].text == "What for 0? Nothing says; f(0) returns 1"


def test_evidence_never_claims_what_was_not_compared() -> None:
    chosen = checked("1", holds=())
    never = claims(function(), chosen, Comparison((), (), 0), None, (), ())
    nothing = claims(function(), chosen, Comparison((), (), 0), chosen.behaviour, (), ())
    assert [claim.text for claim in never if not claim.holds] == ["was never run"]
    assert [claim.text for claim in nothing if not claim.holds] == [
        "no example says what it should do: nothing was compared"
    ]


def test_the_room_that_examples_leave_is_said_and_supports_nothing() -> None:
    question = Question("f", "f(3)", (("returns 1", 4), ("returns 2", 0)), 0.5)
    (claim,) = room_claim(function(), 7, 62, (question,))
    assert "7 of 62 small changes of the code pass, too; f(3) would tell" in claim.text
    assert (claim.changes, claim.ran, claim.supports) == (7, 62, False)
    assert room_claim(function(), 0, 62, ()) == []


@pytest.mark.parametrize(
    ("votes", "total", "answers", "said"),
    [
        (4, 4, 0, ""),
        (3, 4, 0, ""),
        (2, 4, 0, "2 drafts pass and do so, where 3"),
        (1, 1, 0, "1 draft passes and does so, where 3"),
        (1, 1, 1, "1 draft passes"),
        (1, 1, 2, ""),
        (2, 2, 1, ""),
        (0, 0, 2, "no draft of the model"),
        (0, 0, 3, "no draft of the model"),
        (1, 3, 2, "1 draft passes and does so, of 3 that pass"),
        (0, 0, 0, "no draft"),
    ],
)
def test_few_drafts_that_agree_are_doubtful_unless_a_person_answered(
    votes: int, total: int, answers: int, said: str
) -> None:
    why = doubt(votes, total, answers, enough=3)
    assert said in why if said else why == ""
    (claim,) = doubt_claim(function(), why) or (None,)
    assert claim is None if not said else claim is not None and said in claim.text and not claim.supports


def test_where_the_words_misled_drafts_before_agreement_alone_is_not_enough() -> None:
    assert "answer refuted" in doubt(4, 4, 0, enough=3, misled=True)
    assert not doubt(4, 4, 1, enough=3, misled=True)
    told = ExampleRun("f(7) == 7", "decided", "returns 0", False)
    stated = ExampleRun("f(1) == 1", "stated", "returns 0", False)
    failing = checked("1", holds=(True,))
    for runs, misled in (((told,), True), ((told, stated), False), ((), False)):
        behaviour = Behaviour("CPython", None, (*failing.behaviour.examples, *runs), (), False, 0.0)
        assert Checked("1", "s", "instruct/1", (), behaviour).misled is misled
