"""Turn the placed characters of a page into stretches, lines, and lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

GAP = 0.8
"""Heights of a line between two stretches that may belong to different columns."""
CELL = 2.0
"""Heights of a line between two stretches that are cells of a table."""
LOOSE = 1.45
"""Times the usual distance of lines at which a new paragraph begins."""


@dataclass(frozen=True)
class Placed:
    """A stretch of text and its box; the page's origin is at the bottom left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def has_area(self) -> bool:
        """Tell whether it is drawn: made-up spaces, and letters of odd fonts, have no box."""
        return self.right > self.left and self.top > self.bottom

    @property
    def height(self) -> float:
        """Give the height of the line."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Give the height at which the middle of the line stands."""
        return (self.top + self.bottom) / 2


Line = list[Placed]


def upright(characters: Sequence[Placed]) -> list[Placed]:
    """Turn the page so that its lines run to the right, downwards one after the other."""
    seen = [c for c in characters if c.has_area]
    moves: Counter[str] = Counter()
    for a, b in zip(seen, seen[1:], strict=False):
        x, y = b.left + b.right - a.left - a.right, 2 * (b.middle - a.middle)
        if max(abs(x), abs(y)) < 6 * a.height:
            moves[_way(x, y)] += 1
    way = max(moves, key=lambda m: moves[m], default="right")
    return list(characters) if way == "right" else [_turned(c, way) for c in characters]


def _way(x: float, y: float) -> str:
    if abs(x) > abs(y):
        return "right" if x > 0 else "left"
    return "up" if y > 0 else "down"


def _turned(c: Placed, way: str) -> Placed:
    match way:
        case "down":
            return Placed(c.text, -c.top, c.left, -c.bottom, c.right)
        case "up":
            return Placed(c.text, c.bottom, -c.right, c.top, -c.left)
        case "left":
            return Placed(c.text, -c.right, -c.top, -c.left, -c.bottom)
    return c


def joined(characters: Sequence[Placed]) -> list[Placed]:
    """Join characters that follow one another on a line without a wide gap."""
    runs: list[list[Placed]] = []
    texts: list[list[str]] = []
    space = ""
    for c in characters:
        if c.text.isspace():
            space = " "
            continue
        if runs and (not c.has_area or _goes_on(runs[-1][-1], c)):
            texts[-1] += (space, c.text)
        else:
            texts.append([c.text])
            runs.append([])
        if c.has_area or not runs[-1]:
            runs[-1].append(c)
        space = ""
    return [_around(run, "".join(text)) for run, text in zip(runs, texts, strict=True)]


def _around(run: list[Placed], text: str) -> Placed:
    return Placed(
        text,
        min(c.left for c in run),
        min(c.bottom for c in run),
        max(c.right for c in run),
        max(c.top for c in run),
    )


def _goes_on(last: Placed, c: Placed) -> bool:
    shorter = min(last.height, c.height)
    overlap = min(last.top, c.top) - max(last.bottom, c.bottom)
    return overlap > 0.5 * shorter and -0.7 * c.height < c.left - last.right < GAP * c.height


def lines(runs: Sequence[Placed]) -> list[Line]:
    """Give the runs line by line, each from left to right."""
    made: list[Line] = []
    for run in sorted(runs, key=lambda r: -r.middle):
        if made and made[-1][0].middle - run.middle < 0.5 * max(run.height, made[-1][0].height):
            made[-1].append(run)
        else:
            made.append([run])
    return [sorted(line, key=lambda r: r.left) for line in made]


def written(lines: Sequence[Line], height: float) -> str:
    """Write lines down; a wider distance, another size or an indent shows where a part begins."""
    mains = [max(line, key=lambda r: r.right - r.left) for line in lines]
    steps = [a.middle - b.middle for a, b in zip(mains, mains[1:], strict=False)]
    usual = median(steps) if steps else 0.0
    margin = Counter(round(line[0].left) for line in lines).most_common(1)[0][0]
    pieces: list[str] = []
    for number, line in enumerate(lines):
        left, before = line[0].left, lines[number - 1][0].left if number else 0.0
        if number:
            sizes = sorted((mains[number - 1].height, mains[number].height))
            far = steps[number - 1] > LOOSE * usual or sizes[1] > 1.25 * sizes[0]
            pieces.append("\n\n" if far else "\n")
        level = number > 0 and abs(before - left) < height / 2
        if not level and 1.3 * height < left - margin < 4.5 * height:
            pieces.append("\u3000\u3000")
        pieces.append(_joined(line))
    return "".join(pieces)


def _joined(line: Line) -> str:
    made = line[0].text
    for a, b in zip(line, line[1:], strict=False):
        made += ("\t" if b.left - a.right > CELL * b.height else " ") + b.text
    return made
