"""What people thought of answers, kept as one line of JSON each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from evals.errors import EvalError
from rag.answer import Answer, Citation, Mode, Turn

FILE_NAME = "feedback.jsonl"
"""The name of the file in the home."""

Verdict = Literal["good", "bad"]

LOCK_SECONDS = 10.0
PRIVATE = 0o600


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
    the articles do not answer.
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
    )


def append(path: Path, feedback: Feedback) -> None:
    """Add one line to the file at `path`, whole or not at all; only its owner may read it.

    Several processes may write at once. What a killed one left unfinished stays a line of its own,
    which `read` passes over. Raises EvalError when nothing can be written.
    """
    line = TypeAdapter(Feedback).dump_json(feedback) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path):
            _write(path, line)
    except Timeout as exc:
        raise EvalError(f"Another process holds {path}. Try again in a moment.") from exc
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
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as exc:
        raise EvalError(f"The feedback {path} cannot be read ({exc.strerror or exc}).") from exc
    return tuple(_readable(lines))


def _readable(lines: list[bytes]) -> Iterator[Feedback]:
    adapter = TypeAdapter(Feedback)
    for line in lines:
        with suppress(ValidationError):
            yield adapter.validate_json(line)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with FileLock(f"{path}.lock", timeout=LOCK_SECONDS, mode=PRIVATE):
        yield


def _write(path: Path, line: bytes) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE)
    with FileIO(handle, "r+") as file:
        end = file.seek(0, os.SEEK_END)
        try:
            unwritten = (b"\n" if _torn(file, end) else b"") + line
            while unwritten:  # a nearly full disk may take only a part at once
                unwritten = unwritten[file.write(unwritten) :]
            os.fsync(handle)
        except OSError:
            with suppress(OSError):
                file.truncate(end)
            raise


def _torn(file: FileIO, end: int) -> bool:
    """Tell whether the last line has no end: a process was killed while it wrote it."""
    if not end:
        return False
    file.seek(end - 1)
    return file.read(1) != b"\n"
