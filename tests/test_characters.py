"""Characters and white space come out as a reader would type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.clean import characters, spaces
from vectorstore.clean.edit import CONTROL, FORM, LOST, SPACE, Step, Text
from vectorstore.clean.settle import applied

HOSTILE = st.text(
    st.sampled_from(
        "中文合肥市庐阳，。“”（）a1A \t"
        "\n\f\r\v\xa0\u3000\xad\u200b\u200d\ufe0f\ufeff👩１Ａ．ﬁ⻓⼈ｶﾞ︰\ud800\x00```~"
    )
    | st.characters(),
    max_size=80,
)
STEPS = [characters.edits, spaces.edits]


def cleaned(text: str) -> str:
    return applied(applied(text, characters.edits(text)), spaces.edits(characters_only(text)))


def characters_only(text: str) -> str:
    return applied(text, characters.edits(text))


@pytest.mark.parametrize("step", STEPS)
@given(text=HOSTILE)
def test_a_second_time_changes_nothing_and_every_offset_leads_back(step: Step, text: str) -> None:
    edits = step(text)
    made = Text.of(text).edited(edits)
    assert step(made.text) == []
    assert all(text[e.start : e.end] != e.new for e in edits)
    for at, character in enumerate(made.text):
        start, end = made.offsets.to_source(at, at + 1)
        assert 0 <= start <= end <= len(text)
        if not any(e.start < end and start < e.end for e in edits) and end > start:
            assert text[start:end] == character


@pytest.mark.parametrize(
    ("came", "reads"),
    [
        ("一\r\n二\r三\u2028四\u2029五\x85六\v七", "一\n二\n三\n四\n五\n六\n七"),
        ("\ufeff合\u200b肥\xad市\x00\u202e", "合肥市"),
        ("ＩＢＭ１２３", "IBM123"),
        ("３．５亿元", "3.5亿元"),
        ("⼈⺠银⾏的⻓期贷款", "人民银行的长期贷款"),
        ("ofﬁce ﬂow", "office flow"),
        ("ｶﾞｽ ﾊﾟﾝ｡", "ガス パン。"),
        ("規劃﹑排程﹐使用﹔︰", "規劃、排程，使用；："),
        ("\ud83d", "\ufffd"),
        ("infor\xad\nmation", "information"),
        ("列\uf99c", "列列"),
    ],
)
def test_a_character_in_an_odd_form_becomes_the_ordinary_one(came: str, reads: str) -> None:
    assert characters_only(came) == reads


@pytest.mark.parametrize(
    "text",
    [
        "一、“二”（三）：四；五！六？七…八—九·",
        "①②㎡℃™²³Ⅲ½㈱％～￥",
        "👩‍👩‍👧 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽",
        "第一页\f第二页",
        "می‌خواهم क्‍ष",
        "𠮷野家 café naïve",
    ],
)
def test_marks_signs_emoji_and_page_ends_stay(text: str) -> None:
    assert characters.edits(text) == []


def test_each_change_says_of_what_kind_it_is() -> None:
    edits = characters.edits("Ａ\u200b\ud800\r\n")
    assert [e.kind for e in edits] == [FORM, CONTROL, LOST, CONTROL]
    assert [e.kind for e in spaces.edits("一  二")] == [SPACE]


@pytest.mark.parametrize(
    ("came", "reads"),
    [
        ("电\u2002中共\xa0中央", "电 中共 中央"),
        ("结束。   纳达尔", "结束。 纳达尔"),
        ("一行  \n二行\u3000\n", "一行\n二行\n"),
        ("你好 ，世界 ！（ 一 ）", "你好，世界！（一）"),
        ("\u3000\u3000段落一\n\t代码", "    段落一\n\t代码"),
        ("甲\t\t乙", "甲\t乙"),
        ("合 肥 市 庐 阳 区 召 开 会 议", "合肥市庐阳区召开会议"),
        ("合 肥 市  庐 阳 区  会 议", "合肥市 庐阳区 会议"),
        ("工 作 报 告\n正文在此。", "工作报告\n正文在此。"),
    ],
)
def test_needless_white_space_goes(came: str, reads: str) -> None:
    assert applied(came, spaces.edits(came)) == reads


@pytest.mark.parametrize(
    "text",
    [
        "科學技術“打頭陣” 轉化成果“滿枝頭”",
        "(原报记者 龚丽丽 陈丽娣)",
        "百亿级项目缘何纷纷落地 西部(重庆)科学城",
        "IT之家 8 月 9 日消息",
        "汽车 科技 财经 体育",
        "记者 王 芳 摄",
        "家次企业。 童云 严雷 王哲斌 顾晴",
        "代码如下：\n```python\nx  =  1\n```",
    ],
)
def test_a_space_that_parts_words_stays(text: str) -> None:
    assert spaces.edits(text) == []


def test_a_space_between_all_characters_goes_where_numbers_and_marks_stand_among_them() -> None:
    came = (
        "“ 经 过80分 钟 的 比 赛 ” ， 他 说 ， 女 足 （2021年 版 ） 赢 了 … … 观 众 都 很 高 兴 。"
    )
    reads = "“经过80分钟的比赛”，他说，女足（2021年版）赢了……观众都很高兴。"
    assert applied(came, spaces.edits(came)) == reads


def test_a_motto_told_many_times_keeps_its_space() -> None:
    text = "他们说“乡亲桑梓行 浓浓赣港情”，又说“乡亲桑梓行 浓浓赣港情”。" * 4
    assert spaces.edits(text) == []


def test_spaces_strewn_through_words_go_and_those_between_many_names_stay() -> None:
    strewn = (
        "全力按下招 商提质快进键，聚 焦重点产 业集聚区域，"
        "与科学 院建立合作关 系，派驻干 部跟班学 习。"
    )
    assert cleaned(strewn) == strewn.replace(" ", "")
    assert cleaned(strewn.replace(" ", "\u3000")) == strewn.replace(" ", "")
    names = "童云 严雷 王哲斌 顾晴 李海 张立 王五报道了大会。"
    assert cleaned(names) == names
