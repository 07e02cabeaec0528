"""Articles to rows of the catalogue and back."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from vectorstore.article import Article, Mark, OffsetMap, Passage
from vectorstore.clean.dates import days
from vectorstore.errors import StoreError
from vectorstore.language import language
from vectorstore.script import fold

VERSION = 4
"""Counts the layouts of the catalogue; one of another number cannot be read."""

PAGE_BYTES = 16_384
"""Size of the file's pages; in smaller ones two articles seldom find room."""

LOG_BYTES = 4 << 20
"""Size of the log beside the file, from which on it is written into the file."""

CACHE_KIB = 65_536
"""Memory for the file's pages: the rows of fingerprints stand all over it."""

TABLES = """
CREATE TABLE IF NOT EXISTS articles (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, source TEXT, date TEXT, origin TEXT,
    digest TEXT, author TEXT, publisher TEXT, text BLOB, raw BLOB, raw_start INTEGER,
    offsets BLOB, marks BLOB, pages TEXT,
    copy_of TEXT DEFAULT '', story TEXT DEFAULT '',
    characters INTEGER, passages INTEGER, added TEXT DEFAULT CURRENT_TIMESTAMP,
    first_day INTEGER, last_day INTEGER, language TEXT, named TEXT
);
CREATE INDEX IF NOT EXISTS articles_from ON articles (origin);
CREATE INDEX IF NOT EXISTS copies_of ON articles (copy_of);
CREATE INDEX IF NOT EXISTS told_in ON articles (story);
CREATE INDEX IF NOT EXISTS filtered_by ON articles (
    id, copy_of, first_day, last_day, language, named, publisher, source, passages
);
CREATE TABLE IF NOT EXISTS cuts (
    article INTEGER, n INTEGER, start INTEGER, end INTEGER, heading TEXT, PRIMARY KEY (article, n)
) WITHOUT ROWID;
CREATE VIEW IF NOT EXISTS passages AS
    SELECT id || ':' || n AS id, id AS article_id, start, end, heading
    FROM articles JOIN cuts ON article = number;
CREATE TABLE IF NOT EXISTS journal (article_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""

_TOLD = "id, title, source, date, origin, digest, author, publisher, text"
ARTICLE = f"{_TOLD}, raw, raw_start, offsets, marks, pages"
FILTERED_BY = "first_day, last_day, language, named"
PASSAGES = """
SELECT id, title, text, (
    SELECT json_group_array(json_array(n, start, end, heading))
    FROM (SELECT * FROM cuts WHERE article = number ORDER BY n)
) FROM articles WHERE id IN (SELECT value FROM json_each(?))
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open a file for the tables, or make it; `unpacked` can be called in its SQL."""
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
    db.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"PRAGMA wal_autocheckpoint = {LOG_BYTES // PAGE_BYTES}")
    db.create_function("unpacked", 1, unpacked, deterministic=True)
    return db


def make_tables(db: sqlite3.Connection, path: Path, tables: str) -> None:
    """Make the tables in a file that has none, all or nothing.

    Raises StoreError when those that stand there have another layout.
    """
    if _version(db) == VERSION:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version(db) != VERSION and _filled(db):
            raise StoreError(
                f"The index {path.parent} was made by another version of Wenju."
                " Move it away and add the articles again."
            )
        for statement in tables.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.rollback()


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _filled(db: sqlite3.Connection) -> bool:
    """Tell whether there are tables of a known version, or articles."""
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    if "articles" not in tables or _version(db):
        return bool(tables)
    return db.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is not None


def remedy(exc: sqlite3.Error, folder: Path) -> str:
    """Say what to do when the catalogue in a folder cannot be used."""
    code = getattr(exc, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return f"It is damaged: move {folder} away and add the articles again."
    if code in (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
    ):
        return "Free or unlock the disk and try again, or choose another place with --home."
    return ""


def insert_articles(
    db: sqlite3.Connection, articles: Sequence[Article], passages: Sequence[Passage], copy_of: str
) -> None:
    """Write articles, each a story of its own, and passages."""
    counted = Counter(p.article_id for p in passages)
    rows = [
        (*_row(a), copy_of, a.id, len(a.text), counted[a.id], *_filtered_by(a)) for a in articles
    ]
    db.executemany(
        f"INSERT INTO articles ({ARTICLE}, copy_of, story, characters, passages, {FILTERED_BY})"
        f" VALUES ({', '.join('?' * 22)})",
        rows,
    )
    insert_passages(db, passages)


def insert_passages(db: sqlite3.Connection, passages: Sequence[Passage]) -> None:
    """Write passages."""
    db.executemany(
        "INSERT INTO cuts SELECT number, ?2, ?3, ?4, ?5 FROM articles WHERE id = ?1",
        [cut_of(p) for p in passages],
    )


def cut_of(p: Passage) -> tuple[str, int, int, int, str]:
    """Give the article of a passage, its number there, where it stands, and its heading."""
    return p.article_id, int(p.id.rpartition(":")[2]), p.start, p.end, p.heading


def count_on(db: sqlite3.Connection) -> None:
    """Note that the index has changed."""
    db.execute(
        "INSERT INTO facts VALUES ('generation', 1) ON CONFLICT (name)"
        " DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def passages_of(db: sqlite3.Connection, article_ids: Iterable[str]) -> Iterator[Passage]:
    """Give the passages of articles, those of one in reading order."""
    rows = db.execute(PASSAGES, (json.dumps([*article_ids]),))
    for article_id, title, packed_text, cuts in rows:
        text = unpacked(packed_text)
        for n, start, end, heading in json.loads(cuts):
            id_ = f"{article_id}:{n}"
            yield Passage(id_, article_id, start, end, text[start:end], title, heading)


def _row(a: Article) -> tuple[Any, ...]:
    told = (a.id, a.title, a.source, a.date, a.origin, a.digest, a.author, a.publisher)
    raw = packed(a.raw) if a.raw else b""
    marks = [(m.kind, m.source_start, m.source_end) for m in a.marks]
    blocks, pages = _json(a.offsets.blocks), json.dumps(a.pages)
    return *told, packed(a.text), raw, a.raw_start, blocks, _json(marks), pages


def _filtered_by(a: Article) -> tuple[int, int, str, str]:
    return *days(a.date), language(f"{a.title}\n{a.text}"), fold(f"{a.publisher}\n{a.source}")


def article_of(row: tuple[Any, ...]) -> Article:
    """Give the article that a row of the columns ARTICLE holds."""
    id_, title, source, date, origin, digest, author, publisher, text = row[:9]
    raw, raw_start, offsets, marks, pages = row[9:14]
    blocks = tuple((a, b, c, d) for a, b, c, d in _read(offsets))
    return Article(
        id=id_,
        text=unpacked(text),
        title=title,
        source=source,
        date=date,
        origin=origin,
        digest=digest,
        offsets=OffsetMap(blocks),
        author=author,
        publisher=publisher,
        raw=unpacked(raw) if raw else "",
        raw_start=raw_start,
        marks=tuple(Mark(*mark) for mark in _read(marks)),
        pages=tuple(json.loads(pages)),
    )


def packed(text: str) -> bytes:
    """Give a text as few bytes; GB 18030 holds all of Unicode, Chinese in two thirds of UTF-8."""
    return zlib.compress(text.encode("gb18030"))


def unpacked(data: bytes) -> str:
    """Give the text that was packed."""
    return zlib.decompress(data).decode("gb18030")


def _json(value: object) -> bytes:
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 1)


def _read(data: bytes) -> list[Any]:
    return list(json.loads(zlib.decompress(data)))
