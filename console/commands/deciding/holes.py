"""The holes of a stored session, one of them, and what a choice would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.stored import Deciding
    from pipeline.ir import Hole


def show_all(session: Deciding, *, as_json: bool) -> None:
    """Print every hole: its status, and its value or what is proposed."""
    found = session.program.holes
    if as_json:
        print_json([hole.model_dump(mode="json") for hole in found])
        return
    width = max((len(hole.id) for hole in found), default=0)
    for hole in found:
        print(f"{hole.status:11}  {hole.id:{width}}  {_answer(session, hole)}")
    if not found:
        print("The words leave nothing open.")


def _answer(session: Deciding, hole: Hole) -> str:
    from pipeline.holes import standing

    if hole.resolution is not None:
        assumed = "assumed by" if hole.resolution.provenance.assumed else "by"
        return f"{hole.resolution.value}  ({assumed} {hole.resolution.provenance.actor})"
    best = standing.proposal(session.program, hole.id)
    proposed = f"  (proposed: {best.value})" if best is not None else ""
    return f"{hole.question}{proposed}"


def show_one(session: Deciding, hole_id: str, *, as_json: bool) -> None:
    """Print one hole: the question, what still fits, and why."""
    from pipeline.holes import domains, standing

    program = session.program
    hole = program.hole(hole_id)
    left = standing.left(program, hole_id)
    fits = standing.viable(program, hole_id)
    why = standing.explain(program, hole_id)
    if as_json:
        print_json(
            {
                "hole": hole.model_dump(mode="json"),
                "left": left.model_dump(mode="json"),
                "fits": [candidate.value for candidate in fits],
                "why": why.lines(),
            }
        )
        return
    print(f"{hole.id}: {hole.question}")
    print(f"  status  {hole.status}")
    if hole.resolution is not None:
        print(f"  value   {_answer(session, hole)}")
    print(f"  can be  {domains.describe(left)}")
    for candidate in hole.candidates:
        known = "" if candidate in fits else "  (no longer fits)"
        sure = f"  {candidate.confidence:.0%}" if candidate.provenance.confidence is not None else ""
        print(f"    {candidate.value}{sure}{known}")
    if len(why.lines()) > 1:
        print("  why")
        print("\n".join(f"    {line}" for line in why.lines()))


def show_preview(session: Deciding, hole_id: str, value: str, *, as_json: bool) -> None:
    """Print what the choice would force, narrow and kill. Raises UsageError for a value that does not fit."""
    from pipeline.holes import standing
    from pipeline.holes.resolution import meant

    value = meant(session.program, hole_id, value)
    seen = standing.preview(session.program, hole_id, value)
    conflict = seen.conflict
    if as_json:
        print_json(
            {
                "forced": seen.forced,
                "narrowed": seen.narrowed,
                "killed": seen.killed,
                "conflict": None
                if conflict is None
                else {"decisions": conflict.decisions, "reason": conflict.reason},
            }
        )
        return
    print(f"{hole_id} = {value} would")
    lines = [f"force   {hole} = {forced}" for hole, forced in seen.forced.items()]
    lines += [f"narrow  {hole} to {left}" for hole, left in seen.narrowed.items() if hole not in seen.forced]
    lines += [f"kill    {', '.join(values)} of {hole}" for hole, values in seen.killed.items()]
    if conflict is not None:
        lines.append(f"set {' and '.join(conflict.decisions)} against each other: {conflict.reason}")
    print("\n".join(f"  {line}" for line in lines or ["change nothing else"]))


def print_json(data: object) -> None:
    """Print as indented JSON."""
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
