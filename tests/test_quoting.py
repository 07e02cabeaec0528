"""What is quoted of the sentences that answer."""

import pytest

from rag.quoting import asks_for_several, quoted
from rag.read import Reading
from vectorstore.article import Hit, Passage


def _read(text: str, exact: str, probability: float) -> Reading:
    passage = Passage(f"p/{text}", "a", 0, len(text), text)
    at = text.index(exact)
    answer = (at, at + len(exact))
    return Reading(Hit(passage, probability), 0, len(text), text, probability, answer)


READINGS = [
    _read("2021年销售250万辆。", "250万辆", 0.8),
    _read("宝马2021年共售出250万辆汽车。", "250万辆", 0.7),
    _read("奔驰销售240万辆。", "240万辆", 0.5),
    _read("奥迪没有公布。", "没有公布", 0.2),
]


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("2021年宝马和奔驰的全球销量分别是多少？", True),
        ("《李茂扮太子》是什么类型的电影？它的导演是谁？", True),
        ("邓伦逃税多少钱，被罚了多少钱", True),
        ("公司有哪些产品？", True),
        ("塔里木油田的產量與投資額", True),
        ("中华人民共和国是哪一年成立的？", False),
        ("基金的规模有多大？", False),
        ("腾讯及阿里巴巴的市值", True),
        ("参与项目的企业有多少家？", False),
        ("案件涉及金额是多少？", False),
        ("与会专家来自哪里？", False),
        ("埃及的首都在哪里？", False),
        ("呼和浩特有多少人口？", False),
        ("和县在哪个省？", False),
    ],
)
def test_a_question_that_asks_for_several_things_is_known(question: str, several: bool) -> None:
    assert asks_for_several(question) is several


def test_one_thing_is_answered_by_what_is_about_as_likely() -> None:
    chosen = quoted("2021年的销量是多少？", READINGS, 0.1)
    assert [r.probability for r in chosen] == [0.8]


def test_several_things_are_answered_by_sentences_with_different_answers() -> None:
    chosen = quoted("2021年宝马和奔驰的销量分别是多少？", READINGS, 0.25)
    assert [r.probability for r in chosen] == [0.8, 0.5]


def test_nothing_is_quoted_below_the_least_certainty() -> None:
    assert quoted("销量分别是多少？", READINGS, 0.9) == []
