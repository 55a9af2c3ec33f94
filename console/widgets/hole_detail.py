"""One hole in full: the question, what binds it, and the values to pick from."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size

from console.view import HoleView
from console.view.evidence import basis
from console.widgets.lines import Lines, columns
from console.widgets.paint import FAINT, MUTED
from pipeline.ir import Candidate, Choices, Domain, Hole, Interval, Open, Pattern, Types


@dataclass(frozen=True, slots=True)
class _Row:
    content: Content
    pick: int | None = None


class HoleDetail(Lines):
    """The hole under the list's cursor. Its selectable lines are the candidates."""

    def __init__(self) -> None:
        super().__init__("detail")
        self.shown: HoleView | None = None
        self._rows: list[_Row] = []

    def show(self, shown: HoleView | None) -> None:
        """Show a hole, or nothing."""
        other = shown is None or self.shown is None or shown.hole.id != self.shown.hole.id or not self._rows
        self.shown = shown
        self._rows = self._compose_rows(self.scrollable_content_region.width)
        if other:
            self.set_reactive(Lines.cursor, self._first())
        self.head(shown.hole.id if shown else "")
        self.reload()
        self.refresh(layout=True)
        if other:
            self.scroll_to(y=0, animate=False, force=True)

    def _first(self) -> int:
        """The first candidate's line."""
        return next((index for index, row in enumerate(self._rows) if row.pick is not None), 0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes at that width."""
        return len(self._compose_rows(width))

    def on_resize(self) -> None:
        """The question wraps differently."""
        self.show(self.shown)

    @property
    def options(self) -> tuple[str, ...]:
        """The values to pick from, in the order of their numbers."""
        return tuple(candidate.value for candidate in _offered(self.shown.hole)) if self.shown else ()

    def option_at(self, index: int) -> str | None:
        """The value on a line."""
        pick = self._rows[index].pick if index < len(self._rows) else None
        return None if pick is None else self.options[pick]

    @property
    def total(self) -> int:
        """How many lines."""
        return len(self._rows)

    def selectable(self, index: int) -> bool:
        """Only candidates."""
        return self._rows[index].pick is not None

    def line(self, index: int, width: int) -> Content:
        """A line of it."""
        return self._rows[index].content

    def _compose_rows(self, width: int) -> list[_Row]:
        if self.shown is None or not width:
            return []
        hole = self.shown.hole
        rows = [_Row(line) for line in Content.styled(hole.question, "bold").wrap(width)]
        facts = [hole.kind, hole.type, _said(hole.domain), f"try {hole.probe}" if hole.probe else ""]
        rows += [_Row(part) for part in Content.styled(_dotted(facts), MUTED).wrap(width)]
        rows += self._bounds(width)
        if hole.resolution is not None:
            rows.append(_Row(Content("")))
            rows += [_Row(part) for part in _settled(hole).wrap(width)]
        offered = _offered(hole)
        if offered:
            rows.append(_Row(Content("")))
        for pick, candidate in enumerate(offered):
            rows.append(_Row(_option(hole, pick, candidate, width), pick))
            if candidate.example is not None and str(candidate.example) != candidate.value:
                rows.append(_Row(Content.styled(f"    {candidate.example}", FAINT)))
        return rows

    def _bounds(self, width: int) -> list[_Row]:
        """Constraints, narrowings and conflicts."""
        shown = self.shown
        assert shown is not None
        said = [
            Content.styled(f"{bound.strength} {bound.text}", MUTED)
            for bound in shown.hole.constraints
            if bound.applies
        ]
        said += [
            Content.styled(f"narrowed by {event.source}: {event.reason}", "$secondary")
            for event in shown.narrowed
        ]
        if shown.hole.status == "blocked":
            said.append(Content.styled(f"waits for {', '.join(shown.hole.blocked_by)}", "$warning"))
        if (conflict := shown.conflict) is not None:
            fault = ", ".join(conflict.decisions)
            said.append(Content.styled(f"in conflict with {fault}: {conflict.reason}", "$error"))
        return [_Row(part) for line in said for part in line.wrap(width)]


def _offered(hole: Hole) -> tuple[Candidate, ...]:
    """The candidates; the choices of a finite domain that nobody proposed come after them."""
    if not isinstance(hole.domain, Choices):
        return hole.candidates
    proposed = {candidate.value for candidate in hole.candidates}
    rest = (value for value in hole.domain.values if value not in proposed)
    allowed = (candidate for candidate in hole.candidates if candidate.value in hole.domain.values)
    return (*allowed, *(Candidate(value=value, provenance=hole.provenance) for value in rest))


def _option(hole: Hole, pick: int, candidate: Candidate, width: int) -> Content:
    chosen = hole.resolution is not None and hole.resolution.value == candidate.value
    number = str(pick + 1) if pick < 9 else " "
    confidence = candidate.provenance.confidence
    sure = "" if confidence is None else f"{confidence:.0%}"
    who = "" if candidate.provenance is hole.provenance else candidate.provenance.actor
    value = Content.styled(candidate.value, "$success bold" if chosen else "")
    if candidate.label and candidate.label != candidate.value:
        value = Content.assemble(value, (f"  {candidate.label}", MUTED))
    return columns(
        (Content.styled("●" if chosen else " ", "$success"), 1),
        (Content.styled(number, "$primary bold"), 1),
        (value, max(8, width - 22)),
        (Content.styled(who, FAINT), 11),
        (Content.styled(sure, MUTED), -4),
    )


def _settled(hole: Hole) -> Content:
    resolution = hole.resolution
    assert resolution is not None
    reason = f" · {resolution.reason}" if resolution.reason else ""
    said = f"  {basis(resolution.provenance)} by {resolution.provenance.actor}{reason}"
    return Content.assemble((resolution.value, "$success bold"), (said, MUTED))


def _said(domain: Domain) -> str:
    """A domain in words."""
    match domain:
        case Choices(values=values):
            return f"one of {len(values)}"
        case Interval(low=low, high=high, integer=integer):
            bounds = f"{'-∞' if low is None else f'{low:g}'} … {'∞' if high is None else f'{high:g}'}"
            return f"{'an integer' if integer else 'a number'} in {bounds}"
        case Types(bounds=bounds):
            return f"a type within {', '.join(bounds)}"
        case Pattern(regex=regex):
            return f"text like {regex}"
        case Open(description=description):
            return description
    raise AssertionError(domain)


def _dotted(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)
