"""The whole cleaning line: any text comes through, keeps its offsets, and is clean at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.article import Article
from vectorstore.clean.chain import articles, readable
from vectorstore.clean.edit import GLOSS, LOST, MOJIBAKE, Text
from vectorstore.load import load
from vectorstore.split import passages

SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"
PIECES = (
    "2月6日上午,合肥市廬陽區(qū)召開推動高質量發(fā)展大會。",
    "項目成功簽約入駐?!拔磥?年,園區將建成。",
    "首页 > 新闻 > 正文",
    "图片来源:重庆高新区",
    "► 吴富强",
    "来源：新华社 2024-03-05 10:20",
    "猜您喜欢:",
    "本报讯(记者 刘琴)7月28日，园区签约项目39个。",
    "协议投资总额达605.6亿元，其中产业项目占",
    "44.2%，带动就业一千多人。",
    "The flood reached 3.2 metres on Tues-\nday, officials said.",
    "鏂囧瓧鐨勬晥鏋滃緢濂姐€",
    "- 3 -",
    "\f",
    "\n\n",
    "\u3000\u3000",
    "ＡＢＣ１２３㈠⼀",
    "\u200b\ufeff\x07",
    "。”",
    "锟斤拷",
)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_comes_through_with_its_offsets(raw: str) -> None:
    text = readable(Text.of(raw))
    covered = sum(length for _, _, length, _ in text.offsets.blocks)
    assert covered == len(text.text)
    for start, source, length, source_length in text.offsets.blocks:
        assert 0 <= source <= source + source_length <= len(raw)
        assert 0 <= start <= start + length <= len(text.text)
    for mark in text.marks:
        assert 0 <= mark.source_start <= mark.source_end <= len(raw)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(("", "\n", "\n\n")))
def test_cleaning_twice_is_cleaning_once(pieces: list[str], between: str) -> None:
    once = readable(Text.of(between.join(pieces)))
    assert readable(Text.of(once.text)).text == once.text


@settings(deadline=None)
@given(st.text(max_size=120))
def test_arbitrary_text_is_clean_at_once(raw: str) -> None:
    once = readable(Text.of(raw))
    assert readable(Text.of(once.text)).text == once.text


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_the_articles_of_a_file_do_not_overlap(pieces: list[str]) -> None:
    raw = "\n".join(pieces)
    ends = 0
    for one in articles(Text.of(raw), one=False):
        if one.text.text:
            first, last = one.text.offsets.to_source(0, len(one.text.text))
            assert ends <= first <= last <= len(raw)
            ends = last


def test_a_text_of_furniture_alone_is_kept() -> None:
    assert readable(Text.of("图片来源:重庆高新区")).text == "图片来源:重庆高新区"


def test_page_starts_are_those_of_the_text_that_is_left() -> None:
    raw = "\f第一页的文字到这里为止。\n\f第二页从这里开始，讲的是另一件事。"
    (cleaned,) = articles(Text.of(raw), one=True)
    assert cleaned.text.text == "第一页的文字到这里为止。\n第二页从这里开始，讲的是另一件事。"
    assert cleaned.pages == (0, 0, cleaned.text.text.index("第二页"))


@pytest.fixture(scope="module")
def seeds() -> list[Article]:
    if not SEEDS.is_dir():
        pytest.skip(f"no scraped articles in {SEEDS}")
    items = [item for path in sorted(SEEDS.glob("*.txt")) for item in load(path, SEEDS)]
    return [item for item in items if isinstance(item, Article)]


def test_five_scraped_files_are_ten_articles_with_their_headlines(seeds: list[Article]) -> None:
    assert len(seeds) == 10
    assert [a.title for a in seeds[2:3] + seeds[4:]] == [
        "丽水特色产业建设(浙江丽水双招双引)",
        "百亿级项目缘何纷纷落地 西部(重庆)科学城",
        "益阳高新区以产业项目建设推动高质量发展",
        "南通高新区:创新“江湖”引育科技“高人”",
        "中日韩文化创意产业园 在烟台高新区启动",
        "宁波高新区内银行 为企业发放贷款近百亿元",
        "北京经开区破解 企业危险废物管理难题",
    ]
    assert not any(seeds[n].title for n in (0, 1, 3))


def test_seven_damaged_runs_are_read(seeds: list[Article]) -> None:
    luyang = seeds[1]
    for read in (
        "成功簽約入駐。“未來\ufffd年,園區",
        "達30家。”廬陽區科技局",
        "趨優的特點。”該區有關負責人",
        "一番作為。”安徽瑞控信光電技術股份有限公司",
        "發展好’。”該區投促中心",
        "紓困解難。”安徽中科熱儀科技有限公司",
        "強化要素保障。”\ufffd月11日",
    ):
        assert read in luyang.text
    kinds = [mark.kind for mark in luyang.marks]
    assert (kinds.count(GLOSS), kinds.count(MOJIBAKE), kinds.count(LOST)) == (166, 7, 2)
    for gloss in ("(qū)", "(fā)", "(yè)"):
        assert gloss not in luyang.text
    assert "(EAST)" in luyang.text


def test_the_other_four_files_have_nothing_repaired(seeds: list[Article]) -> None:
    others = [a for a in seeds if a is not seeds[1]]
    assert not {m.kind for a in others for m in a.marks} & {MOJIBAKE, LOST, GLOSS}


def test_no_caption_menu_or_repeated_lead_is_a_passage(seeds: list[Article]) -> None:
    searched = "\n".join(p.text for a in seeds for p in passages(a))
    for left_out in ("快捷搜索", "猜您喜欢", "供图", "方彭依梦摄", "图片来源", "► ", "双招双引)("):
        assert left_out not in searched
    assert searched.count("对发展质量的要求也随之提高") == 1


def test_a_sentence_that_a_column_cut_is_one_again(seeds: list[Article]) -> None:
    page = "\n".join(a.text for a in seeds[4:])
    for joined in ("南京理工大学", "智慧清溪", "益阳高新区主动出击", "5个项目运营商", "达2万户"):
        assert joined in page


def test_every_sentence_leads_back_to_its_file(seeds: list[Article]) -> None:
    raws = {path.name: path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")}
    for article in seeds:
        raw = raws[article.id.partition("#")[0]]
        for passage in passages(article):
            start, end = article.offsets.to_source(passage.start, passage.end)
            came = [c for c in raw[start:end] if c.isalnum()]
            assert set(c for c in passage.text if c.isalnum()) - set(came) <= set(
                "來未廬該區安徽瑞控信光電技術中科熱儀"
            )
            if article.raw:
                at = article.raw_start
                assert article.raw[start - at : end - at] == raw[start:end]
