"""Reads generated code for what it has no business doing, before it is offered (H25).

The sandbox contains code while it is checked; this tells a person about code that is to leave the sandbox.
What computes and does nothing else may be used freely; all else only where the prompt names it, or where an
effect that the words ask for needs it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import TypeGuard

from pipeline.ir import Effect
from pipeline.syntax import names_bound_by
from pipeline.verify.audit.bindings import (
    FUNCTIONS,
    LOOPS,
    bound_in,
    buffers_of,
    given_before,
    locals_of,
    makes_buffer,
    members_of,
    modules_of,
    text_annotations,
)
from pipeline.verify.audit.by_text import ALONE, DANGEROUS, UNMISTAKABLE, Names, texts_of
from pipeline.verify.audit.known_modules import (
    EFFECTS,
    FILES,
    NETWORK,
    NO_MODULES,
    OF_FILES,
    PARTS,
    PURE,
    SYSTEM,
)

_BUILTINS = {
    "open": frozenset({"reads", "writes"}),
    "print": frozenset({"prints"}),
    "input": frozenset({"reads"}),
    **dict.fromkeys(
        ("eval", "exec", "compile", "__import__", "breakpoint", "globals", "exit", "quit"), frozenset[str]()
    ),
    **dict.fromkeys(("__builtins__", "__loader__", "__spec__"), frozenset[str]()),
}
_PROCESSES = ("exec", "fork", "kill", "popen", "posix_spawn", "spawn", "startfile", "system")
"""How what `os` has for other processes begins."""
_OF_CODE = frozenset({"co_argcount", "co_firstlineno", "co_kwonlyargcount", "co_name", "co_varnames"})
_EVALUATING = frozenset({"ForwardRef", "_eval_type", "_evaluate", "evaluate_forward_ref", "get_type_hints"})
"""What runs the text of annotations."""
_ABOUT_A_MODULE = frozenset({"__doc__", "__name__", "__version__"})
_WITH_ONE = frozenset({"read", "replace", "rename", "write"})
"""Methods that texts and files in memory have as well, with another number of arguments."""


def audit(source: str, effects: Sequence[Effect] = (), named: Collection[str] = ()) -> tuple[str, ...]:
    """What speaks against `source`, one sentence each; empty when nothing does. Raises SyntaxError.

    `named` are the modules and functions that the prompt itself names, `.name` the attributes that what it
    brings along has, and `name(key)` the parameters that may tell the name of an attribute.
    """
    tree = ast.parse(source)
    reader = _Reader(tree, frozenset(effect.kind for effect in effects), named)
    return tuple(dict.fromkeys(reader.objections()))


class _Reader:
    """One module, read for what nothing asked for."""

    def __init__(self, tree: ast.Module, effects: Collection[str], named: Collection[str]) -> None:
        self._nodes = [*ast.walk(tree)]
        texts = [pair for node in self._nodes for pair in text_annotations(node)]
        self._nodes += [part for _, text in texts for part in ast.walk(text)]
        self._effects = effects
        self._named = named
        self._parents = {child: node for node in self._nodes for child in ast.iter_child_nodes(node)}
        self._parents |= {text: node for node, text in texts}
        self._read = {node.id for node in self._nodes if isinstance(node, ast.Name)}
        self._bound = {
            *(node.arg for node in self._nodes if isinstance(node, ast.arg)),
            *(name for node in self._nodes for name in names_bound_by(node)),
        }
        defined = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ImportFrom))
        self._own = {name: node.lineno for node in defined for name in names_bound_by(node)}
        self._in_main = {
            part for node in tree.body if _is_main(node) for each in node.body for part in ast.walk(each)
        }
        self._imports = {
            alias.name for node in self._nodes if isinstance(node, ast.Import) for alias in node.names
        }
        self._modules = dict(pair for node in self._nodes for pair in modules_of(node))
        self._of_files = {name for top in OF_FILES if self._holds_files(top) for name in OF_FILES[top]}
        self._members = {name[1:] for name in named if name[:1] == "."}
        self._members |= {name for node in self._nodes for name in members_of(node)}
        self._buffers = {name for node in self._nodes for name in buffers_of(node)}
        self._locals: dict[ast.AST, set[str]] = {}
        self._names = Names(self._nodes, self._parents, named)

    def objections(self) -> Iterator[str]:
        for node in self._nodes:
            match node:
                case ast.Import(names=names):
                    for alias in names:
                        yield from self._imported(alias, node)
                case ast.ImportFrom(module=module, names=names, level=level):
                    for alias in names:
                        yield from self._taken(f"{'.' * level}{module or ''}", alias, node)
                case _:
                    if found := self._found_in(node):
                        yield f"line {getattr(node, 'lineno', 1)}: {found}"

    def _found_in(self, node: ast.AST) -> str:
        """What speaks against a node that is no import, if anything does."""
        match node:
            case ast.Name(id=name):
                return self._builtin(node, name) or self._handed_on(node)
            case ast.Attribute(value=value, attr=part):
                module = self._module(value)
                found = self._part(module, part) if module else self._attribute(node)
                return found or self._file(node) or self._handed_on(node)
            case ast.MatchClass(kwd_attrs=parts):
                return next(filter(None, map(self._reach, parts)), "")
            case ast.Constant():
                return next((f"reaches into {each}" for each in texts_of(node) if each in DANGEROUS), "")
            case ast.Call() | ast.Subscript():
                return self._by_text(node)
            case ast.keyword(arg="eval_str"):
                return "runs the text of annotations"
        return ""

    def _imported(self, alias: ast.alias, node: ast.Import) -> Iterator[str]:
        module = alias.name
        bound = alias.asname or module.partition(".")[0]
        top, _, rest = module.partition(".")
        if self._lifted(top) or top in PURE or (rest and rest.partition(".")[0] in PARTS.get(top, ())):
            return
        uses = [each for each in self._nodes if isinstance(each, ast.Name) and each.id == bound]
        if top in PARTS and all(isinstance(self._parents[use], ast.Attribute) for use in uses):
            return  # each of its parts is looked at where it is used
        if top == "doctest" and self._in_main.issuperset(uses):
            return
        if bound in self._read or top in NETWORK | FILES | SYSTEM:
            yield f"line {node.lineno}: imports {module}, which nothing asked for"

    def _taken(self, module: str, alias: ast.alias, node: ast.ImportFrom) -> Iterator[str]:
        top, _, rest = module.partition(".")
        used = (alias.asname or alias.name) in self._read or alias.name == "*"
        if top in PURE or self._lifted(top):
            found = self._part(module, alias.name)
            if not found and top != "pathlib" and alias.name in self._of_files:
                found = f"uses {module}.{alias.name}, which nothing asked for"
            if found:
                yield f"line {node.lineno}: {found}"
            return
        if alias.name in PARTS.get(module, ()) or (
            module not in PARTS and rest.partition(".")[0] in PARTS.get(top, ())
        ):
            return
        if used or top in NETWORK | FILES | SYSTEM:
            yield f"line {node.lineno}: imports {module}, which nothing asked for"

    def _module(self, node: ast.expr) -> str:
        """The module that an expression is by its name, empty where it is none."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self._modules or self._is_shadowed(node):
            return ""
        module = self._modules[node.id]
        for part in reversed(parts):
            module = f"{module}.{part}"
            if module not in PARTS and not any(f"{each}.".startswith(f"{module}.") for each in self._imports):
                return ""
        return module

    def _handed_on(self, node: ast.Name | ast.Attribute) -> str:
        """What speaks against a module that stands as a value, from where nothing of it is seen any more."""
        if not isinstance(node.ctx, ast.Load) or isinstance(self._parents[node], ast.Attribute):
            return ""
        module = self._module(node)
        top = module.partition(".")[0]
        if not module or self._lifted(top) or (top not in PURE and top not in PARTS):
            return ""
        if module == "random" and not self._looks_inside:
            return ""  # what numbers come from is often passed on
        match self._parents[node]:
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[given, name, *_]) if given is node:
                if parts := self._names.constants_in(name):
                    return next(filter(None, (self._part(module, part) for part in sorted(parts))), "")
        return f"hands on the module {module}"

    def _is_shadowed(self, node: ast.Name) -> bool:
        """Whether the name is one of a function, a class or a loop around it, and not the module's."""
        below: ast.AST = node
        before: ast.AST = node
        inside = False  # of a scope that sees no class around it
        while below in self._parents:
            around = self._parents[below]
            if isinstance(around, FUNCTIONS):
                body = around.body if isinstance(around.body, list) else [around.body]
                if below in body and node.id in self._locals_of(around):
                    return True
                inside |= below in body
            elif isinstance(around, ast.ClassDef) and below in around.body:
                if not inside and node.id in given_before(below, around):
                    return True
                inside = True
            elif isinstance(around, LOOPS):
                first = around.generators[0]
                outside = below is first and before is first.iter
                if not outside and any(node.id in bound_in([each.target]) for each in around.generators):
                    return True
                inside |= not outside
            before, below = below, around
        return False

    def _locals_of(self, function: ast.AST) -> set[str]:
        if function not in self._locals:
            self._locals[function] = locals_of(function)
        return self._locals[function]

    def _part(self, module: str, part: str) -> str:
        """What speaks against using that part of a module, if anything does."""
        top, known = module.partition(".")[0], PARTS.get(module)
        is_module = part.lstrip("_") in sys.stdlib_module_names and part != module.rpartition(".")[2]
        if is_module and part not in (known or ()) and f"{module}.{part}" not in NO_MODULES:
            return f"reaches {part} through {module}"
        processes = (top == "os" and part.startswith(_PROCESSES)) or part.startswith("create_subprocess")
        if processes and part not in self._named:
            return f"uses {module}.{part}, which nothing asked for"
        if known is not None and not self._lifted(top) and part not in known:
            return f"uses {module}.{part}, which nothing asked for"
        dunder = part.startswith("__") and part.endswith("__") and part not in _ABOUT_A_MODULE
        return f"reaches into {part}" if dunder or part in DANGEROUS else self._evaluates(part)

    def _attribute(self, node: ast.Attribute) -> str:
        """What speaks against an attribute of what is no module."""
        above = self._parents.get(node)
        counted = node.attr == "__code__" and isinstance(above, ast.Attribute) and above.attr in _OF_CODE
        if node.attr == "__get__" and self._names.is_part(node.value):
            return "reaches into __get__"
        return "" if counted else self._reach(node.attr)

    def _file(self, node: ast.Attribute) -> str:
        """What speaks against calling that attribute, where it may be what reads or writes a file."""
        call = self._parents.get(node)
        if node.attr not in self._of_files - self._members or not isinstance(call, ast.Call):
            return ""
        module = self._module(node.value)
        given = [node.value, *call.args[:1]]
        if call.func is not node or (module and module.partition(".")[0] not in OF_FILES):
            return ""
        if isinstance(node.value, ast.Constant) or any(map(self._is_buffer, given)):
            return ""
        if node.attr in _WITH_ONE and len(call.args) != 1:
            return ""
        return f"uses .{node.attr}() of what may be a file, which nothing asked for"

    def _by_text(self, call: ast.Call | ast.Subscript) -> str:
        """What speaks against an attribute that is named by a text, as in `getattr(x, "__globals__")`."""
        if self._names.is_unknown_part(call) and "getattr" not in self._named:
            return "takes a part of a __dict__ by a name that cannot be read off"
        if isinstance(call, ast.Subscript):
            return ""
        unknown = self._names.unknown_in(call)
        if unknown and unknown not in self._named:
            return f"calls {unknown}() with a name that cannot be read off"
        called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        texts = [text for each in call.args for text in texts_of(each)] if called in ALONE else []
        texts += self._names.texts_in(call)
        return next(filter(None, map(self._reach, texts)), "")

    def _reach(self, part: str) -> str:
        if part in DANGEROUS:
            return f"reaches into {part}"
        if part.lstrip("_") in UNMISTAKABLE and part not in self._members:
            return f"reaches {part}"
        return self._evaluates(part)

    def _evaluates(self, part: str) -> str:
        runs = part in _EVALUATING and part not in self._named
        return f"uses {part}, which runs the text of annotations" if runs else ""

    def _is_buffer(self, node: ast.expr) -> bool:
        """Whether it is a file in memory."""
        return (isinstance(node, ast.Name) and node.id in self._buffers) or makes_buffer(node)

    def _holds_files(self, top: str) -> bool:
        """Whether objects of the module are there, and nothing asks for files."""
        taken = {node.module or "" for node in self._nodes if isinstance(node, ast.ImportFrom)}
        there = any(module.partition(".")[0] == top for module in (*self._imports, *taken))
        return there and not {"reads", "writes"} & {*self._effects} and top not in self._named

    def _is_in_function(self, node: ast.AST) -> bool:
        while node in self._parents and not isinstance(node, FUNCTIONS):
            node = self._parents[node]
        return isinstance(node, FUNCTIONS)

    @property
    def _looks_inside(self) -> bool:
        """Whether it reads what values have in them by names that it need not write down."""
        attributes = {node.attr for node in self._nodes if isinstance(node, ast.Attribute)}
        return bool({"vars", "getattr"} & self._read) or "__dict__" in attributes

    def _lifted(self, top: str) -> bool:
        """Whether the prompt names the module, or asks for an effect that needs it."""
        return top in self._named or any(
            top in modules and kinds & {*self._effects} for modules, kinds in EFFECTS
        )

    def _builtin(self, node: ast.Name, name: str) -> str:
        parent = self._parents[node]
        called = isinstance(parent, ast.Call) and parent.func is node
        given = parent.args if isinstance(parent, ast.Call) else []
        if name in self._named or node.lineno > self._own.get(name, node.lineno):
            return ""
        if name in ALONE:
            if called or name in self._bound:
                unseen = called and name == "vars" and not given
                return f"calls {name}(), which nothing asked for" if unseen else ""
            return f"refers to {name}, which nothing asked for"
        if name == "locals":
            return "" if self._is_in_function(node) else "calls locals(), which nothing asked for"
        if name not in _BUILTINS or _BUILTINS[name] & {*self._effects}:
            return ""
        if called and name == "print" and node in self._in_main:
            return ""
        if called:
            return f"calls {name}(), which nothing asked for"
        return "" if name in self._bound else f"refers to {name}, which nothing asked for"


def _is_main(node: ast.stmt) -> TypeGuard[ast.If]:
    """Whether a statement's body runs only where the module is run as a program."""
    match node:
        case ast.If(
            test=ast.Compare(
                left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]
            )
        ):
            return True
    return False
