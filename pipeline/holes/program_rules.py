"""Rules between the clauses of a program, as constraints between its holes.

What the words settled enters as holes with one value left, so that a rule need not ask whether the other
side is open: types hold the values of examples, one call has one outcome, a pure function calls no impure
one, and what one function returns fits where an example passes it to another.

What a call gives is only proposed: a person may say something else. So such a hole never runs out of values,
none follows because the others fell, and its proposals bind nothing until somebody decides.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, permutations

from pipeline.aftermath import shows_arguments
from pipeline.holes.clauses import EFFECT_KINDS, outcome, owner, type_at, type_slot
from pipeline.holes.constraints import AnyConstraint, Holds, Implies, Subtype
from pipeline.holes.outcomes import leaves_free
from pipeline.holes.propagation import Network
from pipeline.ir import Choices, Domain, Effect, Example, Function, Hole, Program, Types

ANOTHER = "another answer"
"""In place of all that a person may say of a call beside what is proposed."""
IN_PLACE = "mutation"
"""The slot of what asks whether an argument is changed, or something new is returned."""
IMPURE = tuple(kind for kind in EFFECT_KINDS if kind not in ("pure", "raises"))


@dataclass(slots=True)
class _Compiled:
    """The network under construction: domains, constraints, and where each type of a signature lives."""

    domains: dict[str, Domain] = field(default_factory=dict)
    constraints: list[AnyConstraint] = field(default_factory=list)

    def add(self, constraint: AnyConstraint) -> None:
        self.constraints.append(constraint)


def network(program: Program, decisions: Mapping[str, str]) -> Network:
    """The program's holes and the constraints between them; `program` has no decision applied.

    A decision outside its hole's proposals (a person's own answer) counts as one more of them.
    """
    compiled = _Compiled()
    owned = {
        each.name: [hole for hole in program.holes if owner(program, hole) is each]
        for each in program.functions
    }
    said = {
        hole.id: [*function.examples, *_decided(owned[function.name], decisions)]
        for function in program.functions
        for hole in owned[function.name]
    }
    for hole in program.holes:
        compiled.domains[hole.id] = _domain(hole, decisions.get(hole.id), said.get(hole.id, ()))
    for function in program.functions:
        holes = owned[function.name]
        _type_rules(compiled, function, holes)
        _outcome_rules(compiled, function, holes)
        _in_place_rules(compiled, function, holes)
        _purity_rules(compiled, function, holes)
    _call_rules(compiled, program)
    return Network(compiled.domains, compiled.constraints)


def _decided(holes: list[Hole], decisions: Mapping[str, str]) -> Iterator[Example]:
    """What the decisions say that calls give."""
    for hole in holes:
        example = outcome(hole, decisions[hole.id]) if hole.id in decisions else None
        if example is not None:
            yield example


def _domain(hole: Hole, decided: str | None, said: Iterable[Example]) -> Domain:
    """The hole's domain with what was decided, and with what others `said` of the same call."""
    if not isinstance(hole.domain, Choices):
        return hole.domain
    values = [*hole.domain.values]
    if decided is not None and decided not in values:
        values.append(decided)
    for example in said if hole.probe else ():
        if _same(example.call) == _same(hole.probe or "") and not _meant(hole, values, example):
            values.append(f"raises {example.raises}" if example.raises else example.expected or "")
    return Choices(values=(*values, ANOTHER) if hole.probe else tuple(values))


def _meant(hole: Hole, values: Iterable[str], example: Example) -> bool:
    """Whether one of the values says what the example does."""
    said = (outcome(hole, value) for value in values)
    return any(each is not None and agree(example, each) for each in said)


def type_node(function: Function, slot: str, holes: list[Hole]) -> str:
    """The hole that stands for a type of the signature, or the name of the type as it is written."""
    for hole in holes:
        if type_slot(hole) == slot:
            return hole.id
    return f"{function.name}:{slot.removeprefix('param:')}"


def _placed(compiled: _Compiled, function: Function, slot: str, holes: list[Hole]) -> str | None:
    """`type_node`, with the written type entered as settled; None where there is neither hole nor type."""
    node = type_node(function, slot, holes)
    if node not in compiled.domains:
        written, _ = type_at(function.signature, slot)
        if not written:
            return None
        compiled.domains[node] = Choices(values=(written,))
    return node


def _values(compiled: _Compiled, hole: Hole) -> tuple[str, ...]:
    domain = compiled.domains[hole.id]
    return domain.values if isinstance(domain, Choices) else tuple(each.value for each in hole.candidates)


