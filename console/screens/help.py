"""What the keys do: those of the place one came from first, filtered while typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.keys import format_key
from textual.screen import ModalScreen
from textual.widgets import Input

from console.keymap import ACTIONS, SCOPES, Action, Scope, bindings
from console.widgets.lines import Lines, columns
from console.widgets.paint import MUTED

_DIGITS = Action("holes.pick", "1…9", "pick", "Pick", "Take the candidate of that number", "holes")


class KeyList(Lines):
    """Keys and what they do, under the names of their places."""

    CURSOR = False

    def __init__(self, here: Sequence[Scope], keymap: Mapping[str, str]) -> None:
        super().__init__("keys")
        self._order = sorted(SCOPES, key=lambda scope: here.index(scope) if scope in here else len(here))
        self._keymap = keymap
        self._rows: list[Action | str] = []
        self.filter("")

    def filter(self, text: str) -> None:
        """Only actions whose words or keys hold all of `text`."""
        words = text.lower().split()
        self._rows = []
        for scope in self._order:
            found = [
                action
                for action in (*ACTIONS, _DIGITS)
                if action.scope == scope
                and all(
                    word in f"{action.help} {action.label} {self._keys(action)}".lower() for word in words
                )
            ]
            if found:
                self._rows += ["", SCOPES[scope], *found] if self._rows else [SCOPES[scope], *found]
        self.reload()

    @property
    def total(self) -> int:
        """Rows, headings included."""
        return len(self._rows)

    def line(self, index: int, width: int) -> Content:
        """A heading, or keys and what they do."""
        row = self._rows[index]
        if isinstance(row, str):
            return Content.styled(row, "bold")
        keys = Content.styled(self._keys(row), "$primary bold")
        room = 14 if width >= 50 else 9
        return columns(
            (Content(""), 1), (keys, room), (Content.styled(row.help, MUTED), max(1, width - room - 3))
        )

    def _keys(self, action: Action) -> str:
        keys = self._keymap.get(action.id, action.keys).split(",")
        return " ".join(key if key == "1…9" else format_key(key.strip()) for key in keys)


class HelpScreen(ModalScreen[None]):
    """Type to filter, escape to close."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog")]

    def __init__(self, here: Sequence[Scope], keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._here = here
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """The filter above the keys."""
        with Vertical(classes="dialog -tall-dialog"):
            yield Input(placeholder="find a key", compact=True)
            yield KeyList(self._here, self._keymap)

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(KeyList).head("Keys")
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self.query_one(KeyList).filter(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.dismiss()

    def key_down(self) -> None:
        """Scroll the keys from the filter."""
        self.query_one(KeyList).action_cursor_down()

    def key_up(self) -> None:
        """Scroll the keys from the filter."""
        self.query_one(KeyList).action_cursor_up()
