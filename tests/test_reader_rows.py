import random
from dataclasses import replace

import pytest

from rag.reader.dirt import FURNITURE, soiled
from rag.reader.lessons import Lesson
from rag.reader.other_questions import opposed
from rag.reader.relations import RELATIONS
from rag.reader.row import Row, window
from rag.reader.rows import SOILED, drawn
from vectorstore.script import converted, fold

TEXT = (
    "庐阳区位于合肥市中心。2021年，庐阳区引进项目32个，总投资180亿元。"
    "区长张明说，其中12个项目已经开工。大剧院由李华导演，1998年在该区出生。"
)


def _asked(question: str, answer: str, text: str = TEXT) -> list[Row]:
    at = text.index(answer)
    lesson = Lesson("q", question, (answer,), "庐阳区", text, at, at + len(answer))
    made = []
    for seed in range(30):
        draw = random.Random(seed)
        made.append(opposed(lesson, window(lesson, draw), (), draw))
    return [row for row in made if row]


def test_something_else_of_the_same_kind_is_asked_that_the_article_does_not_speak_of() -> None:
    rows = _asked("大剧院的导演是谁？", "李华")
    asked = {row.question for row in rows}
    assert {"大剧院的编剧是谁？", "大剧院的作曲是谁？"} < asked
    assert "大剧院的导演是谁？" not in asked
    assert all(not row.answers and "李华" in row.text for row in rows)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        (TEXT + "剧本由王芳编剧。", "编剧"),
        (TEXT + "脚本出自王芳之手。", "编剧"),
        (TEXT + "大剧院由其监制。", "制片人"),
    ],
)
def test_what_the_article_speaks_of_in_any_word_is_not_asked(text: str, never: str) -> None:
    assert all(never not in row.question for row in _asked("大剧院的导演是谁？", "李华", text))


def test_a_question_in_traditional_characters_stays_in_them() -> None:
    text = converted(TEXT, "s2t")
    rows = _asked("大劇院的導演是誰？", "李華", text)
    assert any("編劇" in row.question for row in rows)
    assert all("编剧" not in row.question for row in rows)


def test_of_a_deputy_only_the_whole_word_is_changed() -> None:
    rows = _asked("大学的副校长是谁？", "李华")
    assert rows and all("副校" not in row.question for row in rows)
    assert {row.question for row in rows} <= {
        "大学的校长是谁？",
        "大学的院长是谁？",
        "大学的教务长是谁？",
    }


def test_two_dates_with_a_dash_between_them_answer_for_birth_and_death() -> None:
    text = "李华（1901年－1977年），作家，出生于合肥。"
    assert not _asked("李华出生于哪里？", "合肥", text)


def test_a_question_without_such_a_word_is_left_alone() -> None:
    assert not _asked("总投资多少？", "180亿元")


def test_no_word_stands_for_two_things_of_one_kind() -> None:
    for kind in RELATIONS:
        first = [one[0] for one in kind]
        assert len(kind) > 1 and len(set(first)) == len(first)


@pytest.mark.parametrize("seed", range(60))
def test_dirt_stays_outside_the_answer_and_its_place_follows(seed: int) -> None:
    at = TEXT.index("180亿元")
    row = Row("总投资多少？", "庐阳区", TEXT * 3, at, at + 5)
    dirty = soiled(row, random.Random(seed))
    assert dirty.text[dirty.start : dirty.end] == "180亿元"
    nothing = soiled(replace(row, start=0, end=0), random.Random(seed))
    assert (nothing.start, nothing.end) == (0, 0) and not nothing.answers


def test_every_kind_of_dirt_is_put_on() -> None:
    row = Row("总投资多少？", "庐阳区", TEXT * 5)
    texts = [soiled(row, random.Random(seed)).text for seed in range(80)]
    assert any(mark in text for text in texts for mark in "�□")
    assert any(line in text for text in texts for line in FURNITURE)
    assert any("区 位" in text or "合 肥" in text or "中 心" in text for text in texts)
    assert any(text.count("，") < row.text.count("，") for text in texts)
    assert any(len(fold(text)) != len(fold(row.text)) for text in texts)


def test_a_share_of_what_is_drawn_is_dirty() -> None:
    at = TEXT.index("32个")
    lesson = Lesson("q", "2021年引进了多少个项目？", ("32个",), "庐阳区", TEXT, at, at + 3)
    both = [TEXT, converted(TEXT, "s2t")]
    rows = [drawn(lesson, (), random.Random(seed))[0] for seed in range(200)]
    clean = sum(any(row.text in text for text in both) for row in rows)
    assert 1 - 2 * SOILED < clean / len(rows) < 1 - SOILED / 2
    assert all(fold(row.text[row.start : row.end]) == "32个" for row in rows)


def test_an_empty_text_can_be_soiled() -> None:
    for seed in range(20):
        assert isinstance(soiled(Row("问？", "", ""), random.Random(seed)).text, str)
