"""Type-checks candidates against the asked signature with ty, many candidates in one run (H18)."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import msgspec

from pipeline.errors import InfrastructureError
from pipeline.verify.types.overlap import disjoint
from pipeline.verify.types.silencers import unsilenced

#: Findings that mean the code does not do what its signature says, or cannot run at all. Everything else a
#: checker remarks (an overload it cannot match, say) is often a false alarm on code that is right: it is
#: reported and ranks a candidate lower, but does not reject it. The names of ty come first, then mypy's.
_AGAINST_SIGNATURE = frozenset(
    {
        "invalid-return-type",
        "invalid-explicit-return",
        "invalid-implicit-return",
        "empty-body",
        "invalid-parameter-default",
        "unresolved-reference",
        "import-not-found",
        "unresolved-import",
        "missing-argument",
        "too-many-positional-arguments",
        "unknown-argument",
        "invalid-syntax",
        "return-value",
        "return",
        "name-defined",
        "call-arg",
        "syntax",
    }
)
_RETURNED = (
    re.compile(r"expected `(?P<expected>.+)`, found `(?P<found>.+)`$"),
    re.compile(r'^Incompatible return value type \(got "(?P<found>.+)", expected "(?P<expected>.+)"\)'),
)

_CALLS = frozenset({"missing-argument", "too-many-positional-arguments", "unknown-argument"})
_OF_BODY = frozenset({"invalid-implicit-return", "empty-body"})
"""Findings on a header that are about what stands below it."""
_DEFAULT_NONE = re.compile(r"Default value of type `None`")

_TIMEOUT_S = 30.0


class TypeFinding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One remark of the type checker; `line` counts from 1.

    `guessed` says that the return type was gathered from examples or words: where these have whole numbers,
    fractions may come out elsewhere. `open` says that right code draws it too: a loop that always returns,
    `x: int = None`. Running the code tells.
    """

    code: str
    line: int
    message: str
    guessed: bool = False
    open: bool = False

    @property
    def against_signature(self) -> bool:
        """Whether it rejects the candidate: not where the returned type is only known too vaguely."""
        return self.code in _AGAINST_SIGNATURE and not self.open and not self._imprecise

    @property
    def undecided(self) -> bool:
        """Whether it would reject the candidate, if only it were known that runs come to what it says."""
        return self.code in _AGAINST_SIGNATURE and not self.against_signature

    def closed(self, code: str) -> TypeFinding:
        """The same, where one of that code is not left to running the code."""
        return msgspec.structs.replace(self, open=False) if self.code == code else self

    @property
    def _imprecise(self) -> bool:
        """Whether a value that fits both types is possible, so that only running the code can tell."""
        for pattern in _RETURNED:
            if said := pattern.search(self.message):
                expected = said["expected"]
                if self.guessed:
                    expected = re.sub(r"\bint\b", "int | float", expected)
                apart = disjoint(expected, said["found"])
                return apart is False or (apart is None and self.code == "return-value")
        return False

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class _Position(msgspec.Struct):
    line: int


class _Positions(msgspec.Struct):
    begin: _Position


class _Location(msgspec.Struct):
    path: str
    positions: _Positions


class _Finding(msgspec.Struct):
    check_name: str
    description: str
    location: _Location


_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_decoder = msgspec.json.Decoder(list[_Finding])


async def check_types(
    modules: Mapping[str, str],
    context: Mapping[str, str] | None = None,
    asked: Collection[str] = (),
) -> dict[str, tuple[TypeFinding, ...]]:
    """The findings for each of `modules` (candidate id to source), by id, in order of lines.

    `context` holds, by candidate, what its module contains beside the candidate's own code (the types of the
    prompt, the functions it calls): findings in there are not its own and are left out, and so are those on
    the headers of the functions `asked`, which are the prompt's. What would silence the checker has no
    effect. Raises InfrastructureError when the checker does not run.
    """
    if not modules:
        return {}
    with tempfile.TemporaryDirectory(prefix="holotype-types-") as folder:
        names = {f"candidate_{index}.py": candidate for index, candidate in enumerate(modules)}
        for name, candidate in names.items():
            (Path(folder) / name).write_text(unsilenced(modules[candidate]), encoding="utf-8")
        report = await _run_ty(Path(folder))
    findings: dict[str, list[TypeFinding]] = {candidate: [] for candidate in modules}
    for finding in _decoder.decode(report):
        candidate = names[Path(finding.location.path).name]
        message = finding.description.removeprefix(f"{finding.check_name}: ")
        findings[candidate].append(
            TypeFinding(finding.check_name, finding.location.positions.begin.line, message)
        )
    context = context or {}
    return {
        candidate: own_findings(_weighed(found, modules[candidate], asked), modules[candidate], own)
        for candidate, found in findings.items()
        for own in (context.get(candidate, ""),)
    }


