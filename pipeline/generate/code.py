"""Turning what a model wrote into a module that defines one function, and telling such modules apart."""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import warnings
from collections.abc import Iterable

from pipeline.generate.module_level import (
    IMPORT,
    Definition,
    filled_names,
    is_definition,
    is_named,
    kept,
    read_at_import,
)
from pipeline.generate.renaming import Rename, clash, delegate, rename_words
from pipeline.generate.unwrapped import unwrap
from pipeline.ir import Function, Signature
from pipeline.syntax import bound_names, parse_module

_FENCE = re.compile(r"```(?:python|py)?[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)

_LINE_END = re.compile(r"\r\n|\r|\n")
"""Where Python ends a line; `str.splitlines` also does elsewhere."""
_REMEMBERING = re.compile(r"(?:functools\.)?(?:lru_)?cache\b")
_KEYS = frozenset(
    {"int", "str", "float", "bool", "bytes", "complex", "tuple", "Tuple", "None", "Optional", "Union"}
)
_TOP_LEVEL = re.compile(r"^[^\s#)\]}]", re.MULTILINE)
#: What is nested more deeply, no tree can be walked or written of: Python's own stack ends first.
_MOST_NESTED = 150


class NotCode(ValueError):
    """The reply holds no usable definition; the message says why."""


def code_of(reply: str, function: Function) -> str:
    """The module in `reply` that defines `function`, under exactly the signature the IR has.

    Of several definitions of it the last one counts. Keeps imports, constants, helper functions and classes,
    and what fills the names that the function reads; drops all else that would run on import (prints, tests).
    The target's header is set to the IR's signature, so that what is checked is what was asked for; of its
    decorators only those that remember results stay, where arguments can be keys. A method of a class will
    do, of which an instance is made for each call. Raises NotCode when there is no such definition, its
    parameters cannot be matched, or it is nested too deeply to be worked on.
    """
    text, module = _parse(_unfenced(reply, function.name))
    try:
        unwrap(module, function.name)
        code = _module_of(text, module, function)
        with warnings.catch_warnings():  # such as of `x is 1`, which is no matter of a person's screen
            warnings.simplefilter("ignore")
            compile(code, "<draft>", "exec", dont_inherit=True)
    except NotCode:
        raise
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotCode(f"it cannot be put together: {error}") from error
    return code


def _module_of(text: str, module: ast.Module, function: Function) -> str:
    lines = _LINE_END.split(text)
    target = _target(module, function.name)
    header, inner = _matched_header(module, target, function.signature)
    body = [node for node in module.body if node is target or not is_named(node, function.name)]
    beside = _beside(function.stub, function.name)
    whole = [*beside, *body]
    named = {*re.findall(r"\w+", str(function.signature))}
    own = kept(body, function.name, whole, named)
    present = {name for node in own for name in filled_names(node)}
    others = [node for node in beside if not _is_in(present, node, beside)]
    prelude = kept(others, function.name, whole, named)
    imports = [ast.unparse(node) for node in [*prelude, *own] if isinstance(node, IMPORT)]
    first, later = _apart([node for node in prelude if not isinstance(node, IMPORT)], own)
    given = _LINE_END.split(function.stub)
    blocks = [_written(node, given) for node in first]
    for node in own:
        if node is target:
            blocks += [_written(node, given) for node in later]
            blocks += [ast.unparse(inner)] if inner is not None else []
            blocks.append(_with_header(target, header, lines))
        elif not isinstance(node, IMPORT):
            blocks.append(_written(node, lines))
    bound = {name for node in [*prelude, *own] for name in bound_names(node)}
    imports += [f"import {name}" for name in _forgotten_modules(module, bound)]
    head = _head(imports)
    return "\n\n\n".join(block for block in [head, *blocks] if block) + "\n"


def _unfenced(reply: str, name: str) -> str:
    """The code inside the last fence that defines `name`, otherwise inside the first, or the reply itself."""
    fenced = [found.group(1) for found in _FENCE.finditer(reply)]
    if not fenced:
        return reply.removesuffix("```")
    return next((code for code in reversed(fenced) if f"def {name}(" in code), fenced[0])


def _parse(text: str) -> tuple[str, ast.Module]:
    """`text` and its tree; a last top-level statement that was cut off is left out of both."""
    first_error: SyntaxError | None = None
    while text.strip():
        try:
            module = ast.parse(text)
            if _nested(module) > _MOST_NESTED:
                raise RecursionError
            return text, module
        except SyntaxError as error:
            first_error = first_error or error
        except ValueError as error:  # null bytes
            raise NotCode(str(error)) from error
        except (RecursionError, MemoryError) as error:  # a model may repeat itself: `n + 1 + 1 + 1 ...`
            raise NotCode("it is nested too deeply") from error
        text = text[: [0, *(match.start() for match in _TOP_LEVEL.finditer(text))][-1]]
    if first_error is None:
        raise NotCode("the reply is empty")
    raise NotCode(f"line {first_error.lineno}: {first_error.msg}") from first_error


def _nested(module: ast.Module) -> int:
    """How many syntax nodes are in one another."""
    level: list[ast.AST] = [module]
    depth = 0
    while level:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth


def _target(module: ast.Module, name: str) -> Definition:
    definitions = [node for node in module.body if isinstance(node, Definition)]
    for node in reversed(definitions):
        if node.name == name:
            return node
    if len(definitions) == 1:  # the right code under another name
        only = definitions[0]
        Rename({only.name: name}).visit(module)
        only.name = name
        for each in module.body:
            if each is only or any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(each)):
                each.lineno = 0  # its text no longer says what its tree says
        return only
    raise NotCode(f"the reply does not define `{name}`")


