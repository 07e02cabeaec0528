"""What a filter lets through, asked of the catalogue; nothing is copied into the search legs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vectorstore.filters import Narrowing
from vectorstore.script import scripts

Rows = Callable[..., list[tuple[object, ...]]]

FOUND_BY = "SELECT DISTINCT CASE copy_of WHEN '' THEN id ELSE copy_of END FROM articles WHERE"
"""The articles that are searched for those of which a condition holds, copies among them."""


@dataclass(frozen=True)
class Share:
    """How many articles match, copies among them, and how many passages these have."""

    articles: int
    passages: int


class Chosen:
    """The articles that a filter lets through, in themselves or by an exact copy of them."""

    def __init__(self, only: Narrowing, rows: Rows) -> None:
        self._rows, self._only = rows, only.condition()

    def share(self) -> Share:
        """Give how much of the catalogue that is."""
        sql = f"SELECT count(*), sum(passages) FROM articles WHERE {self._only.sql}"
        ((articles, passages),) = self._rows(sql, *self._only.values)
        return Share(int(str(articles)), int(str(passages or 0)))

    def article_ids(self) -> list[str]:
        """Give the ids of the searched articles."""
        return self._first(f"{FOUND_BY} {self._only.sql}", *self._only.values)

    def passage_ids(self) -> list[str]:
        """Give the ids of all their passages."""
        sql = f"SELECT id FROM passages WHERE article_id IN ({FOUND_BY} {self._only.sql})"
        return self._first(sql, *self._only.values)

    def among(self, passage_ids: Sequence[str]) -> set[str]:
        """Give those of the passages that belong to a chosen article."""
        sql = (
            "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM articles"
            f" WHERE (id = value OR copy_of = value) AND {self._only.sql})"
        )
        articles = {_article(id_) for id_ in passage_ids}
        there = set(self._first(sql, json.dumps([*articles]), *self._only.values))
        return {id_ for id_ in passage_ids if _article(id_) in there}

    def publishers(self, most: int) -> list[str]:
        """Give those who published them, who published most first."""
        sql = (
            f"SELECT publisher FROM articles WHERE publisher != '' AND {self._only.sql}"
            " GROUP BY publisher ORDER BY count(*) DESC, publisher LIMIT ?"
        )
        return self._first(sql, *self._only.values, most)

    def titles(self, containing: str, most: int) -> list[tuple[str, str]]:
        """Give `(id, title)` of the searched articles in whose id or title the words stand.

        In either script.
        """
        held = holding("a.id || ' ' || a.title")
        sql = (
            f"SELECT id, title FROM articles a WHERE copy_of = '' AND {self._only.sql}"
            f" AND {held} ORDER BY id LIMIT ?"
        )
        rows = self._rows(sql, *self._only.values, looked_for(containing), most)
        return [(str(id_), str(title)) for id_, title in rows]

    def _first(self, sql: str, *values: object) -> list[str]:
        return [str(row[0]) for row in self._rows(sql, *values)]


def holding(text: str) -> str:
    """Give the SQL that tells whether a text holds every word of `looked_for`, bound to it."""
    return (
        "NOT EXISTS (SELECT 1 FROM json_each(?) AS word WHERE NOT EXISTS (SELECT 1 FROM"
        f" json_each(word.value) AS way WHERE instr(lower({text}), lower(way.value))))"
    )


def looked_for(words: str) -> str:
    """Give words, each as it may be written in either script, as JSON."""
    return json.dumps([scripts(word) for word in words.split()])


def _article(passage_id: str) -> str:
    return passage_id.rpartition(":")[0]
