"""Passages that were read to the sentences that answer, each with its exact answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.read import Reading
from rag.reader.weighing import ReadPassage, chances, weighed_sentences
from vectorstore.article import Hit


def answering(
    question: str, hits: Sequence[Hit], read: Sequence[ReadPassage], weights: Mapping[str, float]
) -> list[Reading]:
    """Give the sentences of the passages that were read, likeliest answer first.

    `hits` are all passages found, `weights` is how rare the words of the question are.
    """
    weighed = weighed_sentences(question, hits, read, weights)
    found = [
        Reading(w.hit, w.start, w.end, w.text, probability, w.answer)
        for w, probability in zip(weighed, chances(weighed), strict=True)
    ]
    return sorted(found, key=lambda r: -r.probability)
