"""What the reader saw, weighed against the search: passages in order, sentences with chances."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rag.quantity import quantities
from rag.reader.agreement import Agreement
from rag.reader.reader import Seen
from rag.reader.rivals import LEAST, Rivals
from rag.signals import coverage, logistic
from vectorstore.article import Hit
from vectorstore.script import terms
from vectorstore.split import sentences

FILE = Path(__file__).with_name("weighing.json")

OF_PASSAGES = (
    "the passage answers",
    "likeliest answer in the passage",
    "search score",
)
"""Signals by which passages are put in order."""

OF_SENTENCES = (
    *OF_PASSAGES,
    "similarity of the passage, above the mean of the passages found",
    "rare words of the question in the passage",
    "numbers of the question that are not in the passage",
    "likeliest answer in the sentence, below that of its passage",
    "other articles that hold the likeliest answer of the sentence",
)
"""Signals that tell whether a sentence answers."""

OF_READINGS = ("likeliest other answer of another article", "the sentence answers, read alone")
"""Signals of the likeliest sentence that tell how sure it is."""

LOW = -20.0
"""Logits below it all mean the same."""


@dataclass(frozen=True)
class ReadPassage:
    """A passage, what the reader saw in it, and the signals of both in the order of OF_PASSAGES."""

    hit: Hit
    seen: Seen
    signals: tuple[float, ...]


@dataclass(frozen=True)
class Weighed:
    """A sentence and what was seen in it, in the order of OF_SENTENCES.

    `start`, `end` and the likeliest answer in it, `answer`, are offsets into the article text.
    `rival` is the logit of the likeliest other answer of another article.
    """

    hit: Hit
    start: int
    end: int
    text: str
    answer: tuple[int, int]
    signals: tuple[float, ...]
    rival: float = LEAST


def weighed_passages(hits: Sequence[Hit], seen: Sequence[Seen]) -> list[ReadPassage]:
    """Weigh the passages that were read, the first of `hits`."""
    return [
        ReadPassage(hit, one, (one.answers, max(one.best()[2], LOW), hit.score))
        for hit, one in zip(hits, seen, strict=False)
    ]


def in_order(read: Sequence[ReadPassage]) -> list[ReadPassage]:
    """Put passages in the order in which they are likely to answer.

    The score of each becomes the probability that it does.
    """
    scored = [replace(r, hit=replace(r.hit, score=chance("passages", r.signals))) for r in read]
    return sorted(scored, key=lambda r: -r.hit.score)


def weighed_sentences(
    question: str, hits: Sequence[Hit], read: Sequence[ReadPassage], weights: Mapping[str, float]
) -> list[Weighed]:
    """Weigh every sentence of passages that were read.

    `hits` are all passages found, `weights` is how rare the words of the question are.
    """
    usual = sum(hit.dense for hit in hits) / max(len(hits), 1)
    agreement = Agreement([(r.hit.passage, r.seen.answers) for r in read])
    made: list[Weighed] = []
    told: list[tuple[str, str, float]] = []
    for r in read:
        passage, (_, likeliest, _) = r.hit.passage, r.signals
        whole = f"{passage.title}\n{passage.heading}\n{passage.text}"
        words = coverage(weights, terms(whole)), _strange_numbers(question, whole)
        for start, end in sentences(passage.text):
            text = passage.text[start:end]
            if text in (passage.title, passage.heading):
                continue
            first, last, logit = r.seen.best(start, end)
            answer, likely = passage.text[first:last], max(logit, LOW)
            agreed = agreement.of(answer, passage.article_id)
            signals = (*r.signals, r.hit.dense - usual, *words, likely - likeliest, agreed)
            at = passage.start
            made.append(
                Weighed(r.hit, at + start, at + end, text, (at + first, at + last), signals)
            )
            told.append((passage.article_id, answer, likely))
    rivals = Rivals(told)
    return [
        replace(w, rival=rivals.of(answer, article))
        for w, (article, answer, _) in zip(made, told, strict=True)
    ]


def _strange_numbers(question: str, passage: str) -> float:
    asked = quantities(question)
    stated = quantities(passage) if asked else {}
    return sum(number not in stated for number in asked) / len(asked) if asked else 0.0


def likeliest(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Put sentences in the order in which they are likely to answer."""
    unknown = (0.0,) * len(OF_READINGS)
    return sorted(weighed, key=lambda w: -chance("sentences", (*w.signals, *unknown)))


def chances(ordered: Sequence[Weighed], alone: float = 0.0) -> list[float]:
    """Give the probability that each sentence answers, 0..1, the likeliest first.

    The answer that rivals the first tells against all of them, and so does `alone`: the logit of
    the first one answering when it is read without its passage.
    """
    return [chance("sentences", (*w.signals, ordered[0].rival, alone)) for w in ordered]


def chance(what: str, signals: Sequence[float]) -> float:
    """Give the probability of what `signals` speak for (logistic regression), 0..1."""
    return logistic(*_fitted(what), signals)


@cache
def _fitted(what: str) -> tuple[tuple[float, ...], float]:
    fitted = json.loads(FILE.read_text(encoding="utf-8"))[what]
    names = OF_PASSAGES if what == "passages" else OF_SENTENCES + OF_READINGS
    return tuple(fitted["weights"].get(name, 0.0) for name in names), float(fitted["bias"])
