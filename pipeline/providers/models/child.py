"""A download in a child process: followed line by line, killed when the caller is cancelled."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import DEVNULL, PIPE
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_KEPT_LINES = 60
_LONGEST_LINE = 1 << 20


class ChildError(Exception):
    """The child failed; `lines` are the last ones that it wrote on its standard error."""

    def __init__(self, code: int, lines: Sequence[str]) -> None:
        super().__init__(f"exit code {code}")
        self.lines = lines

    @property
    def last_line(self) -> str:
        return self.lines[-1] if self.lines else str(self)


async def run_child(
    command: Sequence[str], advance: Callable[[int, int], None], folder: Path | None = None
) -> list[str]:
    """Run `command` in `folder` and return the last lines of its output.

    Lines `Progress DONE of TOTAL` go to `advance` instead. Raises `ChildError` on another exit code than 0.
    When cancelled, the child is dead before this returns.
    """
    output: deque[str] = deque(maxlen=_KEPT_LINES)
    errors: deque[str] = deque(maxlen=_KEPT_LINES)

    def written(line: str) -> None:
        if match := _PROGRESS.fullmatch(line):
            advance(int(match[1]), int(match[2]))
        elif line:
            output.append(line)

    def complained(line: str) -> None:
        if line:
            errors.append(_CREDENTIALS.sub("", line))

    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, cwd=folder, limit=_LONGEST_LINE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.TaskGroup() as readers:
            readers.create_task(_each_line(process.stdout, written))
            readers.create_task(_each_line(process.stderr, complained))
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        raise ChildError(code, list(errors))
    return list(output)


async def _each_line(stream: asyncio.StreamReader, use: Callable[[str], None]) -> None:
    async for line in stream:
        use(line.decode(errors="replace").strip())
