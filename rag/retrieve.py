"""Question to passages, best first."""

from __future__ import annotations

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeWithScore, QueryBundle

from vectorstore.filters import Narrowing
from vectorstore.llama import to_node
from vectorstore.store import Store


class PassageRetriever(BaseRetriever):
    """Both legs of a Store behind LlamaIndex's retriever interface."""

    def __init__(
        self, store: Store, model: BaseEmbedding, k: int = 10, only: Narrowing | None = None
    ) -> None:
        super().__init__()
        self._store, self._model, self._k, self._only = store, model, k, only

    def narrowed(self, only: Narrowing) -> PassageRetriever:
        """Give the same retriever over a part of the articles."""
        return PassageRetriever(self._store, self._model, self._k, only)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        text = query_bundle.query_str
        vector = query_bundle.embedding or self._model.get_query_embedding(text)
        found = self._store.search(text, vector, self._k, only=self._only)
        return [to_node(hit) for hit in found]
