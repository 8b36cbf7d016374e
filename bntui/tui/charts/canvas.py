"""A grid of styled cells, and a widget that draws one and sends only the cells that changed.

Textual redraws whole widgets; to save bytes over SSH, this widget refreshes only the parts of lines that differ.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from bntui.tui.charts.palette import Styles, styles_for
from bntui.tui.terminal.capabilities import capabilities_of

Cell = tuple[str, Style]

_PLAIN = Style()
_GAP = 8
_EMPTY = " ┈"


class Canvas:
    """`width` × `height` cells; what is written outside them is cut off."""

    def __init__(self, width: int, height: int, blank: Style = _PLAIN) -> None:
        self.width = width
        self.height = height
        self.rows: list[list[Cell]] = [[(" ", blank)] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, style: Style = _PLAIN) -> None:
        """Write one line of text from (x, y) to the right; wide and unprintable characters become '?'."""
        first = max(-x, 0)
        text = text[first : max(self.width - x, 0)]
        if not text or not 0 <= y < self.height:
            return
        if not (text.isascii() and text.isprintable()) and any(cell_len(char) != 1 for char in set(text)):
            text = "".join(char if cell_len(char) == 1 else "?" for char in text)
        self.rows[y][x + first : x + first + len(text)] = [(char, style) for char in text]

    def put_background(self, x: int, y: int, char: str, style: Style) -> None:
        """Add a background style to a cell; a character other than a space is written into empty cells only."""
        if 0 <= y < self.height and 0 <= x < self.width:
            present, before = self.rows[y][x]
            if char == " ":
                self.rows[y][x] = (present, before + style)
            elif present in _EMPTY:
                self.rows[y][x] = (char, style)

    def put_right(self, right: int, y: int, text: str, style: Style = _PLAIN) -> None:
        """Write text that ends before column `right`."""
        self.put(right - len(text), y, text, style)

    def put_spans(self, x: int, y: int, spans: Sequence[tuple[str, Style]]) -> int:
        """Write styled texts one after another and return the column after them."""
        for text, style in spans:
            self.put(x, y, text, style)
            x += len(text)
        return x

    def strip(self, y: int) -> Strip:
        """Return a row for Textual, in as few segments as possible."""
        segments: list[Segment] = []
        text, style = "", _PLAIN
        for char, char_style in self.rows[y]:
            # A space looks the same in every foreground color, so it does not start a new segment.
            if not text or (char_style != style and (char != " " or char_style.bgcolor != style.bgcolor)):
                if text:
                    segments.append(Segment(text, style))
                text, style = char, char_style
            else:
                text += char
        return Strip([*segments, Segment(text, style)] if text else [], self.width)

    def changes(self, before: Canvas) -> list[Region]:
        """Return the cells that differ, as one region per span."""
        if (before.width, before.height) != (self.width, self.height):
            return [Region(0, 0, self.width, self.height)]
        return [
            Region(first, y, last - first + 1, 1)
            for y, (new, old) in enumerate(zip(self.rows, before.rows, strict=True))
            if new != old
            for first, last in _changed_spans(new, old)
        ]


def _changed_spans(new: list[Cell], old: list[Cell]) -> list[tuple[int, int]]:
    """Return the first and last cell of each span; up to `_GAP` equal cells cost less to send than to skip."""
    spans: list[tuple[int, int]] = []
    for index, (a, b) in enumerate(zip(new, old, strict=True)):
        if a == b:
            continue
        if spans and index - spans[-1][1] <= _GAP:
            spans[-1] = (spans[-1][0], index)
        else:
            spans.append((index, index))
    return spans


def truncate(text: str, room: int) -> str:
    """Return a text in at most `room` characters, with an ellipsis if it is cut."""
    return text if len(text) <= room else text[: max(room - 1, 0)] + "…"


class CanvasWidget(Widget):
    """A widget that paints cells; subclasses implement `paint` and call `repaint` when its result may have changed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._canvas = Canvas(0, 0)

    def paint(self, canvas: Canvas, styles: Styles) -> None:
        """Draw on an empty canvas of the widget's size."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint, and refresh the cells that changed."""
        if not self.is_attached or not self.display:
            return
        styles = self.cell_styles()
        canvas = Canvas(*self.size, styles.blank)
        self.paint(canvas, styles)
        before, self._canvas = self._canvas, canvas
        changes = canvas.changes(before)
        if changes:
            self.refresh(*changes)

    def cell_styles(self) -> Styles:
        """Return the styles for the current theme and terminal."""
        _, _, background, foreground = self.colors
        theme = self.app.current_theme
        return styles_for(
            background.rgb if background.ansi is None else (18, 18, 18) if theme.dark else (250, 250, 250),
            foreground.rgb if foreground.ansi is None else (224, 224, 224) if theme.dark else (30, 30, 30),
            theme.dark,
            theme.primary,
            painted=background.ansi is None,
            capabilities=capabilities_of(self.app),
        )

    def on_resize(self) -> None:
        self.repaint()

    def render_line(self, y: int) -> Strip:
        if y < self._canvas.height and self._canvas.width == self.size.width:
            return self._canvas.strip(y)
        return Strip.blank(self.size.width, self.cell_styles().blank)
