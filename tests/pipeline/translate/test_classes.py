"""Classes that a prompt asks for: refused where there is no function besides, told where there is."""

from __future__ import annotations

import pytest

from pipeline.errors import Exit, UsageError
from pipeline.translate.builder import IRBuilder, Translation

pytestmark = pytest.mark.hole("H3")

CACHE = """class LRUCache:
    def __init__(self, capacity: int) -> None: ...

    def get(self, key: str) -> int | None:
        \"\"\"
        >>> c = LRUCache(1)
        >>> c.get("a")
        \"\"\"
"""


async def build(prompt: str) -> Translation:
    return await IRBuilder().build(prompt)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        (CACHE, "LRUCache"),
        (f"Implement this:\n\n```python\n{CACHE}```\n", "LRUCache"),
        (
            "class Cache:\n\n    def __init__(self, n: int):\n        \n\n    def get(self, k: int) -> int:\n        \n",
            "Cache",
        ),
        ("Write a class Stack with push, pop, peek and is_empty.", "Stack"),
        ("Write class Stack: push(x), pop() -> raises IndexError if empty, len(stack).", "Stack"),
        ("Write a dataclass Money(amount: Decimal, currency: str) with __add__.", "Money"),
        ("class Stack with push and pop", "Stack"),
        ("A class Stack of ints", "Stack"),
        ("Implement a small Python class called `Queue`.", "Queue"),
        ("I need a class that counts words.", ""),
        ("Write `Matrix.transpose(self)`", "Matrix"),
        (
            "from bank import Account\n\ndef test_a():\n    a = Account(10)\n    a.deposit(5)\n    assert a.balance == 15\n",
            "Account",
        ),
        ("Account(1).withdraw(5) raises ValueError", "Account"),
    ],
)
async def test_a_class_is_refused(prompt: str, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        await build(prompt)
    assert "asks for a class" in caught.value.message
    assert f"`{name}`" in caught.value.message or not name
    assert caught.value.hint
    assert caught.value.exit_code is Exit.USAGE


@pytest.mark.parametrize(
    "prompt",
    [
        f"{CACHE}\n\ndef size(cache: LRUCache) -> int:\n    ...\n",
        f"Write a function size(cache: LRUCache) -> int.\n\n{CACHE}",
        "Write a class Stack with push and pop, and a function `is_balanced(s: str) -> bool` that uses it.",
    ],
)
async def test_a_class_beside_a_function_is_told(prompt: str) -> None:
    found = await build(prompt)
    assert [note for note in found.notes if "Only functions are written" in note]
    assert "size" in (names := [each.name for each in found.program.functions]) or "is_balanced" in names


@pytest.mark.parametrize(
    "prompt",
    [
        "@dataclass\nclass Point:\n    x: int\n\n    def norm(self) -> int:\n        return self.x\n\n"
        "def total(points: list[Point]) -> int: ...\n",
        "class Shape(Protocol):\n    def area(self) -> float: ...\n\ndef total(shapes: list[Shape]) -> float: ...\n",
        "class Color(Enum):\n    RED = 1\n\nthe brightest of a list of colors",
        "Write a function that returns the class of a triangle by its sides.",
        "Create a first-class function pipeline(fs) that composes functions.",
        "Write grade(score: int) -> str, which names the class average band.",
        "Define a function in class style: add(a: int, b: int) -> int",
        "Implement the class Solution:\n\nclass Solution:\n    def add(self, a: int, b: int) -> int:\n",
    ],
)
async def test_types_and_words_are_no_class_to_write(prompt: str) -> None:
    assert not [note for note in (await build(prompt)).notes if "class" in note]


LINKED = """# Definition for singly-linked list.
# class ListNode:
#     def __init__(self, val=0, next=None):
#         self.val = val
#         self.next = next
class Solution:
    def length(self, head: Optional[ListNode]) -> int:
        \n
    def backwards(self, head: Optional['ListNode']) -> 'ListNode':
        \n

Example 1:

Input: head = [1,2,3]
Output: 3
"""


async def test_a_class_in_comments_is_no_function_and_its_instances_are_no_lists() -> None:
    found = await build(LINKED)
    assert [str(each.signature) for each in found.program.functions] == [
        "def length(head: ListNode | None) -> int",
        "def backwards(head: 'ListNode | None') -> 'ListNode'",
    ]
    assert not any(each.examples for each in found.program.functions)
    one = await build(
        LINKED.replace("    def backwards(self, head: Optional['ListNode']) -> 'ListNode':\n", "")
    )
    assert not one.program.functions[0].examples
    assert "a `ListNode` is written as a list" in " ".join(one.notes)


async def test_a_class_that_tests_pass_to_a_function_is_told() -> None:
    found = await build(
        "from app import Point, dist\n\ndef test_d():\n    assert dist(Point(0, 0), Point(3, 4)) == 5\n"
    )
    assert [each.name for each in found.program.functions] == ["dist"]
    assert [note for note in found.notes if "`Point`" in note]
