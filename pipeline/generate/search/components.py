"""What programs are built of: what each component takes, its source, its cost, the words that suggest it.

A component's source, over the placeholders `_0`, `_1`, `_2`, is both what runs in the search and what is
written into the program. A cost is lowered by one where the function's words speak of it.
"""

from __future__ import annotations

import ast
import collections
import functools
import itertools
import math
import operator
import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Any

MODULES = {
    "Counter": ("collections", collections.Counter),
    "accumulate": ("itertools", itertools.accumulate),
    "groupby": ("itertools", itertools.groupby),
    "reduce": ("functools", functools.reduce),
    "math": ("", math),
    "operator": ("", operator),
    "re": ("", re),
    "statistics": ("", statistics),
}
"""The names of the standard library that components use, with the module each is imported from, if any."""

LARGEST = 10**15
LONGEST = 300
_RANGE = 2_000


@dataclass(frozen=True, eq=False, slots=True)
class Component:
    """One operation on values of the classes `takes`."""

    takes: tuple[str, ...]
    source: str
    cost: int
    words: re.Pattern[str]
    tree: ast.expr
    run: Callable[..., Any]
    names: frozenset[str]
    """The names in its source: built-ins, modules, and what it binds itself."""
    admits: Callable[..., bool] | None = None
    """Whether it is cheap enough on such values; None where it always is."""

    @property
    def symmetric(self) -> bool:
        """Whether the order of the two arguments does not matter."""
        return self.source in _SYMMETRIC


_SYMMETRIC = {
    "_0 + _1", "_0 * _1", "_0 and _1", "_0 or _1", "_0 == _1", "_0 != _1", "min(_0, _1)", "max(_0, _1)",
    "math.gcd(_0, _1)", "_0 & _1", "_0 | _1", "_0 ^ _1", "abs(_0 - _1)", "math.lcm(_0, _1)",
}  # fmt: skip

