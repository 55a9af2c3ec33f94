"""The ways of asking a model for a function, and which of them comes when.

Another way of asking finds more right programs than more samples of one way, which add wrong ones that agree
with each other. So each round asks differently: by instruction, as a stub to continue, thinking first, with
what broke, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.generate import prompts
from pipeline.ir import Function, Program
from pipeline.providers.base import GenerationRequest, Message

MAX_TOKENS = 640
THOUGHT_TOKENS = 400
"""What a reply that thinks before it writes may take beyond `MAX_TOKENS`."""
TEMPERATURE = 0.7
REPAIR_SAMPLES = 2

EDIT_VERSION = "edit/1"
SEARCH_VERSION = "search/1"
RIVALS = frozenset({EDIT_VERSION, SEARCH_VERSION})
"""What is made to fit the examples has no vote of its own: that it fits says little."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of candidates for one function: the first drafts (0), or a later one."""

    function: str
    number: int = 0

    @classmethod
    def of(cls, candidate: str) -> Round:
        """The round that a candidate of that id was made in."""
        function, _, number = candidate.rpartition(".")[0].partition("+")
        return cls(function, int(number or 0))

    @property
    def suffix(self) -> str:
        """What tells the ids of this round's nodes and candidates apart."""
        return self.function if self.number == 0 else f"{self.function}+{self.number}"

    def node(self, kind: Literal["ask", "mend", "search", "read", "choose"]) -> str:
        """The id of this round's node of that kind."""
        return f"{kind}:{self.suffix}"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What the model is asked in one round: the request, and the code that its reply is read after."""

    generator: str
    request: GenerationRequest
    lead: str = ""


Way = Callable[[Program, Function, int, int], Inquiry]
"""Asks for a function: program, function, number of samples, seed."""


def instructed(program: Program, function: Function, samples: int, seed: int) -> Inquiry:
    """By instruction: code and nothing else."""
    return Inquiry(prompts.INSTRUCT_VERSION, _code(prompts.instruct(program, function), samples, seed))


def continued(program: Program, function: Function, samples: int, seed: int) -> Inquiry:
    """As a stub to continue: header and docstring, as in a file. A docstring that the prompt did not give is
    left out of the code."""
    stub = prompts.stub(program, function)
    lead = stub if function.stub else f"{function.signature}:\n"
    request = GenerationRequest(
        raw=stub,
        n=samples,
        max_tokens=MAX_TOKENS,
        temperature=TEMPERATURE,
        seed=seed,
        stop=prompts.CONTINUE_STOP,
    )
    return Inquiry(prompts.CONTINUE_VERSION, request, lead)


def planned(program: Program, function: Function, samples: int, seed: int) -> Inquiry:
    """Thinking first, in prose."""
    request = GenerationRequest(
        messages=prompts.plan(program, function),
        n=samples,
        max_tokens=MAX_TOKENS + THOUGHT_TOKENS,
        temperature=TEMPERATURE,
        seed=seed,
        stop=prompts.PLAN_STOP,
    )
    return Inquiry(prompts.PLAN_VERSION, request)


def worked(program: Program, function: Function, samples: int, seed: int) -> Inquiry:
    """With the examples worked through in comments before the code."""
    lead = prompts.WORKED_LEAD
    request = _code(prompts.worked(program, function), samples, seed, lead, THOUGHT_TOKENS)
    return Inquiry(prompts.WORKED_VERSION, request, lead)


def decomposed(program: Program, function: Function, samples: int, seed: int) -> Inquiry:
    """In terms of small helper functions."""
    return Inquiry(prompts.DECOMPOSE_VERSION, _code(prompts.decompose(program, function), samples, seed))


def repaired(
    program: Program, function: Function, samples: int, seed: int, broken: Mapping[str, Any]
) -> Inquiry:
    """By what broke: `broken` holds the `source` of a failing candidate and its `counterexamples`."""
    messages = prompts.repair(program, function, broken["source"], broken["counterexamples"])
    return Inquiry(prompts.REPAIR_VERSION, _code(messages, min(samples, REPAIR_SAMPLES), seed))


def _code(
    messages: tuple[Message, ...], samples: int, seed: int, lead: str = "", thought: int = 0
) -> GenerationRequest:
    """A request for a reply that is one block of code, beginning with `lead`."""
    return GenerationRequest(
        messages=messages,
        prefill=prompts.PREFILL + lead,
        n=samples,
        max_tokens=MAX_TOKENS + thought,
        temperature=TEMPERATURE,
        seed=seed,
        stop=prompts.STOP,
    )


_FRESH: tuple[Way, ...] = (instructed, continued, planned, instructed, worked, decomposed)
"""The way of each round; in those of `_REPAIRS` it is a repair where a candidate broke."""
_REPAIRS = frozenset({3, 5})


def inquiry(
    program: Program, at: Round, *, k: int, seed: int, broken: Mapping[str, Any] | None = None
) -> Inquiry:
    """How `at.function` is asked for in that round, with `k` samples; `broken` as in `repaired`, if any."""
    function = program.function(at.function)
    seed += at.number
    if broken is not None and (at.number in _REPAIRS or at.number >= len(_FRESH)):
        return repaired(program, function, k, seed, broken)
    return _FRESH[at.number % len(_FRESH)](program, function, k, seed)
