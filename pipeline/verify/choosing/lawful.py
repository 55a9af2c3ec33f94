"""How candidates stand to the laws of their function: what is asked of every input, beside the examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.events import CandidateChecked
from pipeline.ir import Function, Program
from pipeline.verify.behaviour.examples import Behaviour
from pipeline.verify.choosing.choice import Checked
from pipeline.verify.consistency.against_words import broken_by, outcome_of, sentences
from pipeline.verify.consistency.covered import uncovered
from pipeline.verify.evidence.clauses import basis
from pipeline.verify.inputs.literals import read_call
from pipeline.verify.properties.checking import Plan, check_properties, plan_properties
from pipeline.verify.properties.exhausting import exhausted
from pipeline.verify.properties.laws import Conditional, Law, Relation, Unrecognised
from pipeline.verify.properties.phrases import tidy
from pipeline.verify.properties.results import PropertyResult
from pipeline.verify.properties.stated import laws_in, stated
from pipeline.verify.sandbox.base import Limits, Sandbox

_RUNS = 60
_SEEN = ("pure", "raises")
"""Effects that laws tell of: no law sees what is printed or changed."""
#: A law is worth a moment: where code is slow on generated inputs, it is checked on fewer of them.
_LIMITS = Limits(wall_seconds=0.25, total_seconds=4.0, output_bytes=4096)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a candidate did where the last word is spoken: on the examples, and then under the laws."""

    candidate: Checked
    behaviour: Behaviour
    laws: tuple[PropertyResult, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every example holds, and nothing that is asked for is broken on an input like them."""
        return self.behaviour.passed and not any(law.against for law in self.laws)

    @property
    def counterexamples(self) -> tuple[str, ...]:
        """What broke, in words."""
        return self.behaviour.counterexamples or tuple(str(law) for law in self.laws if law.against)


class Laws:
    """The laws of a program's functions, made once, and how each code that was tried stands to them."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._plans: dict[str, Plan] = {}
        self._found: dict[tuple[str, str], tuple[PropertyResult, ...]] = {}
        self._asked: dict[str, tuple[Law | Unrecognised, ...]] = {}

    async def of(self, function: str, module: str, sandbox: Sandbox) -> tuple[PropertyResult, ...]:
        """How `module` stands to the laws of `function`. Raises InfrastructureError as the sandbox does."""
        key = function, module
        if key not in self._found:
            about = self._program.function(function)
            if function not in self._plans:
                self._plans[function] = await _planned(about, module)
            plan = self._plans[function]
            drawn = await check_properties(about, module, sandbox, plan=plan, limits=_LIMITS)
            self._found[key] = tuple(await exhausted(plan, module, sandbox, drawn, _LIMITS))
        return self._found[key]

    def refuse(self, function: str, module: str) -> bool:
        """Whether `module` is known to break what is asked of `function`."""
        return any(law.against for law in self._found.get((function, module), ()))

    def settle(self, function: str, call: str) -> bool:
        """Whether words that were asked for say what comes of `call`: "raises ValueError if n < 1"."""
        arguments = read_call(call, self._program.function(function).signature)
        laws = [law for law in self._asked_of(function) if isinstance(law, Conditional)]
        return arguments is not None and any(law.probes(arguments) for law in laws if law.basis != "proposed")

    def understood(self, function: str) -> bool:
        """Whether every clause of the function is, and the words say nothing else."""
        about = self._program.function(function)
        seen = all(effect.kind in _SEEN for effect in about.effects)
        clear = not any(isinstance(each, Unrecognised) for each in self._asked_of(function))
        return seen and clear and not any(uncovered(about, self._program.prompt))

    def _asked_of(self, function: str) -> tuple[Law | Unrecognised, ...]:
        if function not in self._asked:
            about = self._program.function(function)
            self._asked[function] = (*stated(about), *laws_of_words(about))
        return self._asked[function]


async def _planned(function: Function, module: str) -> Plan:
    plan = await plan_properties(function, module, runs=_RUNS)
    asked = list(laws_of_words(function))
    said = {_what(law) for law in asked}
    rest = (law for law in plan.laws if law.basis != "proposed" or _what(law) not in said)
    return replace(plan, laws=(*asked, *rest))


def _what(law: Law) -> tuple[str, str]:
    """What a law says, whatever it is called."""
    return (law.relation, law.about) if isinstance(law, Relation) else (law.text, "")


def laws_of_words(function: Function) -> Iterator[Law]:
    """What whole sentences of the words ask of every result, where no clause and no example says otherwise.

    A sentence that an example contradicts is not understood, and asks for nothing.
    """
    clauses = [tidy(assertion.text) for assertion in function.assertions]
    clauses += [tidy(effect.text) for effect in function.effects if effect.text]
    said = [("intent", function.intent.text, basis(function.intent.provenance))]
    said += [
        (f"decision.{number}", decision.text, basis(decision.provenance))
        for number, decision in enumerate(function.decisions, start=1)
    ]
    for slot, text, whose in said:
        for sentence in sentences(text):
            if any(clause in sentence or sentence in clause for clause in clauses):
                continue
            for law in laws_in(sentence, function):
                if not _contradicted(law, function):
                    yield replace(law, name=slot, source=slot, basis=whose, hinted=True)


def _contradicted(law: Law, function: Function) -> bool:
    for example in function.examples:
        arguments, outcome = read_call(example.call, function.signature), outcome_of(example)
        if arguments is not None and outcome is not None and broken_by(law, function, arguments, outcome):
            return True
    return False


def kept(candidate: str, laws: tuple[PropertyResult, ...]) -> CandidateChecked:
    """What a run under the laws came to, as an event."""
    against = [str(law) for law in laws if law.against]
    return CandidateChecked(
        candidate=candidate,
        check="properties",
        passed=not against,
        tier="verdict",
        tool=next((law.interpreter for law in laws if law.interpreter), ""),
        counterexample=next(iter(against), ""),
        ran=sum(law.ran for law in laws),
        seconds=max((law.seconds for law in laws), default=0.0),
    )
