"""The fold: the same records give the same view, and every prefix of them gives a view that can be shown."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.view import Change, View
from console.view.evidence import claims, specification
from console.view.lanes import layout
from console.view.wording import describe
from console.widgets.session_line import SessionLine
from pipeline import events as ev
from pipeline.events import AnyEvent, PlannedNode, Record, decode_record, encode_record
from pipeline.holes.answers import DISAGREE
from pipeline.ir import Hole, Intent, Provenance
from tests.console import recorded

RECORDS = recorded.records(recorded.WHOLE)


def folded(records: list[Record]) -> View:
    view = View()
    view.replay(records)
    return view


def at(seconds: float, *events: AnyEvent) -> list[tuple[float, AnyEvent]]:
    return [(seconds, event) for event in events]


def test_the_whole_session_as_the_person_sees_it() -> None:
    view = folded(RECORDS)
    assert view.prompt == recorded.PROMPT
    assert view.result == "verified"
    assert view.offered is not None
    assert view.offered.source == recorded.CODE
    assert view.tokens == 96 + 380
    assert view.seconds(recorded.START + 999) == pytest.approx(12.9), "6.6 s of it the session waited"
    assert not view.open_holes
    assert [node.label for node in view.nodes.values() if node.kind == "stage"] == [
        "translate",
        "resolve",
        "generate",
    ]
    assert all(node.status == "ok" for node in view.nodes.values())
    assert view.candidates["median.1"].status == "failed"
    assert "gave 3, not 2.5" in view.nodes[f"{recorded.EXECUTION}:check:median.1"].detail
    assert len(claims(view)) == 6


def test_records_that_went_through_the_store_fold_to_the_same_view() -> None:
    assert folded([decode_record(encode_record(record)) for record in RECORDS]) == folded(RECORDS)


@given(st.integers(0, len(RECORDS)))
@settings(max_examples=60, deadline=None)
def test_every_prefix_can_be_shown_and_continued(cut: int) -> None:
    view = folded(RECORDS[:cut])
    now = recorded.START + 100
    assert view.seconds(now) >= 0
    assert view.tokens >= 0
    drawn = [lane.node for lane in layout({n.key: n.deps for n in view.nodes.values()}) if lane.node]
    assert sorted(drawn) == sorted(view.nodes)
    specification(view)
    claims(view)
    view.replay(RECORDS[cut:])
    assert view == folded(RECORDS)


@given(st.permutations(RECORDS))
@settings(max_examples=40, deadline=None)
def test_no_order_of_events_breaks_it(records: list[Record]) -> None:
    view = folded(records)
    layout({node.key: node.deps for node in view.nodes.values()})
    assert view == folded(records)


def test_a_retraction_opens_what_followed_from_it() -> None:
    said = at(1, ev.HoleRetracted(hole="median.empty", by="person", undone=["median.nan"]))
    view = folded(recorded.records([*recorded.OPENING, *recorded.DECIDING, *said]))
    assert [hole.hole.id for hole in view.open_holes] == ["median.empty", "median.nan"]


def test_narrowing_replaces_the_domain_and_keeps_why() -> None:
    shown = folded(recorded.records(recorded.OPENING)).holes["median.empty"]
    assert "return None" not in shown.hole.domain.model_dump()["values"]
    assert [event.reason for event in shown.narrowed] == ["None is no float"]


def test_a_conflict_is_shown_until_it_is_settled() -> None:
    conflict = ev.ConflictFound(hole="median.nan", decisions=["median.empty"], reason="no value left")
    settled = ev.HoleResolved(hole="median.nan", value="raise", by="person", reason="")
    view = folded(recorded.records([*recorded.OPENING, *at(3, conflict)]))
    assert view.holes["median.nan"].clashes
    assert SessionLine._standing(view) == ("✗", "$error", "1 in conflict"), "whatever was offered before"
    view.replay(recorded.records(at(4, settled), first=50))
    assert view.holes["median.nan"].conflict is None
    assert not view.holes["median.nan"].clashes


def test_a_header_with_a_proposed_type_is_not_shown_as_stated() -> None:
    view = folded(recorded.records(recorded.OPENING))
    assert view.program is not None
    function = view.program.functions[0]
    assert specification(view)[0].basis == "stated"
    guessed = Provenance(actor="model", source="types", confidence=0.8)
    signature = function.signature.model_copy(update={"returns_provenance": guessed})
    changed = function.model_copy(update={"signature": signature})
    view.program = view.program.model_copy(update={"functions": (changed,)})
    assert specification(view)[0].basis == "proposed 80%"


def test_the_clock_rests_while_the_person_decides_and_while_the_session_is_put_away() -> None:
    view = folded(recorded.records(recorded.OPENING))
    assert view.waiting_for_person
    assert not view.ticking
    assert view.seconds(recorded.START + 500) == pytest.approx(2.7)
    gone = at(3, ev.SessionFinished(outcome="cancelled", summary="left", seconds=3))
    view.replay(recorded.records([*gone, *at(1000, ev.SessionResumed(version="0.1.0"))], first=50))
    assert view.outcome is None
    assert view.seconds(recorded.START + 5000) == pytest.approx(2.7)


def test_a_resumed_node_waits_again() -> None:
    drafting = [*recorded.OPENING, *recorded.DECIDING, *recorded.DRAFTING]
    view = folded(recorded.records([*drafting, *at(20, ev.SessionResumed(version="0.1.0"))]))
    assert view.nodes[f"{recorded.EXECUTION}:ask:median"].status == "waiting"


def test_what_waits_for_a_node_comes_after_what_that_node_grew() -> None:
    view = folded(RECORDS)
    assert view.nodes[f"{recorded.EXECUTION}:join"].deps == (f"{recorded.EXECUTION}:choose:median",)


def test_a_node_nobody_planned_is_shown_all_the_same() -> None:
    view = View()
    change = view.replay(recorded.records(at(0, ev.NodeStarted(execution="e", node="surprise"))))
    assert view.nodes["e:surprise"].live
    assert change & Change.TOPOLOGY


def test_a_checked_candidate_without_a_node_gets_a_row() -> None:
    made = ev.CandidateMade(candidate="f.1", function="f", source="def f(): ...", generator="search")
    view = folded(recorded.records(at(0, made, recorded.check("f.1", "parse", True, "ast"))))
    assert view.nodes["candidate:f.1"].status == "ok"


def test_a_draft_that_is_checked_anew_shows_its_new_fate_in_a_new_row() -> None:
    """What was offered before may contradict an answer; the row of the earlier build stays as it was."""
    view = folded(RECORDS)
    nodes = [
        PlannedNode(id="recall:median", kind="recall", label="recall median", deps=[]),
        PlannedNode(id="check:median.2", kind="check", label="check median.2", deps=["recall:median"]),
    ]
    again = [
        ev.GraphPlanned(execution="s1/next", nodes=nodes),
        ev.NodeStarted(execution="s1/next", node="check:median.2"),
        recorded.check("median.2", "types", True, "ty"),
        recorded.check("median.2", "examples", False, "Monty", 4, "median([7]) gave 6, not 7"),
        ev.NodeFinished(execution="s1/next", node="check:median.2", status="ok", run_s=0.3),
    ]
    view.replay(recorded.records(at(30, *again), first=300))
    before, after = (view.nodes[f"{run}:check:median.2"] for run in (recorded.EXECUTION, "s1/next"))
    assert (after.refuted, after.detail) == (True, "examples ✗ median([7]) gave 6, not 7")
    assert (before.refuted, before.detail) == (False, "parse ✓  types ✓  examples ✓")
    assert view.candidates["median.2"].status == "failed"


def test_an_unreadable_record_becomes_an_error_line_and_nothing_more() -> None:
    view = View()
    view.replay(recorded.records(at(0, ev.HoleOpened(hole={"id": "x", "kind": "no such kind"}))))
    assert not view.holes
    assert view.log[-1].level == "error"
    assert "cannot be read" in view.log[-1].text


def test_a_record_says_what_it_touched() -> None:
    view = View()
    view.replay(RECORDS[:-3])
    progress = recorded.records(
        at(20, ev.NodeProgressed(execution="s1/9f3a", node="join", text="x")), first=99
    )
    assert view.replay(progress) == Change.NODES | Change.CODE


def test_a_question_waits_for_the_person_until_they_answer_or_go_on() -> None:
    asked = Provenance(actor="search", source=DISAGREE)
    hole = Hole(
        id="f.q1", kind="example", question="What should f(3) give?", importance=0.4, provenance=asked
    )
    view = View()
    events = [
        ev.SessionStarted(prompt="f", options={}, version="0"),
        ev.CodeOffered(source="", candidates={}, verified=True, evidence=[]),
        ev.HoleOpened(hole=hole.model_dump(mode="json")),
        ev.StageEntered(stage="done", detail="verified"),
        ev.StageEntered(stage="resolve"),
    ]
    view.replay(Record(seq=seq, at=0.0, session="s", event=event) for seq, event in enumerate(events, 1))
    assert [shown.hole.id for shown in view.undecided] == ["f.q1"]
    view.apply(Record(seq=6, at=0.0, session="s", event=ev.StageEntered(stage="generate")))
    view.apply(Record(seq=7, at=0.0, session="s", event=ev.StageEntered(stage="resolve")))
    assert view.undecided == [], "the person went on without an answer"
    assert [shown.hole.id for shown in view.open_holes] == ["f.q1"]


@pytest.mark.parametrize(
    ("verified", "settled", "said"),
    [
        (True, True, ("good", "code verified · 1 claim")),
        (True, False, ("warning", "code meets all that is known · 1 claim")),
        (False, False, ("warning", "code not verified")),
    ],
)
def test_code_that_too_little_speaks_for_is_not_called_verified(
    verified: bool, settled: bool, said: tuple[str, str]
) -> None:
    offered = ev.CodeOffered(source="", candidates={}, verified=verified, settled=settled, evidence=[{}])
    assert describe(offered) == said


def test_code_that_breaks_a_law_somewhere_is_called_verified_but_for_that() -> None:
    broken = {"basis": "stated", "strength": "remark", "holds": False}
    assert describe(ev.CodeOffered(source="", candidates={}, verified=True, evidence=[broken])) == (
        "warning",
        "code verified but for one law broken on inputs unlike the examples · 1 claim",
    )


@pytest.mark.parametrize(
    ("source", "answered", "told"),
    [
        ("oracle", True, "asked the oracle what f(0) gives"),
        ("oracle", False, "the oracle cannot say what f(0) gives · it stays open"),
        ("answers", False, "the answers given beforehand cannot say what f(0) gives · it stays open"),
    ],
)
def test_the_log_tells_what_was_asked_without_a_question(
    source: Literal["oracle", "answers"], answered: bool, told: str
) -> None:
    words = describe(ev.CallAsked(call="f(0)", source=source, answered=answered))
    assert words is not None
    assert words[1] == told


def test_offered_code_is_outdated_once_more_is_settled_and_not_when_a_decision_is_taken_back() -> None:
    view = folded(RECORDS)
    assert not view.outdated
    more = recorded.records(at(30, recorded.revised(3, "taken back")), first=200)
    view.replay(more)
    assert not view.outdated, "it was made for more than is asked now"
    decided = recorded.program(decided=True, holes=())
    (function,) = decided.functions
    renamed = function.model_copy(update={"intent": Intent(text="The mode.", provenance=recorded.person())})
    other = decided.model_copy(update={"functions": (renamed,)})
    event = ev.ProgramRevised(
        version=4, digest=other.digest, program=other.canonical(), reason="other words", by="person"
    )
    view.replay(recorded.records(at(31, event), first=201))
    assert view.outdated


@pytest.mark.parametrize(
    ("problems", "cached", "said"),
    [
        ([], False, ("quiet", "specification holds together")),
        ([], True, None),
        (["f(1) is 1 and 2"], True, ("error", "specification does not hold together · f(1) is 1 and 2")),
    ],
)
def test_that_a_specification_holds_together_is_logged_once(
    problems: list[str], cached: bool, said: tuple[str, str] | None
) -> None:
    assert describe(ev.ProgramValidated(digest="d", problems=problems, cached=cached)) == said
