"""Find paragraphs that only say again what stands elsewhere in the article."""

from __future__ import annotations

from collections import Counter

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
    told = Counter(gram for line in held for gram in _grams(line.text))
    ahead = paragraphs[0] if _stands_ahead(held, paragraphs) else None
    made: list[Line] = []
    for line in sorted(paragraphs, key=lambda x: (-len(x.text), x is not ahead, -x.start)):
        if _covered(line.text, told):
            told.subtract(_grams(line.text))
            made.append(line)
    return made


def _stands_ahead(held: list[Line], paragraphs: list[Line]) -> bool:
    """Say whether the first paragraph is a copy of one that stands between two others."""
    first = paragraphs[0]
    inner = [line.text for line in paragraphs[2:-1]]
    return first.text in inner and held.index(first) <= NEAR


def _long(line: Line) -> bool:
    return len(line.text.encode(errors="replace")) >= LEAST and whole(line.text)


def _grams(text: str) -> set[str]:
    return {text[i : i + GRAM] for i in range(len(text) - GRAM + 1)}


def _covered(text: str, told: Counter[str]) -> bool:
    """Say whether long stretches of other lines make up a whole text."""
    end = stretches = 0
    running = False
    for at in range(len(text) - GRAM + 1):
        known = told[text[at : at + GRAM]] > 1
        if known:
            stretches += not running
            end = at + GRAM
        elif at >= end:
            return False
        running = known
    return end == len(text) and stretches * STRETCH <= len(text)
