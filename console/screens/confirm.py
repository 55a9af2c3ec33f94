"""A question with two answers."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.keymap import bindings


class ConfirmScreen(ModalScreen[bool]):
    """True on Enter, None on Escape."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("dialog"),
        Binding("enter", "dismiss(True)", "Yes"),
    ]

    def __init__(self, question: str, consequence: str) -> None:
        super().__init__()
        self._question = question
        self._consequence = consequence

    def compose(self) -> ComposeResult:
        """The question, and the keys that answer it."""
        with Vertical(classes="dialog"):
            yield Static(
                Content.assemble(
                    (self._question, "bold"),
                    (f"\n{self._consequence}\n\n", "$foreground 60%"),
                    ("enter", "$primary bold"),
                    " yes   ",
                    ("esc", "$primary bold"),
                    " no",
                )
            )
