"""An oracle from a person's own Python: a reference implementation that answers questions about inputs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from contextlib import suppress

from pipeline.errors import UsageError

_LOAD_SECONDS = 60.0
_ANSWER_SECONDS = 10.0


class ReferenceOracle:
    """The `pipeline.session.Oracle` that does as the function `MODULE:FUNCTION` does.

    The function is the person's own code, so it runs beside the console, not in the sandbox. It is called
    with the arguments of the call in question, as the function that is asked for would be. Where more than
    one is asked for, another of that module's functions answers by its name.
    """

    def __init__(self, name: str) -> None:
        """Load it. Raises UsageError when there is no such function."""
        module, _, function = name.rpartition(":")
        if not module or not function:
            raise UsageError(
                f"the oracle {name} is not MODULE:FUNCTION", "For instance: --oracle reference:median"
            )
        self._name = name
        self._command = (sys.executable, "-m", "console.oracle_worker", module, function)
        self._process: subprocess.Popen[str] | None = None
        self._start()

    async def __call__(self, function: str, call: str, *, alone: bool = True) -> str | None:
        """What it gives; None where it does not tell, or takes longer than ten seconds."""
        asked = json.dumps({"function": function, "call": call, "alone": alone})
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await asyncio.to_thread(self._ask, asked)
        except TimeoutError:
            self.close()
            print(f"warning: the oracle took over {_ANSWER_SECONDS:g} s for {call}", file=sys.stderr)
            return None
        except asyncio.CancelledError:
            self.close()
            raise

    def close(self) -> None:
        """End its process, whatever that is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _start(self) -> subprocess.Popen[str]:
        """Start its process and wait until the reference is there."""
        process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert process.stdout is not None
        late = threading.Timer(_LOAD_SECONDS, process.kill)
        late.start()
        said = process.stdout.readline()
        late.cancel()
        problem = json.loads(said)["problem"] if said else "its process ended"
        if problem:
            process.kill()
            process.communicate()
            raise UsageError(f"the oracle {self._name} cannot be loaded: {problem}")
        self._process = process
        return process

    def _ask(self, asked: str) -> str | None:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        said = ""
        with suppress(BrokenPipeError):
            process.stdin.write(f"{asked}\n")
            process.stdin.flush()
            said = process.stdout.readline()
        if not said:  # its process has ended, or was ended, and another may be there by now
            if self._process is process:
                self.close()
            return None
        answer: str | None = json.loads(said)["answer"]
        return answer
