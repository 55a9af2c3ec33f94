"""What is left of the private folder for the next job: nothing, not even a number."""

from __future__ import annotations

import sys

import pytest

from pipeline.verify.sandbox.base import Crashed, Job, NotRun, Raised, Returned, Sandbox

pytestmark = [
    pytest.mark.hole("H25"),
    pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux"),
]

SOURCE = """import os
def number():
    made = os.open('/tmp/a', os.O_CREAT | os.O_RDWR)
    found = os.fstat(made).st_ino
    os.close(made)
    os.unlink('/tmp/a')
    return found
def moment(): return os.stat('/tmp').st_mtime_ns
def flood(count):
    os.chdir('/tmp')
    for each in range(count): os.mkdir('\\u4e2d' * 80 + str(each))
"""


async def test_no_number_is_left_for_the_next_job(verdict: Sandbox) -> None:
    (first,) = (await verdict.run(Job(SOURCE, ("number()",)))).outcomes
    await verdict.run(Job(SOURCE, ("[number() for _ in range(100)]",)))
    second, moment = (await verdict.run(Job(SOURCE, ("number()", "moment()")))).outcomes
    assert first == second
    (later,) = (await verdict.run(Job(SOURCE, ("moment()",)))).outcomes
    assert later != moment


async def test_a_file_that_no_folder_shows_cannot_be_made(verdict: Sandbox) -> None:
    hidden = "__import__('os').open('/tmp', __import__('os').O_TMPFILE | __import__('os').O_RDWR)"
    usual = "__import__('tempfile').TemporaryFile().write(b'x')"
    refused, written = (await verdict.run(Job("", (hidden, usual)))).outcomes
    assert isinstance(refused, Raised), refused
    assert refused.type == "PermissionError"
    assert written == Returned(1, "1")


async def test_a_flood_of_files_ends_the_run(verdict: Sandbox) -> None:
    some, many = (await verdict.run(Job(SOURCE, ("flood(1000)", "flood(10**7)")))).outcomes
    assert some == Returned(None, "None")
    assert isinstance(many, Raised)  # they are there already
    for _ in range(2):
        report = await verdict.run(Job(SOURCE, ("flood(10**7)", "1")))
        full = NotRun("what ran before has left no room for files")
        assert report.outcomes == (Crashed("made more than 4,096 files"), full)
        assert report.seconds < 3
    assert (await verdict.run(Job("import os", ("os.listdir('/tmp')",)))).outcomes == (Returned([], "[]"),)
