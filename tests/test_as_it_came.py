import re
from html.parser import HTMLParser
from io import BytesIO
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.as_it_came import source_html
from ui.repairs import DONE, NAMES, counted, done_words
from ui.stretches import LEFT_OUT, REPAIRED
from vectorstore.article import Article, Mark, OffsetMap
from vectorstore.clean.edit import (
    BYLINE,
    CAPTION,
    GLOSS,
    KINDS,
    LINE_BREAK,
    LOST,
    MENU,
    MOJIBAKE,
    PAGE,
    SPACE,
    Edit,
    Text,
)
from vectorstore.formats.document import Document, File
from vectorstore.formats.html import documents

WEB = """<!DOCTYPE html><html><head><title>西湖</title><style>p { color: red }</style></head><body>
<script>if (a < b && c > d) document.write("<p>假的段落</p>")</script>
<nav><ul><li><a href="/">首页</a></li><li>体育</li></ul></nav>
<!-- 注释里的 <p>不显示</p> -->
<article><h1>西湖边的一天</h1>
<p>三月的杭州，西湖边&nbsp;游人如织，<b>断桥</b>上挤满了人，&ldquo;年年如此&rdquo;，一位摊主说。湖面上有
二十多条游船来回穿梭，岸边的柳树已经发芽，公园里到处是拍照的人。</p>
<p>据景区管理处统计，当天共有12万人次入园，比去年同期增加了8%。他们写道：&lt;script&gt;alert(2)&lt;/script&gt;</p>
<p>记者在现场看到，志愿者在每个路口引导客流，多数游客都能有序通过，没有发生拥挤。</p></article>
<footer>版权所有 &copy; 新闻网</footer></body></html>"""


