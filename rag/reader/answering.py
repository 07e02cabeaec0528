"""Passages that were read to the sentences that answer, each with its exact answer."""

from __future__ import annotations

from collections.abc import Sequence

from rag.read import Reading
from rag.reader.weighing import ReadPassage, chance, weighed_sentences


def answering(question: str, read: Sequence[ReadPassage]) -> list[Reading]:
    """Give the sentences of passages that were read, most likely answer first."""
    found = [
        Reading(w.hit, w.start, w.end, w.text, chance("sentences", w.signals), w.answer)
        for w in weighed_sentences(question, read)
    ]
    return sorted(found, key=lambda r: -r.probability)
