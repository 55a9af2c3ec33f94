"""Which Holotype was measured: its version alone does not tell two working copies apart."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pipeline


def code_digest() -> str:
    """The first 12 hexadecimal digits of the SHA-256 of everything that an evaluation runs."""
    root = Path(pipeline.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