class Shown(HTMLParser):
    """Reads a source as shown: its lines, what is marked, and what each element holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.lines: list[str] = []
        self.marked = ""
        self.found: list[tuple[str, str, str, str]] = []
        self.feed(page)
        self.close()
        assert not self.open

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("div", "p", "mark", "span", "del")
        self.open.append((tag, dict(attrs)))
        if tag == "p":
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.lines[-1] += data
        self.marked += data if any(tag == "mark" for tag, _ in self.open) else ""
        tag, attributes = self.open[-1]
        if tag in ("span", "del"):
            kind, title = attributes.get("data-kind") or "", attributes["title"] or ""
            self.found.append((str(attributes["class"]), kind, title, data))


def cleaned(raw: str, *edits: tuple[str, str, str], start: int = 0) -> Article:
    """The article that a source becomes by edits, each the first place of a text, as given."""
    text = Text.of(raw, start)
    for old, new, kind in edits:
        at = text.text.index(old)
        text = text.edited([Edit(at, at + len(old), new, kind)])
    return Article("a", text.text, offsets=text.offsets, raw=raw, raw_start=start, marks=text.marks)


def web_article(source: str = WEB) -> Article:
    data = source.encode()
    document = next(iter(documents(File("a.html", len(data), lambda: BytesIO(data)))))
    assert isinstance(document, Document)
    return Article("a", document.text, offsets=document.offsets, raw=document.raw)


def test_every_kind_has_words() -> None:
    assert set(NAMES) == set(DONE) == set(KINDS) == {*LEFT_OUT, *REPAIRED}


def test_what_was_left_out_is_dim_and_says_what_it_is() -> None:
    raw = "来源：新华社\n图为西湖。张三摄\n西湖(xīhú)很美。\n首页|新闻\n体育|财经\n-3-"
    article = cleaned(
        raw,
        ("来源：新华社\n", "", BYLINE), ("图为西湖。张三摄\n", "", CAPTION), ("(xīhú)", "", GLOSS),
        ("首页|新闻\n体育|财经\n", "", MENU), ("-3-", "", PAGE), start=40,
    )  # fmt: skip
    page = Shown(source_html(article))
    assert page.text == raw
    left_out = [(kind, data.strip()) for _, kind, _, data in page.found]
    assert left_out == [
        ("署名", "来源：新华社"), ("图注", "图为西湖。张三摄"), ("", "(xīhú)"),
        ("菜单", "首页|新闻"), ("", "体育|财经"), ("页码", "-3-"),
    ]  # fmt: skip
    assert page.found[2][2] == "注音：整理时去掉了"


def test_what_was_repaired_says_what_it_became() -> None:
    raw = "在ä¸­å›½，有？？人\n来过"
    article = cleaned(
        raw, ("ä¸­å›½", "中国", MOJIBAKE), ("？？", "\ufffd", LOST), ("\n", "", LINE_BREAK)
    )
    page = Shown(source_html(article))
    assert page.text == raw
    assert page.found == [
        ("fixed", "", "乱码：整理后是「中国」", "ä¸­å›½"),
        ("lost", "", "原文在这里丢了字", "？？"),
        ("out slight", "↵", "断行：整理时去掉了", "\n"),
    ]


def test_characters_changed_one_by_one_are_told_too() -> None:
    article = cleaned("气温３８度", ("３８", "38", "form"))
    assert Shown(source_html(article)).found == [
        ("fixed slight", "", "字形：整理后是「38」", "３８")
    ]


def test_every_stretch_of_the_text_is_marked_where_it_stood() -> None:
    raw = "甲(jiǎ)乙\n 丙ä¸­丁\n\n戊，己"
    article = cleaned(
        raw, ("(jiǎ)", "", GLOSS), ("\n ", "", LINE_BREAK), ("ä¸­", "中", MOJIBAKE), start=9
    )
    for start in range(len(article.text)):
        for end in range(start + 1, len(article.text) + 1):
            html = source_html(article, start, end)
            a, b = (at - 9 for at in article.offsets.to_source(start, end))
            page = Shown(html)
            assert page.text == raw
            assert re.sub(r"\s", "", page.marked) == re.sub(r"\s", "", raw[a:b])
            assert html.count('id="cited"') == bool(page.marked.strip())


def test_web_page_reads_as_a_reader_sees_it() -> None:
    article = web_article()
    start = article.text.index("当天共有")
    html = source_html(article, start, start + 11)
    page = Shown(html)
    lines = [" ".join(line.split()) for line in page.lines]
    assert "西湖边的一天" in lines and "首页" in lines and "版权所有 © 新闻网" in lines
    assert any("断桥上挤满了人，“年年如此”，一位摊主说。" in line for line in lines)
    assert page.marked == "当天共有12万人次入园"
    for hidden in ("假的", "注释", "color", "DOCTYPE", "<b>", "&nbsp;"):
        assert hidden not in page.text
    assert "<script>alert(2)</script>" in page.text and "<script" not in html
    assert {data.strip() for kind, _, _, data in page.found if kind == "out"} >= {"首页", "体育"}


def test_web_page_keeps_its_own_line_ends_only_where_the_text_has_them() -> None:
    lines = Shown(source_html(web_article())).lines
    assert any("游船来回穿梭" in line and "三月的杭州" in line for line in lines)


def test_a_text_about_tags_shows_them() -> None:
    raw = "标签<p>和<b>的用法\r\n很简单(jiǎn)。"
    article = cleaned(raw, ("(jiǎn)", "", GLOSS))
    assert Shown(source_html(article)).text.replace("\r\n", "\n") == raw.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "marks",
    [
        (Mark(MENU, -50, 3), Mark(CAPTION, 90, 1000), Mark(PAGE, 5, 5), Mark(LOST, 9, 2)),
        tuple(Mark(kind, n, 100 - n) for n, kind in enumerate(KINDS)),
        (Mark("unheard of", 0, 10), Mark('"><b>', 0, 10)),
    ],
)
@pytest.mark.parametrize(
    "offsets",
    [
        OffsetMap(),
        OffsetMap(((0, 500, 3, 3),)),
        OffsetMap(((0, 0, 3, 9), (3, 4, 4, 4), (7, 2, 1, 1))),
        OffsetMap(((0, -7, 20, 20), (20, 13, 10**9, 10**9))),
    ],
)
def test_marks_and_offsets_that_lead_astray_still_show_the_source(
    offsets: OffsetMap, marks: tuple[Mark, ...]
) -> None:
    raw = '<i>甲乙"丙丁</i>\n' * 5
    html = source_html(Article("a", "甲乙丙丁", offsets=offsets, raw=raw, marks=marks), 1, 3)
    Shown(html)
    assert "<i>" not in html and "<b>" not in html


def test_empty_text_shows_all_of_the_source() -> None:
    assert Shown(source_html(Article("a", "", raw="只有菜单"))).text == "只有菜单"


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(KINDS)), max_size=5),
)
def test_any_source_is_shown_whole_and_as_text(raw: str, marks: list[tuple[int, int, str]]) -> None:
    told = tuple(Mark(kind, min(a, b), max(a, b)) for a, b, kind in marks)
    article = Article("a", raw, offsets=OffsetMap.shifted(len(raw)), raw=raw, marks=told)
    shown = Shown(source_html(article, 0, len(raw))).text
    assert re.sub(r"[\x00\ud800-\udfff]", "\ufffd", raw) == shown


@pytest.mark.parametrize(
    "raw",
    [
        "<p>" + "<a '" * 150_000, "<" * 600_000, "<!--" * 150_000, "<script>" * 100_000,
        "<p>天气很好。</p>\n" * 60_000, "天" * 1_000_000, "<style" * 120_000 + ">",
    ],
    ids=["quotes", "signs", "comments", "scripts", "page", "line", "style"],
)  # fmt: skip
def test_large_and_hostile_sources_are_shown_in_time(raw: str) -> None:
    marks = tuple(Mark(SPACE, at, at + 2) for at in range(0, len(raw), 40))
    begun = process_time()
    source_html(
        Article("a", "天气", offsets=OffsetMap(((0, 3, 2, 2),)), raw=raw, marks=marks), 0, 1
    )
    assert process_time() - begun < 15


def test_long_article_with_many_repairs_is_shown_in_time() -> None:
    raw = "这里有乱码ä¸­å›½，还有注音(zhùyīn)的一句话，读起来不太顺。\n" * 6000
    found = [Edit(m.start(), m.end(), "中国", MOJIBAKE) for m in re.finditer("ä¸­å›½", raw)]
    found += [Edit(m.start(), m.end(), "", GLOSS) for m in re.finditer(r"\(\w+\)", raw)]
    text = Text.of(raw).edited(sorted(found, key=lambda edit: edit.start))
    article = Article("a", text.text, offsets=text.offsets, raw=raw, marks=text.marks)
    begun = process_time()
    html = source_html(article, len(text.text) - 20, len(text.text) - 2)
    assert process_time() - begun < 10
    assert html.count('class="fixed"') == html.count("(zhùyīn)") == 6000


def test_places_are_counted_once_in_the_order_of_the_kinds() -> None:
    marks = [Mark(GLOSS, 3, 5), Mark(MOJIBAKE, 0, 2), Mark(GLOSS, 3, 5), Mark(GLOSS, 8, 9)]
    assert done_words(counted(marks)) == "修复乱码 1 处，去掉注音 2 处"
    assert done_words([(MENU, 1200), ("unheard of", 3)]) == "略去菜单和广告 1,200 处"
    assert done_words([]) == ""
