"""The screen of the work: prompt, run, holes, code and log around one session."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer, Input, Static

from console.control import SessionSummary
from console.keymap import bindings
from console.view import Change, View
from console.widgets.code import CodeView, Evidence
from console.widgets.event_log import EventLog
from console.widgets.holes_pane import HolesPane
from console.widgets.lines import Lines
from console.widgets.pane_tabs import PANES, PaneTabs
from console.widgets.prompt import PromptArea, PromptBox
from console.widgets.run import RunLanes
from console.widgets.session_line import SessionLine
from console.widgets.sessions import SessionList

if TYPE_CHECKING:
    from console.app import HolotypeApp

TICK = 0.25
"""Seconds between two redraws of running clocks; no timer runs while no clock does."""

_ABOUT = Content.from_markup(
    "[b $primary]◆ holotype[/]\n\n"
    "Say what should be written, with an example where you have one.\n"
    "[$foreground 60%]What the words leave open becomes a question to you;\n"
    "what is written is run against everything the words state.[/]"
)


class Workbench(Screen[None]):
    """Shows the app's view; acts on it through the app."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("workbench")]
    app: HolotypeApp

    def __init__(self) -> None:
        super().__init__()
        self._timer: Timer | None = None
        self._pane = "run"
        self._attention = ""
        self._specified = False

    def compose(self) -> ComposeResult:
        """Left what happens, right what comes of it."""
        yield SessionLine()
        yield PaneTabs()
        with Vertical(id="welcome"):
            yield Static(_ABOUT, id="about")
            yield SessionList("recent")
        with Horizontal(id="panes"):
            with Vertical(id="left", classes="side -current"):
                yield RunLanes()
                with Vertical(id="log-pane", classes="pane"):
                    yield EventLog()
                    yield Input(placeholder="words to look for", id="filter", compact=True)
            with Vertical(id="right", classes="side"):
                yield HolesPane()
                with Vertical(id="code-pane", classes="pane"):
                    yield CodeView()
                    yield Evidence()
        yield PromptBox()
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """The prompt waits; the clock does not run yet."""
        self.run_lanes.add_class("pane", "-current")
        self._timer = self.set_interval(TICK, self._tick, pause=True)
        self.prompt.focus()

    @property
    def run_lanes(self) -> RunLanes:
        """The run."""
        return self.query_one(RunLanes)

    @property
    def holes(self) -> HolesPane:
        """The holes."""
        return self.query_one(HolesPane)

    @property
    def prompt(self) -> PromptArea:
        """Where prompts are written."""
        return self.query_one(PromptArea)

    # -- showing ------------------------------------------------------------------------------------

    def recent(self, sessions: list[SessionSummary]) -> None:
        """Offer stored sessions on the empty screen."""
        recent = self.query_one("#recent", SessionList)
        recent.show(sessions[:5])
        recent.head("Recent")

    def begin(self, view: View) -> None:
        """A session starts: from the welcome to the panes."""
        self.add_class("-session")
        self.prompt.placeholder = "Another prompt"
        self._attention = ""
        self._specified = False
        self.show(view, Change.EVERYTHING)

    def end(self, prompt: str = "") -> None:
        """No session: back to the welcome, with what was asked."""
        self.remove_class("-session", "-zoom")
        self.prompt.placeholder = "What should be written?"
        self.query_one(SessionLine).show(None, 0.0)
        self.prompt.load_text(prompt)
        self.set_focus(self.prompt)

    def show(self, view: View, change: Change) -> None:
        """Show what changed in `view`."""
        now = self.app.clock()
        self.query_one(SessionLine).show(view, now)
        self.query_one(PaneTabs).show(view)
        self.run_lanes.show(view, change, now)
        self.query_one(EventLog).show(view, change)
        if change & Change.HOLES:
            self.holes.show(view)
        if change & (Change.CODE | Change.TOPOLOGY | Change.NODES):
            self._show_code()
        if change & (Change.SESSION | Change.CODE | Change.HOLES):
            self.refresh_bindings()
            self._guide(view)
        if self._timer is not None:
            (self._timer.resume if view.ticking else self._timer.pause)()

    def leaving(self) -> None:
        """The app is being left."""
        self.query_one(SessionLine).leaving()

    def _tick(self) -> None:
        now = self.app.clock()
        self.query_one(SessionLine).show(self.app.view, now)
        self.run_lanes.tick(now)

    def _show_code(self) -> None:
        lanes = self.run_lanes
        pinned = None if lanes.follow else lanes.node
        self.query_one(CodeView).show(self.app.view, pinned, specified=self._specified)
        self.query_one(Evidence).show(self.app.view, pinned)

    def _guide(self, view: View) -> None:
        """Bring the pane forward that now matters, without taking the keyboard from somebody typing."""
        attention = "run"
        if view.undecided:
            attention = "holes"
        elif view.offered is not None and view.stage in ("resolve", "done"):
            attention = "code"
        if attention == self._attention:
            return
        self._attention = attention
        typing = isinstance(self.focused, Input) or (self.focused is self.prompt and bool(self.prompt.text))
        deciding = self.holes.has_focus_within and bool(view.open_holes)
        if not deciding or attention == "code":
            self._go(attention, focus=not typing)

    # -- panes --------------------------------------------------------------------------------------

    def _go(self, pane: str, *, focus: bool = True) -> None:
        self._pane = pane
        self.query_one(PaneTabs).current = pane
        parts = {"run": "#run", "holes": "#holes-pane", "code": "#code-pane", "log": "#log-pane"}
        for name, selector in parts.items():
            self.query_one(selector).set_class(name == pane, "-current")
        self.query_one("#left").set_class(pane in ("run", "log"), "-current")
        self.query_one("#right").set_class(pane in ("holes", "code"), "-current")
        if focus:
            self.set_focus(self.query_one(f"#{pane}", Lines))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The focused pane is the current one."""
        parts = {"run": "run", "holes-pane": "holes", "code-pane": "code", "log-pane": "log"}
        for node in event.widget.ancestors_with_self:
            pane = parts.get(node.id or "")
            if pane and pane != self._pane and event.widget is self.focused:
                self._go(pane, focus=False)

    @on(PaneTabs.Picked)
    def _picked(self, event: PaneTabs.Picked) -> None:
        self._go(event.pane)

    @on(PromptBox.Left)
    def _left_prompt(self) -> None:
        if self.has_class("-session"):
            self._go(self._pane)
        elif (recent := self.query_one("#recent", SessionList)).sessions:
            recent.focus()

    @on(PromptBox.Submitted)
    def _submitted(self, event: PromptBox.Submitted) -> None:
        self.app.ask(event.text)

    @on(Lines.Moved, "#run")
    @on(RunLanes.Followed)
    def _looked_at(self) -> None:
        self._specified = False
        self._show_code()

    @on(Lines.Chosen, "#run")
    def _looks_into(self) -> None:
        self._go("code")

    @on(Lines.Chosen, "#recent")
    def _reopened(self, event: Lines.Chosen) -> None:
        self.app.reopen(self.query_one("#recent", SessionList).sessions[event.index].id)

    # -- actions ------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are not offered."""
        session = self.has_class("-session")
        if action in ("pane", "step", "zoom", "filter", "specification"):
            return session
        if action == "copy":
            return session and self.query_one(CodeView).copyable
        if action in ("undo", "redo"):
            possible = self.app.view.undoable if action == "undo" else self.app.view.redoable
            return session and possible > 0
        if action == "proceed":
            view = self.app.view
            return session and view.waiting_for_person and (view.offered is None or bool(view.undecided))
        return True

    def action_pane(self, pane: str) -> None:
        """Go to a pane."""
        self._go(pane)

    def action_step(self, step: int) -> None:
        """Go to the pane `step` further on."""
        panes = [pane for pane in PANES if pane != "holes" or self.app.view.holes]
        at = panes.index(self._pane) if self._pane in panes else 0
        self._go(panes[(at + step) % len(panes)])

    def action_prompt(self) -> None:
        """Write a prompt."""
        self.prompt.focus()

    def action_zoom(self) -> None:
        """The current pane alone, or all of them."""
        self.toggle_class("-zoom")

    def action_specification(self) -> None:
        """The specification, or the code."""
        self._specified = not self._specified
        self._show_code()
        self._go("code")

    def action_filter(self) -> None:
        """Filter the log."""
        self._go("log", focus=False)
        box = self.query_one("#filter", Input)
        box.add_class("-open")
        self.set_focus(box)

    @on(Input.Changed, "#filter")
    def _filtered(self, event: Input.Changed) -> None:
        self.query_one(EventLog).filter(event.value)

    @on(Input.Submitted, "#filter")
    def _filter_done(self, event: Input.Submitted) -> None:
        event.input.set_class(bool(event.value), "-open")
        self._go("log")

    def key_escape(self) -> None:
        """Out of the filter, out of the zoom, back to following the run."""
        box = self.query_one("#filter", Input)
        if box.has_class("-open"):
            box.clear()
            box.remove_class("-open")
            self._go("log")
        elif self.has_class("-zoom"):
            self.remove_class("-zoom")
        elif not self.run_lanes.follow:
            self.run_lanes.action_last()

    def action_copy(self) -> None:
        """Copy what the code pane shows."""
        code = self.query_one(CodeView)
        self.app.copy_to_clipboard(code.source)
        self.notify(f"Copied {code.total} lines.", timeout=2)

    def action_undo(self) -> None:
        """Go back to before the last decision."""
        self.app.act(lambda session: session.undo())

    def action_redo(self) -> None:
        """Take the decision last undone again."""
        self.app.act(lambda session: session.redo())

    def action_proceed(self) -> None:
        """Generate with what is settled."""
        self.app.act(lambda session: session.proceed())

    def action_open_session(self) -> None:
        """Open a stored session."""
        self.app.pick_session()
