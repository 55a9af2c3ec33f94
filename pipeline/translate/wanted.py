"""Which functions a prompt asks for, and where it speaks of each."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ir import Parameter, Provenance, Signature
from pipeline.printed import HOMES
from pipeline.syntax import BUILTINS
from pipeline.translate.classes import is_object
from pipeline.translate.examples import Scope, read_examples
from pipeline.translate.naming import asks, function_names
from pipeline.translate.passage import Passage, blanked
from pipeline.translate.placing import Subject, placed
from pipeline.translate.signatures import GROWTH, read_signatures, said_async
from pipeline.translate.stubs import GivenCode, Stub, functions_under_test
from pipeline.translate.syntax import closing, free_names, parse_expression

_CALLED = re.compile(r"`?(?P<name>[^\W\d]\w*)\(")


@dataclass(frozen=True, slots=True)
class Source:
    """Where one function's clauses stand: its header, and the passages about it."""

    signature: Signature
    has_parameters: bool
    passages: tuple[Passage, ...]
    docstring: Passage | None = None
    stub: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """A function that is found at `start` of the prompt."""

    start: int
    signature: Signature
    has_parameters: bool = False
    stub: Stub | None = None

    @classmethod
    def of(cls, stub: Stub) -> _Found:
        return cls(place(stub.signature.provenance), stub.signature, True, stub)


def wanted(code: GivenCode, prose: Passage) -> tuple[list[Source], Passage]:
    """The wanted functions in the order of the prompt, and the prose without their signatures."""
    blanks: list[tuple[int, int]] = []
    found = _asked_for(code, prose, blanks)
    rest = Passage(blanked(prose.text, blanks), prose.offsets)
    if not found:
        found = _under_test(code)
    if not found and code.complete:
        found = {code.complete[-1].signature.name: _Found.of(code.complete[-1])}
    if not found:
        found = _shown(code, rest)
    ordered = sorted(found.values(), key=lambda each: each.start)
    if not ordered:
        nameless = Signature(name="", provenance=Provenance(actor="rule", source="reading", confidence=0.0))
        return [Source(nameless, False, (rest,), stub=code.preamble)], rest
    return _placed(ordered, rest, code), rest


def _asked_for(code: GivenCode, prose: Passage, blanks: list[tuple[int, int]]) -> dict[str, _Found]:
    """What stubs, signatures and words name; `blanks` are where the signatures stand."""
    found = {stub.signature.name: _Found.of(stub) for stub in code.stubs}
    settled = bool(code.stubs)
    for signature, start, end in read_signatures(prose, code.names):
        known = found.get(signature.name)
        bare = _richness(signature) == len(signature.parameters)
        if settled and known is None and bare and not asks(prose.text, start):
            continue  # a title, or what something else is called with
        blanks.append((start, end))
        if known is None or _richness(signature) > _richness(known.signature):
            found[signature.name] = _Found(start, signature, True, known.stub if known else None)
    parameters = {each.name for one in found.values() for each in one.signature.parameters}
    for name, provenance in function_names(prose, found, parameters, settled=settled):
        if name not in found and name not in code.names:
            start = place(provenance)
            awaited = said_async(code.prompt, start)
            found[name] = _Found(start, Signature(name=name, is_async=awaited, provenance=provenance))
    return found


def _under_test(code: GivenCode) -> dict[str, _Found]:
    """What tests call."""
    found: dict[str, _Found] = {}
    complete = {stub.signature.name: _Found.of(stub) for stub in code.complete}
    for name, start in functions_under_test(code):
        if name not in found:
            parameters = _drawn_parameters(code, name)
            provenance = _named_in(code.prompt, name, start)
            named = Signature(name=name, parameters=parameters, provenance=provenance)
            found[name] = complete.get(name) or _Found(start, named, bool(parameters))
    return found


def _drawn_parameters(code: GivenCode, name: str) -> tuple[Parameter, ...]:
    """The parameters as a test calls them with what Hypothesis draws."""
    rule = Provenance(actor="rule", source="test", confidence=0.75)
    for check in code.checks:
        for call in ast.walk(check.statement):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != name:
                continue
            given = [each.id for each in call.args if isinstance(each, ast.Name) and each.id in check.drawn]
            if given and len({*given}) == len(call.args) and not call.keywords:
                return tuple(
                    Parameter(name=each, type=check.drawn[each].type, provenance=rule, type_provenance=rule)
                    for each in given
                )
    return ()


def _shown(code: GivenCode, prose: Passage) -> dict[str, _Found]:
    """What examples in the prose call, or else what looks like one calls."""
    found: dict[str, _Found] = {}
    made = {name for name in HOMES if f"{name}(" in prose.text}
    read = read_examples(prose, Scope({}, frozenset(code.names) | made))
    for name, example in read.examples:
        tree = parse_expression(example.call)
        if tree is not None and is_object(name, tree):
            code.open_classes.append(name)
        elif name not in found and example.provenance.span:
            start = example.provenance.span.start
            found[name] = _Found(start, Signature(name=name, provenance=_named_in(code.prompt, name, start)))
    for unread in read.unread if not found else ():
        name = call_with_values(unread.text).partition("(")[0]
        if name and name not in {*found, *code.names, *made} and unread.provenance.span:
            start = unread.provenance.span.start
            found[name] = _Found(start, Signature(name=name, provenance=_named_in(code.prompt, name, start)))
    return found


def call_with_values(text: str) -> str:
    """The call for values and nothing else that the text begins with; or nothing."""
    match = _CALLED.match(text)
    end = closing(text, match.end() - 1) if match else None
    written = text[match.start("name") : end] if match and end is not None else ""
    match parse_expression(written):
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=words) if arguments or words:
            given = [*arguments, *(word.value for word in words)]
            known = name in BUILTINS or name in GROWTH
            return "" if known or any(free_names(each) - HOMES.keys() for each in given) else written
    return ""


def _placed(ordered: Sequence[_Found], prose: Passage, code: GivenCode) -> list[Source]:
    """Each function with its docstring and the prose about it."""
    around = [prose] if len(ordered) == 1 else placed(prose, [_subject(each) for each in ordered])
    sources = []
    for each, about in zip(ordered, around, strict=True):
        stub = each.stub
        docstring = stub.docstring if stub else None
        comments = stub.comments if stub else None
        passages = tuple(passage for passage in (docstring, about, comments) if passage is not None)
        given = stub.source if stub else code.preamble
        sources.append(Source(each.signature, each.has_parameters, passages, docstring, given))
    return sources


def _subject(found: _Found) -> Subject:
    names = frozenset(each.name for each in found.signature.parameters)
    return Subject(found.signature.name, names, found.start if found.stub is None else None)


def place(provenance: Provenance) -> int:
    """Where in the prompt it was said."""
    return provenance.span.start if provenance.span else 0


def _richness(signature: Signature) -> int:
    return bool(signature.returns) + sum(1 + bool(parameter.type) for parameter in signature.parameters)


def _named_in(text: str, name: str, start: int) -> Provenance:
    found = re.compile(rf"\b{re.escape(name)}\b").search(text, start)
    return Passage.of(text).stated(*(found.span() if found else (start, start)), "example")
