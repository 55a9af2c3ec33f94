"""Checks of laws as lines of a test."""

from __future__ import annotations

from pipeline.export.law_checks import body, used
from pipeline.verify.evidence.plain import NAMES


def test_a_law_is_written_once_where_all_checks_share_it() -> None:
    checks = ["(lambda r, x: len(r) == len(x))(f([]), [])", "(lambda r, x: len(r) == len(x))(f([1]), [1])"]
    assert body(checks, ()) == [
        "    def law(r, x):",
        "        return len(r) == len(x)",
        "",
        "    assert law(f([]), [])",
        "    assert law(f([1]), [1])",
    ]
    assert body(checks, {"law"}) == [f"    assert {check}" for check in checks]


def test_a_law_that_only_hands_its_parameters_on_is_the_one_it_hands_them_to() -> None:
    law = "(lambda n: g(f(n)) == n)"
    checks = [f"{law}(4)", f"(lambda n: {law}(n))(1)", f"(lambda n: {law}(n))(4)"]
    assert body(checks, ()) == [
        "    def law(n):",
        "        return g(f(n)) == n",
        "",
        "    assert law(4)",
        "    assert law(1)",
    ]
    other = f"(lambda n: {law}(n + 1))(1)"
    assert body([f"{law}(4)", other], ()) == [f"    assert {each}" for each in (f"{law}(4)", other)]


def test_checks_of_different_forms_are_asserted_as_they_are() -> None:
    checks = ["raises('ValueError', lambda: f(0))", "same(f(1), 2)"]
    assert body(checks, ()) == [f"    assert {check}" for check in checks]
    assert used(checks) == {"raises", "same"}
    assert used(["f(1) == 1"]) == set()


def test_what_checks_may_use_is_there_for_them() -> None:
    assert used(["raises('E', f) and same(1, 2)"]) <= NAMES
