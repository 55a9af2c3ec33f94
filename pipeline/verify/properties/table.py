"""The laws that may be proposed, as a table: for which types, hinted at by which words, saying what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

LISTS = frozenset({"list", "tuple"})
_SEQUENCES = LISTS | {"str"}
_NUMBERS = frozenset({"int", "float"})
_SIZED = _SEQUENCES | {"set", "dict"}
_SAME = ("same",)
_LISTED = ("list", "tuple")

_COUNTED = "count|number of|how many|len|distance|occurrences|frequenc|area|perimeter|absolute|factorial"
_KEEPING = (
    "filter|remov|keep|uniq|dedup|distinct|duplicat|without|only|positive|negative|even|odd|prime"
    "|greater|less|longer|shorter|start|contain|drop|exclud"
)
_PICKING = (
    "max|min|largest|smallest|biggest|highest|lowest|longest|shortest|mode|median|first|last|most"
    "|closest|nearest|choose|pick"
)
_MAPPING = (
    "map|each|every|sort|revers|rotat|encod|decod|encrypt|swap|replace|scale|cumulative|rolling|running"
)


@dataclass(frozen=True)
class Row:
    """One kind of law, about the first parameter.

    It is for parameters of the kinds `takes` and results of the kinds `gives` ("same" is the parameter's
    own; none is any). Where the function's name or words match `words`, they speak for it; if `hint` is true,
    it is only proposed then. `says` puts it for a person, with {f}, {x} and {again} for the call, the
    parameter and the call on its own result. `relation` is Python over `r`, the result, `x`, and over `s` and
    `t`, the results for `more`: arguments in place of {x}, or "again" for the result itself.
    """

    name: str
    takes: Collection[str]
    gives: Collection[str]
    words: str
    relation: str
    says: str
    more: tuple[str, ...] = ()
    hint: bool = False


ROWS = (
    Row("idempotent", _SEQUENCES | _NUMBERS, _SAME,
        "normali|sort|strip|trim|clean|dedup|uniq|canonical|lower|upper|capital|clamp|round|simplif|abs",
        "same(s, r)", "{again} == {f}", ("again",)),
    Row("its own inverse", _SEQUENCES | _NUMBERS, _SAME,
        "revers|invert|negate|swap|toggle|transpos|complement|mirror|flip|rot13",
        "same(s, x)", "{again} == {x}", ("again",), hint=True),
    Row("order of the input does not matter", LISTS, (),
        "sort|sum|max|min|mean|average|median|count|total|product|set|uniq",
        "same(s, r)", "{f} is the same for {x} reversed", ("{x}[::-1]",)),
    Row("keeps the length", _SEQUENCES, _SAME, _MAPPING, "len(r) == len(x)", "len({f}) == len({x})"),
    Row("is no longer than the input", _SEQUENCES, _SAME, _KEEPING,
        "len(r) <= len(x)", "len({f}) <= len({x})"),
    Row("rearranges the input", LISTS, _LISTED, "sort|order|shuffl|revers|rotat|arrang|swap",
        "sorted(map(repr, r)) == sorted(map(repr, x))", "{f} has the items of {x}, each as often", hint=True),
    Row("adds nothing new", LISTS, (*_LISTED, "set"), _KEEPING,
        "all(item in x for item in r)", "every item of {f} is in {x}"),
    Row("keeps the order", LISTS, _LISTED, _KEEPING,
        "(lambda rest: all(item in rest for item in r))(iter(x))",
        "the items of {f} are in {x}, in that order"),
    Row("is one of the items", LISTS, ("int", "float", "str"), _PICKING,
        "r in x", "{f} is one of {x}", hint=True),
    Row("lies between the least and the greatest item", LISTS, _NUMBERS,
        "mean|average|median|max|min|mode|largest|smallest|middle",
        "min(x) <= r <= max(x)", "min({x}) <= {f} <= max({x})", hint=True),
    Row("ascending", _SIZED, _LISTED, "sort|ascend|increas|order",
        "list(r) == sorted(r)", "{f} is in ascending order", hint=True),
    Row("descending", _SIZED, _LISTED, "descend|decreas|largest first|highest first",
        "list(r) == sorted(r, reverse=True)", "{f} is in descending order", hint=True),
    Row("without duplicates", _SEQUENCES, _LISTED, "uniq|distinct|dedup|duplicat|set|common|intersect|union",
        "len(set(map(repr, r))) == len(r)", "{f} has no item twice", hint=True),
    Row("not negative", _SIZED | _NUMBERS, _NUMBERS, _COUNTED, "r >= 0", "{f} >= 0"),
    Row("between 0 and 1", _SIZED | _NUMBERS, ("float",),
        "probab|ratio|similar|fraction|proportion|jaccard|share|normali",
        "0 <= r <= 1", "0 <= {f} <= 1", hint=True),
    Row("upper and lower case do not matter", ("str",), ("bool", "int", "float", "list"),
        "case|palindrom|anagram|vowel|pangram|isogram",
        "same(s, r)", "{f} is the same for {x}.swapcase()", ("{x}.swapcase()",)),
    Row("the same forwards and backwards", ("str",), ("bool", "int", "float"),
        "palindrom|count|number of|vowel|length|anagram|pangram",
        "same(s, r)", "{f} is the same for {x} reversed", ("{x}[::-1]",)),
    Row("adds up", _SEQUENCES, ("int", "float", "list", "str"),
        "count|sum|total|number of|how many|filter|each|every|vowel|squares|double",
        "same(s + t, r)", "{f} is that of the first half of {x} plus that of the second",
        ("{x}[:len({x}) // 2]", "{x}[len({x}) // 2:]"), hint=True),
    Row("duplicates do not matter", LISTS, (),
        "uniq|distinct|dedup|duplicat|set|max|min|largest|smallest|contains|any",
        "same(s, r)", "{f} is the same for {x} + {x}", ("{x} + {x}",), hint=True),
    Row("grows with its input", _NUMBERS, _NUMBERS,
        "root|cub|square|area|factorial|fib|sum|count|up to|price|tax|triang|power|convert|scale",
        "r <= s", "{f} never falls as {x} grows", ("{x} + 1",)),
)  # fmt: skip

SYMMETRIC = (
    "distance|gcd|lcm|common|similar|differ|anagram|same|equal|union|intersect|add|sum|multipl|between"
)
"""Words that speak for a function of two parameters being commutative."""

#: Functions that undo each other, by what their names have in the same place.
_INVERSES = (
    ("encode", "decode"), ("encrypt", "decrypt"), ("encipher", "decipher"), ("compress", "decompress"),
    ("pack", "unpack"), ("serialize", "deserialize"), ("dumps", "loads"), ("dump", "load"), ("to_", "from_"),
    ("escape", "unescape"), ("quote", "unquote"), ("zip", "unzip"), ("format", "parse"), ("join", "split"),
    ("rotate_left", "rotate_right"), ("flatten", "unflatten"),
)  # fmt: skip


def inverse_names(one: str, other: str) -> bool:
    """Whether the names say that `other` undoes `one`: `encode` and `decode`, `a_to_b` and `b_to_a`."""
    for left, right in (*_INVERSES, *((b, a) for a, b in _INVERSES)):
        if left in one and right in other and one.replace(left, "", 1) == other.replace(right, "", 1):
            return True
    into, found, out = one.partition("_to_")
    return bool(found) and other == f"{out}_to_{into}"
