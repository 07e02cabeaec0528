"""Passages that were read to the sentences that answer, each with its exact answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.read import Reading
from rag.reader.reader import Reader
from rag.reader.weighing import ReadPassage, Weighed, chances, likeliest, weighed_sentences
from vectorstore.article import Hit


def answering(
    question: str,
    hits: Sequence[Hit],
    read: Sequence[ReadPassage],
    weights: Mapping[str, float],
    reader: Reader,
) -> list[Reading]:
    """Give the sentences of the passages that were read, likeliest answer first.

    `hits` are all passages found, `weights` is how rare the words of the question are.
    """
    ordered = likeliest(weighed_sentences(question, hits, read, weights))
    alone = read_alone(question, ordered[:1], reader)
    return [
        Reading(w.hit, w.start, w.end, w.text, probability, w.answer)
        for w, probability in zip(ordered, chances(ordered, *alone), strict=True)
    ]


def read_alone(question: str, weighed: Sequence[Weighed], reader: Reader) -> list[float]:
    """Give the logit that each sentence answers when the reader sees but it and the title."""
    texts = [(w.hit.passage.title, w.text) for w in weighed]
    return [seen.answers for seen in reader.read(question, texts)]
