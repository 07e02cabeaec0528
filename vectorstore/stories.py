"""Which articles tell the same: exact copies, and groups of nearly the same, in the catalogue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from vectorstore.article import Article, Copy
from vectorstore.duplicates import Copies, fingerprint, nearly_same, same_key
from vectorstore.rows import ARTICLE, article_of, insert_passages, unpacked
from vectorstore.split import passages


class Stories:
    """Works inside the catalogue's own transactions; commits nothing itself.

    An exact copy has the id of the article it copies in `copy_of` and is not searched. Articles
    that are nearly the same share the name of their `story` and are all searched.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db, self._copies = db, Copies(db)
        self.tables = Copies.tables

    def same(self, key: str) -> str:
        """Give the id of the article whose text has this key, or an empty string."""
        return next(iter(self._copies.same(key)), "")

    def place(self, article: Article) -> None:
        """Put an article, whose row stands, into the story of those that are nearly the same."""
        print_ = fingerprint(article.text)
        alike = [
            id_
            for id_ in self._copies.near(print_)
            if id_ != article.id and nearly_same(article.text, self._text(id_))
        ]
        self._copies.put(article.id, print_)
        told = sorted(set(self.of(alike).values()))
        if told:
            ids = ", ".join("?" * len(told))
            self._db.execute(
                f"UPDATE articles SET story = ? WHERE id = ? OR story IN ({ids})",
                (told[0], article.id, *told),
            )

    def leave(self, article_ids: Sequence[str]) -> None:
        """Forget articles that go or are placed anew; a story named after one gets another name."""
        self._copies.drop(article_ids)
        going = json.dumps(list(article_ids))
        named = self._db.execute(
            "SELECT story, min(id) FROM articles WHERE story IN (SELECT value FROM json_each(?1))"
            " AND id NOT IN (SELECT value FROM json_each(?1)) GROUP BY story",
            (going,),
        ).fetchall()
        self._db.executemany(
            "UPDATE articles SET story = ?2 WHERE story = ?1"
            " AND id NOT IN (SELECT value FROM json_each(?3))",
            [(story, heir, going) for story, heir in named],
        )

    def of(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Give the name of the story that each of the articles tells."""
        ids = list(article_ids)
        sql = f"SELECT id, story FROM articles WHERE id IN ({', '.join('?' * len(ids))})"
        return {str(id_): str(story) for id_, story in self._db.execute(sql, ids)}

    def copies(self, article_id: str) -> list[Copy]:
        """Give the other copies of an article: the same first, then the nearly same."""
        row = self._db.execute(
            "SELECT p.id, p.story FROM articles a JOIN articles p"
            " ON p.id = CASE a.copy_of WHEN '' THEN a.id ELSE a.copy_of END WHERE a.id = ?",
            (article_id,),
        ).fetchone()
        if row is None:
            return []
        found = self._db.execute(
            "SELECT id, title, source, date, id = :first OR copy_of = :first AS exact"
            " FROM articles WHERE id != :own AND (id = :first OR copy_of = :first"
            " OR story = :story AND copy_of = '') ORDER BY exact DESC, id",
            {"own": article_id, "first": row[0], "story": row[1]},
        )
        return [Copy(a, b, c, d, bool(exact)) for a, b, c, d, exact in found]

    def orphans(self, gone: Sequence[str], articles: Sequence[Article]) -> list[list[str]]:
        """Give, for each article that goes or becomes another text, the copies that are left."""
        changed = [a.id for a in articles if not self.told_by(a.id, a)]
        leaving = {*gone, *(a.id for a in articles)}
        left = ([c for c in self._copies_of(i) if c not in leaving] for i in [*gone, *changed])
        return [copies for copies in left if copies]

    def promote(self, copies: Sequence[str]) -> None:
        """Let the first of the copies take the place of their article; its legs are to be made."""
        heir, *others = copies
        sql = f"SELECT {ARTICLE} FROM articles WHERE id = ?"
        article = article_of(self._db.execute(sql, (heir,)).fetchone())
        cut = passages(article)
        self._db.execute(
            "UPDATE articles SET copy_of = '', passages = ? WHERE id = ?", (len(cut), heir)
        )
        self._db.executemany(
            "UPDATE articles SET copy_of = ? WHERE id = ?", [(heir, other) for other in others]
        )
        insert_passages(self._db, cut)
        self.place(article)
        self._db.execute("INSERT OR IGNORE INTO journal VALUES (?)", (heir,))

    def told_by(self, article_id: str, article: Article) -> bool:
        """Tell whether what stands under an id has the text of an article."""
        return article_id in self._copies.same(same_key(article.text))

    def _copies_of(self, article_id: str) -> list[str]:
        sql = "SELECT id FROM articles WHERE copy_of = ? ORDER BY added, id"
        return [str(row[0]) for row in self._db.execute(sql, (article_id,))]

    def _text(self, article_id: str) -> str:
        sql = "SELECT text FROM articles WHERE id = ?"
        row = self._db.execute(sql, (article_id,)).fetchone()
        return unpacked(row[0]) if row else ""
