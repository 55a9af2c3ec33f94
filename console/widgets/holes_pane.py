"""The holes and, below, the one in focus: to pick a value, type one, accept, or take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from console.keymap import bindings
from console.screens.value import ValueScreen
from console.view import View
from console.widgets.hole_detail import HoleDetail
from console.widgets.holes import HoleList
from console.widgets.lines import Lines

if TYPE_CHECKING:
    from console.app import HolotypeApp


class HolesPane(Vertical):
    """Decisions are made here; what comes of them arrives as events."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("holes"),
        *(Binding(str(number), f"pick({number - 1})", show=False) for number in range(1, 10)),
    ]
    app: HolotypeApp

    def __init__(self) -> None:
        super().__init__(id="holes-pane", classes="pane -empty")
        self.list = HoleList()
        self.detail = HoleDetail()
        self._deciding = ""
        self._asked = ""

    def compose(self) -> ComposeResult:
        """The list above the detail."""
        yield self.list
        yield self.detail

    def show(self, view: View) -> None:
        """Show the holes; from one that has just been settled, go on to the next; to a question at once."""
        first = not self.list.holes
        self.set_class(not view.holes, "-empty")
        self.set_class(not view.open_holes, "-settled")
        self.list.show(view)
        before = view.holes.get(self._deciding)
        if view.asked != self._asked:
            self._asked = view.asked
            self.list.go_to(view.asked)
        elif first or (before is not None and not before.waits):
            self.list.go_to_open(self.list.cursor)
        self._look()

    def on_descendant_focus(self) -> None:
        """Looked at, the detail stays open even when all is settled."""
        self.add_class("-active")

    def on_descendant_blur(self) -> None:
        """Looked away from, settled holes take little room."""
        self.set_class(self.screen.focused in (self.list, self.detail), "-active")

    @on(Lines.Moved, "#holes")
    def _look(self) -> None:
        shown = self.list.hole
        self._deciding = shown.hole.id if shown is not None and shown.waits else ""
        self.detail.show(shown, self.app.view.program)
        self.refresh_bindings()

    @on(Lines.Chosen, "#holes")
    def _into_the_hole(self) -> None:
        self.detail.focus()

    @on(Lines.Chosen, "#detail")
    def _chosen(self, event: Lines.Chosen) -> None:
        value, back = self.detail.option_at(event.index), self.detail.retracted_at(event.index)
        if value is not None:
            self._settle(value)
        elif back:
            self.app.act(lambda session: session.retract(back))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the hole in focus allows."""
        shown = self.list.hole
        if shown is None:
            return action not in ("accept", "edit", "retract", "pick", "next_open")
        if action == "accept":
            return shown.waits and shown.hole.best is not None
        if action == "edit":
            return shown.waits
        if action == "retract":
            return not shown.waits
        return True

    def action_pick(self, number: int) -> None:
        """Take the candidate of that number."""
        if number < len(self.detail.options):
            self._settle(self.detail.options[number])

    def action_accept(self) -> None:
        """Take the best proposal."""
        if (shown := self.list.hole) is not None:
            hole = shown.hole.id
            self.app.act(lambda session: session.accept(hole))

    def action_retract(self) -> None:
        """Take the decision back."""
        if (shown := self.list.hole) is not None:
            hole = shown.hole.id
            self.app.act(lambda session: session.retract(hole))

    def action_next_open(self) -> None:
        """To the next hole that waits."""
        self.list.go_to_open(self.list.cursor + 1)

    def action_edit(self) -> None:
        """Type a value."""
        if (shown := self.list.hole) is not None:
            hole = shown.hole
            self.app.push_screen(ValueScreen(hole, lambda value: self.app.decide(hole.id, value)))

    def _settle(self, value: str) -> None:
        shown = self.list.hole
        if shown is None:
            return
        hole = shown.hole.id
        if not shown.waits:
            self.notify(f"{hole} is settled. Take that back first (x).", severity="warning", markup=False)
            return
        self.app.act(lambda session: session.resolve(hole, value))
