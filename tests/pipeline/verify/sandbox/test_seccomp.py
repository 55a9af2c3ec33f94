"""The filter's program, run by a small interpreter of the BPF instructions that it uses."""

from __future__ import annotations

import errno
import os
import re
import struct
from pathlib import Path

import pytest

from pipeline.verify.sandbox import seccomp

pytestmark = pytest.mark.hole("H25")

ALLOW, DENY, KILL, NO_SUCH_CALL = 0x7FFF0000, 0x50000 | errno.EPERM, 0x80000000, 0x50000 | errno.ENOSYS
PID = 4711
CLONE, CLONE3, TGKILL, IOCTL, FCNTL, SOCKETPAIR, PRLIMIT, OPENAT, KILL_ONE, OPEN = range(10)
SPECIAL = {
    "x86_64": (56, 435, 234, 16, 72, 53, 302, 257, 62, 2),
    "aarch64": (220, 435, 131, 29, 25, 199, 261, 56, 129),
}
machines = pytest.mark.parametrize("machine", ["x86_64", "aarch64"])


def _answer(machine: str, number: int, *arguments: int, arch: int | None = None) -> int:
    code = seccomp.for_process(seccomp.build(machine), PID)
    program = list(struct.iter_unpack("<HBBI", code))
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, arch or seccomp.AUDIT_ARCH[machine], 0, *padded)
    at = accumulator = 0
    while True:
        operation, if_true, if_false, value = program[at]
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("<I", data, value)
            case 0x15:
                at += if_true if accumulator == value else if_false
            case 0x35:
                at += if_true if accumulator >= value else if_false
            case 0x54:
                accumulator &= value
            case 0x06:
                return value
            case _:
                raise AssertionError(f"unknown operation {operation:#x}")


@machines
def test_only_listed_calls_are_allowed(machine: str) -> None:
    column = ("x86_64", "aarch64").index(machine)
    listed = {numbers[column] for numbers in seccomp._CALLS.values()}
    for number in range(600):
        if number not in SPECIAL[machine]:
            assert (_answer(machine, number) == ALLOW) == (number in listed), number


@machines
def test_calls_that_depend_on_their_arguments(machine: str) -> None:
    special = SPECIAL[machine]
    assert _answer(machine, special[CLONE3]) == NO_SUCH_CALL
    assert _answer(machine, special[CLONE], 0x3D0F00) == ALLOW  # pthread_create
    assert _answer(machine, special[CLONE], 17) == DENY  # fork
    assert _answer(machine, special[CLONE], 0x3D0F00 | 0x10000000) == DENY  # a thread in a new user namespace
    assert _answer(machine, special[TGKILL], PID) == ALLOW
    assert _answer(machine, special[TGKILL], PID + 1) == DENY
    assert _answer(machine, special[KILL_ONE], PID) == ALLOW
    for other in (0, 1, PID + 1, 2**64 - 1):
        assert _answer(machine, special[KILL_ONE], other) == DENY
    assert _answer(machine, special[IOCTL], 0, 0x5401) == ALLOW
    assert _answer(machine, special[IOCTL], 0, 0x5412) == DENY  # TIOCSTI
    assert _answer(machine, special[FCNTL], 0, 2) == ALLOW
    assert _answer(machine, special[FCNTL], 0, 8) == DENY  # F_SETOWN
    assert _answer(machine, special[PRLIMIT], 0) == ALLOW
    assert _answer(machine, special[PRLIMIT], PID) == DENY
    assert _answer(machine, special[SOCKETPAIR], 1, 1 | 0o2000000) == ALLOW
    assert _answer(machine, special[SOCKETPAIR], 1, 2) == DENY
    assert _answer(machine, special[SOCKETPAIR], 16, 1) == DENY
    assert _answer(machine, special[OPENAT], 3, 0, os.O_CREAT | os.O_RDWR) == ALLOW
    assert _answer(machine, special[OPENAT], 3, 0, os.O_TMPFILE | os.O_RDWR) == DENY
    if machine == "x86_64":
        assert _answer(machine, special[OPEN], 0, os.O_CREAT) == ALLOW
        assert _answer(machine, special[OPEN], 0, os.O_TMPFILE) == DENY


def test_other_conventions_end_the_process() -> None:
    assert _answer("x86_64", 0, arch=0x40000003) == KILL  # 32-bit
    assert _answer("x86_64", 0x40000000) == KILL  # x32
    assert _answer("aarch64", 63, arch=seccomp.AUDIT_ARCH["x86_64"]) == KILL


@pytest.mark.parametrize(
    ("column", "header"),
    [(0, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), (1, "/usr/include/asm-generic/unistd.h")],
)
def test_numbers_are_the_kernel_headers(column: int, header: str) -> None:
    if not Path(header).exists():
        pytest.skip("no kernel headers here")
    found = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text()))
    found.setdefault("newfstatat", found.get("fstatat", ""))
    for name, numbers in seccomp._CALLS.items():
        if numbers[column] is not None:
            assert found[name] == str(numbers[column]), name
