"""Training questions, each with the article that answers it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Lesson:
    """A question and `text[start:end]`, its answer, in an article."""

    id: str
    question: str
    answers: tuple[str, ...]
    title: str
    text: str
    start: int
    end: int


def lessons(folder: Path) -> list[Lesson]:
    """Read `corpus.jsonl` and `questions.train.jsonl` of a question set."""
    articles = {a["id"]: a for a in _lines(folder / "corpus.jsonl")}
    made = []
    for q in _lines(folder / "questions.train.jsonl"):
        support = q["support"][0]
        article = articles[support["doc"]]
        if support["start"] is None:
            continue
        made.append(
            Lesson(
                id=q["id"],
                question=q["question"],
                answers=tuple(q["answers"]),
                title=article["title"],
                text=article["text"],
                start=support["start"],
                end=support["end"],
            )
        )
    return made


def _lines(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
