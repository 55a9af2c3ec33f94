from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio

from pipeline.errors import InfrastructureError
from pipeline.verify.sandbox.base import (
    CUT,
    Crashed,
    Job,
    Limits,
    NotRun,
    OutOfMemory,
    Raised,
    Returned,
    TimedOut,
)
from pipeline.verify.sandbox.bubblewrap import BubblewrapSandbox
from tests.pipeline.verify.sandbox.processes import family, sandboxes, user_ticks

pytestmark = [
    pytest.mark.hole("H25"),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux"),
]

HANG = "def hang():\n    while True: pass\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[BubblewrapSandbox]:
    sandbox = await BubblewrapSandbox.open()
    yield sandbox
    await sandbox.aclose()


def _values(*outcomes: object) -> list[object]:
    return [outcome.value if isinstance(outcome, Returned) else outcome for outcome in outcomes]


async def test_values_come_back_in_order(sandbox: BubblewrapSandbox) -> None:
    report = await sandbox.run(Job("def f(x, *, k=0):\n    return [x] * k\n", ("f(1, k=2)", " f('a') ", "f")))
    assert report.loaded is None
    assert _values(*report.outcomes[:2]) == [[1, 1], []]
    assert report.outcomes[2].value.type_name == "function"  # type: ignore[union-attr]
    assert report.seconds > 0
    version = ".".join(map(str, sys.version_info[:3]))
    assert report.interpreter.startswith(f"CPython {version} under bubblewrap, seccomp, ")
    assert "Landlock" in report.interpreter


@pytest.mark.parametrize("claimed", ["5", "property(lambda self: 1 / 0)", "(int,)"])
async def test_what_an_exception_is_derived_from_is_not_what_its_class_claims(
    claimed: str, sandbox: BubblewrapSandbox
) -> None:
    source = f"class Meta(type):\n    __mro__ = {claimed}\nclass Odd(KeyError, metaclass=Meta): pass\ndef f(): raise Odd\n"
    (outcome,) = (await sandbox.run(Job(source, ("f()",)))).outcomes
    assert isinstance(outcome, Raised), outcome
    assert (outcome.type, *outcome.bases[:2]) == ("Odd", "KeyError", "LookupError")


async def test_expressions_share_one_namespace(sandbox: BubblewrapSandbox) -> None:
    report = await sandbox.run(Job("seen = []\n", ("seen.append(1)", "seen.append(2)", "seen")))
    assert _values(*report.outcomes) == [None, None, [1, 2]]


async def test_exceptions_tell_type_message_and_line(sandbox: BubblewrapSandbox) -> None:
    source = "class Odd(ValueError): pass\ndef f(x):\n    if x:\n        raise Odd('no\\ud800')\n    return 1 / x\n"
    report = await sandbox.run(Job(source, ("f(1)", "f(0)", "g()", "1 +", "import os")))
    bases = ("ValueError", "Exception", "BaseException", "object")
    assert report.outcomes[0] == Raised("Odd", "no\\ud800", 4, bases)
    assert report.outcomes[1] == Raised("ZeroDivisionError", "division by zero", 5)
    assert [getattr(outcome, "type", None) for outcome in report.outcomes[2:]] == ["NameError"] + [
        "SyntaxError"
    ] * 2


@pytest.mark.parametrize(
    ("source", "loaded"),
    [
        ("x = (", Raised("SyntaxError", "'(' was never closed (<candidate>, line 1)", 1)),
        ("\nimport nothing_here", Raised("ModuleNotFoundError", "No module named 'nothing_here'", 2)),
        ("while True: pass", TimedOut(1.0)),
        ("x = bytearray(1 << 40)", OutOfMemory()),
        ("import os; os._exit(5)", Crashed("exited with status 5 before giving a value")),
        ("x = '\0'", None),
    ],
)
async def test_a_source_that_does_not_load(source: str, loaded: object, sandbox: BubblewrapSandbox) -> None:
    report = await sandbox.run(Job(source, ("1", "2"), Limits(load_seconds=1.0)))
    assert report.outcomes == ()
    assert report.loaded == loaded or (loaded is None and isinstance(report.loaded, Raised))


async def test_the_rest_runs_after_an_expression_that_ends_the_process(sandbox: BubblewrapSandbox) -> None:
    source = HANG + "import os, ctypes\n"
    expressions = ("1", "hang()", "2", "os._exit(1)", "ctypes.string_at(0)", "bytearray(1 << 40)", "3")
    report = await sandbox.run(Job(source, expressions, Limits(wall_seconds=0.8)))
    assert _values(*report.outcomes) == [
        1, TimedOut(0.8), 2, Crashed("exited with status 1 before giving a value"), Crashed("killed by SIGSEGV"),
        OutOfMemory(), 3,
    ]  # fmt: skip


