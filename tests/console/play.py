"""Try the console by hand, without an engine: `python -m tests.console.play [prompt]`."""

from __future__ import annotations

import sys
import time

from console.app import HolotypeApp
from console.control import SessionSummary
from tests.console import recorded
from tests.console.scripted import ScriptedEngine

STORED = [
    SessionSummary("s1", "median of a list of numbers", "verified", recorded.START, 20.0),
    SessionSummary(
        "s0", "parse a duration such as 1h30m into seconds", "open", recorded.START - 86_400, 71.0
    ),
]


def main() -> None:
    """Play the recorded session at its own pace."""
    engine = ScriptedEngine(
        recorded.OPENING,
        [*recorded.DRAFTING, *recorded.FINISHING],
        speed=1.0,
        clock=time.time,
        stored=STORED,
        history=recorded.records(recorded.WHOLE),
    )
    HolotypeApp(engine, prompt=" ".join(sys.argv[1:]) or None).run()


if __name__ == "__main__":
    main()
