"""The record of what exists: articles, their passages, and work not finished (SQLite)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from vectorstore.article import Article, Copy, Listed, Passage
from vectorstore.chosen import FOUND_BY, Chosen, holding, looked_for
from vectorstore.errors import StoreError
from vectorstore.filters import ANY, Narrowing
from vectorstore.rows import (
    ARTICLE,
    TABLES,
    article_of,
    connect,
    count_on,
    insert_articles,
    make_tables,
    passages_of,
    remedy,
)
from vectorstore.stories import Stories


class Catalogue:
    """One SQLite file; what it does not list does not exist, whatever the two legs hold."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, Lock()
        try:
            self._db = connect(path)
            self._stories = Stories(self._db)
            make_tables(self._db, path, TABLES + self._stories.tables)
        except sqlite3.Error as exc:
            raise self._failed("opened", exc) from exc

    def _failed(self, what: str, exc: sqlite3.Error) -> StoreError:
        told = f"The catalogue {self.path} cannot be {what} ({exc})."
        return StoreError(f"{told} {remedy(exc, self.path.parent)}".strip())

    def copy_to(self, other: sqlite3.Connection) -> None:
        """Copy everything into another, empty database."""
        with self._reading() as db:
            db.backup(other)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except sqlite3.Error as exc:
                raise self._failed("written", exc) from exc
            finally:
                if self._db.in_transaction:
                    self._db.rollback()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.Error as exc:
                raise self._failed("read", exc) from exc

    def _all(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with self._reading() as db:
            return db.execute(sql, values).fetchall()

    def fact(self, name: str) -> str:
        """Give what was noted under `name`, or an empty string."""
        rows = self._all("SELECT value FROM facts WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def note(self, name: str, value: str) -> None:
        """Note one fact about the index."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def generation(self) -> int:
        """Count the changes made to the index, by any process."""
        return int(self.fact("generation") or 0)

    def journal(self, article_ids: Sequence[str] | None = None) -> list[str]:
        """Note articles whose legs are about to change, and give all that are noted."""
        if article_ids:
            with self._writing() as db:
                db.executemany(
                    "INSERT OR IGNORE INTO journal VALUES (?)", [(i,) for i in article_ids]
                )
        return [str(row[0]) for row in self._all("SELECT article_id FROM journal")]

    def settle(
        self, gone: Sequence[str], articles: Sequence[Article], passages: Sequence[Passage]
    ) -> None:
        """Make a change real: `gone` go, `articles` come, the journal forgets both.

        Where an article goes or becomes another text, the first of its copies takes its place and
        is noted in the journal.
        """
        ids = [*gone, *(a.id for a in articles)]
        with self._writing() as db:
            orphans = self._stories.orphans(gone, articles)
            self._forget(db, ids)
            insert_articles(db, articles, passages, copy_of="")
            for article in articles:
                self._stories.place(article)
            for copies in orphans:
                self._stories.promote(copies)
            count_on(db)

    def settle_copies(self, article_id: str, copies: Sequence[Article]) -> None:
        """Write copies of an article; they are not searched.

        Where the article is gone or tells something else by now, the first takes its place and is
        noted in the journal.
        """
        ids = [a.id for a in copies]
        with self._writing() as db:
            orphans = self._stories.orphans(ids, [])
            self._forget(db, ids)
            insert_articles(db, copies, [], copy_of=article_id)
            if not self._stories.told_by(article_id, copies[0]):
                orphans.append(ids)
            for left in orphans:
                self._stories.promote(left)
            count_on(db)

    def _forget(self, db: sqlite3.Connection, ids: Sequence[str]) -> None:
        self._stories.leave(ids)
        for rows in (
            "cuts WHERE article = (SELECT number FROM articles WHERE id = ?)",
            "articles WHERE id = ?",
            "journal WHERE article_id = ?",
        ):
            db.executemany(f"DELETE FROM {rows}", [(i,) for i in ids])

    def settled(self, article_ids: Sequence[str]) -> None:
        """Let the journal forget articles whose legs agree with the catalogue again."""
        with self._writing() as db:
            db.executemany("DELETE FROM journal WHERE article_id = ?", [(i,) for i in article_ids])
            count_on(db)

    def same(self, key: str) -> str:
        """Give the id of the article whose text has this key, or an empty string."""
        with self._reading():
            return self._stories.same(key)

    def copies(self, article_id: str) -> list[Copy]:
        """Give the other copies of an article: the same first, then the nearly same."""
        with self._reading():
            return self._stories.copies(article_id)

    def stories(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Give for each article the name of its story, which nearly the same articles share."""
        with self._reading():
            return self._stories.of(article_ids)

    def copy_of(self, article_id: str) -> str:
        """Give the id of the article that this one copies exactly, or an empty string."""
        rows = self._all("SELECT copy_of FROM articles WHERE id = ?", article_id)
        return str(rows[0][0]) if rows else ""

    def read_from(self, origin: str) -> list[str]:
        """Give the ids of the articles read from a file or address."""
        rows = self._all("SELECT id FROM articles WHERE origin = ? ORDER BY id", origin)
        return [str(row[0]) for row in rows]

    def read_below(self, folder: str) -> list[str]:
        """Give the ids of the articles read from any file of a folder."""
        below = f"{folder.rstrip('/')}/"
        sql = "SELECT id FROM articles WHERE substr(origin, 1, ?) = ? ORDER BY id"
        return [str(row[0]) for row in self._all(sql, len(below), below)]

    def article(self, article_id: str) -> Article | None:
        """Give one article whole, or None."""
        rows = self._all(f"SELECT {ARTICLE} FROM articles WHERE id = ?", article_id)
        return article_of(rows[0]) if rows else None

    def standing(self, article_id: str) -> tuple[str, str] | None:
        """Give `(digest, origin)` of an article, or None when there is none of that id."""
        rows = self._all("SELECT digest, origin FROM articles WHERE id = ?", article_id)
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def chosen(self, only: Narrowing) -> Chosen:
        """Give what a filter lets through."""
        return Chosen(only, self._all)

    def articles(
        self, containing: str = "", limit: int = -1, only: Narrowing | None = None
    ) -> list[Listed]:
        """List articles whose id, title or text holds every word of `containing`, by id.

        In either script; copies are counted.
        """
        among = only.condition() if only else ANY
        chosen = f"AND id IN ({FOUND_BY} {among.sql})" if only else ""
        columns = [name for name in Listed.__dataclass_fields__ if name != "copies"]
        held = holding("a.id || ' ' || a.title || ' ' || unpacked(a.text)")
        rows = self._all(
            f"SELECT {', '.join(columns)}, (SELECT count(*) FROM articles c WHERE c.id != a.id"
            " AND (c.copy_of = a.id OR c.story = a.story AND c.copy_of = ''))"
            f" FROM articles a WHERE copy_of = '' AND {held} {chosen}"
            " ORDER BY id LIMIT ?",
            *(looked_for(containing), *among.values, limit),
        )
        return [Listed(*row) for row in rows]  # type: ignore[arg-type]

    def ids(self) -> list[str]:
        """Give the id of every article, copies too."""
        return [str(row[0]) for row in self._all("SELECT id FROM articles ORDER BY id")]

    def languages(self) -> frozenset[str]:
        """Give the languages that articles are written in."""
        return frozenset(str(row[0]) for row in self._all("SELECT DISTINCT language FROM articles"))

    def digest(self) -> str:
        """Give a SHA-256 over all articles: equal digests mean equal articles."""
        rows = self._all("SELECT id, digest FROM articles ORDER BY id")
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Give those of the passages that exist, by id."""
        wanted = set(ids)
        with self._reading() as db:
            found = passages_of(db, {id_.rpartition(":")[0] for id_ in ids})
            return {p.id: p for p in found if p.id in wanted}

    def passages_of(self, article_id: str) -> list[Passage]:
        """Give the passages of one article, in reading order."""
        with self._reading() as db:
            return list(passages_of(db, [article_id]))

    def passage_ids(self) -> set[str]:
        """Give the id of every passage."""
        return {str(row[0]) for row in self._all("SELECT id FROM passages")}

    def counts(self) -> tuple[int, int]:
        """Give the numbers of articles, each counted once however many copies, and of passages."""
        row = self._all(
            "SELECT count(*), coalesce(sum(passages), 0) FROM articles WHERE copy_of = ''"
        )[0]
        return int(str(row[0])), int(str(row[1]))
