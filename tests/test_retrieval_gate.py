"""The search must not get worse: fixed questions, real model, figures a little below today's."""

from pathlib import Path
from statistics import mean

import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import QueryBundle

from evals import retrieval
from evals.evaluate import SAMPLES, sampled
from evals.fit import fitted
from evals.questions import Question, read_questions
from evals.retrieval import Place
from rag.retrieve import PassageRetriever
from vectorstore.embed import open_embedding
from vectorstore.ingest import add_paths
from vectorstore.store import Store

XQUAD = Path(__file__).parents[2] / "shared" / "bench" / "xquad_zh"
ASKED = 40
"""Questions asked of each kind."""

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def model(models: Path) -> BaseEmbedding:
    return open_embedding(str(models / "multilingual-e5-small"))


def scored(store: Store, model: BaseEmbedding, questions: list[Question]) -> dict[str, float]:
    """The mean of hit@1 and MRR@10 by article, and of hit@1 by passage."""
    retriever = PassageRetriever(store, model, retrieval.DEPTH)
    rows = []
    for question in questions:
        nodes = retriever.retrieve(QueryBundle(question.question))
        places = []
        for node in nodes:
            article = store.catalogue.article(node.node.ref_doc_id or "")
            assert article
            start, end = node.node.start_char_idx, node.node.end_char_idx  # type: ignore[attr-defined]
            places.append(Place(article.id, *article.offsets.to_source(start, end)))
        by_article = retrieval.article_scores(question, [p.doc for p in places])
        by_passage = retrieval.passage_scores(question, places)
        rows.append((by_article["hit@1"], by_article["mrr@10"], by_passage["hit@1"]))
    names = ("hit@1", "mrr@10", "passage hit@1")
    return {name: mean(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def usable(store: Store, file: Path) -> list[Question]:
    found = fitted(read_questions(file), store.catalogue, file.name).questions
    return [q for q in found if q.support and not q.history]


def test_sample_questions_find_their_passages(store: Store, model: BaseEmbedding) -> None:
    add_paths([SAMPLES], store, model)
    found = scored(store, model, usable(store, SAMPLES / "questions.jsonl"))
    assert found["hit@1"] >= 0.9
    assert found["mrr@10"] >= 0.94
    assert found["passage hit@1"] >= 0.75


def test_questions_in_seven_languages_find_chinese_articles(
    store: Store, model: BaseEmbedding
) -> None:
    if not XQUAD.is_dir():
        pytest.skip(f"no question set in {XQUAD}")
    add_paths([XQUAD / "corpus.jsonl"], store, model)
    questions = usable(store, XQUAD / "questions.dev.jsonl")
    floors = {"mono_zh": 0.9, "cross_en_to_zh": 0.7, "cross_vi_to_zh": 0.57, "cross_ar_to_zh": 0.5}
    for kind, floor in floors.items():
        asked = sampled([q for q in questions if q.kind == kind], ASKED, 0)
        assert scored(store, model, asked)["hit@1"] >= floor, kind
