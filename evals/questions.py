"""Read a question set into plain values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorstore.errors import WenjuError


class QuestionSetError(WenjuError):
    """A question set that cannot be read."""


@dataclass(frozen=True)
class Support:
    """Where an answer stands: offsets into the source text of article `doc`, None when unknown."""

    doc: str
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Question:
    """One question with its gold answers; unanswerable ones have neither answers nor support.

    `earlier` are the questions asked before it in the same conversation, oldest first.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    support: tuple[Support, ...]
    kind: str
    earlier: tuple[str, ...] = ()


def read_questions(path: Path) -> list[Question]:
    """Read a JSON Lines question set. Raises QuestionSetError naming the line at fault."""
    try:
        with path.open(encoding="utf-8") as lines:
            return list(_parsed(lines, path))
    except (OSError, UnicodeDecodeError) as exc:
        raise QuestionSetError(f"The question set {path} cannot be read ({exc}).") from exc


def _parsed(lines: Iterator[str], path: Path) -> Iterator[Question]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _question(json.loads(line))
            except (ValueError, KeyError, TypeError) as exc:
                raise QuestionSetError(
                    f"{path} line {number} is no question ({exc!r}): it needs id, question,"
                    " answers, answerable and support."
                ) from exc


def _question(fields: dict[str, Any]) -> Question:
    places = [*fields["support"], *fields.get("support_alt", [])]
    return Question(
        id=str(fields["id"]),
        question=fields["question"],
        answers=tuple(fields["answers"]),
        answerable=bool(fields["answerable"]),
        support=tuple(Support(p.get("doc") or p["file"], p["start"], p["end"]) for p in places),
        kind=fields.get("kind", ""),
        earlier=tuple(turn["question"] for turn in fields.get("history") or ()),
    )
