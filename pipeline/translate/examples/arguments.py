"""Arguments without a call, then the value: `s = "ab", k = 2` gives 3, "for 'ab' it returns 2", `'ab' → 2`.

They are about the one function that the text is about.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import replace

from pipeline.ir import CONDITION
from pipeline.translate.examples import clauses, several, tolerances
from pipeline.translate.examples.links import (
    ARROW,
    NO_VALUE,
    RAISE,
    RAISED,
    SIGN,
    VALUE_START,
    VERB,
    ends_line,
)
from pipeline.translate.examples.taking import Text
from pipeline.translate.inference import literal_type
from pipeline.translate.syntax import closing, expression_end, parse_expression

_ASSIGNED = r"(?:\s*(?:=|:|\b(?:is|equals)\b)\s*(?=[\w'\"\[({-])|`?[ \t]+`?(?=['\"\[{]|-?\d))"
_BINDING = re.compile(rf"(?<![\w.])`?(?P<name>[^\W\d]\w*)`?{_ASSIGNED}")
_NEXT_BINDING = re.compile(rf"`?\s*+(?:,|;|\band\b|&|,\s*and\b|\n)?\s*+`?(?P<name>[^\W\d]\w*)`?{_ASSIGNED}")
_SUBJECT = (
    r"(?:the\s+|your\s+)?"
    r"(?:result|output|answer|function|it|we|you|expected(?:\s+(?:result|output|value))?)"
)
_GETS = r"(?:(?:should|must|will|would)\s+)?(?:gets?|obtains?)\b"
_AFTER_BINDINGS = re.compile(
    rf"`?[,;.]?\s*+(?:(?:then\s+)?{_SUBJECT}\s*(?:(?P<verb>{VERB}|{_GETS})|:|{SIGN}|(?P<nearly>{tolerances.SIGN}))"
    rf"|{SIGN}|,?\s*+(?:then\s+)?(?P<alone>(?!is\b|equals\b){VERB}))\s*"
    r"`?(?P<called>(?P<name>\w+)(?:\((?P<given>[\w ,]*)\))?\s*==?\s*)?`?",
    re.I,
)
_THEN_RAISED = re.compile(
    rf"`?,?\s*+(?:then\s+)?(?:{_SUBJECT}\s+)?{RAISE}`?"
    r"(?!\s+(?:if|when|whenever|unless|for|on|where|otherwise|else)\b)",
    re.I,
)
_LITERAL = re.compile(r"(?<![\w)\]'\".])[rb]?(?:['\"\[({]|-?\d)")
_ANOTHER = re.compile(r"[\d'\"\])}]`?,[ \t]*`?\Z")
"""Before a value: it is not the first of several, and there are fewer parameters."""
_AFTER_TAKEN = re.compile(r" {4}\((?:[^()\[\]{}'\"\d]|(?<=[^\W\d_])'(?=[^\W\d_]))*\)`?,[ \t]*`?\Z")
"""Before a value: words in brackets on an example, which is blanked out."""
_LABELLED = re.compile(r"\binput[ \t]*:[ \t]*`?\Z", re.I)
_NAMED = re.compile(r"\w`?[ \t]*(?:=|(?<![Ii]nput):)[ \t]*`?\Z")
"""Before a value: it is that of one parameter alone."""
_BOUND = re.compile(
    r"(?P<apart>[;,&]|\band\b)?[ \t]*`?(?P<name>[^\W\d]\w*)`?(?P<space>[ \t]*)=[ \t]*`?\Z", re.I
)
"""Before a value: the name that it is given."""
_CALLED_TOO = re.compile(r"`?[ \t]*(?:[,;&]|\band\b)[ \t]*(?:and[ \t]+)?`?[^\W\d]\w*`?[ \t]*=(?!=)")
"""After a value with a name: another."""
_LED_TO = re.compile(rf"(?:{ARROW})[ \t]*`?\Z")
"""Before a value: it is what comes of something else."""
_AMONG = re.compile(
    r"(?:(?<![-=>])(?:[<>]=?|!=)|[≤≥≠$€£]|\d\.\.|\b(?:(?:more|greater|larger|less|smaller|fewer|higher|lower|longer|shorter)\s+than"
    r"|(?:or\s+)?equal\s+to|at\s+(?:least|most)|up\s+to|above|below|under|over|beyond|until|before|after"
    r"|divisible\s+by|multiples?\s+of|from\s+-?[\d.]+\s+(?:to|through)"
    r"|between\s+-?[\d.]+\s+and)|[\d'\"\])}]`?[ \t]+and)[ \t]*`?\Z",
    re.I,
)
"""Before a value: it is a limit of what is meant, a part of how an amount is written, or one of several."""
_OTHER_NAME = "it gives a value to `{}`, which is no parameter"
_MANY = "it speaks of more than one value, or of none as Python writes it"
_ONE_OR_SEVERAL = "it may be one argument, or several"
_NEXT_LITERAL = re.compile(r"`?\s*(?:,\s*and\b|,|\band\b)\s*`?")
_THING = r"(?:inputs?|arguments?|values?|lists?|strings?|texts?|numbers?|arrays?|words?)"
_LEAD = re.compile(
    r"\b(?:given|for|with|on|if|when|from)(?:\s+(?:it\s+is\s+)?given)?"
    rf"(?:\s+(?:the|an?))?(?:\s+{_THING}(?:\s+(?:is|are))?)?\s*:?\s*`?\Z",
    re.I,
)
_IF = re.compile(r"\b(?:if|when|whenever|for)\s+`?\Z", re.I)
_OTHERWISE = re.compile(r"`?,?\s+(?:otherwise|else|in\s+(?:all\s+)?other\s+cases)\b", re.I)
_OF = re.compile(r"\bof\s+`?\Z", re.I)
_OUTPUT = r"(?i:output|result|answer|expected(?:\s+(?:output|result|value))?)s?"
_TO_VALUE = re.compile(
    rf"`?[ \t]*(?:(?P<sign>{ARROW}|,?\s*{_OUTPUT}\s*:)"
    r"|(?P<verb>(?:becomes|gives|yields|stays|remains|turns\s+into|maps\s+to)\b)"
    r"|(?P<said>(?:(?:should|must|will|would)\s+(?:return|give|become|yield|produce)|returns|produces)\b))"
    r"[ \t]*`?"
)
_COLON = re.compile(r"`?:[ \t]*`?")
_IS = re.compile(r"`?[ \t]+is[ \t]+`?")
_CLAUSE = re.compile(r"(?:\A|[.,;:(\n]|\band|\be\.g\.)[ \t]*`?\Z")
_OPENS = re.compile(rf"(?:\A|[.;:(\n]|\be\.g\.,?)\s*(?:(?:the|an?)[ \t]+{_THING}[ \t]+)?`?\Z", re.I)
"""Before a value: a sentence begins with it."""
_BULLET = re.compile(r"(?:\A|\n)[ \t]*(?:[-*+•][ \t]+|\d+[.)][ \t]+)?`?\Z")
_WORD = re.compile(r"[^\W\d][\w-]*(?=`?[ \t]*(?:[.,;)\n]|\Z))")
_VERB = re.compile(rf"`?\s+{VERB}\s*`?", re.I)
_ASIDE = re.compile(r"\([^()\[\]{}\"\n]*\)")
_EXAMPLES = re.compile(r"\bexamples?\b|\be\.g\.|\binstance\b|\bcases?\b|\btests?\b", re.I)
_SHOWN = 40
_NEAR = 300
"""How many characters before a list of `key: value` say that it is one of examples."""


def read(text: Text) -> None:
    """Take what gives arguments by name, then what gives them by themselves."""
    if text.scope.parameters:
        _by_name(text)
        _by_place(text)
    elif not text.scope.single:
        _of_several(text)


def _of_several(text: Text) -> None:
    """Take labelled inputs that name all parameters of one of several functions, and of no other."""
    scope = text.scope
    named = [frozenset(parameters or ()) for parameters in scope.functions.values()]
    for name, parameters in scope.functions.items():
        if parameters and named.count(frozenset(parameters)) == 1:
            text.scope = replace(text.scope, subject=name, optional={})
            _by_name(text, labelled=True)
    text.scope = replace(text.scope, subject=scope.subject, optional=scope.optional)


def read_called(text: Text) -> None:
    """Take what gives them by name, and then speaks of the call: "for `a = [2]` it is `f(a) = 2`"."""
    if text.scope.parameters:
        _by_name(text, called=True)


def _by_name(text: Text, *, called: bool = False, labelled: bool = False) -> None:
    """`s = "ab", k = 2`, then the result: arguments by the names of the parameters."""
    parameters = text.scope.parameters
    at = 0
    while match := _BINDING.search(text.rest, at):
        at = match.end()
        if match["name"] not in parameters or (
            labelled and not _LABELLED.search(text.rest[max(0, match.start() - _SHOWN) : match.start()])
        ):
            continue
        values, end = _values(text, match)
        call = text.scope.call(values)
        if call is None or not values:
            continue
        link = _AFTER_BINDINGS.match(text.rest, end)
        if called != bool(link and link["given"]) or (link and not _is_called_so(text, link, values)):
            continue
        if link and (stop := _near(text, match.start(), call, link)):
            at = stop
            continue
        raised = _raised(text, match.start(), end, link)
        if raised:
            text.add(match.start(), raised.end(), call, raises=raised["error"])
            at = raised.end()
            continue
        result, stop = text.expression(link.end()) if link else ("", None)
        if link is None or stop is None:
            continue
        if link["called"] and _CALLED_TOO.match(text.rest, stop):
            text.note(match.start(), text.said_to(stop), _MANY)
            continue
        if not text.ends(result, stop, wordy=bool(link["verb"] or link["alone"]), of=text.scope.single):
            if text.is_cut(result, stop, text.scope.single):
                text.note(match.start(), text.said_to(link.end(), placed=True), NO_VALUE)
            continue
        if _is_of_others(text, link, match.start(), end, stop):
            continue
        source = (
            CONDITION if _IF.search(text.rest[max(0, match.start() - _SHOWN) : match.start()]) else "example"
        )
        text.add(match.start(), stop, call, expected=result, source=source)
        at = stop


def _is_called_so(text: Text, link: re.Match[str], values: Collection[str]) -> bool:
    """Whether the call that `link` speaks of, if it does, is that with the values."""
    if link["given"] is None:
        return True
    names = [name.strip() for name in link["given"].split(",")]
    ours = link["name"] == text.scope.single and names == [*text.scope.parameters[: len(names)]]
    return ours and {*names} <= {*values}


def _raised(text: Text, start: int, end: int, link: re.Match[str] | None) -> re.Match[str] | None:
    """The error that comes of the values at [start, end), where no condition of the words is about that."""
    if link is not None:
        return RAISED.match(text.rest, link.end())
    under = _IF.search(text.rest[max(0, start - _SHOWN) : start]) or clauses.is_told_before(text.rest, start)
    return None if under else _THEN_RAISED.match(text.rest, end)


def _is_of_others(text: Text, link: re.Match[str], start: int, end: int, stop: int) -> bool:
    """Whether what `link` leads to, up to `stop`, is said of others than the values at [start, end)."""
    alone = bool(link["alone"])
    of_another = alone or clauses.is_apart(text.rest, end) or _OTHERWISE.match(text.rest, stop)
    return bool(
        (of_another and clauses.is_told_before(text.rest, start))
        or (alone and clauses.is_of_its_own(text.rest, _LEAD, start, end, stop))
        or clauses.is_left_out(text.rest, start)
        or clauses.holds_under_more(text.rest, stop)
    )


def _values(text: Text, first: re.Match[str]) -> tuple[dict[str, str], int]:
    """The values bound from `first` on, by the parameters' names, and where they end."""
    values: dict[str, str] = {}
    end = first.end()
    following: re.Match[str] | None = first
    while following and following["name"] in text.scope.parameters and following["name"] not in values:
        value, stop = text.expression(following.end())
        if stop is None:
            break
        values[following["name"]] = value
        end = stop
        following = _NEXT_BINDING.match(text.rest, end)
    return values, end


