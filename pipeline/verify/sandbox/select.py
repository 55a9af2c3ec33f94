"""Which sandbox this machine can give. A tier that cannot work is an error, never a weaker run."""

from __future__ import annotations

import sys

from pipeline.errors import InfrastructureError
from pipeline.verify.sandbox.base import Sandbox


async def open_verdict_sandbox(*, size: int = 2, hash_seed: int = 0) -> Sandbox:
    """The sandbox with the last word: real CPython behind the system's strongest barriers, tried before use.

    `size` is how many jobs run at once. Raises InfrastructureError, saying what is missing and what to do.
    """
    if sys.platform == "linux":
        from pipeline.verify.sandbox.bubblewrap import BubblewrapSandbox

        return await BubblewrapSandbox.open(size=size, hash_seed=hash_seed)
    if sys.platform == "darwin":
        from pipeline.verify.sandbox.seatbelt import SeatbeltSandbox

        return await SeatbeltSandbox.open(size=size, hash_seed=hash_seed)
    raise InfrastructureError(
        f"there is no sandbox for generated code on {sys.platform}",
        "Run Holotype on Linux or macOS; on Windows, inside the Windows Subsystem for Linux.",
    )


async def open_screen(*, size: int = 2) -> Sandbox:
    """The quick screen. Raises InfrastructureError if its interpreter does not start."""
    from pipeline.verify.sandbox.monty import MontySandbox

    return await MontySandbox.open(size=size)
