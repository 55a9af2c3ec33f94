"""The classes, aliases and imports that a program's own source declares, as types of parameters."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.errors import UsageError
from pipeline.holes.types import ANY, Nominal, TypeExpr, names_type, parse
from pipeline.ir import Parameter, Program
from pipeline.syntax import expression, parse_module

_MARK = "declared."
"""Before the name of a declared class in a type, where a letter alone would be a type variable."""
_DEEPEST = 8


@dataclass(frozen=True)
class Field:
    """A value that an instance is made from, with its type; `default` is its source where it has one."""

    name: str
    type: str
    default: ast.expr | None = None


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

    def fields(self, name: str) -> list[Field] | None:
        """What an instance of a declared class is made from, in order; None where that is not plain."""
        node = self.classes[name]
        if is_enum(node):
            return None
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name in ("__init__", "__new__"):
                return _arguments_of(statement)
        if not (_is(node.decorator_list, "dataclass") or _is(node.bases, "NamedTuple", "TypedDict")):
            return None
        if any(ast.unparse(base) in self.classes for base in node.bases):
            return None  # the base's fields come first
        return [*_annotated(node)]

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


def is_typed_dict(node: ast.ClassDef) -> bool:
    """Whether instances of the class are dicts."""
    return _is(node.bases, "TypedDict")


def by_keyword(node: ast.ClassDef) -> bool:
    """Whether a dataclass takes its fields by keyword only."""
    return any(
        isinstance(each, ast.Call) and any(word.arg == "kw_only" for word in each.keywords)
        for each in node.decorator_list
    )


def members(node: ast.ClassDef) -> list[str]:
    """The names of an enumeration's members."""
    names = [
        target.id
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]
    return [name for name in names if not name.startswith("_")]


def _annotated(node: ast.ClassDef) -> Iterator[Field]:
    """The fields of a dataclass, NamedTuple or TypedDict that have to be given."""
    total = not any(word.arg == "total" for word in node.keywords)
    for statement in node.body:
        if not (isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)):
            continue
        kind, given = ast.unparse(statement.annotation), statement.value
        made = isinstance(given, ast.Call) and any(word.arg == "init" for word in given.keywords)
        optional = is_typed_dict(node) and (not total or "NotRequired[" in kind)
        if not kind.startswith(("ClassVar", "typing.ClassVar")) and not made and not optional:
            yield Field(statement.target.id, kind, given)


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
