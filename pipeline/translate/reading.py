"""Reading what a prompt states, exactly and without a model."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.ir import Assertion, Effect, Example, Intent, Parameter, Provenance, Signature, TypeDefinition
from pipeline.translate.awaiting import as_awaited
from pipeline.translate.classes import said_classes, speaks_of_functions
from pipeline.translate.conditions import conditions
from pipeline.translate.effects import effects
from pipeline.translate.examples import ExamplesRead, Scope, Unread, read_checks, read_examples
from pipeline.translate.examples.accepted import in_any_order, said_of_others, unordered
from pipeline.translate.examples.in_place import changed_in_place, prints
from pipeline.translate.examples.inputs import input_names
from pipeline.translate.inference import EXAMPLE_CONFIDENCE, Inferred, alike, infer
from pipeline.translate.listed_types import as_sentences, said_parameters, said_return
from pipeline.translate.methods import SOLUTION
from pipeline.translate.passage import Passage, blanked
from pipeline.translate.stubs import read_code
from pipeline.translate.wanted import Source, call_with_values, place, wanted
from pipeline.translate.wording import SaidType

INTENT_LIMIT = 1_000
INPUT = "input"
"""Where a parameter comes from that the inputs of examples name."""
PLACEHOLDER = "_"
"""Stands for the function's name in examples while the words give none."""


