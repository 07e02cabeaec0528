"""A training question becomes rows: its passage and some that do not answer."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rag.reader.lessons import Lesson
from rag.reader.lookalikes import Titled
from vectorstore.script import converted, fold
from vectorstore.split import sentences

NARROW, WIDE = 40, 216
"""Characters of a passage that is cut out for training, from and to."""

TITLED = 0.6
"""Share of passages that are read with their title in front."""

BESIDE = 0.25
"""Share of passages that answer which stand beside a sentence about something alike."""

LONGEST_BESIDE = 60
"""Characters of such a sentence."""

WRONG = 4
"""Rows that do not answer, at most; the training takes the one it finds hardest."""

OTHER_SCRIPT = 0.15
"""Share of questions, and of passages, that are turned into the other script."""

_NUMBER = re.compile(r"\d+")


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


def drawn(
    lesson: Lesson, found: Sequence[Titled], draw: random.Random
) -> tuple[Row, tuple[Row, ...]]:
    """Give a row that answers and, for the same question or one a word away, some that do not.

    What does not answer is a passage that the search found (most often), the passage without the
    sentence that answers, what answers another question about the same article, any other part of
    it, or the passage itself when a number or the name in the question is changed, also to a name
    that stands in a sentence beside it. Of the passages that answer, some stand beside a sentence
    about something alike.
    """
    titled = draw.random() < TITLED
    right = _window(lesson, draw)
    kinds = [_found] * 6 + [_without, _sibling] * 4
    kinds += [_elsewhere, _renumbered, _renamed, _confused] * 2
    draw.shuffle(kinds)
    made = (kind(lesson, right, found, draw) for kind in kinds)
    wrong = list(islice(dict.fromkeys(row for row in made if row), WRONG))
    wrong = wrong or [Row(lesson.question, lesson.title, lesson.title)]
    rows = [_beside(right, found, draw), *wrong]
    if not titled:
        rows = [replace(row, title="") for row in rows]
    first, *others = (_rewritten(row, draw) for row in rows)
    return first, tuple(others)


def _window(lesson: Lesson, draw: random.Random) -> Row:
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


def _beside(right: Row, found: Sequence[Titled], draw: random.Random) -> Row:
    """Put a sentence that the search found in front of a passage, or behind it, now and then."""
    if not found or draw.random() >= BESIDE:
        return right
    _, text = draw.choice(found)
    other = _short(text)
    return _joined(right, draw.choice(other), draw) if other else right


def _joined(right: Row, sentence: str, draw: random.Random) -> Row:
    """Put a sentence behind a passage, or in front of it."""
    if draw.random() < 0.5:
        return replace(right, text=right.text + sentence)
    by = len(sentence)
    return replace(right, text=sentence + right.text, start=right.start + by, end=right.end + by)


def _found(lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random) -> Row | None:
    if not found:
        return None
    title, text = found[min(int(draw.expovariate(0.4)), len(found) - 1)]
    return Row(lesson.question, title, text)


def _elsewhere(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    spans = sentences(lesson.text)
    first = draw.randrange(len(spans))
    last, wanted = first, draw.randint(NARROW, WIDE)
    while last < len(spans) - 1 and spans[last][1] - spans[first][0] < wanted:
        last += 1
    text = lesson.text[spans[first][0] : spans[last][1]]
    if _says_answer(lesson, text):
        return _without(lesson, right, found, draw)
    return Row(lesson.question, lesson.title, text)


def _without(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    kept = [
        right.text[a:b]
        for a, b in sentences(right.text)
        if (b <= right.start or right.end <= a) and not _says_answer(lesson, right.text[a:b])
    ]
    return Row(lesson.question, lesson.title, "".join(kept)) if kept else None


def _sibling(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    """Cut the passage around the answer to another question about the same article."""
    if not lesson.others:
        return None
    start, end = draw.choice(lesson.others)
    passage = _window(replace(lesson, start=start, end=end), draw)
    return None if _says_answer(lesson, passage.text) else replace(passage, start=0, end=0)


def _renumbered(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    """Ask for another number than the one that the passage is about."""
    said = {m.group() for m in _NUMBER.finditer(right.text)}
    shared = [m for m in _NUMBER.finditer(lesson.question) if m.group() in said]
    if not shared:
        return None
    number = draw.choice(shared)
    digits = number.group()
    near = str(max(int(digits) + draw.choice([-11, -7, -3, -2, -1, 1, 2, 3, 5, 10]), 1))
    if near in said or near == digits:
        return None
    question = lesson.question[: number.start()] + near + lesson.question[number.end() :]
    return replace(right, question=question, start=0, end=0)


def _renamed(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    """Ask about the subject of another article instead of the one that the passage names."""
    others = [title for title, _ in _strangers(lesson, right, found)]
    if not others:
        return None
    question = lesson.question.replace(lesson.title, draw.choice(others))
    return replace(right, question=question, start=0, end=0)


def _confused(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    """Ask about the subject of a sentence beside the passage what only the passage answers."""
    asked = _pairs(lesson.question.replace(lesson.title, ""))
    beside = [
        (title, sentence)
        for title, text in _strangers(lesson, right, found)
        for sentence in _short(text)
        if title in sentence and not asked & _pairs(sentence.replace(title, ""))
    ]
    if not beside:
        return None
    title, sentence = draw.choice(beside)
    question = lesson.question.replace(lesson.title, title)
    return replace(_joined(right, sentence, draw), question=question, start=0, end=0)


def _strangers(lesson: Lesson, right: Row, found: Sequence[Titled]) -> list[Titled]:
    """Give the passages found of which neither the question nor the passage says the title."""
    name = lesson.title
    if len(name) < 2 or name not in lesson.question or name not in right.text:
        return []
    return [(t, text) for t, text in found if len(t) > 1 and t not in name + right.text]


def _says_answer(lesson: Lesson, text: str) -> bool:
    folded = fold(text)
    return any(fold(answer) in folded for answer in lesson.answers)


def _short(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text) if b - a <= LONGEST_BESIDE]


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _rewritten(row: Row, draw: random.Random) -> Row:
    """Turn the question, or the passage, into the other script now and then."""
    if draw.random() < OTHER_SCRIPT:
        row = replace(row, question=_other(row.question))
    if draw.random() < OTHER_SCRIPT:
        text = _other(row.text)
        if len(text) == len(row.text):
            row = replace(row, text=text, title=_other(row.title))
    return row


def _other(text: str) -> str:
    simplified = converted(text, "t2s")
    return simplified if simplified != text else converted(text, "s2t")
