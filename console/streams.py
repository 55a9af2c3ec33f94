"""Standard streams that may be closed, full, or of an encoding that cannot say everything."""

from __future__ import annotations

import os
import sys


def open_streams() -> None:
    """Make standard streams usable: one that is closed leads nowhere, and what output cannot say is a `?`."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("_", "-")
    if encoding not in ("utf-8", "utf8") and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")


def output_is_lost() -> bool:
    """Whether standard output takes nothing; what has failed to be written may be gone from its buffer."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError:
        return True
    return False


def give_up_output() -> None:
    """Let what is left to be written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
