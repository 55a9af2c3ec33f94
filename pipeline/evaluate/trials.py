"""What an evaluation keeps of an attempt; light, so that what is kept is shown without the engine."""

from __future__ import annotations

from typing import Literal

import msgspec

from pipeline.evaluate.meter import Features
from pipeline.events import Outcome

Method = Literal["values", "check", "values and check", "no code", "not judged"]
"""How code was judged: by the values of calls, by running a check beside it, or both, unless that failed."""


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """A question that was put, and the answer; None for "don't know"."""

    call: str
    answer: str | None


class Trial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One arm's attempt at one task, judged. Times in seconds, `at` since the Unix epoch.

    `accepted` is the arm's own word, `right` that of the hidden tests. `decode_seconds` is the part of
    `seconds` with a model call under way, waiting for a free slot included. `kept` model calls were answered
    by drafts kept from before, which had taken `kept_seconds`. `money` in US dollars. `missed` are the right
    candidates that were passed over where the offered one is wrong (`first.2, instruct/1, passed`), as far as
    looked for: they tell a wrong choice from a model that cannot do it. `function` is the one asked for,
    `ledger` what was claimed of the offered code, as `kept_ledger` packs it; empty in trials of before that
    was kept, and where it would take too much room. `code` is the
    `code_digest` of the Holotype that tried, empty in trials of before that was kept.
    """

    task: str
    arm: str
    at: float
    outcome: Outcome
    accepted: bool
    right: bool
    method: Method
    failure: str = ""
    problem: str = ""
    questions: tuple[Asked, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    decode_seconds: float = 0.0
    kept: int = 0
    kept_seconds: float = 0.0
    money: float = 0.0
    candidates: int = 0
    generator: str = ""
    missed: tuple[str, ...] = ()
    source: str = ""
    features: Features | None = None
    function: str = ""
    ledger: bytes = b""
    code: str = ""

    @property
    def judged(self) -> bool:
        """Whether `right` says anything: nobody knows that of code that was not judged."""
        return self.method != "not judged"

    @property
    def wrongly_accepted(self) -> bool:
        """Whether the arm took wrong code for right."""
        return self.accepted and not self.right and self.judged
