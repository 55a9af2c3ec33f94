from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError, UsageError
from store.session_lock import is_locked, lock_session

HOLD = """
import sys
from pathlib import Path
from store.session_lock import lock_session
with lock_session(Path(sys.argv[1]), "abc"):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_second_process_is_told_who_holds_the_session(path: Path) -> None:
    with hold(path) as holder:
        assert is_locked(path, "abc")
        with pytest.raises(
            UsageError, match=rf"abc is being worked on by another process \(process {holder.pid}\)"
        ):
            lock_session(path, "abc").__enter__()
        with lock_session(path, "other"):
            assert is_locked(path, "other")
        holder.communicate("")
    assert not is_locked(path, "abc")
    with lock_session(path, "abc"):
        pass
    assert list(path.with_name(f"{path.name}-locks").iterdir()) == []


def test_killed_holder_gives_the_session_back(path: Path) -> None:
    with hold(path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert not is_locked(path, "abc")
    with lock_session(path, "abc"):
        assert is_locked(path, "abc")


def test_same_process_cannot_hold_it_twice(path: Path) -> None:
    with lock_session(path, "abc"):
        with pytest.raises(UsageError):
            lock_session(path, "abc").__enter__()
        assert is_locked(path, "abc")


def test_lock_is_given_back_after_an_error(path: Path) -> None:
    with pytest.raises(RuntimeError), lock_session(path, "abc"):
        raise RuntimeError
    assert not is_locked(path, "abc")


def test_folder_that_cannot_hold_locks(path: Path) -> None:
    path.with_name(f"{path.name}-locks").write_text("a file in the way")
    with pytest.raises(InfrastructureError, match="cannot be taken"):
        lock_session(path, "abc").__enter__()


@pytest.mark.parametrize("session", ["", "../abc", "a/b", ".", "..", "a\0b"])
def test_id_must_be_a_file_name(path: Path, session: str) -> None:
    with pytest.raises(ValueError, match="no session id"):
        lock_session(path, session).__enter__()
