"""The terminal that the console draws on; it may go away at any time: a window closed, a connection lost."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO, cast

if TYPE_CHECKING:
    from io import TextIOWrapper

    from textual.app import App
    from textual.driver import Driver


class Terminal:
    """A terminal's output; what can no longer be written to it is dropped.

    Textual writes from a thread that an error would end, and then waits for that thread for ever.
    """

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self.gone = False

    def write(self, text: str) -> int:
        """Write `text`, unless the terminal has gone away."""
        if not self.gone:
            try:
                return self._output.write(text)
            except OSError:
                self.gone = True
        return len(text)

    def flush(self) -> None:
        """Bring out what was written, unless the terminal has gone away."""
        if not self.gone:
            try:
                self._output.flush()
            except OSError:
                self.gone = True

    def fileno(self) -> int:
        """The terminal's file descriptor."""
        return self._output.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._output.isatty()


def outliving(driver: type[Driver]) -> type[Driver]:
    """`driver`, such that it ends when its terminal goes away; drivers for other things stay as they are."""
    try:
        from textual.drivers.linux_driver import LinuxDriver
    except ImportError:  # no terminal of this kind on Windows
        return driver
    if driver is not LinuxDriver:
        return driver

    class OutlivingDriver(LinuxDriver):
        def __init__(
            self,
            app: App[object],
            *,
            debug: bool = False,
            mouse: bool = True,
            size: tuple[int, int] | None = None,
        ) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)
            self._file = cast("TextIOWrapper", Terminal(self._file or sys.stderr))

    return OutlivingDriver
