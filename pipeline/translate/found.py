"""What was read of a text so far, where, and what that leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.ir import Assertion, Effect
from pipeline.translate.cases import Case
from pipeline.translate.frames import Frames
from pipeline.translate.passage import Passage
from pipeline.translate.unread import of_some


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause read at [start, end). What stands before `after` in its sentence, if given, bears on it."""

    start: int
    end: int
    clause: Effect | Assertion
    after: int | None
    leaves: tuple[int, int] | None = None


class Found:
    """The clauses that were read of a passage, whose lines are joined in the `text`."""

    def __init__(self, passage: Passage, text: str) -> None:
        self._passage = passage
        self._text = text
        self._found: list[_Clause] = []
        self._told: list[_Clause] = []

    def add(self, start: int, end: int, text: str, *, raises: bool) -> None:
        """Take what stands at [start, end) as a clause, unless something was read of it before."""
        self._add(start, end, text, start, None, raises=raises)

    def listed(self, found: Iterable[tuple[int, int, str]]) -> None:
        """Take errors that are listed: each entry says all that there is to it."""
        for start, end, text in found:
            self._add(start, end, text, None, None, raises=True)

    def cases(self, found: Iterable[Case]) -> None:
        """Take cases, which go by what stands before the first of them."""
        for case in found:
            self._add(case.start, case.end, case.words, case.after, case.leaves, raises=case.raises)

    def told(self, found: Iterable[tuple[int, int, str]]) -> None:
        """Take sentences that were not read, those about errors with their name first."""
        for start, end, text in found:
            clause = self._clause(start, end, text, raises=text.startswith("raises "))
            self._told.append(_Clause(start, end, clause, start))

    def _add(
        self,
        start: int,
        end: int,
        text: str,
        after: int | None,
        leaves: tuple[int, int] | None,
        *,
        raises: bool,
    ) -> None:
        if any(start < each.end and each.start < end for each in self._found):
            return
        clause = self._clause(start, end, text, raises=raises)
        self._found.append(_Clause(start, end, clause, after, leaves))

    def _clause(self, start: int, end: int, text: str, *, raises: bool) -> Effect | Assertion:
        provenance = self._passage.stated(start, end, "wording")
        if raises:
            return Effect(kind="raises", text=text, provenance=provenance)
        return Assertion(text=text, provenance=provenance)

    def rest(self, instead: str) -> str:
        """The text with what was read of it replaced."""
        pieces: list[str] = []
        at = 0
        for each in sorted(self._found, key=lambda found: found.start):
            pieces += [self._text[at : each.start], instead * (each.end - each.start)]
            at = each.end
        return "".join([*pieces, self._text[at:]])

    def clauses(self) -> list[Effect | Assertion]:
        """All of them, narrowed by what stands around them.

        What is left is left out where something else that is said of some inputs was not read, or a clause is
        narrowed: then it is not known what is left.
        """
        rest = self.rest(" ")
        frames = Frames(self._passage.text, rest)
        unread = sorted(of_some(rest))
        found = [*self._found, *self._told]
        told = [
            each.clause.text
            if each.after is None
            else frames.framed(each.start, each.end, each.after, each.clause.text)
            for each in found
        ]
        whole = [words == each.clause.text for each, words in zip(found, told, strict=True)]
        narrowed = any(not (each.leaves or same) for each, same in zip(found, whole, strict=True))
        clauses: list[Effect | Assertion] = []
        for each, words, same in zip(found, told, whole, strict=True):
            if each.leaves and same and (narrowed or _beyond(unread, *each.leaves)):
                raised, _, unless = words.partition(" unless ")
                words = f"{raised} otherwise" if unless and isinstance(each.clause, Effect) else ""
            if words:
                clauses.append(each.clause.model_copy(update={"text": words}))
        return clauses


def _beyond(places: list[int], start: int, end: int) -> bool:
    """Whether one of these places, in order, is not at [start, end)."""
    return bool(places) and (places[0] < start or places[-1] >= end)