async def test_a_source_that_fails_the_second_time(sandbox: BubblewrapSandbox) -> None:
    source = "import os\nif os.path.exists('/tmp/mark'): raise OSError('again')\nopen('/tmp/mark', 'w')\n"
    report = await sandbox.run(Job(source, ("1", "os._exit(0)", "2", "3")))
    again = Raised("OSError", "again", 2)
    assert report.loaded is None
    assert report.outcomes[2:] == (again, again)


async def test_the_whole_job_has_a_limit(sandbox: BubblewrapSandbox) -> None:
    report = await sandbox.run(Job(HANG, ("hang()",) * 4, Limits(wall_seconds=0.2, total_seconds=0.3)))
    assert isinstance(report.outcomes[0], TimedOut)
    assert report.outcomes[-1] == NotRun("the job's 0.3 s were over")


async def test_what_the_job_s_time_cuts_off_has_not_run_into_its_own(sandbox: BubblewrapSandbox) -> None:
    """It had less time than it may take, so nothing is said of it."""
    limits = Limits(wall_seconds=5.0, total_seconds=0.3)
    report = await sandbox.run(Job(HANG, ("1", "hang()", "2"), limits))
    over = NotRun("the job's 0.3 s were over")
    assert report.outcomes == (Returned(1, "1"), over, over)


async def test_files_are_copied_and_moved_as_usual(sandbox: BubblewrapSandbox) -> None:
    source = """import os, shutil
from pathlib import Path
def work():
    here = Path("/tmp/here")
    here.mkdir()
    (here / "a").write_text("a")
    for name, copy in (("b", shutil.copy), ("c", shutil.copy2), ("d", shutil.copyfile)):
        copy(here / "a", here / name)
    (here / "a").chmod(0o600)
    os.utime(here / "a")
    try:
        os.utime("/tmp/none")
    except FileNotFoundError:
        (here / "new").touch()
    shutil.copytree(here, "/tmp/there")
    shutil.move("/tmp/there/a", "/tmp/here/moved")
    (here / "sub").mkdir()
    (here / "b").rename(here / "sub" / "b")
    return sorted(str(path) for folder in (here, Path("/tmp/there")) for path in folder.rglob("*"))
"""
    (outcome,) = (await sandbox.run(Job(source, ("work()",)))).outcomes
    assert isinstance(outcome, Returned), outcome
    names = [f"here/{name}" for name in ("a", "c", "d", "moved", "new", "sub", "sub/b")]
    names += [f"there/{name}" for name in ("b", "c", "d", "new")]
    assert outcome.value == [f"/tmp/{name}" for name in names]


async def test_what_code_does_to_its_own_process_by_accident_is_told(sandbox: BubblewrapSandbox) -> None:
    source = (
        "import sys\ndef gone():\n    out = sys.stdout\n    del sys.stdout\n    return 3\n"
        "def odd():\n    raise ValueError(f'bad {object()}')\n"
    )
    report = await sandbox.run(Job(source, ("exit(1)", "quit()", "odd()", "gone()")))
    assert report.outcomes == (
        Raised("SystemExit", "1"),
        Raised("SystemExit", ""),
        Raised("ValueError", "bad <object object>", 7),
        Returned(3, "3"),
    )


async def test_output_is_kept_up_to_a_limit(sandbox: BubblewrapSandbox) -> None:
    source = "import sys\nprint('out')\nprint('err', file=sys.stderr)\n"
    assert (await sandbox.run(Job(source, ("print(1)",)))).stdout == "out\nerr\n1\n"
    report = await sandbox.run(Job("print('x' * 10**6)", ("1",), Limits(output_bytes=10)))
    assert report.stdout == "x" * 10 + CUT
    assert _values(*report.outcomes) == [1]


async def test_output_before_a_timeout_is_kept(sandbox: BubblewrapSandbox) -> None:
    report = await sandbox.run(Job(HANG, ("print('here') or hang()",), Limits(wall_seconds=0.2)))
    assert report.stdout == "here\n"


async def test_files_do_not_pass_to_the_next_job(sandbox: BubblewrapSandbox) -> None:
    write = "open('/tmp/left', 'w').write('x')"
    for _ in range(4):
        report = await sandbox.run(Job("import os", ("os.listdir('/tmp')", write)))
        assert _values(*report.outcomes) == [[], 1]


async def test_what_is_written_after_the_answer_does_not_pass_to_the_next_job(
    sandbox: BubblewrapSandbox,
) -> None:
    source = (
        "import os, threading\ndef write():\n    while True: open('/tmp/left', 'w').write('x')\n"
        "def f():\n    found = os.listdir('/tmp')\n    threading.Thread(target=write).start()\n    return found\n"
    )
    for _ in range(4):
        assert _values(*(await sandbox.run(Job(source, ("f()",)))).outcomes) == [[]]


