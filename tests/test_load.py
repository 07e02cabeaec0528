import json
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from vectorstore.article import Article
from vectorstore.clean.chain import Cleaned, articles
from vectorstore.clean.edit import Text
from vectorstore.errors import ArticleError
from vectorstore.formats.document import File
from vectorstore.load import article_files, load, load_file, other_files
from vectorstore.split import passages

TEXT = "池州经开区的专项基金有2亿元。这是园区的第一只基金。"


def one(path: Path, root: Path | None = None) -> Article:
    (item,) = load(path, root)
    assert isinstance(item, Article), item
    return item


def refusal(path: Path) -> str:
    (item,) = load(path)
    assert isinstance(item, ArticleError), item
    return str(item)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_read_in_its_own_encoding(tmp_path: Path, codec: str) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode(codec))
    assert one(tmp_path / "a.txt").text == TEXT


def test_big5_is_told_from_gb18030(tmp_path: Path) -> None:
    text = "合肥的人造太陽運行了一千秒，這是世界紀錄。我們在這裡看見了新的發展。"
    (tmp_path / "a.txt").write_bytes(text.encode("big5"))
    assert one(tmp_path / "a.txt").text == text


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0", bytes(range(128, 256)) * 40])
def test_binary_file_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert "a.txt" in refusal(tmp_path / "a.txt")


@pytest.mark.parametrize("data", [b"", b" \n\n", "。。。".encode()])
def test_file_without_a_word_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert "a.txt holds no text" in refusal(tmp_path / "a.txt")


def test_front_matter_is_read_and_offsets_lead_back(tmp_path: Path) -> None:
    raw = f"---\r\nid: fund\r\ntitle: 基金\r\ndate: 2024-05-01\r\n---\r\n\r\n第一段。\r\n{TEXT}\r\n"
    (tmp_path / "a.md").write_bytes(raw.encode())
    article = one(tmp_path / "a.md")
    assert (article.id, article.title, article.date) == ("fund", "基金", "2024-05-01")
    start = article.text.index(TEXT)
    a, b = article.offsets.to_source(start, start + len(TEXT))
    assert raw[a:b] == TEXT


def test_broken_front_matter_stays_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\n[: broken\n---\n正文在这里。", encoding="utf-8")
    assert "正文在这里" in one(tmp_path / "a.md").text


def test_headline_is_the_title_and_a_sentence_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"科创基金落地\n\n{TEXT}", encoding="utf-8")
    (tmp_path / "b.txt").write_text(f"{TEXT}\n\n第二段。", encoding="utf-8")
    assert one(tmp_path / "a.txt").title == "科创基金落地"
    assert one(tmp_path / "b.txt").title == ""


def test_corpus_gives_its_articles_and_names_bad_lines(tmp_path: Path) -> None:
    good = json.dumps(
        {"id": 7, "title": "基金", "text": TEXT, "source": "日报"}, ensure_ascii=False
    )
    (tmp_path / "c.jsonl").write_text(
        f'{good}\n{{"id": 8}}\nnonsense\n{{"id": 9, "text": " "}}\n[1]\n', encoding="utf-8"
    )
    articles = [x for x in load(tmp_path / "c.jsonl") if isinstance(x, Article)]
    errors = [str(x) for x in load(tmp_path / "c.jsonl") if isinstance(x, ArticleError)]
    assert [(a.id, a.title, a.source) for a in articles] == [("7", "基金", "日报")]
    assert [e.split(" ")[2] for e in errors] == ["2", "3", "4", "5"]


