"""Question to passages: the search finds them, the reader reads them and puts them in order."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.errors import AskError
from rag.read import Reading
from rag.reader.answering import READ_SECONDS, read_enough
from rag.reader.reader import Reader
from rag.reader.remembering import RememberingReader
from rag.retrieve import PassageRetriever
from vectorstore.article import Hit
from vectorstore.filters import Filter
from vectorstore.language import CHINESE, language
from vectorstore.lexical import LexicalLeg
from vectorstore.llama import to_hit, to_node
from vectorstore.wanted import content_terms

FOUND = 30
"""Passages that are found for a question."""

_ENGLISH = re.compile(r"\b(?:what|who|whom|whose|when|where|which|why|how|the|of)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """Passages, best first, and the sentences of those that the reader read, likeliest first."""

    hits: tuple[Hit, ...]
    readings: tuple[Reading, ...] = ()


class Search:
    """A retriever, postprocessors and the reader, one after the other."""

    def __init__(
        self,
        retriever: BaseRetriever,
        lexical: LexicalLeg,
        reader: Reader | None = None,
        postprocessors: Sequence[BaseNodePostprocessor] = (),
    ) -> None:
        self._retriever, self._lexical = retriever, lexical
        self.reader, self._postprocessors = reader, postprocessors
        self._seconds = READ_SECONDS

    def patient(self, reader: Reader | None) -> Search:
        """Give the same search with a reader that reads as long as it takes."""
        made = copy(self)
        made.reader, made._seconds = reader, math.inf
        return made

    def find(self, bundle: QueryBundle, only: Filter | None = None) -> Found:
        """Give the passages for a question; with `only`, of the articles it lets through."""
        nodes = (self._narrowed(only) if only else self._retriever).retrieve(bundle)
        for postprocessor in self._postprocessors:
            nodes = postprocessor.postprocess_nodes(nodes, bundle)
        hits = [to_hit(node) for node in nodes]
        if self.reader is None or not hits or not readable(bundle.query_str, hits[0].passage.text):
            return Found(tuple(hits))
        question, reader = bundle.query_str, RememberingReader(self.reader)
        weights = self._lexical.weights(content_terms(question))
        read, readings = read_enough(question, hits, weights, reader, self._seconds)
        least = read[-1].hit.score
        unread = (replace(hit, score=min(hit.score, least)) for hit in hits[len(read) :])
        return Found((*(r.hit for r in read), *unread), tuple(readings))

    def _narrowed(self, only: Filter) -> BaseRetriever:
        if not isinstance(self._retriever, PassageRetriever):
            raise AskError("The retriever of this engine knows no filters. Ask without a filter.")
        return self._retriever.narrowed(only)


def readable(question: str, text: str) -> bool:
    """Tell whether the reader can read a text for a question: both Chinese, or both English."""
    if language(question) in CHINESE:
        return language(text) in CHINESE
    return bool(_ENGLISH.search(question)) and language(text) == "en"


def nodes(found: Found) -> list[NodeWithScore]:
    """Give passages as LlamaIndex nodes."""
    return [to_node(hit) for hit in found.hits]
