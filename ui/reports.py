"""The evaluation runs of a home, and the pages that show one or compare two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from evals.compare import compared
from evals.errors import EvalError
from evals.findings import read_figures, shown
from evals.run import Run, read_run
from ui.sealed import headers, hint, nonce, sealed
from ui.sources import source_link
from vectorstore.catalogue import Catalogue

PATH = "/report"

HEADLINE = (
    ("retrieval.hit@1", "首篇命中"),
    ("answer.contains", "说出了标准答案"),
    ("abstention.refused_unanswerable", "没有答案时说不知道"),
    ("citation.recall", "引对了依据"),
    ("passage.hit@1", "首段命中"),
)
"""Figures by which runs are told apart in the list; those a run has, three at most."""

FIGURES = 3

NO_RUN = "「{}」不在评测记录里，可能已经删掉或换了名字。"


@dataclass(frozen=True)
class ListedRun:
    """A run file in the list: what it holds, or why it cannot be read.

    `finished` is ISO 8601; `figures` are pairs of a label and a value, both for a reader.
    """

    file: str
    name: str
    finished: str
    questions: int = 0
    figures: tuple[tuple[str, str], ...] = ()
    unreadable: str = ""


class Runs:
    """The run files of one home. Each is read again for the list only when it has changed."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "evals" / "runs"
        self._read: dict[tuple[str, int, int], ListedRun] = {}

    def listed(self) -> list[ListedRun]:
        """List all run files, the newest first."""
        found = {}
        for path in self._files():
            try:
                stat = path.stat()
            except OSError:  # deleted just now
                continue
            key = path.name, stat.st_mtime_ns, stat.st_size
            found[key] = self._read.get(key) or _listed(path, stat.st_mtime)
        self._read = found
        return sorted(found.values(), key=lambda run: _moment(run.finished), reverse=True)

    def path(self, file: str) -> Path | None:
        """Give the path of a listed run file; None for any other name, however it is written."""
        return next((path for path in self._files() if path.name == file), None)

    def _files(self) -> list[Path]:
        try:
            return [p for p in self.folder.iterdir() if p.suffix == ".json" and p.is_file()]
        except OSError:
            return []


def report_link(file: str) -> str:
    """Give the address of the report of a run file."""
    return f"{PATH}?{urlencode({'run': file}, errors='replace')}"


def download_link(file: str) -> str:
    """Give the address of the run file itself."""
    return f"{PATH}/run.json?{urlencode({'run': file}, errors='replace')}"


def report_routes(runs: Runs, catalogue: Catalogue) -> APIRouter:
    """Give the routes of the reports."""
    router = APIRouter()
    link = _link_to_known(catalogue)

    @router.get(PATH)
    def report(run: str = "") -> Response:
        from evals.report import report_html  # with its charts, only when one is looked at

        return _shown(runs, [run], lambda read, word: report_html(read[0], link, word))

    @router.get(f"{PATH}/compare")
    def compare(before: str = "", after: str = "") -> Response:
        return _shown(runs, [before, after], _comparison)

    @router.get(f"{PATH}/run.json")
    def download(run: str = "") -> Response:
        path = runs.path(run)
        if path is None:
            return hint("没有这次评测", NO_RUN.format(run), 404)
        return FileResponse(
            path, media_type="application/json", filename=path.name, headers=headers(nonce())
        )

    return router


def _shown(runs: Runs, files: list[str], page: Callable[[list[Run], str], str]) -> Response:
    read = []
    for file in files:
        path = runs.path(file)
        if path is None:
            return hint("没有这次评测", NO_RUN.format(file), 404)
        try:
            read.append(read_run(path))
        except EvalError as exc:
            return hint("这次评测读不出来", str(exc).replace(str(path), path.name), 422)
    word = nonce()
    try:
        return sealed(page(read, word), word)
    except EvalError as exc:
        return hint("这两次评测没法比较", str(exc), 422)


def _comparison(read: list[Run], word: str) -> str:
    from evals.report import comparison_html

    before, after = read
    return comparison_html(compared(before, after), word)


def _link_to_known(catalogue: Catalogue) -> Callable[[str, int, int, str], str]:
    """Link to the articles that are here; a run may have asked those of another index."""

    def link(article_id: str, start: int, end: int, quote: str) -> str:
        known = catalogue.standing(article_id)
        return source_link(article_id, start, end, quote=quote) if known else ""

    return link


def _listed(path: Path, changed: float) -> ListedRun:
    try:
        run = read_run(path)
    except EvalError as exc:
        when = datetime.fromtimestamp(changed).astimezone().isoformat(timespec="seconds")
        reason = str(exc).replace(str(path), path.name)
        return ListedRun(path.name, path.stem, when, unreadable=reason)
    found = read_figures(run.metrics, run.intervals)
    figures = [(label, shown(name, found[name].value)) for name, label in HEADLINE if name in found]
    return ListedRun(path.name, run.name, run.finished, run.questions, tuple(figures[:FIGURES]))


def _moment(finished: str) -> float:
    try:
        return datetime.fromisoformat(finished).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
