"""Plain LlamaIndex beside the product: real indices and real BM25 on articles checked by eye."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llama_index.core
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import CompletionResponse, MockLLM
from llama_index.retrievers.bm25 import BM25Retriever

from evals import baseline as script
from evals.baseline import baseline
from evals.compare import compared
from evals.errors import EvalError
from evals.evaluate import Plan
from evals.plain import Plain, indexed, retriever
from evals.progress import Told
from evals.questions import Question, Support
from evals.run import Run, read_run
from rag.settings import Settings
from tests.conftest import WordEmbedding
from vectorstore.article import Article
from vectorstore.finish import from_text

ENGLISH = (
    from_text("Masks were worn in every shop of the town.", "masks"),
    from_text("The vaccine arrived in March. Nurses gave it to the old first.", "vaccine"),
    from_text("The bridge of Aldmoor was closed after the flood.", "bridge"),
)
ASKED = [
    {
        "id": "fund",
        "question": "基金有多少？",
        "answers": ["2亿元"],
        "answerable": True,
        "support": [{"doc": "fund", "start": 8, "end": 11, "text": "2亿元"}],
    },
    {"id": "none", "question": "大学在哪里？", "answers": [], "answerable": False, "support": []},
]


def written(folder: Path, articles: Sequence[Article]) -> Plan:
    """Write articles and questions into a folder and give the plan to search them."""
    corpus, questions = folder / "corpus.jsonl", folder / "asked.jsonl"
    lines = [json.dumps({"id": a.id, "text": a.text, "title": a.title}) for a in articles]
    corpus.write_text("\n".join(lines), encoding="utf-8")
    questions.write_text("\n".join(map(json.dumps, ASKED)), encoding="utf-8")
    return Plan(corpus, questions, "composed", retrieval_only=True)


def by_id(articles: Sequence[Article]) -> dict[str, Article]:
    return {a.id: a for a in articles}


def runs(plan: Plan, home: Path, model: BaseEmbedding, llm: MockLLM | None = None) -> list[Run]:
    return [run for _, run in baseline(plan, Settings(home=home), model, llm, Told())]


class Counting(WordEmbedding):
    """Counts the texts it embeds."""

    embedded: int = 0

    def _get_text_embedding(self, text: str) -> list[float]:
        self.embedded += 1
        return super()._get_text_embedding(text)

    def _get_query_embedding(self, query: str) -> list[float]:
        return WordEmbedding._get_text_embedding(self, query)


def test_the_article_that_answers_is_ranked_and_scored(
    tmp_path: Path, words: WordEmbedding, articles: list[Article]
) -> None:
    vectors, fusion = runs(written(tmp_path, articles), tmp_path, words)
    fund, none = vectors.cases
    assert fund.hits[0] == "fund"
    assert set(fund.hits) == {"fund", "chip", "sun"}
    assert fund.scores["retrieval.mrr@10"] == fund.scores["passage.hit@1"] == 1
    assert none.scores == {} and none.correct is None
    assert vectors.corpus == fusion.corpus == {"articles": 3, "passages": 3}
    assert [vectors.name, fusion.name] == ["asked-vectors", "asked-fusion"]


def test_bm25_scores_chinese_without_spaces_nothing(
    tmp_path: Path, words: WordEmbedding, articles: list[Article]
) -> None:
    index = indexed(by_id(articles), tmp_path / "index", words, Told())
    nodes = list(index.docstore.docs.values())
    found = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=3).retrieve("基金有多少？")
    assert [n.score for n in found] == [0, 0, 0]


def test_bm25_lifts_what_it_finds_where_words_stand_apart(
    tmp_path: Path, words: WordEmbedding
) -> None:
    index = indexed(by_id(ENGLISH), tmp_path / "index", words, Told())
    found = retriever(index, "fusion", 3).retrieve("Who closed the bridge of Aldmoor?")
    assert "bridge" in [n.node.ref_doc_id for n in found[:2]]
    ranks = [1 / (60 + rank) for rank in (0, 1, 2)]
    assert len(found) == 3
    assert sum(n.score or 0 for n in found) == pytest.approx(2 * sum(ranks))


def test_a_second_run_does_not_embed_again(tmp_path: Path, articles: list[Article]) -> None:
    model, plan = Counting(model_name="words"), written(tmp_path, articles)
    first = runs(plan, tmp_path, model)
    assert model.embedded == 3
    second = runs(plan, tmp_path, model)
    assert model.embedded == 3
    assert [c.hits for r in first for c in r.cases] == [c.hits for r in second for c in r.cases]


def test_an_index_that_was_cut_short_embeds_only_what_is_missing(
    tmp_path: Path, articles: list[Article]
) -> None:
    model = Counting(model_name="words")
    indexed(by_id(articles[:2]), tmp_path / "index", model, Told())
    whole = indexed(by_id(articles), tmp_path / "index", model, Told())
    assert model.embedded == 3
    assert len(whole.docstore.docs) == 3


def test_a_damaged_index_says_what_to_delete(tmp_path: Path, words: WordEmbedding) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "docstore.json").write_text("{", encoding="utf-8")
    with pytest.raises(EvalError, match="index cannot be read .* Delete it"):
        indexed(by_id(ENGLISH), tmp_path / "index", words, Told())


class Silent(MockLLM):
    """Says nothing to anything."""

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text="")


def test_an_empty_response_counts_as_declining(
    tmp_path: Path, words: WordEmbedding, articles: list[Article]
) -> None:
    vectors, _ = runs(written(tmp_path, articles), tmp_path, words, Silent())
    fund, none = vectors.cases
    assert fund.declined and none.declined
    assert fund.scores["abstention.refused_answerable"] == 1
    assert fund.scores["answer.contains"] == 0 and fund.correct is False
    assert none.scores == {"abstention.refused_unanswerable": 1} and none.correct


def test_answers_cite_the_two_chunks_they_were_made_from(
    tmp_path: Path, words: WordEmbedding, articles: list[Article]
) -> None:
    vectors, _ = runs(written(tmp_path, articles), tmp_path, words, MockLLM())
    fund, none = vectors.cases
    assert "基金由园区设立" in fund.answer  # this model repeats what it was given
    assert [c.article_id for c in fund.citations][0] == "fund"
    assert len(fund.citations) == 2
    assert fund.citations[0].quote == articles[0].text
    assert fund.scores["citation.recall"] == 1 and fund.scores["citation.precision"] == 0.5
    assert fund.scores["answer.contains"] == 1 and fund.scores["answer.em"] == 0
    assert fund.right and fund.correct and fund.confidence is None
    assert none.scores["abstention.refused_unanswerable"] == 0
    assert none.correct is False and none.cause == "wrongly answered"


def test_chunks_of_a_long_article_are_placed_in_its_source(
    tmp_path: Path, words: WordEmbedding
) -> None:
    body = "".join(f"第{n}条讲园区的道路与桥梁。" for n in range(400))
    file = tmp_path / "long.md"
    file.write_bytes(("---\r\nid: long\r\n---\r\n" + body + "\r\n末了，银行有9家。").encode())
    corpus = script.read_articles(Plan(file, file))
    source = file.read_bytes().decode()
    start = source.index("银行有9家")
    support = Support("long", start, start + 5, "银行有9家")
    index = indexed(corpus, tmp_path / "index", words, Told())
    asked = Question("q", "银行有几家？", ("9家",), True, (support,))
    case = Plain(index, corpus, "vectors", MockLLM()).asked(asked)
    assert len(index.docstore.docs) > 2
    assert case.scores["passage.hit@1"] == 1
    for cited in case.citations:
        assert source[cited.source_start : cited.source_end].replace("\r", "") == cited.quote


def test_global_settings_of_llama_index_stay_untouched(
    tmp_path: Path, words: WordEmbedding, articles: list[Article]
) -> None:
    runs(written(tmp_path, articles), tmp_path, words, MockLLM())
    untouched = llama_index.core.Settings
    assert untouched._llm is untouched._embed_model is untouched._transformations is None


def test_the_script_writes_two_runs_that_can_be_compared(
    tmp_path: Path,
    words: WordEmbedding,
    articles: list[Article],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = written(tmp_path, articles)
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(script, "open_model", lambda settings: words)  # needs no weights
    script.main([str(plan.corpus), str(plan.questions), "--json", str(tmp_path / "out.json")])
    before, after = (read_run(tmp_path / f"out-{v}.json") for v in ("vectors", "fusion"))
    assert "retrieval.hit@1" in [row.name for row in compared(before, after).rows]
    assert before.settings["system"].endswith("VectorStoreIndex")
    assert '"asked-vectors"' in capsys.readouterr().out


def test_answers_without_a_language_model_are_refused(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = written(tmp_path, articles)
    monkeypatch.setenv("WENJU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WENJU_LLM", "none")
    with pytest.raises(SystemExit, match="no language model none"):
        script.main([str(plan.corpus), str(plan.questions), "--answers"])
