"""One run of adding: each article that was found is cut, compared, embedded and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import chain, count, groupby, islice
from pathlib import Path
from typing import Protocol

from llama_index.core.base.embeddings.base import BaseEmbedding

from vectorstore.article import Article, Passage, Progress
from vectorstore.catalogue import Catalogue
from vectorstore.duplicates import nearly_same, same_key
from vectorstore.errors import ArticleError, PassedOver
from vectorstore.finish import finish, legible
from vectorstore.gather import Found
from vectorstore.legs import Embed, Entry, searched_text
from vectorstore.report import CopyOf, Tally
from vectorstore.split import passages

BATCH_PASSAGES = 512
"""Passages written together; what an interruption can cost."""


BATCH_COPIES = 500
"""Exact copies written together; each is held in memory until then."""


class Shelf(Protocol):
    """What adding writes to: a Store, or a Rehearsal of one."""

    catalogue: Catalogue

    def locked(self) -> AbstractContextManager[None]:
        """Hold the index, so that no other process writes to it."""

    def put(self, entries: Sequence[Entry]) -> None:
        """Write articles; one whose id stands already is replaced whole."""

    def put_copies(self, article_id: str, copies: Sequence[Article]) -> None:
        """Write copies of an article that stands."""

    def remove(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles and give the ids of those that were there."""

    def repair(self, embed: Embed) -> list[str]:
        """Finish or undo what an interrupted change left."""


class Adding:
    """One run of adding: what waits to be written, and what came of the rest."""

    def __init__(self, store: Shelf, model: BaseEmbedding | None = None) -> None:
        self.tally = Tally()
        self._store = store
        self._embed: Embed = model.get_text_embedding_batch if model else _no_vectors
        self._waiting: list[tuple[Article, list[Passage]]] = []
        self._copies: list[tuple[str, Article]] = []
        self._keys: dict[str, str] = {}
        self._met: set[tuple[str, str]] = set()
        self._taken: set[str] = set()
        self._whole: dict[str, bool] = {}

    def add(self, found: Iterable[Found], progress: Progress | None) -> None:
        """Take what was found, one by one, and write it batch by batch."""
        self._store.repair(self._embed)
        for each in found:
            self._whole.setdefault(each.origin, True)
            if isinstance(each.item, PassedOver):
                self.tally.passed_over += each.item.count
            elif isinstance(each.item, ArticleError):
                self._whole[each.origin] = False
                self.tally.refuse(each.name, str(each.item))
            else:
                self.tally.found[each.name] += 1
                self._take(each, each.item)
            waiting = sum(len(cut) for _, cut in self._waiting)
            if waiting >= BATCH_PASSAGES or len(self._copies) >= BATCH_COPIES:
                self._write()
            if progress:
                progress(each.done, each.total, each.name)
        self._write()
        self._drop(
            id_
            for origin, whole in self._whole.items()
            if origin and whole
            for id_ in self._store.catalogue.read_from(origin)
            if id_.rpartition("#")[0] in self._taken
        )

    def drop_missing(self, folder: Path) -> None:
        """Remove the articles read from a folder whose files no longer hold them.

        A file that was not read this time, as folders are read without its kind, keeps its own.
        """
        catalogue = self._store.catalogue
        unread = [
            id_
            for origin, whole in self._whole.items()
            if not whole
            for id_ in catalogue.read_from(origin)
        ]
        self._taken.update(unread)
        left = [id_ for id_ in self.standing_below(folder) if id_ not in self._taken]
        origins = {id_: (catalogue.standing(id_) or ("", ""))[1] for id_ in left}
        self._drop(id_ for id_, file in origins.items() if file in self._whole or _is_gone(file))

    def standing_below(self, folder: Path) -> list[str]:
        """Give the ids of the articles read from any file of a folder."""
        return self._store.catalogue.read_below(legible(str(folder.resolve())))

    def _drop(self, article_ids: Iterable[str]) -> None:
        gone = [id_ for id_ in article_ids if id_ not in self._taken]
        self.tally.gone += self._store.remove(gone) if gone else []
        self._store.repair(self._embed)

    def _take(self, found: Found, article: Article) -> None:
        """Find out what is to be done with an article, under an id of its own."""
        if (article.origin, article.id) in self._met:
            return self.tally.refuse(
                found.name,
                f"{found.name}: another article is already called {article.id}."
                " Give this one an id of its own.",
            )
        self._met.add((article.origin, article.id))
        article = _named(article, found.root, self._store, self._taken)
        standing = self._store.catalogue.standing(article.id)
        if standing and standing[0] == article.digest:
            self._taken.add(article.id)
            self.tally.unchanged.append(article.id)
            return None
        cut = passages(article)
        if not cut:
            return self.tally.refuse(found.name, f"{article.id} holds no sentence. Left out.")
        self._taken.add(article.id)
        self.tally.take(article, stood=standing is not None)
        if any(first == article.id for first, _ in self._copies):
            self._write()  # its copies are those of the text that stands
        first = self._same(article)
        if first:
            self._copies.append((first, article))
            self.tally.copies.append(CopyOf(article.id, first, exact=True))
        else:
            self._waiting.append((article, cut))
        return None

    def _same(self, article: Article) -> str:
        """Give the article with the same text that stands or waits to be written, if any."""
        key = same_key(article.text)
        standing = self._store.catalogue.same(key)
        if standing in {waiting.id for waiting, _ in self._waiting}:
            standing = ""
        first = self._keys.setdefault(key, standing or article.id)
        return first if first != article.id else ""

    def _write(self) -> None:
        if not self._waiting and not self._copies:
            return
        texts = [searched_text(p) for _, cut in self._waiting for p in cut]
        vectors = iter(self._embed(texts) if texts else [])
        with self._store.locked():
            self._name_again()
            if self._waiting:
                entries = [
                    Entry(article, tuple(cut), tuple(islice(vectors, len(cut))))
                    for article, cut in self._waiting
                ]
                self._store.put(entries)
                self.tally.passages += len(texts)
                self.tally.copies += self._near_copies()
            for first, copies in groupby(sorted(self._copies, key=_first), key=_first):
                self._store.put_copies(first, [article for _, article in copies])
        self._waiting, self._copies, self._keys = [], [], {}

    def _name_again(self) -> None:
        """Give other ids to articles whose own another process has taken since they were read."""
        waiting, copies, renamed = self._waiting, self._copies, dict[str, str]()
        for article in [*(a for a, _ in waiting), *(a for _, a in copies)]:
            if _is_another(self._store.catalogue, article.id, article):
                free = _named(article, "", self._store, self._taken).id
                self._taken.add(free)
                self.tally.rename(article.id, free)
                renamed[article.id] = free
        if renamed:
            again = [_called(a, renamed.get(a.id, a.id)) for a, _ in waiting]
            self._waiting = [(article, passages(article)) for article in again]
            self._copies = [
                (renamed.get(first, first), _called(a, renamed.get(a.id, a.id)))
                for first, a in copies
            ]

    def _near_copies(self) -> Iterator[CopyOf]:
        """Give each article that tells nearly the same as one that came before it."""
        later = {article.id for article, _ in self._waiting}
        for article, _ in self._waiting:
            copies = self._store.catalogue.copies(article.id)
            near = [c.id for c in copies if not c.exact and c.id not in later]
            later.remove(article.id)
            if near:
                yield CopyOf(article.id, near[0], exact=False)


