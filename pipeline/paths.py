"""Where a person's data lives: models, database, caches, settings, log.

One folder holds everything where `HOLOTYPE_HOME` names it; otherwise the platform's own folders are used.
`HOLOTYPE_MODELS`, `HOLOTYPE_DB` and `HOLOTYPE_CACHE` move the models, the database and what can be made anew
alone. Nothing is created here.
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import PlatformDirs

from pipeline.errors import UsageError


def data_dir() -> Path:
    """The folder for what must outlive a session."""
    return _named("HOLOTYPE_HOME") or _platform().user_data_path


def models_dir() -> Path:
    """The folder of the embedded models' files."""
    return _named("HOLOTYPE_MODELS") or data_dir() / "models"


def database_path() -> Path:
    """The SQLite file of sessions and events."""
    return _named("HOLOTYPE_DB") or data_dir() / "holotype.db"


def cache_dir() -> Path:
    """The folder for what can be made anew at any time."""
    home = _named("HOLOTYPE_HOME")
    return _named("HOLOTYPE_CACHE") or (home / "cache" if home else _platform().user_cache_path)


def config_dir() -> Path:
    """The folder of the settings and the keymap."""
    home = _named("HOLOTYPE_HOME")
    return home / "config" if home else _platform().user_config_path


def log_path() -> Path:
    """The log file."""
    home = _named("HOLOTYPE_HOME")
    return (home / "log" if home else _platform().user_log_path) / "holotype.log"


def _platform() -> PlatformDirs:
    return PlatformDirs("holotype", appauthor=False)


def _named(variable: str) -> Path | None:
    """The absolute path that an environment variable gives; None where it is unset or empty.

    Raises UsageError where it names the folder of a user there is not.
    """
    value = os.environ.get(variable)
    try:
        return Path(value).expanduser().absolute() if value else None
    except RuntimeError as error:
        raise UsageError(
            f"{variable} is {value}, and there is no such user", f"Set {variable} anew."
        ) from error
