"""The classes, aliases and imports that a program's own source declares, as types of parameters."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.errors import UsageError
from pipeline.holes.types import ANY, Nominal, TypeExpr, names_type, parse, render
from pipeline.ir import Parameter, Program
from pipeline.syntax import expression, parse_module

_MARK = "declared."
"""Before the name of a declared class in a type, where a letter alone would be a type variable."""
_DEEPEST = 8


@dataclass(frozen=True)
class Field:
    """A value that an instance is made from, with its type; `default` is its source where it has one.

    One that is `keyword` is given by name; one that is `optional`, a key of a dict, may be left out.
    """

    name: str
    type: str
    default: ast.expr | None = None
    keyword: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Declared:
    """What is declared, by name; `spelled` says how the source names what it imports."""

    classes: Mapping[str, ast.ClassDef] = field(default_factory=dict)
    aliases: Mapping[str, ast.expr] = field(default_factory=dict)
    new_types: Mapping[str, ast.expr] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)

    def type_of(self, parameter: Parameter) -> TypeExpr:
        """The type of a parameter's value, as far as it is written; of `*args`, a list."""
        kind = self.type_in(parameter.type) if parameter.type else ANY
        return Nominal("list", (kind,)) if parameter.kind == "variadic" else kind

    def type_in(self, text: str) -> TypeExpr:
        """The type that `text` writes, declared classes told from type variables, aliases put in."""
        declares = self.classes or self.aliases or self.new_types
        tree = expression(text) if declares else None
        try:
            return parse(text if tree is None else ast.unparse(_Resolved(self).visit(tree)))
        except UsageError:
            return Nominal(text)

    def spelling(self, module: str, name: str) -> str | None:
        """How the source names what a standard module has, or Python itself (no module); None where not."""
        if not module or name in self.spelled:
            return self.spelled.get(name, name)
        prefix = self.spelled.get(f"{module}.")
        return prefix and f"{prefix}{name}"

    def names(self, name: str) -> str | None:
        """The declared class or new type that a type expression means by `name`."""
        own = name.removeprefix(_MARK)
        return own if own != name and (own in self.classes or own in self.new_types) else None

    def named_in(self, expr: TypeExpr) -> bool:
        """Whether a type has a declared class in it, whose values no literal shows the shape of."""
        return any(
            name in self.classes and not _is(self.classes[name].bases, "Protocol")
            for name in re.findall(rf"{re.escape(_MARK)}(\w+)", render(expr))
        )

    def fields(self, name: str, depth: int = 0) -> list[Field] | None:
        """What an instance of a declared class is made from, in order; None where that is not plain."""
        node = self.classes[name]
        if is_enum(node) or depth > _DEEPEST:
            return None
        if init := _own_init(node):
            return _arguments_of(init)
        made = self._has_fields(name) or _is(node.bases, "NamedTuple")
        bases = self._bases(name)
        if not made:
            return (
                self.fields(bases[0], depth + 1) if len(bases) == 1 and _is(node.bases[:1], *bases) else None
            )
        first = self._inherited(name, depth) if bases else []
        return (
            None if first is None else _in_order([*first, *_annotated(node, dicts=self.is_typed_dict(name))])
        )

    def _inherited(self, name: str, depth: int) -> list[Field] | None:
        """The fields that a class takes over from its base; None where that is not plain."""
        bases = self._bases(name)
        if len(bases) != 1 or depth > _DEEPEST:
            return None if bases else []
        (base,) = bases
        if self._has_fields(base):
            return self.fields(base, depth + 1) if _own_init(self.classes[base]) is None else None
        return None if _is(self.classes[base].bases, "NamedTuple") else self._inherited(base, depth + 1)

    def _has_fields(self, name: str) -> bool:
        """Whether what a declared class annotates are fields, also of those that inherit from it."""
        return _is(self.classes[name].decorator_list, "dataclass") or self.is_typed_dict(name)

    def _bases(self, name: str) -> list[str]:
        """The bases that are declared; one with types put in, as `Box[int]`, is not told from two."""
        heads = [ast.unparse(base).partition("[") for base in self.classes[name].bases]
        found = [head for head, _, _ in heads if head in self.classes]
        return found * 2 if any(types and head in self.classes for head, types, _ in heads) else found

    def is_typed_dict(self, name: str, depth: int = 0) -> bool:
        """Whether instances of a declared class are dicts."""
        bases = self.classes[name].bases
        inherits = depth < _DEEPEST and any(self.is_typed_dict(each, depth + 1) for each in self._bases(name))
        return inherits or _is(bases, "TypedDict")

    def is_fixed(self, name: str) -> bool:
        """Whether what `name` makes can be changed only in what it holds: an enumeration, a tuple."""
        node = self.classes.get(name)
        if node is None:
            return name in self.new_types
        frozen = any(_says(each, "frozen") for each in node.decorator_list)
        return frozen or is_enum(node) or _is(node.bases, "NamedTuple")

    def is_anonymous(self, name: str) -> bool:
        """Whether instances of a declared class print without what they hold, which `vars` tells."""
        node = self.classes.get(name)
        if node is None or node.decorator_list or not all(map(self._is_bare, node.bases)):
            return False
        return not any(
            (isinstance(one, ast.FunctionDef) and one.name == "__repr__")
            or (isinstance(one, ast.Assign) and _is(one.targets, "__slots__"))
            for one in node.body
        )

    def _is_bare(self, base: ast.expr) -> bool:
        """Whether a base brings neither a `repr` of its own nor a place for values beside `vars`."""
        head = base.value if isinstance(base, ast.Subscript) else base
        return _is([head], "object", "Generic", "Protocol", "ABC")


