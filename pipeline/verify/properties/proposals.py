"""Laws that nobody states: proposed from names, types and words, to be checked and never assumed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import partial

from pipeline.errors import UsageError
from pipeline.holes.subtyping import accepts
from pipeline.holes.types import NONE, Bounded, Nominal, Tuple, TypeExpr, Union, parse
from pipeline.ir import Function, Parameter, Signature
from pipeline.verify.behaviour.running import ITEMS
from pipeline.verify.evidence.clauses import basis
from pipeline.verify.inputs.literals import Arguments, Source, written
from pipeline.verify.properties.calls import Calls
from pipeline.verify.properties.laws import HasType, Law, Probe, Relation, Returns
from pipeline.verify.properties.table import ROWS, SYMMETRIC, Row, inverse_names

_ENDS, _SAME, _LEFT = "returns", "deterministic", "no mutation"
UNSURPRISING = frozenset({_ENDS, _SAME, _LEFT})
"""What any function is expected to keep, so that one which does not is worth a word."""


def proposals(function: Function, beside: Collection[str] = ()) -> Iterator[Law]:
    """The laws to try; `beside` names the other functions of the module.

    Those that hold say something, those that do not say nothing: most functions are not commutative.
    """
    calls = Calls(function.signature)
    yield from _of_the_signature(function, calls)
    main = _main(function)
    if main is None:
        return
    kind, result = kind_of(main.type), kind_of(function.signature.returns)
    words = _words(function)
    shown = calls.shown()
    for row in ROWS:
        hinted = re.search(rf"\b(?:{row.words})", words) is not None
        if not _fits(row, kind, result) or (row.hint and not hinted):
            continue
        yield Relation(
            name=row.name,
            text=f"{row.name}: "
            + row.says.format(f=shown, x=main.name, again=calls.shown(**{main.name: shown})),
            basis="proposed",
            source="words" if hinted else "types",
            hinted=hinted,
            relation=row.relation,
            about=main.name,
            expressions=(calls.call, *(_probe(calls, main.name, more) for more in row.more)),
        )
    yield from _commutative(function, calls, words)
    yield from _inverses(function, calls, main.name, beside)


def _probe(calls: Calls, name: str, text: str) -> Probe:
    if text == "again":
        return partial(calls.again, parameter=name)
    return partial(_changed, calls, name, text)


def _changed(calls: Calls, name: str, text: str, arguments: Arguments) -> str:
    value = written(arguments[name])
    return calls.call(arguments, **{name: Source(text.format(x=f"({value})" if value[0] == "-" else value))})


def _of_the_signature(function: Function, calls: Calls) -> Iterator[Law]:
    """What ordinary functions do: they end, give what they say they give, and leave things as they were."""
    signature = function.signature
    name = function.name
    effects = {effect.kind for effect in function.effects}
    if signature.returns:
        whose = signature.returns_provenance or signature.provenance
        try:
            kind = parse(signature.result)
        except UsageError:  # a type of the prompt's own
            kind = None
        if kind is not None:
            text = f"every result is of type {signature.returns}"
            yield HasType("type", text, basis(whose), "signature", call=calls.call, kind=kind)
    if "raises" not in effects:
        text = f"{name} ends and raises nothing"
        yield Returns(_ENDS, text, "proposed", "types", False, call=calls.call)
    if not effects & {"random", "clock", "reads", "network", "mutates"}:
        yield deterministic(calls, "proposed", "types", hinted=False)
    if "mutates" not in effects and "pure" not in effects and any(map(_mutable, signature.parameters)):
        yield unchanging(calls, "proposed", "types", hinted=False)


def tells_none(signature: Signature) -> bool:
    """Whether the law of the result's type tells None from what the header allows for."""
    try:
        kind = parse(signature.result) if signature.returns and not signature.iterates else None
    except UsageError:
        return False
    return kind is not None and not accepts(kind, None)


def deterministic(calls: Calls, whose: str, source: str, *, hinted: bool = True) -> Law:
    """The same call gives the same result."""
    items = f" (its first {ITEMS:,} items)" if calls.signature.iterates else ""
    text = f"{calls.signature.name} gives the same result for the same call, made twice{items}"
    return Relation(
        source if hinted else _SAME, text, whose, source, hinted,
        relation="same(r[0], r[1])", about="", expressions=(calls.repeated,),
        verb="gives, one after the other,",
    )  # fmt: skip


