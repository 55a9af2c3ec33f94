"""The evidence as a plain pytest file: what was checked, to be checked again by anybody, without Holotype."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.export import expected, law_checks
from pipeline.export.names import Names, error_name, loading, names_for
from pipeline.one_line import on_one_line
from pipeline.syntax import expression
from pipeline.verify.evidence.claims import OF_LAWS, ChecksTest, Claim, ExampleTest
from pipeline.verify.evidence.ledger import Ledger
from pipeline.verify.evidence.plain import RAISES, SAME, SAME_IMPORTS

_WIDTH = 100
_LABEL = 60
_GROUPS = {
    "stated": "stated in the prompt",
    "decided": "decided",
    "assumed": "assumed: nobody has confirmed these",
    "proposed": "proposed: nobody has confirmed these",
    "": "",
}


@dataclass(frozen=True, slots=True)
class TestFile:
    """The file's text, and the test (`test_f[f(3)]`) that checks each claim, by the claim's place."""

    __test__ = False  # pytest would take it for a test

    text: str
    tests: dict[int, str]


def pytest_file(ledger: Ledger, code_name: str, evidence_name: str) -> TestFile:
    """The tests of the ledger's claims, for the code in the file `code_name` of the same folder."""
    numbered = [(index, claim) for index, claim in enumerate(ledger.claims) if _writable(claim)]
    functions = [made.function for made in ledger.functions]
    tests = [claim.test for _, claim in numbered if claim.test is not None]
    errors = [
        error_name(test, ledger.source) for test in tests if isinstance(test, ExampleTest) and test.raises
    ]
    expressions = [text for test in tests for text in _expressions(test)]
    expressions += [name for name, _ in errors if name is not None]
    names = names_for(expressions, ledger.source, functions)
    writer = _Writer(ledger, names)
    for function in functions:
        writer.function(function, [(index, claim) for index, claim in numbered if claim.function == function])
    text = _whole(ledger, writer, names, [line for _, line in errors if line], code_name, evidence_name)
    ast.parse(text)
    return TestFile(text, writer.tests)


def _expressions(test: ExampleTest | ChecksTest) -> list[str]:
    if isinstance(test, ExampleTest):
        return [test.call, *([test.expected] if test.expected is not None else [])]
    return list(test.checks)


def _writable(claim: Claim) -> bool:
    """Whether the claim's test can be written as Python that stands on its own."""
    if claim.test is None:
        return False
    return all(
        expression(text) is not None and expression(f"lambda: (\n{text}\n)") is not None
        for text in _expressions(claim.test)
    )


class _Writer:
    """Writes test functions, and notes which test is which claim's."""

    def __init__(self, ledger: Ledger, names: Names) -> None:
        self.blocks: list[str] = []
        self.tests: dict[int, str] = {}
        self.compares = False
        self.closes = False
        self.used: set[str] = set()
        self._ledger = ledger
        self._names = names
        self._taken: set[str] = set()

    def function(self, function: str, numbered: Sequence[tuple[int, Claim]]) -> None:
        """Write the tests of one function."""
        examples = [(index, one, one.test) for index, one in numbered if isinstance(one.test, ExampleTest)]
        self._examples(function, [each for each in examples if each[2].raises is None])
        self._errors(function, [each for each in examples if each[2].raises is not None])
        laws = [(index, one, one.test) for index, one in numbered if isinstance(one.test, ChecksTest)]
        for number, (index, claim, test) in enumerate(laws, start=1):
            wanted = f"{function}_law_{number}" if len(laws) > 1 else f"{function}_law"
            self._law(wanted, index, claim, test)
        if not numbered:
            name = self._named(f"there_is_{function}")
            self.blocks.append(f"def {name}():\n    assert callable({self._names.from_code[function]})")

    def _examples(self, function: str, examples: Sequence[tuple[int, Claim, ExampleTest]]) -> None:
        if not examples:
            return
        name = self._named(function)
        outcomes = [expected.written(test) for _, _, test in examples]
        plain = None not in outcomes
        self.compares |= not plain
        self.closes |= plain and any("close(" in (text or "") for text in outcomes)
        rows = [
            (
                index,
                claim,
                [
                    self._names.written(test.call),
                    text if plain and text is not None else self._names.written(test.expected or "None"),
                ],
            )
            for (index, claim, test), text in zip(examples, outcomes, strict=True)
        ]
        body = ["    assert call() == expected"]
        if not plain:
            body = [
                "    result = call()",
                '    assert same(result, expected), f"{result!r} is not {expected!r}"',
            ]
        self._parametrised(name, '("call", "expected")', rows, f"def {name}(call, expected):", body)

    def _errors(self, function: str, examples: Sequence[tuple[int, Claim, ExampleTest]]) -> None:
        named: list[tuple[int, Claim, list[str]]] = []
        unnamed: list[tuple[int, Claim, list[str]]] = []
        for index, claim, test in examples:
            error, _ = error_name(test, self._ledger.source)
            rows, outcome = (
                (unnamed, repr(test.raises)) if error is None else (named, self._names.written(error))
            )
            rows.append((index, claim, [self._names.written(test.call), outcome]))
        if named:
            body = ["    with pytest.raises(error):", "        call()"]
            name = self._named(f"{function}_raises")
            self._parametrised(name, '("call", "error")', named, f"def {name}(call, error):", body)
        if unnamed:
            self.used |= {"raises"}
            body = ['    assert raises(error, call), f"it raises no {error}"']
            name = self._named(f"{function}_raises_by_name")
            self._parametrised(name, '("call", "error")', unnamed, f"def {name}(call, error):", body)

    def _parametrised(
        self,
        name: str,
        parameters: str,
        rows: Sequence[tuple[int, Claim, list[str]]],
        header: str,
        body: Sequence[str],
    ) -> None:
        lines = ["@pytest.mark.parametrize(", f"    {parameters},", "    ["]
        group: str | None = None
        labels: set[str] = set()
        for index, claim, (call, outcome) in rows:
            if claim.basis != group and _GROUPS.get(claim.basis):
                lines.append(f"        # {_GROUPS[claim.basis]}")
            group = claim.basis
            if not claim.holds and isinstance(claim.test, ExampleTest):
                lines.append(f"        # does not hold: it {_remark(claim.test.did)}")
            label = _label(call, labels)
            self.tests[index] = f"{name}[{label}]"
            lines += _row([f"lambda: {call}", outcome, f"id={_quoted(label)}"])
        self.blocks.append("\n".join([*lines, "    ],", ")", header, *body]))

    def _law(self, wanted: str, index: int, claim: Claim, test: ChecksTest) -> None:
        """A law on the inputs that it was seen to hold on."""
        name = self._named(wanted)
        self.used |= law_checks.used(test.checks)
        checks = [self._names.written(check) for check in test.checks]
        body = law_checks.body(checks, set(self._names.from_code.values()))
        whose = "" if claim.basis == "proposed" else _GROUPS.get(claim.basis, "")
        told = f"{claim.text} ({whose})" if whose else claim.text  # what is proposed says so itself
        self.blocks.append("\n".join([f"def {name}():", f"    {_docstring(told)}", *body]))
        self.tests[index] = name

    def _named(self, wanted: str) -> str:
        """A name for a test that no other test has."""
        name = f"test_{wanted}"
        while name in self._taken or name in self._names.from_code.values():
            name += "_"
        self._taken.add(name)
        return name


