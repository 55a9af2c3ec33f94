"""The holes: what the words leave open, one line each."""

from __future__ import annotations

from textual.content import Content

from console.view import HoleView, View
from console.view.evidence import basis
from console.widgets.lines import Lines, columns
from console.widgets.paint import FAINT, HOLES, MUTED


class HoleList(Lines):
    """All holes, those that wait first in the order they were opened."""

    def __init__(self) -> None:
        super().__init__("holes")
        self.holes: list[HoleView] = []
        self._ids = 0
        self._answers = 0

    def show(self, view: View) -> None:
        """Show the holes of `view`, the cursor staying on its hole."""
        self.holes = list(view.holes.values())
        self._ids = max((len(hole.hole.id) for hole in self.holes), default=0)
        self._answers = max((len(self._answer(hole)) for hole in self.holes), default=0)
        waiting = len(view.open_holes)
        clashing = sum(hole.clashes for hole in self.holes)
        said = f"{waiting} open of {len(self.holes)}" if waiting else "all settled"
        said = f"{clashing} in conflict" if clashing else said
        self.head("Holes", said)
        self.reload()

    @property
    def hole(self) -> HoleView | None:
        """The hole under the cursor."""
        return self.holes[self.cursor] if self.cursor < len(self.holes) else None

    def go_to(self, name: str) -> None:
        """Move to the hole of that id, if there is one."""
        for index, hole in enumerate(self.holes):
            if hole.hole.id == name:
                self._move(index, 1)

    def go_to_open(self, after: int) -> bool:
        """Move to the first hole that waits, from `after` on and around; False if none does."""
        count = len(self.holes)
        for step in range(count):
            index = (after + step) % count
            if self.holes[index].waits:
                self._move(index, 1)
                return True
        return False

    @property
    def total(self) -> int:
        """How many holes."""
        return len(self.holes)

    def line(self, index: int, width: int) -> Content:
        """Status, id, kind, type, question, and the value or the best proposal."""
        hole = self.holes[index].hole
        glyph, colour = HOLES[hole.status]
        ids = min(self._ids, max(10, width // 4))
        room = width - 2 - ids - 1
        cells = [
            (Content.styled(glyph, colour), 1),
            (Content.styled(hole.id, "bold" if hole.open else MUTED), ids),
        ]
        if room > 90:
            cells += [(Content.styled(hole.kind, FAINT), 10), (Content.styled(hole.type, MUTED), 12)]
            room -= 24
        answer = min(self._answers, max(10, room * 3 // 5))
        if room - answer < 12:
            cells.append((Content.styled(hole.question, "" if hole.open else MUTED), room))
            return columns(*cells)
        cells.append((Content.styled(hole.question, "" if hole.open else MUTED), room - answer - 1))
        cells.append((self._answer(self.holes[index]), answer))
        return columns(*cells)

    @staticmethod
    def _answer(shown: HoleView) -> Content:
        hole = shown.hole
        if hole.resolution is not None:
            if hole.status == "conflict":
                return Content.assemble((hole.resolution.value, "$error"), ("  in conflict", "$error"))
            who = basis(hole.resolution.provenance)
            return Content.assemble((hole.resolution.value, "$success"), (f"  {who}", FAINT))
        if hole.status == "conflict":
            return Content.styled("no value left", "$error")
        if hole.status == "blocked":
            return Content.styled(f"after {', '.join(hole.blocked_by)}", FAINT)
        if hole.best is None:
            return Content.styled("no proposal", FAINT)
        sure = f"  {hole.best.confidence:.0%}" if hole.best.provenance.confidence is not None else ""
        return Content.assemble((f"{hole.best.value}?", MUTED), (sure, FAINT))
