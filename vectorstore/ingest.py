"""The article line: files to articles to passages to vectors to the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from vectorstore.article import Article, Passage
from vectorstore.article import Progress as Progress
from vectorstore.errors import REPAIR, ArticleError, StoreError
from vectorstore.load import article_files, finish, legible, load, other_files
from vectorstore.split import passages
from vectorstore.store import Entry, Store, searched_text

BATCH_PASSAGES = 512
"""Passages written together; what an interruption can cost."""


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
    taken: set[str] = field(default_factory=set)
    met: set[tuple[str, str]] = field(default_factory=set)

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

    What cannot be read is reported and the rest goes in. Raises ArticleError when no path holds
    anything at all, StoreError when the index cannot be written; what was written before stands.
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
    files, empty = _files(paths)
    total, before = sum(_size(file) for file, _ in files), 0
    yield from (_Found(legible(str(path)), error, "", 0, total) for path, error in empty)
    for file, root in files:
        done = 0
        for item in load(file, root):
            if isinstance(item, Article):
                done = min(done + len(item.text.encode()), _size(file))
            name = file.name if root is None else file.relative_to(root).as_posix()
            yield _Found(
                legible(name),
                item,
                legible((root or file.resolve().parent).resolve().name),
                before + done,
                total,
            )
        before += _size(file)


def _files(
    paths: Iterable[Path],
) -> tuple[list[tuple[Path, Path | None]], list[tuple[Path, ArticleError]]]:
    """Give each file once, with the folder it was found in, and the paths that hold none."""
    files: dict[Path, tuple[Path, Path | None]] = {}
    empty: list[tuple[Path, ArticleError]] = []
    for path in paths:
        try:
            for file in article_files(path):
                files.setdefault(file.resolve(), (file, path if path.is_dir() else None))
        except ArticleError as exc:
            empty.append((path, exc))
    if empty and not files:
        raise ArticleError("\n".join(str(error) for _, error in empty))
    return list(files.values()), empty


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
    tally, waiting = _Tally(), list[tuple[Article, list[Passage]]]()
    for each in found:
        if isinstance(each.item, ArticleError):
            tally.refused.append(Refused(each.name, str(each.item)))
        else:
            waiting.extend(_placed(each, store, tally))
        if sum(len(cut) for _, cut in waiting) >= BATCH_PASSAGES:
            tally.passages += _write(waiting, store, model)
            waiting.clear()
        if progress:
            progress(each.done, each.total, each.name)
    tally.passages += _write(waiting, store, model)
    return tally.report()


def _placed(found: _Found, store: Store, tally: _Tally) -> Iterator[tuple[Article, list[Passage]]]:
    """Give the article and its passages if there is work to do on it, under an id of its own."""
    assert isinstance(found.item, Article)
    known = (found.item.origin, found.item.id)
    if known in tally.met:
        reason = (
            f"{found.name}: another article is already called {found.item.id}."
            " Give this one an id of its own."
        )
        tally.refused.append(Refused(found.name, reason))
        return
    tally.met.add(known)
    article = _named(found.item, found.root, store, tally.taken)
    standing = store.catalogue.standing(article.id)
    if standing and standing[0] == article.digest:
        tally.taken.add(article.id)
        tally.unchanged.append(article.id)
        return
    cut = passages(article)
    if not cut:
        tally.refused.append(Refused(found.name, f"{article.id} holds no sentence. Left out."))
        return
    tally.taken.add(article.id)
    (tally.changed if standing else tally.added).append(article.id)
    yield article, cut


def _named(article: Article, root: str, store: Store, taken: set[str]) -> Article:
    """Keep an article's id; where another file has it, put its folder in front or count on."""
    folder = [f"{root}/{article.id}"] if root else []
    for id_ in chain([article.id], folder, (f"{article.id}#{n}" for n in count(2))):
        _, origin = store.catalogue.standing(id_) or ("", "")
        elsewhere = origin not in ("", article.origin) and Path(origin).exists()
        if id_ not in taken and not elsewhere:
            break
    return article if id_ == article.id else finish(replace(article, id=id_))


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
    return remembered_name(model.model_name)


def remembered_name(name: str) -> str:
    """Give what an index remembers of a model's name: no folder, and of a URL what follows `#`."""
    if name.startswith(("http://", "https://")):
        name = name.partition("#")[2] or "default"
    return Path(name).name


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
