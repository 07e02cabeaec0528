from pathlib import Path

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import QueryBundle

from rag.retrieve import PassageRetriever
from rag.tongues import TAKEN_OFF, Tongues
from tests.conftest import WordEmbedding
from vectorstore.embed import open_embedding
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles
from vectorstore.store import Store

ENGLISH = from_text("The vaccine was tested on mice. The flood closed the school.", "english")
CHINESE = from_text("疫苗在小鼠身上试验。洪水使学校停课。", "chinese")


class Leaning(BaseEmbedding):
    """Two things to be about, and a language that counts for more than either."""

    asked: list[str] = []

    def _get_text_embedding(self, text: str) -> list[float]:
        flood = float("flood" in text or "洪水" in text)
        chinese = float(any("\u4e00" <= c <= "\u9fff" for c in text))
        vector = np.array([flood, 1 - flood, 3 * chinese, 3 * (1 - chinese)])
        return list(map(float, vector / np.linalg.norm(vector)))

    def _get_query_embedding(self, query: str) -> list[float]:
        self.asked.append(query)
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def found(retriever: PassageRetriever, question: str) -> list[str]:
    return [n.node.ref_doc_id or "" for n in retriever.retrieve(QueryBundle(question))]


def test_what_a_language_adds_is_taken_off() -> None:
    model = Leaning(model_name="leaning")
    question = "Where was the flood?"
    vector = model.get_query_embedding(question)
    freed = Tongues(model).across(question, vector)
    assert freed[3] == pytest.approx((1 - TAKEN_OFF) * vector[3], abs=0.01)
    assert freed[0] == pytest.approx(vector[0])


def test_letters_without_questions_change_nothing() -> None:
    assert Tongues(Leaning(model_name="leaning")).across("ที่ไหน", [1.0, 0.0]) == [1.0, 0.0]


def test_question_in_the_language_of_all_articles_is_searched_as_it_is(store: Store) -> None:
    model = Leaning(model_name="leaning")
    add_articles([CHINESE], store, model)
    assert found(PassageRetriever(store, model), "哪里发了洪水？") == ["chinese"]
    assert model.asked == ["哪里发了洪水？"]


def test_question_finds_articles_in_another_language_beside_those_in_its_own(store: Store) -> None:
    others = [from_text(f"The weather was fine on day {n}.", f"fine{n}") for n in range(8)]
    others += [from_text(f"第{n}天天气很好。", f"晴{n}") for n in range(8)]
    model = Leaning(model_name="leaning")
    add_articles([ENGLISH, CHINESE, *others], store, model)
    first, second, *_ = found(PassageRetriever(store, model), "Where was the flood?")
    assert (first, second) == ("english", "chinese")


def test_a_filter_holds_in_both_searches(store: Store) -> None:
    from vectorstore.filters import Filter

    model = Leaning(model_name="leaning")
    add_articles([ENGLISH, CHINESE], store, model)
    asked = PassageRetriever(store, model).narrowed(Filter(articles=("chinese",)))
    assert found(asked, "Where was the flood?") == ["chinese"]
    assert found(PassageRetriever(store, model).narrowed(Filter(languages=("en",))), "洪水") == [
        "english"
    ]


def test_languages_are_seen_anew_after_a_change(store: Store, words: WordEmbedding) -> None:
    assert store.languages() == frozenset()
    add_articles([ENGLISH], store, words)
    assert store.languages() == {"en"}
    add_articles([CHINESE], store, words)
    assert store.languages() == {"en", "zh-Hans"}


@pytest.mark.model
def test_questions_of_a_language_are_told_by_the_model_itself(models: Path) -> None:
    model = open_embedding(str(models / "multilingual-e5-small"))
    tongues = Tongues(model)
    nearest = {"Wer leitet das Museum?": "de", "¿Quién dirige el museo?": "es", "谁是馆长？": "zh"}
    for question, name in nearest.items():
        vector = model.get_query_embedding(question)
        freed = np.asarray(tongues.across(question, vector))
        common = (np.asarray(vector) - freed) / TAKEN_OFF
        assert common == pytest.approx(tongues._of(name))
