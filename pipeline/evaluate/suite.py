"""Suites of tasks: a prompt that is shown, and tests that are not."""

from __future__ import annotations

import ast
import hashlib
import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pipeline.errors import HolotypeError, UsageError
from pipeline.evaluate.task_names import unknown_names
from pipeline.generate.module_level import Definition
from pipeline.syntax import REFUSALS
from pipeline.translate.validation import check_prompt

CHECK = "check"
"""The function of a task's `test` that gets the candidate and raises AssertionError when it is wrong."""

_RAISES = "raises "
_EXCEPTION = re.compile(rf"{_RAISES}\s*[^\W\d]\w*(\.[^\W\d]\w*)*\s*")
_GIVEN = Definition | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign


class Case(msgspec.Struct, frozen=True, array_like=True):
    """A hidden call, and what comes of it: a Python expression, or `raises ValueError`."""

    call: str
    expected: str


class Task(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One task. `prompt` is all that is shown; `entry_point` is the function asked for.

    It is judged by `cases`, or by the source `test`, which defines `check(candidate)`. `solution` is a
    correct program, from which a simulated person answers questions; empty where there is none.
    """

    id: str
    prompt: str
    entry_point: str
    cases: tuple[Case, ...] = ()
    test: str = ""
    solution: str = ""

    @property
    def prelude(self) -> str:
        """What the prompt's own code defines beside the function asked for; tests may rely on it."""
        try:
            body = ast.parse(self.prompt).body
        except REFUSALS:  # most prompts are words
            return ""
        return "\n\n".join(
            ast.unparse(node)
            for node in body
            if isinstance(node, _GIVEN) and getattr(node, "name", "") != self.entry_point
        )


@dataclass(frozen=True, slots=True)
class Suite:
    """Tasks under the name by which a person chose them."""

    name: str
    tasks: tuple[Task, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the tasks, in hexadecimal: equal for runs that can be compared task by task."""
        return hashlib.sha256(msgspec.json.encode(self.tasks)).hexdigest()


async def read_suite(spec: str, limit: int | None = None) -> Suite:
    """The suite that `spec` names: `humaneval`, `humaneval:SELECTION` or a `.jsonl` file.

    SELECTION is `even`, `odd`, or numbers and ranges: `0-19,40`. `limit` keeps the first so many tasks.
    Raises `UsageError` for anything else and for a task that cannot be used, `InfrastructureError` when
    HumanEval is not here and cannot be fetched.
    """
    name, _, selection = spec.partition(":")
    if name == "humaneval":
        from pipeline.evaluate.humaneval import humaneval

        tasks = _selected(await humaneval(), selection, spec)
    elif spec.endswith(".jsonl"):
        tasks = read_tasks(Path(spec))
    else:
        raise UsageError(f"there is no suite {spec!r}", "Give humaneval, humaneval:even or a FILE.jsonl.")
    return Suite(spec, tasks[:limit])


def read_tasks(path: Path) -> tuple[Task, ...]:
    """The tasks of a file with one JSON object a line. Raises `UsageError`, naming the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the suite {path} cannot be read: {error}") from error
    tasks: dict[str, Task] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            task = _checked(msgspec.convert(_plain(msgspec.json.decode(line)), Task))
        except (msgspec.DecodeError, HolotypeError, *REFUSALS) as error:
            what = error.message if isinstance(error, HolotypeError) else str(error) or type(error).__name__
            raise UsageError(f"{path}, line {number}: {what}", _FORM) from error
        if task.id in tasks:
            raise UsageError(f"{path}, line {number}: there is a task {task.id!r} already")
        tasks[task.id] = task
    if not tasks:
        raise UsageError(f"the suite {path} has no tasks", _FORM)
    return tuple(tasks.values())


_FORM = (
    'A task is {"id": …, "prompt": …, "entry_point": "f", "cases": [["f(1)", "2"]]}, '
    'or with "test": "def check(candidate): …" instead of cases.'
)


def _plain(data: Any) -> Any:
    """The object with an id that is text, and expected values that are Python source."""
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    if isinstance(data.get("id"), int):
        data["id"] = str(data["id"])
    if isinstance(data.get("cases"), list):
        data["cases"] = [_case(case) for case in data["cases"]]
    return data


def _case(case: Any) -> Any:
    if not isinstance(case, list) or len(case) != 2:
        raise ValueError(f"a case is [call, expected], not {case!r}")
    return [case[0], case[1] if isinstance(case[1], str) else repr(case[1])]


def _checked(task: Task) -> Task:
    """The task, if it can be run and judged. Raises ValueError or `UsageError`."""
    check_prompt(task.prompt)
    if not task.entry_point.isidentifier() or keyword.iskeyword(task.entry_point):
        raise ValueError(f"entry_point {task.entry_point!r} is no name of a function")
    if bool(task.cases) == bool(task.test):
        raise ValueError("it takes either cases or a test")
    _check_syntax(task)
    if task.test and CHECK not in defined(task.test):
        raise ValueError(f"the test does not define {CHECK}(candidate)")
    if task.test and any(_is_async_check(node) for node in ast.parse(task.test).body):
        raise ValueError(f"{CHECK}(candidate) is an async function: nobody would wait for it")
    if task.solution and task.entry_point not in defined(task.solution):
        raise ValueError(f"the solution does not define {task.entry_point}")
    if unknown := unknown_names(task):
        raise ValueError(f"the hidden tests need what nothing gives: {', '.join(unknown)}")
    return task


def _check_syntax(task: Task) -> None:
    """Raise ValueError for what is not Python."""
    for source, mode in [
        *((case.call, "eval") for case in task.cases),
        *((case.expected, "eval") for case in task.cases if not case.expected.startswith(_RAISES)),
        (task.test, "exec"),
        (task.solution, "exec"),
    ]:
        try:
            ast.parse(source, mode=mode)
        except REFUSALS as error:
            what = error.msg if isinstance(error, SyntaxError) else type(error).__name__
            raise ValueError(f"{source[:60]!r} is not Python: {what}") from error
    for case in task.cases:
        if case.expected.startswith(_RAISES) and not _EXCEPTION.fullmatch(case.expected):
            raise ValueError(f"{case.expected[:60]!r} does not name an exception")


def defined(source: str) -> set[str]:
    """The functions that a module defines."""
    return {node.name for node in ast.parse(source).body if isinstance(node, Definition)}


def _is_async_check(node: ast.stmt) -> bool:
    return isinstance(node, ast.AsyncFunctionDef) and node.name == CHECK


def _selected(tasks: tuple[Task, ...], selection: str, spec: str) -> tuple[Task, ...]:
    if selection in ("", "even", "odd"):
        start, step = {"": (0, 1), "even": (0, 2), "odd": (1, 2)}[selection]
        return tasks[start::step]
    try:
        return tuple(tasks[index] for index in sorted(set(_indices(selection.split(","), len(tasks)))))
    except ValueError as error:
        hint = f"Give even, odd, or numbers and ranges from 0 to {len(tasks) - 1}: humaneval:0-19,40"
        raise UsageError(f"{spec!r} selects no tasks: {error}", hint) from error


def _indices(parts: Iterable[str], total: int) -> Iterator[int]:
    for part in parts:
        first, dash, last = part.partition("-")
        low, high = int(first), int(last if dash else first)
        if not 0 <= low <= high < total:
            raise ValueError(f"{part} is not within 0 to {total - 1}")
        yield from range(low, high + 1)
