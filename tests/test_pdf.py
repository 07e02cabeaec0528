import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from vectorstore.article import Facts
from vectorstore.errors import ArticleError
from vectorstore.formats import pdf
from vectorstore.formats.document import Document, File

FONT = "STSong-Light"
SIZE = 12
SENTENCE = "池州经开区的专项基金有2亿元，这是园区的第一只基金，投向当地的企业。"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

Write = Callable[[Canvas], object]


def made(*pages: Write, **facts: str) -> bytes:
    held = io.BytesIO()
    canvas = Canvas(held)
    canvas.setTitle(facts.get("title", ""))
    canvas.setAuthor(facts.get("author", ""))
    for page in pages:
        canvas.setFont(FONT, SIZE)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def column(canvas: Canvas, left: float, top: float, lines: list[str], leading: float = 18) -> None:
    for number, line in enumerate(lines):
        canvas.drawString(left, top - number * leading, line)


def words(count: int, width: int, mark: str) -> list[str]:
    text = (mark + SENTENCE) * count
    return [text[at : at + width] for at in range(0, count * width, width)]


def read(data: bytes) -> list[Document | ArticleError]:
    return list(pdf.documents(File("a.pdf", len(data), lambda: io.BytesIO(data))))


def text(data: bytes) -> str:
    (item,) = read(data)
    assert isinstance(item, Document), item
    return item.text


def refusal(data: bytes) -> str:
    (item,) = read(data)
    assert isinstance(item, ArticleError), item
    return str(item)


def test_pages_are_parted_by_form_feeds() -> None:
    one, two = words(3, 30, "一"), words(3, 30, "二")
    data = made(
        lambda c: column(c, 60, 700, one), lambda c: None, lambda c: column(c, 60, 700, two)
    )
    assert text(data) == "\n".join(one) + "\f\f" + "\n".join(two)


@pytest.mark.parametrize("shift", [0, 7])
def test_columns_are_read_one_after_the_other(shift: int) -> None:
    left, right = words(12, 18, "左"), words(12, 18, "右")

    def page(c: Canvas) -> None:
        c.drawString(170, 780, "池州经开区的基金落地")
        for n in range(12):
            c.drawString(60, 740 - 18 * n, left[n])
            c.drawString(310, 740 - shift - 18 * n, right[n])
        c.drawString(290, 40, "— 3 —")

    lines = ["池州经开区的基金落地", "", *left, *right, "", "— 3 —"]
    assert text(made(page)).split("\n") == lines


def test_three_columns_are_read_one_after_the_other() -> None:
    columns = [words(10, 11, mark) for mark in "左中右"]

    def page(c: Canvas) -> None:
        for n in range(10):
            for at, lines in zip((50, 215, 380), columns, strict=True):
                c.drawString(at, 740 - 18 * n, lines[n])

    assert text(made(page)).split("\n") == [line for lines in columns for line in lines]


