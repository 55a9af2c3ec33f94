from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import InfrastructureError, UsageError
from pipeline.providers.models.catalogue import Model, resolve
from pipeline.providers.models.presence import location, ready, record_path, require, state

ModelMaker = Callable[..., Model]


@pytest.fixture
def placed(model_of: ModelMaker, content: bytes) -> Model:
    """A model whose file a person put in place by hand."""
    model = model_of(content)
    location(model).parent.mkdir(parents=True)
    location(model).write_bytes(content)
    return model


def test_a_model_that_is_not_there(model_of: ModelMaker, content: bytes) -> None:
    model = model_of(content)
    assert (ready(model), state(model)) == (None, "absent")
    with pytest.raises(InfrastructureError, match="not on this machine") as caught:
        require(model)
    assert "holotype model pull study-0.1b" in caught.value.hint


def test_a_file_put_in_place_is_verified_once(placed: Model) -> None:
    assert state(placed) == "unverified"
    assert ready(placed) == location(placed)
    assert state(placed) == "ready"


def test_a_verified_file_is_not_hashed_again(placed: Model, content: bytes) -> None:
    file = location(placed)
    require(placed)
    verified = file.stat()
    file.write_bytes(bytes(len(content)))
    os.utime(file, ns=(verified.st_atime_ns, verified.st_mtime_ns))
    assert require(placed) == file, "same size, same time: the record is believed, so nothing was hashed"


@pytest.mark.parametrize("damaged", [b"GGUF", bytes(254_325)], ids=["truncated", "same size"])
def test_a_changed_file_is_corrupt(placed: Model, content: bytes, damaged: bytes) -> None:
    require(placed)
    assert len(content) == 254_325
    location(placed).write_bytes(damaged)
    os.utime(location(placed), ns=(1, 1))
    assert state(placed) == "unverified"
    with pytest.raises(InfrastructureError, match="model file corrupt") as caught:
        require(placed)
    assert "holotype model pull study-0.1b --force" in caught.value.hint


def test_a_touched_file_is_verified_anew(placed: Model) -> None:
    require(placed)
    os.utime(location(placed), ns=(5, 5))
    assert require(placed) == location(placed)
    assert json.loads(record_path(placed).read_text())["mtime_ns"] == 5


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_a_damaged_record_costs_a_verification_only(placed: Model, damage: bytes) -> None:
    require(placed)
    record_path(placed).write_bytes(damage)
    assert state(placed) == "unverified"
    assert require(placed) == location(placed)
    assert state(placed) == "ready"


@pytest.mark.parametrize("as_folder", [True, False])
def test_a_file_named_by_the_environment_is_used_where_it_is(
    model_of: ModelMaker, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_folder: bool
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file = folder / "another name.gguf"
    file.write_bytes(content)
    (folder / "other.gguf").write_bytes(b"GGUF of another size")
    monkeypatch.setenv("HOLOTYPE_MODEL_PATH", str(folder if as_folder else file))
    model = model_of(content)
    assert require(model) == file
    assert state(model) == "ready"


def test_an_environment_that_names_nothing_is_an_error(
    model_of: ModelMaker, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOLOTYPE_MODEL_PATH", str(tmp_path / "gone"))
    with pytest.raises(UsageError, match="HOLOTYPE_MODEL_PATH"):
        ready(model_of(content))


def test_an_own_file_is_ready_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    model = resolve(str(path))
    assert (require(model), state(model)) == (path, "ready")
    path.unlink()
    assert state(model) == "absent"
