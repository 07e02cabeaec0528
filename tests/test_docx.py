import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document as Word
from docx.document import Document as WordDocument
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.article import Facts
from vectorstore.errors import ArticleError
from vectorstore.formats import docx
from vectorstore.formats.document import Document, File

TEXT = "池州经开区的专项基金有2亿元。"
BODY = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read(data: bytes) -> Document | ArticleError:
    (item,) = docx.documents(File("a.docx", len(data), lambda: io.BytesIO(data)))
    return item


def text(data: bytes) -> str:
    item = read(data)
    assert isinstance(item, Document), item
    return item.text


def refusal(data: bytes) -> str:
    item = read(data)
    assert isinstance(item, ArticleError), item
    return str(item)


def word(write: Callable[[WordDocument], object]) -> bytes:
    made = Word()
    write(made)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def handmade(body: str, main: str = "word/document.xml", **notes: str) -> bytes:
    xml = f'<?xml version="1.0"?><w:document xmlns:w="{BODY}"><w:body>{body}</w:body></w:document>'
    parts = {
        f"word/{kind}.xml": f'<w:{kind} xmlns:w="{BODY}">{notes}</w:{kind}>'
        for kind, notes in notes.items()
    }
    said = f'<Relationship Type="{RELATIONS}/officeDocument" Target="{main}"/>'
    parts |= {main.lstrip("/"): xml, "_rels/.rels": f"<Relationships>{said}</Relationships>"}
    parts["[Content_Types].xml"] = "<Types/>"
    return packed({name: part.encode() for name, part in parts.items()})


