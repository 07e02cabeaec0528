"""A file of several articles is cut at their headlines, and an article is never cut."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.clean import pieces

SEEDS = Path(__file__).parents[1] / "../shared/seeds"
BODY = (
    "截至6月底，益阳高新区共引进项目23个，推动43个产业项目新开工，固定资产投资同比增长4.9%。\n\n"
    "园区不断优化产业空间布局，大力推进新兴优势产业链建设，并注册10亿元成立全市首家产业发展基金。\n\n"
    "目前，储备重点在谈项目34个，意向投资达100亿元以上，其中新材料类的项目占了七成，明年陆续投产。"
)
HEADLINES = [
    "益阳高新区以项目推动发展",
    "南通高新区：创新“江湖”引育科技“高人”",
    "宁波：银行放贷近百亿！",
]


def parts(text: str) -> list[str]:
    starts = pieces.starts(text)
    ends = [*starts[1:], len(text)]
    return [text[a:b].strip() for a, b in zip(starts, ends, strict=True)]


@given(
    st.lists(
        st.sampled_from(
            [
                *HEADLINES,
                BODY,
                "\n\n",
                "\n",
                "\f",
                "► 王涛",
                "====",
                "---",
                "标题：一",
                "# ",
                "本报讯 ",
            ]
        )
        | st.text(max_size=4),
        max_size=30,
    ).map("".join)
)
def test_any_text_gives_starts_in_order_and_within_it(text: str) -> None:
    starts = pieces.starts(text)
    assert starts == sorted(set(starts))
    assert starts[0] == (len(text) - len(text.lstrip()) if text.strip() else 0)
    assert starts[-1] < max(len(text), 1)
    assert isinstance(pieces.headline(text), str)


@pytest.mark.parametrize("gap", ["\n\n", "\n\n\n\n"])
@pytest.mark.parametrize(
    "form",
    [
        "{h}\n\n► 王涛\n\n{b}",
        "{h}\n\n本报记者 王涛 李芳\n\n{b}",
        "{h}\n\n本报讯 {b}",
        "{h}\n\n新华社北京8月3日电（记者王涛）{b}",
        "{h}\n\n{b}（记者 王涛 李芳）",
        "{h}\n\n{b} 王涛 李芳",
        "{h}\n2023-08-14 10:30 来源：新华网\n\n{b}",
        "聚焦高质量发展\n\n{h}\n\n文/王涛\n\n{b}",
        "标题：{h}\n来源：新华社\n\n{b}",
        "---\ntitle: {h}\ndate: 2023-08-01\n---\n\n{b}",
        "From a@b.cn Mon Aug 14 10:00:00 2023\nSubject: {h}\n\n{b}",
    ],
)
def test_articles_that_follow_one_another_are_told_apart(form: str, gap: str) -> None:
    articles = [form.format(h=headline, b=BODY) for headline in HEADLINES]
    assert parts(gap.join(articles)) == articles


def test_articles_between_rules_are_told_apart() -> None:
    articles = [f"{headline}\n\n{BODY}" for headline in HEADLINES]
    found = parts("\n\n==========\n\n".join(articles))
    assert [part.removesuffix("==========").strip() for part in found] == articles


def test_articles_of_a_page_that_is_wrapped_are_told_apart() -> None:
    body = "本报讯 " + BODY.replace("\n\n", "")
    wrapped = "\n".join(body[i : i + 20] for i in range(0, len(body), 20))
    text = "\n\n".join(f"{headline}\n\n{wrapped}" for headline in HEADLINES)
    assert [part.split("\n")[0] for part in parts(text)] == HEADLINES


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADLINES[0]}\n\n► 王涛\n\n{BODY}",
        f"{HEADLINES[0]}\n——来自园区的报道\n本报记者 王涛\n\n{BODY}\n\n甘当“店小二”\n\n{BODY}",
        f"{BODY}\n\n争当经济发展排头兵\n\n{BODY}\n\n打造特色产业增长极\n\n{BODY}",
        f"{BODY}\n\n\n\n争当经济发展排头兵\n\n{BODY}\n\n\n\n打造特色产业增长极\n\n{BODY}",
        f"# 年度报告\n\n{BODY}\n\n## 第一节\n\n{BODY}\n\n---\n\n## 第二节\n\n{BODY}",
        f"第一章 开始\n\n{BODY}\n\n第二章 经过\n\n{BODY}\n\n第三章 结局\n\n{BODY}",
        f"记者：园区有什么打算？\n\n{BODY}\n\n记者：明年如何？\n\n{BODY}",
        f"{BODY}\n\n1. 看点一\n\n{BODY}\n\n2. 看点二\n\n{BODY}",
        f"{HEADLINES[0]}\n\n{BODY}\n\n----\n\n{BODY}",
        f"{HEADLINES[0]}\n\n{BODY}（记者 王涛）\n\n相关链接\n\n{BODY}",
        f"投资亮点\n► 业绩增长\n► 需求旺盛\n\n{BODY}\n\n风险提示\n► 价格波动\n\n{BODY}",
        "",
        " \n",
    ],
)
def test_one_article_is_one_piece(text: str) -> None:
    assert len(pieces.starts(text)) == 1


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        (f"{HEADLINES[0]}\n\n{BODY}", HEADLINES[0]),
        (f"# {HEADLINES[1]}\n\n{BODY}", HEADLINES[1]),
        (f"标题：{HEADLINES[2]}\n来源：新华社\n\n{BODY}", HEADLINES[2]),
        (
            "Council votes to build a bridge\n\nThe council voted on Tuesday to build it.",
            "Council votes to build a bridge",
        ),
        (BODY, ""),
        (f"► 王涛\n\n{BODY}", ""),
        ("一句话", ""),
    ],
)
def test_the_headline_is_the_first_line_where_it_has_the_form_of_one(
    text: str, headline: str
) -> None:
    assert pieces.headline(text) == headline


@pytest.mark.skipif(not SEEDS.exists(), reason="the sample pages are not here")
@pytest.mark.parametrize(
    ("number", "starts"),
    [
        ("000", [0]),
        ("001", [0]),
        ("002", [0]),
        ("003", [0]),
        ("004", [2, 1536, 2707, 3784, 4574, 5330]),
    ],
)
def test_a_real_page_is_cut_where_its_articles_begin(number: str, starts: list[int]) -> None:
    page = next(SEEDS.glob(f"{number}_*.txt")).read_text()
    assert pieces.starts(page) == starts
