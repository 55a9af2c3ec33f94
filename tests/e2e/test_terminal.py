"""The console in a real terminal: keys go in through tmux, the screen is read back."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.paths import models_dir
from tests.e2e.processes import alive

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux"),
]


class Terminal:
    """A tmux server of its own with one window."""

    def __init__(self, folder: Path, *, columns: int = 120, lines: int = 36) -> None:
        self.socket = folder / "tmux"
        self.size = ("-x", str(columns), "-y", str(lines))
        self.started = False

    def tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", str(self.socket), "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout

    def start(self, home: Path, *arguments: str) -> None:
        """Run the console, in a further window if there is one already."""
        environment = {
            "HOLOTYPE_HOME": str(home),
            "HOLOTYPE_MODELS": str(models_dir()),
            "TERM": "xterm-256color",
        }
        settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
        command = shlex.join([sys.executable, "-m", "console.cli", *arguments])
        opening = ("new-window",) if self.started else ("new-session", "-d", *self.size)
        self.started = True
        self.tmux(
            *opening,
            f"unset COLUMNS LINES; cd {shlex.quote(str(Path.cwd()))}; "
            f"{settings} {command}; echo left with $?; cat",
        )
        self.tmux("resize-window", *self.size)  # from now on tmux leaves the size alone

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)

    def wait_for(self, *wanted: str, seconds: float = 60) -> str:
        deadline = time.monotonic() + seconds
        while not all(text in (screen := self.screen()) for text in wanted):
            assert time.monotonic() < deadline, f"no {wanted} on the {self.pane()} screen:\n{screen}"
            time.sleep(0.1)
        return screen

    def pane(self) -> str:
        return self.tmux("display-message", "-p", "#{pane_width}x#{pane_height}").strip()

    def close(self) -> None:
        pid = int(self.tmux("display-message", "-p", "#{pid}"))
        self.tmux("kill-server")
        while alive(pid):
            time.sleep(0.05)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


def test_a_prompt_typed_becomes_code_on_the_screen_and_is_there_next_time(
    default_model: Path, terminal: Terminal, tmp_path: Path
) -> None:
    terminal.start(tmp_path, "-k", "1")
    terminal.wait_for("What should be written?")
    terminal.type("Write triple(n: int) -> int that returns three times n. triple(2) == 6, triple(0) == 0")
    terminal.wait_for("triple(0) == 0")
    terminal.press("Enter")
    screen = terminal.wait_for("def triple(n: int) -> int:", "verified", seconds=240)
    assert "return" in screen
    assert "triple(2) == 6" in screen
    terminal.press("q")
    terminal.wait_for("left with 0")
    terminal.start(tmp_path, "--resume")
    terminal.wait_for("def triple(n: int) -> int:", "verified")
    terminal.press("q")
    terminal.wait_for("left with 0")


def test_holes_are_resolved_from_the_keyboard(
    default_model: Path, terminal: Terminal, tmp_path: Path
) -> None:
    terminal.start(tmp_path, "-k", "1")
    terminal.wait_for("What should be written?")
    terminal.type(
        "Write median(xs: list[float]) -> float, the middle one of the sorted list. median([3, 1, 2]) == 2"
    )
    terminal.press("Enter")
    terminal.wait_for("median.empty")
    terminal.press("h")
    terminal.press("a")
    terminal.wait_for("generate")
    terminal.press("C-c")
    screen = terminal.wait_for("left with", seconds=60)
    assert "Traceback" not in screen


@pytest.mark.parametrize(("columns", "lines"), [(40, 10), (80, 24)])
def test_small_terminals_stay_readable(tmp_path: Path, columns: int, lines: int) -> None:
    small = Terminal(tmp_path, columns=columns, lines=lines)
    small.start(tmp_path)
    try:
        small.wait_for("What should be written?")
        small.press("C-c")
        small.wait_for("left with 0")
    finally:
        small.close()
