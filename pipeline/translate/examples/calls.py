"""`f(x) == y`, `f(x) → y`, `f(x)  # y`, "f(x) returns y", "f(x) raises KeyError"."""

from __future__ import annotations

import re

from pipeline.syntax import BUILTINS
from pipeline.translate.examples import tolerances
from pipeline.translate.examples.links import NO_VALUE, RAISE, RAISED, SIGN, VALUE_START, VERB, ends_line
from pipeline.translate.examples.taking import Text
from pipeline.translate.inference import literal_type
from pipeline.translate.syntax import called_names, closing, expression_end, free_names, parse_expression

_CALL = re.compile(r"(?<![\w.\\])(?P<name>[^\W\d]\w*)\(")
_APPLIED = re.compile(r"(?<![\w.\])])\(lambda\b")
"""A function without a name around the call, which shows what that does to its arguments."""
_LINK = re.compile(
    rf"`?[ \t]*+\n?[ \t]*+(?:(?P<sign>{SIGN})|,?\s*+(?:{RAISE}|(?P<verb>{VERB})))[ \t]*\n?[ \t]*`?", re.I
)
_FURTHER = re.compile(r"`?(?:,[ \t]*(?:and[ \t]+)?|[ \t]+and[ \t]+)`?(?=(?P<name>[^\W\d]\w*)\()")
_ARE = re.compile(
    r"`?[ \t]+(?:(?:are|should|must)(?:[ \t]+(?:both|all))?(?:[ \t]+(?:be|return|give|equal))?"
    r"|(?:both|all)[ \t]+(?:are|return|give|equal))[ \t]+`?(?=['\"\[({\d-]|(?:None|True|False)\b)",
    re.I,
)
_LIKEWISE = re.compile(r"`?[ \t]+`?")
"""Between a call and its value, where the verb is that of the call before them."""
_MOST_TOGETHER, _AHEAD = 20, 600
_ASIDE = re.compile(
    rf"`?[ \t]*(?:;[ \t]*)?(?:(?:\n[ \t]*)?(?:#+|//)|:(?!=))[ \t]*`?"
    rf"(?:(?:{SIGN})[ \t]*)?(?:(?:{RAISE})|(?P<verb>{VERB})[ \t]*(?:(?:{SIGN})[ \t]*)?)?`?",
    re.I,
)
"""A comment after a call or on the line below, or a colon: what follows is its value if it ends the line."""
_SLASHES = re.compile(rf"[ \t]*//[ \t]*(?:(?:{SIGN})[ \t]*)?")
_COMPARISON = re.compile(
    rf"\s*(?:(?P<nearly>{tolerances.SIGN})\s*|(?:!=|<=?|>=?)\s*(?=[\d'\"\[({{-])|(?:not\s+)?in\s*(?=[\[({{]))"
)
_NEXT_STEP = re.compile(r"\s*==?[ \t]*(?=[\w'\"\[({-])")


def read(text: Text) -> None:
    """Take every call that is followed by what comes of it."""
    at = 0
    while match := _APPLIED.search(text.rest, at):
        at = _applied(text, match.start())
    at = 0
    while match := _CALL.search(text.rest, at):
        at = _call(text, match.start(), match.end())


def _applied(text: Text, start: int) -> int:
    """Read what a function written at `start` gives, if it calls ours; the offset from which to go on."""
    end = expression_end(text.rest, start, text.scope.known)
    if end is None or not text.calls_ours(text.rest[start:end]):
        return start + 1
    link = _LINK.match(text.rest, end)
    if link is None:
        return end
    if link["error"]:
        text.add(start, link.end(), text.rest[start:end], raises=link["error"])
        return link.end()
    value, stop = text.expression(link.end(), text.scope.known)
    if stop is None or not text.ends(value, stop, wordy=bool(link["verb"])):
        text.note(start, text.said_to(link.end()), NO_VALUE)
        return link.end()
    text.add(start, stop, text.rest[start:end], expected=value)
    return stop


def _call(text: Text, start: int, inside: int) -> int:
    """Read the call at `start`; the offset from which to go on."""
    name = text.rest[start : inside - 1]
    end = expression_end(text.rest, start, text.scope.known | {name}) or closing(text.rest, inside - 1)
    if end is None:
        return inside
    link = _LINK.match(text.rest, end)
    if link is None:
        return (
            _together(text, start, end, name)
            or _aside(text, start, end, name)
            or _undivided(text, start, inside, name)
            or inside
        )
    if link["error"]:
        return _raising(text, start, end, link, name)
    return _value(text, start, end, link, name)


def _together(text: Text, start: int, end: int, name: str) -> int | None:
    """Read calls of which one value is told: "f(1), f(2) and f(3) are True"; where they are none, None."""
    places = [(start, end)]
    if not _FURTHER.match(text.rest, end) or not _ARE.search(text.rest, end, end + _AHEAD):
        return None
    while name in text.scope.functions and len(places) < _MOST_TOGETHER:
        following = _FURTHER.match(text.rest, places[-1][1])
        stop = expression_end(text.rest, following.end(), text.scope.known) if following else None
        if following is None or stop is None or following["name"] not in text.scope.functions:
            break
        places.append((following.start("name"), stop))
    link = _ARE.match(text.rest, places[-1][1])
    if len(places) == 1 or link is None:
        return None
    value, stop = text.expression(link.end(), text.scope.known)
    if not text.ends(value, stop, wordy=True) or stop is None:
        text.note(start, text.said_to(link.end()), NO_VALUE)
        return link.end()
    calls = [text.rest[begin:close] for begin, close in places]
    for call, (begin, close) in zip(calls, places, strict=True):
        text.add(begin, stop if begin == places[-1][0] else close, call, expected=value)
    return stop


