"""Where candidates part ways over a law: inputs to ask about, never a reason to reject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.verify.properties.results import PropertyResult


def telling_calls(
    results: Mapping[str, Sequence[PropertyResult]], votes: Mapping[str, int] | None = None
) -> tuple[str, ...]:
    """The calls on which a candidate breaks a law that the majority keeps, those of clearer cases first.

    `results` are by candidate, `votes` how often each was written (once each by default). A law that is
    broken by as many as keep it tells nothing.
    """
    kept: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    calls: dict[str, list[str]] = {}
    for candidate, found in results.items():
        weight = (votes or {}).get(candidate, 1)
        for result in found:
            if result.standing == "holds":
                kept[result.text] += weight
            elif result.standing == "broken" and result.counterexample is not None:
                broken[result.text] += weight
                calls.setdefault(result.text, []).append(result.counterexample.call)
    telling = [law for law in calls if kept[law] > broken[law]]
    telling.sort(key=lambda law: (-(kept[law] - broken[law]), law))
    return tuple(dict.fromkeys(call for law in telling for call in sorted(calls[law], key=len)))
