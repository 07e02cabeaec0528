"""How well the reader reads, the right article given: `python -m evals.reading FOLDER...`.

Each FOLDER holds `corpus.jsonl` and `questions.dev.jsonl`. An article is read in stretches of whole
sentences, as it is in the product; the likeliest answer in a sentence of all counts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from time import perf_counter

import numpy as np

from evals import wording
from evals.calibration import auroc
from evals.corpora import articles_of
from evals.figures import interval
from evals.questions import Question, read_questions
from rag.reader.reader import FOLDER, Reader
from vectorstore.article import Article
from vectorstore.script import converted, fold
from vectorstore.split import passages, sentences

LIMIT = 500
SEED = 3

Rewrite = Callable[[str], str]


@dataclass(frozen=True)
class Told:
    """What was read for a question: the answer, its sentence, and how sure the reader is."""

    answer: str
    sentence: str
    sure: float
    milliseconds: float


def told(reader: Reader, question: str, article: Article) -> Told:
    """Read an article for a question."""
    stretches = passages(article)
    begun = perf_counter()
    seen = reader.read(question, [(p.title, p.text) for p in stretches])
    took = 1000 * (perf_counter() - begun)
    chances = [
        (one.answers + logit / 2, p.text[start:end], p.text[a:b])
        for p, one in zip(stretches, seen, strict=True)
        for a, b in sentences(p.text)
        for start, end, logit in [one.best(a, b)]
    ]
    sure, answer, sentence = max(chances, key=lambda chance: chance[0])
    return Told(answer, sentence, sure, took / len(seen))


def measured(
    folder: Path, reader: Reader, limit: int, kinds: Sequence[str] = ()
) -> dict[str, object]:
    """Give the figures of one set: how near the answers are, and which questions have one.

    With `kinds`, of its questions of these kinds.
    """
    articles = articles_of(folder / "corpus.jsonl")
    pairs = [(q, a) for q, a in _pairs(folder, articles) if not kinds or q.kind in kinds]
    drawn = random.Random(SEED).sample(pairs, min(limit, len(pairs)))
    made: dict[str, object] = {"questions": len(drawn)}
    read = [(q, told(reader, q.question, article)) for q, article in drawn]
    answerable = [(q, t) for q, t in read if q.answerable]
    made |= _nearness(answerable)
    if len(answerable) < len(read):
        labels = [q.answerable for q, _ in read]
        made["auroc"] = round(auroc([t.sure for _, t in read], labels), 4)
    made["ms a passage"] = round(median(t.milliseconds for _, t in read), 1)
    for name, table in (("asked in simplified", "t2s"), ("asked in traditional", "s2t")):
        other = [
            (q, told(reader, asked, article))
            for q, article in drawn
            if q.answerable and (asked := converted(q.question, table)) != q.question
        ]
        if len(other) > len(answerable) / 2:
            made[name] = _nearness(other)
    return made


def _pairs(folder: Path, articles: dict[str, Article]) -> list[tuple[Question, Article]]:
    """Give each question with the article that answers it, or is said not to."""
    named = {}
    with (folder / "questions.dev.jsonl").open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            named[line["id"]] = line.get("extra", {}).get("context_doc", "")
    found = []
    for q in read_questions(folder / "questions.dev.jsonl").questions:
        doc = q.support[0].doc if q.support else named[q.id]
        if doc in articles and passages(articles[doc]):
            found.append((q, articles[doc]))
    return found


def _nearness(read: Sequence[tuple[Question, Told]]) -> dict[str, object]:
    if not read:
        return {}
    f1 = [wording.f1(t.answer, q.answers) for q, t in read]
    em = [wording.exact_match(t.answer, q.answers) for q, t in read]
    held = [float(_held(t.sentence, q)) for q, t in read]
    return {
        "f1": round(fmean(f1), 4),
        "f1 interval": interval([np.array(f1)], np.mean, True, SEED),
        "em": round(fmean(em), 4),
        "right sentence": round(fmean(held), 4),
    }


def _held(sentence: str, q: Question) -> bool:
    """Tell whether a sentence and a support share text."""
    said = fold(sentence)
    texts = [fold(s.text) for s in q.support if s.text]
    return any(said and (said in t or t in said) for t in texts)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=LIMIT)
    parser.add_argument("--kinds", nargs="+", default=[], help="only questions of these kinds")
    parser.add_argument("--reader", type=Path, default=FOLDER, help="weights of another reader")
    given = parser.parse_args()
    reader = Reader(given.reader)
    made = {f.name: measured(f, reader, given.limit, given.kinds) for f in given.sets}
    sys.stdout.write(json.dumps(made, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
