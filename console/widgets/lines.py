"""The base of every list: lines drawn on demand, so that only what is visible costs anything."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from console.keymap import bindings


class Lines(ScrollView, can_focus=True):
    """Lines of equal height, one cell each, drawn by `line`.

    Subclasses say how many there are (`total`) and what each shows. With `CURSOR` one line is the current
    one; `selectable` may exclude lines from it.
    """

    CURSOR: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("lines")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--cursor-blurred"}
    ALLOW_MAXIMIZE = True

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the current line."""

    class Chosen(Message):
        """Enter or a click on a line."""

        def __init__(self, lines: Lines, index: int) -> None:
            super().__init__()
            self.lines = lines
            self.index = index

        @property
        def control(self) -> Lines:
            """The list it happened in."""
            return self.lines

    class Moved(Message):
        """The person moved the cursor."""

        def __init__(self, lines: Lines, index: int) -> None:
            super().__init__()
            self.lines = lines
            self.index = index

        @property
        def control(self) -> Lines:
            """The list it happened in."""
            return self.lines

    def __init__(self, pane: str | None = None, *, classes: str | None = None) -> None:
        super().__init__(id=pane, classes=classes)
        self._strips: LRUCache[tuple[int, int, int, int], Strip] = LRUCache(512)
        self._generation = 0

    # -- what subclasses give -----------------------------------------------------------------------

    @property
    def total(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line(self, index: int, width: int) -> Content:
        """The line at `index`, at most `width` cells of it visible."""
        raise NotImplementedError

    def selectable(self, index: int) -> bool:
        """Whether the cursor may rest on the line."""
        return True

    # -- keeping up with what is shown --------------------------------------------------------------

    def head(self, name: str, note: str = "") -> None:
        """The pane's name and a note beside it."""
        self.border_title = Content.assemble((name, "bold"), (f"  {note}" if note else "", "not bold"))

    def reload(self) -> None:
        """Everything may have changed: redraw what is visible."""
        self._generation += 1
        if self.total != self.virtual_size.height:
            self.virtual_size = Size(1, self.total)
        if self.CURSOR:
            self.cursor = self._nearest(self.cursor, 1)
        self.refresh()

    def touch(self, index: int) -> None:
        """The line at `index` changed: redraw that line alone, if it is visible."""
        width = self.scrollable_content_region.width
        for look in range(3):
            self._strips.discard((self._generation, index, width, look))
        if 0 <= index - self.scroll_offset.y < self.size.height:
            self.refresh_line(index)

    @property
    def visible_lines(self) -> range:
        """The indices on the screen."""
        top = self.scroll_offset.y
        return range(top, min(self.total, top + self.scrollable_content_region.height))

    def on_resize(self) -> None:
        """Lines are as wide as the pane."""
        self.reload()

    def notify_style_update(self) -> None:
        """Colours changed, so did every line."""
        super().notify_style_update()
        self._generation += 1

    def on_focus(self) -> None:
        """The cursor looks different in focus."""
        self.refresh_line(self.cursor)

    def on_blur(self) -> None:
        """The cursor looks different out of focus."""
        self.refresh_line(self.cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Also tells a scrollbar that is about to appear, which the base does not."""
        super().watch_scroll_y(old_value, new_value)
        self.vertical_scrollbar.position = new_value

    # -- drawing ------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the visible part."""
        width = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        if index >= self.total:
            return Strip.blank(width, self.rich_style)
        look = 0
        if self.CURSOR and index == self.cursor and self.selectable(index):
            look = 1 if self.has_focus else 2
        selected = self.text_selection
        key = (self._generation, index, width, look)
        if selected is None and (strip := self._strips.get(key)) is not None:
            return strip
        content = self.line(index, width)
        if selected is not None and (span := selected.get_span(index)) is not None:
            start, end = span
            look_selected = self.screen.get_visual_style("screen--selection")
            content = content.stylize(look_selected, start, len(content) if end < 0 else end)
        strip = self._draw(content, width, self._look(look)).apply_offsets(0, index)
        if selected is None:
            self._strips[key] = strip
        return strip

    def _look(self, look: int) -> Style:
        if look == 1:
            return self.get_visual_style("lines--cursor")
        return self.get_visual_style("lines--cursor-blurred") if look == 2 else self.visual_style

    @staticmethod
    def _draw(content: Content, width: int, style: Style) -> Strip:
        segments = [
            Segment(text, look.rich_style)
            for text, look in content.truncate(width, ellipsis=True).render(style, end="")
        ]
        return Strip(segments).adjust_cell_length(width, style.rich_style)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under the mouse's selection."""
        text = "\n".join(self.line(index, self.size.width).plain for index in range(self.total))
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """The mouse selects."""
        self.refresh()

    # -- moving -------------------------------------------------------------------------------------

    def watch_cursor(self, old: int, new: int) -> None:
        """Redraw the two lines and keep the cursor in sight."""
        self.refresh_line(old)
        self.refresh_line(new)
        if self.CURSOR and self.is_mounted:
            self.scroll_to_region(
                Region(0, new, 1, 1), animate=False, force=True, immediate=True, x_axis=False
            )

    def _nearest(self, index: int, direction: int) -> int:
        """The selectable line at `index` or beyond it; the current one if there is none."""
        last = self.total - 1
        start = min(max(index, 0), max(last, 0))
        for step in (direction, -direction):
            position = start
            while 0 <= position <= last:
                if self.selectable(position):
                    return position
                position += step
        return start

    def _move(self, index: int, direction: int) -> None:
        if not self.CURSOR:
            self.scroll_to(y=self.scroll_offset.y + direction, animate=False)
            return
        if self.total and (target := self._nearest(index, direction)) != self.cursor:
            self.cursor = target
            self.post_message(self.Moved(self, target))

    def action_cursor_up(self) -> None:
        """One line up."""
        self._move(self.cursor - 1, -1)

    def action_cursor_down(self) -> None:
        """One line down."""
        self._move(self.cursor + 1, 1)

    def action_page_up(self) -> None:
        """One page up."""
        if self.CURSOR:
            self._move(self.cursor - self.size.height, -1)
        else:
            super().action_page_up()

    def action_page_down(self) -> None:
        """One page down."""
        if self.CURSOR:
            self._move(self.cursor + self.size.height, 1)
        else:
            super().action_page_down()

    def action_first(self) -> None:
        """To the first line."""
        if self.CURSOR:
            self._move(0, 1)
        else:
            self.scroll_home(animate=False)

    def action_last(self) -> None:
        """To the last line."""
        if self.CURSOR:
            self._move(self.total - 1, -1)
        else:
            self.scroll_end(animate=False)

    def action_choose(self) -> None:
        """Choose the current line."""
        if self.CURSOR and self.total and self.selectable(self.cursor):
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second click chooses."""
        offset = event.get_content_offset(self)
        if offset is None or not self.CURSOR:
            return
        index = self.scroll_offset.y + offset.y
        if index < self.total and self.selectable(index):
            if index != self.cursor:
                self._move(index, 1)
            if event.chain == 2:
                self.post_message(self.Chosen(self, index))


def columns(*cells: tuple[Content, int], gap: int = 1) -> Content:
    """Cells side by side, each cut or padded to its width; a negative width sets the cell right."""
    parts: list[Content] = []
    for content, width in cells:
        room = abs(width)
        cut = content.truncate(room, ellipsis=True)
        space = room - cut.cell_length
        parts.append(cut.pad_left(space) if width < 0 else cut.pad_right(space))
    return Content(" " * gap).join(parts)