def unchanging(calls: Calls, whose: str, source: str, *, hinted: bool = True) -> Law:
    """A call leaves its arguments as they were."""
    text = f"{calls.signature.name} leaves its arguments as they were"
    return Relation(
        source if hinted else _LEFT, text, whose, source, hinted,
        relation="r == s", about="", expressions=(calls.afterwards, _as_passed), verb="leaves them as",
    )  # fmt: skip


def _as_passed(arguments: Arguments) -> str:
    return written(tuple(arguments.values()))


def _mutable(parameter: Parameter) -> bool:
    return kind_of(parameter.type) in ("list", "dict", "set", "")


def _commutative(function: Function, calls: Calls, words: str) -> Iterator[Law]:
    required = [p for p in function.signature.parameters if p.default is None and p.kind == "positional"]
    if len(required) != 2 or required[0].type != required[1].type or not required[0].type:
        return
    one, other = (parameter.name for parameter in required)

    def swapped(arguments: Arguments) -> str | None:
        if one not in arguments or other not in arguments:
            return None
        return calls.call({**arguments, one: arguments[other], other: arguments[one]})

    hinted = re.search(rf"\b(?:{SYMMETRIC})", words)
    yield Relation(
        name="commutative",
        text=f"commutative: {calls.shown()} == {calls.shown(**{one: other, other: one})}",
        basis="proposed",
        source="words" if hinted else "types",
        hinted=hinted is not None,
        relation="same(s, r)",
        about=one,
        expressions=(calls.call, swapped),
    )  # fmt: skip


def _inverses(function: Function, calls: Calls, main: str, beside: Collection[str]) -> Iterator[Law]:
    """Functions of the same module that by their names undo this one."""
    for other in sorted(set(beside) - {function.name}):
        if not inverse_names(function.name, other):
            continue

        def undone(arguments: Arguments, other: str = other) -> str:
            rest = [written(value) for name, value in arguments.items() if name != main]
            return f"{other}({', '.join([calls.call(arguments), *rest])})"

        yield Relation(
            name=f"undone by {other}",
            text=f"undone by {other}: {other}({calls.shown()}) == {main}",
            basis="proposed",
            source="names",
            relation="same(s, x)",
            about=main,
            expressions=(calls.call, undone),
        )


def _fits(row: Row, kind: str, result: str) -> bool:
    if kind not in row.takes or result == "None":  # of what it changes, its results say nothing
        return False
    return not row.gives or result in row.gives or ("same" in row.gives and result == kind)


def _main(function: Function) -> Parameter | None:
    """The parameter that a law is about: the first one."""
    first = next(iter(function.signature.parameters), None)
    return first if first is not None and first.kind == "positional" else None


_KINDS: dict[str, str] = {
    "Sequence": "list", "Iterable": "list", "Collection": "list", "MutableSequence": "list",
    "Mapping": "dict", "MutableMapping": "dict", "AbstractSet": "set", "frozenset": "set",
}  # fmt: skip


def kind_of(type_text: str) -> str:
    """`list` for `list[int] | None` and `Sequence[int]`; empty for no type, a choice, or an unknown one."""
    try:
        expr = parse(type_text) if type_text else None
    except UsageError:
        return ""
    if isinstance(expr, Union):
        members = [member for member in expr.members if member != NONE]
        expr = members[0] if len(members) == 1 else None
    return _named(expr)


def item_kinds(type_text: str) -> tuple[str, ...]:
    """The kinds of what the type is given in brackets: `str` and `int` for `dict[str, int]`."""
    try:
        expr = parse(type_text) if type_text else None
    except UsageError:
        return ()
    match expr:
        case Nominal(args=parts) | Tuple(items=parts):
            return tuple(map(_named, parts))
    return ()


def _named(expr: TypeExpr | None) -> str:
    match expr:
        case Bounded(base=base):
            return _named(base)
        case Tuple():
            return "tuple"
        case Nominal(name=name):
            return _KINDS.get(name, name)
        case _:
            return ""


def _words(function: Function) -> str:
    texts = [
        function.name.replace("_", " "),
        function.intent.text,
        *(one.text for one in function.assertions),
    ]
    return " ".join(texts).lower()
