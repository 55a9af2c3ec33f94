"""The run as lanes: one row a node, its status, what it says, its tokens and time."""

from __future__ import annotations

from typing import NamedTuple

from textual import work
from textual.content import Content
from textual.message import Message

from console.view import Change, NodeStatus, NodeView, View
from console.view.lanes import Lane, layout
from console.view.wording import duration
from console.widgets.lines import Lines, columns
from console.widgets.paint import FAINT, HOLES, MUTED, NODES, SPINNER

_AT_ONCE = 300
"""Up to so many nodes are laid out on the spot (about 10 ms); more go to a thread."""


class Face(NamedTuple):
    """What a row shows; equal faces need no redraw."""

    glyph: str
    colour: str
    label: str
    detail: str
    tokens: str
    time: str


class RunLanes(Lines):
    """The graph of the run. Follows what is going on until the person moves the cursor."""

    class Followed(Message):
        """The person lets the cursor follow again."""

    def __init__(self) -> None:
        super().__init__("run")
        self.view = View()
        self.now = 0.0
        self.follow = True
        self._lanes: list[Lane] = []
        self._rows: dict[str, int] = {}
        self._faces: dict[int, Face] = {}
        self._width = 2
        self._label = 0

    def show(self, view: View, change: Change, now: float) -> None:
        """Show `view`; `now` is the time that running clocks show."""
        self.now = now
        if view is not self.view:
            self.view = view
            self.follow = True
            change = Change.EVERYTHING
        if change & Change.TOPOLOGY:
            deps = {node.key: node.deps for node in view.nodes.values()}
            if len(deps) <= _AT_ONCE:
                self._place(layout(deps))
            else:
                self._lay_out(deps)
        elif change & Change.NODES:
            self.tick(now)

    def tick(self, now: float) -> None:
        """Redraw the visible rows whose face changed since they were drawn."""
        self.now = now
        self._head()
        for index in self.visible_lines:
            node = self._node_at(index)
            if node is not None and self._faces.get(index) != self._face(node):
                self.touch(index)

    @property
    def node(self) -> NodeView | None:
        """The node under the cursor."""
        return self._node_at(self.cursor)

    @property
    def total(self) -> int:
        """Lines of the drawing."""
        return len(self._lanes)

    def selectable(self, index: int) -> bool:
        """Only rows of nodes."""
        return self._node_at(index) is not None

    def line(self, index: int, width: int) -> Content:
        """A node's row, or the lines between two."""
        lane = self._lanes[index]
        lanes = min(self._width, width // 3)
        node = self._node_at(index)
        if node is None:
            return Content.styled(lane.lines[:lanes], FAINT)
        self._faces[index] = face = self._face(node)
        at = min(lane.at, lanes - 1)  # a node further right is shown where the room ends
        drawn = (lane.lines[:at] + face.glyph + lane.lines[at + 1 :])[:lanes]
        path = Content.styled(drawn, FAINT).stylize(face.colour, at, at + 1)
        quiet = node.status in ("waiting", "skipped", "cancelled")
        name = Content.styled(face.label, MUTED if quiet else "bold" if node.kind == "stage" else "")
        room = max(0, width - lanes - 16)
        cells = [(path, lanes)]
        if room < self._label:  # a name says more than a number of tokens
            cells.append((name, room + 7))
        else:
            label = self._label if room - self._label >= 8 else room
            cells.append((name, label))
            if room > label:
                spare = 0 if face.tokens else 7
                cells.append((Content.styled(face.detail, MUTED), room - label - 1 + spare))
            if face.tokens or room == label:
                cells.append((Content.styled(face.tokens, MUTED), -6))
        cells.append((Content.styled(face.time, MUTED), -7))
        return columns(*cells)

    def on_lines_moved(self) -> None:
        """The person looks at something of their own choice."""
        self.follow = False

    def action_last(self) -> None:
        """To what is going on now, and follow it again."""
        self.follow = True
        self._chase()
        self.post_message(self.Followed())

    @work(thread=True, exclusive=True, group="lanes")
    def _lay_out(self, deps: dict[str, tuple[str, ...]]) -> None:
        lanes = layout(deps)
        self.app.call_from_thread(self._place, lanes)

    def _place(self, lanes: list[Lane]) -> None:
        kept = self.node.key if self.node is not None else ""
        self._lanes = lanes
        self._rows = {lane.node: index for index, lane in enumerate(lanes) if lane.node}
        self._width = max((len(lane.lines) for lane in lanes), default=1) + 1
        self._label = max((len(node.label) for node in self.view.nodes.values()), default=0)
        self._faces.clear()
        self._head()
        if kept in self._rows:
            self.set_reactive(Lines.cursor, self._rows[kept])
        self.reload()
        self._chase()

    def _head(self) -> None:
        nodes = self.view.nodes.values()
        done = sum(node.status not in ("waiting", "running", "retrying") for node in nodes)
        self.head("Run", f"{done} of {len(nodes)}" if nodes else "")
        self._chase()

    def _chase(self) -> None:
        if self.follow and (active := self.view.active_node) is not None and active.key in self._rows:
            self.cursor = self._rows[active.key]

    def _node_at(self, index: int) -> NodeView | None:
        if not 0 <= index < len(self._lanes):
            return None
        return self.view.nodes.get(self._lanes[index].node)

    def _face(self, node: NodeView) -> Face:
        elapsed = node.elapsed(self.now)
        glyph, colour = NODES[self._status(node)]
        if node.status == "running":
            glyph = SPINNER[int(elapsed * 4) % 4]
        notes = [f"try {node.attempts}" if node.attempts > 1 else "", "cached" if node.cached else ""]
        notes += ["degraded" if node.degraded else "", node.detail]
        time = duration(elapsed) if node.live or elapsed >= 0.05 else ""
        if self.view.waits(node):
            glyph, colour = HOLES["ready"]
            notes, time = ["waits for you"], ""
        tokens = f"{node.tokens:,}" if node.tokens else ""
        return Face(glyph, colour, node.label, " · ".join(note for note in notes if note), tokens, time)

    @staticmethod
    def _status(node: NodeView) -> NodeStatus:
        """A check that ran well may still have found its candidate wrong."""
        return "failed" if node.status == "ok" and node.refuted else node.status