def _by_place(text: Text) -> None:
    """`'abc' becomes 'cba'`, `3, 4 → 7`, `for 12 and 18 it returns 6`: a value for each parameter."""
    at = 0
    while match := _LITERAL.search(text.rest, at):
        at = _placed(text, match.start())


def _placed(text: Text, start: int) -> int:
    """Read the arguments at `start` with what comes of them; the offset from which to go on."""
    one = expression_end(text.rest, start)
    if (
        one is not None
        and (stop := several.take(text, start, one, lambda end: _signed(text, end))) is not None
    ):
        return stop
    arguments, end, few = _arguments(text, start)
    if end is None:
        return _past(text, start)
    before = text.rest[max(0, start - _SHOWN) : start]
    if (_ANOTHER.search(before) and not _AFTER_TAKEN.search(before)) or _LED_TO.search(before):
        return end
    link, wordy = _link(text, start, end)
    if link is None or (few and (link.re is not _TO_VALUE or _NAMED.search(before))):
        return end
    if (bound := _BOUND.search(before)) and not _stands_for_parameter(text, bound, arguments):
        _, stop = _value(text, link)
        begin = start - len(before) + bound.start("name")
        stop = stop or text.said_to(link.end(), placed=True)
        text.note(begin, stop, _OTHER_NAME.format(bound["name"]))
        return stop
    if _AMONG.search(before) or _is_range(arguments):
        _, stop = _value(text, link)
        text.note(start, stop or text.said_to(link.end(), placed=True), _MANY)
        return stop or link.end()
    call = f"{text.scope.single}({arguments})"
    if link.re in (_TO_VALUE, _AFTER_BINDINGS) and (near := _near(text, start, call, link)) is not None:
        return near
    if link.re in (_TO_VALUE, _AFTER_BINDINGS) and (raised := RAISED.match(text.rest, link.end())):
        text.add(start, raised.end(), call, raises=raised["error"])
        return raised.end()
    expected, stop = _value(text, link)
    told = wordy or (link.re is _TO_VALUE and bool(link["verb"] or link["said"]))
    if not text.ends(expected, stop, wordy=told, of=text.scope.single) or stop is None:
        signed = link.re is _TO_VALUE and link["sign"]
        if signed or VALUE_START.match(text.rest, link.end()):
            text.note(start, text.said_to(link.end(), placed=True), NO_VALUE)
        return link.end()
    if not _is_value(text, link, start, end, stop, arguments, expected):
        return stop
    text.add(start, stop, call, expected=expected)
    return stop


