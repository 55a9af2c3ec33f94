"""Where a model's file may come from: a file on this machine, the Hugging Face cache or hub.

A source delivers pieces; it is `pull` that puts them together and refuses them if the digest is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pipeline.providers.models.child import ChildError, run_child

if TYPE_CHECKING:
    from pipeline.providers.models.catalogue import Model

Stage = Literal["waiting", "fetching", "checking", "skipped"]


@dataclass(frozen=True, slots=True)
class PullUpdate:
    """How far a pull is: `done` of `total` bytes of the model at this stage.

    `waiting`: another process pulls the same model. `skipped`: `source` could not deliver, `note` says why.
    """

    stage: Stage
    source: str
    done: int
    total: int
    note: str = ""


Progress = Callable[[PullUpdate], object]


class SourceError(Exception):
    """This source cannot deliver the model; the message says why. The next source may."""


class Source(Protocol):
    """One place that may hold a model's file."""

    @property
    def title(self) -> str:
        """What a person knows the source by."""
        ...

    async def fetch(self, model: Model, into: Path, progress: Progress) -> Sequence[Path]:
        """Bring the model's pieces and return them in order; what is new lands in the folder `into`.

        Files in `into` start with the model's name and a dot. Raises `SourceError`.
        """
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file that is there already, or a folder that holds it."""

    path: Path

    @property
    def title(self) -> str:
        return str(self.path)

    async def fetch(self, model: Model, into: Path, progress: Progress) -> Sequence[Path]:
        found = file_of_size(self.path, model)
        if found is None:
            raise SourceError(f"no file of {model.bytes:,} bytes there")
        return [found]


@dataclass(frozen=True, slots=True)
class HubSource:
    """The Hugging Face cache and, where it is not there and the hub can be reached, the hub."""

    repository: str
    file: str

    @property
    def title(self) -> str:
        return f"Hugging Face {self.repository}"

    async def fetch(self, model: Model, into: Path, progress: Progress) -> Sequence[Path]:
        def advance(done: int, total: int) -> None:
            progress(PullUpdate("fetching", self.title, done, model.bytes))

        script = Path(__file__).with_name("hub_download.py")
        folder = into / f"{model.name}.hub"
        arguments = [self.repository, self.file, model.sha256, str(folder)]
        try:
            lines = await run_child([sys.executable, "-P", str(script), *arguments], advance)
        except ChildError as error:
            raise SourceError(error.last_line) from error
        if not lines:
            raise SourceError("the download ended without naming a file")
        return [Path(lines[-1])]


def file_of_size(path: Path, model: Model) -> Path | None:
    """The file at `path`, or in the folder `path`, that can be the model's, going by name and size alone."""
    candidates = [path / model.file_name, *sorted(path.glob("*.gguf"))] if path.is_dir() else [path]
    return next((file for file in candidates if file.is_file() and file.stat().st_size == model.bytes), None)
