"""Embedding by an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from openai import OpenAIError

from vectorstore.errors import WeightsError

TRIES = 2


class RemoteEmbedding(BaseEmbedding):
    """Embeds through a server; raises WeightsError when it does not do so after TRIES."""

    _base: str = PrivateAttr()
    _server: Any = PrivateAttr()

    def __init__(self, base: str, api_key: str, **fields: Any) -> None:
        super().__init__(**fields)
        self._base = base
        self._server = OpenAILikeEmbedding(
            api_base=base, api_key=api_key, max_retries=TRIES, **fields
        )

    def _get_query_embedding(self, query: str) -> list[float]:
        (vector,) = self._told(lambda: [self._server.get_query_embedding(query)])
        return vector

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._told(lambda: self._server.get_text_embedding_batch(texts))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _told(self, ask: Callable[[], Sequence[list[float]]]) -> list[list[float]]:
        try:
            return list(ask())
        except (OpenAIError, ValueError) as exc:
            raise WeightsError(
                f"The embedding server {self._base} does not embed ({exc}). Start it, or check"
                " WENJU_EMBED_MODEL and WENJU_API_KEY."
            ) from exc
