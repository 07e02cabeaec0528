"""Questions of a set, each with one about another subject, of which the passage speaks, too."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.corpora import articles_of
from evals.questions import Question, read_questions
from vectorstore.article import Article
from vectorstore.split import passages, sentences

SEED = 2
LONGEST = 60
"""Characters of the sentence about another subject."""


@dataclass(frozen=True)
class Pair:
    """A question that `text` answers, and one that it does not."""

    asked: str
    other: str
    title: str
    text: str


def subjects(folder: Path) -> Iterator[Pair]:
    """Make the questions of a set, in an order that stays the same."""
    articles = articles_of(folder / "corpus.jsonl")
    strangers = [one for a in articles.values() if (one := _introduced(a))]
    draw = random.Random(SEED)
    if not strangers:
        return
    for q, article in with_articles(folder, articles, draw):
        name, sentence = draw.choice(strangers)
        if pair := _pair(q, article, name, sentence, draw.random() < 0.5):
            yield pair


def with_articles(
    folder: Path, articles: Mapping[str, Article], draw: random.Random
) -> Iterator[tuple[Question, Article]]:
    """Give the questions of a set in an order that is drawn, each with the article it rests on."""
    questions = read_questions(folder / "questions.dev.jsonl").questions
    for q in draw.sample(questions, len(questions)):
        if q.support and (article := articles.get(q.support[0].doc)):
            yield q, article


def _introduced(article: Article) -> tuple[str, str] | None:
    """Give the title of an article and its first sentence, where that is short and says it."""
    start, end = next(iter(sentences(article.text)), (0, 0))
    sentence = article.text[start:end]
    said = len(article.title) > 1 and article.title in sentence
    return (article.title, sentence) if said and end - start <= LONGEST else None


def _pair(q: Question, article: Article, name: str, sentence: str, behind: bool) -> Pair | None:
    own, support = article.title, q.support[0]
    if len(own) < 2 or own not in q.question or name in article.text:
        return None
    for p in passages(article):
        if support.text and support.text in p.text and own in p.text:
            text = p.text + sentence if behind else sentence + p.text
            return Pair(q.question, q.question.replace(own, name), own, text)
    return None
