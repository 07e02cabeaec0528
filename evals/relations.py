"""Questions of a set, each with one for another thing of the same kind that its article lacks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from evals.corpora import articles_of
from evals.questions import Question
from evals.subjects import SEED, Pair, with_articles
from rag.reader.lessons import Lesson
from rag.reader.other_questions import opposed
from rag.reader.row import Row
from vectorstore.article import Article
from vectorstore.split import passages


def relations(folder: Path) -> Iterator[Pair]:
    """Make the questions of a set, in an order that stays the same."""
    articles = articles_of(folder / "corpus.jsonl")
    draw = random.Random(SEED)
    for q, article in with_articles(folder, articles, draw):
        if pair := _pair(q, article, draw):
            yield pair


def _pair(q: Question, article: Article, draw: random.Random) -> Pair | None:
    said = q.support[0].text
    lesson = Lesson(q.id, q.question, tuple(q.answers), article.title, article.text, 0, 0)
    for p in passages(article):
        if said and said in p.text:
            row = Row(q.question, article.title, p.text)
            other = opposed(lesson, row, (), draw)
            return Pair(q.question, other.question, article.title, p.text) if other else None
    return None
