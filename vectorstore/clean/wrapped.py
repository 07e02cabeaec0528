"""Tell which lines were ended by the width of a page and not by their writer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FEWEST = 4
"""Lines broken in mid-sentence that a block, or else a text, must have to show its width."""
NARROWEST, WIDEST = 20, 160
"""Columns that a page can be wide; a Chinese character takes two."""
FULL = 0.8
"""Share of the lines broken in mid-sentence that must be full for the width to be the reason."""
MARKED = 0.7
"""Share of such lines that may end with a comma, and that may have no mark inside."""

WIDE = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
_WIDE = re.compile(f"[{WIDE}\U00020000-\U0003ffff]")
_WIDE_MARKS = re.compile("[“”‘’…—·]")
_INNER_MARK = re.compile(r"[，。、；：！？,;:!?]|\.(?=\s)")
_FIRST_WORD = re.compile(rf"[^\s{WIDE}]+|.[，。、；：！？”’」』）》…,.;:!?)]*")


@dataclass(frozen=True)
class Pair:
    """Two neighbouring lines, and the white space that the first is set in by."""

    first: str
    second: str
    indent: str = ""


@dataclass(frozen=True)
class Page:
    """The width of a page, in what `measure` counts: columns, or characters."""

    width: int
    measure: Callable[[str], int]

    def is_full(self, pair: Pair) -> bool:
        """Say whether the second line's first word had no room on the first."""
        word = _FIRST_WORD.match(pair.second)
        room = self.measure(word.group()) if word else 0
        spare = self.measure("中") if _WIDE.search(pair.first[-1:] + pair.second[:1]) else 1
        return self.measure(pair.indent + pair.first) + room + spare > self.width


def columns(line: str) -> int:
    """Give how many columns a line takes on a page."""
    wide = len(_WIDE.findall(line))
    return len(line) + wide + (len(_WIDE_MARKS.findall(line)) if wide else 0)


def page_of(pairs: Sequence[Pair]) -> Page | None:
    """Give the page that these lines, all broken in mid-sentence, were broken by; None if none.

    Prose has marks inside its lines and only now and then at their end; verse and lists do not.
    """
    if len(pairs) < FEWEST:
        return None
    ends = sum(pair.first[-1:] in "，、,;；" for pair in pairs)
    inside = sum(bool(_INNER_MARK.search(pair.first[:-1])) for pair in pairs)
    if ends > len(pairs) * MARKED or inside < len(pairs) * (1 - MARKED):
        return None
    outer = min((pair.indent for pair in pairs), key=len)
    for measure in (columns, len):
        widths = sorted(measure(p.indent + p.first) for p in pairs if p.indent == outer)
        page = Page(widths[len(widths) * 9 // 10], measure)
        narrow = NARROWEST if measure is columns else NARROWEST // 2
        if not narrow <= page.width <= WIDEST or widths[-1] > page.width + 12:
            continue
        if sum(map(page.is_full, pairs)) >= len(pairs) * FULL:
            return page
    return None
