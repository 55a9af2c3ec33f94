"""How bounds are written: signs and numbers as people write them, several in a row, in brackets, in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from math import inf

_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "−": "-"})
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER = re.compile(r"(?<=\d) ?\^ ?(?=\d)")
_GROUPED = re.compile(r"(?<![\w.,\[(])\d{1,3}(?:,\d{3})+(?!\w|,\d)")
_NUMBER = r"-?\d+(?:_\d+)*(?:\.\d+)?(?:e[+-]?\d+)?(?: ?\*\* ?\d+)?"
_SIDE = (
    rf"(?:{_NUMBER} ?\* ?)?(?:{_NUMBER}|len\(\w+\)|[^\W\d]\w*\[\w+\]|[^\W\d]\w*)(?:(?: [+-] |[+-]){_NUMBER})?"
)
_COMPARED = re.compile(rf"`?(?P<said>{_SIDE}(?: ?[<>]=? ?{_SIDE})+)`?")
_AND = re.compile(r"\s*(?:,\s*(?:and\s+)?|;\s*|\band\s+)?(?=\S)")
_GIVES = r"(?:then\s+)?(?:it\s+)?(?:returns?|gives?|yields?|raises?|throws?)"
_GOES_ON = re.compile(
    r"[\w(\[]|\.\w|,\d|[\s`]*(?:[-+*/%^<>=|&!:?→⇒–—'\"]|,?\s*(?:or|otherwise|else|unless|except|if|when)\b"
    r"|(?:it|times|of|plus|minus|mod|per|is|are|means?|counts?|becomes?)\b"
    rf"|{_GIVES}\b|,\s*{_GIVES}\s+`?(?:[-\d'\"\[({{]|None\b|True\b|False\b|\w*Error\b|the\s+empty|an?\s+empty))",
    re.I,
)
"""What makes a comparison another one, or a condition."""
_BULLET = re.compile(r"(?P<sign>[-*+•])\s+")
_APART = re.compile(r",\s*(?:where|with)\s+|\(")
_CHECKED = re.compile(
    r"\b(?:if|when\w*|unless|whether|rais\w+|throw\w*|otherwise|else|valid\w*|check\w*|not|True|False)\b"
)
_ANSWERED = re.compile(
    r"\b(?:rais(?:e|es|ed|ing)|throws?|invalid|otherwise|error|exception|out[- ]of[- ](?:range|bounds))\b",
    re.I,
)
_OUTSIDE = r"\b(?:out[- ]of[- ](?:range|bounds)|outside|invalid)\b"
_COMES = r"\b(?:rais|throw|error|return|gives?\b)"
_ANSWERED_OUTSIDE = re.compile(rf"{_COMES}[^.;\n]{{0,80}}{_OUTSIDE}|{_OUTSIDE}[^.;\n]{{0,80}}{_COMES}", re.I)
_MORE = r"(?: and (?!.*\b(?:or|if|when|unless)\b).*)?"
_IS = r"(?:is|are)(?: (?:always|guaranteed to be))?|will(?: always)? be"
_KIND = r"(?: (?:integer|int|number|float|whole number|list|string|array|text|tuple|dict|set)s?)?"
_WORDED: tuple[tuple[str, str], ...] = (
    (
        rf"(?:{_IS}) (?:between|in the range(?: of)?|in|from) (?P<low>{_SIDE}) ?(?:and|to|through|\.\.) ?"
        rf"(?P<high>{_SIDE})(?:,? \(?inclusive(?:ly)?\)?)?",
        "{low} <= {name} <= {high}",
    ),
    (rf"(?:{_IS}) (?:an? )?(?:non-?empty|not empty|never empty){_KIND}|is never empty", "len({name}) > 0"),
    (rf"(?:{_IS}) (?:a )?positive{_KIND}", "{name} > 0"),
    (rf"(?:{_IS}) (?:a )?non-?negative{_KIND}|is never negative", "{name} >= 0"),
    (rf"(?:{_IS}) (?:at least|no less than) (?P<limit>{_SIDE})", "{name} >= {limit}"),
    (rf"(?:{_IS}) (?:at most|no more than) (?P<limit>{_SIDE})", "{name} <= {limit}"),
    (rf"(?:{_IS}) (?:greater|larger|more) than (?P<limit>{_SIDE})", "{name} > {limit}"),
    (rf"(?:{_IS}) (?:less|smaller) than (?P<limit>{_SIDE})", "{name} < {limit}"),
)


_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


def numbers(words: str) -> str:
    """The words with signs and numbers as Python writes them: `k <= 10**4` for `k ≤ 10^4`."""
    text = _RAISED.sub(lambda power: f"**{power[0].translate(_SUPERSCRIPTS)}", words.translate(_SIGNS))
    return _GROUPED.sub(lambda number: number[0].replace(",", ""), _POWER.sub("**", text))


def plain(words: str, names: Collection[str]) -> str:
    """The words with signs, numbers and lengths as Python writes them: `len(xs)` for `xs.length`."""
    text = numbers(words)
    if names:
        named = f"(?P<name>{_one_of(names)})"
        text = re.sub(rf"(?<![\w.]){named}\.(?:length|size)\b(?:\(\))?", r"len(\g<name>)", text)
        text = re.sub(rf"\b(?:the )?(?:length|size) of {named}(?!\w)", r"len(\g<name>)", text, flags=re.I)
    return text


def _one_of(names: Collection[str]) -> str:
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))


def items(text: str) -> list[str]:
    """The items of a list whose lines were joined; the text where it is none."""
    bullet = _BULLET.match(text)
    if bullet is None:
        return [text]
    rest = text[bullet.end() :]
    parts = [part.strip() for part in rest.split(f" {bullet['sign']} ")]
    # a single word between the signs is what is added or taken away
    return parts if all(re.search(r"[<>\s]", part) for part in parts) else [rest]


def answered(words: str) -> bool:
    """Whether anything is said of what comes where arguments are wrong: they are meant, then."""
    return _ANSWERED.search(words) is not None


def answered_outside(words: str) -> bool:
    """Whether it is said what comes of arguments out of range: no bound is set, then."""
    return _ANSWERED_OUTSIDE.search(words) is not None


def compatible(trees: Sequence[ast.Compare]) -> list[ast.Compare]:
    """The bounds without those that together leave no number: each of them is for some arguments."""
    least: dict[str, tuple[float, bool]] = {}
    most: dict[str, tuple[float, bool]] = {}
    limits = [limit for tree in trees for limit in _limits(tree)]
    for name, sign, number in limits:
        if isinstance(sign, ast.Gt | ast.GtE):
            least[name] = max(least.get(name, (-inf, False)), (number, isinstance(sign, ast.Gt)))
        else:  # negated, the larger of two is the narrower
            most[name] = max(most.get(name, (-inf, False)), (-number, isinstance(sign, ast.Lt)))
    none = {
        name
        for name, (low, above) in least.items()
        if name in most and (low > -most[name][0] or (low == -most[name][0] and (above or most[name][1])))
    }
    return [tree for tree in trees if not any(name in none for name, _, _ in _limits(tree))]


def _limits(tree: ast.Compare) -> Iterator[tuple[str, ast.cmpop, float]]:
    """What is compared with a number, with the sign between them, and the number."""
    sides = [tree.left, *tree.comparators]
    for left, sign, right in zip(sides, tree.ops, sides[1:], strict=False):
        if (number := _number(right)) is not None and _number(left) is None:
            yield ast.unparse(left), sign, number
        elif (number := _number(left)) is not None and _number(right) is None:
            yield ast.unparse(right), _TURNED[type(sign)](), number


def _number(side: ast.expr) -> float | None:
    """The number that a side of a bound is."""
    match side:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            number = _number(operand)
            return None if number is None else -number
    return None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads bounds of the parameters `names`; `read` reads one comparison.

    Where what comes of wrong arguments is `answered`, words without signs set no bound.
    """

    names: Collection[str]
    read: Callable[[str], ast.Compare | None]
    answered: bool

    def beginning(self, text: str, start: int = 0) -> tuple[str, list[ast.Compare]]:
        """What of the text compares, one after another from `start` on, and the bounds that this sets.

        A comparison that goes on in a way that is not understood is none.
        """
        trees: list[ast.Compare] = []
        at = end = start
        while match := _COMPARED.match(text, at):
            tree = None if _GOES_ON.match(text, match.end()) else self.read(match["said"])
            if tree is None:
                break
            trees.append(tree)
            end = match.end()
            following = _AND.match(text, end)
            if following is None:
                break
            at = following.end()
        return text[start:end], trees

    def apart(self, sentence: str) -> Iterator[ast.Compare]:
        """Bounds that a sentence gives in brackets, or after ", where", if it checks nothing."""
        if _CHECKED.search(sentence):
            return
        for opened in _APART.finditer(sentence):
            said, trees = self.beginning(sentence, opened.end())
            if opened[0] != "(" or sentence.startswith(")", opened.end() + len(said)):
                yield from (tree for tree in trees if len(tree.ops) > 1)

    def worded(self, sentence: str) -> ast.Compare | None:
        """The bound that a whole sentence tells: "k is between 1 and len(xs)"."""
        subject = re.match(
            rf"(?:assume (?:that )?)?(?P<name>{_one_of(self.names)}) (?=is|are|will)", sentence
        )
        if self.answered or subject is None:
            return None
        for pattern, told in _WORDED:
            if said := re.compile(rf"(?:{pattern}){_MORE}", re.I).fullmatch(sentence, subject.end()):
                return self.read(told.format(name=subject["name"], **said.groupdict()))
        return None
