"""Type-checks what is offered with mypy --strict (H18): slower than ty, and a second opinion.

mypy reads the code and never runs it. It remarks; what rejects code is decided as for ty.
"""

from __future__ import annotations

import ast
import io
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pipeline.paths import data_dir
from pipeline.verify.types import TypeFinding, own_findings, run_checker

_OPTIONS = (
    *("--strict", "--config-file=", "--no-site-packages", "--no-error-summary", "--show-absolute-path"),
    *("--output", "json", "--no-color-output"),
)
_NAME = "offered.py"
_SILENCERS = ("type: ignore", "ty: ignore", "mypy:", "pyright:")


class _Remark(msgspec.Struct):
    line: int
    message: str
    severity: str
    code: str | None = None


_decoder = msgspec.json.Decoder(_Remark)


async def check_strictly(
    module: str, context: str = "", cache: Path | None = None
) -> tuple[TypeFinding, ...]:
    """What mypy --strict finds in `module`, in order of lines; findings in `context` are left out.

    A comment that silences checkers is a finding too. About 0.3 s, and 1.5 s the first time on a machine:
    what it knows of the standard library is kept in `cache` (by default beside the person's data), which one
    run uses at a time. Raises InfrastructureError when mypy does not run.
    """
    from filelock import AsyncFileLock

    folder = cache or data_dir() / "cache" / "mypy"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="holotype-strict-") as work:
        (Path(work) / _NAME).write_text(module, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", *_OPTIONS, "--cache-dir", str(folder), _NAME]
        async with AsyncFileLock(folder / "in-use.lock"):
            report = await run_checker("mypy", command, Path(work), found=(1, 2))
    lambdas = _lines_of_lambdas(module)
    found = [
        TypeFinding(
            "lambda-return" if _of_lambda(each, lambdas) else each.code or "mypy", each.line, each.message
        )
        for each in map(_decoder.decode, report.splitlines())
        if each.severity == "error"
    ]
    return own_findings([*found, *_silenced(module)], module, context)


def _of_lambda(remark: _Remark, lambdas: frozenset[int]) -> bool:
    """Whether what is returned there is not what the function returns."""
    return remark.code == "return-value" and remark.line in lambdas


def _lines_of_lambdas(module: str) -> frozenset[int]:
    try:
        nodes = list(ast.walk(ast.parse(module)))
    except (SyntaxError, ValueError):  # which mypy reports
        return frozenset()
    return frozenset(node.body.lineno for node in nodes if isinstance(node, ast.Lambda))


def _silenced(module: str) -> Iterator[TypeFinding]:
    """Comments by which the code tells a checker to look away."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(module).readline):
            text = token.string.lstrip("# ")
            if token.type == tokenize.COMMENT and text.startswith(_SILENCERS):
                yield TypeFinding("silenced", token.start[0], f"tells the type checker to look away: {text}")
    except (tokenize.TokenError, SyntaxError):  # which mypy reports
        return
