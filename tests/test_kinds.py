import io
import tarfile
import zipfile

import pytest
from docx import Document as Word
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from vectorstore.errors import ArticleError, PassedOver
from vectorstore.formats import archive, kinds
from vectorstore.formats.document import Document, File

TEXT = "池州经开区的专项基金有2亿元。这是园区的第一只基金，投向当地的企业。"
PAGE = f"<!DOCTYPE html><html><head><title>基金</title></head><body><p>{TEXT * 3}</p></body></html>"
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>日报</title>'
    f"<item><title>基金</title><link>https://a.cn/1</link><description>{TEXT}</description></item>"
    "</channel></rss>"
)
RECORDS = f'{{"id": "1", "text": "{TEXT}"}}\n{{"id": "2", "text": "{TEXT}"}}\n'


def read(data: bytes | str, name: str) -> list[Document | ArticleError]:
    raw = data.encode() if isinstance(data, str) else data
    return list(kinds.documents(File(name, len(raw), lambda: io.BytesIO(raw))))


def texts(data: bytes | str, name: str) -> list[str]:
    items = read(data, name)
    assert all(isinstance(item, Document) for item in items), items
    return [item.text for item in items if isinstance(item, Document)]


def refusal(data: bytes | str, name: str) -> str:
    (item,) = read(data, name)
    assert isinstance(item, ArticleError), item
    return str(item)


def pdf() -> bytes:
    held = io.BytesIO()
    canvas = Canvas(held)
    canvas.drawString(60, 700, "The fund of Chizhou")
    canvas.save()
    return held.getvalue()


def docx() -> bytes:
    made, held = Word(), io.BytesIO()
    made.add_paragraph(TEXT)
    made.save(held)
    return held.getvalue()


def packed(parts: dict[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return held.getvalue()


def tar() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as made:
        made.addfile(tarfile.TarInfo("a.txt"))
    return held.getvalue()


@pytest.mark.parametrize("name", ["a.pdf", "a.txt", "a", "a.doc", "a.PDF", "a.html"])
def test_pdf_is_told_by_its_content(name: str) -> None:
    assert texts(pdf(), name) == ["The fund of Chizhou"]


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a", "a.doc", "a.zip"])
def test_word_file_is_told_by_its_content(name: str) -> None:
    assert texts(docx(), name) == [TEXT]


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.txt", "a", "a.pdf", "a.docx", "a.aspx"])
def test_web_page_is_told_by_its_content(name: str) -> None:
    (text,) = texts(PAGE, name)
    assert TEXT in text and "<p>" not in text


@pytest.mark.parametrize(
    "start", ['<link rel="x">', "<style>p {}</style>", "<!-- x --><h1>基金</h1>"]
)
def test_piece_of_a_page_is_told_by_its_content(start: str) -> None:
    (text,) = texts(f"{start}<p>{TEXT}</p>", "a")
    assert text.endswith(TEXT) and "<" not in text


@pytest.mark.parametrize("name", ["a.xml", "a.rss", "a"])
def test_feed_is_told_by_its_content(name: str) -> None:
    (text,) = texts(FEED, name)
    assert TEXT in text


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "a"])
def test_records_are_told_by_their_content(name: str) -> None:
    assert texts(RECORDS, name) == [TEXT, TEXT]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_tables_are_read(name: str) -> None:
    assert texts(f"title,text\n基金,{TEXT}\n", name) == [TEXT]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a", "a.log", "a.doc", "README"])
@pytest.mark.parametrize("text", [TEXT, "[新华社] 基金落地。", "<基金>落地。", "{一}、二。"])
def test_all_else_is_text(name: str, text: str) -> None:
    assert texts(text, name) == [text]


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.doc", "old Word file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.docx", "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a", "old Office file"),
        (packed({"ppt/presentation.xml": "<p/>"}), "a.pptx", "set of slides"),
        (packed({"xl/workbook.xml": "<p/>"}), "a.xlsx", "CSV"),
        (packed({"META-INF/manifest.xml": "<p/>", "content.xml": ""}), "a.odt", "OpenDocument"),
        (b"{\\rtf1\\ansi x}", "a.rtf", "rich text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.png", "OCR"),
        (b"\xff\xd8\xff\xe0" + bytes(99), "a.txt", "OCR"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(99), "a.rar", "ZIP"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(99), "a.7z", "ZIP"),
        (b"\x1f\x8b\x08\0" + bytes(99), "a.tar.gz", "ZIP"),
        (tar(), "a.tar", "ZIP"),
        (packed({"META-INF/manifest.xml": "<p/>", "content.xml": ""}), "a.odp", "set of slides"),
        (packed({"Index/Document.iwa": "x"}), "a.pages", "PDF"),
        (bytes(range(128, 256)) * 9, "a.caj", "PDF"),
        (b"nothing of the kind", "a.pdf", "no PDF file"),
        (b"nothing of the kind", "a.zip", "broken archive"),
        (b"nothing of the kind", "a.docx", "broken archive"),
        (b"nothing of the kind", "a.epub", "broken archive"),
    ],
)
def test_what_is_not_read_says_what_to_do(data: bytes, name: str, told: str) -> None:
    error = refusal(data, name)
    assert error.startswith(f"{name} is ") and told in error


def test_archive_gives_the_files_of_every_kind_by_their_path() -> None:
    data = packed(
        {
            "a/1.txt": TEXT,
            "2.docx": docx(),
            "3.pdf": pdf(),
            "4.jsonl": RECORDS,
            "in.zip": packed(
                {"5.csv": f"text\n{TEXT}\n", "old.doc": b"\xd0\xcf\x11\xe0" + bytes(99)}
            ),
            "photo.jpg": b"\xff\xd8\xff",
            "style.css": "p {}",
        }
    )
    items = read(data, "a.zip")
    assert [item.name for item in items if isinstance(item, Document)] == [
        "a.zip/a/1.txt", "a.zip/2.docx", "a.zip/3.pdf", "a.zip/4.jsonl", "a.zip/4.jsonl",
        "a.zip/in.zip/5.csv",
    ]  # fmt: skip
    error, others = [item for item in items if isinstance(item, ArticleError)]
    assert str(error).startswith("a.zip/in.zip/old.doc is an old Word file")
    assert isinstance(others, PassedOver) and others.count == 2


def test_archive_without_articles_says_so() -> None:
    assert "a.zip holds no articles" in refusal(packed({"a.jpg": b"x"}), "a.zip")
    assert "a.zip holds no articles" in refusal(packed({}), "a.zip")


def test_archive_behind_other_bytes_is_not_opened_without_limit() -> None:
    data: bytes = packed({"x.txt": TEXT})
    for _ in range(archive.MAX_DEPTH + 3):
        data = packed({"in.zip": b"junk" + data})
    assert "too many archives" in refusal(data, "a.zip")


@settings(deadline=None)
@given(st.binary(max_size=600), st.sampled_from([*kinds.SUFFIXES, "", ".doc", ".xyz"]))
def test_any_bytes_of_any_name_are_read_or_refused(data: bytes, suffix: str) -> None:
    for item in read(data, f"a{suffix}"):
        assert isinstance(item, Document | ArticleError)


STARTS = [
    b"PK\3\4",
    b"%PDF-1.4\n",
    b"<html>",
    b"<rss>",
    b"{",
    b"[{",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
]


@settings(deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_after_a_known_beginning_are_read_or_refused(start: bytes, data: bytes) -> None:
    for item in read(start + data, "a"):
        assert isinstance(item, Document | ArticleError)
