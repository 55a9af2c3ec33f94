"""Reading the examples a text gives: doctests, `f(x) == y`, `f(x) → y`, "f(x) returns y", "x becomes y"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.ir import Example, Provenance
from pipeline.translate.doctests import find_doctests
from pipeline.translate.passage import Passage
from pipeline.translate.syntax import (
    BUILTINS,
    called_names,
    closing,
    expression_end,
    free_names,
    has_ellipsis,
    parse_expression,
)

_SIGN = r"==+>|===?|=>|-+>|→|⇒|➞|➜|⟶|⟹|↦|➔|=(?!=)"
_VERB = (
    r"(?:(?:should|must|shall|will|would)\s+(?:return|be|give|equal|yield|produce|become|evaluate\s+to)"
    r"|returns?|is(?:\s+equal\s+to)?|equals|gives|yields|produces|becomes|evaluates\s+to|outputs|results\s+in)\b"
    r"(?:\s+the\s+(?:value|string|list|number|integer|tuple|dictionary|dict|set)\b)?"
)
_RAISE = (
    r"(?:(?:should|must|shall|will|would)\s+)?(?:raises?|throws?)\s+(?:an?\s+)?`?"
    r"(?P<error>\w*(?:Error|Exception|Interrupt|Iteration|Exit)\b)"
)
_AFTER_CALL = re.compile(
    rf"`?[ \t]*\n?[ \t]*(?:(?P<sign>{_SIGN})|,?\s*(?:{_RAISE}|(?P<verb>{_VERB})))[ \t]*\n?[ \t]*`?", re.I
)
_AFTER_LITERAL = re.compile(
    r"`?[ \t]*(?:(?P<sign>=+>|-+>|→|⇒|➞|➜|⟶|⟹|↦|➔|,?\s*(?i:output|result|answer)s?\s*:)"
    r"|(?P<verb>(?:becomes|gives|yields|turns\s+into|maps\s+to)\b))[ \t]*`?"
)
_COMPARISON = re.compile(r"\s*(?:!=|<=?|>=?|≈|~=)\s*[\d'\"\[({-]")
_CALL = re.compile(r"(?<![\w.\\])(?P<name>[^\W\d]\w*)\(")
_LITERAL_START = re.compile(r"(?<![\w)\]'\".])[rb]?(?:['\"\[({]|-?\d)")
_BINDING = re.compile(r"(?<![\w.])(?P<name>[^\W\d]\w*)\s*(?:=|:)\s*(?=[\w'\"\[({-])")
_NEXT_BINDING = re.compile(
    r"`?\s*(?:,|;|\band\b|&|,\s*and\b|\n)?\s*`?(?P<name>[^\W\d]\w*)\s*(?:=|:)\s*(?=[\w'\"\[({-])"
)
_AFTER_BINDINGS = re.compile(
    rf"`?[,;.]?\s*(?:(?:then\s+)?(?:the\s+|your\s+)?(?:result|output|answer|function|it|expected)\s*"
    rf"(?:(?P<verb>{_VERB})|:|{_SIGN})|{_SIGN})\s*(?:\w+\s*=\s*)?`?",
    re.I,
)
_VALUE_START = re.compile(r"['\"\[({\d-]|None\b|True\b|False\b|set\(")
_GOES_ON = re.compile(
    r"[ \t]+(?!(?:and|or|but|while|because|since|as|for|with|when|if|whereas|not|in|so)\b)[^\W\d_]"
)
_NEXT_STEP = re.compile(r"\s*==?[ \t]*[\w'\"\[({-]")
_JSON_WORDS = {"true": "True", "false": "False", "null": "None"}
_JSON_WORD = re.compile(r"(?:true|false|null)\b(?!\()", re.I)


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that looks like a clause and could not be read; never dropped in silence."""

    text: str
    reason: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Scope:
    """What examples may call.

    `functions` maps the wanted functions to their parameters' names (None while unknown); empty means that
    any function called may be the wanted one. `names` are further names given by the prompt's code.
    """

    functions: Mapping[str, tuple[str, ...] | None]
    names: frozenset[str] = frozenset()
    subject: str = ""

    @property
    def known(self) -> frozenset[str]:
        """All names an example may use, beside builtins."""
        return self.names | self.functions.keys()

    @property
    def single(self) -> str:
        """The one function that the text is about, or nothing."""
        return self.subject or (next(iter(self.functions)) if len(self.functions) == 1 else "")


