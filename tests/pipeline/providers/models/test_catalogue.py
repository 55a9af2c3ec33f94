from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.providers.models.catalogue import ALIASES, CATALOGUE, Model, resolve
from pipeline.providers.models.packages import PackageSource


@pytest.mark.parametrize(
    ("alias", "size"), [("default", 1_117_320_768), ("small", 491_400_064), ("tiny", 98_362_432)]
)
def test_an_alias_is_the_model_itself(alias: str, size: int) -> None:
    assert resolve(alias) is resolve(ALIASES[alias])
    assert resolve(alias).bytes == size


@pytest.mark.parametrize("model", CATALOGUE.values(), ids=lambda model: model.name)
def test_the_packages_hold_just_the_whole_model(model: Model) -> None:
    carriers = [source for source in model.sources if isinstance(source, PackageSource)]
    for carrier in carriers:
        full, last = len(carrier.packages) - 1, model.bytes
        assert full * carrier.part_bytes < last <= (full + 1) * carrier.part_bytes
    assert carriers


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="gpt") as caught:
        resolve("gpt")
    assert all(name in caught.value.hint for name in [*CATALOGUE, *ALIASES])


def test_a_gguf_file_is_a_model_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF and more")
    model = resolve(str(path))
    assert (model.path, model.name, model.bytes) == (path, "mine", 13)


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(UsageError, match="not a GGUF file"):
        resolve(str(path))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        resolve(str(tmp_path / "none.gguf"))
