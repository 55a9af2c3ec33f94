"""Replacing a file's content in one step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_content(path: Path, data: bytes) -> None:
    """Replace the content of the file in one step: a crash leaves the old one or the new one, whole.

    A link stays a link and permissions stay; a new file gets those of the process. Raises OSError.
    """
    path = path.resolve()
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, temporary = _temporary(path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def check_replaceable(path: Path) -> None:
    """Raises OSError where `replace_content` could not even begin."""
    handle, temporary = _temporary(path.resolve())
    os.close(handle)
    Path(temporary).unlink()


def _temporary(path: Path) -> tuple[int, str]:
    """A new file beside `path`."""
    return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")


def _umask() -> int:
    """The permissions that new files are not to have."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
