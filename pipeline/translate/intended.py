"""What a person says that is meant by a prompt that says next to nothing, read as a prompt is."""

from __future__ import annotations

from typing import Any

from pipeline.errors import UsageError
from pipeline.holes import following
from pipeline.ir import Function, Hole, Program, Provenance
from pipeline.translate.builder import complete, is_vague
from pipeline.translate.classes import check_classes
from pipeline.translate.reading import Reading, read_prompt
from pipeline.translate.validation import check_prompt


def as_intended(before: Program, program: Program) -> Program:
    """`program` with the functions and holes of what is said to be meant, where that is other than `before`.

    What the words of an answer ask rests on it: taken back, it takes them along.
    """
    said = next((hole for hole in program.holes if hole.kind == "intent"), None)
    was = next((hole for hole in before.holes if hole.kind == "intent"), None)
    if said is None or was is None or _value(said) == _value(was):
        return program
    reading, resolution = _read(_value(said) or program.prompt), said.resolution
    if reading is None or (resolution is not None and is_vague(reading)):
        return program
    functions, holes = complete(reading, None)
    if resolution is None:
        return program.model_copy(
            update={"functions": tuple(functions), "types": reading.types, "holes": tuple(holes)}
        )
    own = [_by(each, resolution.provenance) for each in functions]
    waiting = [each.model_copy(update={"blocked_by": (*each.blocked_by, said.id)}) for each in holes]
    intent = said.model_copy(update={"target": own[0].name, "resolution": None})
    update = {"functions": tuple(own), "types": reading.types, "holes": (intent, *waiting)}
    return following.decided(program.model_copy(update=update), said.id, resolution)


def _value(hole: Hole) -> str:
    return hole.resolution.value if hole.resolution is not None else ""


def _read(text: str) -> Reading | None:
    """What the text asks for; None where it is no prompt."""
    try:
        reading = read_prompt(check_prompt(text))
        check_classes(reading.classes, functions=reading.asks_functions)
    except UsageError:
        return None
    return reading


def _by(function: Function, who: Provenance) -> Function:
    """The function as one whose words somebody said, and not the prompt."""
    return Function.model_validate(_said_by(function.model_dump(), who.model_dump()))


def _said_by(data: Any, who: dict[str, Any]) -> Any:
    if isinstance(data, dict):
        if data.get("actor") == "prompt":
            return {**who, "source": data["source"], "confidence": data["confidence"]}
        return {key: _said_by(value, who) for key, value in data.items()}
    return [_said_by(each, who) for each in data] if isinstance(data, list | tuple) else data
