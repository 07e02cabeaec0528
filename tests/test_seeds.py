"""The sample articles and questions are what the README says they are."""

import json
from pathlib import Path

import pytest

from evals.questions import Question, read_questions
from vectorstore.article import Article
from vectorstore.load import load
from vectorstore.script import fold

SEEDS = Path(__file__).parents[1] / "seeds"
ARTICLES = {a.id: a for f in sorted(SEEDS.glob("*.md")) for a in load(f) if isinstance(a, Article)}
QUESTIONS = read_questions(SEEDS / "questions.jsonl").questions


def test_there_are_ten_articles_one_of_them_traditional() -> None:
    assert len(ARTICLES) == 10
    assert [
        id_ for id_, a in ARTICLES.items() if fold(a.text) != a.text.lower() and "區" in a.text
    ] == ["luyang-xiangmu"]
    assert all(a.title and a.source for a in ARTICLES.values())


def test_there_are_forty_questions_ten_of_them_unanswerable() -> None:
    assert len({q.id for q in QUESTIONS}) == 40
    assert sum(not q.answerable for q in QUESTIONS) == 10


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_support_stands_where_the_question_says(question: Question) -> None:
    assert bool(question.support) == bool(question.answers) == question.answerable
    lines = (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    raw = next(fields for fields in map(json.loads, lines) if fields["id"] == question.id)
    for support in raw["support"]:
        assert ARTICLES[support["doc"]].text[support["start"] : support["end"]] == support["text"]
