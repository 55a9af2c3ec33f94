"""Long sessions: a burst of events does not hold up the keys, and a long log costs what is visible of it."""

from __future__ import annotations

import asyncio
import gc
import time

from textual.app import App, ComposeResult

from console.app import HolotypeApp
from console.bridge import Bridge
from console.view import View
from console.view.fold import LOG_LINES
from console.widgets.event_log import EventLog
from console.widgets.run import RunLanes
from pipeline import events as ev
from pipeline.events import AnyEvent
from tests.console import recorded
from tests.console.scripted import ScriptedEngine

EVENTS = 10_000


class Worst:
    """The most work, in seconds of this thread's processor time, between two chances for a key to be handled."""

    def __init__(self) -> None:
        self.lag = 0.0

    async def watch(self) -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            self.lag = max(self.lag, time.thread_time() - began)


def burst() -> list[tuple[float, AnyEvent]]:
    """Half decoding, half log lines."""
    said: list[tuple[float, AnyEvent]] = [*recorded.OPENING, *recorded.DECIDING, *recorded.DRAFTING]
    for number in range(EVENTS // 2):
        text = recorded.CODE[number % len(recorded.CODE)]
        said.append(
            (
                14.0,
                ev.NodeProgressed(execution=recorded.EXECUTION, node="ask:median", text=text, tokens=number),
            )
        )
        said.append((14.0, ev.Noticed(level="info", message=f"line {number}")))
    return said


async def test_ten_thousand_events_at_once_leave_the_loop_responsive() -> None:
    script = burst()
    app = HolotypeApp(ScriptedEngine(), clock=lambda: recorded.START + 15)
    async with app.run_test(size=(120, 36)) as pilot:
        view = app.view
        app.workbench.begin(view)
        await pilot.pause()
        gc.collect()
        worst = Worst()
        watching = asyncio.create_task(worst.watch())
        bridge = Bridge(lambda records: app._deliver(view, records))
        began = time.perf_counter()
        for record in recorded.records(script):
            bridge(record)
        worst.lag = 0.0
        async with asyncio.timeout(20):
            while view.logged < EVENTS // 2:
                await pilot.pause(0.01)
        seconds = time.perf_counter() - began
        watching.cancel()
    assert seconds < 10, seconds
    assert worst.lag < 0.25, worst.lag


class LogApp(App[None]):
    """The log alone."""

    def compose(self) -> ComposeResult:
        yield EventLog()


def long_view(lines: int) -> View:
    view = View()
    view.replay(
        recorded.records((0.0, ev.Noticed(level="info", message=f"line {number}")) for number in range(lines))
    )
    return view


async def test_a_long_log_is_shown_about_as_fast_as_a_short_one() -> None:
    short, long = long_view(500), long_view(50_000)
    app = LogApp()
    async with app.run_test(size=(100, 30)) as pilot:
        log = app.query_one(EventLog)
        times = {}
        for view in (short, long):
            began = time.perf_counter()
            log.show(view)
            await pilot.pause()
            times[view.logged] = time.perf_counter() - began
        assert log.total == 50_000
        assert log.line(log.total - 1, 80).plain.rstrip().endswith("line 49999")
        began = time.perf_counter()
        for _ in range(20):
            log.scroll_to(y=log.scroll_offset.y - 1000, animate=False)
            await pilot.pause()
        scrolled = time.perf_counter() - began
    assert times[50_000] < times[500] + 2, times
    assert scrolled < 8, scrolled


def test_memory_is_bounded_by_the_lines_kept() -> None:
    view = long_view(LOG_LINES + 1_000)
    assert len(view.log) == LOG_LINES
    assert view.log[0].text == "line 1000"
    assert view.logged == LOG_LINES + 1_000


async def test_a_change_repaints_the_rows_that_changed_and_no_others() -> None:
    app = HolotypeApp(ScriptedEngine(), clock=lambda: recorded.START + 14)
    async with app.run_test(size=(120, 36)) as pilot:
        view = app.view
        app.workbench.begin(view)
        change = view.replay(recorded.records([*recorded.OPENING, *recorded.DECIDING, *recorded.DRAFTING]))
        app.workbench.show(view, change)
        lanes = app.query_one(RunLanes)
        async with asyncio.timeout(10):
            while len(lanes._faces) < len(view.nodes):
                await pilot.pause()
        drawn: list[int] = []
        touch = lanes.touch

        def noted(index: int) -> None:
            drawn.append(index)
            touch(index)

        lanes.touch = noted  # type: ignore[method-assign]
        progress = ev.NodeProgressed(execution=recorded.EXECUTION, node="ask:median", text="x", tokens=99)
        lanes.show(view, view.replay(recorded.records([(14.0, progress)], first=90)), recorded.START + 14)
    # On a busy machine the clock of the running row may tick meanwhile, which paints it once more.
    assert {lanes._node_at(index).label for index in drawn} == {"draft median"}  # type: ignore[union-attr]
