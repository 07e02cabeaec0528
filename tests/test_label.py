import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.feedback import Feedback, Seen, Verdict, judged
from evals.fit import fitted
from evals.label import add_to, labelled, question_id
from evals.questions import read_questions
from rag.answer import Answer, Citation, Turn
from rag.engine import Engine
from tests.conftest import WordEmbedding
from vectorstore.article import Article
from vectorstore.filters import Filter
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles
from vectorstore.store import Store

CERTAINTY = 0.7
FUND = "池州的专项基金有2亿元。"
FOUNDER = "基金由园区设立。"


def asked(engine: Engine, question: str, turns: Sequence[Turn] = ()) -> Answer:
    return list(engine.ask(question, turns))[-1]


def thought(
    answer: Answer, verdict: Verdict, correction: str = "", nothing: bool = False
) -> Feedback:
    return judged(answer, (), verdict, correction, nothing)


def written(*citations: Citation) -> Answer:
    said = "规模为2亿元 [1]，由园区设立 [2]，见第[3]条。"
    return Answer("基金怎样？", "基金怎样？", said, False, 0.9, "composed", citations=citations)


def cited(n: int, quote: str, article: str = "fund", start: int = 0) -> Citation:
    end = start + len(quote)
    return Citation(n, article, "", "", f"{article}:1", quote, start, end, start, end)


def only(feedback: Feedback, store: Store) -> dict[str, Any]:
    labels = labelled([feedback], store, CERTAINTY)
    assert labels.left_out == ()
    (question,) = labels.questions
    return question


def test_good_quote_becomes_a_question_with_its_sentences(engine: Engine) -> None:
    answer = asked(engine, "池州的专项基金有多大？")
    assert [c.quote for c in answer.citations] == [FUND]
    question = only(thought(answer, "good"), engine.store)
    assert question == {
        "id": question_id(thought(answer, "good")),
        "question": "池州的专项基金有多大？",
        "answers": [FUND],
        "answerable": True,
        "support": [{"doc": "fund", "start": 0, "end": 12, "text": FUND}],
        "support_mode": "any",
        "kind": "labelled",
        "history": [],
    }


def test_labels_can_be_asked_as_a_question_set(engine: Engine, tmp_path: Path) -> None:
    feedback = [
        thought(asked(engine, "池州的专项基金有多大？"), "good"),
        thought(asked(engine, "月产多少芯片？"), "bad", "1000万颗"),
        thought(asked(engine, "火星的首都在哪里？"), "good"),
    ]
    labels = labelled(feedback, engine.store, CERTAINTY)
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(q) + "\n" for q in labels.questions), encoding="utf-8")
    usable = fitted(read_questions(path), engine.store.catalogue, path.name)
    assert usable.problems == ()
    assert [q.answerable for q in usable.questions] == [True, True, False]


def test_good_written_answer_needs_all_it_cites(engine: Engine) -> None:
    answer = written(cited(1, FUND), cited(2, FOUNDER, start=12))
    question = only(thought(answer, "good"), engine.store)
    assert question["support_mode"] == "all"
    assert [place["start"] for place in question["support"]] == [0, 12]
    assert question["answers"] == ["规模为2亿元，由园区设立，见第[3]条。"]


def test_good_written_answer_of_one_sentence_accepts_the_sentence_itself(engine: Engine) -> None:
    question = only(thought(written(cited(1, FUND)), "good"), engine.store)
    assert question["support_mode"] == "any" and question["answers"][1:] == [FUND]


def test_good_decline_and_nothing_to_be_found_cannot_be_answered(engine: Engine) -> None:
    declined = asked(engine, "火星的首都在哪里？")
    assert declined.declined
    answer = asked(engine, "池州的专项基金有多大？")
    for feedback in (thought(declined, "good"), thought(answer, "bad", nothing=True)):
        question = only(feedback, engine.store)
        assert question["answerable"] is False
        assert (question["answers"], question["support"]) == ([], [])


def test_newest_verdict_wins(engine: Engine) -> None:
    answer = asked(engine, "池州的专项基金有多大？")
    feedback = [thought(answer, "bad", nothing=True), thought(answer, "good")]
    newest = labelled(feedback, engine.store, CERTAINTY).questions
    assert newest == (only(feedback[1], engine.store),)
    assert labelled(feedback[::-1], engine.store, CERTAINTY).questions[0]["answerable"] is False


def test_a_narrowed_question_does_not_tell_that_the_articles_have_no_answer(
    engine: Engine,
) -> None:
    (answer,) = engine.ask("池州的专项基金有多大？", only=Filter(articles=("chip",)))
    assert answer.declined
    for feedback in (thought(answer, "good"), thought(answer, "bad", nothing=True)):
        labels = labelled([feedback], engine.store, CERTAINTY)
        assert labels.questions == () and "others may answer" in labels.left_out[0]


def test_what_was_declined_only_to_be_surer_is_no_question_without_an_answer(
    engine: Engine,
) -> None:
    (answer,) = engine.ask("池州的专项基金有多大？", compose=False, certainty=0.999)
    assert answer.declined and answer.confidence > CERTAINTY
    labels = labelled([thought(answer, "good")], engine.store, CERTAINTY)
    assert labels.questions == () and "surer than usual" in labels.left_out[0]


def test_a_withdrawn_verdict_takes_its_question_out_of_the_set(
    engine: Engine, tmp_path: Path
) -> None:
    path, answer = tmp_path / "q.jsonl", asked(engine, "池州的专项基金有多大？")
    mine = '{"id": "mine", "question": "第一行\u2028第二行是谁？"}\n'
    path.write_text(mine, encoding="utf-8")
    add_to(path, labelled([thought(answer, "good")], engine.store, CERTAINTY))
    assert path.read_text(encoding="utf-8").count("\n") == 2
    both = [thought(answer, "good"), thought(answer, "bad")]
    add_to(path, labelled(both, engine.store, CERTAINTY))
    assert path.read_text(encoding="utf-8") == mine


