"""Tell which lines were ended by the width of a page and not by their writer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FEWEST = 4
"""Lines broken in mid-sentence that a block, or else a text, must have to show its width."""
NARROWEST, WIDEST = 20, 160
"""Columns that a page can be wide; a Chinese character takes two."""
FEWEST_EVEN = 2
"""The same where each is as wide as the others, and one more line that ends a sentence is."""
EVEN = 4
"""Columns or characters by which such lines may differ."""
FULL = 0.8
"""Share of the lines broken in mid-sentence that must be full for the width to be the reason."""
FULL_SMALL = 0.7
"""The same where most go on in small letters: of such letters, a line holds now more, now fewer."""
MARKED = 0.7
"""Share of such lines that may end with a comma, and that may show no sign of prose."""

WIDE = "\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
_WIDE = re.compile(f"[{WIDE}\U00020000-\U0003ffff]")
_WIDE_MARKS = re.compile("[“”‘’…—·]")
_INNER_MARK = re.compile(r"[，。、；：！？,;:!?]|\.(?=\s)")
_FIRST_WORD = re.compile(
    rf"[“‘「『（《〈【]*(?:[^\s{WIDE}“‘”’…—]+|.)[，。、；：！？”’」』）》…,.;:!?)]*"
)


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
    indent: str = ""

    def goes_on(self, pair: Pair, indent: str) -> bool:
        """Say whether the paragraph goes on after a full line, though a sentence ends there.

        `indent` is what the second line is set in by.
        """
        spare = self.measure("中。")
        fits = self.measure(pair.indent + pair.first) <= self.width + spare
        return fits and len(indent) <= len(self.indent) and self.is_full(pair)

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


def even_page_of(pairs: Sequence[Pair], broken: Sequence[Pair]) -> Page | None:
    """Give the page of a few lines, those in mid-sentence all `broken` at the same width."""
    if len(broken) < FEWEST_EVEN or len(pairs) <= FEWEST_EVEN:
        return None
    page = page_of(broken, FEWEST_EVEN)
    if not page or not all(map(page.is_full, broken)):
        return None
    full = [page.measure(p.indent + p.first) for p in pairs if page.is_full(p)]
    return page if len(full) > FEWEST_EVEN and max(full) - min(full) <= EVEN else None


def page_of(pairs: Sequence[Pair], fewest: int = FEWEST) -> Page | None:
    """Give the page that these lines, all broken in mid-sentence, were broken by; None if none.

    Prose has marks inside its lines and only now and then at their end, and goes on in small
    letters; verse and lists do not.
    """
    if len(pairs) < fewest:
        return None
    ends = sum(pair.first[-1:] in "，、,;；" for pair in pairs)
    inside = sum(bool(_INNER_MARK.search(pair.first[:-1])) for pair in pairs)
    small = sum(pair.second[:1].islower() for pair in pairs)
    if ends > len(pairs) * MARKED or max(inside, small) < len(pairs) * (1 - MARKED):
        return None
    full = FULL if 2 * small < len(pairs) else FULL_SMALL
    outer = min((pair.indent for pair in pairs), key=len)
    for measure in (columns, len):
        widths = sorted(measure(p.indent + p.first) for p in pairs if p.indent == outer)
        page = Page(widths[len(widths) * 9 // 10], measure, outer)
        narrow = NARROWEST if measure is columns else NARROWEST // 2
        if not narrow <= page.width <= WIDEST or widths[-1] > page.width + 12:
            continue
        if sum(map(page.is_full, pairs)) >= len(pairs) * full:
            return page
    return None