def _weighed(found: list[TypeFinding], module: str, asked: Collection[str]) -> list[TypeFinding]:
    """`found` without what is on headers that are asked for; what only running the code tells is `open`."""
    try:
        tree = ast.parse(module)
    except (SyntaxError, ValueError, RecursionError):  # which is then what the checker finds
        return found
    headers = {
        line
        for node in tree.body
        if isinstance(node, _FUNCTION) and node.name in asked
        for line in range(node.lineno, _first_line(node.body[0]))
    }
    return [
        msgspec.structs.replace(one, open=_is_open(one, tree))
        for one in found
        if one.line not in headers or one.code in _OF_BODY
    ]


def _is_open(finding: TypeFinding, tree: ast.Module) -> bool:
    """Whether right code draws this finding as well.

    A checker does not see that a loop goes on until something is found, that conditions leave nothing over
    or that what is called raises; nor what a metaclass does with the arguments.
    """
    match finding.code:
        case "invalid-parameter-default":
            return _DEFAULT_NONE.match(finding.message) is not None
        case "invalid-implicit-return":
            around = [
                node
                for node in ast.walk(tree)
                if isinstance(node, _FUNCTION) and node.lineno <= finding.line <= (node.end_lineno or 0)
            ]
            return bool(around) and _gives(max(around, key=lambda node: node.lineno))
        case code if code in _CALLS:
            return _calls_are_made_otherwise(tree)
    return False


def _gives(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a statement of its own returns or yields a value."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom) or (isinstance(node, ast.Return) and node.value):
            return True
        if not isinstance(node, (*_FUNCTION, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def _calls_are_made_otherwise(tree: ast.Module) -> bool:
    """Whether a metaclass there says what calling a class does."""
    return any(
        isinstance(node, ast.ClassDef)
        and any(
            isinstance(base, ast.Name) and base.id in ("type", "ABCMeta", "EnumMeta") for base in node.bases
        )
        and any(isinstance(own, ast.FunctionDef) and own.name == "__call__" for own in node.body)
        for node in ast.walk(tree)
    )


def own_findings(found: Iterable[TypeFinding], module: str, context: str) -> tuple[TypeFinding, ...]:
    """The findings outside what `module` has in common with `context`, in order of lines."""
    foreign = _lines_of(module, context) if context else frozenset()
    return tuple(sorted((one for one in found if one.line not in foreign), key=lambda one: one.line))


def _lines_of(module: str, context: str) -> frozenset[int]:
    """The lines of `module` that `context` brought: its imports, and what it defines (the first one wins)."""
    try:
        given = {_brings(node) for node in ast.parse(context).body}
        nodes = ast.parse(module).body
    except (SyntaxError, ValueError):  # which is then what the checker finds
        return frozenset()
    lines: set[int] = set()
    for node in nodes:
        if _brings(node) in given:
            first = _first_line(node)
            lines.update(range(first, (node.end_lineno or first) + 1))
    return frozenset(lines)


def _first_line(node: ast.stmt) -> int:
    return int(min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))]))


def _brings(node: ast.stmt) -> str:
    """What tells a top-level statement from others: the name of a definition, otherwise its text."""
    named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return f"def {node.name}" if named else ast.unparse(node)  # type: ignore[attr-defined]


async def _run_ty(folder: Path) -> bytes:
    from ty import find_ty_bin

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [
        os.fsdecode(find_ty_bin()),
        "check",
        "--output-format",
        "gitlab",
        "--exit-zero",
        "--no-progress",
    ]
    command += ["--python-version", version, "--project", str(folder), str(folder)]
    return await run_checker("ty", command, folder)


async def run_checker(name: str, command: list[str], folder: Path, found: tuple[int, ...] = ()) -> bytes:
    """What the type checker of that name writes, run in `folder` as a process of its own.

    `found` are the statuses by which it says that it found something. Raises InfrastructureError when it
    takes too long or ends with another one.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={"HOME": str(folder), "NO_COLOR": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            out, err = await process.communicate()
    except TimeoutError:
        raise InfrastructureError(f"{name} did not answer in {_TIMEOUT_S:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 and not (process.returncode in found and out.strip()):
        raise InfrastructureError(
            f"{name} failed ({process.returncode}): {err.decode(errors='replace')[-500:]}",
            f"Reinstall it with: pip install --force-reinstall {name}",
        )
    return out
