import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.article import Facts, OffsetMap
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Document, Documents, File
from vectorstore.formats.feed import documents, entries

LONG = "今年入汛以来全省平均降雨量比常年同期多两成，主要江河水势总体平稳。" * 3

RSS = f"""<?xml version="1.0" encoding="%s"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>清江在线</title>
<link>https://news.example.cn/</link>
<item><title>全省江河水势平稳</title><link>https://news.example.cn/a1</link>
<dc:creator>李晓明</dc:creator><pubDate>Sun, 16 Jul 2023 08:30:00 +0800</pubDate>
<description>摘要一句。</description>
<content:encoded><![CDATA[<p>{LONG}</p><p>物资&amp;人员</p><script>x()</script>]]></content:encoded>
</item>
<item><title>防汛物资备足</title><link>https://news.example.cn/a2</link>
<description>&lt;p&gt;各地已备足防汛物资…&lt;/p&gt;</description></item>
<item><title>无链接</title><guid isPermaLink="false">n-3</guid>
<description>只有一句话的消息。</description></item>
</channel></rss>"""

ATOM = f"""<?xml version="1.0" encoding="utf-8"?><!-- made by hand -->
<feed xmlns="http://www.w3.org/2005/Atom"><title>清江在线</title>
<entry><title type="text">水势 &lt; 警戒线</title><id>urn:1</id>
<link rel="alternate" href="https://news.example.cn/b1"/><updated>2023-07-16T08:30:00Z</updated>
<author><name>李晓明</name></author><content type="html">&lt;p&gt;{LONG}&lt;/p&gt;</content></entry>
<entry><title>纯文本</title><id>urn:2</id><content type="text">1 &lt; 2，{LONG}</content></entry>
</feed>"""

RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><channel><title>清江在线</title></channel>
<item rdf:about="https://news.example.cn/c1"><title>一</title>
<link>https://news.example.cn/c1</link><description>{LONG}</description></item></rdf:RDF>"""


def file(data: bytes) -> File:
    return File("a.rss", len(data), lambda: BytesIO(data))


def read(source: str | bytes) -> list[Document | ArticleError]:
    return list(documents(file(source if isinstance(source, bytes) else source.encode()), None))


def texts(source: str | bytes) -> list[str]:
    return [d.text if isinstance(d, Document) else str(d) for d in read(source)]


def fetched(url: str) -> Documents:
    if url.endswith("a2"):
        yield Document("整页", "整页", OffsetMap.shifted(2), facts=Facts(title="页题", author="王"))
    else:
        yield ArticleError(f"{url} is not there (404). Check the address.")


def test_each_entry_is_a_document_with_its_facts() -> None:
    assert texts(RSS % "utf-8") == [
        f"{LONG}\n\n物资&人员",
        "各地已备足防汛物资…",
        "只有一句话的消息。",
    ]
    first, _, third = read(RSS % "utf-8")
    assert isinstance(first, Document) and isinstance(third, Document)
    assert first.key == first.facts.url == "https://news.example.cn/a1"
    assert first.facts == Facts(
        "全省江河水势平稳", "李晓明", "清江在线", "2023-07-16", "https://news.example.cn/a1"
    )
    assert third.key == "n-3" and third.facts.url == ""


def test_offsets_lead_into_the_entrys_own_source() -> None:
    first = read(RSS % "utf-8")[0]
    assert isinstance(first, Document)
    at = first.text.index("物资&人员")
    start, end = first.offsets.to_source(at, at + 5)
    assert first.raw[start:end] == "物资&amp;人员"


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "utf-8-sig"])
def test_feed_is_read_in_its_encoding_whatever_it_declares(codec: str) -> None:
    assert texts((RSS % "utf-8").encode(codec))[2] == "只有一句话的消息。"


def test_page_is_fetched_where_the_feed_only_sums_up() -> None:
    first, second, third = documents(file((RSS % "utf-8").encode()), fetched)
    assert isinstance(first, Document) and first.text.startswith(LONG)
    assert isinstance(second, Document) and second.text == "整页"
    assert second.facts.title == "防汛物资备足" and second.facts.author == "王"
    assert second.name == "https://news.example.cn/a2"
    assert isinstance(third, Document) and third.text == "只有一句话的消息。"


def test_page_that_cannot_be_fetched_comes_as_the_error() -> None:
    source = (RSS % "utf-8").replace("/a2", "/gone")
    found = list(documents(file(source.encode()), fetched))[1]
    assert isinstance(found, ArticleError) and "gone is not there" in str(found)


def test_atom_is_read_with_plain_text_as_it_stands() -> None:
    first, second = read(ATOM)
    assert isinstance(first, Document) and first.text == LONG
    assert first.facts.date == "2023-07-16" and first.facts.title == "水势 < 警戒线"
    assert isinstance(second, Document) and second.text == f"1 < 2，{LONG}"
    assert second.key == "urn:2"


def rss(*items: str) -> str:
    made = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>清江在线</title>{made}</channel></rss>'


def keys(source: str) -> list[str]:
    return [d.key for d in documents(file(source.encode()), fetched) if isinstance(d, Document)]


def test_entries_of_a_live_report_are_told_apart_by_their_ids() -> None:
    link = "<link>https://a.cn/live</link>"
    live = [f"{link}<guid>g{n}</guid><description>{LONG}{n}</description>" for n in range(3)]
    other = f"<link>https://a.cn/1</link><guid>x</guid><description>{LONG * 5}</description>"
    assert keys(rss(*live, other)) == ["g0", "g1", "g2", "https://a.cn/1"]
    assert keys(rss(*live, f"{link}<guid>g0</guid><description>{LONG}</description>")) == [
        "", "g1", "g2", ""
    ]  # fmt: skip
    assert keys(rss(live[0], live[0], live[1])) == ["g0", "g1"]


