"""Files as people have them: web leftovers go, and the news that looks like them stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from vectorstore.article import Article
from vectorstore.clean.encoding import decode
from vectorstore.load import load

FIRST = "合肥市第一季度的工业总产值达到三百二十亿元，同比增长百分之七点五，新能源汽车的贡献最大。"
SECOND = (
    "当地企业负责人表示，今年还将继续扩大生产规模，计划再招收五百名工人，产品供给华东地区的工厂。"
)
PARADE = "据报道，仪仗队在陵园整齐列队，国歌奏响。"
BODY = f"{FIRST}\n\n{SECOND}"


def articles(folder: Path, data: str | bytes, name: str = "a.txt") -> list[Article]:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    found = list(load(file))
    assert all(isinstance(each, Article) for each in found), found
    return [each for each in found if isinstance(each, Article)]


@pytest.mark.parametrize(
    "line",
    [
        "该电视剧、电影预计今年秋末在沈阳和河南安阳开机拍摄。",
        "评论：让法治成为最好的营商环境",
        "媒体：美国将对中国商品加征关税",
        "关注我们身边的留守儿童",
        "民警提醒：不要扫描来路不明的二维码。",
        "资料图书馆今日开放",
        "法院认为，未经授权转载他人文章构成侵权。",
        "We baked cookies for the neighbors and sold them at the fair.",
        "| 城市 | 总量 | 增速 |\n|---|---|---|\n| 合肥 | 12673 | 5.8% |",
        "▲第一点，加强领导\n▲第二点，落实责任",
    ],
)
@pytest.mark.parametrize("at", ["{line}\n\n{body}", "{body}\n\n{line}"])
def test_news_that_looks_like_a_menu_or_a_caption_stays(tmp_path: Path, line: str, at: str) -> None:
    (article,) = articles(tmp_path, at.format(line=line, body=BODY))
    assert line in article.text and BODY in article.text
    assert article.publisher == article.author == ""


@pytest.mark.parametrize(
    ("came", "reads"),
    [
        ("园区开园。<br/><p class='x'>企业入驻。</p>", "园区开园。\n\n企业入驻。"),
        ("园区&nbsp;&ldquo;开园&rdquo;&#26376;底，<b>企业</b>入驻", "园区 “开园”月底，企业入驻"),
        (f"图片来源：朝中社  {PARADE}", PARADE),
        ("到场的有１，２３４人。", "到场的有1,234人。"),
        ("合 肥 第 一 季 度 增 长 6 . 1 % ， 好 于 预 期 。", "合肥第一季度增长6.1%，好于预期。"),
    ],
)  # fmt: skip
def test_what_a_page_or_a_copy_left_in_a_text_goes(tmp_path: Path, came: str, reads: str) -> None:
    (article,) = articles(tmp_path, f"{FIRST}\n\n{came}\n\n{SECOND}")
    assert article.text == f"{FIRST}\n\n{reads}\n\n{SECOND}"
    at = article.text.index(SECOND)
    start, end = article.offsets.to_source(at, at + len(SECOND))
    assert f"{FIRST}\n\n{came}\n\n{SECOND}"[start:end] == SECOND


@pytest.mark.parametrize("text", ["a < b & c > d", "`<br>` 换行", "```\n<p>甲</p>\n<p>乙</p>\n```"])
def test_what_is_no_markup_stays(tmp_path: Path, text: str) -> None:
    (article,) = articles(tmp_path, f"{BODY}\n\n{text}", "a.md")
    assert text in article.text


def test_a_raised_number_is_not_joined_to_the_one_before(tmp_path: Path) -> None:
    page = f"<html><body><h1>光</h1><p>光速是3×10<sup>8</sup>米每秒。{FIRST}</p></body></html>"
    (article,) = articles(tmp_path, page, "a.html")
    assert "3×10⁸米" in article.text


def test_each_front_matter_begins_an_article(tmp_path: Path) -> None:
    before = f"---\ntitle: 甲\ndate: 2024-01-02\n---\n{FIRST}\n\n"
    one, two = articles(tmp_path, f"{before}---\n标题: 乙\n作者: [王明, 李红]\n---\n{SECOND}")
    assert (one.title, one.date, one.text) == ("甲", "2024-01-02", FIRST)
    assert (two.title, two.author, two.text) == ("乙", "王明、李红", SECOND)


def test_fields_that_are_not_known_stay_text(tmp_path: Path) -> None:
    text = f"---\n时间：昨天: 今天\n地点: 合肥\n---\n{BODY}"
    assert articles(tmp_path, text)[0].text == text


def test_short_articles_that_name_their_titles_are_told_apart(tmp_path: Path) -> None:
    text = f"标题：甲地开园\n日期：2024-01-02\n{FIRST}\n标题：乙地投产\n日期：2024-03-04\n{SECOND}"
    found = [(a.title, a.date, a.text) for a in articles(tmp_path, text)]
    assert found == [("甲地开园", "2024-01-02", FIRST), ("乙地投产", "2024-03-04", SECOND)]


def test_a_file_of_utf8_once_read_as_latin1_is_read(tmp_path: Path) -> None:
    (article,) = articles(tmp_path, (BODY + "结束。").encode().decode("latin-1"))
    assert article.text == BODY + "结束。"


def test_a_line_in_another_encoding_is_read_with_the_rest(tmp_path: Path) -> None:
    other = "公园延长了开放时间，周末的班车也多了一倍。"
    mixed = f"{BODY}\n\n".encode() + other.encode("gb18030") + "\n\n游人很多。".encode()
    assert articles(tmp_path, mixed)[0].text == f"{BODY}\n\n{other}\n\n游人很多。"


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 100_000 + b"\n" + BODY.encode("gb18030") * 5,
        (" " * 100_000 + "甲。" + "\n" * 100_000 + BODY).encode(),
        ("甲地开园\n\n" + "a" * 50_000 + "\n\n" + BODY).encode(),
        (BODY + "---\na: b\n" * 5_000).encode(),
        ("<" * 50_000 + "<a " * 20_000 + "&" * 50_000 + BODY).encode(),
    ],
)
def test_hostile_text_is_read_in_reasonable_time(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(data)
    begun = time.process_time()
    assert len(decode(data, "a.txt")) and list(load(file))
    assert time.process_time() - begun < 5
