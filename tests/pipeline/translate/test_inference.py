"""Types from values, names from words."""

from __future__ import annotations

import pytest

from pipeline.ir import Example, Provenance
from pipeline.translate.inference import alike, derived_name, infer, joined, parameter_name, with_default

pytestmark = pytest.mark.hole("H3")


def examples(*pairs: tuple[str, str]) -> list[Example]:
    said = Provenance(actor="prompt")
    return [Example(call=call, expected=expected, provenance=said) for call, expected in pairs]


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["int", "int"], "int"),
        (["int", "float"], "float"),
        (["int", "None"], "int | None"),
        (["list", "list[int]"], "list[int]"),
        (["list[int]", "list[float]"], "list[float]"),
        (["list[list[int]]", "list[list[float]]"], "list[list[float]]"),
        (["list[int | None]", "list[int]"], "list[int | None]"),
        (["set[int]", "set[str]"], ""),
        (["list[int]", "list[str]"], ""),
        (["int | None", "int"], "int | None"),
        (["tuple[int]", "tuple[int, int]"], "tuple[int, ...]"),
        (["int", "str"], ""),
        (["int", ""], ""),
        (["list[]", "list[int]", "list"], "list[]"),
        (["dict[]", "None"], "dict[] | None"),
        ([], ""),
    ],
)
def test_joined(types: list[str], expected: str) -> None:
    assert joined(types) == expected


def test_infer() -> None:
    found = infer(
        examples(("f([1, 2], k=-1)", "{'a': (1, 'b')}"), ("f([], k=2)", "{}"), ("len(f([1]))", "1")), "f"
    )
    assert found.positional == ("list[int]",)
    assert found.keywords == {"k": "int"}
    assert found.returns == "dict[str, tuple[int, str]]"
    assert found.arities == {1, 2}


@pytest.mark.parametrize(
    ("calls", "types"),
    [
        (("f(1)", "[f(n) for n in range(3)]"), ["int"]),
        (("f(1)", "f(previous(2))", "f(n + 1)"), ["int"]),
        (("f(1)", "f(Decimal('1'))"), [""]),
        (("f([1])", "f(lambda x: x)"), [""]),
        (("f(1)", "f('x') raises TypeError"), ["int"]),
        (("f('a')", "f(None) raises ValueError"), ["str"]),
        (("f([])", "f([1]) raises ValueError"), ["list[int]"]),
        (("f(-1) raises ValueError",), ["int"]),
        (("f([1, [2]])", "f([1])"), ["list"]),
        (("f({'a': 1, 'b': 'c'})", "f({'a': 1})"), ["dict"]),
        (("f((1, x))", "f((1, 2))", "f(())"), ["tuple"]),
    ],
)
def test_the_type_that_arguments_show(calls: tuple[str, ...], types: list[str]) -> None:
    said = Provenance(actor="prompt")
    parts = [call.partition(" raises ") for call in calls]
    shown = [
        Example(call=call, raises=error or None, expected=None if error else "1", provenance=said)
        for call, _, error in parts
    ]
    assert list(infer(shown, "f").positional) == types


def test_a_result_of_which_nothing_is_told_may_be_anything() -> None:
    assert infer(examples(("f(1)", "None"), ("f(2) is not None", "True")), "f").returns == ""
    assert infer(examples(("f(1)", "None"), ("f(2).name", "'a'")), "f").returns == ""
    assert (
        infer(examples(("f(1)", "None"), ("f(2) is not None", "True"), ("f(3)", "3")), "f").returns
        == "int | None"
    )
    assert infer(examples(("f(1)", "None")), "f").returns == "None"


def test_a_list_of_several_types_is_no_empty_list() -> None:
    assert infer(examples(("f(1)", "[1, 2]"), ("f(2)", "[1, [2]]")), "f").returns == "list"
    assert infer(examples(("f(1)", "[1, 2]"), ("f(2)", "[]")), "f").returns == "list[int]"


@pytest.mark.parametrize(
    ("calls", "parameters"),
    [
        (("f(3)", "f(3, symbol='$')"), ["int", "symbol: str?"]),
        (("f(3)", "f(3, '$')"), ["int", "str?"]),
        (("f(3, '$')", "f(3, symbol='$')"), ["int", "symbol: str"]),
        (("f(3, '$')", "f(3, by=1)"), ["int", "str?", "by: int?"]),
        (("f(x=1, y='a')", "f(y='b', x=2)"), ["x: int", "y: str"]),
        (("f(k=1)", "f(2, k=1)"), ["int?", "k: int"]),
        (("f()",), []),
    ],
)
def test_the_parameters_that_all_calls_fit(calls: tuple[str, ...], parameters: list[str]) -> None:
    shown = infer(examples(*((call, "1") for call in calls)), "f").parameters
    told = [f"{each.name + ': ' if each.name else ''}{each.type}{'?' * each.optional}" for each in shown]
    assert told == parameters


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("median of a list of numbers", "median"),
        ("Write a Python function that reverses a string", "reverses_string"),
        ("Please create a function to find the longest word in a sentence", "find_longest_word"),
        ("max", "max_values"),
        ("größter gemeinsamer Teiler", "groter_gemeinsamer_teiler"),
        ("中位数", "solve"),
        ("class", "solve"),
        ("", "solve"),
    ],
)
def test_derived_name(words: str, name: str) -> None:
    assert derived_name(words) == name


def test_parameter_names_do_not_clash() -> None:
    assert [parameter_name("list[int]", taken) for taken in ([], ["items"])] == ["items", "items2"]


def test_what_was_done_to_a_value_leaves_its_type() -> None:
    call = "(lambda xs: (f(xs), xs)[-1])([2, 1])[0]"
    shown = examples((call, "1"), (f"f({call[:-3]} + [1])", "1"))
    assert infer(shown, "f").positional == ("list[int]",)


@pytest.mark.parametrize(
    ("call", "kind"),
    [("abs(f([1, 2]) - (1.5)) <= 0.01", "float"), ("f([1]) in [1, 2]", "int"), ("len(f([1])) in [1, 2]", "")],
)
def test_a_value_that_is_told_loosely_has_a_type(call: str, kind: str) -> None:
    assert infer(examples((call, "True")), "f").returns == kind
    assert infer(examples((call, "True"), ("f([2])", "2")), "f").returns == (kind or "int")


@pytest.mark.parametrize(
    ("kind", "default", "expected"),
    [
        ("int", "None", "int | None"),
        ("int", "0", "int"),
        ("int", "0.5", "float"),
        ("list[int]", "[]", "list[int]"),
        ("int", "'all'", "int | str"),
        ("int", "LIMIT", "int"),
        ("int", None, "int"),
        ("", "None", ""),
    ],
)
def test_the_type_that_examples_show_has_room_for_the_default(
    kind: str, default: str | None, expected: str
) -> None:
    assert with_default(kind, default) == expected


def test_types_that_examples_leave_room_for() -> None:
    assert alike("float", "int")
    assert alike("list", "list[int] | None")
    assert alike("int", "")
    assert not alike("int", "str")
    assert not alike("int", "list[list[int]]")
