"""Passages and their vectors to the searches of other systems, with all their defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from llama_index.core import VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeRelationship, QueryBundle, RelatedNodeInfo, TextNode
from txtai import Embeddings

from evals.plain import retriever

SYSTEMS = {
    "llama-vectors": "LlamaIndex vectors",
    "llama-fusion": "LlamaIndex fusion",
    "txtai": "txtai hybrid",
}


@dataclass(frozen=True)
class Rows:
    """Passages in columns of one length."""

    ids: list[str]
    article_ids: list[str]
    texts: list[str]
    vectors: list[Sequence[float]]


Find = Callable[[str, list[float]], list[str]]
"""Gives the ids of the articles found for a question and its vector, best first."""


def systems(rows: Rows, model: BaseEmbedding, k: int) -> Iterator[tuple[str, Find]]:
    """Give each system over the passages; it finds articles by its `k` best passages."""
    yield from _llama(rows, model, k)
    yield "txtai", _txtai(rows, k)


def _llama(rows: Rows, model: BaseEmbedding, k: int) -> Iterator[tuple[str, Find]]:
    index = VectorStoreIndex(nodes=_nodes(rows), embed_model=model)
    for variant in ("vectors", "fusion"):
        searcher = retriever(index, variant, k)

        def find(
            question: str, vector: list[float], searcher: BaseRetriever = searcher
        ) -> list[str]:
            nodes = searcher.retrieve(QueryBundle(question, embedding=vector))
            return list(dict.fromkeys(n.node.ref_doc_id or "" for n in nodes))

        yield f"llama-{variant}", find


def _nodes(rows: Rows) -> list[TextNode]:
    columns = zip(rows.ids, rows.article_ids, rows.texts, rows.vectors, strict=True)
    return [
        TextNode(
            id_=id_,
            text=text,
            embedding=list(vector),
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article_id)},
        )
        for id_, article_id, text, vector in columns
    ]


def _txtai(rows: Rows, k: int) -> Find:
    known = dict(zip(rows.texts, rows.vectors, strict=True))

    def transform(texts: list[str]) -> np.ndarray:
        return np.array([known[text] for text in texts], dtype=np.float32)

    embeddings = Embeddings(method="external", transform=transform, hybrid=True, content=False)
    embeddings.index(list(enumerate(rows.texts)))

    def find(question: str, vector: list[float]) -> list[str]:
        known[question] = vector
        found = embeddings.search(question, k)
        return list(dict.fromkeys(rows.article_ids[int(place)] for place, _ in found))

    return find
