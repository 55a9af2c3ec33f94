"""OSC 52, plain and through tmux."""

from __future__ import annotations

import base64

from console.clipboard import osc52


def test_the_text_travels_as_base64() -> None:
    sequence = osc52("größer", {})
    assert sequence.startswith("\x1b]52;c;")
    assert base64.b64decode(sequence[7:-1]).decode() == "größer"


def test_inside_tmux_it_is_also_wrapped_with_every_escape_doubled() -> None:
    plain, wrapped = osc52("x", {}), osc52("x", {"TMUX": "/tmp/tmux-0/default,1,0"})
    assert wrapped == plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"
