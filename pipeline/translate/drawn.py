"""What Hypothesis draws for a test of the prompt, told as conditions: a law holds for what meets them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.syntax import literal

_MOST_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """The values that a strategy draws: those of `type` that meet `conditions`, Python over their name.

    `shape` are the conditions by which values of another type are told from them.
    """

    type: str
    shape: tuple[str, ...]
    conditions: tuple[str, ...] = ()


def drawn_for(test: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Drawn | None]:
    """By argument of the test, what is drawn for it; None where that cannot be told as conditions."""
    arguments = [each.arg for each in (*test.args.args, *test.args.kwonlyargs) if each.arg != "self"]
    for decorator in test.decorator_list:
        match decorator:
            case ast.Call(func=ast.Name(id="given") | ast.Attribute(attr="given"), args=strategies):
                named = {word.arg: word.value for word in decorator.keywords if word.arg}
                rest = [name for name in arguments if name not in named]
                last = rest[len(rest) - len(strategies) :] if strategies else []  # from the right, as there
                given = {**dict(zip(last, strategies, strict=False)), **named}
                return {name: _drawn(strategy, name, 0) for name, strategy in given.items()}
    return {}


def _drawn(strategy: ast.expr, name: str, depth: int) -> Drawn | None:
    match strategy:
        case ast.Call(func=ast.Name(id=kind) | ast.Attribute(attr=kind), args=arguments, keywords=words):
            options = {word.arg: word.value for word in words if word.arg}
            if len(options) < len(words) or depth > _MOST_DEPTH:
                return None
            return _of_kind(kind, list(arguments), options, name, depth)
    return None


def _of_kind(
    kind: str, arguments: list[ast.expr], options: dict[str, ast.expr], name: str, depth: int
) -> Drawn | None:
    match kind:
        case "integers":
            return _number("int", arguments, options, name)
        case "floats":
            return _number("float", arguments, options, name)
        case "booleans" if not arguments and not options:
            return Drawn("bool", (f"isinstance({name}, bool)",))
        case "text":
            return _text(arguments, options, name)
        case "lists" | "sets" | "frozensets":
            return _collection(
                {"lists": "list"}.get(kind, kind.removesuffix("s")), arguments, options, name, depth
            )
        case "dictionaries":
            return _dictionary(arguments, options, name, depth)
        case "sampled_from" if len(arguments) == 1 and not options:
            return _sampled(arguments[0], name)
    return None


def _number(type_: str, arguments: list[ast.expr], options: dict[str, ast.expr], name: str) -> Drawn | None:
    bounds = dict(zip(("min_value", "max_value"), arguments, strict=False)) | options
    conditions = []
    for option, value in bounds.items():
        match option, _literal(value):
            case (("min_value" | "max_value"), int() | float() as bound):
                conditions.append(f"{name} {'>=' if option == 'min_value' else '<='} {bound}")
            case (("min_value" | "max_value" | "allow_nan" | "allow_infinity"), None | True):
                pass
            case "allow_nan", False if type_ == "float":
                conditions.append(f"{name} == {name}")
            case "allow_infinity", False if type_ == "float":
                conditions.append(f"abs({name}) != float('inf')")
            case _:
                return None
    return Drawn(type_, (f"isinstance({name}, {type_})",), tuple(conditions))


def _text(arguments: list[ast.expr], options: dict[str, ast.expr], name: str) -> Drawn | None:
    given = dict(zip(("alphabet",), arguments, strict=False)) | options
    conditions = _sizes(given, name)
    alphabet = given.pop("alphabet", None)
    if alphabet is not None:
        letters = _literal(alphabet)
        if not isinstance(letters, str):
            return None
        conditions.append(f"set({name}) <= set({letters!r})")
    return (
        None
        if given or len(arguments) > 1
        else Drawn("str", (f"isinstance({name}, str)",), tuple(conditions))
    )


def _collection(
    type_: str, arguments: list[ast.expr], options: dict[str, ast.expr], name: str, depth: int
) -> Drawn | None:
    given = dict(zip(("elements",), arguments, strict=False)) | options
    conditions = _sizes(given, name)
    unique = given.pop("unique", None)
    each = f"each{depth or ''}"
    inner = _drawn(given.pop("elements"), each, depth + 1) if "elements" in given else None
    if given or len(arguments) > 1 or inner is None:
        return None
    if unique is not None and _literal(unique) is True:
        conditions.append(f"len(set({name})) == len({name})")
    return Drawn(
        f"{type_}[{inner.type}]",
        (f"isinstance({name}, {type_})", *_all(inner.shape, each, name)),
        (*conditions, *_all(inner.conditions, each, name)),
    )


def _dictionary(
    arguments: list[ast.expr], options: dict[str, ast.expr], name: str, depth: int
) -> Drawn | None:
    given = dict(zip(("keys", "values"), arguments, strict=False)) | options
    conditions = _sizes(given, name)
    each = f"each{depth or ''}"
    keys = _drawn(given.pop("keys"), each, depth + 1) if "keys" in given else None
    values = _drawn(given.pop("values"), each, depth + 1) if "values" in given else None
    if given or len(arguments) > 2 or keys is None or values is None:
        return None
    shape = (*_all(keys.shape, each, name), *_all(values.shape, each, f"{name}.values()"))
    met = (*_all(keys.conditions, each, name), *_all(values.conditions, each, f"{name}.values()"))
    return Drawn(
        f"dict[{keys.type}, {values.type}]", (f"isinstance({name}, dict)", *shape), (*conditions, *met)
    )


def _sampled(values: ast.expr, name: str) -> Drawn | None:
    known = _literal(values)
    if not isinstance(known, list | tuple | str) or len({type(each) for each in known}) != 1:
        return None
    type_ = type(known[0]).__name__
    return Drawn(type_, (f"isinstance({name}, {type_})",), (f"{name} in {list(known)!r}",))


def _sizes(given: dict[str, ast.expr], name: str) -> list[str]:
    """Takes the bounds of a size that are numbers out of `given`, as conditions."""
    conditions = []
    for option, sign in (("min_size", ">="), ("max_size", "<=")):
        size = _literal(given[option]) if option in given else None
        if isinstance(size, int):
            del given[option]
            conditions += [f"len({name}) {sign} {size}"] if size or sign == "<=" else []
    return conditions


def _all(conditions: tuple[str, ...], each: str, name: str) -> Iterator[str]:
    if conditions:
        yield f"all({' and '.join(conditions)} for {each} in {name})"


def _literal(node: ast.expr) -> object:
    """The value of a literal; what no condition is made of otherwise."""
    try:
        return literal(node)
    except ValueError:
        return ...


def condition(drawn: Mapping[str, Drawn], declared: frozenset[str]) -> str:
    """What arguments must meet to be among what is drawn, where the types `declared` are known of them."""
    parts = [
        part
        for one in drawn.values()
        for part in (*(() if one.type in declared else one.shape), *one.conditions)
    ]
    return " and ".join(parts)
