"""Reading "if xs is empty": a condition on arguments as Python, and arguments that meet it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from pipeline.ir import Parameter
from pipeline.ir.bound_words import numbers
from pipeline.syntax import expression
from pipeline.verify.inputs.literals import Arguments
from pipeline.verify.properties.combined import Condition, combined
from pipeline.verify.properties.proposals import item_kinds, kind_of

_EMPTY = {"str": "", "list": [], "dict": {}, "tuple": (), "set": set()}
_CONTAINER_WORDS = r"(?:input|list|string|text|sequence|array|dict|dictionary|tuple|set|collection|argument)"
_CALLED: Mapping[str, tuple[str, ...]] = {
    "string": ("str",),
    "text": ("str",),
    "list": ("list",),
    "array": ("list",),
    "dict": ("dict",),
    "dictionary": ("dict",),
    "tuple": ("tuple",),
    "set": ("set",),
}
"""What a parameter may be that goes by such a word; by any other, it may be anything with a length."""
_NUMBER_WORDS = r"(?:input|number|value|argument|integer)"
_NUMBER = r"-?\d+(?:\.\d+)?|zero|one"
_IS = r"(?:is|are|was|were)"


def read_condition(words: str, parameters: Sequence[Parameter]) -> Condition | None:
    """The condition that these words are, or None: a guess would be worse."""
    text = numbers(" ".join(words.replace("`", "").split()).rstrip("."))
    return _simple(text, parameters) or combined(
        text, lambda part: _simple(part, parameters), {each.name for each in parameters}
    )


def _simple(text: str, parameters: Sequence[Parameter]) -> Condition | None:
    for pattern, build in _PATTERNS:
        if said := re.fullmatch(pattern, text, re.I):
            return build(said, parameters)
    return _comparison(text, parameters)


def _subject(name: str | None, parameters: Sequence[Parameter], kinds: Sequence[str]) -> Parameter | None:
    """The parameter of that name; without a name the only one of these kinds, or else without a type.

    "A value" may be an item, where there are any, and "it" something else, where there is more than one.
    """
    if name:
        named = next((each for each in parameters if each.name == name), None)
        if named is not None:
            other = {*_EMPTY, "int", "float"} - {*kinds} if kinds else ()
            return named if kind_of(named.type) not in other else None
        if not re.fullmatch(f"(?:{_CONTAINER_WORDS}|{_NUMBER_WORDS}|it)", name, re.I):
            return None
        among = not {*kinds} & {*_EMPTY} and any(map(_may_have_numbers, parameters))
        if len(parameters) > 1 and (among or name.lower() == "it"):
            return None
    fitting = [each for each in parameters if kind_of(each.type) in kinds]
    fitting = fitting or [each for each in parameters if not each.type]
    return fitting[0] if len(fitting) == 1 else None


def _empty(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    meant = _CALLED.get(said["name"].lower(), tuple(_EMPTY))
    subject = _subject(said["name"], parameters, meant)
    word = said["name"].lower()
    if subject is None or (word in _CALLED and _may_be_an_item(word, subject, said.string, parameters)):
        return None
    name, kind = subject.name, kind_of(subject.type)

    def make(base: Arguments) -> list[Arguments]:
        like = kind or type(base.get(name)).__name__  # without a type, what the examples give
        return [{**base, name: _EMPTY[like]}] if like in _EMPTY else []

    return Condition(f"len({name}) == 0", make)


_ONE_OF = re.compile(r"(?:(?:if|when|on|for) )?(?:an?|any|some|each|every|one) ", re.I)


def _may_be_an_item(word: str, subject: Parameter, words: str, parameters: Sequence[Parameter]) -> bool:
    """Whether what goes by that word may be an item: "a list is empty" of `rows: list[list[int]]`."""
    holders = [each for each in parameters if {*_CALLED[word]} & {*item_kinds(each.type)}]
    return any(each is not subject or _ONE_OF.match(words) for each in holders)


def _may_have_numbers(parameter: Parameter) -> bool:
    """Whether it has items that are numbers, as far as its type says."""
    items = item_kinds(parameter.type)
    holds = kind_of(parameter.type) in ("list", "tuple", "set", "dict")
    return holds and (not items or bool({"int", "float", ""} & {*items}))


def _none(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    subject = _subject(said["name"], parameters, ())
    if subject is None:
        return None
    return Condition(f"{subject.name} is None", lambda base: [{**base, subject.name: None}])


def _number(text: str) -> str:
    return {"zero": "0", "one": "1"}.get(text.lower(), text)


def _against(
    said: re.Match[str], parameters: Sequence[Parameter], operator: str, limit: str
) -> Condition | None:
    subject = _subject(said["name"], parameters, ("int", "float"))
    return _compared(subject.name, operator, limit) if subject is not None else None


def _compared(name: str, operator: str, limit: str) -> Condition:
    def make(base: Arguments) -> list[Arguments]:
        number = int(limit) if limit.lstrip("-").isdigit() else float(limit)
        return [{**base, name: number + step} for step in (0, 1, -1, 2, -5)]

    return Condition(f"{name} {operator} {limit}", make)


_OPERATORS = {
    r"(?:less|smaller|lower) than|below|under": "<",
    r"(?:less|smaller) than or equal to|at most": "<=",
    r"(?:greater|larger|bigger|more|higher) than|above|over": ">",
    r"(?:greater|larger) than or equal to|at least": ">=",
    r"equal to|exactly|equals": "==",
}
_WORDED = "|".join(_OPERATORS)


def _even(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    subject = _subject(said["name"], parameters, ("int",))
    if subject is None:
        return None
    name = subject.name

    def make(base: Arguments) -> list[Arguments]:
        number = base.get(name)
        return [base, {**base, name: number + 1}] if isinstance(number, int) else []

    return Condition(f"{name} % 2 == {int(said['parity'].lower() == 'odd')}", make)


def _divided(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "n is divisible by 3"."""
    subject = _subject(said["name"], parameters, ("int",))
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
    operator = next(sign for words, sign in _OPERATORS.items() if re.fullmatch(words, said["op"], re.I))
    return _against(said, parameters, operator, _number(said["limit"]))


