"""The prompt box: grows with what is written, Enter starts, ctrl+j breaks the line."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static, TextArea

from console.keymap import bindings

PASTE_LIMIT = 100_000
"""Characters; more than any model reads is better given as a file."""


class PromptArea(TextArea):
    """The text area itself."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("prompt")]

    def __init__(self) -> None:
        super().__init__(
            id="prompt",
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder="What should be written?",
        )

    async def _on_key(self, event: events.Key) -> None:
        """Keys that are bound here, such as enter, do not become text."""
        bound = self.screen.active_bindings.get(event.key)
        if event.key == "enter" and bound is not None and bound.node is self:
            event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        """A paste beyond the limit is refused, the rest is the base's work."""
        if len(event.text) > PASTE_LIMIT:
            event.prevent_default()
            self.notify(
                f"The paste has {len(event.text):,} characters, the box takes {PASTE_LIMIT:,}.\n"
                "Save it to a file and run: holotype run FILE",
                severity="warning",
                markup=False,
            )

    def action_submit(self) -> None:
        """Hand the text over."""
        if self.text.strip():
            self.post_message(PromptBox.Submitted(self.text.strip()))

    def action_newline(self) -> None:
        """Break the line."""
        self.insert("\n")

    def action_leave(self) -> None:
        """To the panes."""
        self.post_message(PromptBox.Left())


class PromptBox(Horizontal):
    """The prompt with its mark."""

    class Submitted(Message):
        """A prompt to start with."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The person goes on to the panes."""

    def compose(self) -> ComposeResult:
        """A mark and the text."""
        yield Static("❯", id="mark")
        yield PromptArea()

    def on_descendant_focus(self) -> None:
        """The mark shows where typing goes."""
        self.add_class("-active")

    def on_descendant_blur(self) -> None:
        """Typing goes elsewhere."""
        self.remove_class("-active")
