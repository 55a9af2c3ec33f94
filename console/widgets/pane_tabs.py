"""Where there is room for one pane only: their names, to go from one to the next."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from console.view import View
from console.widgets.paint import MUTED

PANES: dict[str, str] = {"run": "Run", "holes": "Holes", "code": "Code", "log": "Log"}


class PaneTabs(Widget):
    """One line of names; a click goes to the pane."""

    ALLOW_SELECT = False
    current: reactive[str] = reactive("run")

    class Picked(Message):
        """A name was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self) -> None:
        super().__init__(id="tabs")
        self._notes: dict[str, str] = {}

    def show(self, view: View) -> None:
        """Show what waits in the panes out of sight."""
        waiting = len(view.undecided)
        notes = {"holes": str(waiting) if waiting else "", "code": "✓" if _verified(view) else ""}
        if notes != self._notes:
            self._notes = notes
            self.refresh()

    def render(self) -> Content:
        """The names, the current one marked."""
        return Content("").join(
            Content.styled(text, "$primary bold reverse" if pane == self.current else MUTED)
            for pane, text in self._texts().items()
        )

    def on_click(self, event: events.Click) -> None:
        """Find the name under the pointer."""
        end = 0
        for pane, text in self._texts().items():
            end += len(text)
            if event.x < end:
                self.post_message(self.Picked(pane))
                return

    def _texts(self) -> dict[str, str]:
        return {
            pane: f" {name}{' ' + note if (note := self._notes.get(pane)) else ''} "
            for pane, name in PANES.items()
        }


def _verified(view: View) -> bool:
    offered = view.offered
    return offered is not None and offered.verified and offered.settled and not view.outdated
