"""Length-prefixed messages over a pipe. Standard library only, as it runs inside the sandbox.

A message is a kind (one byte) and a payload. What travels, by direction:

| from, to | kinds |
|---|---|
| parent to zygote, zygote to run | JOB |
| zygote to parent | HELLO once; for each job RESULT per outcome (the first is the source's), OUTPUT, DONE; \
READY once its last process is gone, CLEAN if it left nothing behind |
| run to zygote | RESULT |
"""

from __future__ import annotations

import os
import struct

HELLO, READY, JOB, RESULT, OUTPUT, DONE = b"h", b"y", b"j", b"r", b"o", b"d"

HEADER = struct.Struct(">cI")
LOADED = b"null"
"""The RESULT payload of a source that executed."""
CLEAN, UNCLEAN = b"1", b"0"
_SHORT = {HELLO: 4096, READY: 1, DONE: 4096}
"""The length of the longest payload of kinds that are not of the run's making."""


def most(value_bytes: int) -> int:
    """The length of the longest RESULT, with room for its names, reprs and texts beside the value, which is
    quoted in it once more.
    """
    return 2 * value_bytes + 64 * 1024


def pack(kind: bytes, payload: bytes) -> bytes:
    return HEADER.pack(kind, len(payload)) + payload


def send(fd: int, kind: bytes, payload: bytes) -> None:
    """Write a whole message. Raises OSError if the other end is gone."""
    write(fd, pack(kind, payload))


def write(fd: int, messages: bytes | bytearray) -> None:
    """Write whole messages. Raises OSError if the other end is gone."""
    view = memoryview(messages)
    while view:
        view = view[os.write(fd, view) :]


def receive(fd: int) -> tuple[bytes, bytes]:
    """Read a whole message. Raises EOFError if the other end closes first."""
    kind, length = HEADER.unpack(_read(fd, HEADER.size))
    return kind, _read(fd, length)


def take(received: bytearray, longest: int) -> list[tuple[bytes, bytes]]:
    """The whole messages at the front of what was received, taken off it.

    Raises EOFError for one that is longer than its kind may be, or than the `longest`: there is nothing to be
    had behind it.
    """
    messages = []
    start = 0
    while len(received) - start >= HEADER.size:
        kind, length = HEADER.unpack_from(received, start)
        if length > _SHORT.get(kind, longest):
            raise EOFError
        end = start + HEADER.size + length
        if end > len(received):
            break
        messages.append((kind, bytes(received[start + HEADER.size : end])))
        start = end
    del received[:start]
    return messages


def _read(fd: int, size: int) -> bytes:
    parts = []
    while size:
        part = os.read(fd, min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
