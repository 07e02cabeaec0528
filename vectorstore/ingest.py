"""The article line: files to articles to passages to vectors to the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from vectorstore.article import Article, Passage
from vectorstore.errors import REPAIR, ArticleError, StoreError
from vectorstore.load import article_files, finish, load, other_files
from vectorstore.split import passages
from vectorstore.store import Entry, Store, searched_text

BATCH_PASSAGES = 512
"""Passages written together; what an interruption can cost."""

Progress = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all, and what is being read."""


@dataclass(frozen=True)
class Refused:
    """Something that was not added, and the line that says why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Report:
    """What adding did, by article id; `passed_over` counts files of kinds that are not read."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    passages: int = 0
    passed_over: int = 0


@dataclass
class _Tally:
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    passages: int = 0

    def report(self) -> Report:
        return Report(
            tuple(self.added),
            tuple(self.changed),
            tuple(self.unchanged),
            tuple(self.refused),
            self.passages,
        )


@dataclass(frozen=True)
class _Found:
    name: str
    item: Article | ArticleError
    root: str
    done: int
    total: int


def add_paths(
    paths: Iterable[Path], store: Store, model: BaseEmbedding, progress: Progress | None = None
) -> Report:
    """Add files and folders; adding again changes nothing, a changed file replaces its passages.

    What cannot be read is reported and the rest goes in. Raises ArticleError when a path holds
    nothing at all, StoreError when the index cannot be written; what was written before stands.
    """
    wanted = list(paths)
    report = _add(_read(wanted), store, model, progress)
    return replace(report, passed_over=sum(map(other_files, wanted)))


def add_articles(
    articles: Sequence[Article],
    store: Store,
    model: BaseEmbedding,
    progress: Progress | None = None,
) -> Report:
    """Add articles that are in memory already."""
    found = (_Found(a.id, a, "", i, len(articles)) for i, a in enumerate(articles, start=1))
    return _add(found, store, model, progress)


def _read(paths: Iterable[Path]) -> Iterator[_Found]:
    files = [(file, path) for path in paths for file in article_files(path)]
    total, before = sum(_size(file) for file, _ in files), 0
    for file, path in files:
        root, done = (path if path.is_dir() else None), 0
        for item in load(file, root):
            if isinstance(item, Article):
                done = min(done + len(item.text.encode()), _size(file))
            name = file.name if root is None else file.relative_to(root).as_posix()
            yield _Found(
                name,
                item,
                file.resolve().parent.name if root is None else root.resolve().name,
                before + done,
                total,
            )
        before += _size(file)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _add(
    found: Iterable[_Found], store: Store, model: BaseEmbedding, progress: Progress | None
) -> Report:
    check_model(store, model)
    store.repair(model.get_text_embedding_batch)
    tally, waiting, seen = _Tally(), list[tuple[Article, list[Passage]]](), set[str]()
    for each in found:
        if isinstance(each.item, ArticleError):
            tally.refused.append(Refused(each.name, str(each.item)))
        else:
            article = _placed(each, store, seen, tally)
            if article is not None:
                waiting.append((article, passages(article)))
        if sum(len(cut) for _, cut in waiting) >= BATCH_PASSAGES:
            tally.passages += _write(waiting, store, model)
            waiting.clear()
        if progress:
            progress(each.done, each.total, each.name)
    tally.passages += _write(waiting, store, model)
    return tally.report()


def _placed(found: _Found, store: Store, seen: set[str], tally: _Tally) -> Article | None:
    """Give the article if there is work to do on it, under an id that is free or its own."""
    assert isinstance(found.item, Article)
    article = _named(found.item, found.root, store, seen)
    if article is None:
        reason = (
            f"{found.name}: another article is already called {found.item.id}."
            " Give this one an id of its own."
        )
        tally.refused.append(Refused(found.name, reason))
        return None
    seen.add(article.id)
    standing = store.catalogue.standing(article.id)
    if standing and standing[0] == article.digest:
        tally.unchanged.append(article.id)
        return None
    (tally.changed if standing else tally.added).append(article.id)
    return article


def _named(article: Article, root: str, store: Store, seen: set[str]) -> Article | None:
    """Keep an article's id, or put its folder's name in front where another file has that id."""
    ids = [article.id, f"{root}/{article.id}"] if root else [article.id]
    for id_ in ids:
        _, origin = store.catalogue.standing(id_) or ("", "")
        taken = origin not in ("", article.origin) and Path(origin).exists()
        if id_ not in seen and not taken:
            return article if id_ == article.id else finish(replace(article, id=id_))
    return None


def _write(
    waiting: Sequence[tuple[Article, list[Passage]]], store: Store, model: BaseEmbedding
) -> int:
    cut = [p for _, parts in waiting for p in parts]
    if not waiting:
        return 0
    vectors = model.get_text_embedding_batch([searched_text(p) for p in cut])
    entries, at = [], 0
    for article, parts in waiting:
        entries.append(Entry(article, tuple(parts), tuple(vectors[at : at + len(parts)])))
        at += len(parts)
    store.put(entries)
    return len(cut)


def model_name(model: BaseEmbedding) -> str:
    """Give the name under which an index remembers its embedding model."""
    return Path(model.model_name).name


def check_model(store: Store, model: BaseEmbedding) -> None:
    """Note the model an index is built with; raise StoreError when it is another one."""
    name = model_name(model)
    built_with = store.catalogue.fact("model")
    if not built_with:
        store.catalogue.note("model", name)
    elif built_with != name:
        raise StoreError(
            f"The index was built with the embedding model {built_with}, not {name}."
            f" Set WENJU_EMBED_MODEL back, or embed all articles again. {REPAIR}"
        )