def _is_value(
    text: Text, link: re.Match[str], start: int, end: int, stop: int, arguments: str, expected: str
) -> bool:
    """Whether `link` leads from the arguments at [start, end) to their value, which ends at `stop`."""
    if link.re is _COLON:
        return ends_line(text.rest, stop)
    if link.re is _IS:  # "4 is 'IV'", but not "4 is 2 and 2"
        return _kind(arguments) != _kind(expected)
    return link.re is not _AFTER_BINDINGS or not _is_of_others(text, link, start, end, stop)


def _stands_for_parameter(text: Text, bound: re.Match[str], arguments: str) -> bool:
    """Whether what is given a name is the one argument, by that or by another name: "arr = [1]" for `xs`."""
    parameters = text.scope.parameters
    if bound["name"] in parameters:
        return True
    written = text.scope.texts.isdisjoint(parameters) or arguments.startswith(("'", '"'))
    return len(parameters) == 1 and bool(bound["space"]) and not bound["apart"] and written


def _near(text: Text, start: int, call: str, link: re.Match[str]) -> int | None:
    """Read a value that is nearly so; where it is said to be just so, None."""
    hedged = link.re is _AFTER_BINDINGS and bool(link["nearly"])
    return tolerances.take(text, start, call, link.end(), hedged=hedged)


