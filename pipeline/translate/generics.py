"""Type parameters in Python's newer notation, `def first[T](xs: list[T])`, in the notation of every version.

What is generic is told with `Any` in the place of the type parameters, or with their bounds.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from pipeline.syntax import expression
from pipeline.translate.set_up import too_deep

_PARAMETERS = r"\[(?P<parameters>[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)*)\]"
_DEF = re.compile(rf"^[ \t]*(?:async[ ]+)?def[ ]+\w+(?P<all>{_PARAMETERS})(?=[ ]*\()", re.M)
_ALIAS = re.compile(rf"^(?P<type>type[ ]+)(?P<name>\w+)(?P<all>{_PARAMETERS})?(?=[ ]*=)", re.M)
_ONE = re.compile(r"\s*(?P<name>\w+)\s*(?::\s*(?P<bound>.+))?\s*")


@dataclass(frozen=True, slots=True)
class Generics:
    """A text of the same length without type parameters: these with bounds, and aliases that have some."""

    text: str
    bounds: dict[str, str]
    aliases: frozenset[str]
    found: bool

    def in_place(self, tree: ast.Module) -> ast.Module:
        """The tree with bounds in the place of the type parameters."""
        if not self.found or too_deep(tree):
            return tree
        placed: ast.Module = _Bound(self).visit(tree)
        return placed

    @property
    def imports(self) -> list[str]:
        """What the bounds need."""
        return ["from typing import Any"] if "Any" in self.bounds.values() else []


def without_generics(text: str) -> Generics:
    """The text as versions of Python read it that know no type parameters."""
    bounds: dict[str, str] = {}
    aliases: set[str] = set()

    def plain(match: re.Match[str]) -> str:
        for part in re.split(r",(?![^\[]*\])", match["parameters"] or ""):
            one = _ONE.fullmatch(part)
            if one is not None:
                bound = expression(one["bound"] or "Any")
                several = bound is None or isinstance(bound, ast.Tuple)
                bounds[one["name"]] = "Any" if several else one["bound"] or "Any"
        head = match[0].removesuffix(match["all"] or "")
        if "type" in match.groupdict():
            aliases.update([match["name"]] if match["all"] else [])
            head = match["name"]
        return head.ljust(len(match[0]))

    plain_text = _ALIAS.sub(plain, _DEF.sub(plain, text))
    return Generics(plain_text, bounds, frozenset(aliases), plain_text != text)


class _Bound(ast.NodeTransformer):
    def __init__(self, generics: Generics) -> None:
        self.generics = generics

    def visit_Name(self, node: ast.Name) -> ast.expr:
        bound = self.generics.bounds.get(node.id)
        tree = expression(bound) if bound else None
        return node if tree is None else ast.copy_location(tree, node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id in self.generics.aliases:
            return node.value
        self.generic_visit(node)
        return node
