"""What is read off an attempt's events."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.meter import Meter
from pipeline.events import CodeOffered, Record
from pipeline.verify.evidence.claims import Claim


def offered(*claims: Claim, settled: bool = True) -> Meter:
    """A meter that has heard of one offer."""
    offer = CodeOffered(
        source="def f(): ...",
        candidates={"f": "f.1"},
        verified=True,
        evidence=[claim.plain() for claim in claims],
        settled=settled,
    )
    meter = Meter()
    meter(Record(seq=1, at=0.0, session="s", event=offer))
    return meter


@pytest.mark.hole("H16")
@given(st.integers(1, 99).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_agreement_is_counted_and_not_read_off_words(votes: tuple[int, int]) -> None:
    agreed, total = votes
    claim = Claim(function="f", text="in any words", strength="agreement", agreed=agreed, total=total)
    features = offered(claim).features(accepted=True)
    assert features is not None
    assert features.agreeing == agreed / total


@pytest.mark.hole("H16")
def test_where_nothing_was_compared_there_is_no_agreement() -> None:
    says = Claim(function="f", text="3 of 4 passing drafts do the same", strength="examples")
    features = offered(says).features(accepted=True)
    assert features is not None
    assert features.agreeing is None


def test_an_offer_on_which_too_few_drafts_agree_is_not_settled() -> None:
    assert Meter().settled
    assert offered().settled
    assert not offered(settled=False).settled
