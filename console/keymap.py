"""Every action of the console, once: bindings, help and command palette are made from this table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

from pipeline.errors import UsageError

Scope = Literal["app", "workbench", "lines", "holes", "code", "log", "prompt", "dialog"]

SCOPES: dict[Scope, str] = {
    "workbench": "Everywhere",
    "holes": "Holes",
    "code": "Code",
    "log": "Log",
    "lines": "Any list",
    "prompt": "Prompt",
    "app": "Application",
    "dialog": "Dialogs",
}


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does. `id` names it in a user's keymap."""

    id: str
    keys: str
    action: str
    label: str
    help: str
    scope: Scope
    show: bool = False
    priority: bool = False

    @property
    def binding(self) -> Binding:
        """As Textual wants it."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            show=self.show,
            priority=self.priority,
            tooltip=self.help,
            id=self.id,
        )


ACTIONS: tuple[Action, ...] = (
    Action("holes.accept", "a", "accept", "Accept", "Take the best proposal", "holes", True),
    Action("holes.edit", "e", "edit", "Edit", "Type a value of your own", "holes", True),
    Action(
        "holes.retract",
        "x",
        "retract",
        "Retract",
        "Take this decision back",
        "holes",
        True,
    ),
    Action("holes.next", "n", "next_open", "Next", "Go to the next open hole", "holes"),
    Action("code.copy", "y", "copy", "Copy", "Copy the code shown", "workbench", True),
    Action("session.proceed", "g", "proceed", "Go", "Generate with what is settled", "workbench", True),
    Action("session.undo", "u", "undo", "Undo", "Go back to before the last decision", "workbench", True),
    Action("session.redo", "ctrl+r", "redo", "Redo", "Take the decision last undone again", "workbench"),
    Action("pane.run", "r", "pane('run')", "Run", "Go to the run", "workbench"),
    Action("pane.holes", "h", "pane('holes')", "Holes", "Go to the holes", "workbench"),
    Action("pane.code", "c", "pane('code')", "Code", "Go to the code", "workbench"),
    Action("pane.log", "l", "pane('log')", "Log", "Go to the log", "workbench"),
    Action("pane.prompt", "p,i", "prompt", "Prompt", "Write a prompt", "workbench", True),
    Action("pane.zoom", "z", "zoom", "Zoom", "Maximise the pane, or restore it", "workbench"),
    Action("log.filter", "slash", "filter", "Filter", "Show only log lines with these words", "workbench"),
    Action("code.specification", "s", "specification", "Spec", "Specification or code", "workbench"),
    Action("pane.next", "right", "step(1)", "Next pane", "Next pane", "workbench"),
    Action("pane.previous", "left", "step(-1)", "Previous pane", "Previous pane", "workbench"),
    Action("session.list", "o", "open_session", "Sessions", "Open a stored session", "workbench"),
    Action("app.leave", "q", "app.quit", "Leave", "Store the session and leave", "workbench"),
    Action("app.help", "question_mark", "app.help", "Help", "What the keys do here", "workbench", True),
    Action("app.help_anywhere", "f1", "app.help", "Help", "Help, also while typing", "app"),
    Action("app.palette", "ctrl+p", "app.command_palette", "Palette", "Find any command", "app"),
    Action(
        "app.leave_anywhere",
        "ctrl+q",
        "app.quit",
        "Leave",
        "Store the session and leave",
        "app",
        priority=True,
    ),
    Action(
        "app.interrupt",
        "ctrl+c",
        "app.interrupt",
        "Leave",
        "Copy the selection; without one, leave",
        "app",
        priority=True,
    ),
    Action("lines.up", "up,k", "cursor_up", "Up", "Line up", "lines"),
    Action("lines.down", "down,j", "cursor_down", "Down", "Line down", "lines"),
    Action("lines.page_up", "pageup,ctrl+b", "page_up", "Page up", "Page up", "lines"),
    Action("lines.page_down", "pagedown,ctrl+f", "page_down", "Page down", "Page down", "lines"),
    Action("lines.home", "home", "first", "First", "First line", "lines"),
    Action("lines.end", "end,G", "last", "Last", "Last line, and follow", "lines"),
    Action("lines.choose", "enter", "choose", "Choose", "Choose the line", "lines"),
    Action("prompt.submit", "enter", "submit", "Start", "Start a session with this prompt", "prompt", True),
    Action("prompt.newline", "ctrl+j", "newline", "New line", "New line", "prompt", True),
    Action("prompt.leave", "escape", "leave", "Panes", "From the prompt to the panes", "prompt", True),
    Action("dialog.close", "escape", "dismiss(None)", "Close", "Close without effect", "dialog"),
)


def bindings(scope: Scope) -> list[Binding]:
    """The bindings of one part of the screen."""
    return [action.binding for action in ACTIONS if action.scope == scope]


_UNSENDABLE = re.compile(r"ctrl\+(enter|tab|space\+)|(alt|shift)\+(enter|up|down)|super\+|hyper\+|meta\+")


def checked(keymap: Mapping[str, str]) -> dict[str, str]:
    """`keymap` (action id to comma-separated keys), if every id exists and terminals can send every key.

    Raises UsageError naming the entry at fault.
    """
    known = {action.id for action in ACTIONS}
    for name, keys in keymap.items():
        if name not in known:
            raise UsageError(
                f"The keymap names an unknown action: {name}.",
                f"Known actions: {', '.join(sorted(known))}.",
            )
        if not keys.strip():
            raise UsageError(f"The keymap gives no key for {name}.", "Write at least one key, such as f5.")
        for key in keys.split(","):
            if _UNSENDABLE.search(key):
                raise UsageError(
                    f"The keymap binds {name} to {key.strip()}, which many terminals cannot send.",
                    "Choose a letter, a function key or ctrl with a letter.",
                )
    return dict(keymap)
