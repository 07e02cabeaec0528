"""Training questions, each with the article that answers it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Lesson:
    """A question and `text[start:end]`, its answer, in an article.

    `others` is where the article answers its other questions.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    title: str
    text: str
    start: int
    end: int
    others: tuple[tuple[int, int], ...] = ()


def lessons(folder: Path) -> list[Lesson]:
    """Read `corpus.jsonl` and `questions.train.jsonl` of a question set."""
    articles = {a["id"]: a for a in _lines(folder / "corpus.jsonl")}
    questions = [(q, q["support"][0]) for q in _lines(folder / "questions.train.jsonl")]
    questions = [(q, support) for q, support in questions if support["start"] is not None]
    places = defaultdict(set)
    for _, support in questions:
        places[support["doc"]].add((support["start"], support["end"]))
    made = []
    for q, support in questions:
        article, place = articles[support["doc"]], (support["start"], support["end"])
        made.append(
            Lesson(
                id=q["id"],
                question=q["question"],
                answers=tuple(q["answers"]),
                title=article["title"],
                text=article["text"],
                start=place[0],
                end=place[1],
                others=tuple(sorted(places[support["doc"]] - {place})),
            )
        )
    return made


def _lines(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