def _type_rules(compiled: _Compiled, function: Function, holes: list[Hole]) -> None:
    """Types of parameters and result hold the values of examples, given or chosen."""
    returns = _placed(compiled, function, "returns", holes)
    for example in function.examples:
        if shows_arguments(example.call):
            continue
        if returns is not None and example.expected is not None:
            why = f"the example {example} needs a type that holds {example.expected}"
            compiled.add(
                Holds(
                    id=f"{function.name}: example result",
                    scope=(returns,),
                    literal=example.expected,
                    of_result=True,
                    text=why,
                )
            )
        for name, literal in _arguments(function, example.call):
            node = _placed(compiled, function, f"param:{name}", holes)
            if node is not None:
                why = f"the example {example} passes {literal} as {name}"
                compiled.add(
                    Holds(id=f"{function.name}: example argument", scope=(node,), literal=literal, text=why)
                )
    for hole in holes:
        if not type_slot(hole):
            _shown_types(compiled, function, hole, holes)


def _shown_types(compiled: _Compiled, function: Function, hole: Hole, holes: list[Hole]) -> None:
    """The types of the signature hold what the call of the hole's values takes and gives."""
    shown: dict[str, list[tuple[str, str]]] = {}
    for value in _values(compiled, hole):
        example = outcome(hole, value)
        if example is None or shows_arguments(example.call):
            continue
        if example.expected is not None:
            shown.setdefault("returns", []).append((value, example.expected))
        for name, literal in _arguments(function, example.call):
            shown.setdefault(f"param:{name}", []).append((value, literal))
    for slot, literals in shown.items():
        node = _placed(compiled, function, slot, holes)
        if node is not None:
            result = slot == "returns"
            compiled.add(
                Holds(
                    id=f"{function.name}: {'result' if result else 'argument'} type",
                    scope=(node, hole.id),
                    literals=tuple(literals),
                    of_result=result,
                )
            )


def _arguments(function: Function, call: str) -> Iterator[tuple[str, str]]:
    """The parameter and the text of each argument of the call; nothing where the call cannot be read."""
    tree = _call(call)
    if tree is None or any(isinstance(each, ast.Starred) for each in tree.args):
        return
    positional = [each.name for each in function.signature.parameters if each.kind == "positional"]
    for name, value in zip(positional, tree.args, strict=False):
        yield name, ast.unparse(value)
    for word in tree.keywords:
        if word.arg is not None:
            yield word.arg, ast.unparse(word.value)


def _call(text: str) -> ast.Call | None:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    return tree if isinstance(tree, ast.Call) else None


def _outcome_rules(compiled: _Compiled, function: Function, holes: list[Hole]) -> None:
    """One call has one outcome: whatever says another is out."""
    said = {hole.id: {value: outcome(hole, value) for value in _values(compiled, hole)} for hole in holes}
    for hole in holes:
        values = said[hole.id]
        for example in function.examples:
            agreeing = _agreeing(hole, values, example)
            if values and len(agreeing) < len(values) and isinstance(compiled.domains[hole.id], Choices):
                given = f"{function.name}: given {example.call}"
                compiled.domains[given] = Choices(values=(str(example),))
                compiled.add(
                    Implies(
                        id=f"{function.name}: one outcome",
                        scope=(given, hole.id),
                        when=compiled.domains[given],
                        then=Choices(values=agreeing),
                        text=f"the example {example} is given",
                    )
                )
    for first, second in permutations(holes, 2):
        _agreement(compiled, function, first, second, said)


def _agreement(
    compiled: _Compiled,
    function: Function,
    first: Hole,
    second: Hole,
    said: Mapping[str, Mapping[str, Example | None]],
) -> None:
    if not all(isinstance(compiled.domains[hole.id], Choices) for hole in (first, second)):
        return
    for value, example in said[first.id].items():
        if example is None:
            continue
        agreeing = _agreeing(second, said[second.id], example)
        if len(agreeing) < len(said[second.id]):
            compiled.add(
                Implies(
                    id=f"{function.name}: one outcome",
                    scope=(first.id, second.id),
                    when=Choices(values=(value,)),
                    then=Choices(values=agreeing),
                    text=f"{example}, or not: {first.id} = {value} and {second.id} must agree on it",
                )
            )


def _agreeing(hole: Hole, said: Mapping[str, Example | None], example: Example) -> tuple[str, ...]:
    """The values that can stand beside the example; of the hole's own call, those that say the same."""
    values = tuple(value for value, other in said.items() if agree(example, other))
    if _same(hole.probe or "") != _same(example.call):
        return values
    meant = any(said[value] is not None for value in values)
    return tuple(value for value in values if not leaves_free(value) and (value != ANOTHER or not meant))


