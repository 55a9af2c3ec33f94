"""How bounds are written: signs and numbers as people write them, several in a row, in brackets, in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from pipeline.syntax import ERROR

_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "−": "-"})
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER = re.compile(r"(?<=\d) ?\^ ?(?=\d)")
_GROUPED = re.compile(r"(?<![\w.,\[(])\d{1,3}(?:,\d{3})+(?!\w|,\d)")
_NUMBER = r"-?\d+(?:_\d+)*(?:\.\d+)?(?:e[+-]?\d+)?(?: ?\*\* ?\d+)?"
SIDE = (
    rf"(?:{_NUMBER} ?\* ?)?(?:{_NUMBER}|len\(\w+\)|[^\W\d]\w*\[\w+\]|[^\W\d]\w*)(?:(?: [+-] |[+-]){_NUMBER})?"
)
_COMPARED = re.compile(rf"`?(?P<said>{SIDE}(?: ?[<>]=? ?{SIDE})+)`?")
_AND = re.compile(r"\s*(?:,\s*(?:and\s+)?|;\s*|\band\s+)?(?=\S)")
_GIVES = r"(?:then\s+)?(?:it\s+)?(?:returns?|gives?|yields?|raises?|throws?)"
_GOES_ON = re.compile(
    r"[\w(\[]|\.\w|,\d|[\s`]*(?:[-+*/%^<>=|&!:?→⇒–—'\"]|,?\s*(?:or|otherwise|else|unless|except|if|when)\b"
    r"|(?:it|times|of|plus|minus|mod|per|is|are|means?|counts?|becomes?)\b"
    rf"|{_GIVES}\b|,\s*{_GIVES}\s+`?(?:[-\d'\"\[({{]|None\b|True\b|False\b|{ERROR}|the\s+empty|an?\s+empty))",
    re.I,
)
"""What makes a comparison another one, or a condition."""
_HOLDS = re.compile(r"`? is (?:always )?(?:guaranteed|assumed|ensured)\b")
_ENDS_COMPARED = re.compile(rf"`?(?<![\w.])(?P<said>{SIDE}(?: ?[<>]=? ?{SIDE})+)\Z")
_LEAST = re.compile(rf"(?<![\w.])(?P<said>{SIDE} ?<=? ?)\Z")
_MOST = re.compile(rf" ?[<>]=? ?{SIDE}")
_BEGINS = re.compile(r"(?:\A|[(:\n]|[.;]\s|\b(?:that|assume|where|with|requires?))\s*\Z", re.I)
_NEAR = 60
"""As long as a limit may be."""
_STRONG = re.compile(r"(?<![\w*)])(?P<marks>\*\*|__)(?=[^\s*_])(?P<said>[^*\n]+?)(?<=\S)(?P=marks)(?![\w*(])")
_HEADING = re.compile(
    r"^(?P<before>[ \t]*)(?:#{1,6}[ \t]+)?(?P<said>constraints?|restrictions?|preconditions?|assumptions?)"
    r"[ \t]*:?[ \t]*#*[ \t]*$",
    re.I | re.M,
)
_LENGTH = r"(?:(?:length|size|number) of|number of (?:items|elements|entries|characters) (?:of|in))"
_BULLET = re.compile(r"(?P<sign>[-*+•])\s+")
_APART = re.compile(r",\s*(?:where|with)\s+|\(")
_TOLD_OF = re.compile(r"\s+(?:is|are|has|costs?|gets?|gives?|pays?|returns?|means?|becomes?|yields?)\b", re.I)
_CHECKED = re.compile(
    r"\b(?:if|when\w*|unless|whether|rais\w+|throw\w*|otherwise|else|valid\w*|check\w*|not|True|False)\b"
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
    text = _HEADING.sub(r"\g<before>\g<said>:", _STRONG.sub(r"\g<said>", numbers(words)))
    if names:
        named = f"(?P<name>{one_of(names)})"
        text = re.sub(rf"(?<![\w.]){named}\.(?:length|size)\b(?:\(\))?", r"len(\g<name>)", text)
        text = re.sub(rf"\b(?:the )?{_LENGTH} {named}(?!\w)", r"len(\g<name>)", text, flags=re.I)
        text = _each_alone(text, names)
    return _assumed(text)


def _each_alone(text: str, names: Collection[str]) -> str:
    """The text with several that are bounded as one, each on its own: `1 <= n <= 9, 1 <= k <= 9`."""
    name = r"(?:len\(\w+\)|[^\W\d]\w*(?:\[\w+\])?)(?![\w(\[])"
    one = re.compile(rf"(?:len\((?:{one_of(names)})\)|(?<![\w.])(?:{one_of(names)})(?:\[\w+\])?)(?![\w(\[])")
    pieces, at = [], 0
    for several in re.finditer(rf"(?<![\w.]){name}(?:(?:, ?| and ){name})+", text):
        before = text[max(at, several.start() - _NEAR) : several.start()]
        low, high = _LEAST.search(before), _MOST.match(text, several.end())
        if high is None or (low is None and _BEGINS.search(before) is None) or (low and "<" not in high[0]):
            continue
        if low and " and " in several[0]:  # each limit may be for its own side
            continue
        least = low["said"] if low else ""
        found = [each[0] for each in one.finditer(several[0])]
        if not found:
            continue
        pieces += [
            text[at : several.start() - len(least)],
            ", ".join(f"{least}{each}{high[0]}" for each in found),
        ]
        at = high.end()
    return "".join([*pieces, text[at:]])


def _assumed(text: str) -> str:
    """The text where a comparison that is said to hold is one that is assumed: "n > 0 is guaranteed"."""
    pieces, at = [], 0
    for holds in _HOLDS.finditer(text):
        said = _ENDS_COMPARED.search(text[max(at, holds.start() - _NEAR) : holds.start()])
        if said:
            pieces += [text[at : holds.start() - len(said[0])], f"assume {said['said']}"]
            at = holds.end()
    return "".join([*pieces, text[at:]])


def positive(tree: ast.Compare) -> bool:
    """Whether it says no more than that something is positive, or not negative."""
    limits = list(_limits(tree))
    return len(limits) == len(tree.ops) and all(
        isinstance(sign, ast.Gt | ast.GtE) and number in (0, 1) for _, sign, number in limits
    )


def one_of(names: Collection[str]) -> str:
    """A pattern for one of the names."""
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


def compatible(trees: Sequence[ast.Compare]) -> list[ast.Compare]:
    """The bounds without those that together leave no number: each of them is for some arguments.

    Nor does "positive" count where a range is given: people write it of what may be zero.
    """
    least: dict[str, tuple[float, bool]] = {}
    most: dict[str, tuple[float, bool]] = {}
    limits = [limit for tree in trees for limit in _limits(tree)]
    for name, sign, number in limits:
        if _is_least(sign):
            least[name] = max(least.get(name, (-inf, False)), (number, isinstance(sign, ast.Gt)))
        else:  # negated, the larger of two is the narrower
            most[name] = max(most.get(name, (-inf, False)), (-number, isinstance(sign, ast.Lt)))
    none = {
        name
        for name, (low, above) in least.items()
        if name in most and (low > -most[name][0] or (low == -most[name][0] and (above or most[name][1])))
    }
    kept = [tree for tree in trees if not any(name in none for name, _, _ in _limits(tree))]
    from_limits = {
        name for tree in kept if len(tree.ops) > 1 for name, sign, _ in _limits(tree) if _is_least(sign)
    }
    return [
        tree
        for tree in kept
        if not (
            len(tree.ops) == 1 and positive(tree) and {name for name, _, _ in _limits(tree)} & from_limits
        )
    ]


def _is_least(sign: ast.cmpop) -> bool:
    return isinstance(sign, ast.Gt | ast.GtE)


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
    """Reads bounds written with signs; `read` reads one comparison."""

    read: Callable[[str], ast.Compare | None]

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
        """Bounds that a sentence gives in brackets, or after ", where", if it checks nothing.

        One that has no two limits follows what it bounds, and nothing is said of it: "of n (n > 0)".
        """
        if _CHECKED.search(sentence):
            return
        for opened in _APART.finditer(sentence):
            said, trees = self.beginning(sentence, opened.end())
            end = opened.end() + len(said)
            if opened[0] != "(":
                yield from (tree for tree in trees if len(tree.ops) > 1)
            elif sentence.startswith(")", end):
                named = re.search(r"\w+(?=`?\s*\Z)", sentence[: opened.start()])
                alone = named is not None and not _TOLD_OF.match(sentence, end + 1)
                for tree in trees:
                    of = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
                    if len(tree.ops) > 1 or (alone and named and named[0] in of and positive(tree)):
                        yield tree
