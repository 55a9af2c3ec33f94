"""What a model proposes for what the words leave out. Imports DSPy: import this module lazily."""

from __future__ import annotations

import ast
import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import dspy
from dspy.utils.exceptions import DSPyError
from pydantic import Field, StringConstraints, create_model

from pipeline.ir import Signature
from pipeline.providers.base import GenerationRequest, Message, Provider
from pipeline.providers.engine import dspy_lm
from pipeline.translate.syntax import is_type, parse_header

PROMPT_VERSION = "translate/1"
INSTRUCTIONS = "Reply with the Python signature of each function asked for, with precise types."
DEMOS = (
    ("total per customer from orders", "def totals(orders: list[tuple[str, float]]) -> dict[str, float]"),
)
REQUEST_LIMIT = 600
TOKENS_EACH = 60
MOST_FUNCTIONS = 4
_ANY_OBJECT = {"type": "object", "properties": {}}
_TYPE = r"[A-Za-z][A-Za-z0-9_, |\[\]]{0,40}"
_NAME = r"[a-z][a-z0-9_]{1,40}"
_FREE = rf"def {_NAME}\(([a-z][a-z0-9_]*: {_TYPE}(, [a-z][a-z0-9_]*: {_TYPE}){{0,4}})?\) -> {_TYPE}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The model's signatures by name, in its order; `notes` say what had to be thrown away."""

    source: str
    headers: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


class _Brief(dspy.JSONAdapter):  # type: ignore[misc]  # dspy is untyped here
    """The shortest prompt that does: on a CPU every token of it is time a person waits."""

    def format(
        self, signature: type[dspy.Signature], demos: list[dict[str, Any]], inputs: dict[str, Any]
    ) -> list[dict[str, Any]]:
        shown = [turn for demo in demos for turn in self._turns(signature, demo)]
        return [
            {"role": "system", "content": signature.instructions},
            *shown,
            {"role": "user", "content": inputs["request"]},
        ]

    def _turns(self, signature: type[dspy.Signature], demo: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.format_assistant_message_content(signature, demo)
        return [{"role": "user", "content": demo["request"]}, {"role": "assistant", "content": answer}]


async def warm(provider: Provider) -> None:
    """Have the fixed part of the prompt computed and the decoder's schemas set up, for the first proposal.

    Raises what `Provider.generate` raises.
    """
    signature = _signature_for([], several=False)
    turns = _Brief().format(signature, _demos(), {"request": "a"})
    messages = tuple(Message(turn["role"], turn["content"]) for turn in turns)
    await provider.generate(GenerationRequest(messages, max_tokens=1, schema=_ANY_OBJECT))


def _demos() -> list[dict[str, Any]]:
    return [{"request": asked, "reply": {"code": [code]}} for asked, code in DEMOS]


async def propose(
    provider: Provider, request: str, known: Sequence[Signature], *, several: bool, seconds: float
) -> Proposal:
    """Signatures for `known` functions that lack types, or for whatever `request` asks for.

    A reply that does not fit, a failing model and one slower than `seconds` give an empty proposal with a
    note. Cancellation passes through.
    """
    source = f"{provider.name} {PROMPT_VERSION}"
    started = time.perf_counter()
    signature = _signature_for(known, several=several)
    count = len(known) or (MOST_FUNCTIONS if several else 1)
    try:
        lm = dspy_lm(provider, temperature=0.0, max_tokens=TOKENS_EACH * count)
        async with asyncio.timeout(seconds):
            with dspy.context(lm=lm, adapter=_Brief()):
                predict = dspy.Predict(signature)
                predict.demos = _demos()
                reply = await predict.acall(request=request[:REQUEST_LIMIT])
    except TimeoutError:
        note = f"The model gave no signature within {seconds:g} s; rules alone were used."
        return Proposal(source, notes=(note,), seconds=time.perf_counter() - started)
    except (DSPyError, RecursionError) as error:  # the parser of JSON recurses into what a model nests
        note = f"The model's proposal could not be used: {_first_line(error)}"
        return Proposal(source, notes=(note,), seconds=time.perf_counter() - started)
    headers, notes = _read(reply.reply.code, known)
    return Proposal(source, headers, tuple(notes), time.perf_counter() - started)


def _signature_for(known: Sequence[Signature], *, several: bool) -> type[dspy.Signature]:
    """One output per known function, held to what is stated of it; otherwise free signatures."""
    pattern = "|".join(f"({_pattern(item)})" for item in known) or _FREE
    least, most = (len(known), len(known)) if known else (1, MOST_FUNCTIONS if several else 1)
    line = Annotated[str, StringConstraints(pattern=f"^({pattern})$")]
    lines = Annotated[list[line], Field(min_length=least, max_length=most)]
    reply = create_model("Reply", code=(lines, ...))
    fields: dict[str, tuple[Any, Any]] = {
        "request": (str, dspy.InputField()),
        "reply": (reply, dspy.OutputField()),
    }
    asked: type[dspy.Signature] = dspy.Signature(fields, INSTRUCTIONS)
    return asked


def _pattern(signature: Signature) -> str:
    """The stated signature as a regular expression that leaves only its gaps free."""
    parts = [
        f"{re.escape(item.name)}: {re.escape(item.type) if item.type else _TYPE}"
        for item in signature.parameters
        if item.kind in ("positional", "keyword")
    ]
    arguments = (
        ", ".join(parts) if parts else rf"([a-z][a-z0-9_]*: {_TYPE}(, [a-z][a-z0-9_]*: {_TYPE}){{0,4}})?"
    )
    returns = re.escape(signature.returns) if signature.returns else _TYPE
    return rf"def {re.escape(signature.name)}\({arguments}\) -> {returns}"


def _read(
    texts: Sequence[str], known: Sequence[Signature]
) -> tuple[dict[str, ast.FunctionDef | ast.AsyncFunctionDef], list[str]]:
    """The replies as headers; a missing `def` is put before, a colon after taken away."""
    names = {item.name for item in known}
    headers: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    notes = []
    for text in texts:
        line = text.strip().strip("`").rstrip(":").strip()
        node = parse_header(line if line.startswith(("def ", "async def ")) else f"def {line}")
        if node is None or (names and node.name not in names) or not _sound(node):
            notes.append(f"The model's signature {text[:80]!r} could not be used.")
        else:
            headers.setdefault(node.name, node)
    return headers, notes


def _sound(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether all annotations are types."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    hints = [argument.annotation for argument in arguments] + [node.returns]
    return all(hint is None or is_type(hint) for hint in hints)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
