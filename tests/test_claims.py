"""Written sentences put to the passages they cite, and the measure of it."""

import json
from pathlib import Path

import pytest

from evals.claims import Claim, claims, noticed
from rag.engine import Engine
from rag.reader.claims import blanks, folded_places, misread, standing
from rag.reader.reader import Reader
from tests.test_engine import ScriptedLLM
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles
from vectorstore.split import passages

TEXT = "庐阳区2021年引进项目32个，总投资180亿元。2022年，庐阳区引进项目45个，总投资210亿元。"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_a_sentence_asks_for_each_of_its_numbers() -> None:
    asked = [(b.question, b.value) for b in blanks("2024年3月新簽92個項目，佔七成。")]
    assert asked == [
        ("哪一年3月新签92个项目,占七成?", "2024"),
        ("2024年几月新签92个项目,占七成?", "3"),
        ("2024年3月新签多少个项目,占七成?", "92"),
        ("2024年3月新签92个项目,占多少?", "70%"),
    ]
    assert not list(blanks("没有数字。"))
    assert [b.question for b in blanks("2024年4月投资120亿元，其中20亿元到位。")] == [
        "哪一年4月投资120亿元,其中20亿元到位?",
        "2024年几月投资120亿元,其中20亿元到位?",
        "2024年4月投资多少元,其中20亿元到位?",
        "2024年4月投资120亿元,其中多少元到位?",
    ]


def test_the_place_of_a_number_is_that_in_the_text_behind_signs_that_fold_to_several() -> None:
    text = "气温降到5℃……今年引进项目32个。"
    (place,) = standing("32", *folded_places(text))
    assert text[slice(*place)] == "32"


@pytest.mark.parametrize(
    ("sentence", "astray"),
    [
        ("庐阳区2021年引进项目32个。", ()),
        ("廬陽區2022年引進項目45個。", ()),
        ("庐阳区2021年引进项目45个。", ("45",)),
        ("庐阳区2022年总投资180亿元。", ("180亿",)),
        ("In 2021 Luyang brought in 45 projects.", ()),
    ],
)
def test_a_number_of_something_else_is_found(
    reader: Reader, sentence: str, astray: tuple[str, ...]
) -> None:
    cited = passages(from_text(TEXT, "luyang", "庐阳区引进项目"))
    assert set(astray) <= set(misread(reader, sentence, cited))
    assert bool(astray) == bool(misread(reader, sentence, cited))


def test_a_written_number_of_something_else_is_marked(engine: Engine, reader: Reader) -> None:
    add_articles([from_text(TEXT, "luyang", "庐阳区引进项目")], engine.store, engine.model)
    settings = engine.settings.model_copy(update={"certainty": 0.0})
    for number, carried in (("32", True), ("45", False)):
        llm = ScriptedLLM(reply=f"庐阳区2021年引进项目{number}个[1]。")
        asking = Engine(engine.store, engine.model, settings, llm, reader=reader)
        *_, last = asking.ask("庐阳区2021年引进了多少个项目？")
        (said,) = last.sentences
        assert last.mode == "composed" and said.supported is carried
        assert carried or "45" in said.doubts[0]


def test_true_and_false_sentences_are_made_of_questions(tmp_path: Path, reader: Reader) -> None:
    article = {"id": "a", "title": "庐阳区", "text": TEXT}
    at = TEXT.index("32个")
    support = {"doc": "a", "start": at, "end": at + 3, "text": "32个"}
    asked = {
        "id": "q", "question": "庐阳区2021年引进了多少个项目？", "answers": ["32个"],
        "answerable": True, "support": [support], "kind": "span",
    }  # fmt: skip
    for name, line in (("corpus", article), ("questions.dev", asked)):
        text = json.dumps(line, ensure_ascii=False)
        (tmp_path / f"{name}.jsonl").write_text(text + "\n", encoding="utf-8")
    (claim,) = claims(tmp_path)
    assert isinstance(claim, Claim)
    assert claim.true == "庐阳区2021年引进了32个项目。"
    assert claim.false == "庐阳区2021年引进了45个项目。"
    assert not noticed(claim, claim.true, reader) and noticed(claim, claim.false, reader)
