"""When a confidence is said: after an offer, and only one that was measured for this model and version."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from pipeline.bus import EventBus
from pipeline.evaluate.calibration import Confidence
from pipeline.evaluate.stating import Stating, fits
from pipeline.events import (
    CandidateChecked,
    CandidateMade,
    CodeOffered,
    ConfidenceStated,
    HoleOpened,
    HoleResolved,
    Record,
    StageEntered,
)

pytestmark = pytest.mark.hole("H16")

CONFIDENCE = Confidence(
    weights={"always": 0.0, "accepted": 2.0, "questions": 1.0},
    model="default",
    digest="abc",
    outcomes=164,
    tasks=82,
    brier=0.09,
    brier_base=0.2,
)


def offered(source: str = "def f(): ...", *, settled: bool = True) -> CodeOffered:
    claims: list[dict[str, Any]] = [{"function": "f", "text": "f() == 1", "strength": "examples"}]
    return CodeOffered(
        source=source, candidates={"f": "f.1"}, verified=True, evidence=claims, settled=settled
    )


def said(*events: Any, earlier: tuple[Record, ...] = ()) -> list[Record]:
    bus = EventBus("s", next_seq=len(earlier) + 1)
    records: list[Record] = []
    bus.subscribe(records.append)
    bus.subscribe(Stating(bus, CONFIDENCE, earlier))
    for event in events:
        bus.publish(event)
    return records


def stated(records: list[Record]) -> list[ConfidenceStated]:
    return [record.event for record in records if isinstance(record.event, ConfidenceStated)]


def test_it_is_said_once_an_offer_is_done_with() -> None:
    records = said(offered(), StageEntered(stage="done", detail="verified"))
    (one,) = stated(records)
    assert one.confidence == pytest.approx(1 / (1 + 2.718281828**-2))
    assert (one.outcomes, one.brier) == (164, 0.09)
    assert [record.seq for record in records] == [1, 2, 3]
    assert isinstance(records[-1].event, ConfidenceStated)


def test_what_the_session_itself_doubts_counts_for_less() -> None:
    (sure,) = stated(said(offered(), StageEntered(stage="done", detail="open")))
    (doubted,) = stated(said(offered(), StageEntered(stage="done", detail="unverified")))
    assert doubted.confidence < sure.confidence


def test_an_offer_on_which_too_few_drafts_agree_counts_as_doubted() -> None:
    done = StageEntered(stage="done", detail="open")
    (sure,) = stated(said(offered(), done))
    (unsettled,) = stated(said(offered(settled=False), done))
    (doubted,) = stated(said(offered(), StageEntered(stage="done", detail="unverified")))
    assert unsettled.confidence == doubted.confidence < sure.confidence


def test_an_answer_counts_also_one_from_before_the_session_was_resumed() -> None:
    answered = (
        HoleOpened(hole={"id": "f.q1", "kind": "example"}),
        HoleResolved(hole="f.q1", value="1", by="person", reason=""),
        HoleResolved(hole="f.empty", value="1", by="person", reason="no question"),
    )
    done = (offered(), StageEntered(stage="done", detail="verified"))
    (plain,) = stated(said(*done))
    (asked,) = stated(said(*answered, *done))
    assert asked.confidence > plain.confidence
    (resumed,) = stated(said(*done, earlier=tuple(said(*answered))))
    assert resumed.confidence == asked.confidence


@pytest.mark.parametrize(
    "events",
    [
        [StageEntered(stage="done", detail="open")],
        [offered(""), StageEntered(stage="done", detail="unverified")],
        [CandidateMade(candidate="f.1", function="f", source="x", generator="g"), offered()],
        [CandidateChecked(candidate="f.1", check="examples", passed=True, tier="screen", tool="monty")],
    ],
)
def test_of_no_code_nothing_is_said(events: list[Any]) -> None:
    assert not stated(said(*events))


def test_a_confidence_is_for_one_model_and_one_version() -> None:
    assert fits(CONFIDENCE, "abc")
    assert not fits(CONFIDENCE, "other weights")
    assert not fits(msgspec.structs.replace(CONFIDENCE, version="0.0.0"), "abc")
