"""Draw up a question set on articles: each question is written down as soon as it is proven."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from evals.corpora import indexed
from evals.draft import Tally, drafts
from evals.errors import EvalError
from evals.lines import append
from evals.review import drafts as drafted
from evals.review import remember
from rag.index import open_index
from rag.opening import language_model, open_model
from rag.settings import Settings
from vectorstore.article import Progress
from vectorstore.identity import check_model


def make(
    articles: Path | None, out: Path, n: int, seed: int, settings: Settings, progress: Progress
) -> Tally:
    """Add up to `n` proven questions on `articles`, or on those of the home's index, to `out`.

    What stands in `out` stays, and a question that stands in it is not written again. Raises
    EvalError when there is no language model or `out` cannot be written.
    """
    llm = language_model(settings)
    if llm is None:
        raise EvalError(
            f"There is no language model {settings.llm} to draw up questions."
            " Fetch it with: wenju models fetch, or name another one with WENJU_LLM."
        )
    model, tally = open_model(settings), Tally()
    known = {draft.id for draft in drafted(out)} if out.exists() else set()
    if articles:
        store, _ = indexed(articles, settings.home, model, progress)
    else:
        store = open_index(settings)
    with store, adding_to(out) as write:
        check_model(store, model)
        remember(settings.home, out)
        for draft in drafts(store, model, llm, n, seed, progress, tally, known):
            write(draft.to_json())
    return tally


@contextmanager
def adding_to(path: Path) -> Iterator[Callable[[str], None]]:
    """Give what adds a line to the file: whole, and behind what a reviewer wrote meanwhile."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a", encoding="utf-8").close()
        yield partial(append, path)
    except OSError as exc:
        raise EvalError(
            f"The question set {path} cannot be written ({exc.strerror or exc})."
            " Free or unlock the disk, or choose another place with --out."
        ) from exc
