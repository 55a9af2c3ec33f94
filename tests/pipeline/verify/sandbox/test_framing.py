from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.verify.sandbox import framing

pytestmark = pytest.mark.hole("H25")

KINDS = st.sampled_from([framing.RESULT, framing.OUTPUT, framing.DONE])


@given(st.lists(st.tuples(KINDS, st.binary(max_size=40))), st.lists(st.integers(1, 30)), st.integers(0, 60))
def test_messages_are_the_same_however_they_arrive(
    sent: list[tuple[bytes, bytes]], sizes: list[int], missing: int
) -> None:
    stream = b"".join(framing.pack(*message) for message in sent)
    stream = stream[: max(0, len(stream) - missing)]  # cut off in the midst of a message
    received, taken = bytearray(), []
    for size in [*sizes, len(stream)]:
        part, stream = stream[:size], stream[size:]
        received += part
        taken += framing.take(received, 40)
    assert taken == sent[: len(taken)]
    rest = [framing.pack(*message) for message in sent[len(taken) :]]
    assert b"".join(rest).startswith(bytes(received))
    assert not received or len(received) < len(rest[0])


@pytest.mark.parametrize(
    ("kind", "most"),
    [(framing.READY, 1), (framing.DONE, 4096), (framing.HELLO, 4096), (framing.RESULT, 9000)],
)
def test_a_message_longer_than_its_kind_may_be_is_not_waited_for(kind: bytes, most: int) -> None:
    assert framing.take(bytearray(framing.pack(kind, b"x" * most)), 9000) == [(kind, b"x" * most)]
    with pytest.raises(EOFError):
        framing.take(bytearray(framing.HEADER.pack(kind, most + 1)), 9000)
