"""Question to passages: the search finds them, the reader reads them and puts them in order."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from time import perf_counter

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.errors import AskError
from rag.quoting import asks_for_several
from rag.read import Reading
from rag.reader.answering import READ_SECONDS, read_enough
from rag.reader.reader import Reader
from rag.reader.remembering import RememberingReader
from rag.retrieve import PassageRetriever
from vectorstore.article import Hit
from vectorstore.filters import Filter
from vectorstore.language import CHINESE, language
from vectorstore.llama import to_hit, to_node
from vectorstore.store import Store
from vectorstore.wanted import content_terms

FOUND = 30
"""Passages that are found for a question."""

_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_OTHER = re.compile(r"[\u3041-\u30ff\uac00-\ud7af]")
_ENGLISH = re.compile(r"\b(?:what|who|whom|whose|when|where|which|why|how|the|of)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """Passages, best first, and the sentences of those that the reader read, likeliest first.

    `read_ms` is how long it read, in milliseconds.
    """

    hits: tuple[Hit, ...]
    readings: tuple[Reading, ...] = ()
    read_ms: float = 0.0


class Search:
    """A retriever, postprocessors and the reader, one after the other."""

    def __init__(
        self,
        retriever: BaseRetriever,
        store: Store,
        reader: Reader | None = None,
        postprocessors: Sequence[BaseNodePostprocessor] = (),
    ) -> None:
        self._retriever, self._store = retriever, store
        self.reader, self._postprocessors = reader, postprocessors
        self._seconds = READ_SECONDS

    def patient(self, reader: Reader | None) -> Search:
        """Give the same search with a reader that reads as long as it takes."""
        made = copy(self)
        made.reader, made._seconds = reader, math.inf
        return made

    def find(self, bundle: QueryBundle, only: Filter | None = None, asked: str = "") -> Found:
        """Give the passages for a question; with `only`, of the articles it lets through.

        `asked` is the question itself, where that of the bundle has an earlier one in front.
        """
        nodes = (self._narrowed(only) if only else self._retriever).retrieve(bundle)
        for postprocessor in self._postprocessors:
            nodes = postprocessor.postprocess_nodes(nodes, bundle)
        hits = [to_hit(node) for node in nodes]
        question, begun = bundle.query_str, perf_counter()
        languages = read_in(question)
        if self.reader is None or not hits or language(hits[0].passage.text) not in languages:
            return Found(tuple(hits))
        legible = [hit for hit in hits[:FOUND] if language(hit.passage.text) in languages]
        weights = self._store.lexical.weights(content_terms(question))
        several = asks_for_several(asked or question)
        reader = RememberingReader(self.reader)
        read, readings = read_enough(question, legible, weights, reader, several, self._seconds)
        least, known = read[-1].hit.score, {r.hit.passage.id for r in read}
        unread = [
            replace(hit, score=min(hit.score, least)) for hit in hits if hit.passage.id not in known
        ]
        took = 1000 * (perf_counter() - begun)
        return Found((*(r.hit for r in read), *unread), tuple(readings), took)

    def _narrowed(self, only: Filter) -> BaseRetriever:
        if not isinstance(self._retriever, PassageRetriever):
            raise AskError("The retriever of this engine knows no filters. Ask without a filter.")
        return self._retriever.narrowed(only)


def read_in(question: str) -> tuple[str, ...]:
    """Give the languages of texts that the reader can read for a question: Chinese, or English."""
    if language(question) in CHINESE or (_CHINESE.search(question) and not _OTHER.search(question)):
        return CHINESE
    return ("en",) if _ENGLISH.search(question) else ()


def nodes(found: Found) -> list[NodeWithScore]:
    """Give passages as LlamaIndex nodes."""
    return [to_node(hit) for hit in found.hits]
