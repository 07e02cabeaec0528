"""The question stays, and another passage stands beside it: rows that do not answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from rag.reader.lessons import Lesson
from rag.reader.row import NARROW, WIDE, Row, Titled, says_any, window
from vectorstore.split import sentences


def found_by_search(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    """Take a passage that the search found, most often one of the first."""
    if not found:
        return None
    title, text = found[min(int(draw.expovariate(0.4)), len(found) - 1)]
    return Row(lesson.question, title, text)


def elsewhere(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    """Cut any part of the article that does not say the answer."""
    spans = sentences(lesson.text)
    first = draw.randrange(len(spans))
    last, wanted = first, draw.randint(NARROW, WIDE)
    while last < len(spans) - 1 and spans[last][1] - spans[first][0] < wanted:
        last += 1
    text = lesson.text[spans[first][0] : spans[last][1]]
    if says_any(lesson.answers, text):
        return without(lesson, right, found, draw)
    return Row(lesson.question, lesson.title, text)


def without(lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random) -> Row | None:
    """Leave out of the passage what says the answer."""
    kept = [
        right.text[a:b]
        for a, b in sentences(right.text)
        if (b <= right.start or right.end <= a) and not says_any(lesson.answers, right.text[a:b])
    ]
    return Row(lesson.question, lesson.title, "".join(kept)) if kept else None


def sibling(lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random) -> Row | None:
    """Cut the passage around the answer to another question about the same article."""
    if not lesson.others:
        return None
    start, end = draw.choice(lesson.others)
    passage = window(replace(lesson, start=start, end=end), draw)
    return None if says_any(lesson.answers, passage.text) else replace(passage, start=0, end=0)
