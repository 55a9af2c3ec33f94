"""A way round a defect of CPython 3.11: parsing in two threads at once can fail for no reason of the text.

The converter of syntax trees keeps its depth for the whole process; where another thread parses meanwhile, it
says `SystemError: AST constructor recursion depth mismatch` (CPython issue 106905). Trying again is right.
"""

from __future__ import annotations

import ast
import functools
from typing import Any

_TRIES = 20
_DEFECT = "recursion depth mismatch"
_parse = ast.parse


@functools.wraps(_parse)
def _parse_again(*arguments: Any, **options: Any) -> Any:
    for _ in range(_TRIES - 1):
        try:
            return _parse(*arguments, **options)
        except SystemError as error:
            if _DEFECT not in str(error):
                raise
    return _parse(*arguments, **options)


def install() -> None:
    """Make `ast.parse`, and `ast.literal_eval` with it, try again. A second call changes nothing."""
    ast.parse = _parse_again