@pytest.mark.parametrize(
    ("correction", "doc", "text"),
    [
        ("1000萬顆", "chip", "月产1000万颗存储芯片。"),
        ("１０００万颗 存储芯片", "chip", "月产1000万颗存储芯片。"),
        ("存储芯片。芯片项目", "chip", "月产1000万颗存储芯片。芯片项目在建设。"),
        ("1066秒", "sun", "合肥的人造太陽運行了1066秒。"),
    ],
)
def test_correction_finds_the_sentence_it_stands_in(
    engine: Engine, correction: str, doc: str, text: str
) -> None:
    answer = replace(asked(engine, "合肥的人造太阳运行了多久？"), declined=False)
    question = only(thought(answer, "bad", correction), engine.store)
    assert question["answers"] == [correction]
    (place,) = question["support"]
    article = engine.store.catalogue.article(doc)
    assert article and article.text[place["start"] : place["end"]] == place["text"] == text
    assert place["doc"] == doc


def test_correction_is_looked_for_in_all_articles_when_what_was_shown_lacks_it(
    engine: Engine,
) -> None:
    answer = replace(asked(engine, "人造太阳运行了多久？"), evidence=())
    question = only(thought(answer, "bad", "1066秒"), engine.store)
    assert question["support"][0]["doc"] == "sun"
    unrelated = replace(answer, resolved_question="火星有多大？", question="火星有多大？")
    assert only(thought(unrelated, "bad", "1066秒"), engine.store)["support"] == []


def test_of_several_sentences_the_one_nearest_to_the_question_is_taken(
    store: Store, words: WordEmbedding
) -> None:
    text = "银行贷出2亿元。园区的基金有2亿元。大学得到2亿元。"
    add_articles([from_text(text, "many")], store, words)
    feedback = Feedback(
        "", "园区的基金多大？", "园区的基金多大？", (), "", True, "quote", 0.1, (),
        (Seen("many:1", "many"),), "bad", "2亿元",
    )  # fmt: skip
    assert only(feedback, store)["support"][0]["text"] == "园区的基金有2亿元。"


def test_correction_that_stands_nowhere_has_no_support(engine: Engine) -> None:
    answer = asked(engine, "池州的专项基金有多大？")
    for correction in ("三亿五千万", "2", "。"):
        question = only(thought(answer, "bad", correction), engine.store)
        assert question["answers"] == [correction] and question["support"] == []


def test_bad_without_a_correction_is_left_out_with_the_reason(engine: Engine) -> None:
    judged_wrong = thought(asked(engine, "池州的专项基金有多大？"), "bad")
    labels = labelled([judged_wrong], engine.store, CERTAINTY)
    assert labels.questions == ()
    assert labels.left_out[0].startswith("池州的专项基金有多大？: ")
    assert "nobody said what is right" in labels.left_out[0]


def test_sentence_that_has_moved_is_found_again(engine: Engine, words: WordEmbedding) -> None:
    feedback = thought(asked(engine, "池州的专项基金有多大？"), "good")
    add_articles([from_text(f"本报讯。{FUND}", "fund", "科创基金")], engine.store, words)
    assert only(feedback, engine.store)["support"] == [
        {"doc": "fund", "start": 4, "end": 16, "text": FUND}
    ]
    engine.store.remove(["fund"])
    add_articles([from_text(f"转载：\n\n{FUND}", "copy")], engine.store, words)
    assert only(feedback, engine.store)["support"][0]["doc"] == "copy"


def test_sentence_that_is_gone_leaves_the_question_out(
    engine: Engine, words: WordEmbedding
) -> None:
    quote = thought(asked(engine, "池州的专项基金有多大？"), "good")
    both = thought(written(cited(1, FUND), cited(2, FOUNDER, start=12)), "good")
    add_articles([from_text(FOUNDER, "fund", "科创基金")], engine.store, words)
    labels = labelled([quote, both], engine.store, CERTAINTY)
    assert labels.questions == ()
    assert all("no longer stands in the articles" in reason for reason in labels.left_out)


def test_offsets_are_those_of_the_source(
    store: Store, words: WordEmbedding, tmp_path: Path, articles: Sequence[Article]
) -> None:
    cleaned = articles[0]
    shifted = replace(cleaned, offsets=cleaned.offsets.shifted(len(cleaned.text), by=100))
    add_articles([shifted], store, words)
    place = only(thought(written(cited(1, FUND)), "good"), store)["support"][0]
    assert (place["start"], place["end"], place["text"]) == (100, 112, FUND)


def test_follow_up_keeps_its_history_and_a_question_that_stands_alone_does_not(
    engine: Engine,
) -> None:
    turns = (Turn("池州的专项基金有多大？", f"{FUND} [1]"),)
    leaning = judged(asked(engine, "它由谁设立？", turns), turns, "bad", "园区")
    question = only(leaning, engine.store)
    assert question["question"] == "它由谁设立？"
    assert question["history"] == [{"question": turns[0].question, "answer": turns[0].answer}]
    alone = judged(asked(engine, "月产多少芯片？", turns), turns, "bad", "1000万颗")
    assert only(alone, engine.store)["history"] == []
    assert question_id(alone) == question_id(replace(alone, turns=()))
    assert question_id(leaning) != question_id(replace(leaning, turns=(Turn("芯片？", ""),)))
