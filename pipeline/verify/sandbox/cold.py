"""One run in an interpreter of its own, started for it: where no warm zygote can be had (macOS).

Reads the job on standard input, reports on what was its standard output. Standard library only.
"""

from __future__ import annotations

import json
import os
import resource
import sys

from pipeline.verify.sandbox import candidate, determinism, framing, usual

_RESULT_FD = 3


def main() -> None:
    job = json.loads(framing.receive(0)[1])
    os.dup2(1, _RESULT_FD)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.closerange(_RESULT_FD + 1, 256)
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: job["file_bytes"],
        resource.RLIMIT_NOFILE: job["open_files"],
        resource.RLIMIT_CPU: int(job["total_seconds"]) + 2,
    }
    if sys.platform != "darwin":  # which does not enforce it
        limits[resource.RLIMIT_AS] = job["memory_bytes"]
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))
    usual.install()
    determinism.install().start(job["clock"])
    determinism.seed(job["seed"])
    candidate.execute(job, lambda text: framing.send(_RESULT_FD, framing.RESULT, text))
    os._exit(0)
