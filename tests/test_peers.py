"""The comparison with other systems: shown as it was measured, and all are asked alike."""

import json
from collections.abc import Sequence
from pathlib import Path

from evals.peers import BEGIN, END, SYSTEMS, _figures, read, silver, systems, table
from evals.questions import Question, Support
from tests.conftest import WordEmbedding
from vectorstore.article import Article
from vectorstore.ingest import add_articles
from vectorstore.store import Store

ROOT = Path(__file__).parents[1]


def test_the_readme_shows_the_measured_figures() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition(BEGIN)[2].partition(END)[0]
    assert shown.strip() == table(read()).strip(), "run: python -m evals.peers --readme"


def test_every_system_finds_the_article_by_the_same_passages(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    found = {
        name: find("存储芯片", words.get_query_embedding("存储芯片"))
        for name, find in systems(store, words, None)
    }
    assert set(found) == {"wenju", "search", "llama-vectors", "llama-fusion", "txtai"}
    (alone,) = systems(store, words, None, ["search"])
    assert alone[0] == "search"
    assert found["search"][0] == found["llama-vectors"][0] == "chip"
    assert all({*ids} <= {"fund", "chip", "sun"} and "chip" in ids for ids in found.values())


def test_other_articles_that_seem_to_answer_count_in_a_column_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    lines = [{"id": "q", "extra": {"alt_docs_silver": ["other"]}}, {"id": "r"}]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    asked = [Question("q", "?", ("x",), True, (Support("gold"),), "kind")]
    ((kind, figures),) = _figures(asked, [["other", "gold"]], silver(file))
    assert kind == "kind"
    assert figures == {
        "questions": 1,
        "hit@1": 0,
        "mrr@10": 0.5,
        "hit@5": 1,
        "hit@1 with others": 1,
    }


def test_kinds_of_few_questions_are_shown_as_one() -> None:
    def kind(questions: int, hit: float) -> dict[str, dict[str, float]]:
        figures = {"questions": questions, "hit@1": hit, "mrr@10": hit}
        return {name: figures for name in SYSTEMS}

    (line,) = table({"set": {"a": kind(10, 1.0), "b": kind(30, 0.0)}}).splitlines()[2:]
    assert line.startswith("| set | all | 40 | 0.250 / 0.250 |")
    alone = {"set": {"a": {"wenju": kind(40, 1.0)["wenju"]}}}
    assert table(alone).splitlines()[2] == "| set | a | 40 | 1.000 / 1.000 |"
    apart = table({"set": {"a": kind(40, 1.0), "b": kind(40, 0.0)}}).splitlines()[2:]
    assert [row.split(" | ")[1] for row in apart] == ["a", "b"]