async def test_a_flood_after_the_answer_is_cut(sandbox: BubblewrapSandbox) -> None:
    source = (
        "import os, threading\ndef flood():\n    while True: os.write(1, b'x' * 4096)\n"
        "def f():\n    threading.Thread(target=flood).start()\n    return 1\n"
    )
    report = await sandbox.run(Job(source, ("f()", "f()"), Limits(output_bytes=10_000)))
    assert _values(*report.outcomes) == [1, 1]
    assert len(report.stdout.removesuffix(CUT)) <= 10_000
    assert _values(*(await sandbox.run(Job("", ("2",)))).outcomes) == [2]


async def test_time_and_chance_repeat(sandbox: BubblewrapSandbox) -> None:
    source = "import time, random, datetime, os, uuid, secrets\n"
    expressions = (
        "time.time()", "datetime.datetime.now()", "datetime.date.today()", "time.localtime()[:6]", "random.random()",
        "random.Random().random()", "os.urandom(4)", "str(uuid.uuid4())", "secrets.token_hex(4)", "list({'a', 'b', 'c'})",
        "hash('a')", "time.sleep(3600)", "datetime.datetime.utcnow().hour", "time.monotonic() > 3600",
        "time.clock_gettime(time.CLOCK_REALTIME)", "time.clock_gettime_ns(time.CLOCK_MONOTONIC) > 3600e9",
        "os.getrandom(4)", "str(uuid.uuid1())", "(random.seed(), random.random())", "(random.seed(5), random.random())",
    )  # fmt: skip
    jobs = [Job(source, expressions)] * 3 + [Job(source, expressions, seed=1, clock=0.0)]
    first, second, third, other = [await sandbox.run(job) for job in jobs]
    assert first.outcomes == second.outcomes == third.outcomes
    assert first.outcomes[0] == Returned(1704067200.000001, "1704067200.000001")
    assert first.outcomes[12] == Returned(1, "1")
    assert first.seconds < 3
    assert first.outcomes[15] == Returned(True, "True")
    assert first.outcomes[19] == other.outcomes[19], "a seed of the code's own counts"
    for number in (*range(9), 14, 16, 17, 18):
        assert first.outcomes[number] != other.outcomes[number]


async def test_the_standard_library_works(sandbox: BubblewrapSandbox) -> None:
    source = (
        "import asyncio, sqlite3, zlib, decimal, threading, tempfile, ssl, zoneinfo, dataclasses, queue\n"
        "import os, pathlib, shutil\n"
        "@dataclasses.dataclass\nclass P:\n    x: int\n"
        "async def later():\n    await asyncio.sleep(0.01)\n    return 1\n"
        "def threads():\n    q = queue.Queue()\n    t = threading.Thread(target=q.put, args=(5,))\n"
        "    t.start(); t.join()\n    return q.get()\n"
        "def files():\n    with tempfile.TemporaryDirectory() as d:\n        open(d + '/f', 'w').write('ab')\n"
        "        return open(d + '/f').read()\n"
        "def touched():\n    path = pathlib.Path('/tmp/t')\n    for _ in range(2): path.touch()\n"
        "    shutil.copyfile(path, '/tmp/u')\n    return sorted(os.listdir('/tmp'))\n"
    )
    expressions = (
        "asyncio.run(later())", "threads()", "files()", "sqlite3.connect(':memory:').execute('select 1').fetchall()",
        "len(zlib.compress(b'a' * 99)) < 99", "P(1) == P(1)", "__name__", "touched()",
    )  # fmt: skip
    report = await sandbox.run(Job(source, expressions))
    assert _values(*report.outcomes) == [1, 5, "ab", [(1,)], True, True, "candidate", ["t", "u"]]


async def test_many_threads_fit(sandbox: BubblewrapSandbox) -> None:
    source = (
        "import threading\ndef f():\n    stop, seen = threading.Event(), []\n"
        "    threads = [threading.Thread(target=lambda: (stop.wait(), seen.append(1))) for _ in range(100)]\n"
        "    for t in threads: t.start()\n    stop.set()\n    for t in threads: t.join()\n    return len(seen)\n"
    )
    assert _values(*(await sandbox.run(Job(source, ("f()",)))).outcomes) == [100]


async def test_jobs_share_the_pool(sandbox: BubblewrapSandbox) -> None:
    jobs = [Job(f"def f(x): return x + {i}", tuple(f"f({x})" for x in range(5))) for i in range(20)]
    reports = await asyncio.gather(*map(sandbox.run, jobs))
    for i, report in enumerate(reports):
        assert _values(*report.outcomes) == [i, i + 1, i + 2, i + 3, i + 4]


async def test_as_many_stand_ready_as_may_run_at_once() -> None:
    before = sandboxes()
    sandbox = await BubblewrapSandbox.open(size=3)
    opened = sandboxes() - before
    assert len(opened) == 3
    await asyncio.gather(*(sandbox.run(Job("", ("1",))) for _ in range(9)))
    assert sandboxes() - before == opened
    await sandbox.aclose()
    assert sandboxes() == before


