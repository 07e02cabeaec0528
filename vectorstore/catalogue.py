"""The record of what exists: articles, their passages, and work not finished (SQLite)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from vectorstore.article import Article, Listed, OffsetMap, Passage
from vectorstore.errors import StoreError

_TABLES = """
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT, source TEXT, date TEXT, origin TEXT, digest TEXT,
    text TEXT, offsets TEXT,
    characters INTEGER, passages INTEGER, added TEXT DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, article_id TEXT, start INTEGER, end INTEGER, text TEXT, heading TEXT
);
CREATE INDEX IF NOT EXISTS passages_of ON passages (article_id);
CREATE TABLE IF NOT EXISTS journal (article_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""
_ARTICLE = "id, title, source, date, origin, digest, text, offsets"
_PASSAGE = "p.id, p.article_id, p.start, p.end, p.text, a.title, p.heading"


class Catalogue:
    """One SQLite file; what it does not list does not exist, whatever the two legs hold."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()
        try:
            self._db = sqlite3.connect(
                path, check_same_thread=False, isolation_level=None, timeout=30
            )
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.executescript(_TABLES)
        except sqlite3.Error as exc:
            raise StoreError(
                f"The catalogue {path} cannot be opened ({exc}). If it is damaged, move"
                f" {path.parent} away and add the articles again; on a read-only or full disk"
                " choose another place with --home."
            ) from exc

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
                raise StoreError(f"The catalogue {self._path} cannot be written ({exc}).") from exc
            finally:
                if self._db.in_transaction:
                    self._db.rollback()

    def _all(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as exc:
                raise StoreError(f"The catalogue {self._path} cannot be read ({exc}).") from exc

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
        """Make a change real: `gone` go, `articles` come, the journal forgets both."""
        ids = [(i,) for i in [*gone, *(a.id for a in articles)]]
        counted = {a.id: 0 for a in articles}
        for p in passages:
            counted[p.article_id] += 1
        with self._writing() as db:
            for table, column in (
                ("articles", "id"),
                ("passages", "article_id"),
                ("journal", "article_id"),
            ):
                db.executemany(f"DELETE FROM {table} WHERE {column} = ?", ids)
            db.executemany(
                f"INSERT INTO articles ({_ARTICLE}, characters, passages)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(*_row(a), len(a.text), counted[a.id]) for a in articles],
            )
            db.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
                [(p.id, p.article_id, p.start, p.end, p.text, p.heading) for p in passages],
            )
            db.execute(
                "INSERT INTO facts VALUES ('generation', 1) ON CONFLICT (name)"
                " DO UPDATE SET value = CAST(value AS INTEGER) + 1"
            )

    def article(self, article_id: str) -> Article | None:
        """Give one article whole, or None."""
        rows = self._all(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", article_id)
        return _article(rows[0]) if rows else None

    def standing(self, article_id: str) -> tuple[str, str] | None:
        """Give `(digest, origin)` of an article, or None when there is none of that id."""
        rows = self._all("SELECT digest, origin FROM articles WHERE id = ?", article_id)
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def articles(self, containing: str = "", limit: int = -1) -> list[Listed]:
        """List articles whose id, title or text holds `containing`, by id."""
        columns = ", ".join(Listed.__dataclass_fields__)
        rows = self._all(
            f"SELECT {columns} FROM articles WHERE ? = '' OR instr(lower(id || ' ' || title"
            " || ' ' || text), lower(?)) ORDER BY id LIMIT ?",
            containing,
            containing,
            limit,
        )
        return [Listed(*row) for row in rows]  # type: ignore[arg-type]

    def ids(self) -> list[str]:
        """Give the id of every article."""
        return [str(row[0]) for row in self._all("SELECT id FROM articles ORDER BY id")]

    def digest(self) -> str:
        """Give a SHA-256 over all articles: equal digests mean equal articles."""
        rows = self._all("SELECT id, digest FROM articles ORDER BY id")
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Give those of the passages that exist, by id."""
        marks = ",".join("?" * len(ids))
        rows = self._all(
            f"SELECT {_PASSAGE} FROM passages p JOIN articles a ON a.id = p.article_id"
            f" WHERE p.id IN ({marks})",
            *ids,
        )
        return {str(row[0]): Passage(*row) for row in rows}  # type: ignore[arg-type]

    def passages_of(self, article_id: str) -> list[Passage]:
        """Give the passages of one article, in reading order."""
        rows = self._all(
            f"SELECT {_PASSAGE} FROM passages p JOIN articles a ON a.id = p.article_id"
            " WHERE a.id = ? ORDER BY p.start",
            article_id,
        )
        return [Passage(*row) for row in rows]  # type: ignore[arg-type]

    def passage_ids(self) -> set[str]:
        """Give the id of every passage."""
        return {str(row[0]) for row in self._all("SELECT id FROM passages")}

    def counts(self) -> tuple[int, int]:
        """Give the numbers of articles and of passages."""
        row = self._all("SELECT count(*), coalesce(sum(passages), 0) FROM articles")[0]
        return int(str(row[0])), int(str(row[1]))


def _row(a: Article) -> tuple[str, ...]:
    return (
        a.id,
        a.title,
        a.source,
        a.date,
        a.origin,
        a.digest,
        a.text,
        json.dumps(a.offsets.segments),
    )


def _article(row: tuple[object, ...]) -> Article:
    *texts, offsets = (str(value) for value in row)
    id_, title, source, date, origin, digest, text = texts
    segments = tuple((a, b, c) for a, b, c in json.loads(offsets))
    return Article(id_, text, title, source, date, origin, digest, OffsetMap(segments))
