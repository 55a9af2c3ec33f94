"""Prompt to IR: what is stated is read, what is not is inferred, proposed by a model, or left as a hole."""

from __future__ import annotations

import ast
import asyncio
import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.ir import (
    Candidate,
    Function,
    Hole,
    Open,
    Parameter,
    Program,
    Provenance,
    Signature,
    Types,
)
from pipeline.ir.bounds import unread_bounds
from pipeline.translate.classes import check_classes
from pipeline.translate.inference import EXAMPLE_CONFIDENCE, derived_name, infer, with_default
from pipeline.translate.parameters import Header, arguments, proposed_parameters
from pipeline.translate.reading import PLACEHOLDER, ReadFunction, Reading, read_prompt
from pipeline.translate.rules import find_holes
from pipeline.translate.rules.facts import Facts
from pipeline.translate.syntax import STRING
from pipeline.translate.type_guesses import guesses
from pipeline.translate.validation import check_prompt
from pipeline.translate.wording import may_be_none

if TYPE_CHECKING:
    from pipeline.providers.base import Provider
    from pipeline.translate.proposal import Proposal

PATIENCE = 30.0
"""Seconds a model may take before the translation goes on without it."""
MODEL_CONFIDENCE = 0.8
"""Share of names and types by the embedded model that were sensible when measured."""
_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|several|both)\s+(?:\w+\s+)?functions\b|\bfunctions\b|\bmodule\b|\banother\s+function\b"
    r"|\band\s+a\s+(?:second\s+)?function\b|\b(?:encode|encoder|serialize|compress|push)\b[^.]{0,12}\band\b[^.]{0,12}\b(?:decode|decoder|deserialize|decompress|pop)\b",
    re.I,
)
_TASK = re.compile(
    r"\b(?:functions?|comput\w+|calculat\w+|return\w*|count\w*|find\w*|sort\w*|convert\w*|pars\w+|merg\w+|revers\w+|sum|check\w*"
    r"|median|mean|average|max\w*|min\w*|list|numbers?|strings?|words?|text|integers?|array|dict\w*|group\w*|split\w*|join\w*|filter\w*"
    r"|remov\w+|generat\w+|format\w*|validat\w+|encod\w+|decod\w+|compress\w*|factorial|fibonacci|prime\w*|palindrom\w*|anagram\w*|roman"
    r"|date\w*|time|matrix|tree|graph|path\w*|search\w*|add\w*|subtract\w*|multipl\w+|divid\w+|rotat\w+|flatten\w*|unique|duplicat\w+"
    r"|files?|json|csv|email\w*|url\w*|class|swap\w*|replac\w+|transform\w*|transpos\w+|evaluat\w+|extract\w*|map\w*|digits?|vowels?|slug\w*)\b",
    re.I,
)
_EMPTY_WORDS = re.compile(
    r"make|do|does|it|this|that|the|an?|thing|things|something|anything|stuff|please|help|me|my|you|can|could|want|need"
    r"|better|good|nice|great|cool|app|program|code|script|project|tool|improve|fix|work|works|write|create|build|for|to"
)
MOST_VAGUE_WORDS = 2
"""With no more words that say something, and none that names a task, nothing can be made of a prompt."""


@dataclass(frozen=True, slots=True)
class Translation:
    """The program, what a person should know about how it came about, and the seconds a model took."""

    program: Program
    notes: tuple[str, ...] = ()
    seconds_model: float = 0.0


class IRBuilder:
    """Translates prompts; without a `provider` it does so by reading and rules alone."""

    def __init__(self, provider: Provider | None = None, *, patience: float = PATIENCE) -> None:
        self._provider = provider
        self._patience = patience

    async def prepare(self) -> None:
        """Do ahead what makes the first translation slow: imports, and the prompt's fixed part."""
        await asyncio.to_thread(importlib.import_module, "pipeline.verify.properties.stated")
        if self._provider is not None:
            module = await asyncio.to_thread(importlib.import_module, "pipeline.translate.proposal")
            await module.warm(self._provider)

    async def build(self, prompt: str | bytes) -> Translation:
        """The program a prompt asks for. Raises UsageError for what is none, or asks for classes alone."""
        text = check_prompt(prompt)
        reading = await asyncio.to_thread(read_prompt, text)
        classes = check_classes(reading.classes, functions=reading.asks_functions)
        proposal = await self._proposal(reading)
        functions, holes = complete(reading, proposal)
        program = Program(prompt=text, functions=tuple(functions), types=reading.types, holes=tuple(holes))
        notes = [*classes]
        notes += [f"Not read as an example: {item.text!r} ({item.reason})." for item in reading.unread]
        notes += [
            f"Not read as a bound: {text!r} (it does not compare parameters with numbers alone)."
            for function in reading.functions
            for text in unread_bounds(function.words, [each.name for each in function.signature.parameters])
        ]
        if proposal is None:
            return Translation(program, tuple(notes))
        return Translation(program, (*notes, *proposal.notes), proposal.seconds)

    async def _proposal(self, reading: Reading) -> Proposal | None:
        """What the model makes of the gaps, if there are any; one call for all functions."""
        unnamed = not reading.functions[0].signature.name
        gaps = [item for item in reading.functions if not _without_gaps(item)]
        if self._provider is None or not gaps or is_vague(reading):
            return None
        module = await asyncio.to_thread(importlib.import_module, "pipeline.translate.proposal")
        several = unnamed and bool(_SEVERAL.search(reading.prompt))
        known = [] if unnamed else [_with_inferred(item) for item in gaps]
        words = " ".join("\n".join(dict.fromkeys(item.words for item in gaps)).split())
        shown = [example for item in gaps for example in item.examples][:1]
        request = f"{words} {shown[0]}" if shown else words
        found: Proposal = await module.propose(
            self._provider, request, known, several=several, seconds=self._patience
        )
        return found


