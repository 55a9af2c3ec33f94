"""The real mypy --strict on what is offered."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from pipeline.ir import Function, Intent, Parameter, Program, Signature, TypeDefinition, stated
from pipeline.verify.evidence.source_map import SourceMap
from pipeline.verify.types.checker import run_checker
from pipeline.verify.types.strict import check_strictly, strict_claims

pytestmark = pytest.mark.hole("H18")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


async def test_clean_code_draws_nothing(cache: Path) -> None:
    assert await check_strictly("def f(xs: list[int]) -> int:\n    return sum(xs)\n", cache=cache) == ()


@pytest.mark.parametrize(
    ("source", "code", "rejected"),
    [
        ("def f(x: int) -> str:\n    return x\n", "return-value", True),
        ("def f(d: dict[str, int], k: str) -> int:\n    return d.get(k)\n", "return-value", False),
        ("def f(x):\n    return x\n", "no-untyped-def", False),
        ("def f(x: int) -> int:\n    return (x\n", "syntax", True),
        ("def f(x: int) -> str:\n    return x  # type: ignore\n", "silenced", True),
        ("def f(x: int) -> str:\n    return x  #type:ignore\n", "silenced", True),
        ("def f(x: int) -> str:\n    return x  # mypy: ignore-errors\n", "silenced", True),
        (
            "from typing import no_type_check\n\n\n@no_type_check\ndef f(x: int) -> str:\n    return x\n",
            "silenced",
            True,
        ),
        (
            "def f(xs: list[int]) -> list[int]:\n    return sorted(xs, key=lambda x: str)\n",
            "lambda-return",
            False,
        ),
    ],
)
async def test_finds(source: str, code: str, rejected: bool, cache: Path) -> None:
    found = await check_strictly(source, cache=cache)
    assert code in {finding.code for finding in found}
    assert any(finding.against_signature for finding in found) is rejected


async def test_leaves_out_what_the_context_brought(cache: Path) -> None:
    callee = "def callee(x):\n    return x\n"
    caller = callee + "\n\ndef caller(x: int) -> int:\n    return int(x)\n"
    assert await check_strictly(caller, cache=cache)
    assert await check_strictly(caller, callee, cache) == ()


async def test_runs_at_once_share_one_cache(tmp_path: Path) -> None:
    sources = [f"import re\n\n\ndef f{n}(x: int) -> str:\n    return x\n" for n in range(4)]
    found = await asyncio.gather(*(check_strictly(source, cache=tmp_path) for source in sources))
    assert [[finding.line for finding in each] for each in found] == [[5]] * 4


async def test_cancelling_ends_it_and_frees_the_cache(cache: Path) -> None:
    task = asyncio.create_task(check_strictly("x: int = 1\n", cache=cache))
    await asyncio.sleep(0.05)  # let it start; what is asserted does not depend on how far it got
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await check_strictly("x: int = 1\n", cache=cache) == ()


async def test_a_checker_that_fails_is_no_clean_result(tmp_path: Path) -> None:
    with pytest.raises(InfrastructureError, match=r"false failed \(1\)"):
        await run_checker("false", ["/bin/false"], tmp_path, found=(1,))


SAYS = stated(0, 1)


def asked(name: str, *types: str, returns: str = "") -> Function:
    parameters = tuple(
        Parameter(name=f"x{number}", type=type_, provenance=SAYS) for number, type_ in enumerate(types)
    )
    signature = Signature(name=name, parameters=parameters, returns=returns, provenance=SAYS)
    return Function(signature=signature, intent=Intent(text="it", provenance=SAYS))


async def said(source: str, *functions: Function, types: str = "") -> list[tuple[str, str, str]]:
    """Function, strength and text of each claim."""
    given = (TypeDefinition(name="T", source=types, provenance=SAYS),) if types else ()
    program = Program(prompt="p", functions=functions, types=given)
    found = await strict_claims(program, SourceMap(source), [one.name for one in functions])
    assert all(claim.tool == "mypy" and claim.versions["mypy"] for claim in found)
    return [(claim.function, claim.strength, claim.text) for claim in found]


async def test_what_is_clean_is_said_to_be_read() -> None:
    source = "def f(x0: int) -> int:\n    return x0\n"
    assert await said(source, asked("f", "int", returns="int")) == [
        ("f", "static", "mypy --strict finds nothing")
    ]


async def test_a_remark_names_its_line_and_supports_nothing() -> None:
    source = "import json\n\n\ndef f(x0: str) -> dict[str, int]:\n    return json.loads(x0)\n"
    (one,) = await said(source, asked("f", "str", returns="dict[str, int]"))
    assert one[:2] == ("f", "remark")
    assert one[2].startswith("mypy --strict: line 5: Returning Any from function")


async def test_types_that_the_words_leave_open_are_not_held_against_the_code() -> None:
    source = "def f(x0):\n    return x0\n\n\ndef g(x0: list) -> int:\n    return len(f(x0))\n"
    found = await said(source, asked("f", ""), asked("g", "list", returns="int"))
    assert [(name, strength) for name, strength, _ in found] == [("f", "static"), ("g", "static")]
    assert all(text.endswith("beside types that the words leave open") for _, _, text in found)


async def test_a_type_that_the_code_leaves_out_is_remarked() -> None:
    (one,) = await said("def f(x0):\n    return x0\n", asked("f", "int", returns="int"))
    assert one == ("f", "remark", "mypy --strict: line 1: Function is missing a type annotation")


async def test_a_remark_on_a_part_that_two_use_stands_once() -> None:
    part = "def part(x):\n    return x\n\n\n"
    source = (
        f"{part}def f(x0: int) -> int:\n    return 1\n\n\ndef g(x0: int) -> int:\n    return int(part(x0))\n"
    )
    found = await said(source, asked("f", "int", returns="int"), asked("g", "int", returns="int"))
    assert {(name, strength) for name, strength, _ in found} == {("f", "static"), ("g", "remark")}


async def test_what_the_prompt_brought_is_not_remarked() -> None:
    types = "class T:\n    def size(self):\n        return 1"
    source = f"{types}\n\n\ndef f(x0: T) -> int:\n    return 1\n"
    assert await said(source, asked("f", "T", returns="int"), types=types) == [
        ("f", "static", "mypy --strict finds nothing")
    ]


async def test_without_mypy_it_is_unchecked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no mypy >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(broken))
    program = Program(prompt="p", functions=(asked("f"),))
    (claim,) = await strict_claims(program, SourceMap("def f():\n    return 1\n"), ["f"])
    assert (claim.strength, claim.holds) == ("unchecked", False)
    assert claim.text == "mypy --strict did not run: mypy failed (3): no mypy"
