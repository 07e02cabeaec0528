import io
import json
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vectorstore.article import Facts
from vectorstore.errors import ArticleError
from vectorstore.formats import records, tables
from vectorstore.formats.document import Document, Documents, File

TEXT = "池州经开区的专项基金有2亿元。这是园区的第一只基金。"
LONG = TEXT * 3


def file(data: bytes | str, name: str = "c.jsonl") -> File:
    raw = data.encode() if isinstance(data, str) else data
    return File(name, len(raw), lambda: io.BytesIO(raw))


def split(items: Documents) -> tuple[list[Document], list[str]]:
    found = list(items)
    documents = [item for item in found if isinstance(item, Document)]
    return documents, [str(item) for item in found if isinstance(item, ArticleError)]


def line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"


def table(data: bytes | str, name: str = "t.csv") -> tuple[list[Document], list[str]]:
    return split(tables.documents(file(data, name)))


def test_lines_give_documents_and_bad_lines_are_named() -> None:
    good = line(id=7, title="基金", text=TEXT, source="日报", date="2024", extra={"a": 1})
    data = good + '{"id": 8}\nnonsense\n\n{"id": 9, "text": " "}\n[1]\n'
    documents, errors = split(records.documents(file(data)))
    (document,) = documents
    assert (document.key, document.text, document.one) == ("7", TEXT, True)
    assert document.facts == Facts(title="基金", publisher="日报", date="2024")
    assert [e.split(" ")[2] for e in errors] == ["2", "3", "5", "6"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "big5"])
def test_lines_are_read_in_their_encoding(codec: str) -> None:
    text = "園區的基金在這裡看見了新的發展，我們都說這是世界紀錄。"
    data = "".join(line(id=n, text=text) for n in range(9)).encode(codec)
    documents, errors = split(records.documents(file(data)))
    assert not errors
    assert [(d.key, d.text) for d in documents] == [(str(n), text) for n in range(9)]


def test_one_line_in_another_encoding_does_not_hurt_the_rest() -> None:
    data = line(id=1, text=TEXT).encode() + line(id=2, text=LONG).encode("gb18030")
    documents, _ = split(records.documents(file(data)))
    assert [d.text for d in documents] == [TEXT, LONG]


def test_line_without_end_is_passed_over_and_the_next_is_read() -> None:
    huge = line(id=1, text="甲" * (records.MAX_LINE // 3))
    documents, errors = split(records.documents(file(huge + line(id=2, text=TEXT))))
    assert [d.key for d in documents] == ["2"]
    assert errors == ["c.jsonl line 1 is longer than 16 MB. Left out."]


def test_question_set_is_no_corpus() -> None:
    question = line(id="1", question="谁？", answers=[])
    _, errors = split(records.documents(file(question + question)))
    assert errors == ["c.jsonl is a question set, not articles. Left out."]
    _, errors = split(records.listed(file(f"[{question}]", "c.json")))
    assert errors == ["c.json is a question set, not articles. Left out."]


@pytest.mark.parametrize("id_", ["null", '""', "[1]", "true", "1.5", "[" * 100_000, "9" * 5000])
def test_line_without_a_usable_id_is_refused(id_: str) -> None:
    documents, errors = split(records.documents(file(f'{{"text": "甲乙", "id": {id_}}}\n')))
    assert not documents and "c.jsonl line 1" in errors[0]


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([{"id": 1, "text": TEXT}, {"id": 2, "text": LONG}]),
        json.dumps([{"id": 1, "text": TEXT}, {"id": 2, "text": LONG}], indent=2),
        line(id=1, text=TEXT) + line(id=2, text=LONG),
    ],
)
def test_json_file_is_a_list_or_lines(data: str) -> None:
    documents, errors = split(records.listed(file(data, "c.json")))
    assert not errors and [(d.key, d.text) for d in documents] == [("1", TEXT), ("2", LONG)]


