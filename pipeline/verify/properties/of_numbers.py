"""Conditions on numbers, as words say them: "n is negative", "n is 90 or more", "n is between 1 and 9"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.ir import Parameter
from pipeline.syntax import literal
from pipeline.verify.inputs.literals import Arguments
from pipeline.verify.properties.combined import Condition
from pipeline.verify.properties.comparisons import compared, near
from pipeline.verify.properties.meant import IS, NAME, NUMBER, NUMBER_WORDS, Builder, meant
from pipeline.verify.properties.proposals import kind_of

_VALUE = rf"{NUMBER}|'[^']*'|\"[^\"]*\""
_OPERATORS = {
    r"(?:less|smaller|lower) than|below|under": "<",
    r"(?:less|smaller) than or equal to|at most|no (?:more|greater|larger|higher) than|up to": "<=",
    r"(?:greater|larger|bigger|more|higher) than|above|over": ">",
    r"(?:greater|larger) than or equal to|at least|no (?:less|smaller|lower) than": ">=",
    r"equal to|exactly|equals": "==",
}
WORDED = "|".join(_OPERATORS)
_FLIPPED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!="}
_MORE = r"(?:more|higher|above|greater|larger|over|older|longer|up)"
_LESS = r"(?:less|fewer|lower|below|smaller|under|younger|shorter)"


def number(text: str) -> str:
    """A number that may be a word, in digits."""
    return {"zero": "0", "one": "1"}.get(text.lower(), text)


def _against(
    said: re.Match[str], parameters: Sequence[Parameter], operator: str, limit: str
) -> Condition | None:
    subject = meant(said["name"], parameters, ("int", "float"))
    if subject is None:
        return None
    return compared(subject.name, operator, limit, whole=kind_of(subject.type) == "int")


def operator_of(words: str) -> str:
    """The comparison that words such as "less than" are."""
    return next(sign for pattern, sign in _OPERATORS.items() if re.fullmatch(pattern, words, re.I))


def _even(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    subject = meant(said["name"], parameters, ("int",))
    if subject is None:
        return None
    name = subject.name

    def make(base: Arguments) -> list[Arguments]:
        number = base.get(name)
        return [base, {**base, name: number + 1}] if isinstance(number, int) else []

    odd = (said["parity"].lower() == "odd") != bool(said.groupdict().get("not"))
    return Condition(f"{name} % 2 == {int(odd)}", make)


def _divided(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "n is divisible by 3"."""
    subject = meant(said["name"], parameters, ("int",))
    divisor = int(said["divisor"])
    if subject is None or divisor < 2:
        return None
    name = subject.name
    relation = "!=" if said["not"] else "=="

    def make(base: Arguments) -> list[Arguments]:
        number = base.get(name)
        if not isinstance(number, int):
            return []
        multiple = number - number % divisor
        return [{**base, name: each} for each in (multiple, multiple + divisor, multiple + 1)]

    return Condition(f"{name} % {divisor} {relation} 0", make)


