"""The article line: what was gathered to passages to vectors to the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from vectorstore.adding import Adding
from vectorstore.article import Article
from vectorstore.article import Progress as Progress
from vectorstore.errors import ArticleError
from vectorstore.gather import Found, gathered, is_address
from vectorstore.identity import check_model
from vectorstore.load import other_files
from vectorstore.rehearsal import rehearsal
from vectorstore.report import Report as Report
from vectorstore.store import Store


def add_paths(
    sources: Sequence[str | Path],
    store: Store,
    model: BaseEmbedding,
    progress: Progress | None = None,
    allow_private: bool = False,
) -> Report:
    """Add files, folders and URLs; adding again changes nothing, what changed is replaced.

    What cannot be read is reported and the rest goes in. URLs to private addresses are refused
    unless allowed. Raises ArticleError when no path holds anything at all, StoreError when the
    index cannot be written; what was written before stands.
    """
    check_model(store, model)
    adding = Adding(store, model)
    adding.add(gathered(sources, allow_private), progress)
    return adding.tally.report(_passed_over(sources))


def rehearse(
    sources: Sequence[str | Path],
    store: Store,
    progress: Progress | None = None,
    allow_private: bool = False,
) -> Report:
    """Report what adding would do, and do nothing."""
    with rehearsal(store) as shelf:
        adding = Adding(shelf)
        adding.add(gathered(sources, allow_private), progress)
        return adding.tally.report(_passed_over(sources))


def rehearse_sync(folder: Path, store: Store, progress: Progress | None = None) -> Report:
    """Report what making the index equal to a folder would do, and do nothing."""
    with rehearsal(store) as shelf:
        return _sync(folder, Adding(shelf), progress)


def add_addresses(
    urls: Sequence[str],
    store: Store,
    model: BaseEmbedding,
    progress: Progress | None = None,
    allow_private: bool = False,
) -> Report:
    """Add pages and feeds; what is no URL is refused, never taken for a path of this machine."""
    check_model(store, model)
    adding = Adding(store, model)
    wrong = [url for url in urls if not is_address(url)]
    adding.add(gathered([url for url in urls if is_address(url)], allow_private), progress)
    for url in wrong:
        adding.tally.refuse(url, f"{url} is no address. It begins with http:// or https://.")
    return adding.tally.report()


def add_articles(
    articles: Sequence[Article],
    store: Store,
    model: BaseEmbedding,
    progress: Progress | None = None,
) -> Report:
    """Add articles that are in memory already."""
    found = (Found(a.id, a, "", "", i, len(articles)) for i, a in enumerate(articles, start=1))
    check_model(store, model)
    adding = Adding(store, model)
    adding.add(found, progress)
    return adding.tally.report()


def sync_folder(
    folder: Path, store: Store, model: BaseEmbedding, progress: Progress | None = None
) -> Report:
    """Make the index equal to a folder: what is new comes, what is gone goes.

    Articles of files that cannot be read any more stay as they are, and are reported.
    """
    check_model(store, model)
    return _sync(folder, Adding(store, model), progress)


_KEPT = (
    "The {:,} articles that were read from it stay, {} the first of them: a disk that is not there"
    " looks the same. To remove articles: wenju remove ID"
)


def _sync(folder: Path, adding: Adding, progress: Progress | None) -> Report:
    if not folder.is_dir():
        raise ArticleError(f"{folder} is no folder. Name the folder that holds the articles.")
    try:
        adding.add(gathered([folder]), progress)
    except ArticleError as exc:
        kept = adding.standing_below(folder)
        raise ArticleError(
            f"{exc} {_KEPT.format(len(kept), kept[0])}" if kept else f"{exc}"
        ) from exc
    adding.drop_missing(folder)
    return adding.tally.report(_passed_over([folder]))


def _passed_over(sources: Sequence[str | Path]) -> int:
    return sum(other_files(Path(s)) for s in sources)
