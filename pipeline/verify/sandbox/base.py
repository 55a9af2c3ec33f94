"""What every sandbox promises: source and expressions go in, values come out, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from pipeline.verify.sandbox.values import Value

KIB = 1024
MIB = 1024 * KIB

CUT = "\n[output cut here]"
"""The mark at the end of a `Report.stdout` that is not all that was written."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one run. Times are wall-clock seconds, sizes are bytes."""

    wall_seconds: float = 5.0
    """For each expression."""
    load_seconds: float = 5.0
    """For executing the source."""
    total_seconds: float = 60.0
    """For the whole job; expressions that it leaves no time for are `NotRun`."""
    memory_bytes: int = 512 * MIB
    output_bytes: int = 64 * KIB
    """Of standard output and standard error together; the rest is dropped and the report says so."""
    file_bytes: int = MIB
    """Of any one file in the private temporary folder."""
    value_bytes: int = 512 * KIB
    """Of one encoded value; a larger value comes back as `Opaque`."""
    open_files: int = 64

    def __post_init__(self) -> None:
        for name in ("wall_seconds", "load_seconds", "total_seconds"):
            if not 0 < getattr(self, name) <= 86_400:
                raise ValueError(f"{name} must be above 0 and at most 86400, not {getattr(self, name)!r}")
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, not {getattr(self, name)!r}")


_LEAST = {"memory_bytes": 16 * MIB, "output_bytes": 0, "file_bytes": 0, "value_bytes": KIB, "open_files": 16}


@dataclass(frozen=True, slots=True)
class Job:
    """Python source, and expressions to evaluate in order in the namespace that executing it leaves.

    Random numbers, the wall clock and the hash seed are fixed, so that a job gives the same values every
    time. The hash seed belongs to the interpreter and so to the sandbox, not to the job.
    """

    source: str
    expressions: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    seed: int = 0
    """Seeds `random`, `os.urandom` and what rests on them."""
    clock: float = 1_704_067_200.0
    """What the wall clock shows at the start, in seconds since 1970 UTC."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The expression's value, and its `repr` as the sandboxed interpreter wrote it (bounded)."""

    value: Value
    repr: str

    def __repr__(self) -> str:
        try:
            value = repr(self.value)
        except ValueError:  # a number of too many digits
            value = self.repr
        return f"Returned(value={value}, repr={self.repr!r})"


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception left the source or the expression; `line` is a line of the source, if it was there.

    `bases` are the classes that its own is derived from, nearest first, where that is no built-in one.
    """

    type: str
    message: str
    line: int | None = None
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Stopped after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """Needed more than `Limits.memory_bytes`."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """The process ended before it gave a value: a signal, an exit, a channel it closed."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The screening interpreter lacks something that the source uses; it says nothing about the source."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotRun:
    """No attempt was made, or it was cut off before its time was over; and why."""

    reason: str


Outcome: TypeAlias = Returned | Raised | TimedOut | OutOfMemory | Crashed | Unsupported | NotRun


@dataclass(frozen=True, slots=True)
class Report:
    """What happened to a job."""

    interpreter: str
    """Which interpreter ran it, behind which barriers; a barrier that the kernel lacks is named."""
    loaded: Outcome | None
    """None if the source executed; otherwise what went wrong, and `outcomes` is empty."""
    outcomes: tuple[Outcome, ...]
    """One for each expression, in order."""
    stdout: str = ""
    """What it wrote to standard output and standard error, cut at `Limits.output_bytes` with a mark.

    After an expression that ended its process the source is executed again for the rest, and writes again.
    It may hold anything, terminal control sequences too.
    """
    seconds: float = 0.0


class Sandbox(Protocol):
    """Runs untrusted code. Safe to call from many tasks at once; cancelling `run` ends that run."""

    @property
    def name(self) -> str: ...

    async def run(self, job: Job) -> Report:
        """Run `job`. Raises InfrastructureError if the sandbox itself cannot work."""
        ...

    async def aclose(self) -> None:
        """End every process of this sandbox. It cannot be used afterwards."""
        ...