def _value(text: Text, link: re.Match[str]) -> tuple[str, int | None]:
    """What `link` leads to, and its end; a word alone is a text where the function is said to return one."""
    expected, stop = text.expression(link.end(), text.scope.known)
    arrow = link.re is _TO_VALUE and link["sign"]
    word = _WORD.match(text.rest, link.end()) if stop is None and arrow else None
    if word is None or "return" not in text.scope.texts:
        return expected, stop
    return repr(word[0]), word.end()


def _past(text: Text, start: int) -> int:
    """Past the value at `start`, or past its bracket, or past the line where it is not closed."""
    end = expression_end(text.rest, start)
    if end is None:
        line_end = text.line_end(start)
        close = closing(text.rest, start) if text.rest[start] in "([{" else None
        if close is not None and close <= line_end:
            return close
        aside = _ASIDE.match(text.rest, start)
        return aside.end() if aside else max(start + 1, line_end)
    link = _TO_VALUE.match(text.rest, end)
    if len(text.scope.required) == 1 and link and link["sign"]:
        text.note(start, text.said_to(link.end()), _ONE_OR_SEVERAL)
    return end


def _arguments(text: Text, start: int) -> tuple[str, int | None, bool]:
    """The arguments at `start`, their end, and whether defaults do for some; no end where they are none."""
    wanted = len(text.scope.parameters)
    end = expression_end(text.rest, start)
    if end is None:
        return "", None, False
    values = [text.rest[start:end]]
    if wanted > 1 and values[0].startswith("(") and values[0].endswith(")"):
        several = len(text.scope.required) > 1  # otherwise it may be one tuple as well
        return values[0][1:-1], end if several else None, False
    while len(values) < wanted and (comma := _NEXT_LITERAL.match(text.rest, end)):
        stop = expression_end(text.rest, comma.end())
        if stop is None:
            break
        values.append(text.rest[comma.end() : stop])
        end = stop
    enough = len(text.scope.required) <= len(values)
    return ", ".join(values), end if enough else None, len(values) < wanted


