"""The search on held-out tasks: pytest -m benchmark -s tests/benchmarks/test_search.py.

Reports for each task the time, and for each fit whether it is right on hidden calls. A fit that is wrong there
is no failure of the search: it is what a question is made of.
"""

from __future__ import annotations

import statistics

import pytest

from pipeline.generate.search import Budget, Fit, search
from pipeline.verify.inputs import calls_for
from pipeline.verify.sandbox.base import Job, Returned, Sandbox
from pipeline.verify.sandbox.compare import same_value
from pipeline.verify.sandbox.select import open_verdict_sandbox
from tests.benchmarks.search_tasks import FRESH, TASKS, Task

pytestmark = [pytest.mark.benchmark, pytest.mark.hole("H18"), pytest.mark.timeout(900)]
_HIDDEN = 40


def hidden(task: Task) -> dict[str, object]:
    """Calls that the search never sees, with what the reference gives; where it raises, nothing is asked."""
    known = {}
    for call in calls_for(task.function(), count=_HIDDEN, seed=7):
        try:
            known[call] = task.value(call)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            continue
    return known


async def right(fit: Fit, known: dict[str, object], sandbox: Sandbox) -> bool:
    report = await sandbox.run(Job(source=fit.source, expressions=tuple(known)))
    return report.loaded is None and all(
        isinstance(outcome, Returned) and same_value(outcome.value, value)  # type: ignore[arg-type]
        for outcome, value in zip(report.outcomes, known.values(), strict=False)
    )


@pytest.mark.parametrize("tasks", [TASKS, FRESH], ids=["first list", "fresh list"])
async def test_fits_on_held_out_tasks(tasks: tuple[Task, ...]) -> None:
    budget = Budget()
    sandbox = await open_verdict_sandbox(size=1)
    seconds, verdicts = [], []
    try:
        for task in tasks:
            found = await search(task.function(), budget)
            known = hidden(task)
            assert len(known) >= 5
            seconds.append(found.seconds)
            verdicts.append([await right(fit, known, sandbox) for fit in found.fits])
            shown = "".join("R" if each else "." for each in verdicts[-1])
            print(
                f"\n{task.name:18} {found.seconds:5.2f} s {found.ended:9} {found.explored:7} {shown}", end=""
            )
    finally:
        await sandbox.aclose()
    fitted = [each for each in verdicts if each]
    all_fits = [one for each in verdicts for one in each]
    print(
        f"\n{len(tasks)} tasks: fits for {len(fitted)}; the first is right for {sum(each[0] for each in fitted)}, "
        f"one of them for {sum(map(any, fitted))}; of {len(all_fits)} fits {all_fits.count(False)} are wrong; "
        f"{statistics.median(seconds):.2f} s at the median, {max(seconds):.2f} s at most"
    )
    assert max(seconds) <= 1.2 * budget.seconds
    assert len(fitted) >= len(tasks) // 2
