"""The store as LlamaIndex knows stores, and passages as its nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from llama_index.core.schema import (
    BaseNode,
    MetadataMode,
    NodeRelationship,
    NodeWithScore,
    RelatedNodeInfo,
    TextNode,
)
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)
from pydantic import ConfigDict

from vectorstore.article import Article, Hit, OffsetMap, Passage
from vectorstore.finish import finish
from vectorstore.fuse import fused
from vectorstore.legs import Entry
from vectorstore.metadata import narrowing
from vectorstore.store import LEG_DEPTH, Store

_SEPARATOR = "\n\n"


def to_node(hit: Hit) -> NodeWithScore:
    """Give a hit as LlamaIndex's node; its metadata says where in the article it stands."""
    p = hit.passage
    node = TextNode(
        id_=p.id,
        text=p.text,
        start_char_idx=p.start,
        end_char_idx=p.end,
        metadata={
            "article_id": p.article_id,
            "title": p.title,
            "heading": p.heading,
            "similarity": hit.dense,
        },
        excluded_llm_metadata_keys=["article_id", "similarity"],
        excluded_embed_metadata_keys=["article_id", "similarity"],
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=p.article_id)},
    )
    return NodeWithScore(node=node, score=hit.score)


def to_hit(found: NodeWithScore) -> Hit:
    """Give a node as a hit; a node of another store counts as an article of its own.

    Scores of other retrievers and rerankers are cut to 0..1; their similarity is not known: 0.
    """
    node, text = found.node, found.node.get_content(MetadataMode.NONE)
    known = node.metadata
    start = getattr(node, "start_char_idx", None) or 0
    passage = Passage(
        id=node.node_id,
        article_id=str(known.get("article_id") or node.ref_doc_id or node.node_id),
        start=start,
        end=start + len(text),
        text=text,
        title=str(known.get("title", "")),
        heading=str(known.get("heading", "")),
    )
    score = min(max(float(found.score or 0.0), 0.0), 1.0)
    return Hit(passage, score, float(known.get("similarity", 0.0)))


class ArticleVectorStore(BasePydanticVectorStore):
    """A Store as a LlamaIndex vector store: dense, lexical (`TEXT_SEARCH`) or both (`HYBRID`)."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    stores_text: bool = True
    is_embedding_query: bool = True
    store: Store

    @property
    def client(self) -> Any:
        """Give the Chroma client."""
        return self.store.dense.client

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Add nodes that carry embeddings; those of one document become one article.

        Nodes of a document that is there already come after its passages; what stands there word
        for word is not added again.
        """
        ordered = sorted(nodes, key=lambda n: n.ref_doc_id or n.node_id)
        grouped = groupby(ordered, key=lambda n: n.ref_doc_id or n.node_id)
        entries, ids = [], list[str]()
        for document, parts in grouped:
            nodes_of = list(parts)
            entry = _extended(self._standing(document), document, nodes_of)
            by_text = {p.text: p.id for p in entry.passages}
            ids.extend(by_text[_text(node)] for node in nodes_of)
            entries.append(entry)
        self.store.put(entries)
        return ids

    def _standing(self, document: str) -> Entry | None:
        self.store.refresh()
        article = self.store.catalogue.article(document)
        if article is None:
            return None
        passages = self.store.catalogue.passages_of(document)
        vectors = self.store.dense.vectors([p.id for p in passages])
        return Entry(article, tuple(passages), tuple(vectors))

    def delete(self, ref_doc_id: str, **kwargs: Any) -> None:
        """Remove one article."""
        self.store.remove([ref_doc_id])

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """Search as `query.mode` says; a filter that is not known raises NotImplementedError."""
        only = narrowing(query)
        k, depth = query.similarity_top_k, max(LEG_DEPTH, query.similarity_top_k)
        words = (VectorStoreQueryMode.TEXT_SEARCH, VectorStoreQueryMode.HYBRID)
        text = (query.query_str or "") if query.mode in words else ""
        vector = [] if query.mode == VectorStoreQueryMode.TEXT_SEARCH else query.query_embedding
        dense, lexical = self.store.legs(text, vector or [], depth, only)
        both = bool(dense and lexical)
        ranked = (
            fused(dense, lexical, self.store.spread(vector or [], only))
            if both
            else dense or lexical
        )
        found = [to_node(hit) for hit in self.store.hits(list(ranked), dict(dense))[:k]]
        return VectorStoreQueryResult(
            nodes=[n.node for n in found],
            similarities=[n.score or 0.0 for n in found],
            ids=[n.node.node_id for n in found],
        )


def _text(node: BaseNode) -> str:
    return node.get_content(MetadataMode.NONE)


def _extended(standing: Entry | None, document: str, nodes: list[BaseNode]) -> Entry:
    """Give the article of a document with its nodes behind the passages it has already."""
    article = standing.article if standing else _article(document, nodes[0].metadata)
    passages = list(standing.passages) if standing else []
    vectors = list(standing.vectors) if standing else []
    known, whole, blocks = {p.text for p in passages}, article.text, [*article.offsets.blocks]
    for node in nodes:
        text = _text(node)
        if text in known:
            continue
        known.add(text)
        whole += _SEPARATOR if whole else ""
        at, id_ = len(whole), f"{document}:{len(passages) + 1}"
        whole += text
        blocks.append((at, at, len(text), len(text)))
        passages.append(Passage(id_, document, at, len(whole), text, article.title))
        vectors.append(node.get_embedding())
    article = finish(replace(article, text=whole, offsets=OffsetMap(tuple(blocks))))
    return Entry(article, tuple(passages), tuple(vectors))


def _article(document: str, known: dict[str, Any]) -> Article:
    return Article(
        document,
        "",
        title=str(known.get("title", "")),
        source=str(known.get("source") or document),
        date=str(known.get("date", "")),
        publisher=str(known.get("publisher", "")),
    )