def is_vague(reading: Reading) -> bool:
    """Whether the words name no function, no example and nothing that a function could do."""
    function = reading.functions[0]
    if function.signature.name or function.examples or function.said or reading.types:
        return False
    if not reading.prompt.isascii() or _TASK.search(reading.prompt):
        return False
    words = [
        word for word in re.findall(r"[a-z]{2,}", reading.prompt.lower()) if not _EMPTY_WORDS.fullmatch(word)
    ]
    return len(words) <= MOST_VAGUE_WORDS


def _without_gaps(function: ReadFunction) -> bool:
    """Whether reading and examples give the whole signature."""
    signature = _with_inferred(function)
    typed = all(item.type for item in signature.parameters if not item.kind.startswith("variadic"))
    return bool(signature.name and function.has_parameters and typed and signature.returns)


def _with_inferred(function: ReadFunction) -> Signature:
    """The stated signature with the types that its examples show."""
    inferred = infer(function.examples, function.signature.name, function.called)
    source = Provenance(actor="rule", source="examples", confidence=EXAMPLE_CONFIDENCE)
    parameters = []
    for index, item in enumerate(function.signature.parameters):
        kind = inferred.of(index, item.name) if not item.type and not item.kind.startswith("variadic") else ""
        kind = with_default(kind, item.default)
        typed = item.model_copy(update={"type": kind, "type_provenance": source})
        parameters.append(typed if kind and kind != "None" else _allowing_default(item))
    update: dict[str, object] = {"parameters": tuple(parameters)}
    unread = inferred.returns == "None" and function.called  # of which some gives another value
    if not function.signature.returns and inferred.returns and not unread:
        update |= {"returns": _or_none(inferred.returns, function), "returns_provenance": source}
    return function.signature.model_copy(update=update)


def _allowing_default(parameter: Parameter) -> Parameter:
    """The parameter whose type its own header does not give, with None where that is its default."""
    kind, source = parameter.type, parameter.type_provenance
    if not kind or source is None or parameter.default != "None" or "None" in kind or "Optional" in kind:
        return parameter
    return parameter.model_copy(update={"type": f"{kind} | None"})


def complete(reading: Reading, proposal: Proposal | None) -> tuple[list[Function], list[Hole]]:
    """All functions with their holes."""
    headers = proposal.headers if proposal else {}
    source = proposal.source if proposal else ""
    wanted = list(reading.functions)
    if not wanted[0].signature.name:
        names = list(headers) or [derived_name(wanted[0].words or reading.prompt)]
        wanted = [_named(wanted[0], name, source if headers else "") for name in names]
    functions: list[Function] = []
    holes: list[Hole] = []
    for item in wanted:
        signature = _signature(item, headers.get(item.signature.name), source)
        function = Function(
            signature=signature,
            intent=item.intent,
            effects=item.effects,
            assertions=item.assertions,
            examples=item.examples,
            calls=item.calls,
            stub=item.stub,
        )
        functions.append(function)
        if is_vague(reading):
            holes.append(_intent_hole(function))
        else:
            holes += find_holes(function, item.words).holes
            holes += _type_holes(function, item.words)
    return functions, holes


_NAMELESS = re.compile(rf"{STRING.pattern}|(?<![\w.]){PLACEHOLDER}(?=\()", re.S)
"""A text, or the nameless function where it is called."""


