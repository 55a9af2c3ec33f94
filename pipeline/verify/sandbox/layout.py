"""What of the host a sandboxed CPython needs: its interpreter, standard library and shared libraries."""

from __future__ import annotations

import asyncio
import re
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from pipeline.errors import InfrastructureError

PREFIX = "/python"
"""Where the interpreter is mounted inside, so that programs do not see the host's paths."""
CODE = "/sandbox"
"""Where the sandbox's own modules are mounted inside."""
PACKAGES = "/packages"
"""Where further packages are mounted inside, if any."""

_MODULES = (
    "candidate",
    "determinism",
    "forker",
    "framing",
    "landlock",
    "parts",
    "seccomp",
    "usual",
    "values",
    "watched",
    "zygote",
)
_PACKAGE = "pipeline/verify/sandbox"
_LIBRARY = re.compile(r"(?:=>\s*)?(/\S+)\s+\(0x")
# Extension modules that need libraries of their own; those of displays and terminals are left out.
_LINKED = (
    "_bz2", "_ctypes", "_decimal", "_hashlib", "_lzma", "_sqlite3", "_ssl", "_uuid", "_zstd",
    "pyexpat", "zlib",
)  # fmt: skip
_ZONES = Path("/usr/share/zoneinfo")


@dataclass(frozen=True, slots=True)
class Layout:
    """Read-only mounts, and how to start the interpreter among them."""

    mounts: tuple[tuple[str, str], ...]
    """Host path, path inside."""
    hidden: tuple[str, ...]
    """Directories inside that an empty one covers: installed packages."""
    python: str
    library_path: str

    @property
    def readable(self) -> list[str]:
        return [PACKAGES, *(inside for _, inside in self.mounts)]


async def find_layout(packages: Mapping[str, Path] = MappingProxyType({})) -> Layout:
    """The layout for the running interpreter's version; `packages` (by name) can be found in `PACKAGES`.

    Raises InfrastructureError if the interpreter's parts cannot be found.
    """
    # Two folders on some systems, one on most: what is written in Python, and what is compiled.
    standard, compiled = (
        Path(sysconfig.get_path(name, vars={"installed_base": sys.base_prefix, "platbase": sys.base_prefix}))
        for name in ("stdlib", "platstdlib")
    )
    binaries = [_executable(), *_extensions(standard), *_extensions(compiled)]
    binaries += [path for folder in packages.values() for path in sorted(folder.rglob("*.so"))]
    layout = _layout(standard, compiled, await _shared_libraries(binaries))
    further = tuple((str(path), f"{PACKAGES}/{name}") for name, path in packages.items())
    return replace(layout, mounts=(*layout.mounts, *further))


def _layout(standard: Path, compiled: Path, libraries: set[str]) -> Layout:
    if not (standard / "os.py").is_file():
        raise InfrastructureError(
            f"the sandbox cannot find the standard library of {_executable()}",
            "Run Holotype with an ordinary CPython installation that has its library in files.",
        )
    version = standard.name
    inside = f"{PREFIX}/lib/{version}"
    python = f"{PREFIX}/bin/{version}"
    mounts = [(str(_executable()), python), (str(standard.resolve()), inside)]
    if compiled.resolve() != standard.resolve() and compiled.is_dir():
        mounts.append((str(compiled.resolve()), f"{PREFIX}/{sys.platlibdir}/{version}"))
    placed = {path: _place(path) for path in sorted(libraries)}
    mounts += [(str(Path(path).resolve()), target) for path, target in placed.items()]
    mounts += [(str(path), f"{CODE}/{_PACKAGE}/{path.name}") for path in _own_modules()]
    if _ZONES.is_dir():
        mounts.append((str(_ZONES), str(_ZONES)))
    packages = ("site-packages", "dist-packages")
    hidden = tuple(f"{inside}/{name}" for name in packages if (standard / name).is_dir())
    folders = sorted({str(Path(target).parent) for target in placed.values()})
    return Layout(tuple(mounts), hidden, python, ":".join(folders))


def _place(library: str) -> str:
    """Where a library is mounted: at its own path, or in the prefix if that path would tell of the host."""
    path = Path(library)
    private = (Path(sys.base_prefix), Path.home())
    return f"{PREFIX}/lib/{path.name}" if any(map(path.is_relative_to, private)) else library


def _executable() -> Path:
    # In a virtual environment sys.executable is a link to, or a copy of, the base interpreter.
    base = getattr(sys, "_base_executable", None) or sys.executable
    return Path(base).resolve()


def _extensions(standard: Path) -> list[Path]:
    folder = standard / "lib-dynload"
    return [path for name in _LINKED for path in folder.glob(f"{name}.*so")]


def _own_modules() -> list[Path]:
    here = Path(__file__).resolve().parent
    return [here / f"{name}.py" for name in _MODULES]


async def _shared_libraries(binaries: list[Path]) -> set[str]:
    """Paths of every shared library that the binaries load, as the loader will look for them."""
    try:
        process = await asyncio.create_subprocess_exec(
            "ldd", *map(str, dict.fromkeys(binaries)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise InfrastructureError(
            f"the sandbox cannot find the interpreter's shared libraries: ldd: {error.strerror}",
            "Install ldd (package libc-bin, or glibc-common).",
        ) from error
    output, _ = await process.communicate()
    return set(_LIBRARY.findall(output.decode(errors="replace")))
