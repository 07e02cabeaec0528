from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.article import Facts
from vectorstore.clean import byline
from vectorstore.clean.dates import iso
from vectorstore.clean.edit import BYLINE, Text

BODY = "今年以来，园区累计引进重点项目二十三个，总投资一百二十亿元，其中十亿元以上的有六个。"


def read(text: str) -> tuple[Facts, str]:
    facts, edits = byline.read(text)
    assert {edit.kind for edit in edits} <= {BYLINE}
    return facts, Text.of(text).edited(edits).text


@pytest.mark.parametrize(
    ("line", "facts"),
    [
        ("来源:人民网-浙江频道", Facts(publisher="人民网-浙江频道")),
        ("来源：新华社 作者：王小明", Facts(publisher="新华社", author="王小明")),
        ("2024-03-05 10:20 来源：新华社", Facts(publisher="新华社", date="2024-03-05")),
        ("发布时间：2024年3月5日", Facts(date="2024-03-05")),
        ("2024年03月05日 08:32 | 人民网", Facts(publisher="人民网", date="2024-03-05")),
        ("► 吴富强", Facts(author="吴富强")),
        ("■ 本报记者 王小明 李红", Facts(author="王小明 李红")),
        ("文/图 王小明", Facts(author="王小明")),
        ("文/李建国 编辑/王芳", Facts(author="李建国")),
        ("撰文丨李建国 编辑丨王芳 校对丨赵敏", Facts(author="李建国")),
        ("文／陳靜 攝影／林志偉", Facts(author="陳靜")),
        ("文/北京青年报记者 赵婷婷 编辑/彭小菲", Facts(author="赵婷婷")),
        ("记者 林志伟／高雄报导", Facts(author="林志伟")),
        ("〔記者陳靜、林志偉／綜合報導〕", Facts(author="陳靜 林志偉")),
        ("责任编辑 李岩 / 审核 王小明", Facts()),
        ("时间：2024-03-05 10:20 浏览次数：1352", Facts(date="2024-03-05")),
        ("時間：2024-03-05 點閱數：88", Facts(date="2024-03-05")),
        ("發布：2024/04/03", Facts(date="2024-04-03")),
        ("发布于 2024-04-03 10:15", Facts(date="2024-04-03")),
        ("发布人：admin 发布时间：2024-04-03 10:15", Facts(date="2024-04-03")),
        ("2024/04/03 10:15 更新：2024/04/03 11:20", Facts(date="2024-04-03")),
        ("By Jane Doe", Facts(author="Jane Doe")),
        ("By Jane Doe and John Smith | March 5, 2024",
         Facts(author="Jane Doe and John Smith", date="2024-03-05")),
        ("Published: 5 March 2024", Facts(date="2024-03-05")),
        ("标题：园区签约忙", Facts(title="园区签约忙")),
    ],
)  # fmt: skip
def test_a_line_that_speaks_of_the_article_is_read_and_goes(line: str, facts: Facts) -> None:
    assert read(f"某地招商再创新高\n{line}\n{BODY}") == (facts, f"某地招商再创新高\n{BODY}")


@pytest.mark.parametrize(
    ("tail", "facts"),
    [
        (" 童云 严雷 王哲斌 顾晴", Facts(author="童云 严雷 王哲斌 顾晴")),
        (" 信召红", Facts(author="信召红")),
        ("(丁玲 文/图)", Facts(author="丁玲")),
        ("\n(原报记者 龚丽丽 陈丽娣)", Facts(author="龚丽丽 陈丽娣")),
        ("（来源：光明日报）", Facts(publisher="光明日报")),
        ("（作者：王小明 来源：光明日报）", Facts(author="王小明", publisher="光明日报")),
        ("（记者 王小明 摄影报道）", Facts(author="王小明")),
        ("城市晚报/天天新闻记者 王小明 实习生 李红", Facts(author="王小明 李红")),
        ("【编辑:李岩】", Facts()),
        ("\n責任編輯／林雅婷 核稿編輯：陳志明", Facts()),
        ("（責編：林雅婷／陳志明 校對：李紅）", Facts()),
        ("责任编辑：李岩", Facts()),
        ("《人民日报》（2023年07月30日01版）", Facts(publisher="人民日报", date="2023-07-30")),
        ("来源：新华社责编：王小明校对：李红", Facts(publisher="新华社")),
    ],
)
def test_what_hangs_behind_the_last_sentence_is_read_and_goes(tail: str, facts: Facts) -> None:
    said, cleaned = read(BODY + tail)
    assert (said, cleaned.rstrip()) == (facts, BODY)


