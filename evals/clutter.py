"""Turn clean paragraphs into a page as it is printed or scraped: broken lines, menus, heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from evals.clutter_lines import CAPTIONS, FORMATS, HEADS, MENUS, SIMPLIFIED, SOURCES, TAILS
from evals.harm import HAN, Damage, inserted

_UNIT = re.compile(r"[!-~]+(?: [!-~]+)*|.", re.DOTALL)
_HANGING = "，。、；：？！”’」』）》〉…—%"
_OPENING = "“‘「『（《〈"
_BREAKABLE = re.compile(rf"(?<=[{HAN}])(?=[{HAN}0-9])")
INDENT = "\u3000\u3000"


def broken(paragraph: str, width: int) -> str:
    """Break a paragraph into lines of `width` characters; a letter counts half.

    Words and numbers stay whole, a closing mark hangs at the end of its line, an opening one goes
    to the next.
    """
    lines, line, length = [], "", 0.0
    for unit in _UNIT.findall(paragraph):
        size = sum(0.5 if c < "\x7f" else 1.0 for c in unit)
        full = line.strip("\u3000") and length + size > width
        if full and unit[0] not in _HANGING and unit != " " and not line.endswith(" "):
            kept = line.rstrip(_OPENING)
            lines.append(kept)
            line = line[len(kept) :]
            length = float(len(line))
        line += unit
        length += size
    return "\n".join((*lines, line))


def lines_of_one(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Break one paragraph into lines of a fixed width."""
    return Damage(broken(paragraphs[0], draw.randint(20, 38)), paragraphs[0])


def lines_indented(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Break paragraphs that begin with two ideographic spaces into lines of a fixed width."""
    width = draw.randint(20, 38)
    begun = [INDENT + p for p in paragraphs]
    return Damage("\n".join(broken(p, width) for p in begun), "\n".join(begun))


def lines_apart(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Break paragraphs that are a blank line apart into lines of a fixed width."""
    width = draw.randint(20, 38)
    return Damage("\n\n".join(broken(p, width) for p in paragraphs), "\n\n".join(paragraphs))


def columns(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Put a blank line in mid-sentence, as where a column of a newspaper ends."""
    clean = "\n".join(paragraphs)
    places = [m.start() for m in _BREAKABLE.finditer(clean)]
    if not places:
        return None
    chosen = sorted(draw.sample(places, min(len(places), draw.randint(1, 4))))
    return Damage(inserted(clean, chosen, ["\n\n"] * len(chosen)), clean)


def windows_ends(paragraphs: Sequence[str], draw: Random) -> Damage:
    """End lines with a carriage return and a line feed."""
    return Damage("\r\n".join(paragraphs), "\n".join(paragraphs))


def windows_lines(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Break indented paragraphs into lines that end with carriage return and line feed."""
    made = lines_indented(paragraphs, draw)
    return Damage(made.text.replace("\n", "\r\n"), made.clean)


def menus(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Put lines of a site's menu before the article."""
    return _surrounded(paragraphs, _some(MENUS, paragraphs, draw, 5), [])


def tails(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Put what sites print below an article after it."""
    return _surrounded(paragraphs, [], _some(TAILS, paragraphs, draw, 5))


def sourced(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Put lines with source, date and author before the article."""
    return _surrounded(paragraphs, _some(SOURCES, paragraphs, draw, 2), [])


def captions(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Put captions and credits of pictures between the paragraphs."""
    lines = list(paragraphs)
    for line in _some(CAPTIONS, paragraphs, draw, 2):
        lines.insert(draw.randint(1, len(lines)), line)
    return Damage("\n".join(lines), "\n".join(paragraphs))


def repeated_lead(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Put a copy of the first or second paragraph before the article."""
    return _surrounded(paragraphs, [draw.choice(paragraphs[:2])], [])


def pages(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Print a paragraph a page, below a running head and above the number of the page."""
    return Damage("\f".join(_printed(paragraphs, draw)), "\n".join(paragraphs))


def pages_cut(paragraphs: Sequence[str], draw: Random) -> Damage:
    """Print pages that end in mid-sentence."""
    whole = "\n".join(paragraphs)
    places = [m.start() for m in _BREAKABLE.finditer(whole)]
    cuts = sorted(draw.sample(places, min(len(places), 3)))
    parts = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    return Damage("\f".join(_printed(parts, draw)), whole)


def _printed(parts: Sequence[str], draw: Random) -> Iterator[str]:
    script = _script(parts)
    head, form = draw.choice(HEADS[script]), draw.choice(FORMATS[script])
    first = draw.randint(1, 40)
    for number, part in enumerate(parts, start=first):
        yield f"{head}\n{part}\n{form.format(n=number, all=first + len(parts))}\n"


def _surrounded(paragraphs: Sequence[str], before: Sequence[str], after: Sequence[str]) -> Damage:
    return Damage("\n".join((*before, *paragraphs, *after)), "\n".join(paragraphs))


def _some(
    lines: Sequence[Sequence[str]], paragraphs: Sequence[str], draw: Random, most: int
) -> list[str]:
    return draw.sample(lines[_script(paragraphs)], draw.randint(1, most))


def _script(paragraphs: Sequence[str]) -> int:
    """Give 0 for simplified characters, 1 for traditional ones."""
    return 0 if SIMPLIFIED & set("".join(paragraphs)) else 1