def packed(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return held.getvalue()


def run(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


def test_paragraphs_and_tables_come_in_order_without_headers() -> None:
    def write(made: WordDocument) -> None:
        made.add_heading("科创基金落地", 1)
        made.add_paragraph(TEXT)
        made.add_paragraph("")
        grid = made.add_table(2, 2)
        for cell, words in zip(grid._cells, ("城市", "产值", "池州", "100亿元"), strict=True):
            cell.text = words
        made.add_paragraph("第二段。\n第二行。\t后面")
        made.sections[0].header.paragraphs[0].text = "页眉"
        made.sections[0].footer.paragraphs[0].text = "页脚"

    assert text(word(write)) == (
        f"科创基金落地\n\n{TEXT}\n\n城市\t产值\n池州\t100亿元\n\n第二段。\n第二行。\t后面"
    )


def test_cells_of_several_paragraphs_stand_below_one_another() -> None:
    def write(made: WordDocument) -> None:
        row = made.add_table(1, 2).rows[0]
        row.cells[0].text = TEXT
        row.cells[0].add_paragraph("第二段。")
        row.cells[1].text = "右边。"

    assert text(word(write)) == f"{TEXT}\n第二段。\n右边。"


def test_properties_tell_title_and_author_but_no_date() -> None:
    def write(made: WordDocument) -> None:
        made.add_paragraph(TEXT)
        made.core_properties.title = "基金 落地"
        made.core_properties.author = "张三"

    item = read(word(write))
    assert isinstance(item, Document)
    assert item.facts == Facts(title="基金 落地", author="张三")
    assert item.raw == item.text and item.offsets.to_source(2, 4) == (2, 4)


@pytest.mark.parametrize("title", ["Microsoft Word - x.doc", "报告.docx", "文档1", "ÖÐ¹úÈÕ±¨"])
def test_names_that_programs_put_there_are_no_facts(title: str) -> None:
    def write(made: WordDocument) -> None:
        made.add_paragraph(TEXT)
        made.core_properties.title = title
        made.core_properties.author = "Administrator"

    item = read(word(write))
    assert isinstance(item, Document) and item.facts == Facts()


def test_what_a_reader_does_not_see_is_left_out() -> None:
    body = (
        '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>'
        f"{run('看')}<w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:ins>{run('见')}</w:ins>"
        f"<w:moveFrom>{run('移')}</w:moveFrom><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:ruby><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>汉</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    assert text(handmade(body)) == "看见汉"


def test_hidden_text_is_left_out() -> None:
    hide = "<w:rPr><w:vanish/></w:rPr>"
    was = f"<w:rPr><w:rPrChange>{hide}</w:rPrChange></w:rPr>"
    body = (
        f"<w:p><w:pPr>{hide}</w:pPr>{run('看')}<w:r>{hide}<w:t>藏</w:t></w:r>"
        f'<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>见</w:t></w:r>'
        f"<w:r>{was}<w:t>了</w:t></w:r></w:p>"
    )
    assert text(handmade(body)) == "看见了"


def test_notes_follow_the_text() -> None:
    between = f'<w:footnote w:type="separator"><w:p>{run("——")}</w:p></w:footnote>'
    foot = f'{between}<w:footnote w:id="1"><w:p>{run("数据来自公报。")}</w:p></w:footnote>'
    end = f'<w:endnote w:type="normal"><w:p>{run("见附录。")}</w:p></w:endnote>'
    made = handmade(f"<w:p>{run(TEXT)}</w:p>", footnotes=foot, endnotes=end)
    assert text(made) == f"{TEXT}\n\n数据来自公报。\n\n见附录。"


def test_damaged_notes_are_told_of_and_the_text_goes_in() -> None:
    made = handmade(f"<w:p>{run(TEXT)}</w:p>", footnotes="<w:footnote>")
    error, item = docx.documents(File("a.docx", len(made), lambda: io.BytesIO(made)))
    assert "a.docx is damaged" in str(error)
    assert isinstance(item, Document) and item.text == TEXT


@pytest.mark.parametrize("main", ["word/document2.xml", "/word/文档.xml"])
def test_text_stands_in_the_part_that_the_file_names(main: str) -> None:
    made = handmade(f"<w:p>{run(TEXT)}</w:p>", main)
    assert text(made) == TEXT


def test_text_box_is_read_once() -> None:
    inside = f"<w:txbxContent><w:p>{run('框')}</w:p></w:txbxContent>"
    body = (
        '<w:p xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r>'
        f"<mc:AlternateContent><mc:Choice>{inside}</mc:Choice><mc:Fallback>{inside}</mc:Fallback>"
        f"</mc:AlternateContent></w:r>{run('段')}</w:p>"
    )
    assert text(handmade(body)) == "框\n\n段"


def test_table_in_a_table_is_read_in_its_cell() -> None:
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run('内')}</w:p></w:tc></w:tr></w:tbl>"
    cells = f"<w:tc><w:p>{run('前')}</w:p>{inner}</w:tc><w:tc><w:p>{run('后')}</w:p></w:tc>"
    assert text(handmade(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")) == "前\n内\n后"


def test_password_is_told_of() -> None:
    assert "a.docx is protected by a password" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(600))


def test_damage_is_told_of() -> None:
    whole = word(lambda made: made.add_paragraph(TEXT * 99))
    assert "a.docx is a broken archive" in refusal(whole[: len(whole) // 2])
    assert "a.docx is damaged" in refusal(packed({"word/document.xml": b"<w:document"}))
    assert "is no Word document" in refusal(packed({"a.txt": b"x"}))


def test_entities_without_end_are_refused() -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<!DOCTYPE d [<!ENTITY a0 "lol">{lines}]><d>&a11;</d>'
    assert "document type" in refusal(packed({"word/document.xml": xml.encode()}))


def test_document_that_unpacks_without_end_is_refused() -> None:
    body = f"<w:p>{run('甲')}</w:p>" * 300_000
    assert "ZIP bombs" in refusal(handmade(body))


@settings(deadline=None)
@given(st.binary(max_size=1000))
def test_any_bytes_are_refused(data: bytes) -> None:
    assert "a.docx" in refusal(data)


@settings(deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=9))
def test_damage_anywhere_is_read_or_refused(at: int, damage: bytes) -> None:
    data = packed({"word/document.xml": f'<w:d xmlns:w="{BODY}"><w:p/></w:d>'.encode()})
    at %= len(data)
    assert isinstance(read(data[:at] + damage + data[at + len(damage) :]), Document | ArticleError)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_xml_is_read_or_refused(data: bytes) -> None:
    body = f'<w:document xmlns:w="{BODY}">'.encode() + data
    assert isinstance(read(packed({"word/document.xml": body})), Document | ArticleError)
