"""Plain LlamaIndex with all its defaults, asked and scored like the product."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

from llama_index.core import Document, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import RESPONSE_TYPE
from llama_index.core.callbacks import CallbackManager
from llama_index.core.constants import DEFAULT_SIMILARITY_TOP_K
from llama_index.core.llms import LLM, MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import BaseNode, NodeWithScore, TextNode

from evals import retrieval, scoring
from evals.asking import searched_case
from evals.errors import EvalError
from evals.questions import Question
from evals.retrieval import Place
from evals.run import Case, Cited, Said
from rag.answer import Answer, Citation, Sentence
from vectorstore.article import Article, Progress
from vectorstore.split import sentences

Variant = Literal["vectors", "fusion"]
"""VectorStoreIndex alone, or BM25Retriever fused with it by reciprocal rank."""

BATCH = 256
"""Articles embedded between two words of progress."""

SAVED = 8 * BATCH
"""Articles embedded at most before the index is written down."""

NOTHING_SAID = ("", "None", "Empty Response")
"""What LlamaIndex answers when it has nothing to say."""


def indexed(
    articles: Mapping[str, Article], folder: Path, model: BaseEmbedding, progress: Progress
) -> VectorStoreIndex:
    """Give the index that `VectorStoreIndex.from_documents` makes, kept in `folder`.

    It is made batch by batch, so that it can say how far it is and go on where it was stopped.
    """
    splitter = SentenceSplitter()
    parts: dict[str, Any] = {
        "embed_model": model,
        "transformations": [splitter],
        "callback_manager": CallbackManager(),
    }
    index = _loaded(folder, parts) or VectorStoreIndex.from_documents([], **parts)
    there = {node.ref_doc_id for node in index.docstore.docs.values()}
    missing = [a for a in articles.values() if a.id not in there]
    for at in range(0, len(missing), BATCH):
        batch = missing[at : at + BATCH]
        documents = [_document(article) for article in batch]
        index.insert_nodes(splitter.get_nodes_from_documents(documents))
        done = at + len(batch)
        progress(len(articles) - len(missing) + done, len(articles), "articles")
        if done == len(missing) or done % SAVED == 0:
            _persist(index, folder)
    return index


def _document(article: Article) -> Document:
    """Give the article with its title as metadata, which LlamaIndex embeds with every chunk."""
    return Document(
        id_=article.id,
        text=article.text,
        metadata={"title": article.title} if article.title else {},
    )


def retriever(
    index: VectorStoreIndex, variant: Variant, k: int, llm: LLM | None = None
) -> BaseRetriever:
    """Give what searches for a variant and finds `k` chunks."""
    vectors = index.as_retriever(similarity_top_k=k)
    if variant == "vectors":
        return vectors
    from llama_index.retrievers.bm25 import BM25Retriever  # only installed for development

    nodes = list(index.docstore.docs.values())
    words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=min(k, len(nodes)))
    return QueryFusionRetriever(
        [vectors, words],
        llm=llm or MockLLM(),  # without one it takes the global one; a single query asks none
        mode=FUSION_MODES.RECIPROCAL_RANK,
        similarity_top_k=k,
        num_queries=1,
        use_async=False,
    )


class Plain:
    """Plain LlamaIndex over an index, asked one bare question at a time."""

    def __init__(
        self,
        index: VectorStoreIndex,
        articles: Mapping[str, Article],
        variant: Variant,
        llm: LLM | None = None,
    ) -> None:
        self._articles = articles
        self._deep = retriever(index, variant, retrieval.DEPTH, llm)
        self._engine: RetrieverQueryEngine | None = None
        if llm:
            usual = retriever(index, variant, DEFAULT_SIMILARITY_TOP_K, llm)
            self._engine = RetrieverQueryEngine.from_args(usual, llm=llm)

    def asked(self, question: Question) -> Case:
        """Put a question, without those asked before it, and score what comes back."""
        searched = self._searched(question)
        return self._answered(question, searched, self._engine) if self._engine else searched

    def _searched(self, question: Question) -> Case:
        begun = perf_counter()
        nodes = self._deep.retrieve(question.question)
        took = _milliseconds(begun)
        places = [_place(self._article(n), *_span(n.node)) for n in nodes]
        return searched_case(question, question.question, places, took)

    def _answered(self, question: Question, searched: Case, engine: RetrieverQueryEngine) -> Case:
        begun = perf_counter()
        answer = self._answer(question, engine.query(question.question))
        took = _milliseconds(begun)
        cited = [Place(c.article_id, c.source_start, c.source_end) for c in answer.citations]
        right = scoring.answers_right(question, answer, cited)
        case = replace(
            searched,
            answer=answer.text,
            declined=answer.declined,
            mode=answer.mode,
            right=right,
            correct=answer.declined if right is None else right and not answer.declined,
            sentences=tuple(Said(s.text, s.citations) for s in answer.sentences),
            citations=tuple(_cited(c) for c in answer.citations),
            scores=searched.scores
            | scoring.answer_scores(question, answer, cited, self._sentences(cited)),
            weights=scoring.weights(answer),
            times=searched.times | {"total": took},
        )
        if case.correct:
            return case
        return replace(case, cause=scoring.cause(question, answer, cited, cited, cited))

    def _answer(self, question: Question, response: RESPONSE_TYPE) -> Answer:
        """Give a response as an answer, each sentence of which cites every chunk it was given."""
        text = str(response).strip()
        asked, declined = question.question, text in NOTHING_SAID
        if declined:
            return Answer(asked, asked, text, True, 0.0, "composed")
        cited = tuple(self._citation(n, s) for n, s in enumerate(response.source_nodes, start=1))
        numbers = tuple(c.n for c in cited)
        said = tuple(Sentence(text[a:b], numbers, True) for a, b in sentences(text))
        return Answer(asked, asked, text, False, 0.0, "composed", said, cited)

    def _citation(self, n: int, found: NodeWithScore) -> Citation:
        article, (start, end) = self._article(found), _span(found.node)
        place, quote = _place(article, start, end), article.text[start:end]
        id_, title, source = article.id, article.title, article.source
        return Citation(
            n, id_, title, source, found.node_id, quote, start, end, place.start, place.end
        )

    def _article(self, found: NodeWithScore) -> Article:
        return self._articles[found.node.ref_doc_id or ""]

    def _sentences(self, cited: Sequence[Place]) -> list[Place]:
        articles = [self._articles[id_] for id_ in dict.fromkeys(p.doc for p in cited)]
        return [_place(a, *span) for a in articles for span in sentences(a.text)]


def _span(node: BaseNode) -> tuple[int, int]:
    """Give where a chunk stands in the text of its article."""
    if not isinstance(node, TextNode) or None in (node.start_char_idx, node.end_char_idx):
        raise EvalError(f"LlamaIndex does not say where its chunk {node.node_id} stands.")
    return node.start_char_idx or 0, node.end_char_idx or 0


def _place(article: Article, start: int, end: int) -> Place:
    return Place(article.id, *article.offsets.to_source(start, end))


def _cited(c: Citation) -> Cited:
    place = (c.start, c.end, c.source_start, c.source_end)
    return Cited(
        c.n, c.article_id, c.title, c.quote, *place, passage=c.quote, passage_start=c.start
    )


def _loaded(folder: Path, parts: Mapping[str, Any]) -> VectorStoreIndex | None:
    if not folder.is_dir():
        return None
    try:
        storage = StorageContext.from_defaults(persist_dir=str(folder))
        index = load_index_from_storage(storage, **parts)
    except (OSError, ValueError, KeyError) as exc:
        raise EvalError(f"The index {folder} cannot be read ({exc}). Delete it.") from exc
    assert isinstance(index, VectorStoreIndex)
    return index


def _persist(index: VectorStoreIndex, folder: Path) -> None:
    """Write the index whole, in place of what was written before."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    index.storage_context.persist(str(part))
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(part, folder)


def _milliseconds(begun: float) -> float:
    return round(1000 * (perf_counter() - begun), 3)
