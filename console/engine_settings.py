"""What the engine is set up with: opening the console and running without it share it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Which model, how many candidates, which seed, which database (None: the person's own).

    At most so many `rounds` of candidates follow the first, and so many `questions` about inputs are asked.
    """

    model: str = "default"
    k: int = 4
    seed: int = 0
    db: Path | None = None
    questions: int = 5
    rounds: int = 5
