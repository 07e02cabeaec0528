"""Turn a corpus into any number of articles, and into vectors for them at no cost."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from numpy.typing import NDArray

from vectorstore.article import Article
from vectorstore.finish import from_text
from vectorstore.legs import searched_text
from vectorstore.split import passages, sentences

RUN = 1
"""Sentences that stay together; more of them in common and the articles would be near copies."""
POOL = 10_000
"""Passages embedded for the drawn vectors."""
SHARES = 0.55, 0.9
"""Share that the first of two real vectors has in a drawn one, at least and at most."""

Vectors = NDArray[np.float32]


class Remade:
    """Articles made of a corpus: runs of its sentences in new company, each article its own draw.

    They have the lengths and the wording of the corpus, so they do for costs; not for quality.
    """

    def __init__(self, corpus: Path) -> None:
        with corpus.open(encoding="utf-8") as lines:
            told = [json.loads(line) for line in lines]
        self._titles = [str(t.get("title", "")) for t in told]
        self._lengths = [len(t["text"]) for t in told]
        self._spoken = [t["text"][a:b] for t in told for a, b in sentences(t["text"])]

    def article(self, number: int) -> Article:
        """Give the article of a number; the same number gives the same article."""
        draw = random.Random(number)
        length, paragraphs = draw.choice(self._lengths), list[str]()
        while sum(map(len, paragraphs)) < length:
            at = draw.randrange(len(self._spoken) - RUN)
            paragraphs.append("".join(self._spoken[at : at + RUN]))
        title = f"{draw.choice(self._titles)} {number}"
        return from_text("\n".join(paragraphs), f"made/{number}", title)

    def texts(self, count: int) -> Iterator[str]:
        """Give `count` texts as they are embedded, of articles with numbers below zero."""
        number = 0
        while count > 0:
            number -= 1
            cut = passages(self.article(number))[:count]
            yield from map(searched_text, cut)
            count -= len(cut)


class DrawnEmbedding(BaseEmbedding):
    """Questions are embedded for real, passages get a mixture of two passages' real vectors.

    Which two is drawn by the text. The mixtures lie among real vectors, so an index over them
    costs what one over real vectors costs; what is found by them means nothing.
    """

    _model: BaseEmbedding = PrivateAttr()
    _pool: Vectors = PrivateAttr()

    def __init__(self, model: BaseEmbedding, pool: Vectors) -> None:
        super().__init__(model_name=f"drawn/{model.model_name}", embed_batch_size=512)
        self._model, self._pool = model, pool

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._model.get_query_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        drawn = np.array([self._draw(text) for text in texts])
        lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
        rows: list[list[float]] = (drawn / lengths).tolist()
        return rows

    def _draw(self, text: str) -> Vectors:
        seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
        draw = random.Random(seed)
        one, other = draw.choices(self._pool, k=2)
        share = draw.uniform(*SHARES)
        mixed: Vectors = share * one + (1 - share) * other
        return mixed


def pool(made: Remade, model: BaseEmbedding, kept: Path) -> Vectors:
    """Give the real vectors of POOL made passages; embedded once, then read from `kept`."""
    if not kept.exists():
        texts = list(made.texts(POOL))
        vectors = np.array(model.get_text_embedding_batch(texts), np.float32)
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, vectors)
    read: Vectors = np.load(kept)
    return read
