"""What a prompt itself names of Python's modules and built-in functions, and so allows code to use (H25)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from pipeline.ir import Program, Signature
from pipeline.printed import HOMES

_IMPORT = re.compile(r"^\s*(?:>>> *)?import +([\w., ]+)|^\s*(?:>>> *)?from +([\w.]+) +import\b", re.MULTILINE)
_QUOTED = re.compile(r"`([A-Za-z_][\w.]*)(?:\([^`]*\))?`")
_DOTTED = re.compile(r"(?<![\w.])(\w+)\.(\w+)(?=\W|$)")
_CALLED = re.compile(
    r"(?<![\w.])(eval|exec|compile|__import__|open|input|getattr|setattr|delattr|vars|locals)\("
)
_SPOKEN = re.compile(
    r"\b(?:us(?:e|es|ing)|with|via|through) (?:the )?(\w+)\b|\b(\w+) (?:module|library|package)\b", re.I
)
_ASKS = (
    (
        re.compile(
            r"\b(?:attributes?|fields?|proxy|proxies|visitor|dynamic\w*|by (?:its |their )?name)\b", re.I
        ),
        ("getattr", "setattr", "delattr", "attrgetter", "methodcaller"),
    ),
    (re.compile(r"\b(?:type hints?|annotat(?:ion|ions|ed))\b", re.I), ("get_type_hints",)),
)
"""Words about code itself, with the functions that they need."""
_PARTS = re.compile(r"\b(?:propert(?:y|ies)|keys?|named|attributes?|fields?)\b(?!\s*[:=])", re.I)
"""Words for what a value has by a name, which one of the function's own parameters may tell."""
_MEMBER = re.compile(r"^[ \t]+(?:self\.)?(\w+)\s*[:=](?!=)", re.MULTILINE)
_DENIED = re.compile(r"(?:\b(?:not|never|no|without|avoid\w*)\b|n't\b)[^.;\n]*", re.I)
#: Names of modules that are words as well: said in a sentence, they mean nothing.
_WORDS = frozenset(
    {"code", "cmd", "inspect", "platform", "profile", "resource", "select", "signal", "site", "test", "this"}
    | {"token", "trace", "pipes", "symbol", "builtins", "string", "statistics"}
)


def allowances(program: Program, name: str) -> frozenset[str]:
    """What code of the function `name` may use since the prompt, or a decision, names it.

    `.name` is an attribute that classes of the prompt have, `name(key)` a parameter that may tell one's name.
    """
    function = program.function(name)
    signature = function.signature
    texts = (program.prompt, function.stub, *(decision.text for decision in function.decisions))
    said = {each for text in texts for each in _said(text)} - {each.name for each in signature.parameters}
    imported = {each for text in texts for each in _imported(text)}
    waits = {"asyncio"} if signature.is_async else set()
    members = {f".{each}" for each in _MEMBER.findall("\n".join(one.source for one in program.types))}
    parts = any(_PARTS.search(_DENIED.sub(" ", text)) for text in texts)
    telling = {f"{name}({each.name})" for each in signature.parameters if parts and each.type == "str"}
    return frozenset({*_of_types(signature), *said, *imported, *waits, *members, *telling})


def _of_types(signature: Signature) -> Iterator[str]:
    types = [signature.returns, *(parameter.type or "" for parameter in signature.parameters)]
    for word in re.findall(r"\w+", " ".join(types)):
        yield HOMES.get(word, word)


def _imported(text: str) -> Iterator[str]:
    for plain, source in _IMPORT.findall(text):
        for module in (plain or source).split(","):
            yield module.strip().partition(" ")[0].partition(".")[0]


def _said(text: str) -> Iterator[str]:
    text = _DENIED.sub(" ", text)
    for quoted in _QUOTED.findall(text):
        yield from quoted.split(".")
    for module, part in _DOTTED.findall(text):
        if module in sys.stdlib_module_names:
            yield from (module, part)
    yield from _CALLED.findall(text)
    yield from (name for words, names in _ASKS if words.search(text) for name in names)
    for words in _SPOKEN.findall(text):
        yield from (word for word in words if word in sys.stdlib_module_names - _WORDS)
