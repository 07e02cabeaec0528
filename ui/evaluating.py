"""The evaluation that the page has started: what it asks, how far it is, what came of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Literal

from filelock import FileLock, Timeout

from evals.errors import EvalError
from evals.evaluate import SAMPLES, Plan, evaluated
from evals.questions import QuestionSet, read_questions
from evals.review import question_sets, remember
from rag.engine import Engine
from vectorstore.catalogue import Catalogue
from vectorstore.errors import WenjuError

SAMPLE_SET = SAMPLES / "questions.jsonl"
SUFFIX = ".jsonl"
LOCK_SECONDS = 10.0

State = Literal["running", "stopping", "stopped", "failed", "broken", "finished"]


@dataclass(frozen=True)
class Course:
    """How far an evaluation is, or what came of it.

    `total` is 0 until the questions are read. `file` is the run file of a finished one, `failure`
    says why a failed one did; a broken one ended on a bug.
    """

    asked: str
    state: State = "running"
    done: int = 0
    total: int = 0
    file: str = ""
    left_out: tuple[str, ...] = ()
    failure: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing is asked any more."""
        return self.state not in ("running", "stopping")


class Stopped(Exception):
    """A visitor has stopped the evaluation."""


class Evaluating:
    """Evaluates in a thread of its own, one plan at a time, for all visitors of a page."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()
        self._course: Course | None = None

    @property
    def course(self) -> Course | None:
        """The evaluation under way, or else the last one."""
        return self._course

    def start(self, plan: Plan) -> bool:
        """Put the questions of a plan to the index; give False while another is under way."""
        with self._lock:
            if self._course and not self._course.over:
                return False
            self._course = Course(plan.asked.name)
        Thread(target=self._run, args=(plan,), name="evaluation", daemon=True).start()
        return True

    def stop(self) -> None:
        """Ask nothing after the question that is being answered."""
        with self._lock:
            if self._course and self._course.state == "running":
                self._course = replace(self._course, state="stopping")

    def _run(self, plan: Plan) -> None:
        try:
            kept = evaluated(plan, read_questions(plan.asked), self._engine, self._answered)
        except Stopped:
            self._becomes(state="stopped")
        except WenjuError as exc:
            self._becomes(state="failed", failure=self._without_folders(str(exc), plan.asked))
        except BaseException:  # told to the visitors here, and to the log as any other bug
            self._becomes(state="broken")
            raise
        else:
            self._becomes(state="finished", file=kept.path.name, left_out=kept.run.left_out)

    def _answered(self, done: int, total: int, _: str) -> None:
        if self._becomes(done=done, total=total).state == "stopping":
            raise Stopped

    def _becomes(self, **changes: Any) -> Course:
        with self._lock:
            assert self._course is not None
            self._course = replace(self._course, **changes)
            return self._course

    def _without_folders(self, text: str, asked: Path) -> str:
        return text.replace(str(asked), asked.name).replace(f"{self._engine.settings.home}/", "")


def choices(home: Path, catalogue: Catalogue) -> list[tuple[str, Path]]:
    """Give the question sets there are to choose from, each under a name of its own.

    The sample questions are among them when their articles are in the index.
    """
    known = [path for path in question_sets(home) if path != SAMPLE_SET]
    names = [path.name for path in known]
    shown = [p.name if names.count(p.name) == 1 else f"{p.parent.name}/{p.name}" for p in known]
    samples = [("样例题目", SAMPLE_SET)] if sample_questions_fit(catalogue) else []
    return samples + list(zip(shown, known, strict=True))


def sample_questions_fit(catalogue: Catalogue) -> bool:
    """Tell whether an article that the sample questions ask about is in the index."""
    if not SAMPLE_SET.is_file():
        return False
    docs = {s.doc for question in read_questions(SAMPLE_SET).questions for s in question.support}
    return any(catalogue.standing(doc) for doc in docs)


def keep_questions(upload: Path, home: Path) -> tuple[Path, QuestionSet]:
    """Keep an uploaded question set in a home, and give its file and what it holds.

    A set of another content that has the name already stays as it is. Raises EvalError for what
    is no question set or cannot be kept.
    """
    if upload.suffix.lower() != SUFFIX:
        raise EvalError(f"{upload.name} is no question set: its name must end in {SUFFIX}.")
    try:
        found = read_questions(upload)
    except EvalError as exc:
        raise EvalError(str(exc).replace(str(upload), upload.name)) from exc
    path = _kept(upload, home / "evals" / "questions")
    remember(home, path)
    return path, found


def _kept(upload: Path, folder: Path) -> Path:
    """Copy a file into a folder, whole or not at all, unless its content is there already."""
    part = folder / f".{upload.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=LOCK_SECONDS):
            content = upload.read_bytes()
            path = next(p for p in _names(folder, upload) if _free_or_same(p, content))
            if not path.exists():
                shutil.copyfile(upload, part)
                os.replace(part, path)
            return path
    except Timeout as exc:
        raise EvalError("Another question set is being kept. Try again in a moment.") from exc
    except OSError as exc:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise EvalError(
            f"The question set {upload.name} cannot be kept ({exc.strerror or exc})."
            " Free or unlock the disk and try again."
        ) from exc


def _names(folder: Path, upload: Path) -> Iterator[Path]:
    endings = chain([""], (f"-{number}" for number in count(2)))
    return (folder / f"{upload.stem}{ending}{SUFFIX}" for ending in endings)


def _free_or_same(path: Path, content: bytes) -> bool:
    return not path.exists() or (path.is_file() and path.read_bytes() == content)
