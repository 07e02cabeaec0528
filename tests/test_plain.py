import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.article import Facts
from vectorstore.errors import ArticleError
from vectorstore.formats import plain
from vectorstore.formats.document import Document, File

LINE = "池州经开区的专项基金有2亿元。这是园区的第一只基金。"


def file(data: bytes, name: str = "a.txt") -> File:
    return File(name, len(data), lambda: io.BytesIO(data))


def read(data: bytes, name: str = "a.txt") -> list[Document]:
    items = list(plain.documents(file(data, name)))
    assert all(isinstance(item, Document) for item in items), items
    return [item for item in items if isinstance(item, Document)]


def only(data: bytes, name: str = "a.txt") -> Document:
    (document,) = read(data, name)
    return document


def assert_leads_back(document: Document, source: str) -> None:
    for at, character in enumerate(document.text):
        start, end = document.offsets.to_source(at, at + 1)
        assert source[start:end] in (character, "\r"), at
    start = document.raw_start
    assert source[start : start + len(document.raw)] == document.raw


def test_text_stands_as_it_is_and_may_hold_several_articles() -> None:
    document = only(f"  标题\n\n{LINE}\n".encode())
    assert document.text == document.raw == f"  标题\n\n{LINE}\n"
    assert not document.one


def test_markdown_is_one_article() -> None:
    assert only(LINE.encode(), "a.md").one


def test_front_matter_tells_facts_and_is_no_text() -> None:
    raw = (
        "---\r\nid: fund\r\ntitle: 基金\r\nauthor: 张三\r\nsource: 池州日报\r\n"
        f"date: 2024-05-01\r\nurl: https://a.cn/1\r\n---\r\n\r\n{LINE}\r\n"
    )
    document = only(raw.encode())
    assert document.facts == Facts("基金", "张三", "池州日报", "2024-05-01", "https://a.cn/1")
    assert (document.key, document.one, document.raw) == ("fund", True, raw)
    assert document.text == f"\n{LINE}\n"
    assert_leads_back(document, raw)


def test_source_that_is_an_address_is_the_url() -> None:
    document = only(b"---\nsource: https://a.cn/1?x=2\n---\ntext")
    assert (document.facts.url, document.facts.publisher) == ("https://a.cn/1?x=2", "")


@pytest.mark.parametrize("front", ["[: broken", "- a\n- b", "no end"])
def test_what_is_no_front_matter_stays_text(front: str) -> None:
    raw = f"---\n{front}\n---\n{LINE}"
    assert only(raw.encode()).text == raw


def test_byte_order_mark_is_not_counted() -> None:
    document = only(b"\xef\xbb\xbf" + LINE.encode())
    assert document.text == document.raw == LINE
    assert document.offsets.to_source(0, 4) == (0, 4)


def test_binary_data_is_refused_by_name() -> None:
    (item,) = plain.documents(file(b"\x89PNG\r\n\x1a\n\0\0\0" + bytes(range(256)) * 9))
    assert isinstance(item, ArticleError) and "a.txt" in str(item)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n\n", "\r\n", "", "\r\n\r\n"])
def test_long_text_comes_in_parts_that_lose_nothing(codec: str, end: str) -> None:
    paragraph = LINE * 7 + end
    source = paragraph * (plain.WHOLE // len(paragraph.encode("gb18030")) * 2)
    parts = read(source.encode(codec))
    assert len(parts) > 2
    assert "".join(part.raw for part in parts) == source
    assert "".join(part.text for part in parts) == source.replace("\r\n", "\n")
    assert all(part.raw.endswith(end or "。") for part in parts)
    assert max(len(part.raw) for part in parts) <= plain.PART * 3 // 2
    for part in parts[1:]:
        at = part.text.index("专项基金")
        start, stop = part.offsets.to_source(at, at + 4)
        assert source[start:stop] == "专项基金" and not part.one
        assert source[part.raw_start :].startswith(part.raw)


def test_front_matter_of_a_long_text_goes_for_every_part() -> None:
    source = "---\nid: x\ntitle: 长文\n---\n" + f"{LINE}\n" * 60_000
    parts = read(source.encode())
    assert {part.facts.title for part in parts} == {"长文"}
    assert {part.key for part in parts} == {""}
    assert parts[0].raw_start == source.index(LINE)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_articles_of_a_long_file_have_each_their_own_front_matter(end: str) -> None:
    bodies = [LINE * 70] * 400
    bodies[7] = LINE * 20_000
    fronts = [
        end.join(["---", f"id: a{n}", f"title: 之{n}", f"date: 2024-{n % 12 + 1:02}-01", "---"])
        for n in range(len(bodies))
    ]
    source = "".join(f"{a}{end}{end}{b}{end}{end}" for a, b in zip(fronts, bodies, strict=True))
    assert len(source.encode()) > plain.WHOLE * 2
    found: dict[str, list[Document]] = {}
    for document in read(source.encode()):
        found.setdefault(document.facts.title, []).append(document)
        start = document.raw_start
        assert document.one and source[start : start + len(document.raw)] == document.raw
    assert list(found) == [f"之{n}" for n in range(len(bodies))]
    for n, parts in enumerate(found.values()):
        assert "".join(part.text for part in parts).strip() == bodies[n]
        assert {part.key for part in parts} == ({f"a{n}"} if len(parts) == 1 else {""})
        assert (len(parts) > 1) is (n == 7)
    assert found["之9"][0].facts.date == "2024-10-01"


def test_long_text_without_any_mark_is_cut_anyway() -> None:
    source = "甲" * 500_000
    assert "".join(part.text for part in read(source.encode())) == source


def peak(path: Path, size: int) -> int:
    path.write_text(f"{LINE}\n" * (size // 80), encoding="utf-8")
    source = File("a.txt", path.stat().st_size, lambda: path.open("rb"))
    tracemalloc.start()
    count = sum(1 for _ in plain.documents(source))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 2
    return held


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, large = peak(tmp_path / "a", 3_000_000), peak(tmp_path / "b", 12_000_000)
    assert large < 1.2 * small


@settings(deadline=None)
@given(st.binary(max_size=2000), st.sampled_from(["a.txt", "a.md", "a"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    for item in plain.documents(file(data, name)):
        assert isinstance(item, Document | ArticleError)


@settings(deadline=None)
@given(st.text(st.sampled_from("甲乙a。 \n\r\t-:---\ufeff\u3000"), max_size=300))
def test_every_character_leads_back(text: str) -> None:
    document = only(b"\xef\xbb\xbf" + text.encode())
    assert document.raw == text
    assert_leads_back(document, text)
