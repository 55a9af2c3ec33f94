"""What programs take for granted and a sandbox lacks. Standard library only, as it runs inside the sandbox.

Nothing may be changed that is said of a file, such as its mode and times: the devices are the machine's own.
Functions that would, such as those that `shutil.copy` calls, find the file and leave it as it is.
"""

from __future__ import annotations

import _sitebuiltins
import builtins
import os
import sys
from typing import Any


def install() -> None:
    """Put it in place for all that runs in this process."""
    for name in ("exit", "quit"):  # which `site` would bring
        builtins.__dict__.setdefault(name, sys.exit)
    builtins.__dict__.setdefault("help", _sitebuiltins._Helper())
    for name in ("chmod", "utime", "listxattr"):
        if hasattr(os, name):
            _replace(name)


def _replace(name: str) -> None:
    def leave(
        path: Any = ".", *_: Any, dir_fd: int | None = None, follow_symlinks: bool = True, **__: Any
    ) -> list[str] | None:
        os.stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)  # raises where there is none
        return [] if name == "listxattr" else None

    leave.__name__ = leave.__qualname__ = name
    theirs = getattr(os, name)
    setattr(os, name, leave)
    for known in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
        if theirs in known:
            known.add(leave)
