"""What people thought of answers, kept as one line of JSON each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from evals import lines
from evals.errors import EvalError
from rag.answer import Answer, Citation, Mode, Turn

FILE_NAME = "feedback.jsonl"
"""The name of the file in the home."""

Verdict = Literal["good", "bad"]


@dataclass(frozen=True)
class Seen:
    """A passage that was shown with an answer, by its id and that of its article."""

    passage_id: str
    article_id: str


@dataclass(frozen=True)
class Feedback:
    """What one person thought of one answer, with all that is needed to ask it again.

    `time` is UTC in ISO 8601, `turns` the conversation before the question, oldest first.
    `correction` is the right answer as the person gave it; `nothing` is set when they say that
    the articles do not answer, `narrowed` when only some of the articles were asked.
    """

    time: str
    question: str
    resolved_question: str
    turns: tuple[Turn, ...]
    answer: str
    declined: bool
    mode: Mode
    confidence: float
    citations: tuple[Citation, ...]
    evidence: tuple[Seen, ...]
    verdict: Verdict
    correction: str = ""
    nothing: bool = False
    narrowed: bool = False


def judged(
    answer: Answer,
    turns: tuple[Turn, ...],
    verdict: Verdict,
    correction: str = "",
    nothing: bool = False,
) -> Feedback:
    """Give what a person thinks of an answer, as of now."""
    return Feedback(
        datetime.now(UTC).isoformat(timespec="milliseconds"),
        answer.question,
        answer.resolved_question,
        turns,
        answer.text,
        answer.declined,
        answer.mode,
        answer.confidence,
        answer.citations,
        tuple(Seen(e.passage_id, e.article_id) for e in answer.evidence),
        verdict,
        correction,
        nothing,
        answer.scope is not None,
    )


def append(path: Path, feedback: Feedback) -> None:
    """Add one line to the file at `path`, whole or not at all; only its owner may read it.

    Several processes may write at once. What a killed one left unfinished stays a line of its own,
    which `read` passes over. Raises EvalError when nothing can be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines.append(path, TypeAdapter(Feedback).dump_json(feedback).decode(), lines.PRIVATE)
    except OSError as exc:
        raise EvalError(
            f"The feedback cannot be written to {path} ({exc.strerror or exc})."
            " Free or unlock the disk and try again."
        ) from exc


def read(path: Path) -> tuple[Feedback, ...]:
    """Give everything kept at `path`, oldest first; lines that are no feedback are passed over.

    Raises EvalError when the file is there and cannot be read.
    """
    try:
        kept = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as exc:
        raise EvalError(f"The feedback {path} cannot be read ({exc.strerror or exc}).") from exc
    return tuple(_readable(kept))


def _readable(kept: list[bytes]) -> Iterator[Feedback]:
    adapter = TypeAdapter(Feedback)
    for line in kept:
        with suppress(ValidationError):
            yield adapter.validate_json(line)