def agree(one: Example | None, other: Example | None) -> bool:
    """Whether the two say the same of the same call, or speak of different calls."""
    if one is None or other is None or _same(one.call) != _same(other.call):
        return True
    return one.raises == other.raises and _same(one.expected or "") == _same(other.expected or "")


def _same(text: str) -> str:
    try:
        return ast.dump(ast.parse(text.strip(), mode="eval"))
    except SyntaxError:
        return text.strip()


def _in_place_rules(compiled: _Compiled, function: Function, holes: list[Hole]) -> None:
    """What changes its argument instead of returning something returns None, and the other way round."""
    for hole in holes:
        domain = compiled.domains[hole.id]
        node = _placed(compiled, function, "returns", holes) if hole.slot == IN_PLACE else None
        if node is None or not isinstance(domain, Choices):
            continue
        changed = Choices(
            values=tuple(each.value for each in hole.candidates if "returns None" in each.label)
        )
        nothing, why = Types(bounds=("None",)), f"what {function.name} changes in place it does not return"
        rule = f"{function.name}: in place"
        told = Implies(id=rule, scope=(hole.id, node), when=changed, then=Choices(values=("None",)), text=why)
        compiled.add(told)
        compiled.add(Implies(id=rule, scope=(node, hole.id), when=nothing, then=changed, text=why))


def _purity_rules(compiled: _Compiled, function: Function, holes: list[Hole]) -> None:
    """A pure function has no other effect; within one function all its effects together."""
    nodes = effect_nodes(function, holes)
    for node, kinds in nodes:
        compiled.domains.setdefault(node, Choices(values=kinds))
    for (one, _), (other, _) in combinations(nodes, 2):
        _pure_apart(compiled, f"{function.name}: purity", one, other, f"{function.name} is pure or it is not")
        _pure_apart(compiled, f"{function.name}: purity", other, one, f"{function.name} is pure or it is not")


def effect_nodes(function: Function, holes: list[Hole]) -> list[tuple[str, tuple[str, ...]]]:
    """The function's effects: each stated one by name with its kind, each effect hole with its values."""
    stated = [(f"{function.name}: {each.kind}", (_effect_text(each),)) for each in function.effects]
    return stated + [
        (hole.id, hole.domain.values)
        for hole in holes
        if hole.kind == "effect" and isinstance(hole.domain, Choices)
    ]


def _effect_text(effect: Effect) -> str:
    return f"{effect.kind} {effect.text}".strip()


def _pure_apart(compiled: _Compiled, rule: str, pure: str, impure: str, why: str) -> None:
    """When the one is pure, the other is none of the impure kinds."""
    domain, when = compiled.domains[impure], compiled.domains[pure]
    if not isinstance(domain, Choices) or not isinstance(when, Choices):
        return
    clean = tuple(value for value in domain.values if _kind(value) not in IMPURE)
    purely = tuple(value for value in when.values if _kind(value) == "pure")
    if purely and len(clean) < len(domain.values):
        compiled.add(
            Implies(
                id=rule,
                scope=(pure, impure),
                when=Choices(values=purely),
                then=Choices(values=clean),
                text=why,
            )
        )


def _kind(value: str) -> str:
    return value.strip().partition(" ")[0].lower().rstrip(":")


def _call_rules(compiled: _Compiled, program: Program) -> None:
    """What a function decides reaches those that call it."""
    by_name = {function.name: function for function in program.functions}
    holes = {
        name: [hole for hole in program.holes if owner(program, hole) is function]
        for name, function in by_name.items()
    }
    for caller in program.functions:
        for called in (by_name[name] for name in caller.calls if name in by_name):
            why = f"{caller.name} calls {called.name}"
            for outer, _ in effect_nodes(caller, holes[caller.name]):
                for inner, _ in effect_nodes(called, holes[called.name]):
                    _pure_apart(compiled, f"{caller.name}: calls", outer, inner, why)
        for example in caller.examples:
            for name, text in _arguments(caller, example.call):
                inner_call = _call(text or "")
                inner_name = ast.unparse(inner_call.func) if inner_call else ""
                if inner_name not in by_name:
                    continue
                sub = _placed(compiled, by_name[inner_name], "returns", holes[inner_name])
                sup = _placed(compiled, caller, f"param:{name}", holes[caller.name])
                if sub is not None and sup is not None:
                    why = f"{example.call} passes what {inner_name} returns as {name}"
                    compiled.add(Subtype(id=f"{caller.name}: calls", scope=(sub, sup), text=why))
