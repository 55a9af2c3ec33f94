"""Bring a model to this machine: from the first source that delivers the file with the right digest."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import AsyncFileLock, FileLock, Timeout

from pipeline.errors import InfrastructureError, UsageError
from pipeline.paths import models_dir
from pipeline.providers.models.catalogue import Model
from pipeline.providers.models.presence import location, named_by_environment, ready, record, record_path
from pipeline.providers.models.sources import FileSource, Progress, PullUpdate, Source, SourceError
from pipeline.providers.models.streaming import joined, require_space, run_steps

_POLL_SECONDS = 0.2


async def pull(
    model: Model, *, origin: Path | None = None, force: bool = False, progress: Progress = lambda _: None
) -> Path:
    """The model's verified file, fetched if it is not there yet; `force` fetches it even so.

    With `origin`, a file or a folder, it is copied from there and from nowhere else. Interrupted, the parts
    that are complete stay and the next pull goes on from them. Of two processes that pull the same model, the
    second waits and finds it there. `progress` is called in the event loop.

    Raises `UsageError` for a person's own file and for an `origin` that is not there; `InfrastructureError`
    if no source delivers, the disk has too little space or cannot be written, or the file that is there is
    corrupt and `force` is not given.
    """
    if model.path is not None:
        raise UsageError(f"{model.path} is your own file", "Only models of the catalogue can be pulled.")
    if origin is not None and not await asyncio.to_thread(origin.exists):
        raise UsageError(f"{origin} does not exist", "Give the path of the model's file or of its folder.")
    try:
        partial = _partial_folder()
        async with _alone(model, partial, progress):
            present = None if force else await asyncio.to_thread(ready, model)
            return present or await _fetch(model, origin, partial, progress)
    except OSError as error:
        raise InfrastructureError(
            f"the pull stopped at {error.filename or models_dir()}: {error.strerror or error}",
            "Set HOLOTYPE_MODELS to a folder that can be written and has room.",
        ) from error


def remove(model: Model) -> bool:
    """Delete the model's file and what an interrupted pull left; whether there was anything.

    A file outside the models folder is never touched. Raises `UsageError` for a person's own file,
    `InfrastructureError` while another process pulls the model.
    """
    if model.path is not None:
        raise UsageError(f"{model.path} is your own file", "Only pulled models can be removed.")
    kept = [location(model), record_path(model), *_unfinished(model, models_dir() / ".partial")]
    kept = [path for path in kept if path.exists()]
    if not kept:
        return False
    try:
        with FileLock(_lock_path(_partial_folder(), model), timeout=0):
            for path in kept:
                _delete(path)
    except Timeout as error:
        raise InfrastructureError(
            f"another process is pulling {model.name}", "Stop it, or wait until it has ended."
        ) from error
    return True


async def _fetch(model: Model, origin: Path | None, partial: Path, progress: Progress) -> Path:
    """Try the sources in order. Whatever happens, only finished parts are left in `partial`."""
    require_space(partial, model.bytes)
    refused: list[str] = []
    for source in _sources(model, origin):
        try:
            pieces = await source.fetch(model, partial, progress)
            return await _accept(model, source, pieces, partial, progress)
        except SourceError as error:
            refused.append(f"{source.title}: {error}")
            progress(PullUpdate("skipped", source.title, 0, model.bytes, str(error)))
    tried = "".join(f"\n  - {reason}" for reason in refused)
    raise InfrastructureError(
        f"the model {model.name} could not be fetched; tried:{tried}",
        f"Go online and try again, or put the file (sha256 {model.sha256}) at {location(model)}, "
        f"or give its place: holotype model pull {model.name} --from PATH",
    )


def _sources(model: Model, origin: Path | None) -> Sequence[Source]:
    if origin is not None:
        return [FileSource(origin)]
    elsewhere = named_by_environment()
    return [FileSource(elsewhere), *model.sources] if elsewhere else model.sources


async def _accept(
    model: Model, source: Source, pieces: Sequence[Path], partial: Path, progress: Progress
) -> Path:
    """Put the pieces together in place if they are the model. Otherwise nothing is kept: `SourceError`."""
    assembled = partial / f"{model.name}.assembled"
    digest = hashlib.sha256()

    def advance(done: int) -> None:
        progress(PullUpdate("checking", source.title, done, model.bytes))

    try:
        await run_steps(joined(pieces, assembled, digest), advance)
        if digest.hexdigest() != model.sha256:
            _discard(pieces, partial)
            raise SourceError(
                f"wrong digest: sha256 {digest.hexdigest()} instead of {model.sha256}; nothing was kept"
            )
        target = location(model)
        assembled.replace(target)
    finally:
        assembled.unlink(missing_ok=True)
    record(model, target)
    for path in _unfinished(model, partial):
        _delete(path)
    return target


@asynccontextmanager
async def _alone(model: Model, partial: Path, progress: Progress) -> AsyncIterator[None]:
    """Hold the model's lock; wait for the process that holds it."""
    lock = AsyncFileLock(_lock_path(partial, model), run_in_executor=False, poll_interval=_POLL_SECONDS)
    try:
        await lock.acquire(timeout=0)
    except Timeout:
        progress(PullUpdate("waiting", "another process", 0, model.bytes))
        await lock.acquire()
    try:
        yield
    finally:
        await lock.release()


def _partial_folder() -> Path:
    folder = models_dir() / ".partial"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _lock_path(partial: Path, model: Model) -> Path:
    return partial / f"{model.name}.lock"


def _unfinished(model: Model, partial: Path) -> list[Path]:
    """What interrupted pulls of the model left in `partial`, but not its lock."""
    return [path for path in partial.glob(f"{model.name}.*") if path.suffix != ".lock"]


def _discard(pieces: Sequence[Path], partial: Path) -> None:
    """Delete those of the pieces that were brought here; a person's own file stays."""
    for piece in pieces:
        if piece.is_relative_to(partial):
            _delete(partial / piece.relative_to(partial).parts[0])


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
