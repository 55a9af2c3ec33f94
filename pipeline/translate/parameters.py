"""Parameters where the prompt lists none: from examples and words, then as a model has them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.ir import Example, Parameter, Provenance
from pipeline.translate.inference import (
    EXAMPLE_CONFIDENCE,
    Inferred,
    Shown,
    alike,
    infer,
    parameter_name,
    with_default,
)
from pipeline.translate.wording import SaidType

Header = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class _Argument:
    """A parameter of the model's header."""

    name: str
    type: str
    default: str | None
    named_only: bool


def arguments(header: Header | None) -> list[ast.arg]:
    """All but those that take what is left."""
    return [] if header is None else [*header.args.posonlyargs, *header.args.args, *header.args.kwonlyargs]


def proposed_parameters(
    examples: Iterable[Example],
    function: str,
    called: Iterable[str],
    said: Sequence[SaidType],
    header: Header | None,
    model: Provenance,
) -> tuple[Parameter, ...]:
    """As many as the examples need, or the words tell of, or the header has; the header comes last."""
    inferred = infer(examples, function, called)
    shown = list(inferred.parameters)
    given = _given(header)
    if _tells_of_all(said, inferred):
        given, count = [], len(said)
    else:
        count = len(shown) if inferred.arities else len(said) or len(given) or 1
    if inferred.arities and not _fits(given, shown):
        given = []
    count = len(given) or count
    told = said if len(said) == count else []
    defaults = _defaults(told)
    found: list[Parameter] = []
    for index in range(count):
        one = told[index] if told else None
        argument = given[index] if given else None
        seen = _shown(shown, index, argument, [each.name for each in told])
        found.append(
            _parameter(one, seen, argument, [item.name for item in found], model, defaults.get(index))
        )
    return tuple(_in_order(found))


def _tells_of_all(said: Sequence[SaidType], inferred: Inferred) -> bool:
    """Whether the words give some a default, and every call fits what they tell of."""
    needed = len([each for each in said if each.default is None])
    return needed < len(said) and all(needed <= each <= len(said) for each in inferred.arities)


def _given(header: Header | None) -> list[_Argument]:
    if header is None:
        return []
    placed = [*header.args.posonlyargs, *header.args.args]
    lacking = [None] * (len(placed) - len(header.args.defaults))
    defaults = [*lacking, *header.args.defaults, *header.args.kw_defaults]
    return [
        _Argument(
            each.arg,
            ast.unparse(each.annotation) if each.annotation else "",
            ast.unparse(default) if default is not None else None,
            index >= len(placed),
        )
        for index, (each, default) in enumerate(zip(arguments(header), defaults, strict=True))
    ]


def _fits(given: Sequence[_Argument], shown: Sequence[Shown]) -> bool:
    """Whether the header has as many parameters as the calls need, and all that they name."""
    names = {each.name for each in given}
    return len(given) == len(shown) and all(each.name in names for each in shown if each.name)


def _shown(
    shown: Sequence[Shown], index: int, argument: _Argument | None, told: Sequence[str]
) -> Shown | None:
    """What the examples show of one parameter: the one of that name, or else that in its place."""
    name = argument.name if argument else told[index] if told else ""
    by_name = next((each for each in shown if name and each.name == name), None)
    return by_name or (shown[index] if index < len(shown) else None)


def _parameter(
    said: SaidType | None,
    shown: Shown | None,
    argument: _Argument | None,
    taken: Sequence[str],
    model: Provenance,
    default: str | None,
) -> Parameter:
    by_example = Provenance(actor="rule", source="examples", confidence=EXAMPLE_CONFIDENCE)
    kind, source = _best_type(said, shown.type if shown else "", argument.type if argument else "", model)
    if shown and shown.name and shown.name not in taken:
        name, provenance = shown.name, by_example
    elif said and said.name and said.name not in taken:
        name, provenance = said.name, said.provenance
    elif argument is not None and argument.name not in taken:
        name, provenance = argument.name, model
    else:
        name = parameter_name(kind, taken)
        provenance = Provenance(actor="rule", source="type", confidence=0.4)
    if default is None and argument is not None:
        default = argument.default
    if default is None and shown is not None and shown.optional:
        default = "None"  # of which every function can tell that nothing was given
    return Parameter(
        name=name,
        type=with_default(kind, default) if "None" not in kind and "Optional" not in kind else kind,
        default=default,
        kind="keyword" if argument and argument.named_only else "positional",
        provenance=provenance,
        type_provenance=source if kind else None,
    )


def _in_order(found: Sequence[Parameter]) -> list[Parameter]:
    """With what needs a value by name alone where what comes before needs none: calls leave that out."""
    ordered: list[Parameter] = []
    for each in found:
        after = each.default is None and any(item.default is not None for item in ordered)
        ordered.append(each.model_copy(update={"kind": "keyword"}) if after else each)
    return sorted(ordered, key=lambda each: each.kind == "keyword")


def _defaults(said: Sequence[SaidType]) -> dict[int, str]:
    """The defaults that the words give the last parameters, by their places."""
    found: dict[int, str] = {}
    for index in reversed(range(len(said))):
        default = said[index].default
        if default is None:
            break
        found[index] = default
    return found


def _best_type(
    said: SaidType | None, shown: str, proposed: str, model: Provenance
) -> tuple[str, Provenance | None]:
    """The type and where it comes from: the words, unless the examples show another; examples; the model.

    What the words leave open, "a list", is made precise by what agrees.
    """
    by_example = Provenance(actor="rule", source="examples", confidence=EXAMPLE_CONFIDENCE)
    told = said.type if said and alike(said.type, shown) else ""
    if told and "[" not in told:
        for kind, provenance in ((shown, by_example), (proposed, model)):
            if kind.startswith(f"{told}["):
                return kind, provenance
    if said and told:
        return told, said.provenance
    return (shown, by_example) if shown and shown != "None" else (proposed, model)
