"""Are false sentences noticed? `python -m evals.claims FOLDER... [--limit N]`.

Questions of a set (a FOLDER with `corpus.jsonl` and `questions.dev.jsonl`) that a number answers
become sentences: a true one with the gold answer, and a false one with another number of the same
unit from the same passage. Both are checked as a written answer is.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.corpora import articles_of
from evals.questions import Question, read_questions
from rag.answer import Sentence
from rag.compose import Draft, draft
from rag.quantity import quantities
from rag.reader.claims import proven
from rag.reader.reader import Reader
from vectorstore.article import Article, Passage
from vectorstore.script import fold
from vectorstore.split import passages

LIMIT = 200
SEED = 1
LONGEST = 14
"""Characters of an answer that is hardly more than a number."""

_WHEN = re.compile(r"什么时候|何时|哪一?年")
_HOW_MANY = re.compile(r"多少|几")
_NUMERAL = re.compile(r"^[^\d]*[\d.,]+[万亿]*")
_WITH_UNIT = re.compile(r"[\d.,]+[\u4e00-\u9fff%]")


@dataclass(frozen=True)
class Claim:
    """A true and a false sentence on a passage, in simplified characters."""

    question: str
    passage: Passage
    true: str
    false: str


def claims(folder: Path) -> Iterator[Claim]:
    """Make the sentences of a set."""
    articles = articles_of(folder / "corpus.jsonl")
    for q in read_questions(folder / "questions.dev.jsonl").questions:
        if q.support and (article := articles.get(q.support[0].doc)):
            yield from _claim(q, article)


def _claim(q: Question, article: Article) -> Iterator[Claim]:
    asked, answer = fold(q.question).rstrip("?"), fold(q.answers[0])
    numbers, place = quantities(answer), _place(asked, answer)
    holding = next((p for p in passages(article) if answer in fold(p.text)), None)
    if len(numbers) != 1 or len(answer) > LONGEST or not place or not holding:
        return
    taken = {*numbers, *quantities(asked)}
    others = sorted(
        said
        for said in set(_WITH_UNIT.findall(fold(holding.text)))
        if said[-1] == answer[-1] and (its := quantities(said)) and taken.isdisjoint(its)
    )
    if others:
        other = random.Random(q.id).choice(others)
        true, false = (f"{asked[: place[0]]}{x}{asked[place[1] :]}。" for x in (answer, other))
        yield Claim(q.question, holding, true, false)


def _place(asked: str, answer: str) -> tuple[int, int] | None:
    """Give where the answer belongs in the question, if it asks for one number."""
    if len(_WHEN.findall(asked)) + len(_HOW_MANY.findall(asked)) != 1:
        return None
    if found := _WHEN.search(asked):
        return found.span()
    unit = re.escape(_NUMERAL.sub("", answer))
    found = re.search(rf"(?:多少|几)(?:{unit})?", asked)
    return found.span() if found else None


def noticed(claim: Claim, sentence: str, reader: Reader | None) -> bool:
    """Tell whether a sentence is marked as doubtful, with or without the reader."""
    made: Draft = draft(f"{sentence}[1]", [claim.passage], claim.question)
    told: tuple[Sentence, ...] = (proven(made, reader) if reader else made).sentences
    return not all(s.supported for s in told)


def main() -> None:
    """Print the shares of true and false sentences that are marked, without and with the reader."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=LIMIT)
    given = parser.parse_args()
    reader = Reader()
    for folder in given.sets:
        made = list(claims(folder))
        drawn = random.Random(SEED).sample(made, min(given.limit, len(made)))
        sys.stdout.write(f"{folder.name}, {len(drawn)} sentences of each kind\n")
        for name, by in (("by rule", None), ("and by the reader", reader)):
            true = sum(noticed(c, c.true, by) for c in drawn) / len(drawn)
            false = sum(noticed(c, c.false, by) for c in drawn) / len(drawn)
            sys.stdout.write(f"  marked {name}: {false:.1%} of the false, {true:.1%} of the true\n")


if __name__ == "__main__":
    main()