async def test_cancelling_ends_the_run_and_spares_the_pool() -> None:
    before = sandboxes()
    sandbox = await BubblewrapSandbox.open(size=1)
    task = asyncio.create_task(sandbox.run(Job(HANG, ("hang()",), Limits(wall_seconds=60))))
    mine = await _once_busy(before)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert family(mine) == set()

    assert _values(*(await sandbox.run(Job("", ("1",)))).outcomes) == [1]
    await sandbox.aclose()
    assert sandboxes() == before
    with pytest.raises(InfrastructureError, match="closed"):
        await sandbox.run(Job("", ("1",)))


async def _once_busy(before: set[int]) -> set[int]:
    """The new processes, once one of them has computed for as long as only a candidate that loops does."""
    async with asyncio.timeout(20):
        while True:
            mine = family(sandboxes() - before)
            if any(user_ticks(pid) >= 30 for pid in mine):
                return mine
            await asyncio.sleep(0.02)


async def test_closing_ends_runs_under_way() -> None:
    before = sandboxes()
    sandbox = await BubblewrapSandbox.open(size=1)
    task = asyncio.create_task(sandbox.run(Job(HANG, ("hang()", "1"), Limits(wall_seconds=60))))
    mine = await _once_busy(before)
    await sandbox.aclose()
    report = await task
    assert report.outcomes == (
        Crashed("the sandbox ended with the run"),
        NotRun("the sandbox had to be restarted"),
    )
    assert family(mine) == set()


async def test_a_sandbox_that_died_while_idle_is_replaced() -> None:
    before = sandboxes()
    sandbox = await BubblewrapSandbox.open(size=1)
    for pid in family(sandboxes() - before):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert _values(*(await sandbox.run(Job("", ("1",)))).outcomes) == [1]
    await sandbox.aclose()
    assert sandboxes() == before


async def test_a_sandbox_that_dies_with_a_run_is_replaced() -> None:
    before = sandboxes()
    sandbox = await BubblewrapSandbox.open(size=1)
    task = asyncio.create_task(sandbox.run(Job(HANG, ("1", "hang()", "2"), Limits(wall_seconds=60))))
    await _once_busy(before)
    for pid in sandboxes() - before:
        os.kill(pid, signal.SIGKILL)
    assert (await task).outcomes == (
        Returned(1, "1"),
        Crashed("the sandbox ended with the run"),
        NotRun("the sandbox had to be restarted"),
    )
    assert _values(*(await sandbox.run(Job("", ("1",)))).outcomes) == [1]
    await sandbox.aclose()


async def test_descriptors_are_given_back() -> None:
    def count() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    warm = await BubblewrapSandbox.open(size=1)
    await warm.aclose()
    before = count()
    sandbox = await BubblewrapSandbox.open(size=1)
    for _ in range(3):
        await sandbox.run(Job("open('/tmp/dirty', 'w')", ("1",)))
    await sandbox.aclose()
    await asyncio.sleep(0)  # lets closed transports finish
    assert count() <= before


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n", "Permission denied"),
        ("#!/bin/sh\nexit 0\n", "no message"),
        ("not a program", "format error"),
        (None, "No such file"),
    ],
)
async def test_an_unusable_bubblewrap_is_refused(program: str | None, said: str, tmp_path: Path) -> None:
    bwrap = tmp_path / "bwrap"
    if program is not None:
        bwrap.write_text(program)
        bwrap.chmod(0o755)
    with pytest.raises(InfrastructureError) as refusal:
        await BubblewrapSandbox.open(bwrap=bwrap)
    assert said in refusal.value.message
    assert "namespaces" in refusal.value.hint


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("lambda *_: None", r"does not hold: __import__\('os'\)\.fork\(\)"),
        (
            "lambda *_: (_ for _ in ()).throw(OSError('no seccomp here'))",
            "cannot be confined: no seccomp here",
        ),
    ],
)
async def test_a_sandbox_without_barriers_is_refused(broken: str, said: str, tmp_path: Path) -> None:
    bwrap = tmp_path / "bwrap"
    bwrap.write_text(
        f"#!{sys.executable}\nimport json, os, sys\nsys.path.insert(0, {str(Path.cwd())!r})\n"
        "os.write(int(sys.argv[2]), json.dumps({'child-pid': os.getpid()}).encode())\n"
        "from pipeline.verify.sandbox import seccomp, zygote\n"
        f"seccomp.install = {broken}\nzygote.main(['/'])\n"
    )
    bwrap.chmod(0o755)
    with pytest.raises(InfrastructureError, match=said):
        await BubblewrapSandbox.open(bwrap=bwrap)
