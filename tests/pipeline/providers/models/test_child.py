from __future__ import annotations

import asyncio
import os
import sys

import pytest

from pipeline.providers.models.child import ChildError, run_child


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def test_progress_is_told_and_the_rest_returned() -> None:
    seen: list[tuple[int, int]] = []
    lines = await run_child(
        python("print('a\\nProgress 3 of 9\\nProgress 9 of 9\\nb')"),
        lambda done, total: seen.append((done, total)),
    )
    assert seen == [(3, 9), (9, 9)]
    assert lines == ["a", "b"]


async def test_a_failure_carries_its_last_line_without_credentials() -> None:
    code = "import sys; sys.exit('no answer from https://user:secret@index.example/simple')"
    with pytest.raises(ChildError) as caught:
        await run_child(python(code), lambda *_: None)
    assert caught.value.last_line == "no answer from https://index.example/simple"


async def test_a_child_that_writes_much_on_both_streams_does_not_stall() -> None:
    code = "import sys\nfor i in range(20000): print('o' * 50); print('e' * 50, file=sys.stderr)"
    assert len(await run_child(python(code), lambda *_: None)) == 60


async def test_cancelling_kills_the_child() -> None:
    pid = asyncio.get_running_loop().create_future()
    code = "import os, signal; print('Progress', os.getpid(), 'of 0', flush=True); signal.pause()"
    task = asyncio.create_task(run_child(python(code), lambda done, _: pid.set_result(done)))
    child = await pid
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
