"""What the doctor finds in an inventory that no single rule shows."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from pipeline.holes.inventory.doctor import examine
from pipeline.holes.inventory.tracker import Tracker

pytestmark = pytest.mark.hole("H20")


def tracker(folder: Path, values: str) -> Tracker:
    """Three holes that have to differ from one another, each with those `values`."""
    text = "".join(f'[[hole]]\nid = "{name}"\ndomain = "{values}"\n\n' for name in "ABC")
    for one, other in combinations("ABC", 2):
        text += f'[[constraint]]\nid = "{one}{other}"\nkind = "distinct"\nscope = ["{one}", "{other}"]\n\n'
    (folder / "holes.toml").write_text(f'name = "three"\n\n{text}', encoding="utf-8")
    return Tracker(folder / "holes.toml")


def test_constraints_that_hold_in_pairs_and_not_together_are_found(tmp_path: Path) -> None:
    found = [each.text for each in examine(tracker(tmp_path, "red, blue"))]
    assert any("cannot all hold" in message for message in found), found


def test_constraints_that_can_all_hold_are_no_finding(tmp_path: Path) -> None:
    assert not [each for each in examine(tracker(tmp_path, "red, blue, green")) if each.level == "error"]
