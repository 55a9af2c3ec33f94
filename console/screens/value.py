"""A value of one's own for a hole."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.keymap import bindings
from pipeline.errors import HolotypeError
from pipeline.ir import Hole

KEYS = Content.from_markup(
    "\n[b $primary]enter[/] [$foreground 60%]settle[/]   [b $primary]esc[/] [$foreground 60%]close[/]"
)


class ValueScreen(ModalScreen[None]):
    """Stays open until the value fits; says why it does not."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog")]

    def __init__(self, hole: Hole, decide: Callable[[str], None]) -> None:
        super().__init__()
        self._hole = hole
        self._decide = decide

    def compose(self) -> ComposeResult:
        """The question, the box, and room for what is wrong."""
        best = self._hole.best
        with Vertical(classes="dialog"):
            kind = self._hole.type or self._hole.kind
            yield Static(Content.assemble((self._hole.question, "bold"), (f"\n{kind}", "$foreground 60%")))
            yield Input(best.value if best else "", placeholder=kind, compact=True, select_on_focus=True)
            yield Static("", id="problem", markup=False)
            yield Static(KEYS)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            return
        try:
            self._decide(event.value.strip())
        except HolotypeError as error:
            problem = self.query_one("#problem", Static)
            problem.update(str(error))
            problem.display = True
        else:
            self.dismiss()
