"""The log of everything that happened, bounded in memory and filtered by words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from textual.content import Content

from console.view import Change, LogLine, View
from console.view.fold import LOG_LINES
from console.widgets.lines import Lines, columns
from console.widgets.paint import FAINT, LEVELS


class EventLog(Lines):
    """Log lines; at the end it follows, scrolled up it stays."""

    CURSOR = False

    def __init__(self) -> None:
        super().__init__("log")
        self.words: tuple[str, ...] = ()
        self._view = View()
        self._seen = 0
        self._lines: list[LogLine] = []
        self._follow = True

    def show(self, view: View, change: Change = Change.LOG) -> None:
        """Take in the lines of `view` that are new."""
        if view is not self._view:
            self._view = view
            self._seen = 0
            self._lines.clear()
        if not change & Change.LOG:
            return
        new = min(view.logged - self._seen, len(view.log))
        self._seen = view.logged
        fresh = islice(reversed(view.log), new)
        self._extend([line for line in fresh if self._fits(line)][::-1])

    def filter(self, text: str) -> None:
        """Show only lines that hold all of the words; none shows all."""
        self.words = tuple(text.lower().split())
        self._lines = [line for line in self._view.log if self._fits(line)]
        self._settle()

    @property
    def total(self) -> int:
        """How many lines pass the filter."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Content:
        """Time, mark and words."""
        entry = self._lines[index]
        glyph, colour = LEVELS[entry.level]
        clock = datetime.fromtimestamp(entry.at).astimezone().strftime("%H:%M:%S")
        when = Content.styled(clock if width >= 50 else clock[3:], FAINT)
        return columns(
            (when, len(when)),
            (Content.styled(glyph, colour), 1),
            (Content.styled(entry.text, colour), max(1, width - len(when) - 3)),
        )

    def _fits(self, line: LogLine) -> bool:
        text = f"{line.kind} {line.text}".lower()
        return all(word in text for word in self.words)

    def _extend(self, lines: Sequence[LogLine]) -> None:
        self._lines.extend(lines)
        excess = len(self._lines) - LOG_LINES
        if excess > 0:
            del self._lines[:excess]
        self._settle()

    def _settle(self) -> None:
        shown = f"{len(self._lines):,}" if self._lines else ""
        self.head("Log", f"{shown or 'nothing'} with {' '.join(self.words)}" if self.words else shown)
        self.reload()
        self._to_end()

    def on_resize(self) -> None:
        """A log at its end stays there."""
        super().on_resize()
        self._to_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolled up it stays, at the end it follows."""
        super().watch_scroll_y(old_value, new_value)
        self._follow = new_value >= self.max_scroll_y

    def _to_end(self) -> None:
        if self._follow:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
