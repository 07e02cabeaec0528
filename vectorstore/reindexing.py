"""Embed all articles again beside the index in use, which answers until the new one takes over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice

from filelock import FileLock, Timeout
from llama_index.core.base.embeddings.base import BaseEmbedding

from vectorstore import identity, place
from vectorstore.article import Progress
from vectorstore.catalogue import Catalogue
from vectorstore.errors import StoreError
from vectorstore.legs import Embed, Entry, Legs, searched_text
from vectorstore.place import Place
from vectorstore.renewal import Renewal, Step
from vectorstore.split import passages
from vectorstore.store import Store

STEP = 100
"""Articles embedded and written together; what an interruption can cost."""


def reindex(store: Store, model: BaseEmbedding, progress: Progress | None = None) -> None:
    """Cut and embed all articles again, with this model, and let the result take over.

    Searching and adding go on meanwhile; what is added is done again too. After an interruption the
    next call goes on where this one stopped. Raises StoreError when another process does the same;
    the index in use stays as it is until all is done. `progress` counts bytes of text.
    """
    with _alone(store), closing(Renewal(store.catalogue.path)) as renewal:
        before = place.place_of(store.catalogue, store.folder)
        after = place.moved(replace(before, number=before.number + 1), store.server)
        with closing(_begun(renewal, after, _wanted(store.catalogue, model))) as legs:
            work = _Work(store.catalogue, renewal, legs, model.get_text_embedding_batch)
            _run(work, store, progress)
        store.refresh()
        place.remove_others(legs.place, before)


def unfinished(store: Store) -> tuple[int | None, bool]:
    """Give how many articles a reindexing has left (None: there is none), and whether it runs."""
    with closing(Renewal(store.catalogue.path)) as renewal:
        left = renewal.left()[0] if renewal.facts() else None
    lock = FileLock(store.folder / "reindex.lock")
    try:
        with lock.acquire(timeout=0):
            return left, False
    except Timeout:
        return left, left is not None


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    try:
        with FileLock(store.folder / "reindex.lock").acquire(timeout=0):
            yield
    except Timeout as exc:
        raise StoreError(
            f"Another process is reindexing {store.folder}. Wait for it to finish."
        ) from exc


def _wanted(catalogue: Catalogue, model: BaseEmbedding) -> identity.Identity:
    """Give the model as the index knows it already if it is that one: it is compared in full."""
    now, known = identity.identity(model), identity.built_with(catalogue)
    return known if known.vectors and now.is_that_of(known) else now


def _begun(renewal: Renewal, after: Place, model: identity.Identity) -> Legs:
    """Open the new legs: those begun before if they were to become the same, else empty ones."""
    begun = renewal.facts()
    facts = {**place.facts_of(after), **identity.facts_of(model)}
    if begun == {**facts, "key": begun.get("key", "")}:
        try:
            return Legs(replace(after, key=begun["key"]))
        except StoreError:
            renewal.abandon()
    place.clear(after)
    renewal.begin(facts)
    return Legs(after)


class _Work:
    """Takes steps until nothing is left to do."""

    def __init__(self, catalogue: Catalogue, renewal: Renewal, legs: Legs, embed: Embed) -> None:
        self._catalogue, self.renewal, self._legs, self._embed = catalogue, renewal, legs, embed
        self.bytes = 0

    def take(self, step: Step) -> str:
        """Do a step and give the id of its last article."""
        searched = [i for i in step.article_ids if not self._catalogue.copy_of(i)]
        articles = [a for a in map(self._catalogue.article, searched) if a]
        cut = [passages(article) for article in articles]
        vectors = iter(self._embed([searched_text(p) for parts in cut for p in parts]))
        entries = [
            Entry(article, tuple(parts), tuple(islice(vectors, len(parts))))
            for article, parts in zip(articles, cut, strict=True)
        ]
        self._legs.remove(sorted({*step.article_ids} - {a.id for a in articles}))
        self.renewal.done(step, self._legs.write(entries))
        self.bytes += sum(len(a.text.encode("utf-8", "replace")) for a in articles)
        return step.article_ids[-1]

    def check(self) -> None:
        """Raise StoreError, and forget all that was done, unless both legs are whole."""
        made = self.renewal.count()
        if self._legs.counts() != (made, made):
            self.renewal.abandon()
            raise StoreError("The new index did not come out whole. Run again: wenju reindex")


def _run(work: _Work, store: Store, progress: Progress | None) -> None:
    """Do what is to be done, the last of it while nobody can add, and swap."""
    total = work.renewal.left()[1]
    while True:
        for step in _steps(work.renewal):
            name = work.take(step)
            if progress:
                progress(work.bytes, max(total, work.bytes), name)
        with store.locked():
            if work.renewal.left()[0] > STEP:
                continue
            for step in _steps(work.renewal):
                work.take(step)
            work.check()
            work.renewal.swap()
            return


def _steps(renewal: Renewal) -> Iterator[Step]:
    while step := renewal.next(STEP):
        yield step