def test_single_object_is_one_record() -> None:
    data = json.dumps({"id": 1, "text": TEXT}, indent=1)
    documents, _ = split(records.listed(file(data, "c.json")))
    assert [d.key for d in documents] == ["1"]


@pytest.mark.parametrize("data", ["[]", "null", "17", '{"a": 1}', "", "[1, 2", '"text"'])
def test_other_json_is_refused(data: str) -> None:
    documents, errors = split(records.listed(file(data, "c.json")))
    assert not documents
    assert errors and all("c.json" in e for e in errors)


@pytest.mark.parametrize("data", ["", "\n \n"])
def test_a_file_without_records_says_so(data: str) -> None:
    assert split(records.documents(file(data)))[1] == ["c.jsonl holds no records. Left out."]


def test_table_is_read_by_its_header() -> None:
    data = (
        "编号,标题,正文,日期,作者,来源,链接,备注\n"
        f'a1,基金,"{TEXT}\n第二段，有""引号""。",2024-05-01,张三,池州日报,https://a.cn/1,无\n'
        ",,,,,,,\n"
        "a2,空,,,,,,\n"
    )
    (document,), errors = table("\ufeff" + data)
    assert document.key == "a1"
    assert document.text == document.raw == TEXT + '\n第二段，有"引号"。'
    assert document.facts == Facts("基金", "张三", "池州日报", "2024-05-01", "https://a.cn/1")
    assert errors == ["t.csv row 3 holds no text. Left out."]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_delimiter_and_encoding_are_told(delimiter: str, codec: str) -> None:
    rows = [["news_title", "publish_time", "content"]] + [
        [f"题{n}", "2024", TEXT] for n in range(9)
    ]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(codec)
    documents, errors = table(data)
    assert not errors and len(documents) == 9
    assert documents[3].facts == Facts(title="题3", date="2024")
    assert documents[3].text == TEXT


def test_whole_names_count_before_ends_of_names() -> None:
    (document,), _ = table(f"内容标题,新闻来源,新闻内容\n甲,日报,{TEXT}\n")
    assert (document.facts.title, document.facts.publisher, document.text) == ("甲", "日报", TEXT)


@pytest.mark.parametrize("name", ["author_id", "版面编号"])
def test_the_id_of_another_thing_is_not_the_articles(name: str) -> None:
    documents, errors = table(f"标题,正文,{name}\n" + f"甲,{TEXT},0\n" * 3)
    assert not errors and [d.key for d in documents] == ["", "", ""]


def test_ids_that_come_again_are_numbered() -> None:
    documents, _ = table(f"序号,正文\n1,{TEXT}\n1,{LONG}\n2,{TEXT}\n")
    assert [d.key for d in documents] == ["1", "1#2", "2"]


@pytest.mark.parametrize(
    "header",
    [
        "采集时间,封面图链接,标题,正文,发布时间,原文链接",
        "crawl_time,image_url,title,content,publish_time,news_url",
        "更新时间,头像链接,标题,正文,新闻发布时间,原文url",
        "date,cover_url,title,text,pubdate,link",
    ],
)
def test_date_and_address_are_those_of_the_article(header: str) -> None:
    row = f"2025-01-01,https://a.cn/1.jpg,甲,{TEXT},2024-05-01,https://a.cn/1"
    (document,), _ = table(f"{header}\n{row}\n")
    assert document.facts == Facts("甲", date="2024-05-01", url="https://a.cn/1")


def test_the_time_of_collecting_is_no_date() -> None:
    (document,), _ = table(f"采集时间,图片链接,正文\n2025-01-01,https://a.cn/1.jpg,{TEXT}\n")
    assert document.facts == Facts()


@pytest.mark.parametrize("later", [TEXT, f'"{TEXT}"', f'他说"{TEXT}'])
def test_a_quote_that_is_never_closed_swallows_no_rows(later: str) -> None:
    rows = [f'{n},"甲",{TEXT if n != 5 else chr(34) + TEXT},2024' for n in range(9)]
    rows += [f"{n},甲,{later},2024" for n in range(9, 99)]
    documents, errors = table("id,title,text,date\n" + "\n".join(rows))
    assert not errors and [d.key for d in documents] == [str(n) for n in range(99)]
    assert documents[5].text == f'"{TEXT}' and documents[5].facts == Facts("甲", date="2024")
    assert {d.facts.date for d in documents} == {"2024"}


