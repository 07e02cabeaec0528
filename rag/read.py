"""Turn passages into the sentences that answer, each with a probability."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.question import language
from rag.signals import coverage, kind_fit, logistic, rarest, untouched
from vectorstore.article import Hit, Passage
from vectorstore.lexical import LexicalLeg
from vectorstore.script import terms, width
from vectorstore.split import sentences
from vectorstore.wanted import content_terms

MODEL_FILE = Path(__file__).with_name("reading.json")

# Similarities enter as differences only: what is high for one embedding model or one pair of
# languages is low for another. The search score stays out for the same reason.
SIGNALS = (
    "similarity of the sentence to the question, above that of its passage",
    "similarity of the sentence, below that of the most similar sentence",
    "similarity of the passage, above the mean of the passages found",
    "rare words of the question in the sentence",
    "the same, below the sentence that has most",
    "rare words of the question in the sentence and its neighbours",
    "rare words of the question in the passage",
    "rarest words of the question in the passage",
    "rarest words of the question in the sentence",
    "keywords of the question of which nothing is in the passage",
    "kind of answer asked for in the sentence",
    "search rank",
    "length of the sentence",
)

MOST_SENTENCES = 40
"""Sentences embedded for one question; passages of very short ones hold hundreds."""

PRIOR = math.log(3 / (1 / 2))
"""Added to every logit: of the readings that were fitted one third could be answered, of the
questions that are asked three quarters (Saerens et al. 2002)."""

ACROSS_LANGUAGES = (
    "similarity of the sentence, below that of the most similar sentence",
    "similarity of the passage, above the mean of the passages found",
    "kind of answer asked for in the sentence",
    "length of the sentence",
)
"""Signals that mean the same when question and passage are in different languages."""


@dataclass(frozen=True)
class Reading:
    """A sentence that may answer; offsets are into the article text.

    `probability` is that of the sentence answering the question, 0..1. `answer` is where the exact
    answer stands in it, None where only the sentence is known.
    """

    hit: Hit
    start: int
    end: int
    text: str
    probability: float
    answer: tuple[int, int] | None = None


@dataclass(frozen=True)
class Candidate:
    """A sentence and what was seen in it, in the order of SIGNALS."""

    hit: Hit
    start: int
    end: int
    text: str
    signals: tuple[float, ...]


def read(
    question: str,
    vector: Sequence[float],
    hits: Sequence[Hit],
    model: BaseEmbedding,
    lexical: LexicalLeg,
    depth: int,
) -> list[Reading]:
    """Give the sentences of the first `depth` hits, most likely answer first.

    `vector` is the question's; the other hits tell what merely similar passages look like.
    """
    english = language(question) == "en"
    found = [
        Reading(
            c.hit,
            c.start,
            c.end,
            c.text,
            probability(c.signals, english != (language(c.hit.passage.text) == "en")),
        )
        for c in candidates(question, vector, hits, model, lexical, depth)
    ]
    return sorted(found, key=lambda r: -r.probability)


def candidates(
    question: str,
    vector: Sequence[float],
    hits: Sequence[Hit],
    model: BaseEmbedding,
    lexical: LexicalLeg,
    depth: int,
) -> list[Candidate]:
    """Look at every sentence of the first `depth` hits."""
    spans = [
        _Span(rank, hit, *place)
        for rank, hit in enumerate(hits[:depth], start=1)
        for place in sentences(hit.passage.text)
    ]
    spans = [s for s in spans if s.text not in (s.hit.passage.title, s.hit.passage.heading)]
    if not spans:
        return []
    weights = lexical.weights(content_terms(question))
    spans = _promising(spans, weights)
    held = [coverage(weights, terms(s.text)) for s in spans]
    vectors = model.get_text_embedding_batch([s.text for s in spans])
    near = [sum(a * b for a, b in zip(vector, its, strict=True)) for its in vectors]
    usual = sum(hit.dense for hit in hits) / len(hits)
    made = []
    for i, s in enumerate(spans):
        signals = (
            near[i] - s.hit.dense,
            near[i] - max(near),
            s.hit.dense - usual,
            held[i],
            held[i] - max(held),
            *_signals(question, weights, s, spans[max(i - 1, 0) : i + 2]),
        )
        at = s.hit.passage.start
        made.append(Candidate(s.hit, at + s.start, at + s.end, s.text, signals))
    return made


def _promising(spans: list[_Span], weights: dict[str, float]) -> list[_Span]:
    """Keep, in their order, the sentences that hold most of the question's words."""
    if len(spans) <= MOST_SENTENCES:
        return spans
    held = [coverage(weights, terms(s.text)) for s in spans]
    best = sorted(range(len(spans)), key=lambda i: -held[i])[:MOST_SENTENCES]
    return [spans[i] for i in sorted(best)]


def _signals(
    question: str, weights: dict[str, float], span: _Span, near: Sequence[_Span]
) -> tuple[float, ...]:
    own, whole = terms(span.text), _passage_terms(span.hit.passage)
    rare = rarest(weights)
    around = [term for s in near if s.hit is span.hit for term in terms(s.text)]
    return (
        coverage(weights, around),
        coverage(weights, whole),
        coverage(rare, whole),
        coverage(rare, own),
        untouched(question, whole),
        kind_fit(question, span.text),
        1 / span.rank,
        math.log(1 + width(span.text)),
    )


@dataclass(frozen=True)
class _Span:
    rank: int
    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.hit.passage.text[self.start : self.end]


def _passage_terms(passage: Passage) -> list[str]:
    return terms(f"{passage.title}\n{passage.heading}\n{passage.text}")


def probability(signals: Sequence[float], across_languages: bool = False) -> float:
    """Give the probability that a sentence with these signals answers (logistic regression)."""
    weights, bias = _model("across languages" if across_languages else "one language")
    return logistic(weights, PRIOR + bias, signals)


@cache
def _model(name: str) -> tuple[tuple[float, ...], float]:
    fitted = json.loads(MODEL_FILE.read_text(encoding="utf-8"))[name]
    return tuple(fitted["weights"].get(signal, 0.0) for signal in SIGNALS), float(fitted["bias"])
