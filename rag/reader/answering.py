"""Passages that were read to the sentences that answer, each with its exact answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from time import perf_counter

from rag.read import Reading
from rag.reader.reader import Reader, Seen
from rag.reader.weighing import (
    ReadPassage,
    Weighed,
    chances,
    in_order,
    likeliest,
    weighed_passages,
    weighed_sentences,
)
from vectorstore.article import Hit

READ = 10
"""Passages that are read for a question, at most."""

SURE = 0.8
"""Chance of a sentence that answers, from which on no further passage is read for one thing."""

TOGETHER = 3
"""Passages that are read before what they say is weighed."""

READ_SECONDS = 2.0
"""Time after which no further passage is read, on a slow or busy machine."""


def read_enough(
    question: str,
    hits: Sequence[Hit],
    weights: Mapping[str, float],
    reader: Reader,
    several: bool,
    seconds: float = math.inf,
) -> tuple[list[ReadPassage], list[Reading]]:
    """Read passages, best first, until one of their sentences surely answers or time is up.

    A question that asks for `several` things has them all read. Gives what was read, likeliest
    first: passages and their sentences. `hits` are all passages found, `weights` is how rare the
    words of the question are.
    """
    begun, enough = perf_counter(), math.inf if several else SURE
    texts = [(hit.passage.title, hit.passage.text) for hit in hits[:READ]]
    seen: list[Seen] = []
    while True:
        seen += reader.read(question, texts[len(seen) : len(seen) + TOGETHER])
        read = in_order(weighed_passages(hits, seen))
        readings = answering(question, hits, read, weights, reader)
        sure = bool(readings) and readings[0].probability >= enough
        if sure or len(seen) == len(texts) or perf_counter() - begun >= seconds:
            return read, readings


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
