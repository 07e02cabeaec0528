import base64
import time
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.article import Facts
from vectorstore.errors import ArticleError
from vectorstore.formats import html
from vectorstore.formats.document import Document, File
from vectorstore.formats.html import documents, fragment, page
from vectorstore.formats.html_title import without_site
from vectorstore.formats.marked_date import day

FIRST = (
    "水利部门十五日通报，今年入汛以来全省平均降雨量比常年同期多两成，"
    "主要江河水势总体平稳，大中型水库运行正常。"
)
SECOND = (
    "通报说，各地已备足防汛物资，组织巡查人员三万余人次，排查出的隐患全部落实了责任人和整改期限。"
)
THIRD = "气象部门预计，未来一周北部山区还有两次较强降雨过程，提醒有关地区防范山洪和地质灾害。"

NEWS = f"""<!DOCTYPE html>
<html lang="zh"><head><meta charset="%s"><title>全省江河水势平稳_新闻频道_清江在线</title>
<meta property="og:site_name" content="清江在线"><style>.a{{color:red}}</style>
<link rel="canonical" href="https://news.example.cn/2023/07/16/a1.html"></head><body>
<div class="top"><ul class="nav"><li><a href="/">首页</a></li><li><a href="/n">新闻</a></li>
<li><a href="/c">财经</a></li><li><a href="/s">体育</a></li></ul></div>
<div class="path">当前位置：<a href="/">首页</a> &gt; <a href="/n">新闻</a> &gt; 正文</div>
<h1>全省江河水势平稳</h1>
<div class="info">2023年07月16日 08:30&nbsp;&nbsp;来源：清江日报 &nbsp; 作者：李晓明</div>
<div class="content" id="content">
<p>　　{FIRST}</p>
<p><strong>一、物资&amp;人员</strong></p>
<p>&#12288;&#x3000;{SECOND}<br>{THIRD}</p>
<script>document.write("<p>广告脚本</p>");</script>
<table><tr><th>地区</th><th>降雨量</th></tr><tr><td>北部</td><td>312毫米</td></tr></table>
</div>
<div class="ad"><a href="http://ad.example/x">特价机票点击抢购</a></div>
<div class="related"><h3>相关新闻</h3><ul><li><a href="1">多地开展汛前检查消除隐患</a></li>
<li><a href="2">专家谈城市内涝治理的三个关键</a></li></ul></div>
<div class="footer">关于我们 | 联系我们 | 版权所有 清江在线</div></body></html>"""


def file(data: bytes, name: str = "a.html", address: str = "") -> File:
    return File(name, len(data), lambda: BytesIO(data), address)


def one(data: bytes, name: str = "a.html") -> Document:
    (found,) = documents(file(data, name))
    assert isinstance(found, Document), found
    return found


def article(source: str) -> Document:
    found = page(source, "a.html")
    assert isinstance(found, Document), found
    return found


def source_of(document: Document, words: str) -> str:
    at = document.text.index(words)
    start, end = document.offsets.to_source(at, at + len(words))
    return document.raw[start:end]


def check_offsets(document: Document) -> None:
    at = before = 0
    for start, source, length, source_length in document.offsets.blocks:
        assert start == at and source >= before
        if length == source_length > 1:
            there = document.raw[source : source + length]
            assert document.text[start : start + length].split() == there.split()
        at, before = start + length, source + source_length
    assert at == len(document.text) and before <= len(document.raw)


def test_article_is_found_among_menus_and_advertisements() -> None:
    text = article(NEWS % "utf-8").text
    assert text == (f"{FIRST}\n\n一、物资&人员\n\n{SECOND}\n{THIRD}\n\n地区\t降雨量\n北部\t312毫米")


def test_facts_come_from_the_pages_own_marks() -> None:
    assert article(NEWS % "utf-8").facts == Facts(
        title="全省江河水势平稳",
        author="李晓明",
        publisher="清江日报",
        date="2023-07-16",
        url="https://news.example.cn/2023/07/16/a1.html",
    )


