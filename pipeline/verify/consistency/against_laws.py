"""The IR's examples against its laws in Python (H19), before any code is there: the examples stand in for it.

A law is evaluated in the sandbox beside functions that give what the examples say, and nothing else: where it
fails on that, no code can satisfy both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.ir import Example, Function, Program
from pipeline.verify.inputs.literals import Arguments, read_call
from pipeline.verify.properties.calls import Calls
from pipeline.verify.properties.checking import Checker, Plan, lacking
from pipeline.verify.properties.laws import Expression
from pipeline.verify.properties.stated import stated
from pipeline.verify.properties.tally import case_of
from pipeline.verify.sandbox.base import Limits, Sandbox

Told = Sequence[tuple[Example, Arguments]]
"""Examples with a value, and the arguments that their calls bind."""
_LIMITS = Limits(wall_seconds=0.5, total_seconds=2.0, output_bytes=4096)
_TABLE = """\
_told, _telling = {}, None


def _answer(*given):
    if _telling is not None:
        _told[repr(given)] = _telling
        return None
    if repr(given) not in _told:
        raise LookupError("no example tells")
    return _told[repr(given)]()


def _tell(call, gives):
    global _telling
    _telling = gives
    call()
    _telling = None


"""
_FUNCTION = """\
{header}:
    return _answer({name!r}, locals())


{told}
"""


async def broken_laws(program: Program, sandbox: Sandbox) -> tuple[str, ...]:
    """Examples that break a law, one sentence each; empty where none is seen to.

    Laws whose evaluation fails, or needs what no example tells, are left to the code. Raises
    InfrastructureError as the sandbox does.
    """
    told = {function.name: _told(function) for function in program.functions}
    tables = [_table(function, told[function.name]) for function in program.functions]
    types = [definition.source for definition in program.types]
    module = "\n\n\n".join(["from __future__ import annotations", *types, _TABLE, *tables])
    found: list[str] = []
    for function in program.functions:
        found += await _broken(function, told[function.name], module, sandbox)
    return tuple(found)


def _told(function: Function) -> Told:
    return [
        (example, arguments)
        for example in function.examples
        if example.provenance.binding
        and example.expected is not None
        and (arguments := read_call(example.call, function.signature)) is not None
    ]


async def _broken(function: Function, told: Told, module: str, sandbox: Sandbox) -> list[str]:
    laws = [
        replace(law, total=False)
        for law in stated(function)
        if isinstance(law, Expression) and law.basis != "proposed" and lacking(law, module) is None
    ]
    cases = [
        (example, case)
        for law in laws
        for example, arguments in told
        if (case := case_of(law, arguments, beyond=False)) is not None
    ]
    if not cases:
        return []
    plan = Plan(function, tuple(laws), (), tuple(arguments for _, arguments in told), (), seed=0)
    judged, _ = await Checker(plan, module, sandbox, _LIMITS).judged([case for _, case in cases])
    return [
        f"{function.name}: {example}, yet {case.law.text}"
        for (example, case), (holds, *_) in zip(cases, judged, strict=True)
        if holds is False
    ]


def _table(function: Function, told: Told) -> str:
    """A function that knows what the examples say, by the arguments as their calls bind them."""
    call = Calls(function.signature).call
    lines = [f"_tell(lambda: {call(arguments)}, lambda: {example.expected})" for example, arguments in told]
    return _FUNCTION.format(header=function.signature, name=function.name, told="\n".join(lines))
