"""What a sandbox gives back, as records."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pipeline.verify.sandbox.base import Returned


@pytest.mark.hole("H25")
def test_a_value_of_too_many_digits_is_shown_by_its_text() -> None:
    assert repr(Returned([1], "[1]")) == "Returned(value=[1], repr='[1]')"
    assert repr(Returned([Fraction(10**5000, 7)], "a")) == "Returned(value=a, repr='a')"
