"""The console as a person set it up: their keymap and their settings, two TOML files in one folder.

`keymap.toml` has lines such as `"holes.accept" = "a,f5"`: an action's id and its keys. `settings.toml` may
have `theme` and `mouse`. What the command line says comes first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.atomic import replace_content
from pipeline.errors import UsageError
from pipeline.paths import config_dir


@dataclass(frozen=True, slots=True)
class Settings:
    """What `settings.toml` says; None where it says nothing."""

    theme: str | None = None
    mouse: bool | None = None


def keymap_path() -> Path:
    """The person's keymap."""
    return config_dir() / "keymap.toml"


def settings_path() -> Path:
    """The person's settings."""
    return config_dir() / "settings.toml"


def read_keymap(check: Callable[[Mapping[str, str]], object]) -> dict[str, str]:
    """Action ids to keys, empty without a file. `check` refuses an unusable map with a UsageError.

    Raises UsageError that names file and line.
    """
    path = keymap_path()
    text, entries = _read(path)
    keymap: dict[str, str] = {}
    for name, keys in _flat(entries):
        if not isinstance(keys, str):
            at = _where(path, text, name)
            raise UsageError(f"{at}: the keys of {name} are no text", f'For instance: "{name}" = "f5".')
        try:
            check({name: keys})
        except UsageError as error:
            raise UsageError(f"{_where(path, text, name)}: {error.message}", error.hint) from error
        keymap[name] = keys
    check(keymap)
    return keymap


def read_settings() -> Settings:
    """The person's settings. Raises UsageError that names file and line."""
    path = settings_path()
    text, entries = _read(path)
    for name, value in entries.items():
        kind: type = {"theme": str, "mouse": bool}.get(name, type(None))
        if kind is type(None):
            raise UsageError(
                f"{_where(path, text, name)}: there is no setting {name}", "There are: theme, mouse."
            )
        if not isinstance(value, kind):
            wanted = 'a name such as "nord"' if kind is str else "true or false"
            raise UsageError(f"{_where(path, text, name)}: {name} is {value!r}", f"It can be {wanted}.")
    return Settings(entries.get("theme"), entries.get("mouse"))


def keep_theme(name: str) -> None:
    """Make `name` the theme of the next time; the rest of the file stays as the person wrote it.

    Raises OSError where the file cannot be written.
    """
    path = settings_path()
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    line = f'theme = "{name}"'
    changed, found = re.subn(r"^\s*theme\s*=.*$", line, text, count=1, flags=re.MULTILINE)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_content(path, (changed if found else f"{line}\n{text}").encode())


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    """A file's text and its TOML, both empty where there is no file. Raises UsageError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return "", {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", "Mend it, or move it away.") from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        at = f"{path}, line {line[1] if line else len(text.splitlines())}"
        raise UsageError(
            f"{at}: this is no TOML: {error}", 'A line is like: "holes.accept" = "f5".'
        ) from error


def _flat(entries: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Dotted names; `holes.accept = "f5"` without quotes is a table in a table."""
    found: list[tuple[str, Any]] = []
    for name, value in entries.items():
        found += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, value)]
    return found


def _where(path: Path, text: str, name: str) -> str:
    """The file and the line that sets `name`: its own, or in a table the one with the last part of it."""
    for wanted in (name, name.rpartition(".")[2]):
        pattern = re.compile(rf"""^\s*["']?{re.escape(wanted)}["']?\s*=""")
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.match(line):
                return f"{path}, line {number}"
    return str(path)