def _matched_header(
    module: ast.Module, target: Definition, signature: Signature
) -> tuple[str | None, Definition | None]:
    """The header `target` is to have, or None where the IR asks for none.

    Parameters are matched by position; other names are renamed throughout, which `target` then shows. Where
    something else has a name that one is to have, a function with the names as they were does the work.
    """
    if not signature.parameters and not signature.returns:
        return None, None
    known = {name for node in module.body if isinstance(node, IMPORT) for name in bound_names(node)}
    remembering = [
        text
        for text in map(ast.unparse, target.decorator_list)
        if _REMEMBERING.match(text)
        and re.split(r"\W", text)[0] in {*known, "functools"}
        and _are_keys(signature)
    ]
    arguments = target.args
    own = [*arguments.posonlyargs, *arguments.args]
    own += [arg for arg in [arguments.vararg, *arguments.kwonlyargs, arguments.kwarg] if arg is not None]
    if len(own) != len(signature.parameters):
        raise NotCode(f"`{target.name}` takes {len(own)} parameters, not {len(signature.parameters)}")
    header = "\n".join([*(f"@{each}" for each in remembering), _header(signature, own, target.returns)])
    names = {
        arg.arg: parameter.name
        for arg, parameter in zip(own, signature.parameters, strict=True)
        if arg.arg != parameter.name
    }
    if not names:
        return header, None
    rename_words(module, target.name, names)
    target.lineno = 0  # its text no longer says what its tree says
    if clash(target, names):
        taken = {name for node in module.body for name in bound_names(node)} | {*names.values()}
        return header, ast.fix_missing_locations(delegate(target, names, taken))
    Rename(names).visit(target)
    return header, None


def _are_keys(signature: Signature) -> bool:
    """Whether arguments can be keys of a dict, as far as their types tell."""
    return _KEYS.issuperset(
        word for each in signature.parameters for word in re.findall(r"\w+", each.type or "any")
    )


def _header(signature: Signature, own: list[ast.arg], returns: ast.expr | None) -> str:
    """The IR's header, completed with the code's own annotations where the IR has none."""
    parameters = tuple(
        parameter.model_copy(update={"type": ast.unparse(arg.annotation)})
        if not parameter.type and arg.annotation is not None
        else parameter
        for parameter, arg in zip(signature.parameters, own, strict=True)
    )
    result = signature.returns or (ast.unparse(returns) if returns is not None else "")
    return str(signature.model_copy(update={"parameters": parameters, "returns": result}))


def _with_header(target: Definition, header: str | None, lines: list[str]) -> str:
    """`target` under `header`, its body as it was written where that is possible."""
    if header is None:
        return _written(target, lines)
    if target.lineno == 0 or not _begins_line(target.body[0], lines):
        under = ast.parse(f"{header}: ...").body[0]
        assert isinstance(under, Definition)
        under.body = target.body
        return ast.unparse(under)
    return "\n".join([f"{header}:", *lines[_first_line(target.body[0]) - 1 : target.end_lineno]])


def _first_line(node: ast.stmt) -> int:
    """The line on which a statement begins, with its decorators."""
    return int(min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]))


def _begins_line(node: ast.stmt, lines: list[str]) -> bool:
    """Whether nothing but blanks stands before a statement on its line."""
    text = lines[_first_line(node) - 1].encode()
    return bool(getattr(node, "decorator_list", [])) or not text[: node.col_offset].strip()


