"""One hole in full: the question, what binds it, and the values to pick from."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size

from console.view import HoleView
from console.view.evidence import basis
from console.view.outlook import Outlook, consequences, outlook
from console.widgets.lines import Lines, columns
from console.widgets.paint import FAINT, MUTED
from pipeline.ir import Candidate, Choices, Domain, Hole, Interval, Open, Pattern, Program, Types


@dataclass(frozen=True, slots=True)
class _Row:
    content: Content
    pick: int | None = None
    retracts: str = ""


class HoleDetail(Lines):
    """The hole under the list's cursor.

    Its selectable lines are the candidates, each with what choosing it would do to other holes, and, in a
    conflict, the decisions that could be taken back.
    """

    def __init__(self) -> None:
        super().__init__("detail")
        self.shown: HoleView | None = None
        self._program: Program | None = None
        self._outlook: Outlook | None = None
        self._would: dict[str, list[str]] = {}
        self._rows: list[_Row] = []

    def show(self, shown: HoleView | None, program: Program | None = None) -> None:
        """Show a hole of the program, or nothing."""
        other = shown is None or self.shown is None or shown.hole.id != self.shown.hole.id or not self._rows
        if other or program is not self._program:
            self._look_ahead(shown, program)
        self.shown = shown
        self._rows = self._compose_rows(self.scrollable_content_region.width)
        if other:
            self.set_reactive(Lines.cursor, self._first())
        self.head(shown.hole.id if shown else "")
        self.reload()
        self.refresh(layout=True)
        if other:
            self.scroll_to(y=0, animate=False, force=True)

    def _look_ahead(self, shown: HoleView | None, program: Program | None) -> None:
        """Work out how the hole stands and what each choice would do, once for each program."""
        self._program, self._outlook, self._would = program, None, {}
        if shown is None or program is None or shown.hole.id not in {hole.id for hole in program.holes}:
            return
        hole = shown.hole
        options = [candidate.value for candidate in _offered(hole)]
        self._outlook = outlook(program, hole.id, options)
        if hole.open:
            self._would = {value: consequences(program, hole.id, value) for value in options}

    def _first(self) -> int:
        """The first candidate's line."""
        return next((index for index, row in enumerate(self._rows) if row.pick is not None), 0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes at that width."""
        return len(self._compose_rows(width))

    def on_resize(self) -> None:
        """The question wraps differently."""
        self.show(self.shown, self._program)

    @property
    def options(self) -> tuple[str, ...]:
        """The values to pick from, in the order of their numbers."""
        return tuple(candidate.value for candidate in _offered(self.shown.hole)) if self.shown else ()

    def option_at(self, index: int) -> str | None:
        """The value on a line."""
        pick = self._rows[index].pick if index < len(self._rows) else None
        return None if pick is None else self.options[pick]

    def retracted_at(self, index: int) -> str:
        """The hole whose decision a line takes back; empty where it takes none back."""
        return self._rows[index].retracts if index < len(self._rows) else ""

    @property
    def total(self) -> int:
        """How many lines."""
        return len(self._rows)

    def selectable(self, index: int) -> bool:
        """Only what can be chosen."""
        return self._rows[index].pick is not None or bool(self._rows[index].retracts)

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
        rows += self._conflicts(width)
        return rows + self._options(width) + self._why()

    def _options(self, width: int) -> list[_Row]:
        """The candidates, each with its example and with what choosing it would do."""
        assert self.shown is not None
        hole, seen = self.shown.hole, self._outlook
        offered = _offered(hole)
        rows = [_Row(Content(""))] if offered else []
        for pick, candidate in enumerate(offered):
            fits = seen is None or candidate.value in seen.fits
            rows.append(_Row(_option(hole, pick, candidate, width, fits=fits), pick))
            if candidate.example is not None and str(candidate.example) != candidate.value:
                rows.append(_Row(Content.styled(f"    {candidate.example}", FAINT)))
            style = "$secondary" if fits else "$error"
            for line in self._would.get(candidate.value, ()):
                wrapped = Content.styled(line, style).wrap(max(8, width - 6))
                rows += [_Row(Content.assemble(("    → ", FAINT), wrapped[0]))]
                rows += [_Row(Content.assemble("      ", part)) for part in wrapped[1:]]
        return rows

    def _why(self) -> list[_Row]:
        """From what is left of the hole back to the decisions and words behind it."""
        if self._outlook is None or not self._outlook.why:
            return []
        left = f"  {self._outlook.left}" if self._outlook.left else ""
        head = Content.assemble(("why", "bold"), (left, MUTED))
        return [
            _Row(Content("")),
            _Row(head),
            *(_Row(Content.styled(line, MUTED)) for line in self._outlook.why),
        ]

    def _conflicts(self, width: int) -> list[_Row]:
        """What cannot stand together, and each decision that would end that if it were taken back."""
        rows: list[_Row] = []
        for conflict in self._outlook.conflicts if self._outlook is not None else ():
            rows.append(_Row(Content("")))
            rows += [_Row(part) for part in Content.styled(conflict.reason, "$error").wrap(width)]
            for name in conflict.decisions:
                given = self._program.hole(name).resolution if self._program is not None else None
                value = f" = {given.value}" if given is not None else ""
                said = Content.assemble(("  ↶ take back ", "$primary"), (name, "bold"), value)
                rows.append(_Row(said, retracts=name))
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
        if self._outlook is None:
            said += [
                Content.styled(f"narrowed by {event.source}: {event.reason}", "$secondary")
                for event in shown.narrowed
            ]
        if shown.hole.status == "blocked":
            said.append(Content.styled(f"waits for {', '.join(shown.hole.blocked_by)}", "$warning"))
        if (conflict := shown.conflict) is not None and self._outlook is None:
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


def _option(hole: Hole, pick: int, candidate: Candidate, width: int, *, fits: bool = True) -> Content:
    chosen = hole.resolution is not None and hole.resolution.value == candidate.value
    number = str(pick + 1) if pick < 9 else " "
    confidence = candidate.provenance.confidence
    sure = "" if confidence is None else f"{confidence:.0%}"
    who = "" if candidate.provenance is hole.provenance else candidate.provenance.actor
    value = Content.styled(candidate.value, "$success bold" if chosen else "" if fits else f"strike {FAINT}")
    if candidate.label and candidate.label != candidate.value:
        value = Content.assemble(value, (f"  {candidate.label}", MUTED))
    return columns(
        (Content.styled("●" if chosen else " " if fits else "✗", "$success" if chosen else "$error"), 1),
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