@pytest.mark.parametrize("words", [FIRST, SECOND, THIRD, "312毫米"])
def test_offsets_lead_to_the_same_words_in_the_source(words: str) -> None:
    document = article(NEWS % "utf-8")
    check_offsets(document)
    assert source_of(document, words) == words


def test_entities_are_blocks_that_changed_as_a_whole() -> None:
    document = article(NEWS % "utf-8")
    assert source_of(document, "物资&人员") == "物资&amp;人员"
    assert source_of(document, "&") == "&amp;"


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "gbk"),
        ("gb18030", "gb2312"),
        ("gb18030", "utf-8"),
        ("utf-16", "utf-8"),
    ],
)
def test_page_is_read_in_its_encoding_whatever_it_declares(codec: str, declared: str) -> None:
    document = one((NEWS % declared).encode(codec))
    assert FIRST in document.text and source_of(document, SECOND) == SECOND


def test_traditional_page_in_big5_is_read() -> None:
    words = "水利部門十五日通報，今年入汛以來全省平均降雨量比常年同期多兩成，主要江河水勢總體平穩。"
    document = one(f"<html><meta charset=big5><p>{words}</p><p>{words}</p>".encode("big5"))
    assert words in document.text


def test_page_of_old_tables_and_line_breaks_keeps_its_article() -> None:
    menu = "<br>".join(f'<a href="{n}">栏目{n}</a>' for n in range(9))
    source = (
        f"<html><body><table><tr><td>{menu}</td><td>{FIRST}<br><br>{SECOND}<br><br>{THIRD}</td>"
        "</tr></table></body></html>"
    )
    assert article(source).text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_article_that_waits_hidden_for_a_script_is_read() -> None:
    source = (
        "<html><body><div><a href='/'>首页</a></div>"
        f"<div id='js_content' style='visibility: hidden'><p>{FIRST}</p><p>{SECOND}</p>"
        "</div></body></html>"
    )
    assert article(source).text == f"{FIRST}\n\n{SECOND}"


def test_what_is_hidden_beside_an_article_is_left_out() -> None:
    source = (
        f"<html><body><p>{FIRST}<span style='display:none'>暗码</span></p><p hidden>看不见的话</p>"
        f"<p>{SECOND}</p></body></html>"
    )
    assert article(source).text == f"{FIRST}\n\n{SECOND}"


def test_glosses_of_ruby_are_dropped() -> None:
    shown = fragment("<p><ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp>字<rt>zì</ruby>之美</p>", Facts())
    assert shown and shown.text == "汉字之美"


def test_line_ends_of_the_source_inside_chinese_show_no_space() -> None:
    shown = fragment("<p>今年入汛\n   以来，GDP\n  growth</p>", Facts())
    assert shown and shown.text == "今年入汛以来，GDP growth"


def test_linked_data_and_metas_are_believed_and_guesses_are_not() -> None:
    source = (
        '<html><head><title>x</title><script type="application/ld+json">{"@type":"NewsArticle",'
        '"headline":"江河水势平稳","datePublished":"2023-07-16T08:00:00+08:00","author":[{"name":'
        '"李晓明"}],"publisher":{"name":"清江在线"}}</script></head>'
        f"<body><p>{FIRST}</p><p>{SECOND}</p></body></html>"
    )
    assert article(source).facts == Facts("江河水势平稳", "李晓明", "清江在线", "2023-07-16")
    bare = page(f"<p>2021年3月2日，{FIRST}</p>", "a", "https://a.cn/2020/01/02/x.html")
    assert isinstance(bare, Document) and bare.facts.date == ""


