from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest

from console.model_progress import bar, lines
from pipeline.providers.models.catalogue import resolve
from pipeline.providers.models.sources import PullUpdate

MODEL = replace(resolve("tiny"), bytes=10_000_000)


def updates() -> list[PullUpdate]:
    fetching = [PullUpdate("fetching", "b", done, 10_000_000) for done in range(0, 10_000_001, 50_000)]
    checking = [PullUpdate("checking", "b", done, 10_000_000) for done in range(0, 10_000_001, 50_000)]
    return [PullUpdate("skipped", "a", 0, 10_000_000, "gone [red]"), *fetching, *checking]


def test_lines_are_few_and_tell_why_a_source_was_skipped() -> None:
    out = io.StringIO()
    with lines(out) as show:
        for update in updates():
            show(update)
    printed = out.getvalue().splitlines()
    assert printed[0] == "a: gone [red]"
    assert printed[1] == "fetching from b: 0 of 10 MB"
    assert printed[-2:] == ["fetching from b: 10 of 10 MB", "checking b: 0 of 10 MB"]
    assert len(printed) == 1 + 11 + 1


def test_the_bar_shows_skipped_sources_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    with bar(MODEL) as show:
        for update in updates():
            show(update)
    assert "a: gone [red]" in out.getvalue()
