"""Why a line is what it is: chained to the words, true about what ran it, also after somebody edited the file."""

from __future__ import annotations

import msgspec
import pytest
import pytest_asyncio

from pipeline.errors import UsageError
from pipeline.events import ProgramRevised
from pipeline.ir import Parameter, Program, Provenance, Signature
from pipeline.verify.evidence.claims import Claim, versions_here
from pipeline.verify.evidence.clauses import clause_digest
from pipeline.verify.evidence.explain import Explainer, Explanation, words_behind
from pipeline.verify.evidence.ledger import (
    Asked,
    Ledger,
    LeftOpen,
    Now,
    asked_by,
    ledger_of,
    never_checked,
    stale,
    still_open,
)
from pipeline.verify.evidence.source_map import MODULE, SourceMap
from pipeline.verify.sandbox.base import Sandbox
from tests.pipeline.export.ledgers import DECIDED, PROMPT, example, function, ledger, records

SOURCE = '''LIMIT = 10


def _cut(x):
    return min(x, LIMIT)


def f(x):
    """Doc."""
    if x < 0:
        return 0
    return _cut(
        x
    )
'''


@pytest_asyncio.fixture(loop_scope="module")
async def made(verdict: Sandbox) -> Ledger:
    return await ledger(SOURCE, example("f(3) == 3"), example("f(30) == 10", DECIDED), verdict=verdict)


def explain(made: Ledger, line: int, source: str = SOURCE) -> Explanation:
    (one,) = Explainer(made, source, "code.py", Now()).line(line)
    return one


def ran(one: Explanation) -> list[bool | None]:
    return [each.runs_line for each in one.covering if each.claim.strength == "examples"]


@pytest.mark.hole("H19")
def test_a_line_leads_back_to_its_maker_and_the_words(made: Ledger) -> None:
    one = explain(made, 12)
    assert (one.made.candidate, one.made.generator, one.made.model) == ("f.1", "instruct/1", "a model")
    said = {clause.id: words_behind(clause) for clause in one.because}
    assert said["f.example.1"] == f"“{PROMPT[:7]}” (prompt, characters 0-7)"
    assert said["f.example.2"] == "decided by answers"


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("line", "runs"),
    [(10, [True, True]), (11, [False, False]), (12, [True, True]), (13, [True, True]), (5, [True, True])],
)
def test_what_ran_a_line_is_said_and_what_did_not(made: Ledger, line: int, runs: list[bool]) -> None:
    one = explain(made, line)
    assert ran(one) == runs
    assert ("no example runs this line" in one.unchecked) is not any(runs)


def test_lines_that_nothing_executes_are_called_that(made: Ledger) -> None:
    for line in (1, 8, 9):
        assert any("nothing is executed" in text for text in explain(made, line).unchecked)
    assert explain(made, 1).part == "LIMIT"
    assert explain(made, 5).part == "_cut"


def test_whole_functions_name_the_lines_that_no_example_ran(made: Ledger) -> None:
    (one,) = Explainer(made, SOURCE, "code.py", Now()).functions()
    assert one.unchecked[0] == "no example runs line 11"
    assert one.lines == (8, 14)


@pytest.mark.hole("H19")
def test_evidence_survives_layout_and_follows_the_lines(made: Ledger) -> None:
    moved = "# mine\n" + SOURCE.replace("_cut(\n        x\n    )", "_cut(x)  # shorter")
    one = explain(made, 13, moved)
    assert (one.changed, ran(one)) == ((), [True, True])
    assert ran(explain(made, 12, moved)) == [False, False]


@pytest.mark.hole("H19")
@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("return 0", "return 1", "`f` has changed"),
        ("LIMIT = 10", "LIMIT = 11", "`LIMIT`, which `f` uses, has changed"),
        ("min(x, LIMIT)", "max(x, LIMIT)", "`_cut`, which `f` uses, has changed"),
        ("def f(x)", "def g(x)", "`f` is no longer there"),
    ],
)
def test_evidence_is_stale_once_the_code_it_is_about_has_changed(
    made: Ledger, before: str, after: str, reason: str
) -> None:
    now = Now(SourceMap(SOURCE.replace(before, after)))
    assert [stale(claim, made, now) for claim in made.claims] == [[reason]] * len(made.claims)
    if after != "def g(x)":
        one = explain(made, 12, SOURCE.replace(before, after))
        assert one.changed == (reason,)
        assert "as it is now" in one.unchecked[0]