def _aside(text: Text, start: int, end: int, name: str) -> int | None:
    """Read the value in a comment, or after a colon; where there is none, None."""
    if name not in text.scope.functions:
        return None
    if comparison := _COMPARISON.match(text.rest, end):
        if comparison["nearly"]:
            return tolerances.take(text, start, text.rest[start:end], comparison.end(), hedged=True)
        _, stop = text.expression(comparison.end(), text.scope.known)
        text.note(start, stop or text.said_to(comparison.end()), "it compares, and gives no value")
        return None
    printed = text.rest.endswith("print(", 0, start) and text.rest.startswith(")", end)
    link = _ASIDE.match(text.rest, end + printed)
    if link is None:
        return None
    if link["error"]:
        return _raising(text, start, end, link, name)
    if raised := RAISED.match(text.rest, link.end()):
        text.add(start, raised.end(), text.rest[start:end], raises=raised["error"])
        return raised.end()
    value, stop = text.expression(link.end(), text.scope.known)
    if stop is not None and text.is_cut(value, stop, name):
        text.note(start, max(text.said_to(link.end()), stop), NO_VALUE)
        return None
    if stop is None or not ends_line(text.rest, stop):
        return None
    text.add(start, stop, text.rest[start:end], expected=value)
    return stop


def _undivided(text: Text, start: int, inside: int, name: str) -> int | None:
    """Read the value after `//` that ends the line, where that divides nothing; where it does, None."""
    end = closing(text.rest, inside - 1)
    sign = _SLASHES.match(text.rest, end) if end is not None else None
    if end is None or sign is None or text.line_end(end) - end > _AHEAD:
        return None
    value, _ = text.expression(sign.end(), text.scope.known)
    tree = parse_expression(value)
    divides = tree is None or literal_type(tree) in ("", "int", "float", "bool")
    return None if divides else _aside(text, start, end, name)


def _raising(text: Text, start: int, end: int, link: re.Match[str], name: str) -> int:
    ours = name in text.scope.functions or not text.scope.functions
    if ours and text.add(start, link.end(), text.rest[start:end], raises=link["error"]):
        return link.end()
    return end


def _value(text: Text, start: int, call_end: int, link: re.Match[str], name: str) -> int:
    """Read the value after a call and its link."""
    scope, call = text.scope, text.rest[start:call_end]
    tree = parse_expression(call)
    mentioned = {name} | (set(called_names(tree)) if tree is not None else set())
    ours = bool(mentioned & scope.functions.keys()) or (not scope.functions and name not in BUILTINS)
    if ours and (raised := RAISED.match(text.rest, link.end())):
        text.add(start, raised.end(), call, raises=raised["error"])
        return raised.end()
    if ours and (stop := tolerances.take(text, start, call, link.end())) is not None:
        return stop
    value, end = text.expression(link.end(), scope.known)
    if end is not None and _NEXT_STEP.match(text.rest, end):
        text.note(start, _steps_end(text, end), "it is a derivation of several steps")
        return end
    if end is not None and text.calls_ours(value):
        if link["sign"] != "==":
            text.note(start, end, "it relates calls to each other, and gives no value")
            return end
        call, value = f"{call} == {value}", "True"
    of = next((each for each in (name, *mentioned) if each in scope.functions), name)
    if not text.ends(value, end, wordy=bool(link["verb"]), of=of) or end is None:
        if ours and (link["sign"] or VALUE_START.match(text.rest, link.end())):
            text.note(start, text.said_to(link.end()), NO_VALUE)
        return link.end()
    if not ours and (name in BUILTINS or tree is None or free_names(tree) - {name} - BUILTINS):
        return link.end()
    text.add(start, end, call, expected=value)
    return _likewise(text, end) if ours and link["verb"] else end


def _likewise(text: Text, at: int) -> int:
    """Read the calls after one with its verb that have but a value: "f(1) is True, f(2) False"."""
    while following := _FURTHER.match(text.rest, at):
        start = following.start("name")
        end = expression_end(text.rest, start, text.scope.known)
        link = _LIKEWISE.match(text.rest, end) if end is not None else None
        if following["name"] not in text.scope.functions or end is None or link is None:
            break
        if not VALUE_START.match(text.rest, link.end()):
            break
        value, stop = text.expression(link.end(), text.scope.known)
        if stop is None or not text.ends(value, stop, wordy=True, of=following["name"]):
            text.note(start, text.said_to(link.end()), NO_VALUE)
            return link.end()
        text.add(start, stop, text.rest[start:end], expected=value)
        at = stop
    return at


def _steps_end(text: Text, end: int) -> int:
    """Where a derivation ends that goes on at `end`: after its last step, or what that says."""
    while (step := _NEXT_STEP.match(text.rest, end)) and "\n" not in step[0]:
        _, stop = text.expression(step.end(), text.scope.known)
        if stop is None:
            return text.said_to(step.end())
        end = stop
    return end
