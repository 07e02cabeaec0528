"""Look at settings, weights and index, and say what is wrong with what remedy."""

from __future__ import annotations

from collections.abc import Iterator

from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.index import open_index
from rag.settings import Settings
from ui.finding import Finding
from ui.index_findings import look_through
from vectorstore.embed import open_embedding
from vectorstore.errors import StoreError, WeightsError
from vectorstore.weights import locate


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing is changed."""
    return [*_weights(settings), *_index(settings)]


def _weights(settings: Settings) -> Iterator[Finding]:
    for subject, name in (
        ("embedding model", settings.embed_model),
        ("language model", settings.llm),
    ):
        try:
            found = locate(name, settings.models)
            yield Finding(subject, True, f"{name} ({found})" if found != name else name)
        except WeightsError as exc:
            yield Finding(subject, False, str(exc))


def _index(settings: Settings) -> Iterator[Finding]:
    try:
        with open_index(settings) as store:
            yield from look_through(store, settings.embed_model, _model(settings))
    except StoreError as exc:
        yield Finding("index", False, str(exc))


def _model(settings: Settings) -> BaseEmbedding | None:
    """Open the embedding model, or give None when it cannot be: that was said before."""
    try:
        name = locate(settings.embed_model, settings.models)
        return open_embedding(name, settings.api_key.get_secret_value())
    except WeightsError:
        return None