def test_what_holotype_did_not_write_is_not_explained(made: Ledger) -> None:
    with pytest.raises(UsageError, match="`mine`, which Holotype did not write"):
        explain(made, 18, SOURCE + "\n\ndef mine():\n    pass\n")
    with pytest.raises(UsageError, match="blank"):
        explain(made, 2)
    with pytest.raises(UsageError, match="no line 99"):
        explain(made, 99)
    with pytest.raises(UsageError, match="not Python now"):
        explain(made, 1, "def f(:\n")


def test_evidence_exported_by_an_earlier_version_rests_on_the_same_clauses() -> None:
    rule = Provenance(actor="rule")
    signature = Signature(
        name="f",
        parameters=(Parameter(name="n", type="int", provenance=rule),),
        returns="int",
        provenance=rule,
    )
    assert clause_digest(signature) == "9099dfb651719b50"
    assert clause_digest(signature.model_copy(update={"positional_only": 1})) != "9099dfb651719b50"


@pytest.mark.hole("H19")
def test_evidence_is_stale_once_a_tool_is_another_or_the_clause_is_gone(made: Ledger) -> None:
    fresh = Now(SourceMap(SOURCE), Asked(made.clauses), versions_here())
    assert not any(stale(claim, made, fresh) for claim in made.claims)
    other = Now(versions={**versions_here(), "CPython": "4.0.0"})
    reasons = [stale(claim, made, other) for claim in made.claims if claim.strength == "examples"]
    assert all("rests on CPython" in text and "4.0.0" in text for (text,) in reasons)
    kept = function("f", (example("f(3) == 3"),))
    other = Now(versions={**versions_here(), "mypy": "0.1"})
    assert {claim.tool for claim in made.claims if stale(claim, made, other)} == {"mypy"}
    gone = Now(asked=asked_by(Program(prompt=PROMPT, functions=(kept,))))
    assert [claim.clause for claim in made.claims if stale(claim, made, gone)] == ["f.example.2"]


@pytest.mark.hole("H19")
async def test_what_the_module_runs_is_told_and_makes_evidence_stale(verdict: Sandbox) -> None:
    source = SOURCE + "\n\nfor _ in range(2):\n    LIMIT += 0\n"
    made = await ledger(source, example("f(3) == 3"), verdict=verdict)
    one = explain(made, 18, source)
    assert (one.function, one.changed, one.part) == ("f", (), MODULE)
    assert "nothing is executed on this line when the function is called" in one.unchecked
    reason = "what the module runs when it is loaded has changed"
    for changed in (SOURCE, source.replace("+= 0", "+= 1"), source + "\nf.__code__ = g.__code__\n"):
        assert {reason} <= {
            text for claim in made.claims for text in stale(claim, made, Now(SourceMap(changed)))
        }


@pytest.mark.hole("H19")
def test_what_is_asked_for_since_the_offer_is_never_checked(made: Ledger) -> None:
    now = Now(asked=Asked(made.clauses))
    assert never_checked(made, now) == never_checked(made, Now()) == []
    examples = (example("f(3) == 3"), example("f(30) == 10", DECIDED), example("f(-1) == 0", DECIDED))
    decided = asked_by(Program(prompt=PROMPT, functions=(function("f", examples),)))
    assert [clause.text for clause in never_checked(made, Now(asked=decided))] == ["f(-1) == 0"]
    (one,) = Explainer(made, SOURCE, "code.py", Now(asked=decided)).line(12)
    assert "f(-1) == 0 is asked for now and was never checked" in one.unchecked


@pytest.mark.hole("H19")
def test_what_is_settled_since_the_offer_is_not_left_open(made: Ledger) -> None:
    hole = LeftOpen(hole="f.negative", question="What for -1?", matters=True)
    claim = Claim(function="f", text="What for -1? Nothing says; f(-1) returns 0", strength="open")
    left = msgspec.structs.replace(made, left_open=(hole,), claims=(claim,))
    for now in (Now(), Now(asked=Asked(made.clauses, frozenset({"f.negative"})))):
        assert (still_open(left, now), stale(claim, left, now)) == ([hole], [])
    settled = Now(asked=Asked(made.clauses))
    assert still_open(left, settled) == []
    assert stale(claim, left, settled) == ["f.negative is settled by now"]


def test_a_session_has_a_ledger_for_each_offer(made: Ledger) -> None:
    about = function("f", (example("f(3) == 3"),))
    said = records(Program(prompt=PROMPT, functions=(about,)), SOURCE, made.claims)
    assert ledger_of(said).id == f"0123456789ab.{said[-1].seq}"
    assert ledger_of(said, said[-1].seq) == ledger_of(said)
    with pytest.raises(UsageError, match="offered no code in its event 2"):
        ledger_of(said, 2)
    with pytest.raises(UsageError, match="offered no code"):
        ledger_of([record for record in said if isinstance(record.event, ProgramRevised)])
