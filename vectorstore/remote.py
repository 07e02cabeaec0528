"""Embedding by an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from openai import OpenAIError

from vectorstore.errors import WeightsError

TRIES = 2


class RemoteEmbedding(OpenAILikeEmbedding):
    """Embeds through a server; raises WeightsError when it does not do so after TRIES."""

    def _get_query_embedding(self, query: str) -> list[float]:
        with self._told():
            return super()._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        with self._told():
            return super()._get_text_embedding(text)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        with self._told():
            return super()._get_text_embeddings(texts)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OpenAIError, ValueError) as exc:
            raise WeightsError(
                f"The embedding server {self.api_base} does not embed ({exc}). Start it, or check"
                " WENJU_EMBED_MODEL and WENJU_API_KEY."
            ) from exc
