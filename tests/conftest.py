"""Shared by all tests: the `hole` marker with its summary, and the real tiny model."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--hole", action="append", default=[], help="run only the tests that accept this hole")


def pytest_configure(config: pytest.Config) -> None:
    """Share what mypy knows of the standard library among the tests, whatever home each has; and let ctrl+c
    reach what they start: a shell has its background jobs, and their children, ignore it."""
    os.environ.setdefault("HOLOTYPE_CACHE", str(config.cache.mkdir("holotype")))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With --hole, leave out the files that do not name it: most of the time went into importing them."""
    wanted = config.getoption("--hole")
    if not wanted or not (collection_path.name.startswith("test_") and collection_path.suffix == ".py"):
        return None
    text = collection_path.read_text(encoding="utf-8")
    return None if any(f'"{hole}"' in text for hole in wanted) else True


def _holes(item: pytest.Item) -> list[str]:
    return [str(hole) for mark in item.iter_markers("hole") for hole in mark.args]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.user_properties.append(("holes", _holes(item)))
        if "default_model" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("model"))  # two at once would only slow each other down
    wanted = set(config.getoption("--hole"))
    if not wanted:
        return
    kept = [item for item in items if wanted & set(_holes(item))]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Passed and total per hole: a test counts as passed when none of its phases failed."""
    tests: dict[str, dict[str, bool]] = defaultdict(dict)
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, []):
            for hole in dict(getattr(report, "user_properties", [])).get("holes", []):
                passed = tests[hole].get(report.nodeid, True)
                tests[hole][report.nodeid] = passed and outcome == "passed"
    if not tests:
        return
    terminalreporter.section("holes")
    for hole in sorted(tests, key=lambda name: (len(name), name)):
        verdicts = tests[hole].values()
        terminalreporter.write_line(f"{hole:>4}  {sum(verdicts)}/{len(verdicts)}")


@pytest.fixture(scope="session")
def tiny_model() -> Path:
    """The real tiny model's file, pulled once into the shared models folder."""
    return _pulled("tiny")


@pytest.fixture(scope="session")
def default_model() -> Path:
    """The real default model's file, pulled once into the shared models folder."""
    return _pulled("default")


def _pulled(name: str) -> Path:
    import asyncio

    from pipeline.providers.models import catalogue, pull

    return asyncio.run(pull.pull(catalogue.resolve(name)))
