"""A simulated person who knows the right program and answers questions from it."""

from __future__ import annotations

import ast

from pipeline.evaluate.suite import Task, defined
from pipeline.evaluate.trials import Asked
from pipeline.holes.answers import ANY
from pipeline.verify.questions.questions import RAISES
from pipeline.verify.sandbox.base import Job, Outcome, Raised, Returned, Sandbox


class SolutionOracle:
    """The `pipeline.session.Oracle` that does as the task's solution does, run in `sandbox`.

    `asked` keeps what was asked, in order.
    """

    def __init__(self, task: Task, sandbox: Sandbox) -> None:
        self.asked: list[Asked] = []
        self._solution = task.solution
        self._known = defined(task.solution)
        self._sandbox = sandbox

    async def __call__(self, function: str, call: str, *, alone: bool = True) -> str | None:
        """`[1, 2]`, `raises ValueError`, "any", or None for what the solution does not say.

        Where the solution breaks down, that is, raises though nothing in it says that it should, nobody means
        anything by what comes of it.
        """
        answer = None
        if function in self._known:
            report = await self._sandbox.run(Job(source=self._solution, expressions=(call,)))
            answer = _answer(report.loaded or report.outcomes[0])
            if answer is not None and answer.startswith("raises ") and not RAISES.search(self._solution):
                answer = ANY
        self.asked.append(Asked(call, answer))
        return answer


def _answer(outcome: Outcome) -> str | None:
    match outcome:
        case Raised(type=kind):
            return f"raises {kind}"
        case Returned(value=value):
            try:
                text = repr(value)
                return text if ast.literal_eval(text) == value else None
            except (ValueError, SyntaxError):  # no literal: a person would not type it either
                return None
        case _:
            return None
