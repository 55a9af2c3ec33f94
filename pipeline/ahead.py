"""Work ahead of decisions: what is settled is drafted and checked while the rest waits for the person.

What comes of it is kept by the graph (drafts by what was asked for), so the build of the whole, once all is
decided, finds it there. A call of the model that is still under way then is joined, not begun again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

from pipeline.errors import HolotypeError
from pipeline.ir import Program
from pipeline.settled import needed, part, settled

if TYPE_CHECKING:
    from pipeline.session import Session


@dataclass(frozen=True, slots=True)
class _Begun:
    """A part of the program that is being built, or has been."""

    part: Program
    task: asyncio.Task[None]


class Ahead:
    """Builds functions as they become settled, those settled together in one graph. Belongs to one loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._begun: list[_Begun] = []

    async def look(self, program: Program) -> None:
        """Begin what is settled now and was not; stop what is no longer asked for as it was."""
        await self._stop([each for each in self._begun if not _asked_for(each.part, program)])
        covered = {function.name for each in self._begun for function in each.part.functions}
        ready = settled(program)
        fresh = [name for name in ready if name not in covered]
        if not fresh or len(ready) == len(program.functions):
            return
        names = needed(program, fresh)
        task = asyncio.create_task(self._build(program, names), name="work ahead")
        self._begun.append(_Begun(part(program, names), task))

    async def aclose(self) -> None:
        """Stop what still runs."""
        await self._stop(list(self._begun))

    async def _build(self, program: Program, names: set[str]) -> None:
        """Draft and check; a failure is told, and comes again with the build of the whole if it stays."""
        session = self._session
        try:
            await session.builder.draft(program, names, session.state.request, session.bus)
        except HolotypeError as error:
            session.notice(f"working ahead stopped: {error.message}", error.hint)

    async def _stop(self, stopped: list[_Begun]) -> None:
        for each in stopped:
            self._begun.remove(each)
            each.task.cancel()
        with anyio.CancelScope(shield=True):
            ended = await asyncio.gather(*(each.task for each in stopped), return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error


def _asked_for(wanted: Program, program: Program) -> bool:
    """Whether the program still asks for exactly that part."""
    names = {function.name for function in wanted.functions}
    return part(program, names).digest == wanted.digest