def test_heading_across_parts_the_columns_above_from_those_below() -> None:
    parts = [words(6, 18, mark) for mark in "甲乙丙丁"]

    def page(c: Canvas) -> None:
        for n, lines in enumerate(parts):
            column(c, 60 + n % 2 * 250, 750 - n // 2 * 160, lines)
        c.drawString(60, 750 - 6 * 18 - 12, SENTENCE + "横贯")

    lines = [*parts[0], *parts[1], "", SENTENCE + "横贯", "", *parts[2], *parts[3]]
    assert text(made(page)).split("\n") == lines


def test_centred_line_above_columns_that_begin_with_an_indent_is_none_of_them() -> None:
    left, right = (
        [lines[0][:16], *lines[1:]] for lines in (words(8, 18, "左"), words(8, 18, "右"))
    )

    def page(c: Canvas) -> None:
        c.drawString(250, 760, "李明（池州日报，安徽）")
        for at, lines in ((60, left), (310, right)):
            c.drawString(at + 24, 740, lines[0])
            column(c, at, 722, lines[1:])

    read = text(made(page)).replace("\u3000", "").split()
    assert read == ["李明（池州日报，安徽）", *left, *right]


@pytest.mark.parametrize(("over", "under"), [(2, 2), (3, 2)])
def test_last_lines_shared_out_to_columns_are_read_one_column_after_the_other(
    over: int, under: int
) -> None:
    lines = words(over + under, 18, "末")
    lines[-1] = lines[-1][:6]

    def page(c: Canvas) -> None:
        column(c, 60, 740, lines[:over])
        column(c, 310, 740, lines[over:])

    assert text(made(page)).split() == lines


def test_justified_words_far_apart_are_no_columns() -> None:
    rows = [("infrastructure", "investment"), ("considerably", "accelerated")] * 2

    def page(c: Canvas) -> None:
        column(c, 60, 700, ["The administration said that"])
        for n, (a, b) in enumerate(rows, start=1):
            c.drawString(60, 700 - 18 * n, a)
            c.drawRightString(230, 700 - 18 * n, b)

    assert text(made(page)).split() == ["The", "administration", "said", "that", *(
        word for row in rows for word in " ".join(row).split()
    )]  # fmt: skip


def test_table_is_read_row_by_row() -> None:
    rows = [("城市", "产值（亿元）", "位次"), ("合肥市", "100", "1"), ("池州市", "20", "9")]

    def page(c: Canvas) -> None:
        for n, row in enumerate(rows):
            for at, cell in zip((60, 200, 400), row, strict=True):
                c.drawString(at, 700 - 20 * n, cell)

    assert text(made(page)) == "\n".join("\t".join(row) for row in rows)


def test_table_of_long_cells_is_read_row_by_row() -> None:
    rows = [
        (f"第{n}个园区项目" + "名" * (n % 5), f"投资{n}亿元并且" + "好" * (n * 3 % 7))
        for n in range(9)
    ]

    def page(c: Canvas) -> None:
        for n, row in enumerate(rows):
            c.drawString(60, 700 - 20 * n, row[0])
            c.drawString(320, 700 - 20 * n, row[1])

    assert text(made(page)) == "\n".join("\t".join(row) for row in rows)


def test_indents_and_distances_part_paragraphs() -> None:
    lines = words(4, 30, "文")

    def page(c: Canvas) -> None:
        c.drawString(84, 700, lines[0][:28])
        c.drawString(60, 682, lines[1])
        c.drawString(84, 664, lines[2][:28])
        c.drawString(60, 646, lines[3])
        c.drawString(60, 600, "另起一段。")

    assert text(made(page)).split("\n") == [
        "\u3000\u3000" + lines[0][:28], lines[1], "\u3000\u3000" + lines[2][:28], lines[3],
        "", "另起一段。",
    ]  # fmt: skip


def test_order_of_drawing_does_not_matter() -> None:
    lines = words(6, 30, "文")

    def page(c: Canvas) -> None:
        for n in (3, 0, 5, 1, 4, 2):
            c.drawString(60, 700 - 18 * n, lines[n])

    assert text(made(page)) == "\n".join(lines)


def test_vertical_writing_is_read_from_the_right() -> None:
    lines = words(5, 20, "竖")

    def page(c: Canvas) -> None:
        for n, line in enumerate(lines):
            for m, character in enumerate(line):
                c.drawString(400 - 20 * n, 700 - 13 * m, character)

    assert text(made(page)) == "\n".join(lines)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_page_is_read(turn: int) -> None:
    lines = words(6, 20, "转")

    def page(c: Canvas) -> None:
        c.translate(300, 400)
        c.rotate(turn)
        column(c, -150, 50, lines)

    assert text(made(page)) == "\n".join(lines)


def test_latin_words_keep_their_spaces() -> None:
    line = "The fund of Chizhou has 200 million yuan."
    assert text(made(lambda c: column(c, 60, 700, [line, line]))) == f"{line}\n{line}"


def test_facts_are_title_and_author_but_no_date() -> None:
    (item,) = read(made(lambda c: column(c, 60, 700, [SENTENCE]), title="基金落地", author="张三"))
    assert isinstance(item, Document)
    assert item.facts == Facts(title="基金落地", author="张三")
    (item,) = read(made(lambda c: column(c, 60, 700, ["文"]), title="Microsoft Word - 1.doc"))
    assert isinstance(item, Document) and item.facts == Facts()


def test_long_file_comes_in_parts_that_know_their_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PART", 300)
    pages = [words(4, 30, str(n)) for n in range(10)]
    data = made(*((lambda c, p=page: column(c, 60, 700, p)) for page in pages))
    items = read(data)
    whole = "\f".join("\n".join(page) for page in pages)
    assert len(items) > 2
    for item in items:
        assert isinstance(item, Document)
        assert whole[item.raw_start : item.raw_start + len(item.raw)] == item.raw
        at = item.text.index(SENTENCE[:9])
        start, end = item.offsets.to_source(at, at + 9)
        assert whole[start:end] == SENTENCE[:9]
        assert item.text.count("\f", 0, at) == whole.count("\f", 0, start)
    assert "\f".join(i.raw for i in items if isinstance(i, Document)) == whole


def encrypted(data: bytes, **how: Any) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(**how)
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


def test_password_is_told_of() -> None:
    data = made(lambda c: column(c, 60, 700, [SENTENCE]))
    assert "protected by a password" in refusal(
        encrypted(data, user_password="x", algorithm="RC4-128")
    )
    opened = encrypted(data, user_password="", owner_password="y", algorithm="RC4-128")
    assert text(opened) == SENTENCE


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 595, 842)


