"""Drafted questions that await a person's yes or no."""

from __future__ import annotations

import codecs
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evals.errors import EvalError
from evals.lines import locked

SETS_FILE = "question-sets.txt"
"""Beside the runs: the path of a question set on each line."""

Review = Literal["yes", "no"]


@dataclass(frozen=True)
class Draft:
    """A drafted question with the text it was drafted from; `review` is None until decided.

    `support` holds the texts that carry the answer; each stands in `passage`.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    passage: str
    support: tuple[str, ...]
    history: tuple[str, ...] = ()
    kind: str = ""
    review: Review | None = None


def question_sets(home: Path) -> list[Path]:
    """Give the question sets known to a home that are there, in the order they came."""
    try:
        listed = (home / "evals" / SETS_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    paths = dict.fromkeys(Path(line.strip()) for line in listed.splitlines() if line.strip())
    return [path for path in paths if path.is_file()]


def remember(home: Path, path: Path) -> None:
    """Make a question set known to a home, so that its drafts are offered for review.

    Raises EvalError when that cannot be noted.
    """
    note, line = home / "evals" / SETS_FILE, str(path.resolve())
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        with note.open("a+", encoding="utf-8") as file:
            file.seek(0)
            listed = file.read()
            if line not in listed.splitlines():
                file.write(line + "\n" if listed.endswith("\n") or not listed else f"\n{line}\n")
    except (OSError, UnicodeError) as exc:
        raise EvalError(f"The question set {path} cannot be noted in {note} ({exc}).") from exc


def drafts(path: Path) -> list[Draft]:
    """Give the drafted questions of a set, decided or not; other lines are passed over.

    Raises EvalError when the file cannot be read.
    """
    return [draft for line in _lines(path) if (draft := _draft(_fields(line)))]


def decide(path: Path, question_id: str, verdict: Review) -> None:
    """Write a person's yes or no to a drafted question into its file.

    All else in the file stays as it is. Raises EvalError when the file cannot be written or holds
    no such draft.
    """
    try:
        with locked(path):
            lines = _lines(path)
            at = [n for n, line in enumerate(lines) if _is(_fields(line), question_id)]
            if not at:
                raise EvalError(f"{path} holds no drafted question {question_id} any more.")
            for n in at:
                lines[n] = _decided(lines[n], verdict)
            _replace(path, b"\n".join(lines))
    except OSError as exc:
        raise EvalError(
            f"The question set {path} cannot be written ({exc.strerror or exc})."
            " Free or unlock the disk and try again."
        ) from exc


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")
    except OSError as exc:
        raise EvalError(
            f"The question set {path} cannot be read ({exc.strerror or exc}). Check the path."
        ) from exc


def _fields(line: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _decided(line: bytes, verdict: Review) -> bytes:
    """Give the line with the verdict in it, its byte order mark and line end kept."""
    fields = {**(_fields(line) or {}), "review": verdict}
    text = json.dumps(fields, ensure_ascii=False)
    if any("\ud800" <= c <= "\udfff" for c in text):  # half a character has no UTF-8
        text = json.dumps(fields)
    start = codecs.BOM_UTF8 if line.startswith(codecs.BOM_UTF8) else b""
    return start + text.encode() + (b"\r" if line.endswith(b"\r") else b"")


def _is(fields: dict[str, Any] | None, question_id: str) -> bool:
    draft = _draft(fields)
    return draft is not None and draft.id == question_id


def _draft(fields: dict[str, Any] | None) -> Draft | None:
    """Give what a line drafts; None for a question that no person is asked about."""
    if fields is None or "review" not in fields:
        return None
    try:
        return Draft(
            str(fields["id"]),
            str(fields["question"]),
            tuple(str(answer) for answer in fields["answers"]),
            fields["answerable"] is True,
            str(fields.get("passage") or ""),
            tuple(str(place.get("text") or "") for place in fields["support"]),
            tuple(str(turn["question"]) for turn in fields.get("history") or ()),
            str(fields.get("kind") or ""),
            fields["review"] if fields["review"] in ("yes", "no") else None,
        )
    except (KeyError, TypeError, AttributeError):
        return None


def _replace(path: Path, content: bytes) -> None:
    """Put a whole new file in the place of the old one, with its permissions."""
    target = path.resolve()
    handle, made = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(made).chmod(target.stat().st_mode & 0o777)
        Path(made).replace(target)
    except OSError:
        with suppress(OSError):
            Path(made).unlink()
        raise
