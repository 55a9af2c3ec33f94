from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.errors import Exit, HolotypeError, InfrastructureError, UsageError
from store.connection import open_database, open_to_read
from store.migrate import APPLICATION_ID, migrations, newest_version


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permissions do not bind root."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an unprivileged user can reach and write."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


async def refusal(path: Path, *, read_only: bool = False) -> HolotypeError:
    with pytest.raises(HolotypeError) as caught:
        await open_database(path, read_only=read_only, timeout=0.1)
    assert str(path) in caught.value.message
    assert caught.value.hint
    return caught.value


async def test_settings_of_both_connections(path: Path) -> None:
    async with await open_database(path) as database:
        assert await database.writer.fetch("PRAGMA journal_mode") == [("wal",)]
        assert await database.writer.fetch("PRAGMA synchronous") == [(1,)]
        assert await database.writer.fetch("PRAGMA foreign_keys") == [(1,)]
        assert await database.writer.fetch("PRAGMA busy_timeout") == [(5000,)]
        assert await database.fetch("PRAGMA user_version") == [(newest_version(),)]
        strict = await database.fetch("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
        assert {name for name, is_strict in strict if is_strict} == {
            "sessions",
            "events",
            "results",
            "outputs",
            "evaluations",
            "trials",
            "calibrations",
        }
        with pytest.raises(InfrastructureError, match="read-only"):
            await database.fetch("DELETE FROM events")
    async with await open_database(path, synchronous="FULL") as database:
        assert await database.writer.fetch("PRAGMA synchronous") == [(2,)]


async def test_nobody_else_reads_a_new_database(path: Path) -> None:
    async with await open_database(path) as database:
        await database.writer.fetch("DELETE FROM sessions WHERE false")
        files = list(path.parent.glob(f"{path.name}*"))
        assert len(files) > 1, "with its log"
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


async def test_missing_folders_are_made(tmp_path: Path) -> None:
    async with await open_database(tmp_path / "a" / "b" / "h.db"):
        pass
    assert (tmp_path / "a" / "b" / "h.db").stat().st_size > 0


async def test_newer_database_is_refused_and_left_as_it_is(path: Path) -> None:
    async with await open_database(path):
        pass
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA user_version = {newest_version() + 6}")
    other.close()
    before = path.read_bytes()
    for read_only in (False, True):
        error = await refusal(path, read_only=read_only)
        assert isinstance(error, UsageError)
        assert error.exit_code == Exit.USAGE
        assert f"version {newest_version() + 6}" in error.message
        assert f"up to {newest_version()}" in error.message
        assert "Update Holotype" in error.hint
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"def main(): ...\n" * 200, b"\0" * 5000, b"hi"], ids=["text", "zeros", "short"]
)
async def test_file_that_is_no_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    error = await refusal(path)
    assert isinstance(error, UsageError)
    assert "no SQLite file" in error.message
    assert path.read_bytes() == content


async def test_database_of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    before = path.read_bytes()
    assert "another program" in (await refusal(path)).message
    assert path.read_bytes() == before


async def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    error = await refusal(tmp_path)
    assert isinstance(error, UsageError)
    assert "is a folder" in error.message


async def test_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "folder" in (await refusal(tmp_path / "file" / "h.db")).message


async def test_nothing_to_read(path: Path) -> None:
    error = await refusal(path, read_only=True)
    assert isinstance(error, UsageError)
    assert "no database" in error.message
    assert not path.exists()


async def test_read_only_file(open_folder: Path) -> None:
    path = open_folder / "h.db"
    with unprivileged():
        async with await open_database(path):
            pass
        path.chmod(0o444)
        error = await refusal(path)
        assert isinstance(error, InfrastructureError)
        assert "read-only" in error.message


async def test_read_only_folder(open_folder: Path) -> None:
    path = open_folder / "h.db"
    with unprivileged():
        async with await open_database(path):
            pass
    open_folder.chmod(0o555)
    with unprivileged():
        assert isinstance(await refusal(path), InfrastructureError)
        assert isinstance(await refusal(open_folder / "new.db"), InfrastructureError)
        assert isinstance(await refusal(open_folder / "new" / "new.db"), InfrastructureError)
        async with await open_database(path, read_only=True) as database:
            assert await database.fetch("SELECT count(*) FROM sessions") == [(0,)]


async def test_locked_by_another_process(path: Path) -> None:
    async with await open_database(path):
        pass
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "locked by another process" in (await refusal(path)).message
    other.execute("ROLLBACK")
    other.close()


async def test_damaged_file(path: Path) -> None:
    async with await open_database(path):
        pass
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)
    assert "damaged" in (await refusal(path)).message


def test_disk_too_small_for_a_new_database(path: Path) -> None:
    """A limit on file size stands for a disk that is full from the start."""
    script = """
import asyncio, resource, sys
from pathlib import Path
from pipeline.errors import InfrastructureError
from store.connection import open_database, open_to_read
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
async def main():
    try:
        await open_database(Path(sys.argv[1]))
    except InfrastructureError as error:
        print(error)
asyncio.run(main())
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert str(path) in run.stdout
    assert "disk" in run.stdout
    assert run.stderr == ""


async def test_reading_only_has_no_writer(path: Path) -> None:
    async with await open_database(path):
        pass
    async with await open_database(path, read_only=True) as database:
        with pytest.raises(UsageError, match="reading only"):
            _ = database.writer


async def test_what_is_to_be_read_is_brought_up_to_date_before_and_written_no_further(path: Path) -> None:
    with pytest.raises(UsageError, match="no database"):
        await open_to_read(path)
    old = sqlite3.connect(path, isolation_level=None)
    version, sql = migrations()[0]
    old.executescript(f"{sql}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version}")
    old.close()
    async with await open_to_read(path) as database:
        assert await database.fetch("PRAGMA user_version") == [(newest_version(),)]
        with pytest.raises(UsageError, match="for reading only"):
            _ = database.writer


async def test_cancelled_opening_leaves_no_thread(path: Path) -> None:
    for steps in range(0, 40, 3):
        opening = asyncio.create_task(open_database(path.with_name(f"{steps}.db")))
        for _ in range(steps):
            await asyncio.sleep(0)
        opening.cancel()
        (outcome,) = await asyncio.gather(opening, return_exceptions=True)
        if not isinstance(outcome, BaseException):
            await outcome.aclose()