def _signed(text: Text, end: int) -> int | None:
    """Where a sign leads from `end`."""
    link = _TO_VALUE.match(text.rest, end)
    return link.end() if link and link["sign"] else None


def _link(text: Text, start: int, end: int) -> tuple[re.Match[str] | None, bool]:
    """What leads from the arguments at [start, end) to a value, and whether it is words."""
    before = text.rest[max(0, start - _SHOWN) : start]
    link = _TO_VALUE.match(text.rest, end)
    if link and (link["said"] is None or any(each.search(before) for each in (_LEAD, _BULLET, _OPENS))):
        return link, False
    if _LEAD.search(before) and (link := _AFTER_BINDINGS.match(text.rest, end)):
        return link, bool(link["verb"] or link["alone"])
    if _of_function(text, before):
        return _VERB.match(text.rest, end), True
    if len(text.scope.parameters) == 1 and _CLAUSE.search(before) and (link := _IS.match(text.rest, end)):
        return link, True
    if _BULLET.search(before) and _EXAMPLES.search(text.rest, max(0, start - _NEAR), start):
        return _COLON.match(text.rest, end), False
    return None, False


def _is_range(arguments: str) -> bool:
    """Whether it is `60-79`, which is no argument to work out."""
    match parse_expression(arguments):
        case ast.BinOp(left=ast.Constant(value=int()), op=ast.Sub(), right=ast.Constant(value=int())):
            return True
    return False


def _kind(expression: str) -> str:
    tree = parse_expression(expression)
    return literal_type(tree) if tree is not None else ""


def _of_function(text: Text, before: str) -> bool:
    """Whether "the median of" stands there, and the function is called so."""
    of = _OF.search(before)
    said = text.scope.single.replace("_", " ").lower()
    return of is not None and bool(said) and before[: of.start()].rstrip().lower().endswith(said)
