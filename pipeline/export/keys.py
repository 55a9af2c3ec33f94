"""Secret keys in what is exported: masked where no test needs them, told where one does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from pipeline.verify.evidence.ledger import Ledger

_KEY = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"sk-(?=[\w-]*\d)[\w-]{16,}"
    r"|gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"
    r"|AKIA[0-9A-Z]{16}(?![A-Za-z0-9])"
    r")|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.ASCII | re.DOTALL,
)
_BEGINNING = 4
_NEEDED = frozenset({"test", "files", "digest", "parts"})
"""What a masked ledger has as it was: tests, and what is compared."""


def masked(ledger: Ledger) -> Ledger:
    """The ledger without keys in what it says; code and tests stay, and every place in a text is the same."""
    told = _masked(msgspec.to_builtins(ledger)) | {"source": ledger.source}
    return msgspec.convert(told, Ledger)


def warning(ledger: Ledger, written: Iterable[Path]) -> str:
    """What to say of keys in the ledger and in the files written for it; empty where there is none."""
    open_in = [path.name for path in written if path.is_file() and _KEY.search(path.read_text("utf-8"))]
    if open_in:
        return f"what looks like a secret key is in {', '.join(open_in)}"
    if masked(ledger) != ledger:
        return "what looks like a secret key is in the session; it was left out of the files"
    return ""


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _KEY.sub(lambda key: key[0][:_BEGINNING] + re.sub(r"\S", "*", key[0][_BEGINNING:]), value)
        case list() | tuple():
            return [_masked(each) for each in value]
        case dict():
            return {key: each if key in _NEEDED else _masked(each) for key, each in value.items()}
    return value
