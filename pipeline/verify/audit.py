"""Reads generated code for what it has no business doing, before it is offered (H25).

The sandbox contains code while it is checked; this tells a person about code that is to leave the sandbox.
What computes and does nothing else may be used freely; all else only where the prompt names it, or where an
effect that the words ask for needs it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from pipeline.ir import Effect
from pipeline.syntax import names_bound_by

_PURE = frozenset(
    {
        *("__future__", "abc", "array", "ast", "base64", "binascii", "bisect", "calendar", "cmath"),
        *("collections", "colorsys", "configparser", "contextlib", "contextvars", "copy", "csv"),
        *("dataclasses", "datetime", "decimal", "difflib", "email", "enum", "fnmatch", "fractions"),
        *("functools", "graphlib", "hashlib", "heapq", "hmac", "html", "ipaddress", "itertools", "json"),
        *("keyword", "locale", "math", "numbers", "operator", "pprint", "queue", "random", "re", "reprlib"),
        *("sched", "secrets", "shlex", "statistics", "string", "stringprep", "struct", "textwrap", "time"),
        *("tomllib", "traceback", "types", "typing", "unicodedata", "uuid", "warnings", "weakref", "xml"),
        *("zlib", "zoneinfo"),
    }
)
_PARTS = {
    "bz2": frozenset({"compress", "decompress"}),
    "codecs": frozenset({"decode", "encode", "lookup"}),
    "doctest": frozenset({"testmod"}),
    "gzip": frozenset({"compress", "decompress"}),
    "io": frozenset({"BytesIO", "StringIO"}),
    "lzma": frozenset({"compress", "decompress"}),
    "pathlib": frozenset({"PurePath", "PurePosixPath", "PureWindowsPath"}),
    "sys": frozenset({"byteorder", "float_info", "getrecursionlimit", "getsizeof", "hash_info", "int_info"})
    | frozenset({"intern", "maxsize", "maxunicode", "setrecursionlimit", "version_info"}),
    "unittest": frozenset({"TestCase", "main"}),
    "urllib": frozenset({"parse"}),
}
"""Of modules that do more than compute, the parts that only do that."""
_NETWORK = frozenset(
    {
        *("asyncio", "ftplib", "http", "imaplib", "poplib", "select", "selectors", "smtplib", "socket"),
        *("socketserver", "ssl", "urllib", "xmlrpc"),
    }
)
_FILES = frozenset(
    {
        *("bz2", "codecs", "dbm", "filecmp", "fileinput", "glob", "gzip", "io", "linecache", "lzma"),
        *("mimetypes", "os", "pathlib", "shelve", "shutil", "sqlite3", "tarfile", "tempfile", "zipfile"),
    }
)
_SYSTEM = frozenset(
    {
        *("builtins", "code", "ctypes", "gc", "importlib", "inspect", "marshal", "multiprocessing", "pickle"),
        *("pty", "runpy", "signal", "subprocess", "sys", "threading"),
    }
)
_OUTPUT = frozenset({"logging"})
_EFFECTS = (
    (_NETWORK, frozenset({"network"})),
    (_FILES, frozenset({"reads", "writes"})),
    (_OUTPUT, frozenset({"prints"})),
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
_BY_TEXT = frozenset({"getattr", "setattr", "delattr", "attrgetter", "methodcaller"})
_PLAIN_DUNDERS = frozenset({"__name__", "__doc__", "__init__", "__len__", "__eq__", "__hash__", "__lt__"})


def audit(source: str, effects: Sequence[Effect] = (), named: Collection[str] = ()) -> tuple[str, ...]:
    """What speaks against `source`, one sentence each; empty when nothing does. Raises SyntaxError.

    `named` are the modules and built-in functions that the prompt itself names.
    """
    tree = ast.parse(source)
    reader = _Reader(tree, frozenset(effect.kind for effect in effects), named)
    return tuple(dict.fromkeys(reader.objections()))


class _Reader:
    """One module, read for what nothing asked for."""

    def __init__(self, tree: ast.Module, effects: Collection[str], named: Collection[str]) -> None:
        self._nodes = list(ast.walk(tree))
        self._effects = effects
        self._named = named
        self._parents = {child: node for node in self._nodes for child in ast.iter_child_nodes(node)}
        self._read = {node.id for node in self._nodes if isinstance(node, ast.Name)}
        self._bound = {
            *(node.arg for node in self._nodes if isinstance(node, ast.arg)),
            *(name for node in self._nodes for name in names_bound_by(node)),
        }
        defined = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ImportFrom))
        self._own = {name: node.lineno for node in defined for name in names_bound_by(node)}
        self._modules = {
            alias.asname or alias.name.partition(".")[0]: alias.name
            if alias.asname
            else alias.name.partition(".")[0]
            for node in self._nodes
            if isinstance(node, ast.Import)
            for alias in node.names
        }

    def objections(self) -> Iterator[str]:
        for node in self._nodes:
            found = ""
            match node:
                case ast.Import(names=names):
                    for alias in names:
                        yield from self._imported(alias, node.lineno)
                case ast.ImportFrom(module=module, names=names, level=level):
                    for alias in names:
                        yield from self._taken(f"{'.' * level}{module or ''}", alias, node.lineno)
                case ast.Name(id=name):
                    found = self._builtin(node, name)
                case ast.Attribute(value=ast.Name(id=name), attr=part) if name in self._modules:
                    found = self._part(self._modules[name], part) or _reach(part)
                case ast.Attribute(attr=part):
                    found = _reach(part)
                case ast.Call():
                    found = _by_text(node)
            if found:
                yield f"line {getattr(node, 'lineno', 1)}: {found}"

    def _imported(self, alias: ast.alias, line: int) -> Iterator[str]:
        module = alias.name
        bound = alias.asname or module.partition(".")[0]
        top, _, rest = module.partition(".")
        if self._lifted(top) or top in _PURE or (rest and rest.partition(".")[0] in _PARTS.get(top, ())):
            return
        uses = [node for node in self._nodes if isinstance(node, ast.Name) and node.id == bound]
        if top in _PARTS and all(isinstance(self._parents[use], ast.Attribute) for use in uses):
            return  # each of its parts is looked at where it is used
        if bound in self._read or top in _NETWORK | _FILES | _SYSTEM:
            yield f"line {line}: imports {module}, which nothing asked for"

    def _taken(self, module: str, alias: ast.alias, line: int) -> Iterator[str]:
        top, _, rest = module.partition(".")
        used = (alias.asname or alias.name) in self._read or alias.name == "*"
        if top in _PURE or self._lifted(top):
            if found := self._part(top, alias.name):
                yield f"line {line}: {found}"
            return
        if {alias.name, rest.partition(".")[0]} & _PARTS.get(top, frozenset()):
            return
        if used or top in _NETWORK | _FILES | _SYSTEM:
            yield f"line {line}: imports {module}, which nothing asked for"

    def _part(self, module: str, part: str) -> str:
        """What speaks against using that part of a module, if anything does."""
        top = module.partition(".")[0]
        if part.lstrip("_") in (_NETWORK | _FILES | _SYSTEM) - {top} and part not in _PARTS.get(top, ()):
            return f"reaches {part} through {module}"
        processes = (top == "os" and part.startswith(_PROCESSES)) or part.startswith("create_subprocess")
        if processes and part not in self._named:
            return f"uses {module}.{part}, which nothing asked for"
        if top in _PARTS and module == top and not self._lifted(top) and part not in _PARTS[top]:
            return f"uses {module}.{part}, which nothing asked for"
        return ""

    def _lifted(self, top: str) -> bool:
        """Whether the prompt names the module, or asks for an effect that needs it."""
        return top in self._named or any(
            top in modules and kinds & {*self._effects} for modules, kinds in _EFFECTS
        )

    def _builtin(self, node: ast.Name, name: str) -> str:
        if name not in _BUILTINS or _BUILTINS[name] & {*self._effects} or name in self._named:
            return ""
        if node.lineno > self._own.get(name, node.lineno):
            return ""
        called = isinstance(parent := self._parents[node], ast.Call) and parent.func is node
        if called:
            return f"calls {name}(), which nothing asked for"
        return "" if name in self._bound else f"refers to {name}, which nothing asked for"


def _reach(attribute: str) -> str:
    dunder = attribute.startswith("__") and attribute.endswith("__")
    return f"reaches into {attribute}" if dunder and attribute not in _PLAIN_DUNDERS else ""


def _by_text(call: ast.Call) -> str:
    """What is reached into by a name in a text, as in `getattr(x, "__class__")`."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in _BY_TEXT:
        for argument in call.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                for part in argument.value.split("."):
                    if found := _reach(part):
                        return found
    return ""