class _Resolved(ast.NodeTransformer):
    """Marks the names of declared classes, and puts in what aliases stand for."""

    def __init__(self, declared: Declared, depth: int = 0) -> None:
        self._declared = declared
        self._depth = depth

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._declared.classes or node.id in self._declared.new_types:
            return ast.Name(f"{_MARK}{node.id}", ast.Load())
        meant = self._declared.aliases.get(node.id)
        if meant is None or self._depth > _DEEPEST:
            return node
        resolved: ast.expr = _Resolved(self._declared, self._depth + 1).visit(copy.deepcopy(meant))
        return resolved

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        tree = expression(node.value) if isinstance(node.value, str) else None
        return node if tree is None else self.visit(tree)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if ast.unparse(node.value).rpartition(".")[2] == "Literal":
            return node
        self.generic_visit(node)
        return node


def declared_in(program: Program) -> Declared:
    """What the program's types and stubs declare, and its prompt where that is a module as a whole."""
    sources = [definition.source for definition in program.types]
    sources += [function.stub for function in program.functions]
    return declarations([*sources, program.prompt])


def declarations(sources: Iterable[str]) -> Declared:
    """What these modules declare at their top; a text that is no module declares nothing."""
    found = Declared({}, {}, {}, {})
    classes, aliases = dict(found.classes), dict(found.aliases)
    new_types, spelled = dict(found.new_types), dict(found.spelled)
    for source in sources:
        tree, _ = parse_module(source)
        for node in tree.body if tree is not None else ():
            match node:
                case ast.ClassDef(name=name):
                    classes[name] = node
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    if (base := _new_type(value)) is not None:
                        new_types[name] = base
                    elif _is_alias(node, value):
                        aliases[name] = value
                case ast.Import() | ast.ImportFrom():
                    spelled |= _imported(node)
    return Declared(classes, aliases, new_types, spelled)


def _new_type(value: ast.expr) -> ast.expr | None:
    match value:
        case ast.Call(func=callee, args=[_, base]) if _is([callee], "NewType"):
            return base
    return None


def _is_alias(node: ast.Assign | ast.AnnAssign, value: ast.expr) -> bool:
    if isinstance(node, ast.AnnAssign):
        return _is([node.annotation], "TypeAlias")
    text = ast.unparse(value)
    return isinstance(value, (ast.Subscript, ast.BinOp, ast.Name, ast.Attribute)) and names_type(text)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """What is imported: `date` as `date`; `datetime.` as `dt.` for all that the module has."""
    for alias in node.names:
        name = alias.asname or alias.name
        yield (alias.name, name) if isinstance(node, ast.ImportFrom) else (f"{alias.name}.", f"{name}.")


def is_enum(node: ast.ClassDef) -> bool:
    """Whether the class is an enumeration."""
    return _is(node.bases, "Enum", "IntEnum", "StrEnum", "Flag", "IntFlag")


