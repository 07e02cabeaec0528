import json
from pathlib import Path

import pytest

from rag.llm import LocalLLM
from rag.reader.lessons import Lesson
from rag.reader.lookalikes import lookalikes
from rag.reader.translated import in_english, whole

TEXT = "庐阳区位于合肥市中心。2021年，庐阳区引进项目32个，总投资180亿元。"


def _lesson(question: str, answer: str, id_: str = "q") -> Lesson:
    at = TEXT.index(answer)
    return Lesson(id_, question, (answer,), "庐阳区", TEXT, at, at + len(answer))


ASKED = _lesson("庐阳区2021年引进了多少个项目？", "32个")


@pytest.mark.parametrize(
    "english",
    [
        "",
        "How many projects did Luyang introduce?",
        "How many projects did 庐阳区 introduce in 2021?",
        "How many projects did Luyang introduce in 2021",
        "How many projects did Luyang introduce in 2021?\nThirty-two.",
        "Were 32个 projects introduced in 2021?",
        "How many projects in 2021" + " and so on" * 30 + "?",
    ],
)
def test_a_translation_that_is_not_whole_is_left_out(english: str) -> None:
    assert not whole(ASKED, english)
    assert whole(ASKED, "How many projects did Luyang District introduce in 2021?")


@pytest.mark.model
def test_questions_are_translated_once_and_keep_their_answers(
    tmp_path: Path, local: LocalLLM
) -> None:
    file = tmp_path / "english.jsonl"
    asked = [ASKED, _lesson("庐阳区在哪里？", "合肥市中心", "r")]
    made = in_english(asked, local, file, lambda *_: None)
    assert made and all(TEXT[one.start : one.end] == one.answers[0] for one in made)
    assert any("2021" in one.question for one in made)
    kept = file.read_text(encoding="utf-8")
    assert in_english(asked, local, file, lambda *_: None) == made
    assert file.read_text(encoding="utf-8") == kept


def test_a_translation_that_was_cut_off_in_writing_is_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "english.jsonl"
    line = json.dumps(["q", "How many projects did Luyang introduce in 2021?"]) + "\n"
    file.write_text(line + '["r", "Where is', encoding="utf-8")
    never = LocalLLM(path="not asked")
    (made,) = in_english([ASKED], never, file, lambda *_: None)
    assert made.question == "How many projects did Luyang introduce in 2021?"
    assert file.read_text(encoding="utf-8") == line


def test_lookalikes_have_words_of_the_question_but_no_answer(tmp_path: Path) -> None:
    texts = {
        "right": TEXT,
        "near": "蜀山区2021年引进项目21个。",
        "same": "庐阳区还引进了32个项目。",
        "far": "天气晴朗，适合出游。",
    }
    corpus = tmp_path / "corpus.jsonl"
    lines = [{"id": name, "title": name, "text": text} for name, text in texts.items()]
    corpus.write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
    )
    told: list[tuple[int, int, str]] = []
    found = lookalikes(corpus, [ASKED], lambda *step: told.append(step))
    assert found["q"][0] == ("near", texts["near"])
    assert not {"right", "same"} & {title for title, _ in found["q"]}
    assert told == [(1, 1, tmp_path.name)]