def _named(function: ReadFunction, name: str, source: str) -> ReadFunction:
    """The nameless function under a name found for it, in its examples too."""
    if source:
        provenance = Provenance(actor="model", source=source, confidence=MODEL_CONFIDENCE)
    else:
        provenance = Provenance(actor="rule", source="words", confidence=0.4)
    examples = tuple(
        example.model_copy(
            update={
                "call": _NAMELESS.sub(lambda part: name if part[0] == PLACEHOLDER else part[0], example.call)
            }
        )
        for example in function.examples
    )
    signature = function.signature.model_copy(update={"name": name, "provenance": provenance})
    return replace(function, signature=signature, examples=examples)


def _signature(function: ReadFunction, header: Header | None, source: str) -> Signature:
    """The signature from what is stated, then examples, then the model's header, then usual names."""
    stated = _with_inferred(function)
    model = Provenance(actor="model", source=source, confidence=MODEL_CONFIDENCE)
    if function.has_parameters:
        hints = {item.arg: item.annotation for item in arguments(header)}
        parameters = tuple(_hinted(item, hints, model) for item in stated.parameters)
    else:
        parameters = proposed_parameters(
            function.examples, function.signature.name, function.called, function.said, header, model
        )
    update: dict[str, object] = {"parameters": parameters}
    if not stated.returns and header is not None and header.returns is not None:
        returns = _or_none(ast.unparse(header.returns), function)
        update |= {"returns": returns, "returns_provenance": model}
    return stated.model_copy(update=update)


def _or_none(returns: str, function: ReadFunction) -> str:
    """A return type that nobody stated, with None where words or examples tell of that."""
    clauses = any(re.match(r"returns? None\b", clause.text, re.I) for clause in function.assertions)
    shown = any(example.expected == "None" for example in function.examples)
    said = clauses or shown or may_be_none(function.words)
    return f"{returns} | None" if said and "None" not in returns and "Optional" not in returns else returns


def _hinted(parameter: Parameter, hints: Mapping[str, ast.expr | None], model: Provenance) -> Parameter:
    hint = hints.get(parameter.name)
    if parameter.type or hint is None:
        return parameter
    typed = parameter.model_copy(update={"type": ast.unparse(hint), "type_provenance": model})
    return _allowing_default(typed)


USUAL_TYPES = ("int", "str", "bool", "float", "list[int]", "list[str]")
MOST_TYPES = 5
USUAL_CONFIDENCE = 0.1
"""Of a usual type for which no word speaks."""
_LOOSE = frozenset({"", "Any", "object", "list", "dict", "tuple", "set"})


def _type_holes(function: Function, words: str) -> list[Hole]:
    """Types that nobody gave, or that only a guess gave."""
    signature, facts = function.signature, Facts(function, words)
    holes = [
        _type_hole(facts, item.name, item.type, item.type_provenance or item.provenance)
        for item in signature.parameters
        if item.kind in ("positional", "keyword")
        and _open_type(item.type, item.type_provenance or item.provenance)
    ]
    returned = signature.returns_provenance or signature.provenance
    if _open_type(signature.returns, returned):
        holes.append(_type_hole(facts, "returns", signature.returns, returned))
    return holes


def _open_type(kind: str, provenance: Provenance) -> bool:
    """Whether a type is missing, too loose to say anything, or a model's guess that nobody confirmed."""
    return kind == "" or provenance.actor == "model" or (kind in _LOOSE and not provenance.stated)


def _type_hole(facts: Facts, slot: str, kind: str, provenance: Provenance) -> Hole:
    what = "return" if slot == "returns" else f"take as {slot}"
    rule = Provenance(actor="rule", source="rule type", confidence=USUAL_CONFIDENCE)
    found = {kind: provenance} if kind else {}
    for each, share in guesses(facts, slot):
        found.setdefault(each, rule.model_copy(update={"confidence": share}))
    for each in USUAL_TYPES:
        found.setdefault(each, rule)
    return Hole(
        id=f"{facts.name}.{slot}",
        kind="signature",
        question=f"What type does {facts.name} {what}?",
        target=facts.name,
        slot=slot,
        type="type",
        domain=Types(bounds=("object",)),
        candidates=tuple(Candidate(value=each, provenance=by) for each, by in found.items())[:MOST_TYPES],
        importance=0.5 if kind == "" else 0.4,
        provenance=rule,
    )


def _intent_hole(function: Function) -> Hole:
    return Hole(
        id=f"{function.name}.intent",
        kind="intent",
        question="What should the function do? Say what goes in, what comes out, and give an example.",
        target=function.name,
        slot="intent",
        domain=Open(description="a sentence such as: the median of a list of numbers"),
        importance=1.0,
        provenance=Provenance(actor="rule", source="rule intent"),
    )
