"""What the nodes of a module bind to names, and the expressions that its annotations have as text (H25)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pipeline.syntax import expression, names_bound_by
from pipeline.verify.audit.known_modules import PARTS

_BUFFERS = frozenset({"BytesIO", "StringIO"})
_WITH_TEXTS = ("Literal", "Annotated")
LOOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def text_annotations(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The texts in the annotation that a node has, each with the expression that it is."""
    match node:
        case ast.arg(annotation=ast.expr() as given) | ast.AnnAssign(annotation=given):
            waiting = [given]
        case ast.FunctionDef(returns=ast.expr() as given) | ast.AsyncFunctionDef(returns=ast.expr() as given):
            waiting = [given]
        case _:
            return
    while waiting:
        match waiting.pop():
            case ast.Constant(value=str(text)) as written if tree := expression(text):
                for part in ast.walk(tree):
                    ast.copy_location(part, written)
                yield written, tree
            case ast.Subscript(value=head, slice=inner) if _last(head) not in _WITH_TEXTS:
                waiting.append(inner)
            case ast.BinOp(left=left, right=right):
                waiting += [left, right]
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                waiting += parts


def modules_of(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import gives to modules, with those."""
    match node:
        case ast.Import(names=names):
            for alias in names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        case ast.ImportFrom(module=str(module), names=names):
            for alias in names:
                if f"{module}.{alias.name}" in PARTS:
                    yield alias.asname or alias.name, f"{module}.{alias.name}"


def members_of(node: ast.AST) -> Iterator[str]:
    """The attributes that a node gives to values or classes of the code's own."""
    match node:
        case ast.ClassDef(body=body):
            yield from bound_in(body)
        case ast.Attribute(attr=name, ctx=ast.Store()):
            yield name
        case ast.Call(func=called, args=[_, ast.Constant(value=str(told)), *_]) if (
            _last(called) == "namedtuple"
        ):
            yield from told.replace(",", " ").split()
        case ast.Call(func=called, args=[_, ast.Tuple(elts=parts) | ast.List(elts=parts), *_]) if _last(
            called
        ) in ("namedtuple", "NamedTuple", "make_dataclass"):
            names = [part.elts[0] if isinstance(part, ast.Tuple) and part.elts else part for part in parts]
            yield from (
                each.value for each in names if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def buffers_of(node: ast.AST) -> Iterator[str]:
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            | ast.withitem(optional_vars=ast.Name(id=name), context_expr=value)
        ) if makes_buffer(value):
            yield name


def makes_buffer(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _last(node.func) in _BUFFERS


def _last(node: ast.expr) -> str:
    """The last name of one with dots."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def locals_of(function: ast.AST) -> set[str]:
    """The names of a function's own scope, but those that it imports."""
    if not isinstance(function, FUNCTIONS):
        return set()
    body = function.body if isinstance(function.body, list) else [function.body]
    names = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    outer = {
        name
        for node in body
        for each in ast.walk(node)
        if isinstance(each, ast.Global)
        for name in each.names
    }
    return (names | {*bound_in(body)}) - outer


def given_before(statement: ast.AST, body: ast.ClassDef) -> set[str]:
    """The names that a class surely has where one of its statements runs."""
    if any(isinstance(part, ast.Delete) for each in body.body for part in ast.walk(each)):
        return set()
    names: set[str] = set()
    for each in body.body:
        if each is statement:
            break
        match each:
            case ast.Assign() | ast.AnnAssign(value=ast.expr()) | ast.FunctionDef() | ast.ClassDef():
                names.update(bound_in([each]))
    return names


def bound_in(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """The names that are bound in one scope, but by imports."""
    waiting = [*nodes]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.Import | ast.ImportFrom):
            yield from names_bound_by(node)
        if not isinstance(node, (*FUNCTIONS, *LOOPS, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))
