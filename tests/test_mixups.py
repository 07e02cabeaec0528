import json
from pathlib import Path

from evals.mixups import measured
from evals.relations import relations
from evals.subjects import subjects
from rag.reader.reader import Reader

ARTICLES = {
    "庐阳区": "庐阳区位于合肥市中心。2021年，庐阳区引进项目32个，总投资180亿元。",
    "包河区": "包河区濒临巢湖。这里有一所大学。",
    "无题": "这一篇没有说到它的名字，所以它的第一句不会放在别的段落旁边。",
}


def _set(folder: Path, questions: list[tuple[str, str, str]]) -> Path:
    corpus = [{"id": name, "title": name, "text": text} for name, text in ARTICLES.items()]
    asked = []
    for n, (doc, question, answer) in enumerate(questions):
        at = ARTICLES[doc].index(answer)
        support = {"doc": doc, "start": at, "end": at + len(answer), "text": answer}
        about = {"answerable": True, "answers": [answer], "support": [support]}
        asked.append({"id": str(n), "question": question, **about})
    for name, lines in (("corpus", corpus), ("questions.dev", asked)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_a_question_is_asked_of_two_subjects_and_one_passage(tmp_path: Path) -> None:
    asked = [("庐阳区", "庐阳区2021年引进了多少个项目？", "32个")] * 12
    made = list(subjects(_set(tmp_path, asked)))
    assert made
    for pair in made:
        assert pair.asked == "庐阳区2021年引进了多少个项目？"
        assert pair.other == "包河区2021年引进了多少个项目？"
        assert "32个" in pair.text and "包河区濒临巢湖。" in pair.text
        assert "大学" not in pair.text
    assert {pair.text.startswith("包河区") for pair in made} == {True, False}


def test_a_question_that_names_no_subject_is_left_out(tmp_path: Path) -> None:
    asked = [("庐阳区", "2021年引进了多少个项目？", "32个")] * 4
    folder = _set(tmp_path, asked)
    assert not list(subjects(folder))
    assert "no question can be changed so" in measured("庐阳区", subjects(folder), Reader(), 4)


def test_another_thing_of_the_same_kind_is_asked_of_the_same_passage(tmp_path: Path) -> None:
    asked = [
        ("包河区", "包河区的大学成立于哪一年？", "巢湖"),
        ("庐阳区", "总投资多少？", "180亿元"),
    ]
    made = list(relations(_set(tmp_path, asked * 3)))
    assert len(made) == 3
    for pair in made:
        assert pair.other != pair.asked == asked[0][1]
        assert pair.other.startswith("包河区的大学") and pair.other.endswith("于哪一年？")
        assert pair.text == ARTICLES["包河区"]
    (figures,) = measured("包河区", iter(made), Reader(), 2).splitlines()
    assert figures.startswith("包河区: 2 questions, AUROC ")


def test_the_same_questions_are_made_each_time(tmp_path: Path) -> None:
    where, what = "庐阳区位于哪里？", "包河区濒临什么？"
    asked = [("庐阳区", where, "合肥市中心"), ("包河区", what, "巢湖")] * 3
    folder = _set(tmp_path, asked)
    assert list(subjects(folder)) == list(subjects(folder))
    assert list(relations(folder)) == list(relations(folder))
