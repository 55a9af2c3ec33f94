"""Laws in a session: what words ask of every input refuses a draft that its examples let through."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.build import GraphBuild
from pipeline.bus import EventBus
from pipeline.drafts import Drafts
from pipeline.events import CandidateChecked, CodeOffered
from pipeline.export.companions import export
from pipeline.ir import Assertion, Program
from pipeline.providers.adapter import ProviderAdapter
from pipeline.providers.scripted import ScriptedProvider
from pipeline.state import SessionRequest
from pipeline.translate.builder import IRBuilder
from pipeline.verify.choosing.lawful import Laws, laws_of_words
from pipeline.verify.evidence.claims import OF_LAWS, ChecksTest, Claim, read_claim
from pipeline.verify.evidence.law_claims import law_claims
from pipeline.verify.evidence.ledger import ledger_of
from pipeline.verify.evidence.offering import offered_evidence
from pipeline.verify.subject import Judges
from tests.pipeline.export.plain import run_pytest
from tests.pipeline.played import Played, play
from tests.pipeline.verify.properties.specified import SAYS, specified

pytestmark = pytest.mark.hole("H19")


SORTED = (
    "Write f(xs: list[int]) -> list[int], the numbers without duplicates. It returns a sorted list. "
    "f([1, 1]) == [1]",
    "def f(xs):\n    return list(dict.fromkeys(xs))\n",
    "def f(xs):\n    return sorted(set(xs))\n",
    "returns a sorted list",
)
NEGATIVE = (
    "Write gap(a: int, b: int) -> int, how far a is from b. The result is never negative. gap(3, 1) == 2",
    "def gap(a, b):\n    return a - b\n",
    "def gap(a, b):\n    return abs(a - b)\n",
    "The result is never negative",
)
CHANGING = (
    "Write top(xs: list[int]) -> list[int]: the two largest. It must not change its argument. "
    "top([1, 2]) == [2, 1]",
    "def top(xs):\n    xs.sort(reverse=True)\n    return xs[:2]\n",
    "def top(xs):\n    return sorted(xs, reverse=True)[:2]\n",
    "top leaves its arguments as they were",
)


def offer_of(played: Played) -> CodeOffered:
    found = played.all(CodeOffered)[-1]
    assert isinstance(found, CodeOffered)
    return found


@pytest.mark.parametrize(
    ("prompt", "wrong", "right", "law"), [SORTED, NEGATIVE, CHANGING], ids=["sorted", "negative", "changing"]
)
async def test_a_draft_that_breaks_a_law_of_the_words_is_refused_and_repaired(
    judges: Judges, tmp_path: Path, prompt: str, wrong: str, right: str, law: str
) -> None:
    def write(request: object) -> str:
        return right if law in str(request) and ": not for" in str(request) else wrong

    model = ScriptedProvider(write)
    played = play(judges, model, prompt, assume=True)
    await played.session.run()
    refusals = [
        event
        for event in played.all(CandidateChecked)
        if isinstance(event, CandidateChecked) and event.check == "properties" and not event.passed
    ]
    assert refusals[0].counterexample.startswith(f"{law}: not for ")
    offer = offer_of(played)
    assert offer.source.splitlines()[1:] == right.splitlines()[1:]
    claims = [read_claim(claim) for claim in offer.evidence]
    held = {claim.text: claim for claim in claims if claim.strength in OF_LAWS and claim.holds}
    assert held[law].basis == "stated"
    assert held[law].ran >= 20
    assert held[law].clause_digest
    export(ledger_of(played.records), tmp_path / "code.py")
    text = (tmp_path / "test_code.py").read_text()
    assert law in text
    assert not {"pipeline", "hypothesis", "holotype"} & {
        line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    done = run_pytest(tmp_path, "test_code.py")
    assert done.returncode == 0, done.stdout
    (tmp_path / "code.py").write_text(wrong)
    assert run_pytest(tmp_path, "test_code.py").returncode == 1, (
        "the exported test tells the refused draft from the offered"
    )


async def test_a_law_that_nobody_keeps_leaves_the_code_unverified(judges: Judges) -> None:
    prompt, wrong, _, law = SORTED
    played = play(judges, ScriptedProvider(lambda _: wrong), prompt, assume=True)
    assert await played.session.run() == "unverified"
    (broken,) = [claim for claim in map(read_claim, offer_of(played).evidence) if law in claim.text]
    assert (broken.strength, broken.holds) == ("property", False)
    assert isinstance(broken.test, ChecksTest)
    (check,) = broken.test.checks
    assert eval(check, {"f": lambda xs: xs}) is False, "and whoever runs the exported tests sees it"


async def found(about: object, module: str, judges: Judges) -> list[Claim]:
    function = about
    laws = Laws(Program(prompt="p", functions=(function,)))  # type: ignore[arg-type]
    return law_claims(function, await laws.of("f", module, judges.verdict))  # type: ignore[arg-type]


async def test_what_is_asked_is_always_reported_and_what_is_proposed_is_few(judges: Judges) -> None:
    about = specified(
        "def f(xs: list[int]) -> list[int]", "f([2, 1]) == [1, 2]", words="Sort a list.",
        says=("the result is sorted", "it is very elegant"),
    )  # fmt: skip
    claims = await found(about, "def f(xs):\n    return sorted(xs)\n", judges)
    by_clause = {claim.clause: claim for claim in claims if claim.clause}
    assert (by_clause["f.assertion.1"].strength, by_clause["f.assertion.1"].holds) == ("exhaustive", True)
    assert by_clause["f.assertion.2"].strength == "unchecked"
    assert "no check for these words is known" in by_clause["f.assertion.2"].text
    proposed = [claim for claim in claims if claim.basis == "proposed"]
    assert 0 < len(proposed) <= 6
    assert all(claim.holds and "nobody asked" in claim.text for claim in proposed)


@pytest.mark.parametrize(
    ("body", "surprise"),
    [
        (
            "    xs.sort()\n    return sum(xs)\n",
            "its arguments as they were: not for f([2, 1]), which leaves them as",
        ),
        ("    xs = sorted(xs)\n    return sum(xs)\n", ""),
        ("    seen.append(xs)\n    return len(seen)\n", "which gives, one after the other, ["),
        (
            "    return max(x for x in xs[1:])\n",
            "ends and raises nothing: not for f([]), which raises ValueError",
        ),
    ],
)
async def test_code_that_does_what_nobody_expects_is_remarked_on(
    judges: Judges, body: str, surprise: str
) -> None:
    """Nobody said that the list must stay as it is, so changing it is no fault; but it is worth a word."""
    about = specified("def f(xs: list[int]) -> int", "f([2, 1]) == 3", words="A number.")
    claims = await found(about, f"seen = []\ndef f(xs):\n{body}", judges)
    remarks = [claim for claim in claims if claim.strength == "remark" and claim.basis == "proposed"]
    assert [surprise in claim.text for claim in remarks] == [True] * bool(surprise), remarks
    assert not any(claim.holds for claim in remarks)
    assert all("nobody asked for it" in claim.text for claim in remarks)


async def test_a_declared_type_that_an_input_escapes_is_a_remark(judges: Judges) -> None:
    about = specified("def f(xs: list[int]) -> int", "f([2, 1]) == 2", words="The largest.")
    claims = await found(about, "def f(xs):\n    return max(xs) if xs else None\n", judges)
    (kind,) = [claim for claim in claims if "is of type int" in claim.text]
    assert (kind.strength, kind.holds) == ("remark", False)


def test_words_that_an_example_contradicts_ask_for_nothing() -> None:
    words = "It returns a sorted list."
    header = "def f(xs: list[int]) -> list[int]"
    assert [law.text for law in laws_of_words(specified(header, "f([1]) == [1]", words=words))]
    assert not list(laws_of_words(specified(header, "f([1, 2]) == [2, 1]", words=words)))


async def test_laws_are_checked_again_for_the_module_as_a_whole(judges: Judges) -> None:
    """A helper of the same name in another part breaks the law, which only the whole shows."""
    about = specified("def f(xs: list[int]) -> list[int]", says=("the result is sorted",))
    alone = "def put(xs):\n    return sorted(xs)\ndef f(xs):\n    return put(xs)\n"
    whole = alone + "def put(xs):\n    return xs[::-1]\n"
    program = Program(prompt="p", functions=(about,))
    claims = law_claims(about, await Laws(program).of("f", alone, judges.verdict))
    part = {"function": "f", "module": alone, "evidence": [claim.plain() for claim in claims]}
    same = await offered_evidence(program, alone, [part], judges.verdict)
    checked = [claim for claim in same if isinstance(claim.test, ChecksTest)]
    assert checked
    assert all(claim.holds for claim in checked)
    after = await offered_evidence(program, whole, [part], judges.verdict)
    (asked,) = [claim for claim in after if claim.clause == "f.assertion.1"]
    assert not asked.holds
    assert "not where" in asked.text
    lost = [claim for claim in after if claim.basis == "proposed" and not claim.holds]
    assert {(claim.strength, claim.test) for claim in lost} <= {("remark", None)}


async def test_checks_are_left_out_where_the_module_has_their_names(judges: Judges) -> None:
    about = specified(
        "def f(xs: list[float]) -> list[float]", words="Sort it, twice is like once: idempotent."
    )
    module = "def same(x):\n    return x\ndef f(xs):\n    return sorted(xs)\n"
    program = Program(prompt="p", functions=(about,))
    claims = law_claims(about, await Laws(program).of("f", module, judges.verdict))
    part = {"function": "f", "module": module, "evidence": [claim.plain() for claim in claims]}
    placed = await offered_evidence(program, module, [part], judges.verdict)
    assert not any(isinstance(claim.test, ChecksTest) for claim in placed)


async def test_what_was_seen_of_code_is_not_run_twice(judges: Judges) -> None:
    class Counting:
        name, runs = "counting", 0

        async def run(self, job: object) -> object:
            self.runs += 1
            return await judges.verdict.run(job)  # type: ignore[arg-type]

        async def aclose(self) -> None: ...

    about = specified("def f(xs: list[int]) -> list[int]", says=("the result is sorted",))
    laws, counting = Laws(Program(prompt="p", functions=(about,))), Counting()
    module = "def f(xs):\n    return xs\n"
    first = await laws.of("f", module, counting)  # type: ignore[arg-type]
    ran = counting.runs
    assert await laws.of("f", module, counting) == first  # type: ignore[arg-type]
    assert counting.runs == ran > 0
    assert laws.refuse("f", module)


def test_assertions_are_not_asked_for_twice() -> None:
    about = specified("def f(xs: list[int]) -> list[int]", words="It returns a sorted list.")
    again = about.model_copy(
        update={"assertions": (Assertion(text="returns a sorted list", provenance=SAYS),)}
    )
    assert not list(laws_of_words(again))


def test_a_condition_in_words_settles_the_calls_that_meet_it() -> None:
    about = specified(
        "def f(xs: list[int], n: int) -> list[int]", "f([1], 1) == [1]",
        says=("returns [] if xs is empty", "the result is sorted"),
        effects=(("raises", "raises ValueError if n < 0"),),
    )  # fmt: skip
    laws = Laws(Program(prompt="p", functions=(about,)))
    settled = {call: laws.settle("f", call) for call in ("f([], 2)", "f([1], -1)", "f([2, 1], 0)", "f(*x)")}
    assert settled == {"f([], 2)": True, "f([1], -1)": True, "f([2, 1], 0)": False, "f(*x)": False}


async def test_nobody_is_asked_what_a_condition_in_words_says(judges: Judges) -> None:
    code = "def total(xs):\n    if not xs:\n        return 0\n    return sum(xs) + (len(xs) > 3)\n"
    prompt = "Write total(xs: list[int]) -> int, the sum. total([1, 2]) == 3"
    for said, asked in (("", True), (" If xs is empty, return 0.", False)):
        program = (await IRBuilder().build(prompt + said)).program
        build = GraphBuild(ProviderAdapter([ScriptedProvider(lambda _: code)]), "scripted", judges)
        built = await build.build(
            program, Drafts(), SessionRequest(prompt=prompt, k=1, rounds=0), EventBus("s")
        )
        calls = {question.call for question in built.questions}
        assert ("total([])" in calls) is asked
        assert calls - {"total([])"}


_SIGN = "def sign(n: int) -> int:\n    if n > 0:\n        return 1\n    elif n < 0:\n        return -1\n"


@pytest.mark.parametrize(
    ("header", "examples", "outcome"),
    [
        ("sign(n: int) -> int", ("sign(3) == 1", "sign(-2) == -1"), "open"),
        ("sign(n: int) -> int", ("sign(3) == 1",), "open"),
        ("async def sign(n: int) -> int", ("sign(3) == 1", "sign(-2) == -1"), "open"),
        ("sign(n: int) -> int | None", ("sign(3) == 1", "sign(-2) == -1"), "verified"),
        ("sign(n)", ("sign(3) == 1", "sign(-2) == -1"), "verified"),
    ],
)
async def test_code_that_gives_none_where_its_header_says_otherwise_is_not_settled(
    judges: Judges, header: str, examples: tuple[str, ...], outcome: str
) -> None:
    waits = header.startswith("async")
    code, told = (f"async {_SIGN}", [f"await {each}" for each in examples]) if waits else (_SIGN, examples)
    prompt = f"Write `{header}`, the sign of n. {', '.join(f'`{each}`' for each in told)}"
    played = play(judges, ScriptedProvider(lambda request: code), prompt, assume=True, rounds=0)
    assert await played.session.run() == outcome
    (offer, *_) = played.all(CodeOffered)
    assert isinstance(offer, CodeOffered)
    assert offer.verified
    doubts = [
        claim["text"] for claim in offer.evidence if "returns None, which its signature" in claim["text"]
    ]
    assert bool(doubts) is (outcome == "open")


async def test_none_that_no_run_would_tell_is_refused(judges: Judges) -> None:
    header = (
        "class P:\n    def __init__(self, x: int) -> None:\n        self.x = x\n\n\ndef make(n: int) -> P:"
    )
    code = "def make(n: int) -> P:\n    if n > 0:\n        return P(n)\n"
    prompt = f'{header}\n    """A P of n."""\n'
    played = play(judges, ScriptedProvider(lambda request: code), prompt, assume=True, rounds=0)
    assert await played.session.run() == "unverified"
