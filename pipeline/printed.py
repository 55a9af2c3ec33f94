"""Classes of the standard library that values are written with, as Python prints them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

HOMES = {
    **dict.fromkeys(("Counter", "OrderedDict", "defaultdict", "deque"), "collections"),
    **dict.fromkeys(("date", "datetime", "timedelta", "timezone"), "datetime"),
    **dict.fromkeys(("Path", "PosixPath", "PurePath", "PurePosixPath"), "pathlib"),
    "Decimal": "decimal",
    "Fraction": "fractions",
    "UUID": "uuid",
}
"""Classes that print themselves by their bare names, with the modules that they are in."""
_MADE = re.compile(rf"(?<![\w.])(?P<module>datetime\.)?(?P<name>{'|'.join(HOMES)})\(")


def imports_for(words: str, known: Collection[str]) -> Iterator[str]:
    """What to import for the values that the words write with such classes, but for the names `known`."""
    for made in _MADE.finditer(words):
        bound = "datetime" if made["module"] else made["name"]
        if bound not in known:
            yield f"import {bound}" if made["module"] else f"from {HOMES[bound]} import {bound}"
