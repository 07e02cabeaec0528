import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.article import Facts
from vectorstore.errors import ArticleError
from vectorstore.formats import epub
from vectorstore.formats.document import Document, File

TEXT = "池州经开区的专项基金有2亿元。"
CONTAINER = (
    '<?xml version="1.0"?><container version="1.0"'
    ' xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
Parts = dict[str, str | bytes]


def package(chapters: list[str], metadata: str = "<dc:title>园区志</dc:title>") -> str:
    items = "".join(f'<item id="i{n}" href="{href}"/>' for n, href in enumerate(chapters))
    refs = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata>"
        f'<manifest>{items}<item id="nav" href="nav.xhtml" properties="nav"/></manifest>'
        f'<spine>{refs}<itemref idref="nav"/></spine></package>'
    )


def chapter(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>t</title></head><body>{body}</body></html>"
    )


BOOK: Parts = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": package(["cover.xhtml", "text/b%201.xhtml", "text/a.xhtml"]),
    "OPS/cover.xhtml": chapter('<img src="c.jpg"/>'),
    "OPS/text/b 1.xhtml": chapter(f"<h1>第一章 <b>基金</b></h1><p>{TEXT}</p><p>甲&amp;乙。</p>"),
    "OPS/text/a.xhtml": chapter("<p>没有标题的一章。</p>"),
    "OPS/nav.xhtml": chapter("<p>目录</p>"),
}


def read(parts: Parts | bytes) -> list[Document | ArticleError]:
    data = parts if isinstance(parts, bytes) else packed(parts)
    return list(epub.documents(File("a.epub", len(data), lambda: io.BytesIO(data))))


def packed(parts: Parts) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return held.getvalue()


def refusal(parts: Parts | bytes) -> str:
    (item,) = read(parts)
    assert isinstance(item, ArticleError), item
    return str(item)


def test_chapters_come_in_reading_order_and_lead_back() -> None:
    first, second = read(BOOK)
    assert isinstance(first, Document) and isinstance(second, Document)
    assert first.text.split("\n") == ["第一章 基金", "", TEXT, "", "甲&乙。"]
    assert first.facts.title == "园区志 第一章 基金"
    assert second.text == "没有标题的一章。" and second.facts.title == "园区志"
    at = first.text.index(TEXT)
    start, end = first.offsets.to_source(at, at + len(TEXT))
    assert first.raw[start:end] == TEXT
    start, end = first.offsets.to_source(first.text.index("&"), first.text.index("&") + 1)
    assert first.raw[start:end] == "&amp;"


def test_tags_that_close_themselves_swallow_no_text() -> None:
    text = chapter(f"<script src='x.js'/><p>{TEXT}</p><textarea/><p>后文。</p>")
    empty = text.replace("<head>", "<head><title/><style type='text/css'/>", 1)
    (first, _) = read(BOOK | {"OPS/text/b 1.xhtml": empty})
    assert isinstance(first, Document)
    assert first.text.split("\n") == [TEXT, "", "后文。"]


def test_book_tells_its_facts() -> None:
    metadata = (
        "<dc:title> 园区志 </dc:title><dc:creator>张三</dc:creator><dc:creator>李四</dc:creator>"
        "<dc:publisher>池州出版社</dc:publisher><dc:date>2024-05-01T00:00:00Z</dc:date>"
    )
    second = read({**BOOK, "OPS/book.opf": package(["text/a.xhtml"], metadata)})[0]
    assert isinstance(second, Document)
    assert second.facts == Facts("园区志", "张三、李四", "池州出版社", "2024-05-01")


def encryption(algorithm: str, path: str) -> str:
    return (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"'
        ' xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        f'<enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData>'
        f'<enc:CipherReference URI="{path}"/></enc:CipherData></enc:EncryptedData></encryption>'
    )


def test_protected_book_says_so() -> None:
    locked = encryption("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/text/a.xhtml")
    items = read({**BOOK, "META-INF/encryption.xml": locked})
    assert "protected against copying" in str(items[-1])


def test_scrambled_fonts_lock_nobody_out() -> None:
    fonts = encryption("http://www.idpf.org/2008/embedding", "OPS/text/a.xhtml")
    assert len(read({**BOOK, "META-INF/encryption.xml": fonts})) == 2


def test_missing_chapter_is_told_of_and_the_rest_goes_in() -> None:
    parts = {name: data for name, data in BOOK.items() if name != "OPS/text/b 1.xhtml"}
    error, document = read(parts)
    assert "a.epub lacks its part OPS/text/b 1.xhtml" in str(error)
    assert isinstance(document, Document)


def test_chapter_that_the_book_does_not_list_is_told_of() -> None:
    listed = package(["text/b%201.xhtml", "text/a.xhtml"]).replace('"i0" href', '"other" href')
    error, document = read({**BOOK, "OPS/book.opf": listed})
    assert "a.epub lacks its part OPS/i0" in str(error)
    assert isinstance(document, Document)


@pytest.mark.parametrize("spine", ["", "<itemref idref='nav'/>", "<itemref idref='x'/>"])
def test_book_without_an_order_is_read_as_its_parts_are_listed(spine: str) -> None:
    listed = package(["text/a.xhtml", "style.css", "text/b%201.xhtml"])
    listed = listed.replace('.xhtml"', '.xhtml" media-type="application/xhtml+xml"')
    book = f"{listed.partition('<spine>')[0]}<spine>{spine}</spine></package>"
    first, second = read({**BOOK, "OPS/book.opf": book})
    assert isinstance(first, Document) and isinstance(second, Document)
    assert first.text == "没有标题的一章。" and TEXT in second.text


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        (["0101-01-01T00:00:00+00:00"], ""),
        (["0101-01-01T00:00:00+00:00", "2024-05-01"], "2024-05-01"),
        (["2024"], "2024"),
        (["2024-05"], "2024-05"),
    ],
)
def test_date_of_a_book_is_one_that_can_be(dates: list[str], shown: str) -> None:
    metadata = "".join(f"<dc:date>{date}</dc:date>" for date in dates)
    first = read({**BOOK, "OPS/book.opf": package(["text/a.xhtml"], metadata)})[0]
    assert isinstance(first, Document) and first.facts.date == shown


@pytest.mark.parametrize(
    ("part", "data", "told"),
    [
        ("META-INF/container.xml", "<container", "damaged"),
        ("META-INF/container.xml", "<container/>", "does not say"),
        ("OPS/book.opf", "<package>", "damaged"),
        ("OPS/book.opf", package([]), "no text"),
        ("OPS/book.opf", package(["cover.xhtml"]), "no text"),
    ],
)
def test_broken_book_says_so(part: str, data: str, told: str) -> None:
    assert told in refusal({**BOOK, part: data})


def test_archive_without_a_book_and_half_a_book_are_refused() -> None:
    assert "is no EPUB book" in refusal({"a.txt": "x"})
    assert "broken archive" in refusal(packed(BOOK)[:500])


def test_chapter_named_often_is_read_once() -> None:
    many = package(["text/a.xhtml"] * 500)
    assert len(read({**BOOK, "OPS/book.opf": many})) == 1


@settings(deadline=None)
@given(st.binary(max_size=1000))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert "a.epub" in refusal(data)


@settings(deadline=None)
@given(st.sampled_from(sorted(BOOK)), st.binary(max_size=200))
def test_any_part_is_read_or_refused(part: str, data: bytes) -> None:
    for item in read({**BOOK, part: data}):
        assert isinstance(item, Document | ArticleError)
