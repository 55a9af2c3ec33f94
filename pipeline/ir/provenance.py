"""Where a clause comes from: who says so, from which words, when, and how sure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Actor = Literal["person", "prompt", "rule", "model", "search", "propagation", "import", "system"]

HEADERS = frozenset({"signature", "stub"})
"""Sources of what a header in the prompt says, in code; other words about types are only read by rules."""
TEST = "test"
"""Source of an example, or a law, that is a check of a test in the prompt: it is to pass as a test does."""
CONDITION = "condition"
"""Source of an example that the words give as a condition: "if n is 0, return 1"."""


class Frozen(BaseModel):
    """Base of all IR models: immutable, hashable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """Half-open range of character offsets into the prompt."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]

    def of(self, prompt: str) -> str:
        """The words themselves."""
        return prompt[self.start : self.end]


class Provenance(Frozen):
    """Who said it and from what.

    `actor` "prompt" means *stated*: read exactly from the words at `span`. Everything else is proposed,
    decided or derived and must never be passed off as stated. `confidence` is in [0, 1] and absent where
    nobody measured it.
    """

    actor: Actor
    source: str = ""
    span: Span | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    assumed: bool = False
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))

    @property
    def stated(self) -> bool:
        """Whether the prompt itself says it."""
        return self.actor == "prompt"

    @property
    def binding(self) -> bool:
        """Whether generated code must obey it: stated by the prompt, or decided (even if assumed)."""
        return self.actor in ("prompt", "person", "import") or self.assumed


def stated(start: int, end: int, source: str = "") -> Provenance:
    """Provenance of a clause read from the prompt's words at [start, end)."""
    return Provenance(actor="prompt", span=Span(start=start, end=end), source=source, confidence=1.0)
