"""Answers given beforehand to what a call should give, whether or not it would have been asked about."""

from __future__ import annotations

import ast

from pipeline.decisions import Decisions
from pipeline.errors import UsageError
from pipeline.holes.answers import settling
from pipeline.holes.outcomes import says_unknown
from pipeline.ir import Hole, Provenance
from pipeline.verify.questions.asking import question_hole
from pipeline.verify.questions.questions import Question


def answer_call(decisions: Decisions, call: str, answer: str) -> Hole | None:
    """Settle what `call`, such as `median([])`, gives: the hole that asks for it, else one made for it.

    `answer` is a Python value, `raises KeyError`, or one of `ANY` and `UNKNOWN`. Nothing happens where it
    is settled already. Gives the hole, if there is one. Raises UsageError for what is no call of a function
    of the program.
    """
    program = decisions.state.program
    function, written = _read(call)
    if program is None or function not in [each.name for each in program.functions]:
        known = ", ".join(each.name for each in program.functions) if program is not None else ""
        raise UsageError(f"the answer to `{call}` is for no function asked for", f"Those are: {known}.")
    hole = next((each for each in program.holes if each.probe and _read(each.probe)[1] == written), None)
    if says_unknown(answer):
        decisions.asked(written, "answers", answered=False)
        return hole
    if hole is None:
        hole = question_hole(program, Question(function, written, (), 0.0))
        decisions.open_hole(hole, "an answer for an input", "person")
    if hole.open:
        value = settling(hole, answer)
        decisions.decide(hole.id, value, Provenance(actor="person", source="answers"), "answered beforehand")
    return hole


def _read(call: str) -> tuple[str, str]:
    """The function called, and the call as Python writes it. Raises UsageError."""
    try:
        tree = ast.parse(call.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        tree = None
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        return tree.func.id, ast.unparse(tree)
    raise UsageError(f"the answer to `{call}` is to no call", 'In TOML, for instance: "median([])" = "None".')