def test_address_comes_from_the_browser_that_saved_the_page() -> None:
    source = f"<!-- saved from url=(0022)https://a.example.cn/x --><html><p>{FIRST}</p></html>"
    assert article(source).facts.url == "https://a.example.cn/x"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("央行下调利率_新浪财经_新浪网", "央行下调利率"),
        ("央行下调利率--财经--人民网", "央行下调利率--财经"),
        ("央行下调利率 - 人民网", "央行下调利率"),
        ("Rates are cut | BBC News", "Rates are cut"),
        ("央行下调利率-新华网", "央行下调利率"),
        ("新冠-19疫苗上市", "新冠-19疫苗上市"),
        ("人民网", "人民网"),
        ("A股 - 港股走势分析", "A股 - 港股走势分析"),
    ],
)
def test_name_of_the_site_is_cut_off_a_title(written: str, title: str) -> None:
    assert without_site(written, [], []) == title


def test_columns_are_cut_off_a_title_that_a_heading_repeats() -> None:
    assert without_site("央行下调利率--财经--某某", [], ["央行下调利率"]) == "央行下调利率"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2023-07-16T08:00:00+08:00", "2023-07-16"),
        ("20230716", "2023-07-16"),
        ("20230716083000", "2023-07-16"),
        ("2023年7月6日", "2023-07-06"),
        ("Sun, 16 Jul 2023 08:30:00 +0800", "2023-07-16"),
        ("2023-13-45", ""),
        ("昨天", ""),
    ],
)
def test_marked_date_becomes_iso(written: str, iso: str) -> None:
    assert day(written) == iso


def test_saved_web_archive_is_read() -> None:
    body = (NEWS % "gb2312").encode("gb18030")

    data = (
        b"From: <Saved>\r\nSnapshot-Content-Location: https://a.example.cn/saved\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="b"'
        b"\r\n\r\n--b\r\n"
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\naGk=\r\n--b\r\n"
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(body)
        + b"\r\n--b--\r\n"
    )
    document = one(data, "a.mhtml")
    assert FIRST in document.text and source_of(document, THIRD) == THIRD
    assert document.facts.url == "https://news.example.cn/2023/07/16/a1.html"


def web_archive(head: str) -> bytes:
    """Give a page that was saved behind a frame of it."""
    frame = "限时特惠，立即抢购。" * 9
    parts = "".join(
        f"--b\nContent-Type: text/html; charset=utf-8\nContent-ID: <{name}>\n"
        f"Content-Location: https://a.example.cn/{name}\n\n<p>{text}</p>\n"
        for name, text in (("frame", frame), ("page", FIRST))
    )
    return f"MIME-Version: 1.0\n{head}; boundary=b\n\n{parts}--b--".encode()


@pytest.mark.parametrize(
    "head",
    [
        "Snapshot-Content-Location: https://a.example.cn/page\nContent-Type: multipart/related",
        'Content-Type: multipart/related; start="<page>"',
    ],
)
def test_saved_web_archive_gives_the_page_and_no_frame(head: str) -> None:
    assert one(web_archive(head), "a.mhtml").text == FIRST


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n ",
        b"<html><head><title>x</title></head><body></body></html>",
        b"<script>var a = 'text that nobody sees';</script><style>p {}</style>",
        b"<html><frameset cols='1,2'><frame src=a><frame src=b><noframes>No</noframes></frameset>",
        b"<!-- only a comment",
        b"<p>&nbsp;</p><br>",
    ],
)
def test_page_without_text_is_refused(data: bytes) -> None:
    (found,) = documents(file(data))
    assert isinstance(found, ArticleError) and "a.html" in str(found)


def test_archive_without_a_page_is_refused() -> None:
    (found,) = documents(file(b"MIME-Version: 1.0\r\n\r\nhi", "a.mht"))
    assert "holds no page" in str(found)


def test_page_that_is_too_large_is_refused() -> None:
    (found,) = documents(file(b"x" * (html.MAX_BYTES + 1)))
    assert isinstance(found, ArticleError) and "20 MB" in str(found)


def test_page_of_far_too_many_tags_is_refused() -> None:
    found = page("<p>字" * (html.MAX_TAGS + 1), "a.html")
    assert isinstance(found, ArticleError) and "400,000 tags" in str(found)


