"""Laws that the IR states: its assertions and effects, where their words or expressions are understood.

A sentence is recognised as a whole or not at all; what is not is reported as unchecked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from pipeline import syntax
from pipeline.ir import TEST, Assertion, Effect, Function
from pipeline.verify.evidence.clauses import basis
from pipeline.verify.properties import phrases
from pipeline.verify.properties.beside import Beside
from pipeline.verify.properties.calls import Calls
from pipeline.verify.properties.conditions import read_condition
from pipeline.verify.properties.laws import Conditional, Expression, Law, Relation, Unrecognised
from pipeline.verify.properties.outcomes import error_named, value_named
from pipeline.verify.properties.proposals import deterministic, kind_of, proposals, unchanging

_NO_TEXT = ("bool", "int", "float")
_KNOWN = syntax.BUILTINS | {"result"}
_SIZED = ("list", "tuple", "set", "dict", "str", "")
_SUBJECTS = ("list", "string", "number", "value", "function", "items", "elements")


def stated(function: Function) -> Iterator[Law | Unrecognised]:
    """A law for each assertion, and for each effect that can be seen from outside.

    Where conditions overlap, one is meant as an exception of the other: each is told as the others leave it.
    """
    reader = _Reader(function)
    found: list[Law | Unrecognised] = []
    for number, effect in enumerate(function.effects, start=1):
        found += reader.effect(effect, f"effect.{number}")
    for number, assertion in enumerate(function.assertions, start=1):
        found += reader.assertion(assertion, f"assertion.{number}")
    yield from Beside(found, function).all()


def beside(law: Law, function: Function) -> Law:
    """A law that the IR does not state, as what it does state leaves it."""
    return Beside([law, *stated(function)], function).left_of(law)


_RESULT = (
    r"the (?:(?:result|output)(?: list| string)?|answer"
    r"|return(?:ed)? (?:value|list|string|text|number|tuple|set))\b"
)
_OF_RESULT = re.compile(rf"(?:it )?(?:always )?(?:returns?|raises?|throws?)\b|{_RESULT}", re.I)
_WHOLE = re.compile(rf"{_RESULT}|(?:it )?(?:always )?returns? an? ", re.I)
_SEVERAL = re.compile(rf"(?P<subject>{_RESULT})(?P<first> .+?),? and (?P<second>.+)", re.I | re.S)
_OF_ONE = re.compile(r"returns? the ", re.I)


def laws_in(sentence: str, function: Function) -> list[Law]:
    """The laws that a sentence of the prompt is, each of what it says of the result."""
    if (law := law_of_words(sentence, function)) is not None:
        return [law]
    found = [law_of_words(part, function) for part in _parts(sentence)]
    return [] if None in found else [law for law in found if law is not None]


def _parts(sentence: str) -> list[str]:
    """What a sentence says of the result, with its subject each time: "The result is sorted and has no …"."""
    said = _SEVERAL.fullmatch(phrases.tidy(sentence))
    return [said["subject"] + said["first"], f"{said['subject']} {said['second']}"] if said else []


def law_of_words(sentence: str, function: Function) -> Law | None:
    """The law that a sentence of the prompt is, if it plainly speaks of what the function gives."""
    if not _OF_RESULT.match(sentence):
        return None
    reader = _Reader(function)
    law = reader.sentence(sentence, "words", "proposed")
    if isinstance(law, Relation) and law.text == sentence and not _WHOLE.match(sentence):
        told = reader.told(law)
        return told and beside(told, function)
    return beside(law, function) if isinstance(law, Conditional | Relation) else law


class _Reader:
    """Reads the clauses of one function."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._calls = Calls(function.signature)
        self._parameters = function.signature.parameters
        self._result = kind_of(function.signature.returns)
        self._listed = kind_of(function.signature.returns) in ("list", "tuple", "set")

    @cached_property
    def _otherwise(self) -> bool:
        """Whether anything that is said names another order than the plain one."""
        function = self._function
        said = [function.name, function.intent.text, *(each.text for each in function.decisions)]
        said += [each.text for each in function.assertions]
        return phrases.ordered_otherwise("\n".join(said))

    @cached_property
    def _loose(self) -> bool:
        """Whether the words look for something in another way than Python's `in` does."""
        return phrases.found_otherwise(self._function.intent.text)

    def effect(self, effect: Effect, slot: str) -> Iterator[Law | Unrecognised]:
        whose = basis(effect.provenance)
        if effect.kind == "pure":
            yield unchanging(self._calls, whose, slot)
            yield deterministic(self._calls, whose, slot)
        elif effect.kind == "raises":
            text = (
                effect.text
                if re.match(r"\s*rais|\s*throw|\s*it ", effect.text, re.I)
                else f"raises {effect.text}"
            )
            yield self.sentence(text, slot, whose) or _unknown(text, slot, whose)

    def assertion(self, assertion: Assertion, slot: str) -> Iterator[Law | Unrecognised]:
        whose = basis(assertion.provenance)
        if assertion.expression is not None:
            yield self._expression(assertion, slot, whose)
        elif phrases.pure(phrases.tidy(assertion.text)):
            yield unchanging(self._calls, whose, slot)
            yield deterministic(self._calls, whose, slot)
        else:
            one = self.sentence(assertion.text, slot, whose)
            several = (
                [self.sentence(part, slot, whose) for part in _parts(assertion.text)] if one is None else []
            )
            found = [law for law in (one, *several) if law is not None]
            whole = bool(found) and None not in several
            yield from found if whole else [_unknown(assertion.text, slot, whose)]

    def _expression(self, assertion: Assertion, slot: str, whose: str) -> Law | Unrecognised:
        expression = assertion.expression or ""
        tree = syntax.expression(expression)
        if tree is None:
            return Unrecognised(slot, assertion.text, whose, f"`{expression}` is no expression")
        nodes = list(ast.walk(tree))
        name = self._function.name
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        if self._function.signature.is_async and name in names:
            return Unrecognised(slot, assertion.text, whose, "it calls a coroutine function")
        parameters = {parameter.name for parameter in self._function.signature.parameters}
        called = {
            node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
        return Expression(
            name=slot, text=assertion.text or expression, basis=whose, source=slot,
            call=self._calls.call, expression=expression, of_result="result" in names,
            uses=frozenset(called - parameters - bound - _KNOWN | names & {name}),
            total=assertion.provenance.source == TEST,
        )  # fmt: skip

    def sentence(self, words: str, slot: str, whose: str) -> Law | None:
        text = phrases.tidy(words)
        name, whole = phrases.named_law(text)
        if name:
            return self._named(name, words, slot, whose, whole=whole)
        if phrases.nothing_changes(text):
            return unchanging(self._calls, whose, slot)
        if phrases.deterministic(text):
            return deterministic(self._calls, whose, slot)
        return self._conditional(text, words, slot, whose) or self._predicate(text, words, slot, whose)

    def _named(self, name: str, words: str, slot: str, whose: str, *, whole: bool) -> Law | None:
        """The proposal of that name, as a statement: in the words, where those say nothing else."""
        hinting = self._function.model_copy(
            update={"intent": self._function.intent.model_copy(update={"text": f"{words} invert keep"})}
        )
        if name == phrases.CASELESS and kind_of(self._function.signature.returns) not in _NO_TEXT:
            return None  # what is given may be a part of the text
        for law in proposals(hinting):
            if law.name == name and isinstance(law, Relation):
                return Relation(
                    name=slot, text=words if whole else law.text, basis=whose, source=slot,
                    relation=law.relation, about=law.about, expressions=law.expressions,
                )  # fmt: skip
        return None

    def _conditional(self, text: str, words: str, slot: str, whose: str) -> Law | None:
        said = phrases.conditional(text)
        condition = read_condition(said["condition"], self._parameters) if said else None
        if said is None or condition is None or self._is_meant_otherwise(said["condition"], condition.text):
            return None
        if said["unless"]:
            condition = condition.negated()
        common: dict[str, Any] = {
            "name": slot, "text": words, "basis": whose, "source": slot,
            "call": self._calls.call, "condition": condition.text, "make": condition.make,
            "rest": bool(said["unless"]),
        }  # fmt: skip
        if "error" in said.groupdict():
            return Conditional(**common, raises=error_named(said["error"]))
        value = value_named(said["value"])
        return Conditional(**common, returns=value[0]) if value else None

    def _is_meant_otherwise(self, words: str, condition: str) -> bool:
        """Whether a text may be meant in another form, or by "it" something else than a parameter."""
        tree = syntax.expression(condition)
        nodes = list(ast.walk(tree)) if tree is not None else []
        sized = {node.args[0] for node in nodes if isinstance(node, ast.Call)}
        texts = {each.name for each in self._parameters if kind_of(each.type) in ("str", "")}
        compared = (node for node in nodes if isinstance(node, ast.Name) and node not in sized)
        if self._loose and (" in " in condition or any(node.id in texts for node in compared)):
            return True
        ordered = any(isinstance(node, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for node in nodes)
        if ordered and len({node.id for node in nodes if isinstance(node, ast.Name)} & texts) > 1:
            return True  # versions, names and dates have orders of their own
        named = any(re.search(rf"\b{re.escape(each.name)}\b", words) for each in self._parameters)
        return not named and phrases.computes(self._function.intent.text)

    def _predicate(self, text: str, words: str, slot: str, whose: str) -> Law | None:
        found = phrases.predicate(text, (*_SUBJECTS, self._function.name.lower()))
        if found is None:
            return None
        relation, said = found
        about = said.groupdict().get("named") or re.search(r"\bx\b", relation)
        if about and self._about(said) is None:
            return None
        if relation == phrases.SORTED and self._otherwise:
            return None  # by what key is said elsewhere
        if "{item}" in relation and not self._listed:
            return None
        if "len(r)" in relation and self._result in _NO_TEXT:
            return None  # "returns the length of xs" tells no length of a number
        items = relation in phrases.OF_ITEMS or "number of" in text
        if items and self._result in ("str", "dict") and "character" not in text:
            return None  # a text may be sorted, or without repetitions, by its words
        return self._relation(relation, said, words, slot, whose)

    def told(self, law: Relation) -> Relation | None:
        """A law that is but a part of what a sentence says ("returns the even numbers"): in Python, then.

        What "the" one result of a kind is says nothing of its kind: "returns the positive difference".
        """
        if _OF_ONE.match(law.text) and not self._listed:
            return None
        names = {"r": self._calls.shown(), "x": law.about}
        text = re.sub(r"\b[rx]\b", lambda name: names[name[0]], law.relation)
        return replace(law, text=text)

    def _about(self, said: re.Match[str]) -> str | None:
        """The parameter that is meant; None where the words name something else, or it may be another one."""
        named = said.groupdict().get("named")
        if named is not None and named.lower() not in ("list", "string", "arguments"):
            return named if any(each.name == named for each in self._parameters) else None
        if len(self._parameters) == 1:
            return self._parameters[0].name
        kinds = {"list": ("list", ""), "string": ("str", "")}.get((named or "").lower(), _SIZED)
        fitting = [each for each in self._parameters if kind_of(each.type) in kinds]
        alike = [each for each in fitting if kind_of(each.type) == self._result]
        chosen = alike if self._result in _SIZED else fitting
        return chosen[0].name if len(chosen) == 1 else None

    def _relation(self, relation: str, said: re.Match[str], words: str, slot: str, whose: str) -> Law:
        numbers = {"n": "", "low": "", "high": ""} | {
            key: {"zero": "0", "one": "1"}.get(value, value)
            for key, value in said.groupdict().items()
            if value
        }
        each = "r"
        if re.search(r"\{(?:each|item)\}", relation) and self._listed:
            each, relation = "item", f"all({relation} for item in r)"
        needs = self._about(said) if re.search(r"\bx\b", relation) else ""
        return Relation(
            name=slot, text=words, basis=whose, source=slot,
            relation=relation.format(each=each, item=each, **numbers),
            about=needs or "", expressions=(self._calls.call,),
        )  # fmt: skip


def _unknown(text: str, slot: str, whose: str) -> Unrecognised:
    return Unrecognised(slot, text, whose, "no check for these words is known")
