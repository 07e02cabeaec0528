"""Articles to rows of the catalogue and back."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from vectorstore.article import Article, Mark, OffsetMap, Passage
from vectorstore.clean.dates import days
from vectorstore.language import language
from vectorstore.script import fold

VERSION = 3
"""Counts the layouts of the catalogue; one of another number cannot be read."""

TABLES = """
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, title TEXT, source TEXT, date TEXT, origin TEXT, digest TEXT,
    author TEXT, publisher TEXT, text TEXT, raw BLOB, raw_start INTEGER,
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
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, article_id TEXT, start INTEGER, end INTEGER, text TEXT, heading TEXT
);
CREATE INDEX IF NOT EXISTS passages_of ON passages (article_id, id);
CREATE TABLE IF NOT EXISTS journal (article_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""

_TOLD = "id, title, source, date, origin, digest, author, publisher, text"
ARTICLE = f"{_TOLD}, raw, raw_start, offsets, marks, pages"
FILTERED_BY = "first_day, last_day, language, named"
PASSAGE = "p.id, p.article_id, p.start, p.end, p.text, a.title, p.heading"


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


def insert_passages(
    db: sqlite3.Connection, passages: Sequence[Passage], table: str = "passages"
) -> None:
    """Write passages."""
    db.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?)",
        [(p.id, p.article_id, p.start, p.end, p.text, p.heading) for p in passages],
    )


def count_on(db: sqlite3.Connection) -> None:
    """Note that the index has changed."""
    db.execute(
        "INSERT INTO facts VALUES ('generation', 1) ON CONFLICT (name)"
        " DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def _row(a: Article) -> tuple[Any, ...]:
    told = (a.id, a.title, a.source, a.date, a.origin, a.digest, a.author, a.publisher, a.text)
    raw = zlib.compress(a.raw.encode("utf-8"), 1) if a.raw else b""
    marks = [(m.kind, m.source_start, m.source_end) for m in a.marks]
    return *told, raw, a.raw_start, _packed(a.offsets.blocks), _packed(marks), json.dumps(a.pages)


def _filtered_by(a: Article) -> tuple[int, int, str, str]:
    return *days(a.date), language(f"{a.title}\n{a.text}"), fold(f"{a.publisher}\n{a.source}")


def article_of(row: tuple[Any, ...]) -> Article:
    """Give the article that a row of the columns ARTICLE holds."""
    id_, title, source, date, origin, digest, author, publisher, text = row[:9]
    raw, raw_start, offsets, marks, pages = row[9:14]
    blocks = tuple((a, b, c, d) for a, b, c, d in _unpacked(offsets))
    return Article(
        id=id_,
        text=text,
        title=title,
        source=source,
        date=date,
        origin=origin,
        digest=digest,
        offsets=OffsetMap(blocks),
        author=author,
        publisher=publisher,
        raw=zlib.decompress(raw).decode("utf-8") if raw else "",
        raw_start=raw_start,
        marks=tuple(Mark(*mark) for mark in _unpacked(marks)),
        pages=tuple(json.loads(pages)),
    )


def _packed(value: object) -> bytes:
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 1)


def _unpacked(data: bytes) -> list[Any]:
    return list(json.loads(zlib.decompress(data)))
