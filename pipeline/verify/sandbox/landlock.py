"""Landlock: what of the file system, the network and other processes a process may still reach.

Standard library only, as it runs inside the sandbox.
"""

from __future__ import annotations

import ctypes
import os
import struct
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_VERSION_QUERY = 1
_RULE_PATH_BENEATH = 1

WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _TRUNCATE = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 14
_REFER = 1 << 13  # to move a file into another folder
READ = READ_FILE | READ_DIR
READ_WRITE = READ | WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE

# The rights that each version of the interface knows; what a ruleset handles and no rule grants is denied.
_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
_NETWORK_RIGHTS = 0x3  # bind and connect TCP, from version 4
_SCOPES = 0x3  # abstract Unix sockets and signals, from version 6


def version(libc: ctypes.CDLL) -> int:
    """The kernel's Landlock version, 0 if it has none."""
    return max(
        0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_QUERY)))
    )


def ruleset(libc: ctypes.CDLL, allowed: dict[str, int]) -> int:
    """A file descriptor of a ruleset that allows `allowed` (path: rights) and nothing else.

    Needs Landlock. Paths that do not exist are left out. Raises OSError if the kernel refuses a rule.
    """
    known = version(libc)
    rights = _FILE_RIGHTS[min(known, max(_FILE_RIGHTS))]
    words = [rights]
    if known >= 4:
        words.append(_NETWORK_RIGHTS)
    if known >= 6:
        words.append(_SCOPES)
    attributes = struct.pack(f"={len(words)}Q", *words)
    rules = _checked(libc, _CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    for path, granted in allowed.items():
        _allow(libc, rules, path, granted & rights)
    return rules


def _allow(libc: ctypes.CDLL, rules: int, path: str, granted: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not Path(path).is_dir():
            granted &= READ_FILE | WRITE_FILE | _TRUNCATE
        rule = struct.pack("=Qi", granted, target)
        _checked(
            libc, _ADD_RULE, ctypes.c_int(rules), ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint32(0)
        )
    finally:
        os.close(target)


def restrict_self(libc: ctypes.CDLL, rules: int) -> None:
    """Bind this thread to the ruleset for good; needs no-new-privileges. Raises OSError on refusal."""
    _checked(libc, _RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))


def _checked(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    result = int(libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock system call {number}: {os.strerror(code)}")
    return result
