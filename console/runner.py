"""The session in progress: its control, its task, and how it is put away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from console.bridge import Bridge
from console.control import Engine, SessionControl
from pipeline.errors import HolotypeError
from pipeline.events import Record

log = logging.getLogger(__name__)


class Runner:
    """At most one session at a time. `failed` hears of sessions that end in an error."""

    def __init__(self, engine: Engine, failed: Callable[[BaseException], None]) -> None:
        self._engine = engine
        self._failed = failed
        self._bridge: Bridge | None = None
        self._task: asyncio.Task[object] | None = None
        self._preparing: set[asyncio.Task[None]] = set()
        self.control: SessionControl | None = None

    @property
    def running(self) -> bool:
        """Whether a session still works or waits."""
        return self._task is not None and not self._task.done()

    async def prepare(self, loading: Callable[[float], None]) -> None:
        """Have the engine load ahead what a session needs; `aclose` ends that. Raises HolotypeError."""
        preparing = asyncio.create_task(self._engine.prepare(loading))
        self._preparing.add(preparing)
        try:
            await preparing
        finally:
            self._preparing.discard(preparing)

    async def start(self, prompt: str, deliver: Callable[[list[Record]], None]) -> None:
        """Put the session at hand away and start one with `prompt`. Raises HolotypeError."""
        await self.stop()
        self._bridge = Bridge(deliver)
        self._launch(await self._engine.open(prompt, self._bridge))

    async def resume(self, session: str | None, deliver: Callable[[list[Record]], None]) -> None:
        """Put the session at hand away and take up a stored one. Raises HolotypeError."""
        await self.stop()
        self._bridge = bridge = Bridge(deliver, held=True)
        records, control = await self._engine.resume(session, bridge)
        bridge.release(records)
        self._launch(control)

    async def stop(self) -> None:
        """Cancel the session's task, wait until it has cleaned up, and close it. Safe to call again."""
        task, control, bridge = self._task, self.control, self._bridge
        self._task = self.control = self._bridge = None
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait({task})
        if bridge is not None:
            bridge.close()
        if control is not None:
            await control.aclose()

    async def aclose(self) -> None:
        """Stop, and close the engine."""
        for preparing in (ahead := set(self._preparing)):
            preparing.cancel()
        if ahead:
            await asyncio.wait(ahead)
        await self.stop()
        await self._engine.aclose()

    def _launch(self, control: SessionControl) -> None:
        self.control = control
        self._task = asyncio.create_task(control.run(), name=f"session {control.session_id}")
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[object]) -> None:
        if task.cancelled() or (error := task.exception()) is None:
            return
        if not isinstance(error, HolotypeError):
            log.error("session failed unexpectedly", exc_info=error)
        self._failed(error)
