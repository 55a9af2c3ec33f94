"""A seccomp filter for one process that may compute, use threads and its own files, and nothing else.

Whatever is not listed fails with EPERM, so that a program sees an ordinary `PermissionError`. Another
processor's calling convention ends the process. Standard library only, as it runs inside the sandbox.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_DENY = _ERRNO | errno.EPERM
_KILL_PROCESS = 0x80000000

# Offsets in struct seccomp_data; an argument's low half comes first, as both processors are little-endian.
_NUMBER, _ARCH, _ARGS = 0, 4, 16

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMN = {"x86_64": 0, "aarch64": 1}
_X32_BIT = 0x40000000

# No call that changes what is said of a file, such as its times: the devices are the machine's own.
# name: (number on x86_64, number on aarch64); None where the processor has no such call.
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "stat": (4, None),
    "fstat": (5, 80), "lstat": (6, None), "poll": (7, None), "lseek": (8, 62), "mmap": (9, 222),
    "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "pread64": (17, 67), "pwrite64": (18, 68),
    "readv": (19, 65), "writev": (20, 66), "access": (21, None), "pipe": (22, None), "select": (23, None),
    "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233), "dup": (32, 23),
    "dup2": (33, None), "pause": (34, None), "nanosleep": (35, 101), "getitimer": (36, 102),
    "alarm": (37, None), "setitimer": (38, 103), "getpid": (39, 172), "sendto": (44, 206),
    "recvfrom": (45, 207), "shutdown": (48, 210), "getsockname": (51, 204), "getpeername": (52, 205),
    "getsockopt": (55, 209), "exit": (60, 93), "uname": (63, 160), "flock": (73, 32), "fsync": (74, 82),
    "fdatasync": (75, 83), "truncate": (76, 45), "ftruncate": (77, 46), "getcwd": (79, 17),
    "chdir": (80, 49), "fchdir": (81, 50), "rename": (82, None), "mkdir": (83, None), "rmdir": (84, None),
    "unlink": (87, None), "readlink": (89, None), "umask": (95, 166), "gettimeofday": (96, 169),
    "getrlimit": (97, 163), "getrusage": (98, 165), "times": (100, 153), "getuid": (102, 174),
    "getgid": (104, 176), "geteuid": (107, 175), "getegid": (108, 177), "getppid": (110, 173),
    "getpgrp": (111, None), "getgroups": (115, 158), "getpgid": (121, 155), "getsid": (124, 156),
    "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132), "statfs": (137, 43), "fstatfs": (138, 44), "gettid": (186, 178),
    "time": (201, None), "futex": (202, 98), "sched_getaffinity": (204, 123), "getdents64": (217, 61),
    "set_tid_address": (218, 96), "restart_syscall": (219, 128), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "exit_group": (231, 94),
    "epoll_wait": (232, None), "epoll_ctl": (233, 21), "mkdirat": (258, 34),
    "newfstatat": (262, 79), "unlinkat": (263, 35), "renameat": (264, 38), "readlinkat": (267, 78),
    "faccessat": (269, 48), "pselect6": (270, 72), "ppoll": (271, 73), "set_robust_list": (273, 99),
    "epoll_pwait": (281, 22), "eventfd2": (290, 19), "epoll_create1": (291, 20),
    "dup3": (292, 24), "pipe2": (293, 59), "renameat2": (316, 276), "getrandom": (318, 278),
    "membarrier": (324, 283), "statx": (332, 291), "rseq": (334, 293), "close_range": (436, 436),
    "faccessat2": (439, 439),
}  # fmt: skip

# Calls that are allowed with some arguments only, or answered in their own way.
_CLONE, _CLONE3, _TGKILL, _IOCTL, _FCNTL, _SOCKETPAIR, _PRLIMIT, _OPEN, _OPENAT, _KILL = (
    (56, 220), (435, 435), (234, 131), (16, 29), (72, 25), (53, 199), (302, 261), (2, None), (257, 56),
    (62, 129),
)  # fmt: skip

# A thread, and no flag that makes a namespace, traces, or escapes tracing.
_CLONE_THREAD = 0x00010000
_CLONE_MASK = _CLONE_THREAD | 0x7E820000 | 0x2000
_TERMINAL_AND_SIZE_QUERIES = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# Duplicates, flags and locks. Not F_SETOWN and its kin, which send signals to any process.
_FILE_COMMANDS = (0, 1, 2, 3, 4, 5, 6, 7, 1030)
_TMPFILE = 0o20000000  # a file without a name: its folder does not show that there was one
_AF_UNIX, _SOCK_TYPE_MASK, _SOCK_STREAM = 1, 0xF, 1

_PID = 0xFFFFFFF1  # stands for the process's own id; no process has it

_Instruction = tuple[int, int, int, int]


def for_process(template: bytes, pid: int) -> bytes:
    """The filter for one process from what `build` made: it may signal itself and its own threads."""
    return template.replace(_PID.to_bytes(4, "little"), pid.to_bytes(4, "little"))


def build(machine: str) -> bytes:
    """The filter program for a processor (`x86_64` or `aarch64`), to be finished by `for_process`."""
    column = _COLUMN[machine]
    program: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_JUMP_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        program += [(_JUMP_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL_PROCESS)]
    program += _when(_CLONE3[column], [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)])
    program += _when(_CLONE[column], _allow_if(0, (_CLONE_THREAD,), _CLONE_MASK))
    for to_itself in (_KILL[column], _TGKILL[column]):
        program += _when(to_itself, _allow_if(0, (_PID,)))
    program += _when(_IOCTL[column], _allow_if(1, _TERMINAL_AND_SIZE_QUERIES))
    program += _when(_FCNTL[column], _allow_if(1, _FILE_COMMANDS))
    program += _when(_PRLIMIT[column], _allow_if(0, (0,)))
    program += _when(_SOCKETPAIR[column], _allow_unix_stream_pair())
    for call, flags in ((_OPEN[column], 1), (_OPENAT[column], 2)):
        if call is not None:
            program += _when(call, _allow_if(flags, (0,), _TMPFILE))
    allowed = [number for numbers in _CALLS.values() if (number := numbers[column]) is not None]
    program += _search(_ranges(allowed))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _ranges(allowed: list[int]) -> list[tuple[int, int]]:
    """Where the answer changes: (first number, answer) from 0 upwards."""
    ranges = [(0, _DENY)]
    for number in sorted(allowed):
        if ranges[-1] == (number, _DENY):
            ranges.pop()
        if not ranges or ranges[-1][1] != _ALLOW:
            ranges.append((number, _ALLOW))
        ranges.append((number + 1, _DENY))
    return ranges


def _search(ranges: list[tuple[int, int]]) -> list[_Instruction]:
    # A binary search: installing the filter tries every number, so a linear one would cost a millisecond.
    if len(ranges) == 1:
        return [(_RETURN, 0, 0, ranges[0][1])]
    middle = len(ranges) // 2
    below, above = _search(ranges[:middle]), _search(ranges[middle:])
    return [(_JUMP_AT_LEAST, len(below), 0, ranges[middle][0]), *below, *above]


def _when(number: int, body: list[_Instruction]) -> list[_Instruction]:
    return [(_JUMP_EQUAL, 0, len(body), number), *body]


def _allow_if(argument: int, values: tuple[int, ...], mask: int = 0xFFFFFFFF) -> list[_Instruction]:
    tests: list[_Instruction] = []
    for value in values:
        tests += [(_JUMP_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [
        (_LOAD, 0, 0, _ARGS + 8 * argument),
        (_AND, 0, 0, mask),
        *tests,
        (_RETURN, 0, 0, _DENY),
    ]


def _allow_unix_stream_pair() -> list[_Instruction]:
    # asyncio wakes its loop through such a pair; a stream that is connected cannot address anything else.
    stream = _allow_if(1, (_SOCK_STREAM,), _SOCK_TYPE_MASK)
    return [(_LOAD, 0, 0, _ARGS), (_JUMP_EQUAL, 0, len(stream), _AF_UNIX), *stream,
            (_RETURN, 0, 0, _DENY)]  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install(filter_code: bytes, libc: ctypes.CDLL) -> None:
    """Put the filter on this thread for good. Raises OSError if the kernel refuses it."""
    program = _Program(len(filter_code) // 8, filter_code)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS: " + os.strerror(ctypes.get_errno()))
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "PR_SET_SECCOMP: " + os.strerror(ctypes.get_errno()))
