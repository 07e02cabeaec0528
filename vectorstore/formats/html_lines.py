"""Put the stretches of a page's text together to lines that know where they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from unicodedata import east_asian_width

from vectorstore.article import Block, OffsetMap

PARAGRAPH, LINE, CELL = "\n\n", "\n", "\t"
_RANK = {"": 0, CELL: 1, LINE: 2, PARAGRAPH: 3}


@dataclass(frozen=True)
class Line:
    """A line of a page, or a cell of a table, and where its characters stand in the source.

    `before` is what parts it from the line before, `linked` how many of its characters are links.
    """

    text: str
    offsets: OffsetMap
    before: str
    linked: int = 0
    hidden: bool = False


def stronger(a: str, b: str) -> str:
    """Give the one of two separators that parts more."""
    return max(a, b, key=_RANK.__getitem__)


@dataclass
class Lines:
    """The lines so far, and the ones that are not at their end: what is seen, what is hidden."""

    done: list[Line] = field(default_factory=list)
    _seen: _Growing = field(default_factory=lambda: _Growing())
    _hidden: _Growing = field(default_factory=lambda: _Growing())
    _before: str = PARAGRAPH
    _broken: bool = False
    _row_filled: bool = False
    _cell_lines: int = 0
    _cell_empty: bool = False

    def add(self, text: str, source: int, source_length: int, linked: bool, hidden: bool) -> None:
        """Add a stretch of text that has no white space."""
        (self._hidden if hidden else self._seen).add(text, source, source_length, linked)

    def space(self, source: int, source_length: int, wraps: bool, hidden: bool) -> None:
        """Add white space; where it `wraps` it is the end of a line of the source."""
        (self._hidden if hidden else self._seen).space = (source, source_length, wraps)

    def part(self, separator: str) -> None:
        """End the line; at the very beginning of a cell there is none to end."""
        self._end()
        if not self._cell_empty:
            self._before = stronger(self._before, separator)

    def line_break(self) -> None:
        """End the line; two in a row end the paragraph."""
        self._end()
        self._before = stronger(self._before, PARAGRAPH if self._broken else LINE)
        self._broken = True

    def row(self) -> None:
        """Begin a row of a table."""
        self._cell_empty = False
        self.part(LINE)
        self._row_filled = False

    def cell(self) -> None:
        """Begin a cell; it stands beside the one before if that is of one line."""
        self._end()
        if self._row_filled:
            self._before = CELL if self._cell_lines <= 1 else stronger(self._before, LINE)
        self._cell_lines, self._cell_empty = 0, True

    def row_end(self) -> None:
        """End a row of a table, or the table."""
        self._end()
        self._cell_empty = False

    def _end(self) -> None:
        self._keep(self._hidden, True)
        self._keep(self._seen, False)

    def _keep(self, line: _Growing, hidden: bool) -> None:
        if not line.pieces:
            line.space = None
            return
        text = "".join(line.pieces)
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        if start < end:
            offsets = OffsetMap(tuple(line.blocks)).cut(start, end)
            made = Line(text[start:end], offsets, self._before, line.linked, hidden)
            self.done.append(made)
            self._before, self._broken, self._cell_empty = "", False, False
            self._row_filled, self._cell_lines = True, self._cell_lines + 1
        line.clear()


@dataclass
class _Growing:
    """A line that is not at its end."""

    pieces: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    length: int = 0
    linked: int = 0
    space: tuple[int, int, bool] | None = None

    def add(self, text: str, source: int, source_length: int, linked: bool) -> None:
        if self.space and self.pieces and not self._is_wrap(self.space[2], text):
            self._put(" ", *self.space[:2])
        self.space = None
        self._put(text, source, source_length)
        self.linked += len(text) if linked else 0

    def clear(self) -> None:
        self.pieces, self.blocks, self.length, self.linked, self.space = [], [], 0, 0, None

    def _put(self, text: str, source: int, source_length: int) -> None:
        length = len(text)
        whole = length == source_length
        if whole and self.blocks and self._goes_on(source):
            at, before, size, _ = self.blocks[-1]
            self.blocks[-1] = (at, before, size + length, size + length)
        else:
            self.blocks.append((self.length, source, length, source_length))
        self.pieces.append(text)
        self.length += length

    def _goes_on(self, source: int) -> bool:
        _, before, size, size_there = self.blocks[-1]
        return size == size_there and before + size == source

    def _is_wrap(self, wraps: bool, text: str) -> bool:
        """Tell a line end of the source between two Chinese characters, which shows no space."""
        return wraps and _is_wide(self.pieces[-1][-1]) and _is_wide(text[0])


def _is_wide(c: str) -> bool:
    return east_asian_width(c) in "WF"
