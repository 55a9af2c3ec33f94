"""Forking and reaping runs for another process, whose memory they then have nothing of.

One end asks over a socket, the other does it. Standard library only, as it runs inside the sandbox.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable

_NUMBER = struct.Struct("i")  # a process's id or its wait status
_PIPES = 3


class Forker:
    """What forks runs, as seen by who asks it. Raises EOFError once it is gone."""

    def __init__(self, other: socket.socket) -> None:
        self._other = other

    def fork(self, pipes: tuple[int, int, int]) -> int:
        """Have a run forked that takes over its ends of three pipes, which are closed here; its pid."""
        socket.send_fds(self._other, [_NUMBER.pack(0)], pipes)
        for pipe in pipes:
            os.close(pipe)
        return self._answer()

    def reap(self, pid: int) -> int:
        """Wait for the end of a process; its wait status."""
        self._other.sendall(_NUMBER.pack(pid))
        return self._answer()

    def _answer(self) -> int:
        answer = self._other.recv(_NUMBER.size)
        if not answer:
            raise EOFError
        number: int = _NUMBER.unpack(answer)[0]
        return number


def fork_for(asking: socket.socket, become: Callable[[int, int, int], None]) -> None:
    """Do what a `Forker` at the other end asks for, until nobody is there; `become` is what a run does."""
    while True:
        asked, pipes, _, _ = socket.recv_fds(asking, _NUMBER.size, _PIPES)
        if not asked:
            return
        (number,) = _NUMBER.unpack(asked)
        if pipes:
            number = os.fork()
            if number == 0:
                become(*pipes)
            for pipe in pipes:
                os.close(pipe)
        else:
            _, number = os.waitpid(number, 0)
        asking.sendall(_NUMBER.pack(number))
