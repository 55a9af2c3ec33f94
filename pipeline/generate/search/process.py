"""The search in a process of its own, so that the event loop stays free and a cancel ends it at once."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path

import msgspec

import pipeline
from pipeline.errors import InfrastructureError
from pipeline.generate.search.budget import Budget
from pipeline.generate.search.found import Found
from pipeline.generate.search.order import Order
from pipeline.generate.search.problem import problem_of
from pipeline.ir import Function
from pipeline.syntax import literal
from pipeline.verify.behaviour.examples import Expectation
from pipeline.verify.sandbox.values import encode

_OVERTIME = 1.15
"""A search that takes so many times its seconds is killed; what it told of until then counts."""
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_LINE_BYTES = 1 << 20


async def search(
    function: Function, budget: Budget | None = None, expectations: Sequence[Expectation] | None = None
) -> Found:
    """Programs that satisfy the examples and differ elsewhere; none where nothing can be searched for.

    `expectations` are the examples with their values read; without them, those of `function` that are
    literals count. When cancelled, the process is dead before this returns. Raises InfrastructureError if
    it cannot work.
    """
    budget = budget or Budget()
    known = literal_expectations(function) if expectations is None else expectations
    if not searchable(function, known):
        return Found()
    started = time.monotonic()
    order = Order(
        function=function.model_dump_json(),
        examples=[expectation.example.model_dump_json() for expectation in known],
        values=[encode(expectation.value) for expectation in known],
        seconds=budget.seconds,
        terms=budget.terms,
        memory_bytes=budget.memory_bytes,
        fits=budget.fits,
        started=started,
    )
    process = await _started()
    lines: list[bytes] = []
    complaint = b""
    killed = False
    try:
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + budget.seconds * _OVERTIME):
            complaint = await _conversation(process, msgspec.json.encode(order), lines)
    except TimeoutError:
        killed = True
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if not killed and process.returncode != 0:
        raise _failure(process.returncode, complaint)
    found = msgspec.json.decode(lines[-1], type=Found) if lines else Found(examples=len(known))
    return msgspec.structs.replace(
        found, seconds=time.monotonic() - started, ended="killed" if killed else found.ended
    )


def searchable(function: Function, expectations: Sequence[Expectation] | None = None) -> bool:
    """Whether a search can be tried: a plain function, with an example on literals that it can read.

    Quick, for deciding whether to plan one at all.
    """
    known = literal_expectations(function) if expectations is None else expectations
    return problem_of(function, known) is not None


def literal_expectations(function: Function) -> list[Expectation]:
    """The function's examples whose results are literals, or exceptions."""
    known = []
    for example in function.examples:
        if example.expected is None:
            known.append(Expectation(example))
            continue
        try:
            known.append(Expectation(example, literal(example.expected)))
        except ValueError:
            continue  # it takes the sandbox to read that one
    return known


async def _started() -> Process:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["PYTHONPATH"] = str(Path(pipeline.__file__).parents[1])
    environment["PYTHONHASHSEED"] = "0"
    command = (sys.executable, "-P", "-m", "pipeline.generate.search.worker")
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=environment,
        start_new_session=True,
        limit=_LINE_BYTES,
    )


async def _conversation(process: Process, order: bytes, lines: list[bytes]) -> bytes:
    """Give the order, add each line of the answer to `lines`; what the process complains of at its end."""
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    complaints = asyncio.ensure_future(process.stderr.read())
    try:
        process.stdin.write(order)
        process.stdin.close()
        while line := await process.stdout.readline():
            lines.append(line)
        complaint = await complaints
    finally:
        complaints.cancel()
    await process.wait()
    return complaint


def _failure(status: int | None, complaint: bytes) -> InfrastructureError:
    said = complaint.decode(errors="replace").strip().splitlines()
    return InfrastructureError(
        f"the search for programs ended with status {status}: {said[-1] if said else 'it said nothing'}",
        "This is a defect in Holotype, or too little memory. Candidates still come from the model.",
    )
