"""Exported tests, run by plain pytest in a folder that knows nothing of Holotype."""

from __future__ import annotations

import ast
import math
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.companions import export
from pipeline.export.expected import written
from pipeline.verify.evidence import plain as plain_source
from pipeline.verify.evidence.claims import ChecksTest, Claim, ExampleTest
from pipeline.verify.sandbox.base import Sandbox
from pipeline.verify.sandbox.compare import same_value
from pipeline.verify.sandbox.values import plain
from tests.pipeline.export.ledgers import DECIDED, example, ledger
from tests.pipeline.export.plain import run_pytest

FLOATS = """import math
from dataclasses import dataclass


@dataclass
class Point:
    x: float


class Bare:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"Bare({self.n})"


class Strange(Exception):
    pass


def f(x):
    if x == "inside":
        class Inner(Exception): pass
        raise Inner("no")
    if x == "strange":
        raise Strange("x: y")
    if x == "decimal":
        import decimal
        raise decimal.InvalidOperation
    if x == "bare":
        return Bare(3)
    if x == "point":
        return Point(0.1 + 0.2)
    if isinstance(x, list):
        return {"mean": sum(x) / len(x), "all": [math.sqrt(y) for y in x]}
    return math.nan if x is None else x
"""


@pytest.mark.hole("H19")
async def test_what_holds_in_the_sandbox_passes_under_plain_pytest(verdict: Sandbox, tmp_path: Path) -> None:
    found = await ledger(
        FLOATS,
        example("f([0.1, 0.2]) == {'mean': 0.15, 'all': [0.31622776601683794, 0.4472135954999579]}"),
        example("f(None) == float('nan')", DECIDED),
        example("f('point') == 'no'"),
        example("f('strange') raises Strange"),
        example("f('inside') raises Inner", DECIDED),
        example("f('decimal') raises decimal.InvalidOperation"),
        example("f([]) raises ZeroDivisionError"),
        example("f((1,\n  2)) == (1, 2)"),
        example("f('a\\nb [c] :: \\u00e9 \"q\"') == 'a\\nb [c] :: \\u00e9 \"q\"'"),
        example("f(math.pi) == 3.141592653589793"),
        verdict=verdict,
    )
    wrong = [claim.text for claim in found.claims if claim.strength == "examples" and not claim.holds]
    assert len(wrong) == 1, wrong
    export(found, tmp_path / "code.py")
    done = run_pytest(tmp_path, plugins=True)
    assert "1 failed, 9 passed" in done.stdout, done.stdout
    assert "is not 'no'" in done.stdout
    assert "holotype" not in (tmp_path / "test_code.py").read_text().lower().replace("by holotype", "")


@pytest.mark.hole("H19")
async def test_each_claim_names_the_test_that_checks_it_again(verdict: Sandbox, tmp_path: Path) -> None:
    """The command of a claim runs exactly the one test."""
    import shlex

    from pipeline.verify.evidence.ledger import read_ledger

    found = await ledger(
        FLOATS,
        example("f('a[b] \\'c\\'') == \"a[b] 'c'\""),
        example("f([]) raises ZeroDivisionError"),
        verdict=verdict,
    )
    export(found, tmp_path / "code.py")
    written = read_ledger((tmp_path / "code.evidence.json").read_bytes(), "it")
    commands = [claim.command for claim in written.claims if claim.strength == "examples"]
    assert len(set(commands)) == 2
    for command in commands:
        program, test = shlex.split(command)
        assert program == "pytest"
        assert "1 passed" in run_pytest(tmp_path, test).stdout


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("call", "outcome", "did", "text"),
    [
        ("f(1)", "2", "2", "2"),
        ("f(1)", "2.5", "2.5", "close(2.5)"),
        ("f(1)", "2", "2.0000000000001", "close(2)"),
        ("f(1)", "True", "1.0", "True"),
        ("f(1)", "[False, 1.5]", "[0.0, 1.5]", "[False, close(1.5)]"),
        ("f(1)", "True", "1.0000000000001", None),
        (
            "f(1)",
            "[1, (0.5,), {'a': -1.5}]",
            "[1, (0.5,), {'a': -1.5}]",
            "[1, (close(0.5),), {'a': close(-1.5)}]",
        ),
        ("f(1)", "{1, 2}", "{1, 2}", "{1, 2}"),
        ("f(1)", "{1.5}", "{1.5}", None),
        ("f(1)", "1j", "1j", None),
        ("f(1)", "{'a': 1.5, 'a': 2}", "{'a': 2}", "{'a': 1.5, 'a': 2}"),
        ("f(1)", "[1.5]", "no list", None),
        ("f(1)", "float('inf')", "inf", None),
        ("f(1)", "'close(1.5)'", "'x'", "'close(1.5)'"),
    ],
)
def test_expected_values_are_written_for_plain_equality_where_that_says_the_same(
    call: str, outcome: str, did: str, text: str | None
) -> None:
    assert written(ExampleTest(call=call, expected=outcome, did=f"returns {did}")) == text


