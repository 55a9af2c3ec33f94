"""Judges code by the tests it was not shown, in the sandbox with the last word and nowhere else.

A `check(candidate)` runs beside the candidate, which could patch what it rests on. Where the check is a
plain list of assertions about calls, the calls' values come out as well and are compared here, out of the
candidate's reach; the code is right only if both agree.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Collection, Iterable, Sequence

import msgspec

from pipeline.errors import UsageError
from pipeline.evaluate.suite import CHECK, Case, Suite, Task
from pipeline.evaluate.trials import Method
from pipeline.generate.code import joined
from pipeline.ir import Example, Provenance
from pipeline.syntax import BUILTINS, bound_names
from pipeline.translate.syntax import free_names
from pipeline.verify.behaviour.examples import behave, is_of, read_expectations, said
from pipeline.verify.sandbox.base import Job, Limits, Raised, Returned, Sandbox

LIMITS = Limits(wall_seconds=10.0, load_seconds=10.0, total_seconds=30.0)
_AT_ONCE = 4
_SHOWN = 5
_CANDIDATE = "candidate"
_HIDDEN = Provenance(actor="import", source="hidden test")


class Verdict(msgspec.Struct, frozen=True):
    """Whether code is right, how that was judged, and the first thing wrong, in words."""

    right: bool
    method: Method
    failure: str = ""

    @property
    def wrong(self) -> bool:
        """Whether the code is known not to be right."""
        return not self.right and self.method != "not judged"


async def judge(task: Task, source: str, sandbox: Sandbox, limits: Limits = LIMITS) -> Verdict:
    """Run the hidden tests of `task` on `source`. Raises InfrastructureError if the sandbox cannot work."""
    if not source.strip():
        return Verdict(False, "no code", "no code was offered")
    try:
        module = joined([source, task.prelude])
    except SyntaxError as error:
        return Verdict(False, "no code", f"the code is not Python: {error.msg}")
    cases = task.cases or plain_cases(task.test, task.entry_point, task.prelude)
    by_values = await _by_values(task, module, cases, sandbox, limits) if cases else None
    if not task.test:
        return by_values or Verdict(False, "values", "no case could be read")
    if by_values is not None and not by_values.right:
        return by_values
    by_check = await _by_check(task, module, sandbox, limits)
    return msgspec.structs.replace(by_check, method="values and check") if by_values else by_check


async def check_suite(suite: Suite, sandbox: Sandbox) -> None:
    """Raise UsageError where hidden tests cannot be run, or refuse their task's own solution."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def wrong_with(task: Task) -> str:
        async with turns:
            broken = await _broken(task, sandbox)
            if broken or not task.solution:
                return broken
            verdict = await judge(task, task.solution, sandbox)
            return "" if verdict.right else f"its own solution does not pass: {verdict.failure}"

    found = zip(suite.tasks, await asyncio.gather(*map(wrong_with, suite.tasks)), strict=True)
    wrong = [f"{task.id}: {what}" for task, what in found if what]
    if wrong:
        raise UsageError(
            f"{suite.name}: by the hidden tests of {len(wrong)} of {len(suite.tasks)} tasks"
            " no code can be judged",
            "\n".join([*wrong[:_SHOWN], *(["…"] if wrong[_SHOWN:] else [])]),
        )


async def _broken(task: Task, sandbox: Sandbox) -> str:
    """Why the hidden tests cannot be run, whatever the code; empty where they can, as far as that shows."""
    _, unreadable = await read_expectations([*_examples(task.cases)], sandbox, task.prelude)
    if unreadable:
        return unreadable[0].reason
    if not task.test:
        return ""
    report = await sandbox.run(Job(source=joined([task.prelude, task.test]), expressions=(), limits=LIMITS))
    missing = isinstance(report.loaded, Raised) and is_of(report.loaded, "ImportError")
    return f"loading the test {said(report.loaded)}" if report.loaded and missing else ""


def plain_cases(test: str, function: str, prelude: str = "") -> tuple[Case, ...]:
    """The calls of `function` that a `check(candidate)` asserts about; none if it does anything else.

    What needs a name of the test's own means nothing without the test; what `prelude` defines is known.
    """
    tree = ast.parse(test)
    own = _own(tree)
    if "*" in own:
        return ()
    known = (BUILTINS | {name for node in ast.parse(prelude).body for name in bound_names(node)}) - own
    checks = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == CHECK]
    cases: list[Case] = []
    for statement in checks[-1].body:
        if not isinstance(statement, ast.Assert):
            return ()
        if isinstance(statement.test, ast.Constant) and statement.test.value:
            continue  # `assert True`, as a placeholder
        case = _case(statement.test, function, known)
        if case is None:
            return ()
        cases.append(case)
    return tuple(cases)


def _own(test: ast.Module) -> set[str]:
    """The names that a test binds anywhere."""
    found = {name for node in ast.walk(test) if isinstance(node, ast.stmt) for name in bound_names(node)}
    names = (node for node in ast.walk(test) if isinstance(node, ast.Name))
    return found | {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _case(test: ast.expr, function: str, known: Collection[str]) -> Case | None:
    """The case that an assertion makes; None for any other, and where it needs names that are not `known`."""
    match test:
        case ast.Compare(left=ast.Call() as call, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            shape, expected = "{}", ast.unparse(right)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call() as call):
            shape, expected = "bool({})", "False"
        case ast.Call() as call:
            shape, expected = "bool({})", "True"
        case _:
            return None
    if not isinstance(call.func, ast.Name) or call.func.id != _CANDIDATE:
        return None
    given = [*call.args, *(keyword.value for keyword in call.keywords), ast.parse(expected, mode="eval").body]
    if any(free_names(part) - set(known) for part in given):
        return None
    call.func.id = function
    return Case(shape.format(ast.unparse(call)), expected)


async def _by_values(
    task: Task, module: str, cases: Sequence[Case], sandbox: Sandbox, limits: Limits
) -> Verdict | None:
    """The verdict by comparing values here; None where an expected value cannot be read."""
    expectations, unreadable = await read_expectations([*_examples(cases)], sandbox, task.prelude)
    if unreadable:
        return Verdict(False, "not judged", unreadable[0].reason) if task.cases else None
    behaviour = await behave(module, expectations, (), sandbox, limits)
    failure = next(iter(behaviour.counterexamples), "" if behaviour.passed else "not every case could be run")
    return Verdict(behaviour.passed, "values", failure)


def _examples(cases: Sequence[Case]) -> Iterable[Example]:
    for case in cases:
        raises = case.expected.removeprefix("raises ") if case.expected.startswith("raises ") else None
        expected = case.expected if raises is None else None
        yield Example(call=case.call, expected=expected, raises=raises, provenance=_HIDDEN)


async def _by_check(task: Task, module: str, sandbox: Sandbox, limits: Limits) -> Verdict:
    source = f"{module}\n\n{task.test}"
    call = f"{CHECK}({task.entry_point})"
    report = await sandbox.run(Job(source=source, expressions=(call,), limits=limits))
    outcome = report.loaded or report.outcomes[0]
    right = isinstance(outcome, Returned)
    return Verdict(right, "check", "" if right else f"the check {said(outcome)}")
