"""Type-checks candidates against the asked signature with ty, many candidates in one run (H18)."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from pipeline.errors import InfrastructureError

#: Findings that mean the code does not do what its signature says, or cannot run at all. Everything else a
#: checker remarks (an overload it cannot match, say) is often a false alarm on code that is right: it is
#: reported and ranks a candidate lower, but does not reject it.
_AGAINST_SIGNATURE = frozenset(
    {
        "invalid-return-type",
        "invalid-explicit-return",
        "invalid-implicit-return",
        "empty-body",
        "invalid-parameter-default",
        "unresolved-reference",
        "import-not-found",
        "unresolved-import",
        "missing-argument",
        "too-many-positional-arguments",
        "unknown-argument",
        "invalid-syntax",
    }
)

_TIMEOUT_S = 30.0


class TypeFinding(msgspec.Struct, frozen=True):
    """One remark of the type checker; `line` counts from 1."""

    code: str
    line: int
    message: str

    @property
    def against_signature(self) -> bool:
        """Whether it rejects the candidate."""
        return self.code in _AGAINST_SIGNATURE

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class _Position(msgspec.Struct):
    line: int


class _Positions(msgspec.Struct):
    begin: _Position


class _Location(msgspec.Struct):
    path: str
    positions: _Positions


class _Finding(msgspec.Struct):
    check_name: str
    description: str
    location: _Location


_decoder = msgspec.json.Decoder(list[_Finding])


async def check_types(modules: Mapping[str, str]) -> dict[str, tuple[TypeFinding, ...]]:
    """The findings for each of `modules` (candidate id to source), by id, in order of lines.

    Raises InfrastructureError when the checker does not run.
    """
    if not modules:
        return {}
    with tempfile.TemporaryDirectory(prefix="holotype-types-") as folder:
        names = {f"candidate_{index}.py": candidate for index, candidate in enumerate(modules)}
        for name, candidate in names.items():
            (Path(folder) / name).write_text(modules[candidate], encoding="utf-8")
        report = await _run_ty(Path(folder))
    findings: dict[str, list[TypeFinding]] = {candidate: [] for candidate in modules}
    for finding in _decoder.decode(report):
        candidate = names[Path(finding.location.path).name]
        message = finding.description.removeprefix(f"{finding.check_name}: ")
        findings[candidate].append(
            TypeFinding(finding.check_name, finding.location.positions.begin.line, message)
        )
    return {candidate: tuple(sorted(found, key=lambda f: f.line)) for candidate, found in findings.items()}


async def _run_ty(folder: Path) -> bytes:
    from ty import find_ty_bin

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    process = await asyncio.create_subprocess_exec(
        os.fsdecode(find_ty_bin()),
        *["check", "--output-format", "gitlab", "--exit-zero", "--no-progress", "--python-version", version],
        *["--project", str(folder), str(folder)],
        cwd=folder,
        env={"HOME": str(folder), "NO_COLOR": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            out, err = await process.communicate()
    except TimeoutError:
        raise InfrastructureError(f"the type checker did not answer in {_TIMEOUT_S:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise InfrastructureError(
            f"the type checker failed ({process.returncode}): {err.decode(errors='replace')[-500:]}",
            "Reinstall it with: pip install --force-reinstall ty",
        )
    return out
