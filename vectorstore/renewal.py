"""What is still to do until an index is embedded again, kept in its catalogue (SQLite)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vectorstore.article import Passage
from vectorstore.errors import StoreError
from vectorstore.rows import connect, count_on, cut_of

_BEGIN = (
    "CREATE TABLE renewed (id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT)",
    "INSERT INTO renewed (article_id) SELECT id FROM articles WHERE copy_of = '' ORDER BY id",
    "CREATE TABLE renewed_passages (article_id TEXT, n INTEGER, start INTEGER, end INTEGER,"
    " heading TEXT)",
    "CREATE INDEX renewed_passages_of ON renewed_passages (article_id)",
    # Whatever any process changes meanwhile, by whatever code, is done once more.
    "CREATE TRIGGER renewed_came AFTER INSERT ON articles BEGIN"
    " INSERT INTO renewed (article_id) VALUES (new.id); END",
    "CREATE TRIGGER renewed_left AFTER DELETE ON articles BEGIN"
    " INSERT INTO renewed (article_id) VALUES (old.id); END",
    "CREATE TRIGGER renewed_role AFTER UPDATE OF copy_of ON articles BEGIN"
    " INSERT INTO renewed (article_id) VALUES (new.id); END",
)
_END = (
    "DROP TRIGGER IF EXISTS renewed_came",
    "DROP TRIGGER IF EXISTS renewed_left",
    "DROP TRIGGER IF EXISTS renewed_role",
    "DROP TABLE IF EXISTS renewed",
    "DROP TABLE IF EXISTS renewed_passages",
    "DELETE FROM facts WHERE name = 'renewal'",
)
_SWAP = (
    "DELETE FROM cuts",
    "INSERT INTO cuts SELECT number, n, start, end, heading"
    " FROM renewed_passages JOIN articles ON id = article_id",
    "UPDATE articles SET passages = 0",
    "UPDATE articles SET passages = c.n FROM (SELECT article_id, count(*) AS n"
    " FROM renewed_passages GROUP BY article_id) c WHERE articles.id = c.article_id",
    "DELETE FROM journal",
)


@dataclass(frozen=True)
class Step:
    """Articles to be embedded together; what was noted up to `last` is then done."""

    last: int
    article_ids: tuple[str, ...]


class Renewal:
    """Uses the catalogue's file over a connection of its own; its changes are small and short."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect(path)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._db.execute("COMMIT")
        except sqlite3.Error as exc:
            raise StoreError(f"The catalogue {self._path} cannot be written ({exc}).") from exc
        finally:
            if self._db.in_transaction:
                self._db.rollback()

    def facts(self) -> dict[str, str]:
        """Give the facts the index is to have in the end; empty when no renewal has begun."""
        row = self._db.execute("SELECT value FROM facts WHERE name = 'renewal'").fetchone()
        return dict(json.loads(row[0])) if row else {}

    def begin(self, facts: Mapping[str, str]) -> None:
        """Begin anew: every article is to be done."""
        with self._writing() as db:
            for sql in (*_END, *_BEGIN):
                db.execute(sql)
            db.execute("INSERT INTO facts VALUES ('renewal', ?)", (json.dumps(facts),))

    def left(self) -> tuple[int, int]:
        """Give how many articles are still to be done, and the bytes of their text."""
        row = self._db.execute(
            "SELECT count(*), coalesce(sum(length(CAST(unpacked(text) AS BLOB))), 0) FROM articles"
            " WHERE id IN (SELECT article_id FROM renewed)"
        ).fetchone()
        return int(row[0]), int(row[1])

    def next(self, limit: int) -> Step | None:
        """Give what is to be done next, or None when all is done."""
        sql = "SELECT id, article_id FROM renewed ORDER BY id LIMIT ?"
        rows = self._db.execute(sql, (limit,)).fetchall()
        return Step(rows[-1][0], tuple({str(row[1]): None for row in rows})) if rows else None

    def done(self, step: Step, passages: Sequence[Passage]) -> None:
        """Note the passages of the articles of a step; those changed meanwhile stay to be done."""
        with self._writing() as db:
            db.executemany(
                "DELETE FROM renewed_passages WHERE article_id = ?",
                [(i,) for i in step.article_ids],
            )
            db.executemany(
                "INSERT INTO renewed_passages VALUES (?, ?, ?, ?, ?)", [cut_of(p) for p in passages]
            )
            db.execute("DELETE FROM renewed WHERE id <= ?", (step.last,))

    def count(self) -> int:
        """Give the number of passages made so far."""
        return int(self._db.execute("SELECT count(*) FROM renewed_passages").fetchone()[0])

    def swap(self) -> None:
        """Make it real, in one transaction: the new passages and facts take the place of the old.

        Raises StoreError, and changes nothing, unless all is done.
        """
        facts = self.facts()
        with self._writing() as db:
            if self.next(1):
                raise StoreError("Articles were added at the last moment. Run: wenju reindex")
            for sql in _SWAP:
                db.execute(sql)
            db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", [*facts.items()])
            count_on(db)
            for sql in _END:
                db.execute(sql)

    def abandon(self) -> None:
        """Forget all that was done."""
        with self._writing() as db:
            for sql in _END:
                db.execute(sql)
