"""A training question becomes rows: its passage and some that do not answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from rag.reader.dirt import soiled
from rag.reader.lessons import Lesson
from rag.reader.other_passages import elsewhere, found_by_search, sibling, without
from rag.reader.other_questions import confused, opposed, renamed, renumbered
from rag.reader.row import Row, Titled, joined, short_sentences, window
from vectorstore.script import converted

TITLED = 0.6
"""Share of passages that are read with their title in front."""

BESIDE = 0.25
"""Share of passages that answer which stand beside a sentence about something alike."""

WRONG = 4
"""Rows that do not answer, at most; the training takes the one it finds hardest."""

OTHER_SCRIPT = 0.15
"""Share of questions, and of passages, that are turned into the other script."""

SOILED = 0.1
"""Share of passages that are dirty."""

KINDS = (
    *[found_by_search] * 5,
    *[opposed] * 8,
    *[without, sibling] * 4,
    *[elsewhere, renumbered, renamed, confused] * 2,
)
"""What does not answer, as often as it is drawn."""


def drawn(
    lesson: Lesson, found: Sequence[Titled], draw: random.Random
) -> tuple[Row, tuple[Row, ...]]:
    """Give a row that answers and, for the same question or one near it, some that do not.

    Of the passages that answer, some stand beside a sentence about something alike.
    """
    titled = draw.random() < TITLED
    right = window(lesson, draw)
    kinds = draw.sample(KINDS, len(KINDS))
    made = (kind(lesson, right, found, draw) for kind in kinds)
    wrong = list(islice(dict.fromkeys(row for row in made if row), WRONG))
    wrong = wrong or [Row(lesson.question, lesson.title, lesson.title)]
    rows = [_beside(right, found, draw), *wrong]
    if not titled:
        rows = [replace(row, title="") for row in rows]
    first, *others = (_rewritten(row, draw) for row in rows)
    return first, tuple(others)


def _beside(right: Row, found: Sequence[Titled], draw: random.Random) -> Row:
    """Put a sentence that the search found in front of a passage, or behind it, now and then."""
    if not found or draw.random() >= BESIDE:
        return right
    _, text = draw.choice(found)
    other = short_sentences(text)
    return joined(right, draw.choice(other), draw) if other else right


def _rewritten(row: Row, draw: random.Random) -> Row:
    """Turn the question, or the passage, into the other script, or soil it, now and then."""
    if draw.random() < OTHER_SCRIPT:
        row = replace(row, question=_other(row.question))
    if draw.random() < OTHER_SCRIPT:
        text = _other(row.text)
        if len(text) == len(row.text):
            row = replace(row, text=text, title=_other(row.title))
    return soiled(row, draw) if draw.random() < SOILED else row


def _other(text: str) -> str:
    simplified = converted(text, "t2s")
    return simplified if simplified != text else converted(text, "s2t")
