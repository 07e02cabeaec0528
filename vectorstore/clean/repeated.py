"""Find paragraphs that only say again what stands elsewhere in the article."""

from __future__ import annotations

import re
from collections import defaultdict

from vectorstore.clean.edit import REPEATED, Edit
from vectorstore.clean.lines import Line, lines, whole, without

GRAM = 8
"""Characters of the shortest stretch that is looked for elsewhere."""
LEAST = 180
"""Bytes of UTF-8 that a paragraph has at least to be one: 60 Chinese characters."""
STRETCH = 20
"""Characters that the stretches have at least on average."""
HEADLINE = (8, 60)
"""Characters of a headline that is looked for again, and at most."""
NEAR = 6
"""Lines below the headline that can repeat it."""
ALIVE = 50
"""Places looked at together where a stretch may go on."""

_START = re.compile(r"(?:^|[。！？!?；;…][”’」』)）]*\s*|\.[”’\"')]*\s+|[)）】\]]\s*)(?=\S)")
"""What stands before a stretch: it begins with a sentence of the other paragraph."""

Place = tuple[int, int]
"""A line, and an offset in it or the way there from the offset in another."""


def edits(text: str) -> list[Edit]:
    """Give the edits that take repeated paragraphs and headlines out."""
    held = lines(text)
    dropped = {line.start: line for line in (*_paragraphs(held), *_headlines(held))}
    return without(text, [(dropped[start], REPEATED) for start in sorted(dropped)])


def _headlines(held: list[Line]) -> list[Line]:
    first = held[0].text if held else ""
    if not HEADLINE[0] <= len(first) <= HEADLINE[1] or whole(first) or not any(map(_long, held)):
        return []
    return [line for line in held[1 : 1 + NEAR] if line.text == first]


def _paragraphs(held: list[Line]) -> list[Line]:
    """Give the paragraphs that others cover whole, the longest first: it is made of the others."""
    paragraphs = [line for line in held if _long(line)]
    if not paragraphs:
        return []
    numbers = {line.start: number for number, line in enumerate(held)}
    starts: dict[str, list[Place]] = defaultdict(list)
    for number, line in enumerate(held):
        for match in _START.finditer(line.text):
            at = match.end()
            starts[line.text[at : at + GRAM]].append((number, at))
    ahead = paragraphs[0] if _stands_ahead(held, paragraphs) else None
    gone: set[int] = set()
    for line in sorted(paragraphs, key=lambda x: (-len(x.text), x is not ahead, -x.start)):
        number = numbers[line.start]
        if _covered(number, held, starts, gone):
            gone.add(number)
    return [held[number] for number in gone]


def _stands_ahead(held: list[Line], paragraphs: list[Line]) -> bool:
    """Say whether the first paragraph is a copy of one that stands between two others."""
    first = paragraphs[0]
    inner = [line.text for line in paragraphs[2:-1]]
    return first.text in inner and held.index(first) <= NEAR


def _long(line: Line) -> bool:
    return len(line.text.encode(errors="replace")) >= LEAST and whole(line.text)


def _covered(number: int, held: list[Line], starts: dict[str, list[Place]], gone: set[int]) -> bool:
    """Say whether long stretches of other lines make up a whole line."""
    text = held[number].text
    current: set[Place] = set()
    fresh: set[Place] = set()
    stretches = 0
    for at, character in enumerate(text):
        for other, begins in starts.get(text[at : at + GRAM], ()):
            if other != number and other not in gone and len(fresh) < ALIVE:
                fresh.add((other, begins - at))
        current, fresh = (
            {(n, way) for n, way in places if held[n].text[at + way : at + way + 1] == character}
            for places in (current, fresh)
        )
        if not current:
            current, fresh = fresh, set()
            stretches += 1
        if not current:
            return False
    return stretches * STRETCH <= len(text)
