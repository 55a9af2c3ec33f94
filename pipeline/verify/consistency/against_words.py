"""The IR against the words it came from: examples that they contradict, parameters that nothing speaks of.

Words are vague, so this only doubts. A sentence is understood as a whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from pipeline.ir import Example, Function, Parameter
from pipeline.syntax import literal
from pipeline.verify.inputs.literals import Arguments, read_call, written
from pipeline.verify.properties import phrases
from pipeline.verify.properties.calls import Calls
from pipeline.verify.properties.laws import Expression, Law
from pipeline.verify.properties.proposals import kind_of
from pipeline.verify.properties.stated import law_of_words
from pipeline.verify.sandbox.base import Raised, Returned

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n(?=\s*[-*>])")
_LEAD = re.compile(
    r"^(?:(?:please )?(?:write|implement|create) "
    r"(?:(?:a|the) (?:python )?function(?: \w+)?(?: that| which|,)? |(?:that|which) )"
    r"|given [^,]+, |the function |it (?:should |must )?|this function )+",
    re.I,
)
_KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    (r"strings?|texts?", (str,)),
    (r"(?:an )?(?:integers?|ints?|whole numbers?)", (int,)),
    (r"(?:floats?|decimals?|floating[- ]point numbers?)", (float, int)),
    (r"numbers?", (int, float)),
    (r"lists?|arrays?", (list,)),
    (r"dict(?:ionary|ionaries|s)?|mappings?", (dict,)),
    (r"booleans?|bools?", (bool,)),
    (r"tuples?", (tuple,)),
    (r"pairs?", (tuple, list)),
    (r"sets?", (set, frozenset)),
)
_RETURNS_KIND = r"(?:it )?(?:always )?returns? (?:a|an) (?:new |single |sorted )?(?P<kind>{})(?: of \w+)?"
_WHOLE = "numbers|integers|elements|items|values|list|input|array|characters|letters|string|text"
"""What all of an argument is called, beside its name: any other word may be about a part of it."""
_OF_ITEMS = (
    r"(?: (?:of|in) (?:all )?(?:the |a |its )?(?:given )?(?:{what})"
    r"(?: (?:of|in) (?:the |a )?(?:given )?(?:{what}))?)"
)
#: What a whole sentence may say that one argument gives: words, and the value.
_OPERATIONS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    (r"(?:sum|total)", sum),
    (r"(?:largest|greatest|maximum|biggest)(?: (?:number|element|item|value))?", max),
    (r"(?:smallest|least|minimum)(?: (?:number|element|item|value))?", min),
    (r"(?:length|number of (?:elements|items|characters))", len),
)


def against_words(function: Function, prompt: str = "") -> Iterator[str]:
    """Examples that a sentence of the words contradicts, one sentence each."""
    for sentence in _sentences(function, prompt):
        for example in function.examples:
            if _contradicts(sentence, function, example):
                yield f"the words say: {sentence}; yet {example}"


def _sentences(function: Function, prompt: str) -> list[str]:
    texts = [function.intent.text] if function.intent.text.strip() else [prompt]
    texts += [decision.text for decision in function.decisions]
    return list(dict.fromkeys(sentence for text in texts for sentence in sentences(text)))


def sentences(text: str) -> list[str]:
    """The sentences of some words, without what only leads up to what they say."""
    found = (phrases.tidy(part) for part in _SENTENCE_END.split(text))
    return list(dict.fromkeys(_LEAD.sub("", each) for each in found if 0 < len(each) < 200))


def _contradicts(sentence: str, function: Function, example: Example) -> bool:
    arguments, outcome = read_call(example.call, function.signature), outcome_of(example)
    if arguments is None or outcome is None:
        return False
    law = law_of_words(sentence, function)
    if law is not None:
        return broken_by(law, function, arguments, outcome)
    if not isinstance(outcome, Returned):
        return False
    return _other_kind(sentence, outcome.value) or _other_value(sentence, arguments, outcome.value)


def outcome_of(example: Example) -> Returned | Raised | None:
    """What an example says comes of its call; None where the value is no literal."""
    if example.raises is not None:
        return Raised(example.raises, "")
    try:
        return Returned(literal(example.expected or "None"), example.expected or "")
    except ValueError:
        return None


def broken_by(law: Law, function: Function, arguments: Arguments, outcome: Returned | Raised) -> bool:
    """Whether code that does this cannot keep the law; no where telling would take another call."""
    call = Calls(function.signature).call(arguments)
    if law.probes(arguments) != (call,) or isinstance(law, Expression):
        return False
    return law.judge(arguments, [outcome]) is False


def _other_kind(sentence: str, value: Any) -> bool:
    """Whether the sentence says "returns a list" (and nothing else) and the value is something else."""
    for words, types in _KINDS:
        if re.fullmatch(_RETURNS_KIND.format(f"(?:{words})"), sentence, re.I):
            right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            return not right and value is not None
    return False


def _other_value(sentence: str, arguments: Arguments, value: Any) -> bool:
    """Whether the sentence is "returns the sum of xs" (and nothing else) and the value another one."""
    if len(arguments) != 1:
        return False
    ((name, argument),) = arguments.items()
    of_items = _OF_ITEMS.format(what=f"{_WHOLE}|{re.escape(name)}")
    if not isinstance(argument, (list, str)) or not argument:
        return False
    for words, operation in _OPERATIONS:
        if isinstance(argument, str) and operation is not len:
            continue  # it may be about what is written in it
        if re.fullmatch(rf"(?:it )?returns? the {words}{of_items}", sentence, re.I):
            try:
                wanted = operation(argument)
            except TypeError:
                return False
            comparable = isinstance(value, (int, float)) and isinstance(wanted, (int, float))
            return not (abs(value - wanted) < 1e-6 if comparable else value == wanted)
    return False


_SPOKEN = {
    "bool": r"\bif\b|whether|optional|when|unless|flag|asked|true|false|switch|mode",
    "int": r"\d|number|times|first|last|many|size|length|limit|position|index|count|each|amount|up to"
    r"|shift|round|decimal",
    "float": r"\d|number|rate|percent|amount|limit|value|threshold|price",
    "str": r"string|text|word|character|letter|separator|prefix|suffix|name|key|symbol|joined|between",
    "list": r"list|items|elements|values|numbers|sequence|array|both|two",
}


def unused_parameters(function: Function, prompt: str = "") -> Iterator[str]:
    """The parameter that the words leave out although they name another one, and no example shows its use."""
    parameters = [each for each in function.signature.parameters if each.kind in ("positional", "keyword")]
    words = _spoken(function, prompt)
    if len(parameters) < 2 or len(words.split()) < 4:
        return
    silent = [each for each in parameters if not _mentioned(each, words)]
    if len(silent) != 1 or len(silent[0].name) < 3:
        return
    (one,) = silent
    hints = _SPOKEN.get(kind_of(one.type), "")
    if one.default is None and kind_of(one.type) not in _SPOKEN:
        return
    if (hints and re.search(hints, words, re.I)) or _seen_to_matter(function, one.name):
        return
    if re.search(rf"(?<!\w){re.escape(one.name)}(?!\w)", _without_code(function, prompt)):
        return  # words around the function, of which the intent is not a part
    yield f"nothing says what {one.name} is for"


def _spoken(function: Function, prompt: str) -> str:
    """The words about the function, without its header and its calls."""
    texts = [function.intent.text or prompt]
    texts += [each.text + " " + (each.expression or "") for each in function.assertions]
    texts += [each.text for each in function.effects] + [each.text for each in function.decisions]
    return _without_code(function, "\n".join(texts))


def _without_code(function: Function, text: str) -> str:
    """A text without the function's header and its calls."""
    called = rf"(?:async )?(?:def )?\b{re.escape(function.name)}\s*\([^)]*\)(?:\s*->[^\n:]*)?"
    lines = re.sub(called, " ", text).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith((">>>", "def ", "assert ")))


def _mentioned(parameter: Parameter, words: str) -> bool:
    parts = [parameter.name, *(part for part in parameter.name.split("_") if len(part) > 2)]
    stems = [part[:5] if len(part) > 5 else part for part in parts]
    return any(re.search(rf"\b{re.escape(stem)}", words, re.I) for stem in stems)


def _seen_to_matter(function: Function, name: str) -> bool:
    """Whether two examples differ in that argument alone and in what comes of it."""
    read = [
        (arguments, example)
        for example in function.examples
        if (arguments := read_call(example.call, function.signature)) is not None
    ]
    return any(
        one.get(name) != other.get(name)
        and _others(one, name) == _others(other, name)
        and (a.expected, a.raises) != (b.expected, b.raises)
        for (one, a), (other, b) in combinations(read, 2)
    )


def _others(arguments: Arguments, name: str) -> dict[str, str]:
    return {each: written(value) for each, value in arguments.items() if each != name}
