"""Digests that survive layout and notice meaning; lines of code that was edited since."""

from __future__ import annotations

import pytest

from pipeline.verify.evidence.source_map import SourceMap, same_lines

SOURCE = '''import math
from heapq import (nlargest,
    nsmallest)

LIMIT = 3


def _mean(a, b):
    return (a + b) / 2


def median(xs):
    """The one in the middle."""
    ordered = sorted(
        xs
    )
    if not ordered:
        return math.nan
    # the two in the middle
    return _mean(ordered[(len(xs) - 1) // 2], ordered[len(xs) // 2])


def other(): return LIMIT
'''


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('    """The one in the middle."""\n', ""),
        ("# the two in the middle", "# both"),
        ("sorted(\n        xs\n    )", "sorted(xs)"),
        ("LIMIT = 3", "LIMIT = 4"),
        ("nsmallest)", "nsmallest, merge)"),
        ("def other(): return LIMIT", "def other(): return 0"),
    ],
)
def test_what_does_not_change_what_a_function_does_keeps_its_digest(before: str, after: str) -> None:
    assert before in SOURCE
    changed = SOURCE.replace(before, after)
    assert SourceMap(changed).digest("median") == SourceMap(SOURCE).digest("median")


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ("return math.nan", "return None", "median"),
        ("(a + b) / 2", "a + b / 2", "_mean"),
        ("import math", "import cmath as math", "math"),
        ("def median(xs)", "def median(xs, key=None)", "median"),
    ],
)
def test_a_change_to_a_function_or_to_what_it_uses_changes_its_digest(
    before: str, after: str, part: str
) -> None:
    old, new = SourceMap(SOURCE), SourceMap(SOURCE.replace(before, after))
    assert old.digest("median") != new.digest("median")
    was, now = old.reached("median"), new.reached("median")
    assert [name for name in now if was.get(name) != now[name]] == [part]


WEIGHTED = """WEIGHTS = [1]
ROOT = WEIGHTS


def total(xs):
    return sum(x * WEIGHTS[0] for x in xs)


def other(xs):
    return xs
"""


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    "statement",
    [
        "if True:\n    def total(xs): return 0",
        "try:\n    import numpy as total\nexcept ImportError:\n    total = len",
        "with open('x'):\n    total = len",
        "for i in range(1):\n    WEIGHTS[i] = 2",
        "while WEIGHTS:\n    WEIGHTS.pop()",
        "match WEIGHTS:\n    case total: pass",
        "WEIGHTS.clear()",
        "WEIGHTS[0] = 2",
        "WEIGHTS += [1]",
        "WEIGHTS = [2]\nWEIGHTS = [1]",
        "ROOT[0] = 2",
        "ROOT += [2]",
        "_ = ROOT.pop()",
        "_ = globals().update(total=lambda xs: 0)",
        "_ = exec('total = len')",
        "_ = sys.modules[__name__].__dict__.update(total=len)",
        "_ = (total := len)",
        "def more(z=globals().update(total=len)): return z",
        "def more(*, z: setattr(sys.modules[__name__], 'total', len) = 1): return z",
        "@(lambda f: globals().update(total=len))\ndef more(): pass",
        "def put(f): globals().update(total=f)\n@put\ndef more(): pass",
        "class More:\n    globals().update(total=len)",
        "class More:\n    def it(self, z=WEIGHTS.clear()): pass",
        "class More(metaclass=vars().update(total=len) or type): pass",
        "del WEIGHTS",
        "from evil import *",
        "globals()['total'] = len",
        "total.__code__ = (lambda xs: 0).__code__",
        "setattr(total, '__code__', (lambda xs: 0).__code__)",
        "if __name__ == '__main__':\n    pass\nelse:\n    total = len",
        "if __name__ == '__main__' or True:\n    total = len",
    ],
)
def test_what_a_module_runs_when_it_is_loaded_is_part_of_every_function(statement: str) -> None:
    old, new = SourceMap(WEIGHTED), SourceMap(f"{WEIGHTED}\n{statement}\n")
    assert old.digest("total") != new.digest("total")
    assert SourceMap(f"{WEIGHTED}\n# it\n{statement}\n").digest("total") == new.digest("total")


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    "statement",
    [
        "'a text'",
        "pass",
        "LIMIT = 3",
        "PATTERN = re.compile('x')",
        "import math",
        "def more(xs): return WEIGHTS.pop()",
        "@functools.cache\ndef more(xs: WEIGHTS = (), *, y=3) -> list[WEIGHTS]: return globals()",
        "@dataclass(order=True)\nclass More(dict):\n    at: WEIGHTS\n    to: ROOT = field(default_factory=list)",
        "if __name__ == '__main__':\n    print(total([1]))",
    ],
)
def test_what_changes_nothing_that_is_there_is_part_of_no_other_function(statement: str) -> None:
    assert SourceMap(f"{WEIGHTED}\n{statement}\n").reached("total") == SourceMap(WEIGHTED).reached("total")


@pytest.mark.hole("H19")
def test_the_order_of_what_a_module_runs_counts() -> None:
    def after(*texts: str) -> str:
        return SourceMap("\n".join(texts)).digest("f")

    define, replace, more = "def f(): return 1", "if f: f = len", "f.a = 1"
    assert after(replace, define) != after(define, replace)
    assert after(define, replace, more) != after(define, more, replace)
    assert after("A = [1]", "A = [2]", "def f(): return A") != after(
        "A = [2]", "A = [1]", "def f(): return A"
    )


def test_a_definition_is_where_a_name_is_bound_whatever_comes_after() -> None:
    assert SourceMap("def f():\n    return 1\n\nf.a = 2\n").part("f").first == 1


def test_a_line_of_a_definition_that_runs_something_is_one_of_the_definition() -> None:
    where = SourceMap("def put(f):\n    return f\n\n\n@put\ndef f(x):\n    return x\n")
    part = where.at(7)
    assert part is not None
    assert part is where.part("f")
    assert where.reached("f").keys() == {"f", "put", "<module>"}


def test_a_function_that_is_gone_has_no_digest() -> None:
    assert SourceMap("x = 1\n").digest("median") == ""


def test_executable_lines_are_those_a_call_can_run() -> None:
    lines = SourceMap(SOURCE).executable
    assert lines == {9, 14, 15, 17, 18, 20, 23}
    assert SourceMap(SOURCE).statement(16) == (14, 16), "a line inside a statement belongs to it"
    assert SourceMap(SOURCE).statement(19) is None, "a comment is no statement"


def test_lines_are_counted_as_python_does() -> None:
    where = SourceMap("A = '\u2028'\n\x0c\nB = '\x0b\x85\x1c'\r\nC = 1\rdef f():\n    return A\n")
    assert len(where.lines) == 6
    for name, begins in (("A", "A ="), ("B", "B ="), ("C", "C ="), ("f", "def f")):
        assert where.lines[where.part(name).first - 1].startswith(begins)


def test_lines_of_reformatted_code_are_found_again() -> None:
    old = SourceMap(SOURCE)
    new = SourceMap("# mine\n" + SOURCE.replace("sorted(\n        xs\n    )", "sorted(xs)"))
    found = same_lines(old.part("median").node, new.part("median").node)
    assert (found[15], found[16], found[19]) == (14, 17, 20)
