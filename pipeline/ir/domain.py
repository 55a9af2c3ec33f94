"""What a hole may become: the domain of its values, as data. Its algebra lives in `pipeline.holes`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.ir.provenance import Frozen


class Choices(Frozen):
    """A finite set of values, in order of preference."""

    kind: Literal["choices"] = "choices"
    values: tuple[str, ...]


class Interval(Frozen):
    """Numbers from `low` to `high`; an absent bound is infinite."""

    kind: Literal["interval"] = "interval"
    low: float | None = None
    high: float | None = None
    integer: bool = False
    low_open: bool = False
    high_open: bool = False


class Types(Frozen):
    """Python type expressions that are subtypes of what `bounds` are together: `int | None` of two."""

    kind: Literal["types"] = "types"
    bounds: tuple[str, ...] = ("object",)


class Pattern(Frozen):
    """Strings that match a regular expression as a whole."""

    kind: Literal["pattern"] = "pattern"
    regex: str


class Open(Frozen):
    """Anything that can be said; `description` tells a person what is asked for."""

    kind: Literal["open"] = "open"
    description: str = ""


Domain = Annotated[Choices | Interval | Types | Pattern | Open, Field(discriminator="kind")]
