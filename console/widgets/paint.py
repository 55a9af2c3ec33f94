"""Glyphs and colours: every status is told apart by its glyph alone, colour only helps."""

from __future__ import annotations

from console.view.evidence import Standing
from console.view.state import Level, NodeStatus
from pipeline.events import Outcome
from pipeline.ir import HoleStatus

Paint = tuple[str, str]

NODES: dict[NodeStatus, Paint] = {
    "waiting": ("○", "$foreground 40%"),
    "running": ("◐", "$primary bold"),
    "retrying": ("↻", "$warning bold"),
    "ok": ("●", "$success"),
    "failed": ("✗", "$error"),
    "cancelled": ("◌", "$foreground 50%"),
    "skipped": ("·", "$foreground 50%"),
}
SPINNER = "◐◓◑◒"

HOLES: dict[HoleStatus, Paint] = {
    "blocked": ("◌", "$foreground 50%"),
    "ready": ("○", "$warning bold"),
    "in_progress": ("◐", "$primary bold"),
    "resolved": ("●", "$success"),
    "conflict": ("✗", "$error bold"),
}

CLAIMS: dict[Standing, Paint] = {
    "holds": ("✓", "$success"),
    "fails": ("✗", "$error"),
    "agreement": ("≈", "$secondary"),
    "remark": ("·", "$foreground 60%"),
    "unchecked": ("?", "$warning"),
    "open": ("○", "$warning"),
}

LEVELS: dict[Level, Paint] = {
    "quiet": (" ", "$foreground 60%"),
    "info": (" ", "$foreground"),
    "good": ("✓", "$success"),
    "warning": ("!", "$warning"),
    "error": ("✗", "$error"),
}

OUTCOMES: dict[Outcome, Paint] = {
    "verified": ("●", "$success"),
    "unverified": ("◌", "$warning"),
    "open": ("○", "$warning"),
    "limit": ("◌", "$warning"),
    "failed": ("✗", "$error"),
    "cancelled": ("◌", "$foreground 60%"),
}

MUTED = "$foreground 60%"
FAINT = "$foreground 35%"
