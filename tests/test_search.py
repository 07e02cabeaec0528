from collections.abc import Sequence

import pytest
from llama_index.core.schema import QueryBundle

from rag import search
from rag.answer import Turn
from rag.engine import Engine
from rag.reader import answering
from rag.reader.answering import READ, TOGETHER
from rag.reader.reader import Reader, Seen
from vectorstore.article import Article
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles

QUESTION = "池州的专项基金有多少亿元？"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def _reading(engine: Engine, reader: Reader, **fields: float) -> Engine:
    settings = engine.settings.model_copy(update=fields)
    return Engine(engine.store, engine.model, settings, reader=reader)


def test_the_exact_answer_stands_in_the_quoted_sentence(engine: Engine, reader: Reader) -> None:
    (answer,) = _reading(engine, reader).ask(QUESTION)
    first = answer.sentences[0]
    assert first.text == answer.citations[0].quote == "池州的专项基金有2亿元。"
    assert "2亿" in first.exact_text and first.text[slice(*first.exact or (0, 0))]
    assert answer.to_json()["sentences"][0]["exact"] == first.exact_text


def test_what_was_read_comes_first_and_scores_fall(engine: Engine, reader: Reader) -> None:
    _add_lookalikes(engine)
    found = _reading(engine, reader).retrieve(QueryBundle(QUESTION))
    assert found[0].node.ref_doc_id == "fund"
    scores = [node.score or 0.0 for node in found]
    assert len(found) >= READ and scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


class Counting(Reader):
    """Reads, counts what it was given, and keeps the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.given, self.texts = 0, set[str]()

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Seen]:
        self.given += len(passages)
        self.texts |= {text for _, text in passages}
        return super().read(question, passages)


ALONE = 1
"""The likeliest sentence, read alone; one that is its whole passage is not read again."""

UNSAID = "池州的专项基金由哪家银行托管？"


def test_no_more_is_read_once_a_sentence_surely_answers(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_lookalikes(engine)
    monkeypatch.setattr(answering, "SURE", 0.5)
    reader = Counting()
    (sure,) = _reading(engine, reader).ask(QUESTION)
    assert sure.confidence >= 0.5 and reader.given == TOGETHER + ALONE
    reader.given = 0
    (unsure,) = _reading(engine, reader).patient().ask(UNSAID)
    assert unsure.confidence < 0.5 and reader.given == READ
    reader.given = 0
    monkeypatch.setattr(answering, "SURE", 0.0)
    next(_reading(engine, reader).patient().ask("池州的专项基金有多少亿元，由谁设立？"))
    assert reader.given == READ + ALONE


def test_without_time_fewer_passages_are_read_unless_the_engine_is_patient(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_lookalikes(engine)
    monkeypatch.setattr(search, "READ_SECONDS", 0.0)
    reader = Counting()
    hurried = _reading(engine, reader)
    next(hurried.ask(UNSAID))
    assert reader.given == TOGETHER
    reader.given = 0
    next(hurried.patient().ask(UNSAID))
    assert reader.given == READ


def test_what_is_read_is_in_the_language_of_the_question(engine: Engine, reader: Reader) -> None:
    reading = _reading(engine, reader, certainty=0.0)
    for question in ("Wie groß ist der Fonds von Chizhou?", "How large is the fund of Chizhou?"):
        (answer,) = reading.ask(question)
        assert all(s.exact is None for s in answer.sentences), question
    told = "The fund of Chizhou holds 200 million yuan. It was set up by the park."
    add_articles([from_text(told, "english", "The fund")], engine.store, engine.model)
    (answer,) = reading.ask("How large is the fund of Chizhou?")
    assert answer.citations[0].article_id == "english"
    assert "200 million" in answer.sentences[0].exact_text


def test_passages_in_another_language_are_not_read(engine: Engine) -> None:
    told = "The special fund of Chizhou holds 300 million yuan."
    add_articles([from_text(told, "english", "The fund")], engine.store, engine.model)
    reader = Counting()
    (answer,) = _reading(engine, reader).patient().ask(QUESTION)
    assert reader.texts and told not in reader.texts
    assert "english" in {e.article_id for e in answer.evidence}
    assert answer.citations[0].article_id == "fund"


def test_a_follow_up_is_not_taken_for_a_question_for_several_things(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add_lookalikes(engine)
    monkeypatch.setattr(answering, "SURE", 0.0)
    reader = Counting()
    turns = [Turn("池州是什么地方？", "")]
    (answer,) = _reading(engine, reader).ask("它的专项基金有多少亿元？", turns)
    assert answer.resolved_question.startswith("池州")
    assert reader.given <= TOGETHER + ALONE


def test_what_is_quoted_is_among_the_evidence(engine: Engine, reader: Reader) -> None:
    _add_lookalikes(engine)
    (answer,) = _reading(engine, reader, passages=1, certainty=0.0).ask(UNSAID)
    assert {c.passage_id for c in answer.citations} <= {e.passage_id for e in answer.evidence}
    assert [e.rank for e in answer.evidence] == list(range(1, len(answer.evidence) + 1))


def test_without_passages_there_is_nothing_to_read(engine: Engine, reader: Reader) -> None:
    ids: Sequence[str] = [a.id for a in _articles(engine)]
    engine.store.remove(ids)
    (answer,) = _reading(engine, reader).ask(QUESTION)
    assert answer.declined and not answer.evidence
    (answer,) = _reading(engine, reader, certainty=0.0).ask(QUESTION)
    assert answer.declined and answer.text


def _add_lookalikes(engine: Engine) -> None:
    more = [from_text(f"第{n}个城市的专项基金管理办法已经印发。", f"more/{n}") for n in range(15)]
    add_articles(more, engine.store, engine.model)


def _articles(engine: Engine) -> list[Article]:
    return [a for i in engine.store.catalogue.ids() if (a := engine.store.catalogue.article(i))]
