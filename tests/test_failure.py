"""Errors in the words of the page."""

import re
import zipfile
from pathlib import Path

import pytest

from rag.errors import AskError
from rag.question import MAX_QUESTION, checked
from tests.conftest import WordEmbedding
from ui.failure import in_chinese
from vectorstore.ingest import add_addresses, add_paths
from vectorstore.store import Store


@pytest.mark.parametrize("question", ["？？？", "长" * (MAX_QUESTION + 1)])
def test_what_is_no_question_is_said_in_chinese(question: str) -> None:
    with pytest.raises(AskError) as failed:
        checked(question)
    said = in_chinese(failed.value)
    assert said != str(failed.value) and not any("a" <= c <= "z" for c in said)


def test_a_busy_index_is_said_without_its_place(store: Store) -> None:
    said = in_chinese(f"Another process is writing to {store.folder}. Wait for it to finish.")
    assert said == "另一个程序正在写入索引，等它做完再试。"


def test_what_follows_stays_and_the_home_is_not_named() -> None:
    stopped = "The language model stopped in mid-answer (Connection error.). 上面的原文仍然有效。"
    assert in_chinese(stopped) == "语言模型中途停了。 上面的原文仍然有效。"
    assert in_chinese(f"{Path.home()}/a.txt cannot be read.") == "~/a.txt cannot be read."


REFUSED = {
    "a.txt": b"",
    "b.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "c.pdf": b"%PDF-1.7 cut off",
    "d.zip": b"PK\x03\x04 cut off",
    "e.docx": b"PK\x03\x04 cut off",
    "f.json": b"[]",
    "g.jsonl": '{"id": "1", "question": "谁？", "answers": ["甲"], "support": []}'.encode(),
    "h.csv": b"a,b\n1,2\n3,4\n",
    "i.pptx": b"PK\x03\x04",
    "j.doc": b"\xd0\xcf\x11\xe0" + bytes(600),
    "k.rar": b"Rar!\x1a\x07\x00",
    "l.txt": "……！\n".encode(),
    "m.html": b"<html><body><img src=x></body></html>",
    "n.txt": bytes(range(128, 256)) * 20,
    "o.xlsx": b"PK\x03\x04",
    "p.epub": b"no book",
    "r.jsonl": b"",
    "s.caj": bytes(range(128, 256)) * 9,
}


def test_what_cannot_be_added_is_said_in_chinese(
    store: Store, words: WordEmbedding, tmp_path: Path
) -> None:
    for name, data in REFUSED.items():
        (tmp_path / name).write_bytes(data)
    with zipfile.ZipFile(tmp_path / "q.zip", "w") as packed:
        packed.writestr("a.exe", b"x")
    refused = add_paths(sorted(tmp_path.glob("?.*")), store, words).refused
    assert [Path(each.name).name for each in refused] == sorted([*REFUSED, "q.zip"])
    asked = ["ftp://a.cn/", "http://127.0.0.1:9/x", "http://nowhere.invalid/", "nothing"]
    reasons = [each.reason for each in (*refused, *add_addresses(asked, store, words).refused)]
    for reason in reasons:
        assert in_english(in_chinese(reason)) == [], reason
    assert len(reasons) == len(REFUSED) + 1 + len(asked)


def in_english(said: str) -> list[str]:
    """Give what is left of English but names of files, kinds of files, hosts and commands."""
    known = (
        r"「.*?」|wenju add --allow-private|https?://\S*|PDF|CSV|ZIP|UTF-8|Word|LibreOffice|Excel"
    )
    rest = re.sub(rf"{known}|\.docx?|\btext\b|127\.0\.0\.1|nowhere\.invalid", "", said)
    return re.findall("[A-Za-z]+", rest)
