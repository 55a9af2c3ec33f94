"""Why a line of offered code is what it is: who made it, from which words, and what covers it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.errors import UsageError
from pipeline.verify.evidence.claims import OF_LAWS, Claim
from pipeline.verify.evidence.clauses import Clause
from pipeline.verify.evidence.ledger import Ledger, Made, Now, changed, never_checked, stale
from pipeline.verify.evidence.source_map import MODULE, Part, SourceMap, same_lines


@dataclass(frozen=True, slots=True)
class Covering:
    """A claim about the function, whether the line was run for it (None: nobody knows), and what is stale."""

    claim: Claim
    runs_line: bool | None
    stale: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of a line (0: of the whole function) as part of one function.

    `part` is the name that the line itself belongs to, where that is something that the function uses.
    `changed` says what differs from what was offered. `because` are the clauses that the function answers to.
    `unchecked` says in words what nothing covers.
    """

    function: str
    made: Made
    lines: tuple[int, int]
    line: int
    part: str
    changed: tuple[str, ...]
    because: tuple[Clause, ...]
    covering: tuple[Covering, ...]
    unchecked: tuple[str, ...] = field(default=())


class Explainer:
    """Explains the lines of one file, as it is now, by the ledger of what was offered.

    Raises UsageError when the file is no Python any more.
    """

    def __init__(self, ledger: Ledger, source: str, file: str, now: Now) -> None:
        self.ledger = ledger
        self.file = file
        try:
            self.current = SourceMap(source)
        except (SyntaxError, ValueError) as error:
            line = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
            raise UsageError(f"{file} is not Python now: {error.args[0]}{line}", "Mend it first.") from error
        except (MemoryError, RecursionError) as error:
            raise UsageError(
                f"{file} cannot be read now: it is nested too deeply", "Mend it first."
            ) from error
        self.now = Now(self.current, now.asked, now.versions)

    @cached_property
    def offered(self) -> SourceMap:
        """The module as it was offered."""
        return SourceMap(self.ledger.source)

    def functions(self) -> list[Explanation]:
        """Every offered function as a whole."""
        return [self._explained(made, 0, None) for made in self.ledger.functions]

    def line(self, number: int) -> list[Explanation]:
        """The line, for each function that it is part of. Raises UsageError where nothing can be told."""
        count = len(self.current.lines)
        if not 1 <= number <= count:
            raise UsageError(f"{self.file} has {count} lines, and no line {number}")
        part = self.current.at(number)
        if part is None:
            raise UsageError(f"line {number} of {self.file} is {self._beside(number)}", self._hint())
        mine = [made for made in self.ledger.functions if self._belongs(made, part)]
        if not mine:
            raise UsageError(
                f"line {number} of {self.file} belongs to `{part.names[0]}`, which Holotype did not write"
                " and which nothing that it wrote uses",
                self._hint(),
            )
        own = [made for made in mine if made.function in part.names]
        return [self._explained(made, number, part) for made in own or mine]

    def _belongs(self, made: Made, part: Part) -> bool:
        names = set(part.names)
        return bool(
            names & ({made.function} | made.parts.keys() | self.current.reached(made.function).keys())
        )

    def _beside(self, number: int) -> str:
        text = self.current.lines[number - 1].strip()
        return "blank" if not text else "no part of a function" if not text.startswith("#") else "a comment"

    def _hint(self) -> str:
        spans = [
            f"{made.function} (lines {part.first}-{part.last})"
            for made in self.ledger.functions
            if made.function in self.current
            for part in [self.current.part(made.function)]
        ]
        return (
            f"Holotype wrote {', '.join(spans)}." if spans else "Nothing that Holotype wrote is left in it."
        )

    def _explained(self, made: Made, number: int, part: Part | None) -> Explanation:
        differences = tuple(changed(made.function, self.ledger, self.current))
        lines = self._as_offered(number, part) if part is not None else frozenset()
        covering = tuple(
            Covering(claim, self._runs(claim, lines), tuple(stale(claim, self.ledger, self.now)))
            for claim in self.ledger.about(made.function)
        )
        now = self.current.part(made.function) if made.function in self.current else None
        clauses = tuple(clause for clause in self.ledger.clauses if clause.function == made.function)
        uses = part is not None and made.function not in part.names
        return Explanation(
            function=made.function,
            made=made,
            lines=(now.first, now.last) if now is not None else (0, 0),
            line=number,
            part=part.names[0] if part is not None and uses else "",
            changed=differences,
            because=clauses,
            covering=covering,
            unchecked=tuple(self._unchecked(made, number, part, lines, covering, differences)),
        )

    def _as_offered(self, number: int, part: Part) -> frozenset[int]:
        """The lines of the offered module that held the statement at `number`; empty where it has changed."""
        name = part.names[0]
        if name not in self.offered or self.offered.part(name).digest != part.digest:
            return frozenset()
        if MODULE in part.names or part is not self.current.part(name):  # it runs before any call
            return frozenset()
        if isinstance(part.node, ast.Import | ast.ImportFrom):
            return frozenset()
        lines = same_lines(self.offered.part(name).node, part.node)
        if lines.get(number) in self.offered.executable:
            return frozenset({lines[number]})
        statement = self.current.statement(number)
        if statement is None:
            return frozenset()
        there = {old for new, old in lines.items() if statement[0] <= new <= statement[1]}
        spans = [span for old in there if (span := self.offered.statement(old)) is not None]
        held = {line for first, last in spans for line in range(first, last + 1)}
        return frozenset(held & self.offered.executable)

    def _runs(self, claim: Claim, lines: frozenset[int]) -> bool | None:
        if claim.executed is None or not lines:
            return None
        return bool(lines & set(claim.executed))

    def _unchecked(
        self,
        made: Made,
        number: int,
        part: Part | None,
        lines: frozenset[int],
        covering: tuple[Covering, ...],
        differences: tuple[str, ...],
    ) -> list[str]:
        found = [
            f"{clause.text} is asked for now and was never checked"
            for clause in never_checked(self.ledger, self.now)
            if clause.function == made.function
        ]
        if differences:
            return ["all of it, as it is now: the evidence is for what was offered", *found]
        if number and not lines:
            found.append("nothing is executed on this line when the function is called")
        looked = [each for each in covering if each.claim.executed is not None and each.claim.supports]
        if number and lines and looked and not any(each.runs_line for each in looked):
            found.append("no example runs this line")
        if not number:
            found += self._never_run(made, looked)
        strengths = {each.claim.strength for each in covering if each.claim.supports}
        found += [each.claim.text for each in covering if each.claim.strength in ("unchecked", "open")]
        but = ", but for what its laws say" if strengths & OF_LAWS else ""
        rest = "every input that is in no example" if "examples" in strengths else "what it returns"
        return [*found, rest + but]

    def _never_run(self, made: Made, looked: list[Covering]) -> list[str]:
        """The lines of the function that no example ran, as they are numbered now."""
        if not looked or made.function not in self.current:
            return []
        part = self.current.part(made.function)
        ran = {line for each in looked for line in each.claim.executed or ()}
        lines = same_lines(self.offered.part(made.function).node, part.node)
        missed = sorted(
            new for new, old in lines.items() if old in self.offered.executable and old not in ran
        )
        return [f"no example runs line {', '.join(map(str, missed))}"] if missed else []


def words_behind(clause: Clause) -> str:
    """Where a clause comes from: the prompt's words with their place, a decision, an assumption."""
    if clause.words:
        first, last = clause.span or (0, 0)
        return f"“{' '.join(clause.words.split())}” (prompt, characters {first}-{last})"
    who = clause.source or clause.actor
    if clause.question:
        return f"{clause.basis} by {who}: {clause.question}"
    return f"{clause.basis} by {who}"
