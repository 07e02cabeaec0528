"""The cases of a run that is under way, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import time

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from evals.errors import EvalError
from evals.questions import Question
from evals.run import Case
from vectorstore.article import Progress

KEPT_SECONDS = 7 * 24 * 3600
"""How long an interrupted run can be gone on with."""

_CASE = TypeAdapter(Case)


class Journal:
    """One file, a case a line; a line torn by a crash is left out and its question asked again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def opened(self) -> Iterator[dict[str, Case]]:
        """Give the cases there are, by question, while no other process works on the same run."""
        lock = FileLock(f"{self._path}.lock")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as exc:
            raise EvalError(
                "The same evaluation is running in another process. Wait for it to finish."
            ) from exc
        except OSError as exc:
            raise self._unwritten(exc) from exc
        try:
            yield self._begun()
        finally:
            lock.release()

    def ask_all(
        self,
        questions: Sequence[Question],
        ask: Callable[[Question], Case],
        progress: Progress,
        label: str = "questions",
    ) -> list[Case]:
        """Ask the questions that no case is kept of, and give the cases of all, in their order."""
        with self.opened() as cases:
            for number, question in enumerate(questions, start=1):
                if question.id not in cases:
                    cases[question.id] = ask(question)
                    self.add(cases[question.id])
                progress(number, len(questions), label)
        return [cases[question.id] for question in questions]

    def _begun(self) -> dict[str, Case]:
        try:
            self._clear_old()
            cases = {case.id: case for case in self._read()}
            self._write(cases)
        except OSError as exc:
            raise self._unwritten(exc) from exc
        return cases

    def add(self, case: Case) -> None:
        """Keep a case. Raises EvalError when it cannot be written."""
        try:
            with self._path.open("a", encoding="utf-8") as lines:
                lines.write(_line(case))
        except OSError as exc:
            raise self._unwritten(exc) from exc

    def _unwritten(self, exc: OSError) -> EvalError:
        return EvalError(
            f"The evaluation cannot keep its progress in {self._path} ({exc.strerror or exc})."
            " Free or unlock the disk and start it again: it goes on where it stopped."
        )

    def remove(self) -> None:
        """Forget the run."""
        self._path.unlink(missing_ok=True)
        Path(f"{self._path}.lock").unlink(missing_ok=True)

    def _clear_old(self) -> None:
        """Delete journals that nobody has gone on with, such as those of earlier versions."""
        for old in self._path.parent.glob("*.jsonl"):
            if time() - old.stat().st_mtime > KEPT_SECONDS:
                old.unlink(missing_ok=True)

    def _read(self) -> Iterator[Case]:
        if not self._path.exists():
            return
        with self._path.open("rb") as lines:
            for line in lines:
                try:
                    yield _CASE.validate_json(line)
                except ValidationError:
                    continue

    def _write(self, cases: dict[str, Case]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text("".join(map(_line, cases.values())), encoding="utf-8")
        os.replace(fresh, self._path)


def _line(case: Case) -> str:
    return json.dumps(asdict(case), ensure_ascii=False) + "\n"
