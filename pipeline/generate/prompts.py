"""How a model is asked for code. A change of wording is a new version, since results are cached by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.holes.answers import free_holes
from pipeline.ir import Example, Function, Program
from pipeline.providers.base import Message

INSTRUCT_VERSION = "instruct/1"
CONTINUE_VERSION = "continue/1"
PLAN_VERSION = "plan/1"
WORKED_VERSION = "worked/1"
DECOMPOSE_VERSION = "decompose/1"
REPAIR_VERSION = "repair/1"

#: The reply is begun for the model, so that it opens with code and ends with the fence.
PREFILL = "```python\n"
STOP = ("```",)
#: A reply that thinks first ends where its code does; the fence that opens the code has a language.
PLAN_STOP = ("\n```\n",)
#: A worked reply begins with the examples, as comments.
WORKED_LEAD = "# How each result comes about:\n#"
#: Where a continued function has ended: at the next thing on the left margin.
CONTINUE_STOP = ("\ndef ", "\nclass ", "\nif __name__", "\nprint(", "\nassert ", "\n@", "\n#", "\n```")

_QUOTES = ('"' * 3, "'" * 3)
_THINKING = (
    "You are an expert Python programmer. You think before you write, and what you write is correct in every"
    " case. Use only the standard library."
)
_SYSTEM = (
    "You are an expert Python programmer. Reply with one complete, correct Python code block and nothing"
    " else: no explanation, no tests, no example usage. Use only the standard library."
)


def instruct(program: Program, function: Function) -> tuple[Message, ...]:
    """Ask for `function` by instruction: the person's words, then what has been settled since."""
    return (Message("system", _SYSTEM), Message("user", "\n\n".join(_task(program, function))))


def plan(program: Program, function: Function) -> tuple[Message, ...]:
    """Ask for `function` with thought first, then the code."""
    task = (
        *_task(program, function),
        "First say in a few short sentences what exactly is asked, what the examples show, and which cases"
        f" are easy to get wrong. Then write the complete function `{function.name}` in one ```python block.",
    )
    return (Message("system", _THINKING), Message("user", "\n\n".join(task)))


def worked(program: Program, function: Function) -> tuple[Message, ...]:
    """Ask for `function` with the examples worked through in comments first; goes on from `WORKED_LEAD`."""
    task = (
        *_task(program, function),
        "Begin the code block with comments that work through each example, or a few calls of your own, step"
        f" by step. Below them write the complete function `{function.name}`.",
    )
    return (Message("system", _SYSTEM), Message("user", "\n\n".join(task)))


def decompose(program: Program, function: Function) -> tuple[Message, ...]:
    """Ask for `function` in terms of small helper functions."""
    task = (
        *_task(program, function),
        "Break the task into steps. Write a small helper function with a docstring for each step first, and"
        f" then `{function.name}` in terms of them.",
    )
    return (Message("system", _SYSTEM), Message("user", "\n\n".join(task)))


def stub(program: Program, function: Function) -> str:
    """The function as far as it is settled, to be continued: header and docstring without a body."""
    if function.stub.rstrip().endswith(_QUOTES):
        return function.stub.rstrip() + "\n"
    alone = len(program.functions) == 1 and not function.stub
    lines = (program.prompt.strip() if alone else function.intent.text).splitlines()
    lines += [f"It must: {rule}" for rule in _rules(program, function)]
    lines += [line for example in function.examples[:8] for line in _doctest(example).splitlines()]
    text = "\n    ".join(lines).replace("\\", "\\\\").replace(_QUOTES[0], _QUOTES[1])
    parts = [definition.source.strip() for definition in program.types]
    parts += [f"{program.function(name).signature}: ..." for name in function.calls]
    parts.append(f"{function.signature}:\n    {_QUOTES[0]}{text}\n    {_QUOTES[0]}\n")
    return "\n\n\n".join(parts)


def repair(
    program: Program, function: Function, source: str, counterexamples: Sequence[str]
) -> tuple[Message, ...]:
    """Ask for a corrected version of `source`, given what broke."""
    broken = "\n".join(f"- {counterexample}" for counterexample in counterexamples[:4])
    return (
        *instruct(program, function),
        Message("assistant", f"```python\n{source.strip()}\n```"),
        Message(
            "user",
            f"This code is wrong. What must hold, and what it does instead:\n{broken}\n"
            f"Find the mistake and write the whole corrected function `{function.name}`.",
        ),
    )


def _task(program: Program, function: Function) -> Iterable[str]:
    if function.stub:
        yield "Complete this function so that it does what its docstring says:"
        yield f"```python\n{function.stub.rstrip()}\n```"
    else:
        yield f"Write the Python function `{function.signature}`."
    if len(program.functions) > 1:
        yield f"It is part of a module that was asked for like this:\n{_quoted(program.prompt)}"
        yield f"What `{function.name}` does: {function.intent.text}"
    elif not function.stub:
        yield f"The task: {program.prompt.strip()}"
    if program.types:
        types = "\n\n".join(definition.source.strip() for definition in program.types)
        yield f"These types exist already; do not define them again:\n```python\n{types}\n```"
    if function.calls:
        headers = "\n".join(f"{program.function(name).signature}: ..." for name in function.calls)
        yield f"These functions exist already; call them, do not define them:\n```python\n{headers}\n```"
    rules = tuple(_rules(program, function))
    if rules:
        yield "It must obey:\n" + "\n".join(f"- {rule}" for rule in rules)
    shown = [example for example in function.examples if not _in(function.stub, example)]
    if shown:
        yield "Examples:\n" + "\n".join(_doctest(example) for example in shown[:8])


def _rules(program: Program, function: Function) -> Iterable[str]:
    """The binding clauses in words, each once. That anything will do on some input is nothing to obey."""
    free = free_holes(program)
    texts = [decision.text for decision in function.decisions if decision.hole not in free]
    texts += [assertion.text for assertion in function.assertions if assertion.provenance.binding]
    texts += [effect.text for effect in function.effects if effect.provenance.binding and effect.text]
    return dict.fromkeys(text for text in texts if text)


def _in(stub: str, example: Example) -> bool:
    """Whether the prompt's own code already shows the example's call."""
    return example.call in stub


def _doctest(example: Example) -> str:
    outcome = f"raises {example.raises}" if example.raises is not None else example.expected
    return f">>> {example.call}\n{outcome}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.strip().splitlines())
