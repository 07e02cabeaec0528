"""A question beside a passage, to train on, and how passages are cut out for it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.reader.lessons import Lesson
from vectorstore.script import fold
from vectorstore.split import sentences

Titled = tuple[str, str]
"""The title of an article and the text of one of its passages."""

NARROW, WIDE = 40, 216
"""Characters of a passage that is cut out for training, from and to."""

SHORT = 60
"""Characters of a sentence that is put beside a passage, at most."""


@dataclass(frozen=True)
class Row:
    """A question and a passage; `text[start:end]` answers it, or nothing does (both are 0)."""

    question: str
    title: str
    text: str
    start: int = 0
    end: int = 0

    @property
    def answers(self) -> bool:
        """Whether the passage answers the question."""
        return self.end > 0


def window(lesson: Lesson, draw: random.Random) -> Row:
    """Cut a passage of whole sentences around the answer, of any width."""
    spans = sentences(lesson.text)
    first = max((i for i, s in enumerate(spans) if s[0] <= lesson.start), default=0)
    last = min((i for i, s in enumerate(spans) if s[1] >= lesson.end), default=len(spans) - 1)
    first, last = min(first, last), max(first, last)
    wanted = draw.randint(NARROW, WIDE)
    while spans[last][1] - spans[first][0] < wanted and (first or last < len(spans) - 1):
        if first and (last == len(spans) - 1 or draw.random() < 0.5):
            first -= 1
        else:
            last += 1
    at = min(spans[first][0], lesson.start)
    text = lesson.text[at : max(spans[last][1], lesson.end)]
    return Row(lesson.question, lesson.title, text, lesson.start - at, lesson.end - at)


def joined(right: Row, sentence: str, draw: random.Random) -> Row:
    """Put a sentence behind a passage, or in front of it."""
    if draw.random() < 0.5:
        return replace(right, text=right.text + sentence)
    by = len(sentence)
    return replace(right, text=sentence + right.text, start=right.start + by, end=right.end + by)


def short_sentences(text: str) -> list[str]:
    """Give the sentences of a text that are short enough to stand beside a passage."""
    return [text[a:b] for a, b in sentences(text) if b - a <= SHORT]


def says_any(answers: Sequence[str], text: str) -> bool:
    """Tell whether a text says one of the answers."""
    folded = fold(text)
    return any(fold(answer) in folded for answer in answers)


def pairs(text: str) -> set[str]:
    """Give the pairs of characters of a text."""
    return {text[i : i + 2] for i in range(len(text) - 1)}
