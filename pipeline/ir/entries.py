"""What the sections of a docstring say of each parameter, and the words that are left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.ir.sections import Section, sections


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of some parameters; `kind` is what stands where their type does."""

    names: list[str]
    kind: str
    text: str


def split(words: str, names: Collection[str]) -> tuple[list[Entry], str]:
    """The entries about the parameters `names`, and the words without all sections of that kind."""
    entries: list[Entry] = []
    rest = words
    for section in sections(words):
        if section.kind != "parameters":
            continue
        for entry in section.entries:
            if known := [name for name in entry.names if name in names]:
                text = "\n".join(line.strip() for line in words[slice(*entry.words)].splitlines())
                entries.append(Entry(known, words[slice(*entry.type)].strip(), text))
        rest = _without(rest, section)
    return entries, rest


def _without(words: str, section: Section) -> str:
    """The words with blanks where the section is, but for the lines in it that are of no entry."""
    places = [
        (section.start, section.start),
        *((min(each.type[0], each.words[0]), each.words[1]) for each in section.entries),
    ]
    kept: list[str] = []
    at = 0
    for line in words.splitlines(keepends=True):
        end = at + len(line)
        inside = section.start <= at < section.end
        entry = any(start < end and at <= last for start, last in places)
        kept.append(line.rstrip("\n") if not (inside and entry) else " " * len(line.rstrip("\n")))
        kept.append("\n" if line.endswith("\n") else "")
        at = end
    return "".join(kept)
