"""The arms of an evaluation: ways of getting code for a task, measured side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import UsageError

DEFAULT_ARMS = ("single", "unattended")
DEFAULT_MODEL = "default"
_FORM = re.compile(
    r"(?P<way>single|unattended|best-of-(?P<k>\d{1,9})|ask-(?P<ask>\d{1,9}))(?:@(?P<model>.+))?"
)
_MOST = 32


@dataclass(frozen=True, slots=True)
class Arm:
    """One way: a greedy shot, the best of `number` candidates, or a session with `number` answers at most."""

    name: str
    way: Literal["single", "best-of", "session"]
    number: int = 0
    model: str = DEFAULT_MODEL

    @property
    def asks(self) -> bool:
        """Whether it needs somebody to answer."""
        return self.way == "session" and self.number > 0


def parse_arm(text: str) -> Arm:
    """The arm that `text` names: `single`, `best-of-K`, `unattended` or `ask-N`, each with `@MODEL` or not.

    Raises `UsageError`.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise UsageError(
            f"there is no arm {text!r}",
            "Arms are single, best-of-K, unattended and ask-N, each with @MODEL if wanted: ask-3@small",
        )
    model = found["model"] or DEFAULT_MODEL
    number = int(found["k"] or found["ask"] or 0)
    if (number == 0 and (found["k"] or found["ask"])) or number > _MOST:
        raise UsageError(f"the number in the arm {text!r} is not between 1 and {_MOST}")
    if found["k"]:
        return Arm(text, "best-of", number, model)
    return Arm(text, "single" if found["way"] == "single" else "session", number, model)
