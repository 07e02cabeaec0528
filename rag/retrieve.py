"""Question to passages, best first."""

from __future__ import annotations

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeWithScore, QueryBundle

from vectorstore.llama import to_node
from vectorstore.store import Store


class PassageRetriever(BaseRetriever):
    """Both legs of a Store behind LlamaIndex's retriever interface."""

    def __init__(self, store: Store, model: BaseEmbedding, k: int = 10) -> None:
        super().__init__()
        self._store, self._model, self._k = store, model, k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        text = query_bundle.query_str
        vector = query_bundle.embedding or self._model.get_query_embedding(text)
        return [to_node(hit) for hit in self._store.search(text, vector, self._k)]