# takes | source | cost | words that suggest it
_TABLE = r"""
num num | _0 + _1 | 2 | sum|add|plus|total
num num | _0 - _1 | 2 | differ|subtract|minus|less
num num | _0 * _1 | 2 | product|multipl|times|area
num num | _0 / _1 | 3 | divide|ratio|average|mean|half|fraction
int int | _0 // _1 | 3 | quotient|divi|half|integer part
num num | _0 % _1 | 3 | modul|remainder|divisib|divide|multiple|decimal
num | _0 + 1 | 2 | increment|next|by 1|one more
num | _0 - 1 | 2 | decrement|previous|last|one less
num | _0 * 2 | 3 | double|twice
num | _0 ** 2 | 3 | square
num | _0 ** 3 | 4 | cube
int int | _0 ** _1 | 4 | power|exponent
int | _0 // 2 | 3 | half|middle
int | 2 ** _0 | 4 | power
num | -_0 | 3 | negat|opposite
num | abs(_0) | 2 | absolute|distance|magnitude|differ
num num | abs(_0 - _1) | 4 | differ|distance|close|absolute
num num | min(_0, _1) | 3 | small|min|least
num num | max(_0, _1) | 3 | large|max|great|big
int int | math.gcd(_0, _1) | 4 | greatest common|gcd|coprime
int int | math.lcm(_0, _1) | 5 | least common|lcm
int int | _0 ^ _1 | 4 | xor|bitwise
int | math.isqrt(_0) | 4 | square root|perfect square
num | math.sqrt(_0) | 4 | square root|hypot|distance
int | math.factorial(_0) | 4 | factorial
float | int(_0) | 2 | integer part|truncat|whole
float | round(_0) | 3 | round|closest|nearest
float | math.ceil(_0) | 3 | ceil|round up
float | math.floor(_0) | 3 | floor|round down
float int | round(_0, _1) | 3 | round|decimal
int | _0 % 2 == 0 | 4 | even|parity
int | _0 % 2 == 1 | 4 | odd|parity
int | _0 % 10 | 4 | last digit|unit
int | _0 > 0 | 2 | positive
int | _0 < 0 | 2 | negative
float | _0 > 0 | 2 | positive
num num | _0 == _1 | 3 | equal|same
num num | _0 != _1 | 3 | not equal|differ|except
num num | _0 < _1 | 3 | less|below|small|under|before|increas
num num | _0 <= _1 | 3 | at most|up to|no more|within
int int | _0 % _1 == 0 | 4 | divisib|multiple|divisor|factor|prime
int int | _0 % _1 != 0 | 5 | prime|not divisib
int | str(_0) | 2 | string|digit|text
int | [int(digit) for digit in str(abs(_0))] | 4 | digit
int | bin(_0)[2:] | 4 | binary|base 2|bit
int | list(range(_0)) | 3 | from 0|range|up to
int | list(range(1, _0 + 1)) | 3 | from 1|range|up to|sequence
int int | list(range(_0, _1 + 1)) | 4 | between|range|inclusive
int | reduce(lambda pair, _: (pair[1], sum(pair)), range(_0), (0, 1))[0] | 7 | fibonacci|fib
int | _0 > 1 and all([_0 % divisor for divisor in range(2, math.isqrt(_0) + 1)]) | 7 | prime
int | [divisor for divisor in range(1, _0 + 1) if _0 % divisor == 0] | 6 | divisor|factor
float | str(_0) | 4 | string
str | len(_0) | 2 | length|number of|count|long|short|how many
str | _0.upper() | 2 | upper|capital
str | _0.lower() | 2 | lower|case
str | _0.swapcase() | 3 | swap|flip|opposite case|case
str | _0.title() | 3 | title|capital|first letter
str | _0.capitalize() | 3 | capital|first letter
str | _0.strip() | 2 | strip|trim|whitespace|space
str | _0[::-1] | 2 | revers|palindrom|backward
str | _0.split() | 2 | word|split|space
str str | _0.split(_1) | 3 | split|separat|delimit|comma
str | _0.splitlines() | 4 | line
str str | _0.replace(_1, '') | 4 | remove|delet|without
str str str | _0.replace(_1, _2) | 4 | replace|substitut
str str | _0.count(_1) | 3 | count|number of|how many|times|occur
str str | _0.startswith(_1) | 3 | start|begin|prefix
str str | _0.endswith(_1) | 3 | end|suffix
str str | _1 in _0 | 3 | contain|substring|in the|vowel|consonant|letter
str str | _1 not in _0 | 3 | without|not in|remov|consonant|delet
str str | _0.find(_1) | 4 | find|index|position
str str | _0 + _1 | 2 | concat|append|join|follow
str int | _0 * _1 | 3 | repeat|times
str str | _0 == _1 | 3 | equal|same|palindrom
str str | _0 != _1 | 3 | differ|not equal
str str | _0 < _1 | 4 | alphabet|lexicograph|order
str | _0.isupper() | 2 | upper|capital
str | _0.islower() | 2 | lower
str | _0.isdigit() | 2 | digit|numer
str | _0.isalpha() | 2 | letter|alphabet
str | _0.isalnum() | 3 | alphanumer
str | _0.isspace() | 3 | space|blank
str | _0.lower() in 'aeiou' | 3 | vowel
str | _0.isalpha() and _0.lower() not in 'aeiou' | 4 | consonant
str | sum([letter in 'aeiou' for letter in _0.lower()]) | 5 | vowel
str | int(_0) | 3 | integer|number|digit|convert
str | float(_0) | 4 | float|number
str | ord(_0) | 3 | ascii|code|character|shift
int | chr(_0) | 4 | ascii|code|character|shift
str | re.findall('\\d+', _0) | 5 | number|digit|integer
str | re.findall('[a-z]+', _0.lower()) | 5 | word
str | re.sub('[aeiouAEIOU]', '', _0) | 5 | vowel
str | re.sub('\\s+', ' ', _0) | 5 | space|whitespace
str | re.sub('[^A-Za-z0-9]', '', _0) | 5 | alphanum|punctuat|palindrom
str | ''.join(sorted(_0)) | 4 | sort|order|anagram|ascii
strs | ''.join(_0) | 2 | string|concat|join
strs | ' '.join(_0) | 2 | space|sentence|word|join
strs | ', '.join(_0) | 4 | comma
strs | '\n'.join(_0) | 5 | line
strs str | _1.join(_0) | 3 | join|delimit|separat
strs | [len(item) for item in _0] | 4 | length
seq | _0[::-1] | 3 | revers|backward|last
seq | _0[0] | 2 | first|start|head
seq | _0[-1] | 2 | last|end
seq | _0[1] | 4 | second
seq | _0[-2] | 4 | second
seq | _0[1:] | 3 | except the first|rest|tail|after|without
seq | _0[:-1] | 3 | except the last|without
seq | _0[::2] | 5 | even|every other|alternat|index
seq | _0[1::2] | 5 | odd|every other|alternat|index
seq int | _0[_1] | 3 | index|position|th |element
seq int | _0[:_1] | 3 | first|up to|prefix|top
seq int | _0[_1:] | 3 | from|after|skip|rotat
seq int | _0[_1:] + _0[:_1] | 5 | rotat|shift|end|left
seq int | _0[-_1:] + _0[:-_1] | 5 | rotat|shift|right
list | list(zip(_0, _0[1:])) | 4 | pair|adjacent|consecutive|next|after
list list | list(zip(_0, _1)) | 4 | pair|zip|combin|together
list | list(enumerate(_0)) | 5 | index|position|number
list int | [_0[start:start + _1] for start in range(0, len(_0), _1)] | 6 | chunk|group|part|batch|consecutive
seq int | _0[-_1:] | 4 | last|largest|max|suffix|rotat
seq | _0[:len(_0) // 2] | 5 | half|middle
seq | _0[len(_0) // 2] | 5 | middle|median
seq | [_0[:end] for end in range(1, len(_0) + 1)] | 5 | prefix
list | len(_0) | 2 | length|number of|count|size|how many
tuple | len(_0) | 2 | length|number of|count|size|how many
set | len(_0) | 2 | number of|distinct|count|how many
dict | len(_0) | 2 | number of|count|size|how many
sortable | sorted(_0) | 2 | sort|order|ascend|small
sortable | sorted(_0, reverse=True) | 3 | sort|descend|largest|decreas
nums | sum(_0) | 2 | sum|total|add
bools | sum(_0) | 2 | count|number of|how many
bools | any(_0) | 2 | any|exist|at least|contain
bools | all(_0) | 2 | all|every|prime|each
sortable | min(_0) | 2 | min|small|least|short|low
sortable | max(_0) | 2 | max|large|great|big|long|high
ints | math.prod(_0) | 3 | product|multipl
nums | sum(_0) / len(_0) | 4 | average|mean
nums | statistics.median(_0) | 4 | median
ints | reduce(operator.xor, _0, 0) | 6 | xor|once
ints | reduce(math.gcd, _0, 0) | 6 | gcd|greatest common
nums | list(accumulate(_0)) | 4 | running|cumulat|prefix|rolling
nums | list(accumulate(_0, max)) | 4 | rolling max|running max|maximum
nums | list(accumulate(_0, min)) | 5 | running min|rolling min
nums | list(accumulate(_0, operator.mul)) | 6 | product|cumulat
list | list(dict.fromkeys(_0)) | 3 | duplicat|unique|distinct|order
flat | set(_0) | 2 | unique|distinct|duplicat|set|common
str | set(_0) | 2 | unique|distinct|character|same
list list | _0 + _1 | 3 | concat|append|merge|combin|follow
list any | _0 + [_1] | 4 | append|add
list int | _0 * _1 | 4 | repeat
list scalar | _1 in _0 | 3 | contain|in the|member|common|appear
list scalar | _1 not in _0 | 4 | not in|except|without
list scalar | _0.count(_1) | 3 | count|occur|times|frequen|once|appear
list scalar | _0.index(_1) | 4 | index|position
list list | _0 == _1 | 3 | equal|same|palindrom|sorted|monoton
nested | [item for items in _0 for item in items] | 4 | flat|nested
list | len(_0) == len(set(_0)) | 5 | distinct|unique|duplicat
seq | dict(Counter(_0)) | 4 | count|frequen|most common|histogram|anagram|occur
seq | max(Counter(_0).values()) | 6 | frequen|most
seq | Counter(_0).most_common(1)[0][0] | 6 | frequen|most common|mode
seq | [[key, len(list(group))] for key, group in groupby(_0)] | 7 | run|consecutive|compress|encod
dict | list(_0) | 3 | key
dict | list(_0.values()) | 3 | value
dict | list(_0.items()) | 3 | item|pair
dict scalar | _0[_1] | 3 | value|look|map
dict scalar | _0.get(_1, 0) | 4 | value|default
dict scalar | _1 in _0 | 3 | contain|key
dict dict | _0 | _1 | 4 | merge|combin|updat
dict dict | _0 == _1 | 3 | equal|same|anagram
set set | _0 & _1 | 3 | common|intersect|both|shared
set set | _0 | _1 | 3 | union|either
set set | _0 - _1 | 3 | differ|without|not in
set set | _0 ^ _1 | 4 | symmetric|only one
set set | _0 == _1 | 3 | same|equal
set set | _0 <= _1 | 4 | subset
set | sorted(_0) | 2 | sort|unique|order
tuple scalar | _1 in _0 | 3 | contain|in the|member|appear
set scalar | _1 in _0 | 3 | contain|in the
pair | _0[0] | 3 | first
pair | _0[1] | 3 | second
optional | _0 is None | 2 | none|missing|absent|optional|given
optional | _0 is not None | 3 | none|missing|absent|optional|given
sized | not _0 | 2 | empty|no elements
bool | not _0 | 2 | not|false|otherwise|neither
bool bool | _0 and _1 | 2 | and|both
bool bool | _0 or _1 | 2 | or|either
bool bool | _0 != _1 | 4 | xor|exclusive|exactly one|differ
"""