@dataclass(frozen=True, slots=True)
class ReadFunction:
    """One wanted function, as far as the prompt states it.

    The signature's name is empty where the words give none. `has_parameters` tells whether the list of
    parameters is stated; where it is not, `said` holds the arguments' types that the words give.
    `words` is the text about the function, examples left out. `called` are the calls that stand where no
    example could be read: they show at least what the function is given.
    """

    signature: Signature
    intent: Intent
    has_parameters: bool
    said: tuple[SaidType, ...] = ()
    effects: tuple[Effect, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    examples: tuple[Example, ...] = ()
    called: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    stub: str = ""
    words: str = ""

    @property
    def settled(self) -> bool:
        """Whether name, parameters and all types are stated."""
        signature = self.signature
        typed = all(parameter.type for parameter in signature.parameters)
        return bool(signature.name and self.has_parameters and typed and signature.returns)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a prompt states; `unread` is what looks like a clause and could not be read.

    `classes` are those that it asks for; then `asks_functions` tells whether it asks for functions besides.
    """

    prompt: str
    functions: tuple[ReadFunction, ...]
    types: tuple[TypeDefinition, ...] = ()
    unread: tuple[Unread, ...] = ()
    classes: tuple[str, ...] = ()
    asks_functions: bool = True


def _types(signature: Signature) -> dict[str, str]:
    """The types that are said of the parameters, and of the result as `return`."""
    return {each.name: each.type for each in signature.parameters} | {"return": signature.returns}


def _optional(signature: Signature) -> frozenset[str]:
    """The parameters with a default."""
    return frozenset(each.name for each in signature.parameters if each.default is not None)


def read_prompt(prompt: str) -> Reading:
    """Everything the prompt states. Never raises; takes milliseconds."""
    code = read_code(prompt)
    prose = words = Passage(blanked(prompt, code.spans), range(len(prompt) + 1))
    sources, prose = wanted(code, prose)
    sources = _listing(sources, prose, prompt)
    takes = _takes(sources, prose, prompt)
    listed = tuple(each.name for each in sources[0].signature.parameters)
    nameless = {PLACEHOLDER: listed or takes or ("value",)} if not sources[0].signature.name else {}
    optional = {each.signature.name: _optional(each.signature) for each in sources if each.signature.name}
    if nameless:  # that the words speak of several values may be read wrongly
        optional[PLACEHOLDER] = frozenset(takes[1:])
    scope = Scope(
        functions=nameless
        or {
            source.signature.name: tuple(parameter.name for parameter in source.signature.parameters)
            if source.has_parameters
            else None
            for source in sources
            if source.signature.name
        },
        names=frozenset(code.names - {source.signature.name for source in sources}),
        types={each.signature.name: _types(each.signature) for each in sources if each.signature.name},
        takes=takes,
        optional=optional,
        in_place=changed_in_place(prompt),
        prints=prints(prompt),
    )
    examples: list[tuple[str, Example]] = []
    laws: list[tuple[str, Assertion]] = []
    unread: list[Unread] = []
    documented = [
        read_examples(source.docstring, replace(scope, subject=source.signature.name))
        if source.docstring is not None
        else ExamplesRead()
        for source in sources
    ]
    around = _whole(read_examples(prose, scope), prose, prompt)
    sources = [
        _importing(source, [*around.imports, *read.imports])
        for source, read in zip(sources, documented, strict=True)
    ]
    told = [read_examples(comments, scope) for comments in code.comments]
    for read in (*documented, read_checks(prompt, code.checks, scope), *told, around):
        examples += read.examples
        laws += read.laws
        unread += read.unread
    told_by = [example.provenance for _, example in examples] + [law.provenance for _, law in laws]
    taken = _places(told_by)
    hidden = taken + _places(item.provenance for item in unread)
    once: dict[tuple[str, str], tuple[str, Example]] = {}
    for name, example in examples:
        once.setdefault((name, str(example)), (name, example))
    ordered = sorted(once.values(), key=lambda item: place(item[1].provenance))
    called = [call for item in unread if (call := call_with_values(item.text))]
    passages = [passage for source in sources for passage in source.passages] if ordered else []
    others = {str(item): item for passage in passages for item in said_of_others(passage)}
    unread += others.values()
    types = frozenset(each.name for each in code.types)
    functions = [_function(source, ordered, laws, called, taken, hidden, types) for source in sources]
    linked = _with_calls(functions)
    said = [name for name in said_classes(words) if name != SOLUTION]
    classes = tuple(dict.fromkeys([*said, *code.open_classes]))
    named = [
        each.name for each in (source.signature for source in sources) if each.name not in ("", *classes)
    ]
    asks_functions = bool(code.stubs) or (bool(named) and (not said or speaks_of_functions(words)))
    return Reading(prompt, tuple(linked), tuple(code.types), tuple(unread), classes, asks_functions)


def _whole(read: ExamplesRead, prose: Passage, prompt: str) -> ExamplesRead:
    """Without the examples whose value has a part that was read as something else, and taken out of it."""
    kept = []
    for name, example in read.examples:
        span, value = example.provenance.span, example.expected or ""
        if span and value in prose.text[span.start : span.end] and value not in span.of(prompt):
            read.unread.append(Unread(span.of(prompt), "a part of it is no value", example.provenance))
        else:
            kept.append((name, example))
    return replace(read, examples=kept)


def _importing(source: Source, imports: Iterable[str]) -> Source:
    """The function beside what its examples import."""
    lacking = [each for each in dict.fromkeys(imports) if each not in source.stub.splitlines()]
    parts = ["\n".join(lacking), source.stub]
    return replace(source, stub="\n\n\n".join(filter(None, parts))) if lacking else source


def _listing(sources: list[Source], prose: Passage, prompt: str) -> list[Source]:
    """The one function whose parameters nothing lists with those that the inputs of examples name."""
    places = input_names(prose.text) if _is_unlisted(sources, prompt) else ()
    if not places:
        return sources
    parameters = tuple(
        Parameter(name=prose.text[start:end], provenance=prose.stated(start, end, INPUT))
        for start, end in places
    )
    signature = sources[0].signature.model_copy(update={"parameters": parameters})
    return [replace(sources[0], signature=signature, has_parameters=True)]


def _takes(sources: Sequence[Source], prose: Passage, prompt: str) -> tuple[str, ...]:
    """The parameters of the one function that nothing lists, or calls: those said, or a single one."""
    if not _is_unlisted(sources, prompt):
        return ()
    said = [each.name for each in said_parameters(prose)] or [""]
    return tuple(each or f"value{index or ''}" for index, each in enumerate(said))


def _is_unlisted(sources: Sequence[Source], prompt: str) -> bool:
    """Whether there is one function, whose parameters nothing lists, and that nothing calls."""
    if len(sources) > 1 or sources[0].has_parameters:
        return False
    name = sources[0].signature.name
    return not (name and re.search(rf"\b{re.escape(name)}\s*\(", prompt))


def _places(provenances: Iterable[Provenance]) -> list[tuple[int, int]]:
    return [(each.span.start, each.span.end) for each in provenances if each.span]


def _function(
    source: Source,
    examples: Iterable[tuple[str, Example]],
    laws: Iterable[tuple[str, Assertion]],
    called: Iterable[str],
    taken: list[tuple[int, int]],
    hidden: list[tuple[int, int]],
    types: Collection[str],
) -> ReadFunction:
    """All clauses of one function. What looks like an example and is none says what is wanted in its words,
    and in nothing else."""
    read = tuple(_without(passage, hidden) for passage in source.passages)
    passages = tuple(as_sentences(passage, types) for passage in read)
    signature = source.signature
    names = tuple(parameter.name for parameter in signature.parameters)
    said = tuple(item for passage in read for item in said_parameters(passage, names, types))
    returned = next((item for passage in read if (item := said_return(passage, types))), None)
    own = tuple(example for name, example in examples if name == (signature.name or PLACEHOLDER))
    calls = tuple(each for each in called if each.partition("(")[0] == signature.name)
    shown = infer(own, signature.name or PLACEHOLDER, calls)
    signature = _typed(signature, said, returned, shown)
    signature = as_awaited(signature, own, source.stub)
    if any(in_any_order(passage.text) for passage in passages):
        own = tuple(unordered(example, signature.name or PLACEHOLDER) for example in own)
        signature = _returning(signature, shown.returns)
    kinds = {parameter.name: parameter.type for parameter in signature.parameters}
    clauses = [clause for passage in passages for clause in conditions(passage, kinds)]
    found_effects = [effect for passage in passages for effect in effects(passage, names)]
    words = "\n".join(passage.text for passage in passages).strip()
    told = tuple(as_sentences(_without(passage, taken), types) for passage in source.passages)
    intent = _intent(source, told)
    return ReadFunction(
        signature=signature,
        intent=intent.model_copy(update={"words": words}),
        has_parameters=source.has_parameters,
        said=said,
        effects=(*(clause for clause in clauses if isinstance(clause, Effect)), *found_effects),
        assertions=(
            *(clause for clause in clauses if isinstance(clause, Assertion)),
            *(law for name, law in laws if name == signature.name),
        ),
        examples=own,
        called=calls,
        stub=source.stub,
        words=words,
    )


def _typed(
    signature: Signature, said: tuple[SaidType, ...], returned: SaidType | None, shown: Inferred
) -> Signature:
    """The signature with the types that the words say for what the header leaves untyped.

    Where no header has the parameter's name, a type is not taken if the examples show another.
    """
    by_name: Mapping[str, SaidType] = {item.name: item for item in reversed(said) if item.name}
    nameless = [item for item in said if not item.name]
    in_order = len(nameless) == len(signature.parameters) and not by_name
    parameters: list[Parameter] = []
    for index, parameter in enumerate(signature.parameters):
        found = by_name.get(parameter.name)
        if found is None and in_order:
            found = nameless[index]
        seen = shown.of(index, parameter.name)
        loose = in_order or parameter.provenance.source == INPUT
        if found is not None and loose and not alike(found.type, seen):
            found = None
        precise = found is not None and seen.startswith(f"{found.type}[")
        if (
            precise
            or parameter.type
            or parameter.kind.startswith("variadic")
            or found is None
            or not found.type
        ):
            parameters.append(parameter)
        else:
            parameters.append(
                parameter.model_copy(update={"type": found.type, "type_provenance": found.provenance})
            )
    update: dict[str, object] = {"parameters": tuple(parameters)}
    if not signature.returns and returned is not None:
        update |= {"returns": returned.type, "returns_provenance": returned.provenance}
    return signature.model_copy(update=update)


def _returning(signature: Signature, shown: str) -> Signature:
    """The signature with the list that it returns, which examples no longer show once that has no order."""
    if signature.returns or not shown.startswith("list"):
        return signature
    by_example = Provenance(actor="rule", source="examples", confidence=EXAMPLE_CONFIDENCE)
    return signature.model_copy(update={"returns": shown, "returns_provenance": by_example})


_ASKING = re.compile(
    r"\s*(?:please\s+)?(?:write|implement|create|define|make|build|add)"
    r"(?:\s+(?:a|the|me\s+a)?\s*(?:python\s+)?function)?\s*[:;,.\u2013\u2014-]+(?!\S)",
    re.IGNORECASE,
)
"""An instruction of which only the verb is left where the header stood: "Write : how many …"."""


_WORDS = re.compile(r"\S(?=.*\w)|\w", re.DOTALL)
"""Where words begin: nothing but the commas between examples says nothing."""


_LABELS = re.compile(r"(?:\W*\b\w+[ \t]*:)+\W*")
"""What is left where an example was: "Input: … Output: …"."""
_MARKS = re.compile(r"^[ \t]*```[^\n`]*$", re.MULTILINE)


def _intent(source: Source, passages: tuple[Passage, ...]) -> Intent:
    """The words about the function, up to their first long gap."""
    for passage in passages:
        text = passage.text[:INTENT_LIMIT]
        asking = _ASKING.match(text)
        first = _WORDS.search(text, asking.end() if asking else 0)
        if first and not _LABELS.fullmatch(text):
            last = len(text.rstrip())
            words = " ".join(text[first.start() : last].split())
            return Intent(text=words, provenance=passage.stated(first.start(), last, "prompt"))
    words = source.signature.name.replace("_", " ").strip() or "unknown"
    return Intent(text=words, provenance=Provenance(actor="rule", source="function name", confidence=0.5))


def _without(passage: Passage, hidden: list[tuple[int, int]]) -> Passage:
    """The passage with what stands at the hidden places of the prompt, and marks around code, blanked out."""
    offsets = passage.offsets
    places = ((bisect_left(offsets, start), bisect_left(offsets, end)) for start, end in hidden)
    spans = [(low, high) for low, high in places if low < high]
    spans += [mark.span() for mark in _MARKS.finditer(passage.text)]
    return Passage(blanked(passage.text, spans), offsets) if spans else passage


def _with_calls(functions: list[ReadFunction]) -> list[ReadFunction]:
    """The functions with the calls between them that the words name, without cycles."""
    names = [function.signature.name for function in functions]
    reaches: dict[str, set[str]] = {name: {name} for name in names}
    linked = []
    for function in functions:
        own = function.signature.name
        calls = []
        for name in names:
            if name == own or not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", function.words):
                continue
            if own in reaches[name]:
                continue
            calls.append(name)
            for other in names:
                if own in reaches[other]:
                    reaches[other] |= reaches[name]
        linked.append(replace(function, calls=tuple(calls)))
    return linked
