"""Which functions can be written while others still wait."""

from __future__ import annotations

from pipeline.build import acyclic_calls
from pipeline.holes.resolution import resolve
from pipeline.ir import Assertion, Program
from pipeline.settled import needed, part, settled
from tests.pipeline.holes.programs import PERSON, effect_hole, function, program, type_hole

THREE = program(
    function("report", calls=("total",)),
    function("total", calls=("median",)),
    function("median"),
    function("apart"),
    holes=(type_hole("returns", "total"), effect_hole("report", "pure", "prints")),
)


def test_a_function_waits_for_its_own_holes_and_for_those_of_all_it_calls() -> None:
    assert settled(THREE) == ("median", "apart")
    decided = resolve(THREE, "total.returns", "int", PERSON).program
    assert settled(decided) == ("total", "median", "apart")
    decided = resolve(decided, "report.effect", "pure", PERSON).program
    assert settled(decided) == ("report", "total", "median", "apart")


def test_what_matters_little_holds_nothing_up_and_what_is_about_the_whole_holds_up_all() -> None:
    small = tuple(hole.model_copy(update={"importance": 0.2}) for hole in THREE.holes)
    assert len(settled(THREE.model_copy(update={"holes": small}))) == 4
    whole = THREE.holes[0].model_copy(update={"id": "all", "target": ""})
    assert settled(THREE.model_copy(update={"holes": (whole,)})) == ()


def test_functions_that_call_each_other_wait_together() -> None:
    one, other = function("even", calls=("odd",)), function("odd", calls=("even",))
    assert settled(program(one, other, holes=(type_hole("returns", "odd"),))) == ()
    assert needed(program(one, other, holes=()), ["odd"]) == {"even", "odd"}


def test_a_function_waits_for_those_that_its_laws_speak_of() -> None:
    law = Assertion(text="round trip", expression="decode(encode(x)) == x", provenance=PERSON)
    encode, decode = function("encode"), function("decode")
    encode = encode.model_copy(update={"assertions": (law,)})
    both = program(encode, decode, holes=(type_hole("returns", "decode"),))
    assert both.beside(encode) == ("decode",)
    assert settled(both) == ()
    assert acyclic_calls(both) == {"encode": ("decode",), "decode": ()}
    again = decode.model_copy(update={"assertions": (law,)})
    assert acyclic_calls(program(encode, again, holes=())) == {"encode": ("decode",), "decode": ()}


def test_a_part_says_nothing_of_the_rest() -> None:
    half: Program = part(THREE, needed(THREE, ["total"]))
    assert [each.name for each in half.functions] == ["total", "median"]
    decided = resolve(THREE, "report.effect", "prints", PERSON).program
    assert part(decided, {"total", "median"}).digest == half.digest
