"""The question line, top to bottom: question to answer with citations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from time import perf_counter

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.llms import LLM
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.across import across
from rag.answer import Answer, Evidence, Sentence, Timings, Turn
from rag.cite import citations
from rag.compose import Draft, Quote, compose
from rag.errors import AskError
from rag.llm import LocalLLM
from rag.prompt import declined_text, unmatched_text, unsure_text
from rag.question import checked, language, resolved
from rag.quoting import quoted
from rag.read import Reading, read
from rag.reader.claims import proven
from rag.reader.reader import Reader
from rag.retrieve import PassageRetriever
from rag.search import FOUND, Found, Search, nodes
from rag.settings import Settings
from rag.tongues import Tongues
from vectorstore.article import Hit, Passage, Progress
from vectorstore.filters import Filter
from vectorstore.llama import to_node
from vectorstore.report import Report
from vectorstore.scope import scope
from vectorstore.store import Store
from vectorstore.wanted import keywords

FINDING_AT_ONCE = 2
"""Questions that are searched for and read at the same time; more would all be slower."""

COMPOSED_FROM = 3
"""Passages the language model is shown: more made the first word later, not the answer better."""


class Engine(BaseQueryEngine):
    """Asks the articles of a store. Shared by all visitors; keeps nothing of what they say."""

    def __init__(
        self,
        store: Store,
        model: BaseEmbedding,
        settings: Settings,
        llm: LLM | None = None,
        retriever: BaseRetriever | None = None,
        postprocessors: Sequence[BaseNodePostprocessor] = (),
        reader: Reader | None = None,
    ) -> None:
        super().__init__(callback_manager=None)
        self.store, self.model, self.settings, self.llm = store, model, settings, llm
        self.reader = reader
        self._tongues = Tongues(model)
        self._finding = BoundedSemaphore(FINDING_AT_ONCE)
        depth = max(FOUND, 2 * settings.passages)
        finds = retriever or PassageRetriever(store, model, k=depth, tongues=self._tongues)
        self._search = Search(finds, store, reader, postprocessors)

    def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        compose: bool = True,
        only: Filter | None = None,
        certainty: float | None = None,
    ) -> Iterator[Answer]:
        """Answer a question; `turns` is the conversation before it, oldest first.

        With `only`, nothing but the articles it lets through is looked at. Below `certainty`, by
        default that of the settings, it declines.

        Each yield is the whole answer so far: the quote answer at once, then, with a language
        model, the composed one as it grows. The last one has `done` set. Raises AskError for what
        is no question, StoreError when the index fails.
        """
        begun = perf_counter()
        self.store.repair(self.model.get_text_embedding_batch)
        asked = checked(question)
        alone = resolved(asked, turns)
        asked_of = scope(self.store.catalogue, only) if only else None
        if asked_of and not asked_of.articles:
            text = unmatched_text(language(asked))
            yield Answer(asked, alone, text, True, 0.0, "quote", scope=asked_of)
            return
        vector = self.model.get_query_embedding(alone)
        with self._finding:
            found = self._search.find(QueryBundle(alone, embedding=vector), only, asked)
        retrieved = perf_counter() - found.read_ms / 1000
        readings = self._readings(alone, vector, found)
        now = perf_counter()
        least = self.settings.certainty if certainty is None else certainty
        answer = self._quoted(asked, alone, found.hits[: self.settings.passages], readings, least)
        answer = replace(
            answer,
            scope=asked_of,
            timings=Timings(
                retrieve_ms=1000 * (retrieved - begun),
                read_ms=1000 * (now - retrieved),
                total_ms=1000 * (now - begun),
            ),
        )
        if answer.declined or self.llm is None or not compose:
            yield answer
        else:
            yield replace(answer, done=False)
            yield from self._composed(answer, alone, _best_passages(readings), begun)

    def patient(self, reader: Reader | None = None) -> Engine:
        """Give the same engine, reading as long as it takes: equal questions get equal answers.

        `reader` takes the place of its own.
        """
        made = copy(self)
        made.reader = reader or self.reader
        made._search = self._search.patient(made.reader)
        return made

    def add(self, paths: Sequence[Path], progress: Progress | None = None) -> Report:
        """Add files and folders to the articles that are asked."""
        from vectorstore.ingest import add_paths  # cleaning: nothing that a question needs

        return add_paths(paths, self.store, self.model, progress)

    def add_addresses(self, urls: Sequence[str], progress: Progress | None = None) -> Report:
        """Add pages and feeds; an address that is no URL is refused with the reason."""
        from vectorstore.ingest import add_addresses

        return add_addresses(urls, self.store, self.model, progress, self.settings.allow_private)

    def warm(self) -> None:
        """Do once what makes a first question slow: load the language model, run the embedding."""
        self.model.get_query_embedding("热身")
        if isinstance(self.llm, LocalLLM):
            self.llm.warm()

    def writes(self) -> bool:
        """Tell whether a language model will write answers."""
        return self.llm is not None

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """Give the passages for a question, best first, as LlamaIndex nodes."""
        return nodes(self.found(query_bundle))

    def found(self, query_bundle: QueryBundle, asked: str = "") -> Found:
        """Give what is found for a question; `asked` is it without an earlier one in front."""
        return self._search.find(query_bundle, asked=asked)

    def _readings(self, asked: str, vector: Sequence[float], found: Found) -> list[Reading]:
        """Give the sentences that answer, by the reader, or where it read nothing by likeness."""
        if found.readings:
            return list(found.readings)
        depth = self.settings.passages
        hits = found.hits[: 2 * depth]
        return read(asked, vector, hits, self.model, self.store.lexical, depth)

    def _quoted(
        self,
        asked: str,
        alone: str,
        hits: Sequence[Hit],
        readings: Sequence[Reading],
        least: float,
    ) -> Answer:
        best = readings[0].probability if readings else 0.0
        if not readings or best < least:
            tongue = language(asked)
            text = declined_text(keywords(alone), tongue)
            if best >= self.settings.certainty:
                text = unsure_text(best, least, tongue)
            evidence = _evidence([*(r.hit for r in readings[:1]), *hits])
            return Answer(asked, alone, text, True, best, "quote", evidence=evidence)
        chosen = quoted(asked, readings, least)
        quotes = [Quote(r.hit.passage, r.start, r.end, r.text) for r in chosen]
        sentences = tuple(
            Sentence(r.text, (n,), True, exact=_within(r)) for n, r in enumerate(chosen, start=1)
        )
        return Answer(
            asked,
            alone,
            _marked(sentences),
            False,
            best,
            "quote",
            sentences,
            citations(quotes, self.store.catalogue),
            _evidence([*hits, *(r.hit for r in chosen)]),
        )

    def _composed(
        self, quoted: Answer, alone: str, hits: Sequence[Hit], begun: float
    ) -> Iterator[Answer]:
        assert self.llm is not None
        started, first = perf_counter(), 0.0
        answer, draft = quoted, Draft()
        try:
            for draft in compose(alone, hits, self.llm):
                first = first or perf_counter()
                if draft.sentences:
                    answer = self._written(quoted, draft)
                    yield answer
            if draft.silent:
                answer = replace(quoted, notice="语言模型没有从这些段落写出回答，以原文为准。")
            elif draft.sentences:
                shown = [hit.passage for hit in hits]
                draft = across(draft, shown, self.model, self._tongues, self.store.spread)
                answer = self._written(quoted, self._proven(draft))
        except AskError as exc:
            answer = replace(quoted, notice=f"{exc} 上面的原文仍然有效。", failed=True)
        now = perf_counter()
        yield replace(
            answer,
            done=True,
            tokens=draft.tokens,
            timings=replace(
                quoted.timings,
                compose_ms=1000 * (now - started),
                first_token_ms=1000 * ((first or now) - begun),
                total_ms=1000 * (now - begun),
            ),
        )

    def _proven(self, draft: Draft) -> Draft:
        return proven(draft, self.reader) if self.reader else draft

    def _written(self, quoted: Answer, draft: Draft) -> Answer:
        return replace(
            quoted,
            text=_marked(draft.sentences),
            mode="composed",
            sentences=draft.sentences,
            citations=citations(draft.quotes, self.store.catalogue),
            done=False,
        )

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        answer = list(self.ask(query_bundle.query_str))[-1]
        return Response(
            response=answer.text,
            source_nodes=[_node(e) for e in answer.evidence],
            metadata=answer.to_json(),
        )

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return self._query(query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _best_passages(readings: Sequence[Reading]) -> list[Hit]:
    """Give the passages whose sentences answer best, the best first."""
    return list({r.hit.passage.id: r.hit for r in readings}.values())[:COMPOSED_FROM]


def _within(reading: Reading) -> tuple[int, int] | None:
    """Give where the exact answer stands in its sentence."""
    if reading.answer is None:
        return None
    start, end = reading.answer
    return start - reading.start, end - reading.start


def _evidence(hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    """Give passages as evidence, each once, in their order."""
    once = {hit.passage.id: hit for hit in hits}
    return tuple(
        Evidence(p.id, p.article_id, p.title, p.text, p.start, p.end, hit.score, rank)
        for rank, hit in enumerate(once.values(), start=1)
        for p in [hit.passage]
    )


def _node(e: Evidence) -> NodeWithScore:
    """Give evidence as a LlamaIndex node."""
    return to_node(
        Hit(Passage(e.passage_id, e.article_id, e.start, e.end, e.text, e.title), e.score)
    )


def _marked(sentences: Sequence[Sentence]) -> str:
    return " ".join(" ".join([s.text, *(f"[{n}]" for n in s.citations)]) for s in sentences)