HOSTILE = {
    "nested": "<div>" * 10_000 + FIRST + "</div>" * 10_000,
    "nested_without_ends": "<b><table><tr><td>" * 10_000 + FIRST,
    "comments": f"<p>{FIRST}</p>" + "<!--" * 200_000,
    "declarations": f"<p>{FIRST}</p>" + "<![CDATA[" * 100_000,
    "tags_without_ends": f"<p>{FIRST}</p>" + "<a " * 300_000,
    "quotes_without_ends": f"<p>{FIRST}</p>" + "<a b=\"<a b='>" * 50_000,
    "ends_without_tags": f"<p>{FIRST}</p>" + "</span>" * 200_000,
    "one_long_line": f"<p>{FIRST}" + "字" * 2_000_000,
    "many_paragraphs": f"<p>{FIRST}" + f"<p>{SECOND}" * 20_000,
    "entities": f"<p>{FIRST}" + "&#20013;&#x110000;&#0;&bogus;&amp" * 20_000,
    "attributes": f"<p {'a=b ' * 200_000}>{FIRST}",
    "zero_bytes": f"<p>{FIRST}\0\0</p><p>{SECOND}\udc80</p>",
    "headings": f"<p>{FIRST}" + "<h1>" * 50_000,
    "linked_data": f"<script type=application/ld+json>{'[' * 100_000}</script><p>{FIRST}",
    "picture": f"<p>{FIRST}</p><img src='data:image/png;base64,{'A' * 12_000_000}'><p>{SECOND}</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_is_read_in_reasonable_time(name: str) -> None:
    began = time.monotonic()
    document = article(HOSTILE[name])
    assert FIRST in document.text
    check_offsets(document)
    assert time.monotonic() - began < 20


WORDS = st.text(
    st.sampled_from(list("水利部门通报，今年。abc XYZ12\n\t\xa0\u3000<&;'\"")),
    min_size=0,
    max_size=40,
)
ENTITY = st.sampled_from(["&amp;", "&nbsp;", "&#20013;", "&lt;", "&#x6c34;", "&copy", "&x;", "&"])
OPEN = st.sampled_from(
    "p div span b a td tr table li ul h1 br pre ruby rt script style title !-- section hr".split()
)
TAG = st.one_of(
    OPEN.map(lambda n: f"<{n}>"),
    OPEN.map(lambda n: f"</{n}>"),
    st.sampled_from(['<p class="a>b">', "<p style='display:none'>", "-->", "<a href=x", "<![x]>"]),
)
SOURCE = st.lists(st.one_of(WORDS, ENTITY, TAG), max_size=40).map("".join)


@settings(max_examples=150, deadline=None)
@given(SOURCE)
def test_any_source_gives_text_whose_offsets_hold(source: str) -> None:
    for document in (fragment(source, Facts()), page(source, "x")):
        if isinstance(document, Document):
            assert document.raw == source and document.text.strip() == document.text != ""
            check_offsets(document)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("水利部门通报今年入汛以来全省平均降雨量"), min_size=3, max_size=60),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["<p>{}</p>", "<div> {}\n</div>", "{}<br><br>", "<p><b>{}</b>", "<li>{}</li>"]),
)
def test_every_paragraph_stands_in_the_source_where_its_offsets_say(
    paragraphs: list[str], form: str
) -> None:
    shown = fragment("<body>" + "".join(map(form.format, paragraphs)), Facts())
    assert shown and shown.text.split() == paragraphs
    at = 0
    for words in paragraphs:
        at = shown.text.index(words, at)
        start, end = shown.offsets.to_source(at, at + len(words))
        assert shown.raw[start:end] == words
        at += len(words)


def test_file_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    gone = tmp_path / "gone.html"
    (found,) = documents(File("gone.html", 0, lambda: gone.open("rb")))
    assert "gone.html cannot be read: No such file" in str(found)