@pytest.mark.parametrize(
    ("start", "facts"),
    [
        ("本报讯(记者 刘琴) 7月28日,", Facts(author="刘琴")),
        ("新华社北京3月5日电（记者 王小明）", Facts(author="王小明", publisher="新华社")),
        ("新华社北京2024年3月5日电 ", Facts(publisher="新华社", date="2024-03-05")),
        ("〔記者陳靜／台北報導〕", Facts(author="陳靜")),
        ("江门日报讯 (记者/陈敏锐) ", Facts(author="陈敏锐", publisher="江门日报")),
    ],
)
def test_a_dateline_is_read_and_stays(start: str, facts: Facts) -> None:
    assert read(start + BODY) == (facts, start + BODY)


@pytest.mark.parametrize(
    "text",
    [
        f"7月28日，启动仪式举行。{BODY}",
        f"时间：2024年4月1日\n地点：北京会议中心\n{BODY}",
        f"问：您怎么看？\n记者：您好。\n{BODY}",
        f"来源：甲公司\n{BODY}\n来源：乙公司\n{BODY}\n来源：丙公司\n",
        f"2001年\n{BODY}\n2008年\n{BODY}\n2015年\n{BODY}",
        f"● 王小明\n● 李红\n● 赵刚\n{BODY}",
        f"{BODY} 全文完",
        f"时间：2024年4月1日 10:20\n{BODY}",
        f"招聘岗位\n编辑/记者/主播\n{BODY}",
        f"主编：王小明\n{BODY}",
        f"記者／編輯的工作\n{BODY}",
        f"{BODY}（完）",
        f"数据来源：国家统计局。{BODY}",
        f"据新华社报道，来源不明的资金增加。{BODY}",
        "By then everyone had gone home.\nThe house was empty.",
    ],
)
def test_nothing_is_made_up_and_nothing_goes(text: str) -> None:
    assert read(text) == (Facts(), text)


def test_a_date_signed_under_a_notice_is_read_and_stays() -> None:
    text = f"{BODY}\n某市人民政府\n2024年3月5日"
    assert read(text) == (Facts(date="2024-03-05"), text)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024年3月5日", "2024-03-05"), ("2024/3/5", "2024-03-05"), ("2024年3月", "2024-03"),
        ("2024年", "2024"), ("March 5, 2024", "2024-03-05"), ("5th Sept. 2024", "2024-09-05"),
        ("3月5日", ""), ("2024-13-40", ""), ("20240305", ""),
    ],
)  # fmt: skip
def test_dates_become_iso(written: str, expected: str) -> None:
    assert iso(written) == expected


ODD = st.lists(
    st.sampled_from(
        [
            "\n", "\f", " ", "。", "来源：", "作者：", "记者 ", "王小明", "李红 ",
            "2024-03-05", "10:20", "（", "）", "责任编辑：",
            "►", "By ", "Jane Doe", "正文：", "，", "标题：",
            "新华社", "3月5日", "电", "文/图", BODY,
        ]
    ) | st.text(max_size=6),
    max_size=40,
).map("".join)  # fmt: skip


@given(text=ODD)
def test_any_text_is_read_once_and_keeps_its_page_breaks(text: str) -> None:
    _, edits = byline.read(text)
    ends = [0, *(edit.end for edit in edits)]
    assert all(a <= e.start <= e.end <= len(text) for a, e in zip(ends, edits, strict=False))
    cleaned = Text.of(text).edited(edits).text
    assert cleaned.count("\f") == text.count("\f")
    assert byline.read(cleaned)[1] == []
