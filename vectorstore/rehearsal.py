"""A store that only pretends: what adding would do, on a copy of the catalogue."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from vectorstore.article import Article
from vectorstore.catalogue import Catalogue
from vectorstore.errors import StoreError
from vectorstore.legs import Embed, Entry
from vectorstore.store import Store


class Rehearsal:
    """Stands in for a Store while adding is tried out; both legs and the index stay untouched."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def locked(self) -> AbstractContextManager[None]:
        """Do nothing: nobody else knows the copy."""
        return nullcontext()

    def put(self, entries: Sequence[Entry]) -> None:
        """Write articles into the copy."""
        passages = [p for e in entries for p in e.passages]
        self.catalogue.settle([], [e.article for e in entries], passages)

    def put_copies(self, article_id: str, copies: Sequence[Article]) -> None:
        """Write copies of an article into the copy."""
        self.catalogue.settle_copies(article_id, copies)

    def remove(self, article_ids: Sequence[str]) -> list[str]:
        """Remove articles from the copy and give the ids of those that were there."""
        there = [i for i in article_ids if self.catalogue.standing(i)]
        self.catalogue.settle(there, [], [])
        return there

    def repair(self, embed: Embed) -> list[str]:
        """Do nothing: there are no legs."""
        return []


@contextmanager
def rehearsal(store: Store) -> Iterator[Rehearsal]:
    """Give a copy of the store's catalogue to try on, in a temporary folder beside it."""
    with TemporaryDirectory(prefix="trial-", dir=store.folder) as folder:
        path = Path(folder) / "catalogue.sqlite3"
        try:
            with closing(sqlite3.connect(path)) as copy:
                store.catalogue.copy_to(copy)
        except sqlite3.Error as exc:
            raise StoreError(f"The catalogue cannot be copied for a trial ({exc}).") from exc
        catalogue = Catalogue(path)
        try:
            yield Rehearsal(catalogue)
        finally:
            catalogue.close()
