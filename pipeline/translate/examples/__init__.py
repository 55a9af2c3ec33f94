"""Reading the examples and laws a text gives, however it writes them: tables, doctests, asserts, words.

Each form has a module that takes what it reads out of the text, so that the next one sees only the rest.
"""

from __future__ import annotations

import re

from pipeline.printed import imports_for
from pipeline.translate.examples import (
    accepted,
    arguments,
    assertions,
    blocks,
    calls,
    doctests,
    equations,
    laws,
    leftovers,
    tables,
)
from pipeline.translate.examples.assertions import read_checks
from pipeline.translate.examples.taking import ExamplesRead, Scope, Text, Unread
from pipeline.translate.passage import Passage

__all__ = ["ExamplesRead", "Scope", "Unread", "read_checks", "read_examples"]

_BOLD = re.compile(
    r"(?P<bold>\*\*|__)[ \t]*(?:(?:sample|example|expected)[ \t]+)?"
    r"(?:input|output|expected|explanation|result)s?(?:[ \t]*\d+)?[ \t]*:?(?P=bold)",
    re.I,
)
"""What is in bold type before a value: `**Input:** 3`."""
_LABEL = re.compile(
    r"^(?P<before>[ \t>]*+(?:[-*+•][ \t]++)?(?:(?:sample|example|expected)[ \t]+)?)(?P<part>input|output)"
    r"(?P<after>[ \t]*#?\d*[ \t]*):(?=[ \t]*\S)",
    re.I | re.M,
)
"""What labels a value on its line: `Sample Input 1: 3`."""
_FORMS = (
    tables.read,
    doctests.read,
    laws.read,
    assertions.read,
    equations.read,
    arguments.read_called,
    calls.read,
    blocks.read,
    arguments.read,
    accepted.read,
    leftovers.read,
)


def read_examples(passage: Passage, scope: Scope) -> ExamplesRead:
    """Every example and law in the text, in order."""
    text = Text(passage, scope)
    if any(f"{name}(" in passage.text for name in scope.functions):
        for statement in dict.fromkeys(imports_for(passage.text, scope.known)):
            text.bring(statement)
    text.rest = _BOLD.sub(lambda label: label[0].replace(label["bold"], "  "), text.rest)
    text.rest = _LABEL.sub(_plain, text.rest)
    for read in _FORMS:
        read(text)
    text.doubt()
    text.read.examples.sort(key=lambda item: item[1].provenance.span.start if item[1].provenance.span else 0)
    return text.read


def _plain(label: re.Match[str]) -> str:
    """The label with nothing but its word, in as many characters."""
    return f"{' ' * len(label['before'])}{label['part']}:{' ' * len(label['after'])}"
