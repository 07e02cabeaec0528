"""Settings to a running engine."""

from __future__ import annotations

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import LLM

from rag.engine import Engine
from rag.index import open_index
from rag.llm import open_llm
from rag.reader.reader import FOLDER, Reader
from rag.settings import Settings
from vectorstore.embed import open_embedding
from vectorstore.errors import WeightsError
from vectorstore.identity import check_model
from vectorstore.weights import locate, packaged

NO_MODEL = ("", "none")


def open_engine(settings: Settings) -> Engine:
    """Open index and models; without language model weights the engine answers in quotes."""
    model = open_model(settings)
    store = open_index(settings)
    check_model(store, model)
    store.repair(model.get_text_embedding_batch)
    return Engine(store, model, settings, language_model(settings), reader=open_reader())


def open_model(settings: Settings) -> BaseEmbedding:
    """Open the embedding model of the settings."""
    name = locate(settings.embed_model, settings.models)
    return open_embedding(name, settings.api_key.get_secret_value())


def open_reader() -> Reader | None:
    """Open the reader that comes with the program; None where its weights are not there."""
    return Reader() if FOLDER.is_dir() else None


def language_model(settings: Settings) -> LLM | None:
    """Open the language model of the settings; None for none, or one that is not fetched yet.

    Raises WeightsError where the settings name one that is not there.
    """
    if settings.llm.lower() in NO_MODEL:
        return None
    try:
        return open_llm(locate(settings.llm, settings.models), settings.api_key.get_secret_value())
    except WeightsError:
        if packaged(settings.llm):
            return None
        raise
