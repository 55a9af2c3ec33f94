"""The console: one app around one engine and at most one session at a time."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from platformdirs import user_downloads_path
from rich.text import Text
from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.theme import Theme
from textual.types import CSSPathType
from textual.widgets import Input, TextArea
from textual.widgets.input import Selection

from console.clipboard import osc52
from console.control import Engine, SessionControl
from console.keymap import Scope, bindings, checked
from console.palette import Actions
from console.runner import Runner
from console.screens.confirm import ConfirmScreen
from console.screens.help import HelpScreen
from console.screens.sessions import SessionPicker
from console.screens.workbench import Workbench
from console.settings import keep_theme
from console.terminal import outliving
from console.themes import DARK, LIGHT
from console.view import Change, View
from console.widgets.session_line import SessionLine
from pipeline.errors import HolotypeError, UsageError
from pipeline.events import Noticed, Record, SessionFinished

log = logging.getLogger(__name__)

_ENDINGS = () if sys.platform == "win32" else (signal.SIGTERM, signal.SIGHUP)
"""Signals on which the console leaves as it does on ctrl+c."""

_WIDTHS = [(0, "-narrow"), (100, "-wide")]
_HEIGHTS = [(0, "-short"), (18, "-tall")]


class HolotypeApp(App[None], inherit_bindings=False):
    """Shows what the engine's events say, and hands the person's decisions to the engine.

    `prompt` starts a session at once; `resume` takes up the last stored session (True) or the one of that id.
    `keymap` maps action ids to keys; an unusable one is reported and left out. `theme` names the colours; one
    that nobody knows is a UsageError. `clock` gives seconds since the Unix epoch.
    """

    TITLE = "Holotype"
    COMMANDS = App.COMMANDS | {Actions}
    CSS_PATH: ClassVar[CSSPathType | None] = [
        "screens/workbench.tcss",
        "screens/dialog.tcss",
        "widgets/lines.tcss",
        "widgets/prompt.tcss",
        "widgets/session_line.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    NOTIFICATION_TIMEOUT = 6

    class Arrived(Message):
        """Records for the view they belong to."""

        def __init__(self, view: View, records: list[Record]) -> None:
            super().__init__()
            self.view = view
            self.records = records

    def __init__(
        self,
        engine: Engine,
        *,
        prompt: str | None = None,
        resume: str | bool | None = False,
        keymap: Mapping[str, str] | None = None,
        theme: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.view = View()
        self.clock = clock
        self.keys: dict[str, str] = {}
        self._engine = engine
        self._runner = Runner(engine, self.complain)
        self._first_prompt = prompt
        self._first_resume = resume
        self._wanted_keymap = keymap or {}
        self._leaving = False
        self._kept_theme = ""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = self._known_theme(theme) if theme else DARK.name

    def _known_theme(self, name: str) -> str:
        if name not in self.available_themes:
            known = ", ".join(sorted(self.available_themes))
            raise UsageError(f"there is no theme {name}", f"There are: {known}.")
        return name

    def get_default_screen(self) -> Workbench:
        """The one screen; dialogs come over it."""
        return Workbench()

    @property
    def workbench(self) -> Workbench:
        """The screen of the work, also while a dialog covers it."""
        screen = self.screen_stack[0]
        assert isinstance(screen, Workbench)
        return screen

    def on_mount(self) -> None:
        """Paint first, then open the engine."""
        with self.reporting():
            self.keys = checked(self._wanted_keymap)
            self.set_keymap(self.keys)
        self._kept_theme = self.theme
        self.theme_changed_signal.subscribe(self, self._theme_picked)
        for number in _ENDINGS:
            asyncio.get_running_loop().add_signal_handler(number, self._leave)
        self.call_after_refresh(self._begin)

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver for this terminal, made to end when the terminal goes away."""
        return outliving(super().get_driver_class())

    async def on_unmount(self) -> None:
        """However the app ends, the session is put away."""
        for number in _ENDINGS:
            asyncio.get_running_loop().remove_signal_handler(number)
        await self._runner.aclose()

    def _begin(self) -> None:
        if self._first_prompt:
            self._start(self._first_prompt)
        elif self._first_resume:
            self._resume(None if self._first_resume is True else self._first_resume)
        else:
            self._list_recent()
            self._prepare()

    # -- sessions -----------------------------------------------------------------------------------

    def ask(self, prompt: str) -> None:
        """Start a session with `prompt`; asks first if one still runs."""
        self._unless_running(lambda: self._start(prompt))

    def reopen(self, session: str) -> None:
        """Take up a stored session; asks first if one still runs."""
        if session != self.view.session or not self._runner.running:
            self._unless_running(lambda: self._resume(session))

    @work(exclusive=True, group="list")
    async def pick_session(self) -> None:
        """Let the person choose among the stored sessions."""
        with self.reporting():
            sessions = await self._engine.sessions()
            self.push_screen(SessionPicker(sessions), lambda chosen: self.reopen(chosen) if chosen else None)

    @work(exclusive=True, group="list")
    async def _list_recent(self) -> None:
        with self.reporting():
            self.workbench.recent(await self._engine.sessions())

    @work(group="prepare")
    async def _prepare(self) -> None:
        """Load the model while the person still looks around or types."""
        line = self.workbench.query_one(SessionLine)
        try:
            with self.reporting():
                await self._runner.prepare(line.show_loading)
        finally:
            line.show_loading(None)

    @work(exclusive=True, group="session")
    async def _start(self, prompt: str) -> None:
        view = self._new_view()
        view.prompt = prompt
        self.workbench.begin(view)
        self.workbench.prompt.clear()
        try:
            await self._runner.start(prompt, lambda records: self._deliver(view, records))
            self._prepare()
        except HolotypeError as error:
            self.complain(error)
            self.workbench.end(prompt)

    @work(exclusive=True, group="session")
    async def _resume(self, session: str | None) -> None:
        view = self._new_view()
        self.workbench.begin(view)
        try:
            await self._runner.resume(session, lambda records: self._deliver(view, records))
            self._prepare()
        except HolotypeError as error:
            self.complain(error)
            self.workbench.end()

    def _new_view(self) -> View:
        self.view = View()
        return self.view

    def _deliver(self, view: View, records: list[Record]) -> None:
        self.post_message(self.Arrived(view, records))

    @on(Arrived)
    def _arrived(self, event: Arrived) -> None:
        """Fold the records in and show what they changed; late ones of a session put away are dropped."""
        if event.view is not self.view or not self.screen_stack:
            return
        change = Change.NOTHING
        for record in event.records:
            change |= self.view.apply(record)
            self._announce(record)
        if change:
            self.workbench.show(self.view, change)

    def _announce(self, record: Record) -> None:
        """What a person should not miss; history is not announced again."""
        event = record.event
        if self.clock() - record.at > 10:
            return
        if isinstance(event, Noticed) and event.level != "info":
            text = f"{event.message}\n{event.hint}".strip()
            self.notify(text, severity=event.level, markup=False)
        elif isinstance(event, SessionFinished) and event.outcome != "cancelled":
            self.bell()

    def _unless_running(self, go: Callable[[], object]) -> None:
        if not self._runner.running or self.view.outcome is not None:
            go()
            return
        question = ConfirmScreen(
            "Leave the session that runs?", "It is kept, and can be opened again with o."
        )

        def answered(yes: bool | None) -> None:
            if yes:
                go()

        self.push_screen(question, answered)

    # -- decisions ----------------------------------------------------------------------------------

    def act(self, command: Callable[[SessionControl], None]) -> None:
        """Give the session a command; what does not fit is reported."""
        with self.reporting():
            if (control := self._runner.control) is not None:
                command(control)

    def decide(self, hole: str, value: str) -> None:
        """Settle a hole. Raises UsageError if the value does not fit."""
        if (control := self._runner.control) is not None:
            control.resolve(hole, value)

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Errors a person can act on become notifications."""
        try:
            yield
        except HolotypeError as error:
            self.complain(error)

    def complain(self, error: BaseException) -> None:
        """Say what went wrong and what to do."""
        if isinstance(error, HolotypeError):
            text = str(error)
        else:
            text = (
                f"Unexpected {type(error).__name__}: {error}\nThe session is kept; the log has the details."
            )
        self.notify(text, severity="error", timeout=12, markup=False)

    # -- the app itself -----------------------------------------------------------------------------

    def copy_to_clipboard(self, text: str) -> None:
        """Copy through the terminal, also inside tmux."""
        self._clipboard = text
        if self._driver is not None:
            self._driver.write(osc52(text, os.environ))

    def action_interrupt(self) -> None:
        """ctrl+c: copy what is selected; with nothing selected, leave."""
        focused = self.focused
        chosen = self.screen.get_selected_text()
        if not chosen and isinstance(focused, (TextArea, Input)):
            chosen = focused.selected_text
        if not chosen:
            self._leave()
            return
        self.copy_to_clipboard(chosen)
        self.screen.clear_selection()
        if isinstance(focused, TextArea):
            focused.move_cursor(focused.cursor_location)
        elif isinstance(focused, Input):
            focused.selection = Selection.cursor(focused.cursor_position)
        self.notify("Copied. Press ctrl+c again to leave.", timeout=2)

    async def action_quit(self) -> None:
        """Put the session away and leave; a second time, leave at once."""
        self._leave()

    def _leave(self) -> None:
        if self._leaving:
            self.exit()
            return
        self._leaving = True
        self.workbench.leaving()
        self._put_away()

    @work(exclusive=True, group="session")
    async def _put_away(self) -> None:
        session = self.view.session
        with self.reporting():
            await self._runner.aclose()
        farewell = Text(f"Session kept. Take it up again: holotype --resume {session}") if session else None
        self.exit(message=farewell)

    def action_help(self) -> None:
        """The keys, those of this place first."""
        if isinstance(self.screen, HelpScreen):
            return
        here: list[Scope] = []
        focused = self.focused
        for node in focused.ancestors_with_self if focused is not None else ():
            place = _PLACES.get(node.id or "")
            if place is not None:
                here.append(place)
        self.push_screen(HelpScreen(here, self.keys))

    def _theme_picked(self, theme: Theme) -> None:
        """What the person picked is there the next time."""
        if theme.name == self._kept_theme:
            return
        self._kept_theme = theme.name
        try:
            keep_theme(theme.name)
        except OSError as error:
            self.notify(f"The theme is not kept: {error}", severity="warning", markup=False)

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> str | None:
        """Save the screen as SVG: among the downloads, or here where there is no such folder."""
        if path is None and not user_downloads_path().is_dir():
            path = os.curdir
        return super().deliver_screenshot(filename, path, time_format)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own, without those that are actions of the console."""
        kept = {"Theme", "Screenshot"}
        return (command for command in super().get_system_commands(screen) if command.title in kept)


_PLACES: dict[str, Scope] = {
    "prompt": "prompt",
    "holes-pane": "holes",
    "code-pane": "code",
    "log-pane": "log",
    "run": "lines",
}