def test_scanned_pages_ask_for_ocr() -> None:
    assert "OCR" in refusal(made(picture, picture))
    document, error = read(made(lambda c: column(c, 60, 700, [SENTENCE]), picture, picture))
    assert isinstance(document, Document) and document.text == SENTENCE + "\f\f"
    assert str(error).startswith("a.pdf: pages 2, 3 are pictures of text")


def test_stamp_on_a_scanned_page_is_read_and_ocr_asked_for() -> None:
    def stamped(canvas: Canvas) -> None:
        picture(canvas)
        canvas.setFont(FONT, SIZE)
        canvas.drawString(200, 20, "Scanned with CamScanner")

    document, error = read(made(stamped, lambda c: column(c, 60, 700, words(3, 30, "文"))))
    assert isinstance(document, Document) and document.text.startswith("Scanned with CamScanner\f")
    assert str(error).startswith("a.pdf: page 1 is pictures of text")
    assert text(made(lambda c: (picture(c), column(c, 60, 700, words(3, 30, "文")))))


def without_map(data: bytes, ordering: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    resources: Any = writer.pages[0]["/Resources"]
    for font in (font.get_object() for font in resources["/Font"].values()):
        if "/DescendantFonts" in font:
            font[NameObject("/Encoding")] = NameObject("/Identity-H")
            system = font["/DescendantFonts"][0]["/CIDSystemInfo"]
            system[NameObject("/Ordering")] = TextStringObject(ordering)
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("ordering", "line"),
    [("GB1", SENTENCE), ("Identity", "".join(chr(0x30 + 37 * n % 0x180) for n in range(35)))],
)
def test_numbers_of_drawings_are_not_taken_for_characters(ordering: str, line: str) -> None:
    data = made(lambda c: column(c, 60, 700, [line] * 8))
    assert "run OCR over the file" in refusal(without_map(data, ordering))


def test_file_without_text_or_pages_is_refused() -> None:
    assert "holds no text" in refusal(made(lambda c: None))
    held = io.BytesIO()
    PdfWriter().write(held)
    assert "a.pdf" in refusal(held.getvalue())


def test_page_without_end_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGE", 50)
    data = made(
        lambda c: column(c, 60, 700, words(9, 30, "长")), lambda c: column(c, 60, 700, ["短。"])
    )
    document, error = read(data)
    assert isinstance(document, Document) and document.text == "\f短。"
    assert "page 1 is" in str(error)


def test_lost_table_of_objects_is_made_again() -> None:
    data = made(lambda c: column(c, 60, 700, [SENTENCE]))
    at = data.rindex(b"startxref")
    assert text(data[:at] + b"startxref\n999999\n%%EOF\n") == SENTENCE


def test_half_a_file_is_refused() -> None:
    data = made(*[lambda c: column(c, 60, 700, words(30, 40, "文"))] * 5)
    for item in read(data[: len(data) // 2]):
        assert isinstance(item, ArticleError | Document)
    assert "no PDF file, or a broken one" in refusal(data[:100])


def test_files_can_be_read_by_several_threads() -> None:
    data = made(*[lambda c: column(c, 60, 700, words(20, 30, "文"))] * 8)
    alone, found = text(data), list[str]()
    threads = [threading.Thread(target=lambda: found.append(text(data))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4


def test_reading_that_is_broken_off_leaves_nothing_open() -> None:
    data = made(*[lambda c: column(c, 60, 700, words(20, 30, "文"))] * 3)
    for item in pdf.documents(File("a.pdf", len(data), lambda: io.BytesIO(data))):
        assert isinstance(item, Document)
        break
    assert text(data)


@settings(deadline=None)
@given(st.binary(max_size=500), st.booleans())
def test_any_bytes_are_refused(data: bytes, marked: bool) -> None:
    assert "a.pdf" in refusal(b"%PDF-1.7\n" * marked + data)


WHOLE = made(lambda c: column(c, 60, 700, words(4, 30, "文")), picture)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(min_size=1, max_size=20))
def test_damage_anywhere_is_read_or_refused(at: int, damage: bytes) -> None:
    for item in read(WHOLE[:at] + damage + WHOLE[at + len(damage) :]):
        assert isinstance(item, Document | ArticleError)
        if isinstance(item, Document):
            start, end = item.offsets.to_source(0, len(item.text))
            assert item.raw == item.text[:] and (start, end) == (0, len(item.raw))
