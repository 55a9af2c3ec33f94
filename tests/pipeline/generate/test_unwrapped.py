"""Functions that are written as methods do what they do."""

from __future__ import annotations

import pytest

from pipeline.generate.code import NotCode, code_of
from tests.pipeline.generate.test_code import function

TWO_SUM = """from functools import cache

class Solution:
    def two_sum(self, nums: List[int], target: int) -> List[int]:
        return self.find(tuple(nums), target)

    @cache
    def find(self, nums: Tuple[int, ...], target: int) -> Optional[List[int]]:
        for i, a in enumerate(nums):
            for j in range(i):
                if a + nums[j] == target:
                    return [j, i]

print(Solution().two_sum([1, 2], 3))
"""


def run(code: str, call: str) -> object:
    names: dict[str, object] = {}
    exec(code, names)
    return eval(call, names)


def test_a_method_is_called_of_a_fresh_instance() -> None:
    code = code_of(TWO_SUM, function("two_sum", xs="list[int]", goal="int"))
    assert "def two_sum(xs: list[int], goal: int) -> float:" in code
    assert "print" not in code
    assert run(code, "two_sum([2, 7, 11], 9)") == [0, 1]


@pytest.mark.parametrize(
    "method",
    [
        "@staticmethod\n    def f(n):\n        return n + 1",
        "@classmethod\n    def f(cls, n):\n        return n + cls.one\n    one = 1",
        "def __init__(self):\n        self.one = 1\n    def f(self, n: Missing):\n        return n + self.one",
        "def f(self, n, /):\n        return self.g(n) if n else 1\n    def g(self, n):\n        return n + 1",
    ],
)
def test_methods_of_all_kinds(method: str) -> None:
    assert run(code_of(f"class A:\n    {method}\n", function("f", n="int")), "f(4)") == 5


def test_a_function_beside_the_class_is_the_one_that_is_meant() -> None:
    reply = "class A:\n    def f(self, n):\n        return 1\n\ndef f(n):\n    return A().f(n) + 1\n"
    assert run(code_of(reply, function("f", n="int")), "f(4)") == 2


@pytest.mark.parametrize(
    "reply",
    [
        "class A:\n    def f(self, n): return 1\n\nclass B:\n    def f(self, n): return 2\n",
        "class A:\n    def f(): return 1\n",
        "class A:\n    def g(self, n): return 1\n",
    ],
)
def test_where_it_is_not_plain_which_method_is_meant_there_is_no_code(reply: str) -> None:
    with pytest.raises(NotCode, match="does not define"):
        code_of(reply, function("f", n="int"))
