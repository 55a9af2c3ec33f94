"""Another round of candidates, as the nodes that a choice grows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.generate.nodes import callees_in
from pipeline.generate.ways import Round
from pipeline.graph.node import Growth, Seed


def another_round(after: Round, broken: dict[str, Any] | None, deps: Mapping[str, Any]) -> Growth:
    """The round that follows `after`, told what broke; `deps` are those of the choice that grows it.

    Drafts, edits of what broke and, after the first round, what a search finds.
    """
    following = Round(after.function, after.number + 1)
    about = {"function": following.function}
    settings = {**about, "round": following.number, "broken": broken}
    checks = [key for key in deps if key.startswith("check:")]
    called = callees_in(dict(deps))
    label = f"ask again {following.function}"
    sources = [Seed(id=following.node("ask"), kind="ask", label=label, settings=settings)]
    if broken is not None:
        node, label = following.node("mend"), f"mend {following.suffix}"
        sources.append(Seed(id=node, kind="mend", deps=(*checks, *called), label=label, settings=about))
    if following.number == 1:
        node, label = following.node("search"), f"search for {following.function}"
        sources.append(Seed(id=node, kind="search", label=label, settings=about))
    read = Seed(
        id=following.node("read"),
        kind="read",
        deps=(*(source.id for source in sources), *called),
        label=f"read {following.suffix}",
        settings={**about, "round": following.number, "earlier": checks},
    )
    return Growth({**about, "final": False}, [*sources, read], awaited=[read.id])
