"""What a run without a screen says on a terminal or into a pipe: progress, code, evidence, open questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.status import Status
from rich.syntax import Syntax
from rich.text import Text

from console.view import View
from console.view.wording import confidence
from pipeline.events import Noticed, Record
from pipeline.verify.evidence.claims import OF_LAWS, Claim, Strength, read_claim

#: How claims are marked that are not simply true or false.
_MARKS: Mapping[Strength, tuple[str, str]] = {
    "agreement": ("≈", "cyan"),
    "remark": ("·", "yellow"),
    "unchecked": ("?", "yellow"),
    "open": ("○", "yellow"),
}


class Summary:
    """Follows a session's records and shows what came of them.

    On a terminal the code is highlighted and progress runs on standard error. Into a pipe goes plain text:
    the code, then everything else as comments, so that what arrives is still a Python file.
    """

    def __init__(self) -> None:
        self.view = View()
        self.out = Console(highlight=False, soft_wrap=True, emoji=False)
        self.err = Console(stderr=True, highlight=False, emoji=False)
        self._status: Status | None = None

    @property
    def source(self) -> str:
        """The code offered last; empty while there is none."""
        return self.view.offered.source if self.view.offered else ""

    def follow(self, record: Record) -> None:
        """Take in one record; moves the progress line on a terminal."""
        self.view.apply(record)
        if isinstance(record.event, Noticed):
            self.err.print(f"{record.event.level}: {record.event.message}", markup=False)
            if record.event.hint:
                self.err.print(f"  {record.event.hint}", markup=False)
        if self.err.is_terminal:
            self._status = self._status or self._started()
            node = self.view.active_node
            doing = node.label if node is not None and node.live else self.view.stage
            self._status.update(Text(f"{doing}  {self.view.tokens} tokens"))

    def stop(self) -> None:
        """End the progress line."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def show(self) -> None:
        """Print the code and what is known of it. Raises UnicodeEncodeError where the code cannot be said."""
        self.stop()
        lines = list(self._lines())
        if self.out.is_terminal:
            if self.source:
                self.out.print(Syntax(self.source, "python", theme="ansi_dark", background_color="default"))
            for mark, style, text, note in lines:
                self.out.print(
                    Text.assemble((f" {mark} ", style), text, (f"  {note}" if note else "", "dim"))
                )
            return
        if self.source:
            file = self.out.file
            self.source.encode(
                getattr(file, "encoding", None) or "utf-8"
            )  # with a `?` in it, it is other code
            print(self.source, file=file)  # rich would expand tabs
        for mark, _, text, note in lines:
            for part in f"{mark} {text}{f'  ({note})' if note else ''}".splitlines():
                print(f"# {part}", file=self.out.file)

    def _started(self) -> Status:
        status = self.err.status("")
        status.start()
        return status

    def _lines(self) -> Iterator[tuple[str, str, str, str]]:
        """(mark, style, text, note) per line."""
        view = self.view
        for claim in map(read_claim, view.offered.evidence if view.offered else []):
            mark, style = _MARKS.get(claim.strength, ("✓", "green") if claim.holds else ("✗", "red"))
            yield mark, style, f"{claim.function}: {claim.text}", _note(claim)
        yield from self._holes()
        if view.confidence is not None:
            yield "≈", "cyan", confidence(view.confidence), f"Brier score {view.confidence.brier:.2f}"
        if view.outcome is not None:
            good = view.outcome == "verified"
            yield ("✓" if good else "✗"), "bold green" if good else "bold yellow", view.summary, view.session

    def _holes(self) -> Iterator[tuple[str, str, str, str]]:
        """What was assumed and what is open: a line each; one line for all that matters less."""
        minor: list[str] = []
        for hole in (shown.hole for shown in self.view.holes.values()):
            proposed = f"proposed: {hole.best.value}" if hole.best else ""
            if hole.resolution is not None and hole.resolution.provenance.assumed:
                yield "~", "magenta", f"assumed {hole.id} = {hole.resolution.value}", hole.question
            elif hole.open and hole.matters:
                yield "○", "yellow", f"open: {hole.id}: {hole.question}", proposed
            elif hole.open:
                minor.append(f"{hole.id} ({proposed})" if proposed else hole.id)
        if minor:
            yield "○", "dim", f"also open, of less weight: {', '.join(minor)}", ""


def _note(claim: Claim) -> str:
    drawn = claim.support if claim.strength in OF_LAWS else ""
    return ", ".join(filter(None, (claim.basis, drawn, claim.tool)))
