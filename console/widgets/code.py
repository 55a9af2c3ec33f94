"""Code, drafts and the specification: what there is to read."""

from __future__ import annotations

from functools import lru_cache

from textual.content import Content
from textual.highlight import highlight

from console.view import NodeView, View
from console.view.evidence import Claim, checked, claims, specification
from console.view.wording import standing
from console.widgets.lines import Lines, columns
from console.widgets.paint import CLAIMS, FAINT, MUTED
from console.widgets.syntax import Syntax


@lru_cache(maxsize=32)
def _highlighted(source: str) -> tuple[Content, ...]:
    return tuple(highlight(source, language="python", theme=Syntax, tab_size=4).split("\n", allow_blank=True))


@lru_cache(maxsize=4096)
def _alone(line: str) -> Content:
    return _highlighted(line)[0] if line else Content("")


def _growing(source: str) -> tuple[Content, ...]:
    """A draft line by line, so that every piece costs only the lines it adds; strings over lines suffer."""
    return tuple(map(_alone, source.split("\n")))


#: Of code that was offered before more was settled.
_EARLIER = "for an earlier specification"


class CodeView(Lines):
    """One text: the offered code, else the draft being decoded, else the specification.

    `pinned` shows a row of the run instead, `specified` the specification.
    """

    CURSOR = False

    def __init__(self) -> None:
        super().__init__("code")
        self.source = ""
        self._note = ""
        self._lines: tuple[Content, ...] = ()
        self._bases: tuple[str, ...] = ()

    def show(self, view: View, pinned: NodeView | None, *, specified: bool) -> None:
        """Show what belongs here now."""
        active = view.active_node
        if specified:
            self._specification(view)
        elif pinned is not None and (text := _text(view, pinned)):
            self._code(pinned.label, text)
        elif view.offered is not None:
            stands = standing(verified=view.offered.verified, settled=view.offered.settled)
            self._code(_EARLIER if view.outdated else stands, view.offered.source)
        elif active is not None and active.live and (text := _text(view, active)):
            self._code(f"{active.label}, decoding", text, live=True)
            self.scroll_end(animate=False, immediate=True)
        else:
            self._specification(view)

    @property
    def copyable(self) -> bool:
        """Whether there is code here, rather than the specification."""
        return bool(self.source) and not self._bases

    @property
    def total(self) -> int:
        """How many lines."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Content:
        """A numbered line of code, or a clause with what it rests on."""
        if self._bases:
            return columns((self._lines[index], max(8, width - 14)), (_basis(self._bases[index]), -13))
        digits = max(2, len(str(len(self._lines))))
        return Content.assemble((f"{index + 1:>{digits}}  ", FAINT), self._lines[index])

    def _code(self, note: str, source: str, *, live: bool = False) -> None:
        self.head("Code", note)
        if source != self.source or self._bases:
            self.source = source
            self._bases = ()
            lines = _growing if live else _highlighted
            self._lines = lines(source.rstrip("\n"))
            self.reload()
        if note != self._note:
            self._note = note
            if not live:  # another text is read from its beginning
                self.scroll_home(animate=False, immediate=True)

    def _specification(self, view: View) -> None:
        clauses = specification(view)
        self._note = ""
        self.head("Specification" if clauses else "Code", f"v{view.program_version}" if clauses else "")
        source = "\n".join(clause.text for clause in clauses)
        bases = tuple(clause.basis for clause in clauses)
        if (source, bases) != (self.source, self._bases):
            self.source = source
            self._bases = bases
            self._lines = tuple(
                _highlighted(clause.text)[0] if clause.code and clause.text else Content(clause.text)
                for clause in clauses
            )
            self.reload()


class Evidence(Lines):
    """What is claimed of the code, one line per claim."""

    CURSOR = False

    def __init__(self) -> None:
        super().__init__("evidence")
        self.display = False
        self._claims: list[Claim] = []
        self._outdated = False
        self._wide = 0
        self._basis = 0

    def show(self, view: View, pinned: NodeView | None) -> None:
        """Show the checks of the candidate looked at, else the evidence of what is offered."""
        candidate = view.candidates.get(pinned.candidate) if pinned is not None else None
        found = checked(candidate) if candidate is not None else claims(view)
        outdated = view.outdated and candidate is None
        if (found, outdated) == (self._claims, self._outdated):
            return
        self._claims, self._outdated = found, outdated
        self.display = bool(self._claims)
        held = sum(claim.standing == "holds" for claim in self._claims)
        failed = sum(claim.standing == "fails" for claim in self._claims)
        count = f"{held} hold" + (f", {failed} fail" if failed else "")
        self.head("Evidence", f"{count}, {_EARLIER}" if outdated else count)
        self._wide = max((len(claim.text) for claim in self._claims), default=0)
        self._basis = max((len(claim.basis) for claim in self._claims), default=0)
        self.reload()

    @property
    def total(self) -> int:
        """How many claims."""
        return len(self._claims)

    def line(self, index: int, width: int) -> Content:
        """Standing, claim, basis, and how it was checked."""
        claim = self._claims[index]
        glyph, colour = CLAIMS[claim.standing]
        how = 0 if width < 50 else 16
        text = min(self._wide, max(10, width - self._basis - how - 4))
        cells = [
            (Content.styled(glyph, colour), 1),
            (Content(claim.text), text),
            (_basis(claim.basis), self._basis),
        ]
        if how:
            cells.append((Content.styled(claim.how, MUTED), max(1, width - text - self._basis - 5)))
        return columns(*cells)


_BASES = {"stated": "$success", "decided": "$primary", "assumed": "$warning"}


def _basis(basis: str) -> Content:
    return Content.styled(basis, _BASES.get(basis, FAINT))


def _text(view: View, node: NodeView) -> str:
    """What a row of the run has to read: a candidate's code, or its drafts."""
    if node.candidate in view.candidates:
        return view.candidates[node.candidate].source
    drafts = sorted(node.drafts.items())
    if len(drafts) == 1:
        return drafts[0][1]
    return "\n\n".join(f"# sample {sample + 1}\n{text}" for sample, text in drafts)
