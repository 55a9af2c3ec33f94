"""The graph nodes that make candidates without the model: `mend` edits near misses, `search` builds new ones.

Both make what meets the examples, so meeting them says little for it: such a candidate has no vote. It shows
where the examples leave room, and is offered only where no draft of the model passes.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.generate.code import joined
from pipeline.generate.edits import near_misses
from pipeline.generate.ways import EDIT_VERSION, SEARCH_VERSION
from pipeline.graph.context import RunContext
from pipeline.verify.behaviour.examples import behave_in_time, read_expectations
from pipeline.verify.choosing.choice import Checked, ranked
from pipeline.verify.sandbox.base import Limits
from pipeline.verify.subject import Judges, Subject, chosen_in

#: An edit can make a loop endless: what needs longer than this is set aside.
_QUICK = Limits(wall_seconds=0.3, load_seconds=0.3, total_seconds=1.0)
_BUDGET_S = 4.0
_MENDED = 2
_EDITS = 60
_KEPT = 3
#: A fit to one example, or one that does what another does, is no rival worth running.
_EXAMPLES = 2
_DIFFERENT = 0.1
_FITS = 2


@dataclass(frozen=True, slots=True)
class Mend:
    """Node: tries small edits of the best failing candidates on the examples."""

    subject: Subject
    judges: Judges

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        own = {output["candidate"]: output["own"] for key, output in deps.items() if key.startswith("check:")}
        checks = [output for key, output in deps.items() if key.startswith("check:")]
        failing = ranked([msgspec.convert(check, Checked) for check in checks])
        near = [one for one in failing if _near(one)][:_MENDED]
        expectations, _ = await read_expectations(
            self.subject.function.examples, self.judges.verdict, self.subject.given
        )
        before = [self.subject.prelude, *(one["module"] for one in chosen_in(deps))]
        mended: list[str] = []
        for one in near:
            edits = await asyncio.to_thread(near_misses, own[one.candidate], self.subject.name, limit=_EDITS)
            whole = {joined([*before, edit]): edit for edit in edits}
            tries = behave_in_time(
                list(whole),
                expectations,
                (),
                self.judges.verdict,
                _QUICK,
                _BUDGET_S / len(near),
                self.subject.function.signature,
            )
            async with aclosing(tries):
                async for module, behaviour in tries:
                    if behaviour.passed:
                        mended.append(whole[module])
                    if len(mended) >= _KEPT:
                        return _written(EDIT_VERSION, mended)
        return _written(EDIT_VERSION, mended)


@dataclass(frozen=True, slots=True)
class Search:
    """Node: looks for programs over the standard library that meet the examples."""

    subject: Subject
    judges: Judges

    async def __call__(self, context: RunContext, deps: dict[str, Any]) -> dict[str, Any]:
        from pipeline.generate.search import search

        function = self.subject.function
        expectations, _ = await read_expectations(function.examples, self.judges.verdict, self.subject.given)
        if len(expectations) < _EXAMPLES:
            return _written(SEARCH_VERSION, [])
        found = await search(function, expectations=expectations)
        rivals = [fit.source for fit in found.fits if fit.differs >= _DIFFERENT]
        return _written(SEARCH_VERSION, rivals[:_FITS])


def _written(generator: str, sources: list[str]) -> dict[str, Any]:
    """Sources in the form of a model's reply, which is how `read` takes them."""
    return {"generator": generator, "texts": sources, "cut": [False] * len(sources)}


def _near(one: Checked) -> bool:
    """Whether a failing candidate is worth mending: it runs, and there are examples that it breaks."""
    return not one.passed and not one.audit and one.behaviour.failure is None and bool(one.behaviour.examples)
