"""Turn the placed characters of a page into text in reading order, column by column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from vectorstore.clean.wrapped import WIDE
from vectorstore.formats.pdf_lines import GAP, Line, Placed, joined, lines, upright, written

FEWEST_LINES = 3
SHORTEST_LINE = 8
"""Lines of a column, and characters of them on average; less is a table or a list of labels."""
FEWEST_WORDS = 2
"""Words of them on average; fewer are words that justified lines hold far apart."""
FEWEST_ENDING = 2
ENDING_LINE = 10
"""Lines of a column, and words of them on average (in Chinese characters), at a text's end."""
FULL = 0.85
FULL_LINES = 0.4
"""How full a line of a column is, and how many are: cells of a table are of any length."""

_WORD = re.compile(rf"[{WIDE}]|[^\s{WIDE}]+")

Gaps = list[tuple[float, float]]


@dataclass(frozen=True)
class _Block:
    """Stretches read line by line; one that `flows` goes on from the column before it."""

    runs: list[Placed]
    flows: bool = False


def text(characters: Sequence[Placed]) -> str:
    """Give the text of a page; characters without a box are spaces between their neighbours."""
    runs = joined(upright(characters))
    if not runs:
        return ""
    height = median(run.height for run in runs)
    page = ""
    for block in _blocks(runs, height, True):
        parted = "\n" if block.flows else "\n\n"
        page += (parted if page else "") + written(lines(block.runs), height)
    return page


def _blocks(runs: list[Placed], height: float, whole_page: bool = False) -> list[_Block]:
    """Cut a page where the columns of a part of it begin and end."""
    left, right = min(r.left for r in runs), max(r.right for r in runs)
    made: list[_Block] = []
    plain: list[Placed] = []
    for group, gaps in _groups(_rows(runs), left, right, height, whole_page):
        columns = _columns(group, gaps)
        if not columns:
            plain += group
            continue
        if plain:
            made.append(_Block(plain))
            plain = []
        for number, column in enumerate(columns):
            first, *rest = _blocks(column, height)
            made += [replace(first, flows=number > 0), *rest]
    return [*made, _Block(plain)] if plain else made


def _columns(runs: list[Placed], gaps: Gaps) -> list[list[Placed]]:
    """Give what stands on the two sides of a gap between columns; nothing when there is none."""
    for start, end in gaps:
        at = (start + end) / 2
        sides = [r for r in runs if r.right <= at], [r for r in runs if r.left >= at]
        if all(map(_is_column, sides)) or _flows(*map(lines, sides)):
            return list(sides)
    return []


def _flows(left: list[Line], right: list[Line]) -> bool:
    """Tell the few lines at the end of a text, all full but the last, shared out to columns."""
    if min(len(left), len(right)) < FEWEST_ENDING or len(left) < len(right):
        return False
    full = [*_reaching(left), *_reaching(right)]
    runs = [run for line in (*left, *right) for run in line]
    return all(full[:-1]) and _words(runs) >= ENDING_LINE * len(full)


def _reaching(column: list[Line]) -> list[bool]:
    """Say of each line whether it ends where the column does."""
    runs = [run for line in column for run in line]
    edge = max(r.right for r in runs) - (1 - FULL) * _width(runs)
    return [max(r.right for r in line) > edge for line in column]


def _rows(runs: Sequence[Placed]) -> list[Line]:
    """Give the runs that stand beside one another, from the top; columns may be out of step."""
    rows: list[Line] = []
    floor = 0.0
    for run in sorted(runs, key=lambda r: -r.top):
        bottom, top = run.bottom + run.height / 4, run.top - run.height / 4
        if rows and top > floor:
            rows[-1].append(run)
            floor = min(floor, bottom)
        else:
            rows.append([run])
            floor = bottom
    return rows


def _groups(
    rows: list[Line], left: float, right: float, height: float, whole_page: bool
) -> list[tuple[Line, Gaps]]:
    """Join rows that leave the same gap free; a head or foot that stands apart is none of them.

    Rows that have gaps inside must share one of those: an indent and the margin beside a centred
    line are no columns.
    """
    made: list[tuple[Line, Gaps]] = []
    for number, row in enumerate(rows):
        gaps = _gaps(row, left, right, height)
        if whole_page and _stands_apart(rows, number, height):
            gaps = []
        held, before = made[-1] if made else ([], [])
        shared = _shared(before, gaps, height)
        if _inner([*before, *gaps], left, right) and not _inner(shared, left, right):
            shared = []
        if shared or (made and not gaps and not before):
            held.extend(row)
            made[-1] = held, shared
        else:
            made.append((list(row), gaps))
    return made


def _stands_apart(rows: list[Line], number: int, height: float) -> bool:
    if len(rows[number]) > 2 or len(rows) < 2 or number not in (0, len(rows) - 1):
        return False
    upper, lower = (rows[0], rows[1]) if number == 0 else (rows[-2], rows[-1])
    return min(r.bottom for r in upper) - max(r.top for r in lower) > height


def _gaps(row: Line, left: float, right: float, height: float) -> Gaps:
    """Give the stretches of a row that hold nothing."""
    gaps, at = [], left
    for run in sorted(row, key=lambda r: r.left):
        if run.left - at > GAP * height:
            gaps.append((at, run.left))
        at = max(at, run.right)
    return [*gaps, (at, right)] if right - at > GAP * height else gaps


def _shared(some: Gaps, others: Gaps, height: float) -> Gaps:
    both = [(max(a, c), min(b, d)) for a, b in some for c, d in others]
    return [(a, b) for a, b in both if b - a > GAP * height]


def _inner(gaps: Gaps, left: float, right: float) -> Gaps:
    """Give the gaps between stretches, not those to the margins."""
    return [(a, b) for a, b in gaps if a > left and b < right]


def _is_column(runs: list[Placed]) -> bool:
    """Tell lines of running text, most as wide as the column, from cells and labels."""
    found = lines(runs)
    if len(found) < FEWEST_LINES or sum(len(r.text) for r in runs) < SHORTEST_LINE * len(found):
        return False
    if _words(runs) < FEWEST_WORDS * len(found):
        return False
    full = sum(_width(line) > FULL * _width(runs) for line in found)
    return full >= FULL_LINES * len(found)


def _words(runs: list[Placed]) -> int:
    return sum(len(_WORD.findall(run.text)) for run in runs)


def _width(runs: list[Placed]) -> float:
    return max(r.right for r in runs) - min(r.left for r in runs)
