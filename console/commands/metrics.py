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
    if not collected.nodes:
        return [f"{session}: no graph node has ended yet."]
    total = collected.session()
    hits = "" if total.cache_hit_share is None else f", {total.cache_hit_share:.0%} from the cache"
    lines = [
        f"{session}: {total.nodes} nodes, {total.tokens} tokens, {total.money:g} money{hits}",
        "",
        f"{'kind':12}{'nodes':>6}{'ok':>5}{'tries':>6}{'cache':>6}{'disk':>5}{'tokens':>8}{'money':>8}"
        "  queue, run, commit s at 50/90/99 %",
    ]
    lines += [_kind(kind, figures) for kind, figures in collected.kinds().items()]
    lines += [
        "",
        f"{'node':32}{'status':10}{'queue':>8}{'run':>9}{'commit':>8}{'tries':>6}{'tokens':>8}{'money':>8}",
    ]
    lines += [_node(node, figures) for (_, node), figures in collected.nodes.items()]
    return lines


def _kind(kind: str, figures: KindMetrics) -> str:
    spread = "  ".join(
        "/".join(f"{seconds:.2g}" for seconds in values.values())
        for values in (figures.queue_s, figures.run_s, figures.commit_s)
    )
    return (
        f"{kind:12}{figures.nodes:6}{figures.ok:5}{figures.attempts:6}{figures.cached:6}{figures.restored:5}"
        f"{figures.tokens:8}{figures.money:8g}   {spread}"
    )


def _node(node: str, figures: NodeMetrics) -> str:
    marks = [word for word in ("cached", "restored", "degraded") if getattr(figures, word)]
    return (
        f"{node:32}{figures.status:10}{figures.queue_s:8.3f}{figures.run_s:9.3f}{figures.commit_s:8.3f}"
        f"{figures.attempts:6}{figures.tokens:8}{figures.money:8g} {' '.join(marks)}"
    ).rstrip()