def _worded(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    operator = operator_of(said["op"])
    return _against(said, parameters, _FLIPPED[operator] if said["not"] else operator, number(said["limit"]))


def _inside(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "n is between 1 and 9": the limits themselves only where the words say so."""
    subject = meant(said["name"], parameters, ("int", "float"))
    if subject is None:
        return None
    name, low, high = subject.name, number(said["low"]), number(said["high"])
    whole = kind_of(subject.type) == "int"
    below, above = compared(name, "<", low, whole=whole), compared(name, ">", high, whole=whole)
    sign = "<=" if said["inclusive"] else "<"
    return Condition(
        f"{low} {sign} {name} {sign} {high}",
        lambda base: [*below.make(base), *above.make(base)],
        f"{below.text} or {above.text}",
    )


def _listed(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "n is 4, 6, 9 or 11", "op is one of '+', '-'"."""
    values = re.findall(rf"{NUMBER}|'[^']*'|\"[^\"]*\"", said["several"])
    of_texts = values[0][0] in "'\""
    subject = meant(said["name"], parameters, ("str",) if of_texts else ("int", "float"))
    if subject is None or any((each[0] in "'\"") != of_texts for each in values):
        return None
    name, given = subject.name, [literal(number(each)) for each in values]
    return Condition(
        f"{name} in ({', '.join(map(repr, given))},)", lambda base: [{**base, name: each} for each in given]
    )


def _outside(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "n is not between 1 and 9"."""
    subject = meant(said["name"], parameters, ("int", "float"))
    if subject is None:
        return None
    name, low, high = subject.name, number(said["low"]), number(said["high"])
    below, above = compared(name, "<", low), compared(name, ">", high)
    return Condition(f"{below.text} or {above.text}", lambda base: [*below.make(base), *above.make(base)])


def _related(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "n is greater than m", both of them parameters."""
    kinds = {each.name: kind_of(each.type) for each in parameters}
    name, other = said["name"], said["other"]
    if name == other or not {kinds.get(name), kinds.get(other)} <= {"int", "float"}:
        return None
    return Condition(f"{name} {operator_of(said['op'] or 'above')} {other}", near(name, other))


def _limit(operator: str, limit: str = "") -> Builder:
    """A comparison with `limit`, or with the one that the words name."""
    return lambda said, parameters: _against(
        said, parameters, operator, limit or number(said["limit"] or "zero")
    )


ON_NUMBERS: tuple[tuple[str, Builder], ...] = (
    (rf"{NAME} {IS} (?:a )?negative(?: {NUMBER_WORDS})?", _limit("<", "0")),
    (rf"(?:given )?(?:a )?negative (?P<name>{NUMBER_WORDS})s?", _limit("<", "0")),
    (rf"{NAME} {IS} (?:negative or (?:zero|0)|(?:zero|0) or negative)", _limit("<=", "0")),
    (rf"{NAME} {IS} not (?:a )?positive(?: {NUMBER_WORDS})?", _limit("<=", "0")),
    (rf"{NAME} {IS} (?P<not>not )?(?:an )?(?P<parity>even|odd)(?: {NUMBER_WORDS})?", _even),
    (rf"{NAME} {IS} (?:a )?positive(?: {NUMBER_WORDS})?", _limit(">", "0")),
    (rf"{NAME} {IS} (?:a )?(?:non-?negative|not negative)(?: {NUMBER_WORDS})?", _limit(">=", "0")),
    (
        rf"{NAME} {IS} (?P<not>not )?(?:(?:evenly )?divisible by|an? multiple of) (?P<divisor>\d{{1,6}})",
        _divided,
    ),
    (rf"{NAME} {IS} (?:equal to )?(?P<limit>{NUMBER})", _limit("==")),
    (rf"{NAME} exceeds (?P<limit>{NUMBER})", _limit(">")),
    (rf"{NAME} {IS} (?P<not>not )?(?P<op>{WORDED}) (?P<limit>{NUMBER})", _worded),
    (rf"{NAME} (?:{IS} (?P<op>{WORDED})|exceeds) (?P<other>\w+)", _related),
    (rf"{NAME} {IS} (?P<limit>{NUMBER}) or {_MORE}", _limit(">=")),
    (rf"{NAME} {IS} (?P<limit>{NUMBER}) or {_LESS}", _limit("<=")),
    (
        rf"{NAME} (?:{IS} )?(?:between|within|in|from) (?:the )?(?:range )?(?:from )?"
        rf"(?P<low>{NUMBER}) ?(?:and|to|-|–|\.\.) ?(?P<high>{NUMBER})(?P<inclusive>,? \(?inclusive\)?)?",
        _inside,
    ),
    (
        rf"{NAME} {IS} (?:(?:either|one of) )?(?P<several>(?:{_VALUE})(?:(?:,| or|, or) (?:{_VALUE}))+)",
        _listed,
    ),
    (rf"{NAME} {IS} (?:not (?:equal to )?(?P<limit>{NUMBER})|non-?zero)", _limit("!=")),
    (
        r"(?:an? |any |the )?(?P<name>\w+?)s? (?:outside|out of|not in) (?:of )?(?:the )?(?:range )?"
        rf"(?P<low>{NUMBER}) ?(?:and|to|-|–|\.\.) ?(?P<high>{NUMBER})(?: \(?inclusive\)?)?",
        _outside,
    ),
    (
        rf"{NAME} (?:(?:{IS} not|isn't)(?= (?:between|within|in|from))|{IS} (?:outside|out of))"
        r"(?: (?:between|within|in|of|from|the(?= range)|range))*"
        rf" (?P<low>{NUMBER}) ?(?:and|to|-|–|\.\.) ?(?P<high>{NUMBER})(?: \(?inclusive\)?)?",
        _outside,
    ),
)
