"""The passage stays, and something else is asked of it: rows that do not answer."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from rag.reader.lessons import Lesson
from rag.reader.relations import RELATIONS
from rag.reader.row import Row, Titled, joined, pairs, short_sentences
from vectorstore.script import converted, fold

_NUMBER = re.compile(r"\d+")
_LIFE = re.compile(r"\d[^,。;]{0,12}[-－—–~～至][^,。;]{0,8}\d")
"""Two dates with a dash between them, which tell a beginning and an end without a word."""


def renumbered(
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


def renamed(lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random) -> Row | None:
    """Ask about the subject of another article instead of the one that the passage names."""
    others = [title for title, _ in _strangers(lesson, right, found)]
    if not others:
        return None
    question = lesson.question.replace(lesson.title, draw.choice(others))
    return replace(right, question=question, start=0, end=0)


def confused(
    lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random
) -> Row | None:
    """Ask about the subject of a sentence beside the passage what only the passage answers."""
    asked = pairs(lesson.question.replace(lesson.title, ""))
    beside = [
        (title, sentence)
        for title, text in _strangers(lesson, right, found)
        for sentence in short_sentences(text)
        if title in sentence and not asked & pairs(sentence.replace(title, ""))
    ]
    if not beside:
        return None
    title, sentence = draw.choice(beside)
    question = lesson.question.replace(lesson.title, title)
    return replace(joined(right, sentence, draw), question=question, start=0, end=0)


def opposed(lesson: Lesson, right: Row, found: Sequence[Titled], draw: random.Random) -> Row | None:
    """Ask for something of the same kind that the article does not speak of."""
    asked, article = converted(lesson.question, "t2s"), fold(lesson.text)
    if len(asked) != len(lesson.question):
        return None
    changes = [
        (one[0], other[0])
        for kind in RELATIONS
        for one in _longest([one for one in kind if one[0] in asked])
        for other in kind
        if other != one and not any(fold(word) in article for word in other)
    ]
    if not changes or _LIFE.search(fold(right.text)):
        return None
    said, other = draw.choice(changes)
    at = asked.find(said)
    new = other if asked == lesson.question else converted(other, "s2t")
    question = lesson.question[:at] + new + lesson.question[at + len(said) :]
    return replace(right, question=question, start=0, end=0)


def _longest(asked: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Leave out words that are part of longer ones: of 副校长 the 校长."""
    return [one for one in asked if not any(one[0] in o[0] for o in asked if o != one)]


def _strangers(lesson: Lesson, right: Row, found: Sequence[Titled]) -> list[Titled]:
    """Give the passages found of which neither the question nor the passage says the title."""
    name = lesson.title
    if len(name) < 2 or name not in lesson.question or name not in right.text:
        return []
    return [(t, text) for t, text in found if len(t) > 1 and t not in name + right.text]
