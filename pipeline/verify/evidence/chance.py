"""Which code can give another result in another run, whatever it is given."""

from __future__ import annotations

import ast

#: Names that a module has to use before its results can differ from run to run.
_CHANCE = frozenset(
    {"set", "frozenset", "hash", "id", "random", "secrets", "uuid", "time", "datetime", "date", "vars", "dir"}
)


def depends_on_chance(source: str) -> bool:
    """Whether a module uses anything whose result may differ from run to run."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Set() | ast.SetComp():
                return True
            case ast.Name(id=name) | ast.alias(name=name) | ast.ImportFrom(module=str(name)):
                if name.partition(".")[0] in _CHANCE:
                    return True
    return False