async def test_a_bool_may_come_as_the_float_that_equals_it(verdict: Sandbox, tmp_path: Path) -> None:
    source = "def f(x):\n    return 1.0 if x else 0.0\n"
    export(await ledger(source, example("f(1) == True"), verdict=verdict), tmp_path / "code.py")
    assert "1 passed" in (done := run_pytest(tmp_path).stdout), done


@pytest.mark.hole("H19")
async def test_an_error_that_cannot_be_named_is_told_from_others(verdict: Sandbox, tmp_path: Path) -> None:
    source = "def f(x):\n    class Bad(Exception): pass\n    raise {} if x else ValueError\n"
    examples = (example("f(1) raises Bad"), example("f(0) raises ValueError"))
    found = await ledger(source.format("Bad"), *examples, verdict=verdict)
    export(found, tmp_path / "code.py")
    assert "2 passed" in (done := run_pytest(tmp_path).stdout), done
    (tmp_path / "code.py").write_text(source.format("KeyError"))
    assert "it raises no Bad" in (done := run_pytest(tmp_path).stdout), done
    wrong = await ledger(source.format("KeyError"), *examples, verdict=verdict)
    export(wrong, tmp_path / "code.py", force=True)
    assert "1 failed, 1 passed" in (done := run_pytest(tmp_path).stdout), "what does not hold fails"


@pytest.mark.parametrize("before", [0, 1])
async def test_a_long_law_with_backslashes_and_a_name_in_quotes_are_written(
    before: int, verdict: Sandbox, tmp_path: Path
) -> None:
    found = await ledger("def f(x):\n    return x\n", example("f(1) == 1"), verdict=verdict)
    text = "x" * before + "\\" * 400
    law = Claim(function="f", text=text, strength="property", test=ChecksTest(checks=("f(1) == 1",)))
    name = 'a"""b\'\\\n.py'
    export(msgspec.structs.replace(found, claims=(*found.claims, law)), tmp_path / name)
    (tests,) = tmp_path.glob("test_*.py")
    told = ast.get_docstring(ast.parse(tests.read_text(encoding="utf-8"))) or ""
    assert told.startswith(f"What {repr(name)[1:-1]}".encode().decode("unicode_escape"))
    assert "2 passed" in (done := run_pytest(tmp_path, tests.name).stdout), done


HELD = """from collections import deque
from dataclasses import dataclass


@dataclass
class Acc:
    total: float


dataclasses = Acc


def add(amounts):
    return Acc(sum(amounts)) if len(amounts) < 3 else deque([sum(amounts)])
"""


@pytest.mark.hole("H19")
async def test_what_objects_are_made_of_is_compared_again(verdict: Sandbox, tmp_path: Path) -> None:
    calls = "add([0.1, 0.2]) == Acc(total=0.3)", "add([0.1, 0.2, 0]) == deque([0.3])"
    named = "add([0.1, 0.2, 1]) == deque([dataclasses(1.3).total])"
    found = await ledger(HELD, *map(example, (*calls, named)), verdict=verdict, name="add", given=HELD)
    export(found, tmp_path / "code.py")
    assert "3 passed" in (done := run_pytest(tmp_path).stdout), done


NAMES = "def test_me(x):\n    return same(x)\n\n\ndef same(x):\n    return x / 1\n"


@pytest.mark.parametrize(
    "name", ["code.py", "json.py", "my-code.py", "code", "a.b.py", "class.py", "pytest.py", "test_x.py"]
)
async def test_any_name_of_a_file_and_any_name_of_a_function_will_do(
    name: str, verdict: Sandbox, tmp_path: Path
) -> None:
    found = await ledger(NAMES, example("test_me(3) == 3"), verdict=verdict, name="test_me")
    export(found, tmp_path / name)
    tests = [file.name for file in tmp_path.glob("test_*.py") if file.name != name]
    done = run_pytest(tmp_path, *tests)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


TAKEN = (
    *("close", "_close", "same", "copy", "len", "isinstance", "law", "case", "call", "error", "r", "x"),
    *("LOADER", "test_it", "setup_module"),
)