def _written(node: ast.stmt, lines: list[str]) -> str:
    """The text of `node` as it stands in `lines`, decorators included; unparsed where it was rewritten, or
    where other statements stand beside it."""
    if node.lineno == 0 or node.col_offset or _goes_on(node, lines):
        return ast.unparse(node)
    return "\n".join(lines[_first_line(node) - 1 : node.end_lineno])


def _goes_on(node: ast.stmt, lines: list[str]) -> bool:
    """Whether another statement follows on the line on which `node` ends."""
    last = lines[(node.end_lineno or node.lineno) - 1].encode()
    return last[node.end_col_offset or 0 :].lstrip().startswith(b";")


def _apart(stub: Iterable[ast.stmt], own: Iterable[ast.stmt]) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """Statements of the stub: those that stand before what a draft has, and those that need some of it."""
    found: tuple[list[ast.stmt], list[ast.stmt]] = ([], [])
    waiting = {name for node in own if not isinstance(node, IMPORT) for name in filled_names(node)}
    for node in stub:
        late = not waiting.isdisjoint(read_at_import(node))
        found[late].append(node)
        waiting = waiting | filled_names(node) if late else waiting - filled_names(node)
    return found


def _is_in(present: set[str], node: ast.stmt, module: list[ast.stmt]) -> bool:
    """Whether what is `present` has what a statement of `module` defines, or anything of what it fills."""
    names = filled_names(node, module)
    return bool(names) and (names <= present if is_definition(node) else not names.isdisjoint(present))


def _forgotten_modules(module: ast.Module, bound: set[str]) -> list[str]:
    """Modules of the standard library that are used by attribute (`re.sub`) though nothing imports them."""
    used = {
        node.value.id
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    stored = {
        node.id
        for node in ast.walk(module)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    named = {node.arg for node in ast.walk(module) if isinstance(node, ast.arg)}
    return sorted((used & sys.stdlib_module_names) - bound - stored - named)


def beside_target(stub: str, target: str) -> list[ast.stmt]:
    """What the prompt's own code defines beside the target: imports, helpers, classes."""
    return [node for node in _beside(stub, target) if is_definition(node)]


def _beside(stub: str, target: str) -> list[ast.stmt]:
    """All statements of the prompt's own code but the target, which a bare header has none of."""
    module, _ = parse_module(stub)
    body = module.body if module and _nested(module) <= _MOST_NESTED else []
    return [node for node in body if not is_named(node, target)]


def shape(source: str) -> str:
    """Hash of the normalised AST: equal for code that differs only in layout, comments, docstrings,
    annotations of locals, and names of local variables."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, Definition | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    for node in tree.body:
        if isinstance(node, Definition):
            Rename(_canonical_locals(node)).visit(node)
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()


def _canonical_locals(definition: Definition) -> dict[str, str]:
    """New names for the local variables of `definition`, by order of appearance; parameters keep theirs."""
    arguments = definition.args
    parameters = {arg.arg for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]} | {
        arg.arg for arg in (arguments.vararg, arguments.kwarg) if arg
    }
    stored = [
        node.id
        for node in ast.walk(definition)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    return {
        name: f"_local{index}"
        for index, name in enumerate(dict.fromkeys(name for name in stored if name not in parameters))
    }


def joined(sources: Iterable[str]) -> str:
    """One module of several: imports first and once, then what each defines or fills and none before it does.

    Raises SyntaxError when a source is no Python.
    """
    imports: dict[str, None] = {}
    blocks: list[str] = []
    bound: set[str] = set()
    for source in sources:
        lines = _LINE_END.split(source)
        body = ast.parse(source).body
        imports |= {ast.unparse(node): None for node in body if isinstance(node, IMPORT)}
        new = [node for node in body if not isinstance(node, IMPORT) and not _is_in(bound, node, body)]
        texts = [_written(node, lines) for node in new]
        alike = {text for node, text in zip(new, texts, strict=True) if not is_definition(node)} & {*blocks}
        blocks += [text for text in texts if text not in alike]  # what is done once is done
        bound |= {name for node in new for name in filled_names(node)}
    return "\n\n\n".join(block for block in [_head(imports), *blocks] if block) + "\n"


def _head(imports: Iterable[str]) -> str:
    """The imports once each, those from `__future__` first, as Python wants it."""
    return "\n".join(sorted(dict.fromkeys(imports), key=lambda each: not each.startswith("from __future__")))
