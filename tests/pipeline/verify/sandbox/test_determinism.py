"""Time in a run: the same in every one."""

from __future__ import annotations

import pytest

from pipeline.verify.sandbox.base import Job, Returned, Sandbox

pytestmark = pytest.mark.hole("H25")

SOURCE = """import signal, threading, time
def waited():
    begun = time.time()
    return threading.Event().wait(0.05), round(time.time() - begun, 4)
def came():
    event = threading.Event()
    event.set()
    begun = time.time()
    return event.wait(5), round(time.time() - begun, 4)
def in_a_thread():
    begun = time.time()
    sleepers = [threading.Thread(target=time.sleep, args=(each,)) for each in (0.05, 0.02)]
    for each in sleepers: each.start()
    for each in sleepers: each.join()
    return round(time.time() - begun, 3)
def late():
    def over(*_): raise TimeoutError('late')
    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        time.sleep(60)
    except TimeoutError as error:
        return str(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
def ticking():
    seen = []
    signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
    signal.setitimer(signal.ITIMER_REAL, 1.5, 1.0)
    time.sleep(4)
    left = signal.setitimer(signal.ITIMER_REAL, 0)[0]
    return len(seen), 0.3 < left < 0.8
"""


async def test_waits_move_the_wall_clock_by_their_length(verdict: Sandbox) -> None:
    texts = (
        "waited()",
        "came()",
        "in_a_thread()",
        "late()",
        "ticking()",
        "time.sleep(3600)",
        "waited()",
        "time.time()",
    )
    reports = [await verdict.run(Job(SOURCE, texts)) for _ in range(2)]
    values = [outcome.value if isinstance(outcome, Returned) else outcome for outcome in reports[0].outcomes]
    assert values[:6] == [(False, 0.05), (True, 0.0), 0.05, "late", (3, True), None]
    assert reports[0].outcomes == reports[1].outcomes
    assert reports[0].seconds < 5