def members(node: ast.ClassDef) -> list[str]:
    """The names of an enumeration's members."""
    names = [
        target.id
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for targets in statement.targets
        for target in (targets.elts if isinstance(targets, ast.Tuple) else [targets])
        if isinstance(target, ast.Name)
    ]
    return [name for name in names if not name.startswith("_")]


def _annotated(node: ast.ClassDef, *, dicts: bool) -> Iterator[Field]:
    """The fields of a dataclass or NamedTuple, or where its instances are `dicts` the keys of a TypedDict."""
    total = not any(word.arg == "total" and ast.unparse(word.value) == "False" for word in node.keywords)
    keyword = any(_says(each, "kw_only") for each in node.decorator_list)
    for statement in node.body:
        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
            continue
        marks, kind = _unmarked(statement.annotation)
        given = statement.value
        made = given if isinstance(given, ast.Call) and _is([given], "field") else None
        said = {word.arg: word.value for word in made.keywords} if made is not None else {}
        if _is([kind], "KW_ONLY"):
            keyword = True
        elif "ClassVar" not in marks and not _is([kind], "ClassVar") and not _denies(said.get("init")):
            yield Field(
                statement.target.id,
                ast.unparse(kind),
                _default(said) if made is not None else given,
                keyword=_says(made, "kw_only") if "kw_only" in said and made is not None else keyword,
                optional=dicts and (("NotRequired" in marks) if marks & _PRESENCE else not total),
            )


_PRESENCE = {"NotRequired", "Required"}
_MARKS = {*_PRESENCE, "ReadOnly", "InitVar", "ClassVar"}


def _unmarked(annotation: ast.expr) -> tuple[set[str], ast.expr]:
    """What an annotation says of the field, as in `NotRequired[int]`, and the type that is left."""
    marks: set[str] = set()
    while isinstance(annotation, ast.Subscript) and _is([annotation.value], *_MARKS):
        marks.add(ast.unparse(annotation.value).rpartition(".")[2])
        annotation = annotation.slice
    return marks, annotation


def _denies(said: ast.expr | None) -> bool:
    return isinstance(said, ast.Constant) and said.value is False


_EMPTY = {"list": "[]", "dict": "{}", "set": "set()", "tuple": "()", "str": "''", "int": "0", "float": "0.0"}


def _default(said: Mapping[str | None, ast.expr]) -> ast.expr | None:
    """The source of a default that `field(...)` gives."""
    match said.get("default_factory"):
        case None:
            return said.get("default")
        case ast.Lambda(body=body):
            return body
        case factory:
            name = ast.unparse(factory)
            return expression(_EMPTY.get(name, f"{name}()"))


def _in_order(fields: Iterable[Field]) -> list[Field]:
    """The fields as a constructor takes them: what replaces one stands in its place, those by name last."""
    return sorted({each.name: each for each in fields}.values(), key=lambda each: each.keyword)


def _own_init(node: ast.ClassDef) -> ast.FunctionDef | None:
    inits = (one for one in node.body if isinstance(one, ast.FunctionDef))
    return next((one for one in inits if one.name in ("__init__", "__new__")), None)


def _arguments_of(init: ast.FunctionDef) -> list[Field] | None:
    """The parameters of a constructor, where all can be given by position and have a type."""
    given = [*init.args.posonlyargs, *init.args.args][1:]
    if init.args.kwonlyargs or init.args.vararg or init.args.kwarg:
        return None
    if any(each.annotation is None for each in given):
        return None
    defaults = [None] * (len(given) - len(init.args.defaults)) + [*init.args.defaults]
    return [
        Field(each.arg, ast.unparse(each.annotation), default)
        for each, default in zip(given, defaults, strict=False)
        if each.annotation is not None
    ]


def _says(decorator: ast.expr, word: str) -> bool:
    """Whether a decorator says `word=True`."""
    given = decorator.keywords if isinstance(decorator, ast.Call) else ()
    return any(
        each.arg == word and isinstance(each.value, ast.Constant) and each.value.value is True
        for each in given
    )


def _is(nodes: Iterable[ast.expr], *names: str) -> bool:
    """Whether one of the expressions names, or calls, one of these."""
    heads = (node.func if isinstance(node, ast.Call) else node for node in nodes)
    return any(ast.unparse(head).rpartition(".")[2] in names for head in heads)
