"""The kinds of values, and the classes by which components ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.generate.search.kinds import ANY, Failure, Kind, classes, kind_of

pytestmark = pytest.mark.hole("H18")
INT, STR = ("int",), ("str",)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([(1, 2), (3, 4)], ("tuple", INT, INT)),
        ([(1, 2), (3,)], ("row", INT)),
        ([(1, 2), ()], ("row", INT)),
        ([(1, "a"), ()], ANY),
        ([[(1, 2), (3,)], [()]], ("list", ("row", INT))),
        ([None, 1], ("optional", INT)),
        ([None, None], ("NoneType",)),
        ([None, 1, "a"], ANY),
        ([[None, 1], [2]], ("list", ("optional", INT))),
        ([[None, 1], [2.5]], ("list", ("optional", ("float",)))),
        ([Failure("KeyError"), 1], INT),
    ],
)
def test_a_kind_is_what_all_values_share(values: list[Any], kind: Kind) -> None:
    assert kind_of(values) == kind


def test_tuples_are_gone_through_and_counted_by_their_items() -> None:
    assert {"seq", "sized", "iter", "nums", "sortable"} <= classes(("row", INT)) & classes(("tuple", INT))
    assert {"pair", "iter", "nums"} <= classes(("tuple", INT, INT))
    assert not {"nums", "sortable"} & classes(("tuple", INT, STR))
    assert classes(("optional", STR)) == classes(STR) | {"optional"}