def test_question_set_is_no_corpus(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(
        '{"id": "1", "question": "谁？", "answers": []}\n', encoding="utf-8"
    )
    assert "question set" in refusal(tmp_path / "q.jsonl")


def test_lone_surrogates_are_marked_as_lost(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"id": "1", "text": "甲\\ud800乙"}\n', encoding="utf-8")
    assert one(tmp_path / "c.jsonl").text == "甲\ufffd乙"


def test_ids_are_paths_below_the_folder_and_hidden_files_stay_out(tmp_path: Path) -> None:
    for name in ("a.txt", "sub/b.md", ".git/c.txt", "d.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    files = article_files(tmp_path)
    assert [one(f, tmp_path).id for f in files] == ["a.txt", "sub/b.md"]
    assert other_files(tmp_path) == 1


def test_empty_folder_and_missing_path_say_so(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="No articles in"):
        article_files(tmp_path)
    with pytest.raises(ArticleError, match="does not exist"):
        article_files(tmp_path / "nowhere")


def test_digest_changes_with_what_is_shown(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    before = one(tmp_path / "a.txt").digest
    (tmp_path / "a.txt").write_text(TEXT + "又一句。", encoding="utf-8")
    assert one(tmp_path / "a.txt").digest != before


def test_windows_line_ends_stay_line_ends_that_lead_back(tmp_path: Path) -> None:
    raw = "池州园区开园\r\n\r\n甲开园。\r\n乙投产\r\n丙呢？\r丁"
    (tmp_path / "a.txt").write_bytes(raw.encode())
    article = one(tmp_path / "a.txt")
    assert article.text == "池州园区开园\n\n甲开园。\n乙投产\n丙呢？\n丁"
    assert [p.text for p in passages(article, 1)] == article.text.split()
    for at, character in enumerate(article.text):
        start, end = article.offsets.to_source(at, at + 1)
        assert raw[start:end] in (character, "\r"), at


@pytest.mark.parametrize("key", ["id", "title", "source", "date"])
def test_lone_surrogates_in_a_field_are_marked_as_lost(tmp_path: Path, key: str) -> None:
    line = json.dumps({"id": "1", "text": TEXT, key: "甲\ud800"})
    (tmp_path / "c.jsonl").write_text(line, encoding="utf-8")
    assert getattr(one(tmp_path / "c.jsonl"), key) == "甲\ufffd"


def test_file_name_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\xff.txt")
    path.write_text(TEXT, encoding="utf-8")
    article = one(path, tmp_path)
    assert article.id == "a\ufffd.txt"
    assert "\ufffd" in article.origin and article.origin.isprintable()


@pytest.mark.parametrize(
    ("front", "title", "date"),
    [
        ("title: 新闻: 你好\ndate: 2024-05-01", "新闻: 你好", "2024-05-01"),
        ("title: 基金\ndate: 2024-02-30", "基金", "2024-02-30"),
        ("title: null\ndate: ~", "", ""),
        ("title: 基金\nx: " + "[" * 3000, "基金", ""),
        ("a: &a [x,x]\nb: &b [*a,*a]\ntitle: *b\nsource: [1]", "", ""),
        ("title: " + "长" * 900, "长" * 500, ""),
    ],
)
def test_odd_front_matter_is_read_as_far_as_it_goes(
    tmp_path: Path, front: str, title: str, date: str
) -> None:
    (tmp_path / "a.md").write_text(f"---\n{front}\n---\n{TEXT}", encoding="utf-8")
    article = one(tmp_path / "a.md")
    assert (article.text, article.title, article.date) == (TEXT, title, date)


@pytest.mark.parametrize("id_", ["null", '""', "[1]", "true", "1.5", "[" * 100_000])
def test_corpus_line_without_a_usable_id_is_refused(tmp_path: Path, id_: str) -> None:
    (tmp_path / "c.jsonl").write_text(f'{{"text": "甲乙", "id": {id_}}}\n', encoding="utf-8")
    assert "c.jsonl line 1" in refusal(tmp_path / "c.jsonl")


def test_what_would_steer_a_terminal_stays_out_of_names(tmp_path: Path) -> None:
    line = {"id": "a\x1b[2J\tb", "title": "标\x1b]0;x\x07题\u202e", "text": "园区开园了。"}
    (tmp_path / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")
    (article,) = load(tmp_path / "a.jsonl")
    assert isinstance(article, Article)
    assert (article.id, article.title) == ("a[2J b", "标]0;x题")


def test_row_of_marks_is_no_title(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"-----\n{TEXT}", encoding="utf-8")
    assert one(tmp_path / "a.txt").title == ""


def test_a_fault_in_cleaning_costs_one_article_and_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(text: Text, one: bool) -> list[Cleaned]:
        return articles(text, one) if "坏" not in text.text else [][1]

    monkeypatch.setattr("vectorstore.load.articles", faulty)
    lines = [json.dumps({"id": id_, "text": id_ + TEXT}) for id_ in ("甲", "坏", "乙")]
    (tmp_path / "c.jsonl").write_text("\n".join(lines), encoding="utf-8")
    first, error, last = load(tmp_path / "c.jsonl")
    assert isinstance(first, Article) and isinstance(last, Article)
    assert (first.id, last.id) == ("甲", "乙")
    assert "坏 could not be read (IndexError: list index out of range). Left out." in str(error)
    assert "Traceback" in caplog.text


def test_a_fault_in_reading_ends_one_file() -> None:
    def opened() -> BinaryIO:
        raise ZeroDivisionError("by zero")

    (error,) = load_file(File("a.txt", 9, opened), "")
    assert isinstance(error, ArticleError)
    assert str(error) == "a.txt could not be read (ZeroDivisionError: by zero). Left out."
