import pytest

from rag.compose import draft, split_marks
from rag.prompt import NOTHING
from vectorstore.article import Passage

FUND = "专项基金规模2亿元。基金由园区设立。"
CHIP = "存储芯片月产1000万颗。"
SHOWN = [
    Passage("a:1", "a", 10, 10 + len(FUND), FUND, "科创基金"),
    Passage("b:1", "b", 0, len(CHIP), CHIP),
]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("共32家[1]。首批已到。[2][3]", [("共32家。", (1,)), ("首批已到。", (2, 3))]),
        ("共32家。【1】首批已到【资料2】。", [("共32家。", (1,)), ("首批已到。", (2,))]),
        ("A has 3. [1] B has 4 [2, 3].", [("A has 3.", (1,)), ("B has 4.", (2, 3))]),
        ("没有标注。", [("没有标注。", ())]),
        ("1. 华悦公司。[1]\n2. 东部公司。[2]", [("华悦公司。", (1,)), ("东部公司。", (2,))]),
        ("还在写[", [("还在写", ())]),
        ("12.5%[1]。\n3.5亿元[2]。", [("12.5%。", (1,)), ("3.5亿元。", (2,))]),
        ("-5℃[1]。", [("-5℃。", (1,))]),
        ("1、2月份开工。[1-3]", [("1、2月份开工。", (1, 2, 3))]),
        ("- **2亿元**[1]。", [("2亿元。", (1,))]),
        ("[2] 月产900万颗。[1] 规模3亿元。", [("月产900万颗。", (2,)), ("规模3亿元。", (1,))]),
        ("", []),
    ],
)
def test_marks_go_with_the_sentence_they_close(written: str, expected: list[object]) -> None:
    assert split_marks(written) == expected


def test_sentence_points_to_the_exact_sentence_of_the_passage() -> None:
    made = draft("专项基金规模是2亿元[1]。", SHOWN, "规模多大？")
    assert [s.supported for s in made.sentences] == [True]
    (quote,) = made.quotes
    assert (quote.text, quote.start, quote.end) == ("专项基金规模2亿元。", 20 - 10, 20)


def test_number_that_was_not_shown_is_dropped() -> None:
    made = draft("今天天气晴朗宜人[7]。", SHOWN, "天气？")
    assert made.sentences[0].citations == ()
    assert not made.sentences[0].supported


def test_wrong_number_is_put_right_when_another_passage_carries_the_sentence() -> None:
    made = draft("存储芯片月产1000万颗[1]。", SHOWN, "产量？")
    assert made.sentences[0].supported
    assert made.quotes[0].passage.id == "b:1"


def test_unmarked_sentence_is_cited_where_it_stands() -> None:
    made = draft("存储芯片月产1000万颗。", SHOWN, "产量？")
    assert [q.passage.id for q in made.quotes] == ["b:1"]


def test_invented_number_is_marked_as_unsupported() -> None:
    made = draft("专项基金规模9亿元[1]。", SHOWN, "规模多大？")
    assert not made.sentences[0].supported
    assert "9亿" in made.sentences[0].doubts[0]


def test_an_invented_number_without_a_mark_is_named_and_cites_nothing() -> None:
    made = draft("专项基金规模9亿元。", SHOWN, "规模多大？")
    assert "9亿" in made.sentences[0].doubts[0] and made.quotes == ()


def test_a_model_that_finds_nothing_gives_a_silent_draft() -> None:
    for written in (f"{NOTHING}。", "資料未提及。", f"{NOTHING}相关信息，无法回答。", "资料未"):
        assert draft(written, SHOWN, "天气？").silent
    assert not draft("专项基金规模2亿元。", SHOWN, "规模？").silent
