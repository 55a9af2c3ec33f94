"""Plain pytest on exported files, in the sandbox with the last word.

Nothing of Holotype can be imported there, no plugin is loaded, and hash seed, random seed and clock are not
those that the evidence was gathered under: what passes here passes on files that stand on their own. The
tests run in one process with the code, as they do on any machine: code made to deceive them can.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path

import msgspec

from pipeline.errors import InfrastructureError
from pipeline.verify.behaviour.examples import said
from pipeline.verify.sandbox.base import MIB, Job, Limits, Returned, Sandbox
from pipeline.verify.sandbox.layout import PACKAGES, find_layout

_OWN = ("console", "pipeline", "store")
_NEEDED = ("pytest", "hypothesis")
_NO_PACKAGES = (".dist-info", ".egg-info", "..", "__pycache__")
_FOLDER = "/tmp/exported"
_LIMITS = Limits(
    wall_seconds=120.0,
    load_seconds=20.0,
    total_seconds=150.0,
    memory_bytes=1024 * MIB,
    value_bytes=4 * MIB,
    open_files=128,
)
_SEED, _CLOCK = 1, 1_900_000_000.0

_RUN = """
import json, os, sys
from pathlib import Path

for name in [name for name in sys.modules if name.partition(".")[0] in (*{own!r}, "candidate")]:
    del sys.modules[name]
sys.modules.update(dict.fromkeys({own!r}))
sys.path.insert(0, {packages!r})
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
folder = Path({folder!r})
folder.mkdir()
for name, text in json.loads({files!r}).items():
    (folder / name).write_text(text, encoding="utf-8")
os.chdir(folder)


class Outcomes:
    def __init__(self):
        self.found = {{}}

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or not report.passed:
            failed = "" if report.passed else str(report.longrepr)[-500:] or report.outcome
            self.found[report.nodeid] = self.found.get(report.nodeid) or failed


def run():
    import pytest

    seen = Outcomes()
    code = pytest.main(["-q", "--tb=short", "-p", "no:cacheprovider", {tests!r}], plugins=[seen])
    return json.dumps([int(code), seen.found])
"""


class Ran(msgspec.Struct, frozen=True):
    """What pytest said: what went wrong with each test by its node id, empty where it passed.

    `failure` says why there are no tests, if there are none.
    """

    tests: Mapping[str, str]
    failure: str = ""

    def wrong_with(self, test: str) -> str:
        """What went wrong with `test` (`test_f.py::test_f[f(3)]`) or any of its cases; empty where nothing.

        A test that did not run did not pass.
        """
        cases = [test] if test in self.tests else [name for name in self.tests if name.startswith(f"{test}[")]
        if not cases:
            return self.failure or "it did not run"
        return next((self.tests[case] for case in cases if self.tests[case]), "")


@asynccontextmanager
async def pytest_sandbox() -> AsyncIterator[Sandbox]:
    """The sandbox with pytest and what exported tests import, for `run_tests`.

    Raises InfrastructureError where it cannot be had.
    """
    if sys.platform != "linux":
        raise InfrastructureError(
            "pytest runs in the sandbox on Linux only",
            "Export without --check, and run pytest in the folders where you trust the code.",
        )
    from pipeline.verify.sandbox.bubblewrap import BubblewrapSandbox

    layout = await find_layout(await asyncio.to_thread(_packages))
    sandbox = await BubblewrapSandbox.open(size=1, hash_seed=_SEED, layout=layout)
    try:
        yield sandbox
    finally:
        await sandbox.aclose()


async def run_tests(tests: Path, beside: Iterable[Path], sandbox: Sandbox) -> Ran:
    """Run a copy of the test file with copies of those files `beside` it, in a `pytest_sandbox`.

    A file that cannot be read is a failure. Raises InfrastructureError if the sandbox cannot work.
    """
    try:
        files = await asyncio.to_thread(_texts, [tests, *beside])
    except (OSError, UnicodeDecodeError) as error:
        return Ran({}, f"a file cannot be read: {error}")
    source = _RUN.format(
        own=_OWN, packages=PACKAGES, folder=_FOLDER, files=json.dumps(files), tests=tests.name
    )
    report = await sandbox.run(Job(source, ("run()",), _LIMITS, seed=_SEED, clock=_CLOCK))
    outcome = report.loaded or report.outcomes[0]
    if not isinstance(outcome, Returned) or not isinstance(outcome.value, str):
        return Ran({}, f"pytest {said(outcome)}")
    code, found = msgspec.json.decode(outcome.value, type=tuple[int, dict[str, str]])
    return Ran(found, "" if found else f"pytest ran nothing (exit code {code}): {report.stdout[-500:]}")


def _texts(files: Iterable[Path]) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def _packages() -> dict[str, Path]:
    """What is installed of pytest, Hypothesis and all that they need, by its name; nothing else."""
    found: dict[str, Path] = {}
    waiting, seen = [*_NEEDED], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError as error:
            if name not in _NEEDED:
                continue  # for another system
            raise InfrastructureError(
                f"{name} is not installed beside Holotype", f"Install {name} into this environment."
            ) from error
        waiting += [
            re.split(r"[^\w.-]", needed, maxsplit=1)[0]
            for needed in package.requires or ()
            if "extra ==" not in needed
        ]
        for top in {file.parts[0] for file in package.files or ()}:
            path = Path(str(package.locate_file(top)))
            if not top.endswith(_NO_PACKAGES) and path.exists():
                found[top] = path.resolve()
    return found
