"""The terminal goes away under the console: a window closed, a connection lost."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

from pipeline.paths import models_dir


def test_the_console_ends_when_its_terminal_goes_away(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "HOLOTYPE_HOME": str(tmp_path),
        "HOLOTYPE_MODELS": str(models_dir()),
        "TERM": "xterm-256color",
    }

    def own_terminal() -> None:
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    console = subprocess.Popen(
        [sys.executable, "-m", "console.cli"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        start_new_session=True,
        preexec_fn=own_terminal,
    )
    os.close(theirs)
    try:
        drawn = read_until(ours, b"written?", seconds=60)
        assert b"written?" in drawn
        os.close(ours)
        console.wait(timeout=60)
    finally:
        if console.poll() is None:
            console.kill()
            console.wait()


def read_until(terminal: int, wanted: bytes, *, seconds: float) -> bytes:
    """What the terminal shows until `wanted` is among it."""
    shown, until = b"", time.monotonic() + seconds
    while wanted not in shown and time.monotonic() < until:
        if select.select([terminal], [], [], 0.5)[0]:
            shown += os.read(terminal, 65536)
    return shown
