"""What the reader saw, weighed against the search: passages in order, sentences with chances."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rag.quantity import quantities
from rag.reader.reader import Seen
from rag.signals import coverage, kind_fit, logistic, rarest, untouched
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
    "likeliest answer in the sentence, below that of its passage",
    "likeliest answer in the sentence, below that of any sentence",
    "rare words of the question in the passage",
    "rarest words of the question in the passage",
    "keywords of the question of which nothing is in the passage",
    "numbers of the question that are not in the passage",
    "kind of answer asked for in the sentence",
)
"""Signals that tell whether a sentence answers."""

LOW = -20.0
"""Logits below it all mean the same."""


@dataclass(frozen=True)
class Weighed:
    """A sentence and what was seen in it, in the order of OF_SENTENCES.

    `start`, `end` and the likeliest answer in it, `answer`, are offsets into the article text.
    """

    hit: Hit
    start: int
    end: int
    text: str
    answer: tuple[int, int]
    signals: tuple[float, ...]


def passage_signals(hit: Hit, seen: Seen) -> tuple[float, ...]:
    """Give the signals of a passage, in the order of OF_PASSAGES."""
    return seen.answers, max(seen.best()[2], LOW), hit.score


def in_order(hits: Sequence[Hit], seen: Sequence[Seen]) -> list[tuple[Hit, Seen]]:
    """Put passages that were read in the order in which they are likely to answer.

    Their score becomes the probability that they do.
    """
    chances = [chance("passages", passage_signals(h, s)) for h, s in zip(hits, seen, strict=True)]
    order = sorted(range(len(chances)), key=lambda i: -chances[i])
    return [(replace(hits[i], score=chances[i]), seen[i]) for i in order]


def weighed(
    question: str, read: Sequence[tuple[Hit, Seen]], weights: Mapping[str, float]
) -> list[Weighed]:
    """Look at every sentence of passages that were read; `weights` is how rare words are."""
    found = [
        (hit, seen, start, end, seen.best(start, end))
        for hit, seen in read
        for start, end in sentences(hit.passage.text)
        if hit.passage.text[start:end] not in (hit.passage.title, hit.passage.heading)
    ]
    best = max((max(answer[2], LOW) for *_, answer in found), default=LOW)
    rare = rarest(weights)
    of_passage = {
        hit.passage.id: (passage_signals(hit, seen), _words(question, hit, weights, rare))
        for hit, seen in read
    }
    made = []
    for hit, _, start, end, (first, last, logit) in found:
        at, text = hit.passage.start, hit.passage.text[start:end]
        own, words = of_passage[hit.passage.id]
        signals = (
            *own,
            max(logit, LOW) - own[1],
            max(logit, LOW) - best,
            *words,
            kind_fit(question, text),
        )
        made.append(Weighed(hit, at + start, at + end, text, (at + first, at + last), signals))
    return made


def _words(
    question: str, hit: Hit, weights: Mapping[str, float], rare: Mapping[str, float]
) -> tuple[float, ...]:
    """Give what a passage holds of the words and numbers of the question."""
    p = hit.passage
    whole = f"{p.title}\n{p.heading}\n{p.text}"
    held = terms(whole)
    return (
        coverage(weights, held),
        coverage(rare, held),
        untouched(question, held),
        _strange_numbers(question, whole),
    )


def _strange_numbers(question: str, passage: str) -> float:
    asked = quantities(question)
    stated = quantities(passage) if asked else {}
    return sum(number not in stated for number in asked) / len(asked) if asked else 0.0


def chance(what: str, signals: Sequence[float]) -> float:
    """Give the probability of what `signals` speak for (logistic regression), 0..1."""
    return logistic(*_fitted(what), signals)


@cache
def _fitted(what: str) -> tuple[tuple[float, ...], float]:
    fitted = json.loads(FILE.read_text(encoding="utf-8"))[what]
    names = OF_PASSAGES if what == "passages" else OF_SENTENCES
    return tuple(fitted["weights"].get(name, 0.0) for name in names), float(fitted["bias"])
