from rag.reader.reader import Reader
from rag.reader.remembering import RememberingReader

QUESTION = "专项基金有多少亿元？"
FUND = ("科创基金", "池州的专项基金有2亿元。基金由园区设立。")
CHIP = ("芯片项目", "月产1000万颗存储芯片。")


def test_what_was_read_for_a_question_is_not_read_again() -> None:
    reader = Reader()
    remembering = RememberingReader(reader)
    (first,) = remembering.read(QUESTION, [FUND])
    assert first.best() == reader.read(QUESTION, [FUND])[0].best()
    again, chip = remembering.read(QUESTION, [FUND, CHIP])
    assert again is first and len(chip.places) != len(first.places)
    (other,) = remembering.read("谁设立了基金？", [FUND])
    assert other is not first and other.best() != first.best()
