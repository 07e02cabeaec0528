"""Are two subjects of one passage told apart? `python -m evals.subjects FOLDER... [--limit N]`.

A FOLDER holds `corpus.jsonl` and `questions.dev.jsonl`. Beside the passage that answers a question
about the subject of its article is put a sentence about that of another article; then the question
is asked twice, as it is and with the other name in it. Only the first has an answer there.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import fmean

from evals.calibration import auroc
from evals.corpora import articles_of
from evals.questions import Question, read_questions
from rag.reader.reader import FOLDER, Reader
from vectorstore.article import Article
from vectorstore.split import passages, sentences

LIMIT = 200
SEED = 2
LONGEST = 60
"""Characters of the sentence about another subject."""


@dataclass(frozen=True)
class Pair:
    """A question that `text` answers, and one about another subject that it does not."""

    asked: str
    other: str
    title: str
    text: str


def pairs(folder: Path) -> Iterator[Pair]:
    """Make the questions of a set, in an order that stays the same."""
    articles = articles_of(folder / "corpus.jsonl")
    strangers = [one for a in articles.values() if (one := _introduced(a))]
    questions = read_questions(folder / "questions.dev.jsonl").questions
    draw = random.Random(SEED)
    if not strangers:
        return
    for q in draw.sample(questions, len(questions)):
        if q.support and (article := articles.get(q.support[0].doc)):
            name, sentence = draw.choice(strangers)
            if pair := _pair(q, article, name, sentence, draw.random() < 0.5):
                yield pair


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


def measured(folder: Path, reader: Reader, limit: int) -> str:
    """Ask the questions of a set and put the figures into a line."""
    asked = list(islice(pairs(folder), limit))
    if not asked:
        return f"{folder.name}: no question that names the subject of its article\n"
    own = [_answers(reader, pair.asked, pair) for pair in asked]
    other = [_answers(reader, pair.other, pair) for pair in asked]
    first = fmean(a > b for a, b in zip(own, other, strict=True))
    labels = [True] * len(own) + [False] * len(other)
    return (
        f"{folder.name}: {len(asked)} questions, AUROC {auroc([*own, *other], labels):.3f},"
        f" of two the right one {first:.3f}\n"
    )


def _answers(reader: Reader, question: str, pair: Pair) -> float:
    (seen,) = reader.read(question, [(pair.title, pair.text)])
    return seen.answers


def main() -> None:
    """Measure and print a line a set."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=LIMIT)
    parser.add_argument("--reader", type=Path, default=FOLDER, help="weights of another reader")
    given = parser.parse_args()
    reader = Reader(given.reader)
    for folder in given.sets:
        sys.stdout.write(measured(folder, reader, given.limit))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
