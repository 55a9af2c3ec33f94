"""One editor of an inventory at a time: a lock on the folder itself, so that no lock file is left behind."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import InfrastructureError, UsageError

_PAUSE = 0.01


@contextmanager
def locked(path: Path, seconds: float = 10.0) -> Iterator[None]:
    """Keep other Holotype processes from editing the inventory at `path` meanwhile.

    The lock ends with the process, however that ends. Raises UsageError where there is no such folder, and
    InfrastructureError after `seconds` of waiting or where the file system has no locks.
    """
    folder = path.resolve().parent
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be opened: {error.strerror}", "Name an existing folder."
        ) from error
    try:
        _take(handle, path, time.monotonic() + seconds, seconds)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, deadline: float, seconds: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise InfrastructureError(
                    f"another process has been editing {path} for {seconds:g} s", "Try again when it is done."
                ) from error
            time.sleep(_PAUSE)
        except OSError as error:
            raise InfrastructureError(
                f"{path.parent} cannot be locked: {error.strerror}", "Keep the inventory on a local disk."
            ) from error
