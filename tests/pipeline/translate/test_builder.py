"""Prompt to program: valid always, nothing proposed passed off as stated, the model at its edge."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.ir import Program
from pipeline.providers.base import Category, GenerationRequest, ProviderError
from pipeline.providers.embedded import EmbeddedProvider
from pipeline.providers.scripted import ScriptedProvider
from pipeline.translate.builder import IRBuilder, Translation

pytestmark = pytest.mark.hole("H3")


def reply(*signatures: str) -> str:
    quoted = ", ".join(f'"{line}"' for line in signatures)
    return f'{{"reply": {{"code": [{quoted}]}}}}'


async def build(prompt: str, *replies: str | ProviderError) -> Translation:
    return await IRBuilder(ScriptedProvider(replies)).build(prompt)


async def test_no_call_where_reading_settles_everything() -> None:
    provider = ScriptedProvider([])
    found = await IRBuilder(provider).build("`add(a: int, b: int) -> int` adds. add(1, 2) == 3")
    assert provider.requests == []
    assert found.seconds_model == 0
    assert [str(item) for item in found.program.functions[0].examples] == ["add(1, 2) == 3"]


async def test_no_call_where_examples_show_the_types() -> None:
    provider = ScriptedProvider([])
    found = await IRBuilder(provider).build(
        "def top(xs, k):\n    '''>>> top(['a', 'b'], 1)\n    ['a']\n    '''"
    )
    assert provider.requests == []
    signature = found.program.functions[0].signature
    assert str(signature) == "def top(xs: list[str], k: int) -> list[str]"
    assert signature.provenance.stated
    assert signature.returns_provenance is not None
    assert not signature.returns_provenance.stated
    assert all(item.provenance.stated for item in signature.parameters)
    assert not any(item.type_provenance and item.type_provenance.stated for item in signature.parameters)


async def test_the_model_fills_what_is_not_said() -> None:
    found = await build("median of a list of numbers", reply("def median(numbers: list[float]) -> float"))
    signature = found.program.functions[0].signature
    assert str(signature) == "def median(numbers: list[float]) -> float"
    assert signature.provenance.actor == "model"
    assert signature.provenance.source.startswith("scripted translate/")
    assert signature.provenance.confidence is not None
    assert signature.parameters[0].provenance.actor == "model"
    assert found.program.functions[0].intent.provenance.stated
    assert "median.empty" in {hole.id for hole in found.program.holes}


async def test_what_is_stated_stays() -> None:
    found = await build("Write `f(xs, k: int)` that picks.", reply("def f(xs: list[str], k: int) -> str"))
    signature = found.program.functions[0].signature
    assert str(signature) == "def f(xs: list[str], k: int) -> str"
    assert signature.parameters[1].provenance.stated
    assert signature.parameters[1].type_provenance is None


async def test_a_reply_that_changes_what_is_stated_is_thrown_away() -> None:
    found = await build("Write `f(xs, k: int)` that picks.", reply("def f(xs: list[str], k: float) -> str"))
    assert str(found.program.functions[0].signature) == "def f(xs, k: int)"
    assert found.notes


async def test_several_functions_proposed() -> None:
    found = await build(
        "Functions to encode and decode a string with run-length encoding",
        reply("def encode(s: str) -> str", "def decode(s: str) -> str"),
    )
    assert [item.name for item in found.program.functions] == ["encode", "decode"]


async def test_a_proposal_against_the_examples_is_not_taken() -> None:
    found = await build("'ab' becomes 'ba' when reversed, a string", reply("def rev(s: str, n: int) -> str"))
    function = found.program.functions[0]
    assert len(function.signature.parameters) == 1
    assert [str(item) for item in function.examples] == ["rev('ab') == 'ba'"]


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "I cannot do that.",
        "{}",
        '{"reply": 3}',
        '{"reply": {"code": []}}',
        '{"reply": {"code": ["def"]}}',
        '{"reply": {"code": ["import os; os.remove(1)"]}}',
        '{"reply": {"code": ["def f(x: 1 + 1) -> print(3)"]}}',
        '{"reply": {"code": ["def f(x',
        "\x00\ud7ff" * 40,
        "[" * 5000,
        ProviderError("the process died", "", Category.TRANSIENT),
        ProviderError("does not fit", "", Category.VALIDATION),
        ProviderError("no", "", Category.FATAL),
    ],
)
async def test_odd_replies_leave_a_program_and_a_note(odd: str | ProviderError) -> None:
    found = await build("longest word in a sentence", odd)
    assert found.notes
    function = found.program.functions[0]
    assert function.name.isidentifier()
    assert function.signature.provenance.actor == "rule"
    assert any(hole.kind == "signature" for hole in found.program.holes)
    assert Program.model_validate(found.program.canonical()) == found.program


async def test_a_nameless_function_gets_its_name_wherever_examples_call_it() -> None:
    words = "Group anagrams. You can return the answer in any order.\n\n"
    found = await build(f'{words}Input: texts = ["_(", "b"]\nOutput: [["_("], ["b"]]\n')
    (function,) = found.program.functions
    assert [str(example) for example in function.examples] == [
        """sorted(map(sorted, group_anagrams(["_(", "b"]))) == [['_('], ['b']]"""
    ]
    assert str(function.signature) == "def group_anagrams(texts: list[str]) -> list[list[str]]"


async def test_a_slow_model_is_not_waited_for() -> None:
    class Slow(ScriptedProvider):
        cancelled = False

        async def generate(self, request: GenerationRequest, on_delta: object = None) -> object:  # type: ignore[override]
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled = True

    provider = Slow([])
    found = await IRBuilder(provider, patience=0.2).build("sum of squares")
    assert provider.cancelled
    assert "0.2 s" in found.notes[0]


async def test_cancellation_passes_through() -> None:
    entered = asyncio.Event()

    class Stuck(ScriptedProvider):
        async def generate(self, request: GenerationRequest, on_delta: object = None) -> object:  # type: ignore[override]
            entered.set()
            await asyncio.Event().wait()
            raise AssertionError

    task = asyncio.create_task(IRBuilder(Stuck([])).build("sum of squares"))
    await asyncio.wait_for(entered.wait(), 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("prompt", ["Make it better", "do the thing", "asdf qwer", "help me please"])
async def test_a_vague_prompt_asks_for_its_intent(prompt: str) -> None:
    provider = ScriptedProvider([])
    program = (await IRBuilder(provider).build(prompt)).program
    (hole,) = program.holes
    assert hole.kind == "intent"
    assert hole.matters
    assert provider.requests == []


@pytest.mark.parametrize(
    "prompt",
    [
        "Eine Funktion, die den größten gemeinsamen Teiler zweier Zahlen berechnet",
        "写一个函数，返回列表的中位数",
        "Напиши функцию, которая переворачивает строку",
        "🙂🙂 a 🙂",
    ],
)
async def test_any_language_survives(prompt: str) -> None:
    program = (await IRBuilder().build(prompt)).program
    assert program.functions[0].name.isidentifier()
    assert program.functions[0].intent.text


@pytest.mark.parametrize(
    ("prompt", "intent"),
    [
        ("Write f(xs: list[int]) -> int: how many are even.", "how many are even."),
        ("Please write f(x: int) -> int, x doubled.", "x doubled."),
        ("Write a function f(x: int) -> int. It doubles x.", "It doubles x."),
        ("Write f(x: int) -> int that doubles x.", "Write that doubles x."),
        ("Add-on price of f(x: int) -> int, x doubled.", "Add-on price of , x doubled."),
        ("Define: f(x: int) -> int", "f"),
    ],
)
async def test_an_instruction_without_its_object_is_no_intent(prompt: str, intent: str) -> None:
    function = (await IRBuilder().build(prompt)).program.functions[0]
    assert function.intent.text == intent
    if intent != "f":
        assert prompt[function.intent.provenance.span.start :].startswith(intent[:5])  # type: ignore[union-attr]


async def test_preparing_sends_what_every_prompt_begins_with() -> None:
    provider = ScriptedProvider(["", reply("def median(xs: list[float]) -> float")])
    builder = IRBuilder(provider)
    await builder.prepare()
    await builder.build("median of a list of numbers")
    ahead, asked = provider.requests
    assert ahead.messages[:-1] == asked.messages[:-1]
    assert len(asked.messages) > 2
    assert ahead.max_tokens == 1


async def test_words_enough_are_not_vague() -> None:
    program = (await IRBuilder().build("tic tac toe winner of a board, None if nobody won")).program
    assert "intent" not in {hole.kind for hole in program.holes}


async def test_unread_examples_are_noted() -> None:
    found = await IRBuilder().build("`f(x: int) -> int` where f(1) == [1, 2, ...]")
    assert len(found.notes) == 1
    assert "..." in found.notes[0]


async def test_bad_input_is_refused() -> None:
    with pytest.raises(UsageError):
        await IRBuilder().build("")


async def test_none_is_part_of_a_type_that_only_examples_show() -> None:
    built = await IRBuilder().build(
        "Returns the second value, or None if there is none. second([3, 1]) is 1."
    )
    assert built.program.functions[0].signature.returns == "int | None"


@pytest.mark.parametrize(
    ("prompt", "signature"),
    [
        (
            "def f(a, /, b, *, c=None):\n    '''>>> f(1, 2, c=3)\n    6'''",
            "def f(a: int, /, b: int, *, c: int | None = None) -> int",
        ),
        (
            "Write f(xs, k=None). k is an integer. f([1]) == 2",
            "def f(xs: list[int], k: int | None = None) -> int",
        ),
    ],
)
async def test_a_guessed_type_has_room_for_the_default(prompt: str, signature: str) -> None:
    assert str((await build(prompt)).program.functions[0].signature) == signature


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=120), st.text(max_size=60))
def test_always_a_valid_program(prompt: str, said: str) -> None:
    """Whatever the prompt and whatever the model says."""
    builder = IRBuilder(ScriptedProvider(lambda _: said))
    try:
        found = asyncio.run(builder.build(prompt))
    except UsageError:
        return
    program = found.program
    assert Program.model_validate(program.canonical()) == program
    assert program.functions
    for function in program.functions:
        assert function.name.isidentifier()
        assert not function.proposed_examples
        assert all(item.provenance.stated for item in function.examples)
        if function.signature.provenance.stated:
            assert function.signature.provenance.span is not None
            assert function.signature.provenance.span.of(program.prompt) == function.name


async def test_the_real_tiny_model_at_work(tiny_model: Path) -> None:
    """It knows nothing, but decoding is held to signatures: one comes back and the program is valid."""
    provider = EmbeddedProvider(tiny_model, name="tiny")
    try:
        found = await IRBuilder(provider).build("the number of vowels in a text")
    finally:
        await provider.aclose()
    assert found.notes == ()
    assert found.seconds_model > 0
    assert found.program.functions[0].signature.provenance.source.startswith("tiny translate/")


def test_importing_stays_lean() -> None:
    heavy = {"dspy", "textual", "litellm", "hypothesis", "pysat", "markdown_it", "pipeline.verify"}
    code = f"import sys, pipeline.translate.builder; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_clauses_are_read_with_is_imported_ahead_and_stays_lean() -> None:
    code = (
        "import asyncio, sys; from pipeline.translate.builder import IRBuilder; asyncio.run(IRBuilder().prepare()); "
        "print([name in sys.modules for name in ('pipeline.verify.properties.stated', 'hypothesis')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[True, False]"


async def test_none_is_no_type_of_what_gives_something_else_that_is_not_read() -> None:
    prompt = "Write roots(a, b, c). roots(1, -3, 2) gives 1 and 2, roots(1, 0, 1) gives None."
    program = (await IRBuilder().build(prompt)).program
    (function,) = program.functions
    assert [str(each) for each in function.examples] == ["roots(1, 0, 1) == None"]
    assert (function.signature.returns, program.hole("roots.returns").open) == ("", True)
