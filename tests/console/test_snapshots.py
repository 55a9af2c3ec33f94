"""How the console looks: five moments at three sizes, and the light theme. Look before accepting a change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from console.app import HolotypeApp
from console.control import SessionSummary
from console.screens.help import HelpScreen
from tests.console import recorded
from tests.console.scripted import ScriptedEngine, Timed

SIZES = [(120, 36), (80, 24), (40, 10)]
STORED = [
    SessionSummary("s1", "median of a list of numbers", "verified", recorded.START, 20.0),
    SessionSummary(
        "s0", "parse a duration such as 1h30m into seconds", "open", recorded.START - 86_400, 71.0
    ),
]
RUNNING = [*recorded.OPENING, *recorded.DECIDING, *recorded.DRAFTING]
Compare = Callable[..., bool]


def played(script: Timed, *, prompt: str | None = recorded.PROMPT) -> HolotypeApp:
    """The app with `script` to play, its clock standing still."""
    engine = ScriptedEngine(script, stored=STORED)
    return HolotypeApp(engine, prompt=prompt, clock=lambda: recorded.START + 14)


def settled(script: Timed, *, keys: tuple[str, ...] = ()) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Waits until all of `script` is shown, then presses `keys`."""

    async def wait(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, HolotypeApp)
        async with asyncio.timeout(10):
            while script and app.view.last_at < recorded.START + script[-1][0]:
                await pilot.pause(0.02)
            while not script and not app.workbench.query("#recent.-filled"):
                await pilot.pause(0.02)
        await pilot.press(*keys)
        async with asyncio.timeout(10):
            while "question_mark" in keys and not isinstance(app.screen, HelpScreen):
                await pilot.pause(0.02)
        await app.workers.wait_for_complete()
        await pilot.pause()

    return wait


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("moment", ["empty", "running", "holes", "finished", "help"])
def test_the_console_looks_as_it_did(snap_compare: Compare, moment: str, size: tuple[int, int]) -> None:
    scripts: dict[str, Timed] = {
        "empty": [],
        "running": RUNNING,
        "holes": recorded.OPENING,
        "finished": recorded.WHOLE,
        "help": recorded.OPENING,
    }
    script = scripts[moment]
    app = played(script, prompt=recorded.PROMPT if script else None)
    keys = ("question_mark",) if moment == "help" else ()
    assert snap_compare(app, terminal_size=size, run_before=settled(script, keys=keys))


def test_the_light_theme_looks_as_it_did(snap_compare: Compare) -> None:
    app = played(recorded.WHOLE)
    app.theme = "holotype-light"
    assert snap_compare(app, terminal_size=(120, 36), run_before=settled(recorded.WHOLE))
