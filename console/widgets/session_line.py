"""The line at the top: what is asked, where the session stands, what it cost."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from console.view import View
from console.view.wording import duration
from console.widgets.paint import FAINT, MUTED, OUTCOMES


class SessionLine(Widget):
    """One line; on narrow screens the parts that matter least go first."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="session")
        self._view: View | None = None
        self._now = 0.0
        self._leaving = False
        self._loading: float | None = None

    def show(self, view: View | None, now: float) -> None:
        """Show `view` at `now`."""
        self._view = view
        self._now = now
        self.refresh()

    def show_loading(self, share: float | None) -> None:
        """The model is being loaded; that share is in memory (0: nobody can tell). None: it is not."""
        self._loading = share
        self.refresh()

    def leaving(self) -> None:
        """The app is being left."""
        self._leaving = True
        self.refresh()

    def render(self) -> Content:
        """Left: name and prompt. Right: stage, model, tokens, seconds."""
        width = self.content_size.width
        name = Content.styled("◆ holotype", "$primary bold")
        if width < 60:
            name = Content.styled("◆", "$primary bold")
        if self._leaving:
            return Content.assemble(name, ("  leaving, the session is kept…", MUTED))
        if self._view is None:
            loading = self._loading_model()
            return loading.pad_left(max(0, width - loading.cell_length))
        facts = self._facts(self._view)
        while len(facts) > 1 and sum(len(fact) + 2 for fact in facts) > width - len(name) - 32:
            facts.pop(1)
        right = Content("  ").join(facts)
        room = max(0, width - len(name) - len(right) - 4)
        prompt = Content.styled(" ".join(self._view.prompt.split()), MUTED).truncate(room, ellipsis=True)
        return Content("  ").join([name, prompt.pad_right(room - prompt.cell_length), right])

    def _facts(self, view: View) -> list[Content]:
        """Where it stands, which stays longest, then what goes first when room is short."""
        glyph, colour, stage = self._standing(view)
        facts = [Content.styled(f"{glyph} {stage}", f"{colour} bold")]
        if self._loading is not None:
            facts.append(self._loading_model())
        elif view.model:
            facts.append(Content.styled(view.model, FAINT))
        if view.tokens:
            facts.append(Content.styled(f"{view.tokens:,} tok", MUTED))
        if view.started is not None:
            facts.append(Content.styled(duration(view.seconds(self._now)), MUTED))
        return facts

    def _loading_model(self) -> Content:
        if self._loading is None:
            return Content("")
        share = f" {self._loading:.0%}" if self._loading else ""
        return Content.styled(f"loading model{share}", MUTED)

    @staticmethod
    def _standing(view: View) -> tuple[str, str, str]:
        """Glyph, colour and word for where the session stands."""
        clashing = sum(hole.clashes for hole in view.holes.values())
        if clashing:
            return "✗", "$error", f"{clashing} in conflict"
        waiting = len(view.undecided)
        if waiting:
            return "○", "$warning", f"{waiting} to decide"
        said = view.outcome or (view.result if view.stage in ("resolve", "done") else "")
        for outcome, (glyph, colour) in OUTCOMES.items():
            if said == outcome:
                return glyph, colour, said
        return "◐", "$primary", view.stage or "starting"