def _whole(
    ledger: Ledger,
    writer: _Writer,
    names: Names,
    extra_imports: Sequence[str],
    code_name: str,
    evidence_name: str,
) -> str:
    head, load = loading(code_name, names.from_code)
    imports = [
        *head,
        *names.imports,
        *extra_imports,
        *(SAME_IMPORTS if writer.compares or "same" in writer.used else ()),
        *(["import copy"] if "copy" in writer.used else ()),
    ]
    plain = sorted({line for line in imports if line.startswith("import ")})
    others = sorted({line for line in imports if not line.startswith("import ")})
    blocks = [
        "\n".join(
            [_header(ledger, code_name, evidence_name), "", *plain, *others, "", "import pytest", "", *load]
        ).rstrip(),
        *([expected.CLOSE] if writer.closes else []),
        *writer.blocks,
        *([SAME] if writer.compares or "same" in writer.used else []),
        *([RAISES] if "raises" in writer.used else []),
    ]
    unchecked = [
        f"# - {claim.function}: {_remark(claim.text)}"
        for index, claim in enumerate(ledger.claims)
        if claim.strength in ("unchecked", "open", *(OF_LAWS if claim.test is None else ()))
        or (claim.test is not None and index not in writer.tests)
    ]
    if unchecked:
        blocks.append("\n".join(["# What no test here settles:", *unchecked]))
    return "\n\n\n".join(blocks) + "\n"


def _header(ledger: Ledger, code_name: str, evidence_name: str) -> str:
    return (
        f'"""What {_spelled(code_name)} was checked on, to be checked again with plain pytest.\n\n'
        f"Written by Holotype {_spelled(ledger.holotype)} from session {_spelled(ledger.id)}. What each test"
        f" rests on, and what nothing\ncovers, is in {_spelled(evidence_name)}.\n"
        '"""'
    )


def _spelled(name: str) -> str:
    """A name as it has to be written in a docstring."""
    return repr(name)[1:-1].replace('"', '\\"')


def _row(parts: Sequence[str]) -> Iterator[str]:
    line = f"        pytest.param({', '.join(parts)}),"
    if len(line) <= _WIDTH:
        yield line
        return
    yield "        pytest.param("
    yield from (f"            {part}," for part in parts)
    yield "        ),"


def _label(call: str, taken: set[str]) -> str:
    """A call as a test's name: printable ASCII that a shell can quote, short, and no other test's."""
    text = "".join(char if char.isascii() and char.isprintable() and char != "\\" else "?" for char in call)
    text = text if len(text) <= _LABEL else text[: _LABEL - 3] + "..."
    label, number = text, 2
    while label in taken:
        label, number = f"{text} ({number})", number + 1
    taken.add(label)
    return label


def _quoted(label: str) -> str:
    """A label (printable ASCII without backslashes) as Python source."""
    return f'"{label}"' if '"' not in label else repr(label)


def _docstring(text: str) -> str:
    """A docstring on one line that says `text`."""
    return '"""' + _remark(text).replace('"""', "'''").rstrip('"') + '"""'


def _remark(text: str) -> str:
    """`text` as one line that can stand in a comment or a docstring."""
    line = "".join(char if char.isprintable() else "?" for char in on_one_line(text))
    return line[:300].replace("\\", "\\\\")
