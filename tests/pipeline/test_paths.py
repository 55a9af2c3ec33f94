from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import paths

PLACES = (
    paths.data_dir,
    paths.models_dir,
    paths.database_path,
    paths.cache_dir,
    paths.config_dir,
    paths.log_path,
)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOLOTYPE_HOME", "HOLOTYPE_MODELS", "HOLOTYPE_DB", "HOLOTYPE_CACHE"):
        monkeypatch.delenv(variable, raising=False)


def test_one_folder_can_hold_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path))
    found = [place() for place in PLACES]
    assert all(path.is_relative_to(tmp_path) for path in found)
    assert len(set(found)) == len(PLACES)


def test_models_database_and_caches_move_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOLOTYPE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOLOTYPE_MODELS", str(tmp_path / "m"))
    monkeypatch.setenv("HOLOTYPE_DB", str(tmp_path / "d.sqlite"))
    monkeypatch.setenv("HOLOTYPE_CACHE", str(tmp_path / "c"))
    assert paths.models_dir() == tmp_path / "m"
    assert paths.database_path() == tmp_path / "d.sqlite"
    assert paths.cache_dir() == tmp_path / "c"
    assert paths.data_dir() == tmp_path / "home"


def test_without_settings_the_platform_decides_and_an_empty_one_counts_as_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [place() for place in PLACES]
    monkeypatch.setenv("HOLOTYPE_HOME", "")
    assert [place() for place in PLACES] == found
    assert all("holotype" in str(path) for path in found)


def test_a_home_may_be_written_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOLOTYPE_HOME", "~/h")
    assert paths.data_dir() == Path.home() / "h"
