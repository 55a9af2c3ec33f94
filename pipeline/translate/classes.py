"""Classes that a prompt asks for: they are not written here, which has to be said."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from pipeline.errors import UsageError
from pipeline.translate.passage import Passage

_ASKED = re.compile(
    r"\b(?:write|implement|create|define|make|build|design|develop|code|need|want)\s+(?:me\s+)?(?:an?\s+|the\s+)?"
    r"(?:(?!functions?\b|methods?\b|in\b|of\b|for\b|class\b)[\w-]+\s+){0,2}?(?:data)?class\b"
    r"(?:\s+(?:(?:called|named)\s+)?[`'\"]?(?P<name>(?-i:[A-Z])\w*)"
    r"|(?=\s+(?:that|which|with|to|for|representing|whose)\b|\s*[:,.]|\s*\Z))",
    re.I,
)
_BEGINS = re.compile(r"\A\s*(?:[Aa]n?\s+|[Tt]he\s+)?(?:data)?class\s+`?(?P<name>[A-Z]\w*)\b(?!\s*[(:])")
_METHOD = re.compile(r"\b(?P<name>[A-Z]\w*)\.\w+\(self\b")
_FUNCTION = re.compile(r"\bfunctions?\b|\bdef\b", re.I)
_INTERFACES = frozenset({"Protocol", "ABC", "ABCMeta"})
_DECLARING = frozenset({"abstractmethod", "overload"})
_NAME = re.compile(r"[A-Z]\w*[a-z]\w*")


def said_classes(prose: Passage) -> Iterator[str]:
    """The names of the classes that the words ask for; a name may be missing."""
    for pattern in (_ASKED, _BEGINS, _METHOD):
        yield from (match["name"] or "" for match in pattern.finditer(prose.text))


def speaks_of_functions(prose: Passage) -> bool:
    """Whether the words speak of functions, too."""
    return _FUNCTION.search(prose.text) is not None


def open_methods(node: ast.ClassDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The methods of a class that are its own to write; an interface has none."""
    if {_last(base) for base in (*node.bases, *(word.value for word in node.keywords))} & _INTERFACES:
        return []
    return [
        each
        for each in node.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        and not each.name.startswith("__")
        and not {_last(one) for one in each.decorator_list} & _DECLARING
    ]


def _last(node: ast.expr) -> str:
    """The last name in `typing.Protocol[T]`."""
    match node:
        case ast.Subscript(value=inner) | ast.Call(func=inner):
            return _last(inner)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def is_object(name: str, tree: ast.AST, passed_to: Collection[str] = ()) -> bool:
    """Whether `name` is a class by its name, and what it gives is used by its attributes.

    Or it is passed to one of the functions `passed_to`.
    """
    if _NAME.fullmatch(name) is None:
        return False
    used: list[ast.expr] = []
    for each in ast.walk(tree):
        match each:
            case ast.Attribute(value=value):
                used.append(value)
            case ast.Call(func=ast.Name(id=function), args=arguments) if function in passed_to:
                used += arguments if function.islower() else ()
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name
        for value in used
        for call in ast.walk(value)
    )


def check_classes(classes: Collection[str], *, functions: bool) -> tuple[str, ...]:
    """What to tell of the classes that a prompt asks for beside functions.

    Raises UsageError where it asks for no function.
    """
    if not classes:
        return ()
    names = ", ".join(f"`{name}`" for name in classes if name)
    named = f" ({names})" if names else ""
    if not functions:
        raise UsageError(
            f"The prompt asks for a class{named}, and only functions are written here.",
            "Ask for functions that are given the state and give it back, such as: "
            "push(stack: list[int], item: int) -> list[int].",
        )
    return (f"Only functions are written, not what is to be a class{named}.",)