def _is_gone(file: str) -> bool:
    try:
        Path(file).stat()
    except OSError as exc:
        return isinstance(exc, FileNotFoundError | NotADirectoryError)
    return False


def _no_vectors(texts: list[str]) -> list[list[float]]:
    return []


def _first(copy: tuple[str, Article]) -> str:
    return copy[0]


def _named(article: Article, root: str, store: Shelf, taken: set[str]) -> Article:
    """Keep an article's id; where another one has it, put its folder in front or count on."""
    _, origin = store.catalogue.standing(article.id) or ("", "")
    folder = [f"{root}/{article.id}"] if root and not _is_gone(origin) else []
    for id_ in chain([article.id], folder, (f"{article.id}#{n}" for n in count(2))):
        if id_ not in taken and not _is_another(store.catalogue, id_, article):
            break
    return _called(article, id_)


def _called(article: Article, id_: str) -> Article:
    return article if id_ == article.id else finish(replace(article, id=id_))


def _is_another(catalogue: Catalogue, article_id: str, article: Article) -> bool:
    """Tell whether what stands under an id is no earlier version of the article.

    Of a file that is gone, as an upload is once it was read, the text tells.
    """
    _, origin = catalogue.standing(article_id) or ("", "")
    if origin in ("", article.origin):
        return False
    stands = catalogue.article(article_id)
    return not _is_gone(origin) or not stands or not nearly_same(stands.text, article.text)