def test_cells_of_several_lines_stay_whole() -> None:
    lines = f"{TEXT}\n一,二\n三,四\n{TEXT}"
    documents, _ = table(f'title,text\n甲,"{lines}"\n乙,"{TEXT}\n二,三 "\n')
    assert [d.text for d in documents] == [lines, f"{TEXT}\n二,三 "]
    documents, _ = table(f'title,text,date\n甲,"{TEXT}\n\n他说"好"。\n乙,{TEXT},2024\n')
    assert documents[0].text.startswith(f"{TEXT}\n\n他说") and documents[1].text == TEXT


def test_excels_word_on_the_delimiter_is_no_header() -> None:
    for said in ("sep=;\r\n", '\ufeff"sep=;"\n', "SEP=;;;\n"):
        (document,), _ = table(f"{said}标题;正文;日期\n甲;{TEXT};2024-05-01\n")
        assert (document.text, document.facts) == (TEXT, Facts("甲", date="2024-05-01"))


def test_column_that_is_clearly_text_needs_no_name() -> None:
    documents, _ = table(f"1,基金,{LONG}\n2,园区,{LONG}\n")
    assert [d.text for d in documents] == [LONG, LONG]
    documents, _ = table(f"题目,记录\n基金,{LONG}\n园区,{LONG}\n")
    assert [(d.facts.title, d.text) for d in documents] == [("基金", LONG), ("园区", LONG)]


@pytest.mark.parametrize(
    "data",
    ["城市,产值,人口\n合肥,100,9\n池州,20,1\n", f"a,b\n{LONG},{LONG}\n{LONG},{LONG}\n", "一,二\n"],
)
def test_table_without_text_names_its_columns(data: str) -> None:
    documents, (error,) = table(data)
    assert not documents
    assert data[:1] in error and 'Name that column "text"' in error


def test_long_cells_are_read_and_quotes_without_end_are_named() -> None:
    documents, _ = table(f"text\n{'甲' * 400_000}\n")
    assert len(documents[0].text) == 400_000
    rows = f"{TEXT}\n" * (tables.MAX_CELL // len(TEXT) + 9)
    documents, errors = table(f'title,text\na,{TEXT}\nb,"{rows}')
    assert len(documents) == 1 and "Check the quotes" in errors[0]


def test_empty_table_is_refused() -> None:
    assert table("\n\n")[1] == ["t.csv holds no rows. Left out."]


def test_records_are_streamed() -> None:
    class Endless(io.RawIOBase):
        def readinto(self, buffer: Any, /) -> int:
            data = (line(id=1, text=TEXT).encode() * (len(buffer) // 100 + 1))[: len(buffer)]
            buffer[: len(data)] = data
            return len(data)

        def readable(self) -> bool:
            return True

    endless = File("c.jsonl", 0, lambda: cast(BinaryIO, io.BufferedReader(Endless())))
    stream = records.documents(endless)
    assert isinstance(next(stream), Document)


@settings(deadline=None)
@given(st.binary(max_size=1500))
@example(b" \xa1{")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (records.documents, records.listed, tables.documents):
        for item in read(file(data)):
            assert isinstance(item, Document | ArticleError)


@settings(deadline=None)
@given(st.text(st.sampled_from('甲,;\t"\n\r{}[]: ab1'), max_size=200))
def test_any_text_is_read_or_refused_and_leads_back(text: str) -> None:
    for read in (records.documents, records.listed, tables.documents):
        for item in read(file(f"text,title\n{text}")):
            if isinstance(item, Document):
                assert item.text == item.raw.replace("\r\n", "\n").replace("\r", "\n")