@pytest.mark.parametrize("damaged", ["<guid<x</guid>", "<guid/>", "<link/>", "<title", "<pubDate<"])
def test_an_entry_with_a_damaged_field_is_read(damaged: str) -> None:
    found = texts(rss(f"<title>b</title>{damaged}<description>{LONG}</description>"))
    assert len(found) == 1


@settings(deadline=None)
@given(st.integers(0, 3000), st.text("<>&;/![]-'\"= guidlink\0", max_size=12))
def test_damage_anywhere_is_read_or_refused(at: int, damage: str) -> None:
    source = RSS % "utf-8"
    at %= len(source)
    for found in read(source[:at] + damage + source[at:]):
        assert isinstance(found, Document | ArticleError)


def test_characters_that_are_no_xml_change_no_text() -> None:
    title = "<title>R&amp;D&nbsp;&mdash; A & B&#11;\x0b&foo; &lt;1</title>"
    found = rss(f"{title}<description>R&D&nbsp;投入，<![CDATA[R&amp;D&nbsp;费用]]></description>")
    (document,) = read(found)
    assert isinstance(document, Document)
    assert document.facts.title == "R&D — A & B&foo; <1"
    assert document.text.replace("\xa0", " ") == "R&D 投入，R&D 费用"


def test_plain_text_keeps_its_paragraphs() -> None:
    plain = f"{LONG}\n \n1 &lt; 2"
    atom = ATOM.replace(f"1 &lt; 2，{LONG}", plain)
    for found in (texts(atom)[1], texts(rss(f"<description>{plain}</description>"))[0]):
        assert found == f"{LONG}\n\n1 < 2"
    marked = f"&lt;p&gt;{LONG}\n\n后文。&lt;/p&gt;"
    assert texts(rss(f"<description>{marked}</description>")) == [f"{LONG}后文。"]


def test_author_of_an_atom_feed_is_that_of_its_entries() -> None:
    source = ATOM.replace(
        "</title>\n<entry>", "</title><author><name>编辑部</name></author><entry>"
    )
    found = [d.facts.author for d in read(source) if isinstance(d, Document)]
    assert found == ["李晓明", "编辑部"]


def test_rdf_is_read() -> None:
    assert texts(RDF) == [LONG]


def test_broken_feed_gives_the_entries_before_the_break() -> None:
    cut = (RSS % "utf-8").partition("<item><title>防汛")[0] + "<item><title>x & y</title><"
    assert texts(cut)[0] == f"{LONG}\n\n物资&人员"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<?xml version='1.0'?><sitemapindex><sitemap/></sitemapindex>", "<sitemapindex>"),
        (b"<svg:svg xmlns:svg='x'/>", "<svg:svg>"),
        (b"just words", "not XML"),
        (b"", ""),
        (b"<rss version='2.0'><channel/></rss>", "without entries"),
    ],
)
def test_what_is_no_feed_says_what_it_is(data: bytes, said: str) -> None:
    (found,) = read(data)
    assert isinstance(found, ArticleError) and "a.rss" in str(found) and said in str(found)


def bomb(entities: str, text: str) -> str:
    return (
        f"<?xml version='1.0'?><!DOCTYPE rss [{entities}]><rss version='2.0'><channel>"
        f"<item><title>t</title><link>https://a.cn/1</link><description>{text}{LONG}</description>"
        "</item></channel></rss>"
    )


LAUGHS = "".join(
    f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10)) if n else "laugh"}">'
    for n in range(12)
)


@pytest.mark.parametrize(
    "source",
    [
        bomb(LAUGHS, "&l11;"),
        bomb(f'<!ENTITY big "{"A" * 200_000}">', "&big;" * 20_000),
        bomb('<!ENTITY f SYSTEM "file:///etc/hostname">', "&f;"),
        bomb('<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;', ""),
        bomb('<!ENTITY a "]>">' + LAUGHS, "&l11;"),
        bomb(LAUGHS, "&l11;").replace("<!DOCTYPE rss", '<!DOCTYPE rss PUBLIC "<"'),
        bomb(LAUGHS, "&l11;").replace("<!DOCTYPE", "<!DOCTYPE rss []><!DOCTYPE"),
    ],
)
def test_entities_of_a_feed_are_never_opened(source: str) -> None:
    began = time.monotonic()
    for found in read(source):
        assert isinstance(found, ArticleError) or len(found.text) < 1_000_000
        assert isinstance(found, ArticleError) or "laughlaugh" not in found.text
    assert time.monotonic() - began < 10


def test_a_feed_of_nothing_but_declarations_is_refused_in_no_time() -> None:
    began = time.monotonic()
    (refused,) = read("<!DOCTYPE a[" * 50_000)
    assert isinstance(refused, ArticleError)
    assert time.monotonic() - began < 5


def test_feed_nested_deep_and_broken_is_read_or_refused() -> None:
    deep = "<rss><channel><item><description>" + "<a>" * 20_000 + LONG
    assert all(isinstance(found, Document | ArticleError) for found in read(deep))


def test_entries_tell_a_whole_article_from_a_summary() -> None:
    found = entries((RSS % "utf-8").encode(), "a.rss")
    assert [entry.whole for entry in found] == [True, False, False]