_RANGES = (
    "list(range(_0))",
    "list(range(1, _0 + 1))",
    "[divisor for divisor in range(1, _0 + 1) if _0 % divisor == 0]",
)
_GUARDS: dict[str, Callable[..., bool]] = {
    **dict.fromkeys(_RANGES, lambda number: number <= _RANGE),
    "list(range(_0, _1 + 1))": lambda low, high: high - low <= _RANGE,
    "_0 ** _1": lambda base, power: abs(base) <= LARGEST and 0 <= power <= 60,
    "_0 ** 2": lambda base: abs(base) <= 10**7,
    "_0 ** 3": lambda base: abs(base) <= 10**5,
    "2 ** _0": lambda power: 0 <= power <= 50,
    "math.factorial(_0)": lambda number: number <= 20,
    "reduce(lambda pair, _: (pair[1], sum(pair)), range(_0), (0, 1))[0]": lambda number: number <= 80,
    "_0 > 1 and all([_0 % divisor for divisor in range(2, math.isqrt(_0) + 1)])": lambda n: n <= 10**7,
    "_0 * _1": lambda items, times: not hasattr(items, "__len__") or len(items) * times <= LONGEST,
    "round(_0, _1)": lambda _, digits: 0 <= digits <= 10,
}


def _read(line: str) -> Component:
    takes, rest = line.split(" | ", 1)
    source, cost, words = rest.rsplit(" | ", 2)
    names = ["_0", "_1", "_2"][: len(takes.split())]
    code: CodeType = compile(f"lambda {', '.join(names)}: {source}", source, "eval")
    run = eval(code, {name: value for name, (_, value) in MODULES.items()})  # our own table, above
    tree = ast.parse(source, mode="eval").body
    pattern = re.compile(words, re.I)
    used = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) - set(names)
    return Component(tuple(takes.split()), source, int(cost), pattern, tree, run, used, _GUARDS.get(source))


COMPONENTS = tuple(map(_read, _TABLE.strip().splitlines()))