def _outside(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "n is not between 1 and 9"."""
    subject = _subject(said["name"], parameters, ("int", "float"))
    if subject is None:
        return None
    name, low, high = subject.name, _number(said["low"]), _number(said["high"])
    below, above = _compared(name, "<", low), _compared(name, ">", high)
    return Condition(f"{below.text} or {above.text}", lambda base: [*below.make(base), *above.make(base)])


def _related(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "n is greater than m", both of them parameters."""
    kinds = {each.name: kind_of(each.type) for each in parameters}
    name, other = said["name"], said["other"]
    if name == other or not {kinds.get(name), kinds.get(other)} <= {"int", "float"}:
        return None
    operator = next(sign for words, sign in _OPERATORS.items() if re.fullmatch(words, said["op"], re.I))
    return Condition(f"{name} {operator} {other}", _near(name, other))


def _near(name: str, other: str) -> Callable[[Arguments], Sequence[Arguments]]:
    def make(base: Arguments) -> list[Arguments]:
        limit = base.get(other)
        if not isinstance(limit, (int, float)):
            return []
        return [{**base, name: limit + step} for step in (0, 1, -1)]

    return make


def _longer(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "k is greater than the length of xs"."""
    names = {each.name for each in parameters}
    if said["name"] not in names or said["of"] not in names:
        return None
    name, of = said["name"], said["of"]

    def make(base: Arguments) -> list[Arguments]:
        return [{**base, name: len(base[of]) + step} for step in (1, 2, 10)] if _sized(base.get(of)) else []

    return Condition(f"{name} > len({of})", make)


def _sized(value: Any) -> bool:
    return hasattr(value, "__len__")


def _absent(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    """ "target is not in xs"."""
    types = {each.name: each.type for each in parameters}
    name, of = said["name"], said["of"]
    if name not in types or of not in types or name == of or not _may_hold(types[of], types[name]):
        return None

    def make(base: Arguments) -> Iterator[Arguments]:
        if isinstance(base.get(of), list):
            yield {**base, of: [item for item in base[of] if item != base.get(name)]}

    return Condition(f"{name} not in {of}", lambda base: list(make(base)))


def _may_hold(container: str, member: str) -> bool:
    """Whether what is in such a container may be such a value: no text is in a list of dictionaries."""
    held = "str" if kind_of(container) == "str" else next(iter(item_kinds(container)), "")
    return not held or not kind_of(member) or held == kind_of(member)


def _unequal_lengths(said: re.Match[str], parameters: Sequence[Parameter]) -> Condition | None:
    sized = [each.name for each in parameters if kind_of(each.type) in _EMPTY]
    named = {name for name in said.groupdict().values() if name}
    if len(sized) != 2 or not named <= {*sized}:
        return None
    one, other = sized

    def make(base: Arguments) -> list[Arguments]:
        value: Any = base.get(one)
        if not _sized(value) or isinstance(value, (dict, set)):
            return []
        return [{**base, one: value + value[:1]}, {**base, one: value[1:]}]

    return Condition(f"len({one}) != len({other})", make)


_NAME = (
    r"(?:(?:the|an?|its|given|input|provided)\s+)*"
    rf"(?:(?:{_CONTAINER_WORDS}|{_NUMBER_WORDS})\s+)?(?P<name>\w+)"
)
_Builder = Callable[[re.Match[str], Sequence[Parameter]], Condition | None]


def _limit(operator: str, limit: str = "") -> _Builder:
    """A comparison with `limit`, or with the one that the words name."""
    return lambda said, parameters: _against(
        said, parameters, operator, limit or _number(said["limit"] or "zero")
    )


_PATTERNS: tuple[tuple[str, _Builder], ...] = (
    (rf"{_NAME} {_IS} (?:an? )?empty(?: {_CONTAINER_WORDS})?", _empty),
    (r"(?:given |on |for )?(?:an? |the )?empty (?P<name>\w+)", _empty),
    (r"(?P<name>)(?:it is |it's )?empty", _empty),
    (rf"{_NAME} {_IS} None", _none),
    (rf"{_NAME} {_IS} (?:a )?negative(?: {_NUMBER_WORDS})?", _limit("<", "0")),
    (rf"(?:given )?(?:a )?negative (?P<name>{_NUMBER_WORDS})s?", _limit("<", "0")),
    (rf"{_NAME} {_IS} (?:negative or (?:zero|0)|(?:zero|0) or negative)", _limit("<=", "0")),
    (rf"{_NAME} {_IS} not (?:a )?positive(?: {_NUMBER_WORDS})?", _limit("<=", "0")),
    (rf"{_NAME} {_IS} (?:an )?(?P<parity>even|odd)(?: {_NUMBER_WORDS})?", _even),
    (rf"{_NAME} {_IS} (?:a )?positive(?: {_NUMBER_WORDS})?", _limit(">", "0")),
    (rf"{_NAME} {_IS} (?:a )?(?:non-?negative|not negative)(?: {_NUMBER_WORDS})?", _limit(">=", "0")),
    (
        rf"{_NAME} {_IS} (?P<not>not )?(?:(?:evenly )?divisible by|an? multiple of) (?P<divisor>\d{{1,6}})",
        _divided,
    ),
    (rf"{_NAME} {_IS} (?:equal to )?(?P<limit>{_NUMBER})", _limit("==")),
    (rf"{_NAME} exceeds (?P<limit>{_NUMBER})", _limit(">")),
    (rf"{_NAME} {_IS} (?P<op>{_WORDED}) (?P<limit>{_NUMBER})", _worded),
    (rf"{_NAME} {_IS} (?P<op>{_WORDED}) (?P<other>\w+)", _related),
    (rf"{_NAME} {_IS} (?:not (?:equal to )?(?P<limit>{_NUMBER})|non-?zero)", _limit("!=")),
    (
        r"(?:an? |any |the )?(?P<name>\w+?)s? (?:outside|out of|not in) (?:of )?(?:the )?(?:range )?"
        rf"(?P<low>{_NUMBER}) ?(?:and|to|-|–|\.\.) ?(?P<high>{_NUMBER})(?: \(?inclusive\)?)?",
        _outside,
    ),
    (
        rf"{_NAME} (?:(?:{_IS} not|isn't)(?= (?:between|within|in|from))|{_IS} (?:outside|out of))"
        r"(?: (?:between|within|in|of|from|the(?= range)|range))*"
        rf" (?P<low>{_NUMBER}) ?(?:and|to|-|–|\.\.) ?(?P<high>{_NUMBER})(?: \(?inclusive\)?)?",
        _outside,
    ),
    (
        rf"{_NAME} (?:{_IS} (?:greater|larger|longer|more) than|exceeds) "
        r"the (?:length|size|number of (?:elements|items)) (?:of|in) (?P<of>\w+)",
        _longer,
    ),
    (
        rf"{_NAME} (?:{_IS} not|isn't|{_IS} missing|{_IS} not found|{_IS} absent|does not (?:occur|appear)) "
        r"(?:in|from) (?:the )?(?P<of>\w+)",
        _absent,
    ),
    (
        r"(?:their |the )?lengths (?:differ|are (?:different|not equal|unequal)|do not match)",
        _unequal_lengths,
    ),
    (
        r"(?:they|(?:(?:the|both|two|given|input) )*(?:inputs|arguments|parameters|lists|arrays|strings|texts"
        r"|sequences|tuples|vectors|lengths)|(?:(?:the|lists|strings|arrays|sequences) )*"
        r"(?P<one>\w+) and (?P<other>\w+)) (?:(?:are |is )?of|have|has|with) different lengths",
        _unequal_lengths,
    ),
)


def _comparison(text: str, parameters: Sequence[Parameter]) -> Condition | None:
    """Comparisons written as Python: `n < 0`, `len(xs) == 0`, `n < 1 or k > len(xs)`."""
    kinds = {each.name: kind_of(each.type) for each in parameters}
    tree = expression(text)
    if tree is None or not _is_comparison(tree) or not all(_plain(node, kinds) for node in ast.walk(tree)):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            node.ops = _by_value(node)
    return Condition(ast.unparse(tree), _meeting(tree, kinds))


_OF_VALUES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {ast.Is: ast.Eq, ast.IsNot: ast.NotEq}


def _by_value(node: ast.Compare) -> list[ast.cmpop]:
    """The operators, such that words compare numbers and texts by value: "s is 'a'"."""
    return [
        _OF_VALUES[type(op)]()
        if type(op) in _OF_VALUES and isinstance(each, ast.Constant) and not isinstance(each.value, bool)
        else op
        for op, each in zip(node.ops, node.comparators, strict=True)
    ]


def _is_comparison(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Compare) or (
        isinstance(tree, ast.BoolOp) and all(map(_is_comparison, tree.values))
    )


def _meeting(tree: ast.expr, kinds: Mapping[str, str]) -> Callable[[Arguments], Sequence[Arguments]]:
    """How to change arguments so that a comparison may hold."""
    match tree:
        case ast.BoolOp(values=values):
            parts = [_meeting(value, kinds) for value in values]
            return lambda base: [changed for part in parts for changed in part(base)]
        case ast.Compare(left=ast.Name(id=name), comparators=[limit]) if _is_number(limit):
            return _compared(name, "==", ast.unparse(limit)).make
        case ast.Compare(left=ast.Name(id=name), comparators=[ast.Constant(value=str(text))]):
            return lambda base: [{**base, name: text}]
        case ast.Compare(left=ast.Name(id=name), comparators=[ast.Name(id=other)]):
            if {kinds[name], kinds[other]} <= {"int", "float"}:
                return _near(name, other)
    sized = [
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and kinds.get(node.id) in _EMPTY
    ]
    return lambda base: [{**base, name: _EMPTY[kinds[name]]} for name in sized]


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    number = inner.value if isinstance(inner, ast.Constant) else None
    return isinstance(number, (int, float)) and not isinstance(number, bool)


_ALLOWED = (
    *(ast.BoolOp, ast.boolop, ast.Compare, ast.cmpop, ast.Name, ast.expr_context, ast.Constant),
    *(ast.UnaryOp, ast.unaryop, ast.BinOp, ast.Add, ast.Sub),
)


def _plain(node: ast.AST, names: Collection[str]) -> bool:
    """Whether the node may be evaluated outside the sandbox: numbers, parameters, `len` of a parameter."""
    if isinstance(node, ast.Call):
        return (
            isinstance(node.func, ast.Name)
            and node.func.id == "len"
            and len(node.args) == 1
            and isinstance(node.args[0], ast.Name)
            and not node.keywords
        )
    if isinstance(node, ast.Name):
        return node.id in names or node.id == "len"
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float, str)) and len(repr(node.value)) < 40
    return isinstance(node, _ALLOWED)
