"""Pronunciations in brackets go, and no other bracket does."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.clean import glosses
from vectorstore.clean.edit import GLOSS, Text
from vectorstore.clean.settle import applied

SEED = Path(__file__).parents[1] / "../shared/seeds/001_0f9117bebd0753fc.txt"
PIECES = [
    *("業", "发", "區", "龍舟", "(fā)", "(yè)", "(ye)", "（qū）", "(lóng zhōu)", "(EAST)", "(min)"),
    *("(", ")", "(ㄈㄚ)", "(fa1)", "（", "读作", ",", "。", "a", "\n", "(he)", "們(men)"),
]


def read(text: str) -> str:
    return applied(text, glosses.edits(text))


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join))
def test_a_second_time_changes_nothing_and_every_offset_leads_back(text: str) -> None:
    edits = glosses.edits(text)
    made = Text.of(text).edited(edits)
    assert glosses.edits(made.text) == []
    assert all(e.kind == GLOSS and e.new == "" and 0 <= e.start < e.end for e in edits)
    for at, character in enumerate(made.text):
        start, end = made.offsets.to_source(at, at + 1)
        assert text[start:end] == character


@pytest.mark.parametrize(
    ("came", "reads"),
    [
        ("新質生產力發(fā)展", "新質生產力發展"),
        ("新质生产力发（fā）展", "新质生产力发展"),
        ("端午賽龍舟(lóng zhōu)", "端午賽龍舟"),
        ("赛龙舟(lóngzhōu)，", "赛龙舟，"),
        ("西安(xī'ān)", "西安"),
        ("綠(lǜ)色女(nǚ)兒", "綠色女兒"),
        ("發(fa1zhan3)展", "發展"),
        ("發(ㄈㄚ)展，業(ㄧㄝˋ)", "發展，業"),
        ("行(háng/xíng)业", "行业"),
        ("蠡（音lí）县", "蠡县"),
        ("黎塘镇（拼音：lítáng）位于", "黎塘镇位于"),
        ("The word 發(fā)展 means growth.", "The word 發展 means growth."),
    ],
)
def test_a_pronunciation_goes(came: str, reads: str) -> None:
    assert read(came) == reads


@pytest.mark.parametrize(
    "text",
    [
        "實驗裝置(EAST)，登“門”(校門)入“室”(實驗室)，產業園(二期)",
        "中国(China)的人工智能(AI)和知识产权(IP)",
        "北京(Beijing)、苏州(suzhou)",
        "时长30分钟(min)，他(he)说，方案(a)和方案(b)",
        "马内(Mané)、咖啡(café)、贝利(Pelé)",
        "波艾蒂街（rue La Boétie）",
        "萨拉齐(São)、顺化(Huế)",
        "“发”字读作(fā)。",
        "A city (běi) in the north (fā).",
        "附件(an1)",
    ],
)
def test_an_ordinary_bracket_stays(text: str) -> None:
    assert glosses.edits(text) == []


def test_a_plain_syllable_goes_only_where_the_text_glosses_throughout() -> None:
    assert read("產業(ye)園") == "產業(ye)園"
    toned = "業(yè)務，事業(yè)，行業(yè)，"
    assert read(toned + "產業(ye)園，時間(min)") == "業務，事業，行業，產業園，時間(min)"
    plain = "產業(ye)園區(qu)發(fa)展優(you)勢，企業(ye)創(chuang)新，地區(qu)開發(fa)優(you)化"
    assert read(plain) == "產業園區發展優勢，企業創新，地區開發優化"


@pytest.mark.skipif(not SEED.exists(), reason="the sample page is not here")
def test_all_glosses_of_a_real_page_go_and_its_other_brackets_stay() -> None:
    text = read(SEED.read_text().replace("^", "區"))
    assert re.findall(r"\(.*?\)", text) == ["(EAST)", "(校門)", "(實驗室)", "(二期)"]
    assert text.count("發展") > 15
