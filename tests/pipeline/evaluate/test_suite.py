from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.evaluate.suite import Task, read_suite, read_tasks
from pipeline.evaluate.task_names import unknown_names

GOOD = {"id": 1, "prompt": "Write f(x: int) -> int", "entry_point": "f", "cases": [["f(1)", 2]]}


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps(GOOD) + "\n\n" + json.dumps({**GOOD, "id": "b"}) + "\n")
    first, second = read_tasks(path)
    assert (first.id, second.id) == ("1", "b")
    assert first.cases[0].expected == "2"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cases": []}, "either cases or a test"),
        ({"cases": [["f(1)"]]}, "a case is"),
        ({"cases": [["f(", "1"]]}, "not Python"),
        ({"entry_point": "not a name"}, "no name of a function"),
        ({"prompt": " "}, "empty"),
        ({"cases": [], "test": "x = 1"}, "does not define check"),
        ({"cases": [], "test": "async def check(candidate): pass"}, "async"),
        ({"solution": "def g(x): return x"}, "does not define f"),
        ({"id": 0}, "already"),
        ({"entry_point": "class"}, "no name of a function"),
        ({"cases": [["f(1)", "foor"]]}, "what nothing gives: foor"),
        ({"cases": [["f(y)", "1"]]}, "what nothing gives: y"),
        ({"cases": [["f(1)", "raises ValueError: no"]]}, "name an exception"),
        ({"cases": [["f(1)", 200_000 * "-" + "1"]]}, "not Python: MemoryError"),
        (
            {"cases": [], "test": "def check(candidate):\n    assert np.allclose(candidate(1), 1)"},
            "gives: np",
        ),
    ],
)
def test_a_broken_task_is_refused_with_its_line(change: dict[str, object], said: str, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text("\n".join(map(json.dumps, [{**GOOD, "id": 0}, {**GOOD, **change}])))
    with pytest.raises(UsageError, match=said) as refused:
        read_tasks(path)
    assert "line 2" in refused.value.message


@pytest.mark.parametrize(
    "change",
    [
        {"cases": [["f(1)", "Decimal('1.5')"], ["f(x=[y for y in (1, 2)])", "raises a.Odd"]]},
        {"cases": [["f(helper(1))", "2"]], "solution": "def helper(x): return x\ndef f(x): return x"},
        {"cases": [["f(Point(1))", "2"]], "prompt": "Write class Point(x), and f(p: Point) -> int"},
        {"cases": [["f(1)", "N"]], "prompt": "N = 3\n\ndef f(x):\n    'Give N.'\n"},
        {
            "cases": [],
            "test": "import math as m\ndef check(c, /, *, n=m.pi):\n    import os\n    [x for x in os.sep if n]",
        },
        {"cases": [], "test": "from math import *\ndef check(candidate): assert candidate(pi)"},
        {
            "cases": [],
            "test": "def check(c):\n    global seen\n    seen = c\n    later()\ndef later(): seen(__name__)",
        },
        {
            "cases": [],
            "test": "try:\n    import numpy as np\nexcept ImportError as e:\n    np = e\ndef check(c): np",
        },
    ],
    ids=range(8),
)
def test_names_that_something_gives_are_taken(change: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text(json.dumps({**GOOD, **change}))
    assert len(read_tasks(path)) == 1


async def test_humaneval_s_tests_need_nothing_that_is_not_given() -> None:
    assert [task.id for task in (await read_suite("humaneval")).tasks if unknown_names(task)] == []


def test_a_line_ends_where_the_file_says_and_nowhere_else(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    line = json.dumps({**GOOD, "prompt": "Write f(x: int)\u2028 -> int"}, ensure_ascii=False)
    path.write_bytes(f"{line}\r\n{line.replace('1,', '2,', 1)}\n".encode())
    assert [task.id for task in read_tasks(path)] == ["1", "2"]


@pytest.mark.parametrize(
    "text",
    ["", "\n", "nonsense", 100_000 * "[", "[1]", '{"id": "a"}', "\ud800".encode("utf-8", "surrogatepass")],
)
def test_what_is_no_suite_is_refused(text: str | bytes, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError):
        read_tasks(path)


@pytest.mark.parametrize(
    "spec", ["nothing", "humaneval:none", "humaneval:5-2", "humaneval:0-164", "no.jsonl"]
)
async def test_a_selection_of_nothing_is_refused(spec: str) -> None:
    with pytest.raises(UsageError):
        await read_suite(spec)


async def test_humaneval_is_selected_by_index() -> None:
    whole = await read_suite("humaneval")
    assert len(whole.tasks) == 164
    even, odd = await read_suite("humaneval:even"), await read_suite("humaneval:odd")
    assert sorted([*even.tasks, *odd.tasks], key=whole.tasks.index) == list(whole.tasks)
    some = await read_suite("humaneval:0-2,40", limit=3)
    assert some.tasks == whole.tasks[:3]
    assert some.digest != whole.digest


def test_what_the_prompt_brings_along_is_the_prelude() -> None:
    prompt = "import math\n\ndef help(x):\n    return x\n\ndef f(x):\n    '''Doc.'''\n"
    task = Task(id="a", prompt=prompt, entry_point="f", test="def check(candidate): pass")
    assert "import math" in task.prelude
    assert "help" in task.prelude
    assert "def f" not in task.prelude