@dataclass(slots=True)
class ExamplesRead:
    """The examples of one text, each with its function's name, and what could not be read."""

    examples: list[tuple[str, Example]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def read_examples(passage: Passage, scope: Scope) -> ExamplesRead:
    """Every example in the text, in order."""
    reader = _Reader(passage, scope)
    reader.doctests()
    reader.calls()
    reader.bindings()
    reader.literals()
    reader.read.examples.sort(
        key=lambda item: item[1].provenance.span.start if item[1].provenance.span else 0
    )
    return reader.read


class _Reader:
    """One pass over one text; `rest` is the text with what was read blanked out."""

    def __init__(self, passage: Passage, scope: Scope) -> None:
        self.passage = passage
        self.scope = scope
        self.rest = passage.text
        self.read = ExamplesRead()

    def _blank(self, start: int, end: int) -> None:
        self.rest = self.rest[:start] + " " * (end - start) + self.rest[end:]

    def _note(self, start: int, end: int, reason: str) -> None:
        self.read.unread.append(
            Unread(self.passage.text[start:end].strip(), reason, self.passage.stated(start, end))
        )
        self._blank(start, end)

    def _add(
        self,
        start: int,
        end: int,
        call: str,
        source: str,
        *,
        expected: str | None = None,
        raises: str | None = None,
    ) -> bool:
        """Take up an example, or note why it is none."""
        problem, function = self._judge(call, expected)
        if problem:
            self._note(start, end, problem)
            return False
        provenance = self.passage.stated(start, end, source)
        example = Example(call=call, expected=expected, raises=raises, provenance=provenance)
        self.read.examples.append((function, example))
        self._blank(start, end)
        return True

    def _judge(self, call: str, expected: str | None) -> tuple[str, str]:
        """What is wrong with an example, if anything, and the function that it is for."""
        tree = parse_expression(call)
        value = parse_expression(expected) if expected is not None else None
        if tree is None or (expected is not None and value is None):
            return "it is not Python", ""
        if value is not None and has_ellipsis(value):
            return "part of the value is left out (`...`)", ""
        called = [name for name in called_names(tree) if name not in BUILTINS or name in self.scope.functions]
        wanted = [name for name in called if not self.scope.functions or name in self.scope.functions]
        if not wanted:
            return f"it calls `{called[0] if called else call}`, which the prompt does not ask for", ""
        allowed = self.scope.known | BUILTINS | ({wanted[0]} if not self.scope.functions else set())
        unknown = (free_names(tree) | (free_names(value) if value is not None else set())) - allowed
        if unknown:
            return f"it uses `{min(unknown)}`, which has no value", ""
        return "", wanted[0]

    def doctests(self) -> None:
        """`>>>` lines with what follows them."""
        for item in find_doctests(self.passage.text, self.scope.functions):
            if item.reason:
                self._note(item.start, item.end, item.reason)
            elif item.unparsed:
                self._inline_doctest(item.start, item.end)
            elif item.call:
                self._add(
                    item.start, item.end, item.call, "doctest", expected=item.expected, raises=item.raises
                )
            else:
                self._blank(item.start, item.end)

    def _inline_doctest(self, start: int, end: int) -> None:
        """A `>>>` line that writes call and value on one line."""
        inner = _Reader(self.passage.part(start + 3, end), self.scope)
        inner.calls()
        self.read.examples += inner.read.examples
        self.read.unread += inner.read.unread
        if inner.read.examples or inner.read.unread:
            self._blank(start, end)
        else:
            self._note(start, end, "it is not Python")

    def calls(self) -> None:
        """`f(x) == y` and its like."""
        at = 0
        while match := _CALL.search(self.rest, at):
            at = self._call(match.start(), match.end())

    def _call(self, start: int, inside: int) -> int:
        """Read the call at `start`; the offset from which to go on."""
        known = self.scope.known | {self.rest[start : inside - 1]}
        end = expression_end(self.rest, start, known) or closing(self.rest, inside - 1)
        if end is None:
            return inside
        link = _AFTER_CALL.match(self.rest, end)
        name = self.rest[start : inside - 1]
        if link is None:
            if name in self.scope.functions and (comparison := _COMPARISON.match(self.rest, end)):
                self._note(start, _line_end(self.rest, comparison.end()), "it compares, and gives no value")
            return inside
        call = self.rest[start:end]
        if link["error"]:
            ours = name in self.scope.functions or not self.scope.functions
            return (
                link.end()
                if ours and self._add(start, link.end(), call, "example", raises=link["error"])
                else end
            )
        return self._value(start, link, call, name)

    def _value(self, start: int, link: re.Match[str], call: str, name: str) -> int:
        """Read the value after a call and its link."""
        tree = parse_expression(call)
        mentioned = {name} | (set(called_names(tree)) if tree is not None else set())
        ours = bool(mentioned & self.scope.functions.keys()) or (
            not self.scope.functions and name not in BUILTINS
        )
        value, end = self._expression(link.end())
        if end is not None and _NEXT_STEP.match(self.rest, end):
            self._note(start, _line_end(self.rest, end), "it is a derivation of several steps")
            return end
        if end is not None and self._calls_ours(value):
            if link["sign"] != "==":
                self._note(start, end, "it relates calls to each other, and gives no value")
                return end
            call, value = f"{call} == {value}", "True"
        if end is None or not _ends_cleanly(self.rest, end, wordy=bool(link["verb"])):
            if ours and (link["sign"] or _VALUE_START.match(self.rest, link.end())):
                self._note(start, _line_end(self.rest, link.end()), "the value is no Python expression")
            return link.end()
        if not ours and (name in BUILTINS or tree is None or free_names(tree) - {name} - BUILTINS):
            return link.end()
        self._add(start, end, call, "example", expected=value)
        return end

    def _calls_ours(self, expression: str) -> bool:
        tree = parse_expression(expression)
        return tree is not None and any(name in self.scope.functions for name in called_names(tree))

    def _expression(self, start: int) -> tuple[str, int | None]:
        """The expression at `start` and its end; JSON's words for constants are understood."""
        if word := _JSON_WORD.match(self.rest, start):
            return _JSON_WORDS[word[0].lower()], word.end()
        end = expression_end(self.rest, start, self.scope.known)
        return self.rest[start:end], end

    def bindings(self) -> None:
        """`s = "ab", k = 2`, then the result: arguments by the names of the only function's parameters."""
        function = self.scope.single
        parameters = self.scope.functions.get(function) if function else None
        if not parameters:
            return
        at = 0
        while match := _BINDING.search(self.rest, at):
            at = match.end()
            if match["name"] not in parameters:
                continue
            start, values, end = match.start(), {}, match.end()
            following: re.Match[str] | None = match
            while following and following["name"] in parameters and following["name"] not in values:
                stop = expression_end(self.rest, following.end())
                if stop is None:
                    break
                values[following["name"]] = self.rest[following.end() : stop]
                end = stop
                following = _NEXT_BINDING.match(self.rest, end)
            link = _AFTER_BINDINGS.match(self.rest, end)
            stop = expression_end(self.rest, link.end()) if link else None
            if link is None or stop is None or set(values) != set(parameters):
                continue
            call = f"{function}({', '.join(values[name] for name in parameters)})"
            self._add(start, stop, call, "example", expected=self.rest[link.end() : stop])
            at = stop

    def literals(self) -> None:
        """`'abc' becomes 'cba'`, where there is one function of one parameter."""
        function = self.scope.single
        parameters = self.scope.functions.get(function) if function else None
        if not parameters or len(parameters) != 1:
            return
        at = 0
        while match := _LITERAL_START.search(self.rest, at):
            end = expression_end(self.rest, match.start())
            at = end or match.end()
            link = _AFTER_LITERAL.match(self.rest, end) if end else None
            if link is None or end is None:
                continue
            stop = expression_end(self.rest, link.end(), self.scope.known)
            literal = self.rest[match.start() : end]
            if stop is None or not _ends_cleanly(self.rest, stop, wordy=bool(link["verb"])):
                if link["sign"] or _VALUE_START.match(self.rest, link.end()):
                    self._note(
                        match.start(), _line_end(self.rest, link.end()), "the value is no Python expression"
                    )
                at = link.end()
                continue
            self._add(
                match.start(),
                stop,
                f"{function}({literal})",
                "example",
                expected=self.rest[link.end() : stop],
            )
            at = stop


def _ends_cleanly(text: str, end: int, *, wordy: bool) -> bool:
    """Whether a value may end here: "returns 4 elements" gives no value."""
    following = text[end : end + 1]
    if following.isalnum() or following == "_":
        return False
    return not (wordy and _GOES_ON.match(text, end))


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