@pytest.mark.hole("H19")
async def test_a_function_may_have_any_name_that_the_file_has(verdict: Sandbox, tmp_path: Path) -> None:
    """With a float or a value that `same` compares, an error, and a law on many inputs."""
    for number, name in enumerate(TAKEN):
        source = f"def {name}(x):\n    if x is None:\n        raise KeyError\n    return x\n"
        checks = tuple(f"(lambda a, b: a == b)({name}({number}.0), {number})" for number in range(30))
        claim = Claim(function=name, text="as it is", strength="property", test=ChecksTest(checks=checks))
        value = "1.5" if number % 2 else "{1.5}"
        examples = (example(f"{name}({value}) == {value}"), example(f"{name}(None) raises KeyError"))
        found = await ledger(source, *examples, verdict=verdict, name=name)
        export(msgspec.structs.replace(found, claims=(*found.claims, claim)), tmp_path / f"code_{name}.py")
    done = run_pytest(tmp_path)
    assert f"{3 * len(TAKEN)} passed" in done.stdout, done.stdout


async def test_names_that_an_expression_binds_itself_stay(verdict: Sandbox, tmp_path: Path) -> None:
    source = "def close(x):\n    return x\n"
    found = await ledger(
        source,
        example("close([close for close in [close(1), 2]]) == [1, 2]"),
        example("(lambda close, other=close(3): [close, other])(2) == [2, 3]"),
        example("close({close(k): [k for _ in [k]] for k in [1]}) == {1: [1]}"),
        verdict=verdict,
        name="close",
    )
    export(found, tmp_path / "code.py")
    assert "3 passed" in (done := run_pytest(tmp_path).stdout), done


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
async def test_each_file_tests_the_code_beside_it(mode: str, verdict: Sandbox, tmp_path: Path) -> None:
    for folder, sign in (("one", ""), ("two", "-")):
        (tmp_path / folder).mkdir()
        source = f"def f(x):\n    return {sign}x\n"
        export(await ledger(source, example(f"f(3) == {sign}3"), verdict=verdict), tmp_path / folder / "f.py")
    if mode == "prepend":
        (tmp_path / "two" / "test_f.py").rename(tmp_path / "two" / "test_g.py")
    done = run_pytest(tmp_path, f"--import-mode={mode}").stdout
    assert "2 passed" in done, done


async def test_it_runs_in_a_project_with_another_import_mode(verdict: Sandbox, tmp_path: Path) -> None:
    found = await ledger("def f(x):\n    return x\n", example("f(3) == 3"), verdict=verdict)
    export(found, tmp_path / "code.py")
    (tmp_path / "__init__.py").touch()
    assert "1 passed" in run_pytest(tmp_path).stdout
    assert "1 passed" in run_pytest(tmp_path, "--import-mode=importlib").stdout


async def test_code_without_an_example_gets_a_test_that_it_is_there(verdict: Sandbox, tmp_path: Path) -> None:
    export(await ledger("def f(x):\n    return x\n", verdict=verdict), tmp_path / "code.py")
    assert "nothing was compared" in (tmp_path / "test_code.py").read_text()
    assert "1 passed" in run_pytest(tmp_path).stdout


@pytest.mark.hole("H19")
async def test_a_law_on_many_inputs_is_one_loop(verdict: Sandbox, tmp_path: Path) -> None:
    """Each input gets copies, so that code which changes its arguments changes no other's."""
    source = "def f(x):\n    x.sort()\n    return x\n"
    found = await ledger(source, example("f([2, 1]) == [1, 2]"), verdict=verdict)
    general = "(lambda x: len(f(copy.deepcopy(x))) == len(copy.deepcopy(x)))"
    texts = ("['a b  c', \"it's\"]", "[]", *(f"[{number}, -{number}]" for number in range(30)))
    test = ChecksTest(checks=tuple(f"{general}({text})" for text in texts))
    claim = Claim(
        function="f", text="f keeps the length", strength="exhaustive", bound="32 lists", ran=32, test=test
    )
    export(msgspec.structs.replace(found, claims=(*found.claims, claim)), tmp_path / "code.py")
    assert "2 passed" in run_pytest(tmp_path).stdout
    written = (tmp_path / "test_code.py").read_text()
    assert written.count("assert law(*case), case") == 1
    assert max(map(len, written.splitlines())) <= 100
    (tmp_path / "code.py").write_text("def f(x):\n    return x if x != [7, -7] else []\n")
    assert "[7, -7]" in run_pytest(tmp_path).stdout, "the input that breaks it is told"


