"""What the nodes of a session took: time, attempts, tokens, money and cache, from its stored events."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.graph.metrics import KindMetrics, MetricsCollector, NodeMetrics


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "session", nargs="?", metavar="SESSION", help="the beginning of its id; the last one if absent"
    )
    parser.add_argument(
        "--json", action="store_true", help="print JSON, with the 50th, 90th and 99th %% each"
    )
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database file")


def run(arguments: argparse.Namespace) -> int:
    """Print the figures and return the exit code. Raises HolotypeError."""
    import asyncio

    session, collected = asyncio.run(_collected(arguments.db, arguments.session))
    print(_as_json(session, collected) if arguments.json else "\n".join(_lines(session, collected)))
    return 0


async def _collected(path: Path | None, prefix: str | None) -> tuple[str, MetricsCollector]:
    from pipeline.errors import UsageError
    from pipeline.graph.metrics import MetricsCollector
    from pipeline.paths import database_path
    from store.connection import open_database
    from store.events import read_events
    from store.sessions import find_session, last_session

    async with await open_database(path or database_path(), read_only=True) as database:
        session = await (find_session(database, prefix) if prefix else last_session(database))
        if session is None:
            raise UsageError("There is no session yet.", 'Start one: holotype run "PROMPT"')
        records = await read_events(database, session.id)
        return session.id, MetricsCollector(record.event for record in records)


def _as_json(session: str, collected: MetricsCollector) -> str:
    import msgspec

    nodes = [
        {"execution": execution, "node": node, **msgspec.structs.asdict(figures)}
        for (execution, node), figures in collected.nodes.items()
    ]
    found = {
        "session": session,
        "total": collected.session(),
        "kinds": collected.kinds(),
        "routes": collected.routes(),
        "nodes": nodes,
    }
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()


def _lines(session: str, collected: MetricsCollector) -> list[str]:
    """The figures in tables that fit 80 columns."""
    if not collected.nodes:
        return [f"{session}: no graph node has ended yet."]
    total = collected.session()
    hits = "" if total.cache_hit_share is None else f", {total.cache_hit_share:.0%} from the cache"
    kinds = collected.kinds()
    spread = " s, 50/90/99 %"
    return [
        f"{session}: {total.nodes} nodes, {total.tokens} tokens, {total.money:g} money{hits}",
        "",
        f"{'kind':14}{'nodes':>7}{'ok':>7}{'tries':>7}{'cache':>7}{'disk':>7}{'tokens':>9}{'money':>9}",
        *(_kind(kind, figures) for kind, figures in kinds.items()),
        "",
        f"{'kind':14}{'queue' + spread:>22}{'run' + spread:>22}{'commit' + spread:>22}",
        *(_times(kind, figures) for kind, figures in kinds.items()),
        "",
        f"{'node':22}{'queue s':>8}{'run s':>7}{'commit s':>9}{'tries':>6}{'tokens':>8}{'money':>9}  status",
        *(_node(node, figures) for (_, node), figures in collected.nodes.items()),
    ]


def _kind(kind: str, figures: KindMetrics) -> str:
    return (
        f"{_cell(kind, 14)}{figures.nodes:7}{figures.ok:7}{figures.attempts:7}{figures.cached:7}"
        f"{figures.restored:7}{figures.tokens:9}{figures.money:9.3g}"
    )


def _times(kind: str, figures: KindMetrics) -> str:
    spreads = (
        "/".join(map(_seconds, values.values()))
        for values in (figures.queue_s, figures.run_s, figures.commit_s)
    )
    return _cell(kind, 14) + "".join(f"{spread:>22}" for spread in spreads)


def _node(node: str, figures: NodeMetrics) -> str:
    marks = (word for word in ("degraded", "restored", "cached") if getattr(figures, word))
    status = next(marks, "ok") if figures.status == "ok" else figures.status
    return (
        f"{_cell(node, 22)}{_seconds(figures.queue_s):>8}{_seconds(figures.run_s):>7}"
        f"{_seconds(figures.commit_s):>9}{figures.attempts:6}{figures.tokens:8}{figures.money:9.3g}  {status}"
    )


def _cell(name: str, width: int) -> str:
    """The name in a column, or in a line of its own where it is too long for that."""
    return f"{name:{width}}" if len(name) < width else f"{name}\n{'':{width}}"


def _seconds(seconds: float) -> str:
    """In five or six characters, however long it took."""
    places = next((4 - power for power in range(-1, 4) if seconds < 10**power), 0)
    return f"{seconds:.{min(places, 4)}f}"
