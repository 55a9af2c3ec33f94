"""A person's own keys and settings: read from their files, refused with file and line."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from console.keymap import checked
from console.settings import Settings, keep_theme, keymap_path, read_keymap, read_settings, settings_path
from pipeline.errors import UsageError


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_files_nothing_is_set() -> None:
    assert read_keymap(checked) == {}
    assert read_settings() == Settings(None, None)


@pytest.mark.parametrize("text", ['"holes.accept" = "f5"', 'holes.accept = "f5"', '[holes]\naccept = "f5"'])
def test_a_key_is_given_in_any_way_that_toml_has(text: str) -> None:
    write(keymap_path(), text)
    assert read_keymap(checked) == {"holes.accept": "f5"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('# mine\n"holes.acept" = "a"', "line 2: The keymap names an unknown action: holes.acept"),
        ('[holes]\naccept = "a"\nedit = ""', "line 3: The keymap gives no key for holes.edit"),
        ('[prompt]\nsubmit = "ctrl+enter"', "line 2: The keymap binds prompt.submit to ctrl+enter"),
        ('\n\n"holes.accept" = 5', "line 3: the keys of holes.accept are no text"),
        ('"holes.accept" = "a"\nholes.edit', "line 2: this is no TOML"),
    ],
)
def test_an_unusable_keymap_is_refused_with_file_and_line(text: str, said: str) -> None:
    write(keymap_path(), text)
    with pytest.raises(UsageError) as refused:
        read_keymap(checked)
    assert f"{keymap_path()}, {said}" in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('theme = "nord"\ncolour = 1', "line 2: there is no setting colour"),
        ('mouse = "no"', "line 1: mouse is 'no'"),
        ("theme = true", "line 1: theme is True"),
    ],
)
def test_an_unusable_setting_is_refused_with_file_and_line(text: str, said: str) -> None:
    write(settings_path(), text)
    with pytest.raises(UsageError) as refused:
        read_settings()
    assert f"{settings_path()}, {said}" in refused.value.message


def test_a_picked_theme_is_kept_beside_what_the_person_wrote() -> None:
    keep_theme("nord")
    assert read_settings().theme == "nord"
    write(settings_path(), '# mine\nmouse = false  # the terminal\'s\ntheme = "nord" # cold\n')
    keep_theme("gruvbox")
    assert read_settings() == Settings("gruvbox", mouse=False)
    assert settings_path().read_text().startswith("# mine\nmouse = false")


@pytest.mark.parametrize(
    ("file", "text", "arguments", "said"),
    [
        ("keymap.toml", 'holes.acept = "a"', (), "line 1: The keymap names an unknown action"),
        ("settings.toml", "mouse = 3", (), "line 1: mouse is 3"),
        ("settings.toml", "", ("--theme", "mud"), "there is no theme mud"),
    ],
)
def test_the_console_does_not_open_with_what_it_cannot_use(
    tmp_path: Path, file: str, text: str, arguments: tuple[str, ...], said: str
) -> None:
    write(tmp_path / "home" / "config" / file, text)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "console.cli", *arguments]
    code = subprocess.call(command, stdin=theirs, stdout=theirs, stderr=theirs, timeout=120)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert code == 2
    assert said in " ".join(shown.split())
    assert "Traceback" not in shown
