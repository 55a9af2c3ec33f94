"""Type-checks what is offered with mypy --strict (H18): slower than ty, and a second opinion.

mypy reads the code and never runs it. It only remarks: of HumanEval's 164 solutions, which are right, it has
something to say about six beside annotations, and holds two for wrong.
"""

from __future__ import annotations

import ast
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from pipeline.errors import InfrastructureError
from pipeline.ir import Program, Signature
from pipeline.paths import cache_dir
from pipeline.verify.evidence.claims import Claim, Strength, tool_version
from pipeline.verify.evidence.source_map import SourceMap
from pipeline.verify.types.checker import TypeFinding, own_findings, run_checker
from pipeline.verify.types.silencers import silencers, unsilenced

_OPTIONS = (
    *("--strict", "--config-file=", "--no-site-packages", "--no-error-summary", "--show-absolute-path"),
    *("--output", "json", "--no-color-output"),
)
_NAME = "offered.py"
_TOOL = "mypy --strict"


class _Remark(msgspec.Struct):
    line: int
    message: str
    severity: str
    code: str | None = None


_decoder = msgspec.json.Decoder(_Remark)


async def strict_claims(program: Program, where: SourceMap, names: Sequence[str]) -> list[Claim]:
    """What mypy --strict says of the functions `names` in the offered module, and of what they use.

    A remark on something that several functions use stands with the first of them. What a function lacks
    because the words give no type for it is not remarked.
    """
    if not names:
        return []
    context = "\n\n\n".join(definition.source for definition in program.types)
    try:
        findings = await check_strictly(where.source, context)
    except InfrastructureError as error:
        text = f"{_TOOL} did not run: {' '.join(error.message.split())}"
        return [Claim(function=name, text=text, strength="unchecked", holds=False) for name in names]
    kept = [finding for finding in findings if not _asked_so(finding, program, where)]
    beside = {_owner(finding.line, where, names) for finding in findings if finding not in kept}
    owners = [_owner(finding.line, where, names) for finding in kept]
    nothing = {name: f"{_TOOL} finds nothing" for name in names if name not in owners}
    nothing |= {
        name: f"{nothing[name]} beside types that the words leave open" for name in beside & {*nothing}
    }
    found = [_claim(name, text, "static") for name, text in nothing.items()]
    found += [
        _claim(owner, f"{_TOOL}: {finding}", "remark") for owner, finding in zip(owners, kept, strict=True)
    ]
    return found


def _claim(name: str, text: str, strength: Strength) -> Claim:
    versions = {"mypy": tool_version("mypy")}
    return Claim(function=name, text=text, strength=strength, tool="mypy", versions=versions)


def _asked_so(finding: TypeFinding, program: Program, where: SourceMap) -> bool:
    """Whether it is the signature that lacks a type, as the words give it, and not the code."""
    open_ones = [one for one in program.functions if one.name in where and not _is_typed(one.signature)]
    match finding.code:
        case "no-untyped-call":
            return any(f'"{one.name}"' in finding.message for one in open_ones)
        case "no-untyped-def":
            return any(finding.line in where.header(one.name) for one in open_ones)
        case "type-arg":
            asked = [one.name for one in program.functions if one.name in where]
            return any(finding.line in where.header(name) for name in asked)
        case _:
            return False


def _is_typed(signature: Signature) -> bool:
    return bool(signature.returns) and all(parameter.type for parameter in signature.parameters)


def _owner(line: int, where: SourceMap, names: Sequence[str]) -> str:
    """The function of `names` that a line belongs to, or the first that uses what is there."""
    part = where.at(line)
    bound = set(part.names) if part is not None else set()
    using = [name for name in names if bound & where.reached(name).keys()]
    return next((name for name in names if name in bound), (using or [*names])[0])


async def check_strictly(
    module: str, context: str = "", cache: Path | None = None
) -> tuple[TypeFinding, ...]:
    """What mypy --strict finds in `module`, in order of lines; findings in `context` are left out.

    What would silence checkers is a finding too, and has no effect. About 0.3 s, and 1.5 s the first time on
    a machine: what it knows of the standard library is kept in `cache` (by default the person's), which one
    run uses at a time. Raises InfrastructureError when mypy does not run.
    """
    from filelock import AsyncFileLock

    folder = cache or cache_dir() / "mypy"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="holotype-strict-") as work:
        (Path(work) / _NAME).write_text(unsilenced(module), encoding="utf-8")
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
    found += [
        TypeFinding("silenced", line, f"tells the type checker to look away: {text}")
        for line, text in silencers(module)
    ]
    return own_findings(found, module, context)


def _of_lambda(remark: _Remark, lambdas: frozenset[int]) -> bool:
    """Whether what is returned there is not what the function returns."""
    return remark.code == "return-value" and remark.line in lambdas


def _lines_of_lambdas(module: str) -> frozenset[int]:
    try:
        nodes = list(ast.walk(ast.parse(module)))
    except (SyntaxError, ValueError):  # which mypy reports
        return frozenset()
    return frozenset(node.body.lineno for node in nodes if isinstance(node, ast.Lambda))
