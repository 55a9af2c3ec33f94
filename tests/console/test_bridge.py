"""The bridge: nothing lost, nothing reordered, few deliveries, a loop that stays responsive."""

from __future__ import annotations

import asyncio
import time

from console.bridge import BATCH, Bridge
from pipeline import events as ev
from pipeline.events import Record
from tests.console import recorded


def lines(count: int) -> list[Record]:
    return recorded.records((0.0, ev.Noticed(level="info", message=f"line {n}")) for n in range(count))


class Receiver:
    """Takes deliveries; `all` waits until `count` records are there."""

    def __init__(self) -> None:
        self.batches: list[list[Record]] = []
        self.came = asyncio.Event()

    def __call__(self, records: list[Record]) -> None:
        self.batches.append(records)
        self.came.set()

    @property
    def records(self) -> list[Record]:
        return [record for batch in self.batches for record in batch]

    async def all(self, count: int) -> list[Record]:
        async with asyncio.timeout(10):
            while len(self.records) < count:
                self.came.clear()
                await self.came.wait()
        return self.records


async def test_a_burst_arrives_whole_in_order_and_in_few_deliveries() -> None:
    receiver = Receiver()
    bridge = Bridge(receiver)
    sent = lines(10_000)
    for record in sent:
        bridge(record)
    assert await receiver.all(len(sent)) == sent
    assert len(receiver.batches) == -(-len(sent) // BATCH)


async def test_a_steady_stream_is_delivered_about_twenty_times_a_second() -> None:
    receiver = Receiver()
    bridge = Bridge(receiver)
    began = time.perf_counter()
    for record in lines(60):
        bridge(record)
        await asyncio.sleep(0.005)
    seconds = time.perf_counter() - began
    assert len(receiver.batches) <= seconds * 20 + 2


async def test_idle_means_no_wake_ups() -> None:
    receiver = Receiver()
    bridge = Bridge(receiver)
    for record in lines(3):
        bridge(record)
    await receiver.all(3)
    assert bridge.idle


async def test_history_comes_before_what_arrived_while_it_was_read() -> None:
    receiver = Receiver()
    bridge = Bridge(receiver, held=True)
    history, live = lines(6)[:4], lines(6)[4:]
    for record in live:
        bridge(record)
    assert bridge.idle
    bridge.release(history)
    assert await receiver.all(6) == [*history, *live]


async def test_a_closed_bridge_delivers_nothing_more() -> None:
    receiver = Receiver()
    bridge = Bridge(receiver)
    bridge(lines(1)[0])
    bridge.close()
    bridge(lines(1)[0])
    assert bridge.idle
    await asyncio.sleep(0)
    assert not receiver.batches
