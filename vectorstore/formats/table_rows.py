"""Cut the lines of a table into rows, also where a quote is never closed."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

_QUOTED = re.compile(r'".*"')


class Rows:
    """The rows of a table, one at a time; raises csv.Error where there is no telling them.

    A quote that is never closed swallows the rows that follow: a row that holds what looks like
    rows is read again as if the quote were a sign like any other.
    """

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self._lines = _Lines(lines)
        self._delimiter = delimiter
        self._read = csv.reader(self._lines, delimiter=delimiter)
        self._width = 0

    @property
    def at(self) -> int:
        """The number of the line that was read last."""
        return self._lines.at

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        self._lines.taken = []
        try:
            row = next(self._read)
        except csv.Error:
            if not self._is_unclosed():
                raise
            row = self._first_alone()
        else:
            if self._is_unclosed():
                row = self._first_alone()
        self._width = self._width or len(row)
        return row

    def _is_unclosed(self) -> bool:
        """Tell a quote that is never closed from a cell of several lines.

        What is quoted well is believed; else most of the lines taken in must be whole rows.
        """
        first, *later = self._lines.taken or [""]
        if not later or self._width < 2 or self._is_well_quoted():
            return False
        rows = (next(csv.reader([line], delimiter=self._delimiter), []) for line in later)
        return sum(len(row) == self._width for row in rows) * 2 >= len(later)

    def _is_well_quoted(self) -> bool:
        try:
            return bool(list(_strict(self._lines.taken, self._delimiter)))
        except csv.Error:
            return False

    def _first_alone(self) -> list[str]:
        line = self._lines.keep_first().rstrip("\r\n")
        plain = next(csv.reader([line], delimiter=self._delimiter, quoting=csv.QUOTE_NONE))
        if len(plain) != self._width:
            return next(csv.reader([line], delimiter=self._delimiter))
        return [c[1:-1].replace('""', '"') if _QUOTED.fullmatch(c) else c for c in plain]


def _strict(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, strict=True)


class _Lines:
    """Lines of which those taken last can be given again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.taken.append(line)
        self.at += 1
        return line

    def keep_first(self) -> str:
        """Give the first of the lines taken; the later ones come again."""
        first, *later = self.taken
        self._waiting.extendleft(reversed(later))
        self.at -= len(later)
        return first
