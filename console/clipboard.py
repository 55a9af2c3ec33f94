"""OSC 52, the terminal's own clipboard, also through tmux."""

from __future__ import annotations

import base64
from collections.abc import Mapping


def osc52(text: str, environment: Mapping[str, str]) -> str:
    """The escape sequence that puts `text` on the clipboard.

    Inside tmux it is sent twice: once for tmux itself (`set-clipboard on`) and once wrapped for the terminal
    around it (`allow-passthrough on`); whichever is not allowed is ignored.
    """
    payload = base64.b64encode(text.encode()).decode()
    sequence = f"\x1b]52;c;{payload}\a"
    if not environment.get("TMUX"):
        return sequence
    return sequence + "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
