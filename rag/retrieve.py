"""Question to passages, best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.tongues import Tongues
from vectorstore.article import Hit
from vectorstore.filters import ANY, Kept, Narrowing, all_of, one_of
from vectorstore.language import CHINESE, LANGUAGES, language
from vectorstore.llama import to_node
from vectorstore.store import Store

OTHERS = tuple(name for name in LANGUAGES if name not in CHINESE)


class PassageRetriever(BaseRetriever):
    """Both legs of a Store behind LlamaIndex's retriever interface.

    Articles in another language than the question are searched with a vector of their own.
    """

    def __init__(
        self,
        store: Store,
        model: BaseEmbedding,
        k: int = 10,
        only: Narrowing | None = None,
        tongues: Tongues | None = None,
    ) -> None:
        super().__init__()
        self._store, self._model, self._k, self._only = store, model, k, only
        self._tongues = tongues or Tongues(model)

    def narrowed(self, only: Narrowing) -> PassageRetriever:
        """Give the same retriever over a part of the articles."""
        return PassageRetriever(self._store, self._model, self._k, only, self._tongues)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        text = query_bundle.query_str
        vector = query_bundle.embedding or self._model.get_query_embedding(text)
        found = sorted(self._searched(text, vector), key=lambda hit: -hit.score)
        return [to_node(hit) for hit in found[: self._k]]

    def _searched(self, text: str, vector: Sequence[float]) -> Iterator[Hit]:
        own, foreign = (CHINESE, OTHERS) if language(text) in CHINESE else (OTHERS, CHINESE)
        there = self._store.languages()
        mixed = not there.isdisjoint(own)
        if mixed:
            yield from self._among(text, vector, own if not there <= {*own} else ())
        if not there.isdisjoint(foreign):
            across = self._tongues.across(text, vector)
            yield from self._among(text, across, foreign if mixed else ())

    def _among(self, text: str, vector: Sequence[float], languages: Sequence[str]) -> list[Hit]:
        """Search the articles in these languages; in any when none are named."""
        only = self._only
        if languages:
            kept = only.condition() if only else ANY
            only = Kept(all_of(kept, one_of("language", languages)))
        return self._store.search(text, vector, self._k, only=only)
