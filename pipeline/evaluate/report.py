"""What an evaluation says: figures by arm, and what changed between two arms or two evaluations."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from pipeline.evaluate.significance import mcnemar, wilson
from pipeline.evaluate.trials import Trial


class Share(msgspec.Struct, frozen=True):
    """`count` of `total`, with its 95 % interval (Wilson); `share` is None of nothing."""

    count: int
    total: int
    share: float | None
    low: float
    high: float


def share(count: int, total: int) -> Share:
    """The share with its interval. Raises ValueError unless 0 <= count <= total."""
    return Share(count, total, count / total if total else None, *wilson(count, total))


class ArmReport(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one arm.

    `right`: of the judged trials, those whose code passes the hidden tests; `solved`: those that the arm also
    accepted itself. `wrong`: of its judged acceptances, the wrong ones. `unjudged` counts the trials of which
    nobody knows. Seconds, tokens, questions, candidates and
    `money` (US dollars) are means per trial; `overhead` is the share of all seconds without any model call
    under way. `missed` counts the trials with wrong code that passed a right candidate over. `kept` counts
    model calls answered by kept drafts: then `seconds` leaves out their decoding, while `overhead` counts it
    as it was when they were drawn.
    """

    arm: str
    right: Share
    solved: Share
    wrong: Share
    seconds: float
    tokens_in: float
    tokens_out: float
    questions: float
    candidates: float
    overhead: float
    money: float
    missed: int
    kept: int
    unjudged: int
    methods: dict[str, int]
    outcomes: dict[str, int]
    generators: dict[str, int]


def report(trials: Iterable[Trial]) -> list[ArmReport]:
    """Figures by arm, in the order in which the arms appear."""
    return [_arm(arm, found) for arm, found in grouped(trials).items()]


def grouped(trials: Iterable[Trial]) -> dict[str, list[Trial]]:
    """The trials by arm."""
    by_arm: dict[str, list[Trial]] = {}
    for trial in trials:
        by_arm.setdefault(trial.arm, []).append(trial)
    return by_arm


def _arm(arm: str, trials: Sequence[Trial]) -> ArmReport:
    total, judged = len(trials), [trial for trial in trials if trial.judged]
    seconds = sum(trial.seconds for trial in trials)
    beside = seconds - sum(trial.decode_seconds for trial in trials)
    drawn = seconds + sum(trial.kept_seconds for trial in trials)
    return ArmReport(
        arm=arm,
        right=share(sum(trial.right for trial in judged), len(judged)),
        solved=share(sum(trial.right and trial.accepted for trial in judged), len(judged)),
        wrong=_wrong(judged),
        seconds=seconds / total,
        tokens_in=sum(trial.tokens_in for trial in trials) / total,
        tokens_out=sum(trial.tokens_out for trial in trials) / total,
        questions=sum(len(trial.questions) for trial in trials) / total,
        candidates=sum(trial.candidates for trial in trials) / total,
        overhead=beside / drawn if drawn else 0.0,
        money=sum(trial.money for trial in trials) / total,
        missed=sum(bool(trial.missed) for trial in trials),
        kept=sum(trial.kept for trial in trials),
        unjudged=total - len(judged),
        methods=dict(Counter(trial.method for trial in trials).most_common()),
        outcomes=dict(Counter(trial.outcome for trial in trials).most_common()),
        generators=dict(Counter(trial.generator for trial in trials if trial.right).most_common()),
    )


def _wrong(trials: Sequence[Trial]) -> Share:
    """Of what was accepted, what is wrong; of judged trials."""
    wrong = sum(trial.wrongly_accepted for trial in trials)
    return share(wrong, sum(trial.accepted for trial in trials))


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two arms on the tasks that both have tried, judged both times; `p` is McNemar's, exact and two-sided.

    `wrong_before` and `wrong_after`: of the acceptances of each, the wrong ones.
    """

    before: str
    after: str
    right_before: Share
    right_after: Share
    wrong_before: Share
    wrong_after: Share
    gained: list[str]
    lost: list[str]
    p: float


def pairs(trials: Iterable[Trial]) -> list[Comparison]:
    """Every arm against every arm named before it."""
    by_arm = grouped(trials)
    return [
        compare(before, by_arm[before], after, by_arm[after])
        for before, after in itertools.combinations(by_arm, 2)
    ]


def compare(before: str, earlier: Iterable[Trial], after: str, later: Iterable[Trial]) -> Comparison:
    """What changed from `earlier` to `later`, the trials of one arm each."""
    was = {trial.task: trial for trial in earlier if trial.judged}
    now = {trial.task: trial for trial in later if trial.judged}
    both = [task for task in was if task in now]
    gained = [task for task in both if now[task].right > was[task].right]
    lost = [task for task in both if now[task].right < was[task].right]
    return Comparison(
        before=before,
        after=after,
        right_before=share(sum(was[task].right for task in both), len(both)),
        right_after=share(sum(now[task].right for task in both), len(both)),
        wrong_before=_wrong([was[task] for task in both]),
        wrong_after=_wrong([now[task] for task in both]),
        gained=gained,
        lost=lost,
        p=mcnemar(len(gained), len(lost)),
    )