@pytest.mark.hole("H19")
async def test_a_law_known_to_be_broken_fails_and_one_without_a_test_is_told(
    verdict: Sandbox, tmp_path: Path
) -> None:
    found = await ledger("def f(x):\n    return x\n", example("f(1) == 1"), verdict=verdict)
    broken = Claim(
        function="f",
        text="the result is positive: not for f(-1), which returns -1",
        strength="property",
        holds=False,
        basis="stated",
        test=ChecksTest(checks=("(lambda r: r > 0)(f(-1))",)),
    )
    untested = Claim(function="f", text="f keeps its type", strength="property", ran=9)
    export(msgspec.structs.replace(found, claims=(*found.claims, broken, untested)), tmp_path / "code.py")
    assert "1 failed, 1 passed" in run_pytest(tmp_path).stdout
    assert "# - f: f keeps its type" in (tmp_path / "test_code.py").read_text()


def values() -> st.SearchStrategy[Any]:
    numbers = st.integers() | st.floats() | st.complex_numbers() | st.booleans()
    leaves = numbers | st.text(max_size=3) | st.none() | st.decimals(allow_nan=False) | st.binary(max_size=2)
    hashable = st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.tuples(inner, inner)
            | st.dictionaries(hashable, inner, max_size=3)
            | st.sets(hashable, max_size=3)
            | st.frozensets(hashable, max_size=3)
        ),
        max_leaves=6,
    )


def exported_same() -> Any:
    namespace: dict[str, Any] = {}
    exec("\n".join([*plain_source.SAME_IMPORTS, plain_source.SAME]), namespace)
    return namespace["same"]


SAME = exported_same()


@dataclass
class Held:
    x: Any
    hidden: Any = field(default=None, repr=False)


@dataclass
class HeldElsewhere(Held):
    pass


@dataclass
class InPart:
    x: Any
    y: Any = field(default=0, compare=False)


@dataclass(eq=False)
class ByIdentity:
    x: Any


@dataclass
class ByItsOwn:
    x: Any

    def __eq__(self, other: object) -> bool:
        return False


@pytest.mark.hole("H19")
@given(values(), values())
def test_exported_comparison_is_the_one_that_was_used(left: Any, right: Any) -> None:
    assert SAME(left, right) is same_value(plain(left), plain(right))
    assert SAME(left, left) is same_value(plain(left), plain(left))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (0.1 + 0.2, 0.3),
        ([1, 2.0], [1.0, 2]),
        ([1], (1,)),
        ({1.0000000001}, {1.0}),
        ({1, 2.0000000000001}, {2.0, 1}),
        (10**400, 1.5),
        (10**400, math.inf),
        (complex(math.nan, 1), complex(math.nan, 1)),
        (complex(1, 1e-13), 1),
        (Decimal("NaN"), Decimal("NaN")),
        (True, 1.0),
        ("1.0", 1.0),
        (range(3), range(3)),
        ({"a": 0.1 + 0.2}, {"a": 0.3}),
    ],
)
def test_exported_comparison_agrees_where_floats_are_hard(left: Any, right: Any) -> None:
    assert SAME(left, right) is same_value(plain(left), plain(right))


@pytest.mark.hole("H19")
@given(values(), values(), st.sampled_from([Held, lambda x: deque([x]), lambda x: SimpleNamespace(x=x)]))
def test_exported_comparison_knows_the_parts_of_objects(left: Any, right: Any, make: Any) -> None:
    assert SAME(make(left), make(right)) is same_value(plain(make(left)), plain(make(right)))
    assert SAME([make(left)], [make(left)]) is True


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        (Held(0.1 + 0.2), Held(0.3), True),
        (Held(Held([0.1 + 0.2])), Held(Held([0.3])), True),
        (Held(math.nan), Held(math.nan), True),
        (Held(1, hidden=1), Held(1, hidden=2), False),
        (Held(1), HeldElsewhere(1), False),
        (Held([1]), Held((1,)), False),
        (deque([0.1 + 0.2]), deque([0.3]), True),
        (deque([1, 2]), deque([2, 1]), False),
        (deque([1]), [1], False),
        (SimpleNamespace(a=0.1 + 0.2), SimpleNamespace(a=0.3), True),
        (SimpleNamespace(a=1), SimpleNamespace(b=1), False),
        (InPart(0.1 + 0.2), InPart(0.3), False),
        (ByIdentity(0.1 + 0.2), ByIdentity(0.3), False),
        (ByIdentity(1), ByIdentity(1), True),
        (ByItsOwn(0.1 + 0.2), ByItsOwn(0.3), False),
    ],
)
def test_exported_comparison_agrees_on_objects(left: Any, right: Any, alike: bool) -> None:
    assert SAME(left, right) is same_value(plain(left), plain(right)) is alike
    assert SAME({1: left}, {1: right}) is alike


def test_an_object_that_holds_itself_is_the_same() -> None:
    one = Held(1)
    one.hidden = one
    assert SAME(one, one)
