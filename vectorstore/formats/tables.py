"""Turn a CSV or TSV file with a column of texts into one document a row."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from statistics import median

from vectorstore.clean.encoding import encoding_of
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Documents, File
from vectorstore.formats.plain import facts, field
from vectorstore.formats.records import document

MAX_CELL = 5_000_000
"""Characters of a cell; more come from a quote that is never closed."""
SAMPLE = 100_000
"""Bytes from which the encoding and the delimiter are told."""
LOOKED_AT = 20
"""Rows from which the column of texts is told where no header names it."""
CLEARLY_TEXT = 30
"""Characters that half of the texts of such a column have at least."""

_NAMES: Mapping[str, Sequence[str]] = {
    "text": ("text", "content", "contents", "body", "article", "正文", "内容", "文章", "全文",
             "內容", "文本"),
    "title": ("title", "headline", "标题", "题目", "題目", "標題", "题名"),
    "id": ("id", "编号", "編號", "序号", "序號"),
    "date": ("date", "time", "published", "日期", "时间", "時間", "datetime"),
    "author": ("author", "authors", "byline", "作者", "记者", "記者"),
    "source": ("source", "publisher", "media", "来源", "來源", "媒体", "媒體"),
    "url": ("url", "link", "address", "href", "链接", "鏈接", "网址", "網址"),
}  # fmt: skip
_WORD_ENDS = re.compile(r"[\s_\-.:/]+")
_DELIMITERS = (",", "\t", ";")


def documents(file: File) -> Documents:
    """Give one document a row; an error for every row without a text."""
    csv.field_size_limit(MAX_CELL)  # the library keeps one limit for the whole process
    with file.open() as stream:
        head = stream.read(SAMPLE)
    try:
        codec = encoding_of(head, file.name, len(head) < SAMPLE)
    except ArticleError as exc:
        yield exc
        return
    with file.open() as stream:
        text = io.TextIOWrapper(stream, codec, "replace", newline="")
        rows = csv.reader(text, delimiter=_delimiter(head.decode(codec, "replace")))
        try:
            yield from _rows(rows, file.name)
        except csv.Error as exc:
            yield ArticleError(
                f"{file.name} row {rows.line_num} and what follows cannot be read: {exc}."
                " Check the quotes there."
            )


def _delimiter(sample: str) -> str:
    """Give the delimiter that cuts most of the rows into as many cells as the first one."""

    def regular(delimiter: str) -> tuple[bool, int, int]:
        try:
            rows = [r for r in islice(_read(sample, delimiter), LOOKED_AT) if r]
        except csv.Error:
            rows = []
        width = len(rows[0]) if rows else 0
        named = "text" in _columns(rows[0]) if rows else False
        return named, (sum(len(r) == width for r in rows) if width > 1 else 0), width

    return max(_DELIMITERS, key=regular)


def _read(sample: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)


def _rows(rows: Iterator[list[str]], name: str) -> Documents:
    filled = (row for row in rows if any(row))
    first = list(islice(filled, 1))
    if not first:
        yield ArticleError(f"{name} holds no rows. Left out.")
        return
    columns, headed = _columns(first[0]), True
    if "text" not in columns:
        first += islice(filled, LOOKED_AT)
        columns, headed = _guessed(first, columns)
    if "text" in columns:
        yield from _documents(chain(first[headed:], filled), columns, name, 1 + headed)
        return
    named = ", ".join(cell.strip()[:20] or "(empty)" for cell in first[0][:12])
    yield ArticleError(
        f"{name} has no column that is clearly the text (its first row: {named})."
        ' Name that column "text" in the first row.'
    )


def _documents(rows: Iterable[list[str]], columns: dict[str, int], name: str, at: int) -> Documents:
    for number, row in enumerate(rows, start=at):
        said = {k: row[column] for k, column in columns.items() if column < len(row)}
        text = said.pop("text", "")
        if any(c.isalnum() for c in text):
            about = {key: field(value) for key, value in said.items()}
            yield document(text, facts(about), about.get("id", ""))
        else:
            yield ArticleError(f"{name} row {number} holds no text. Left out.")


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Give the columns that the header names; a whole name counts before the end of one."""
    cells = [unicodedata.normalize("NFKC", cell).strip("\ufeff \t").lower() for cell in header]
    found: dict[str, int] = {}
    for key, names in _NAMES.items():
        whole = [i for i, cell in enumerate(cells) if cell in names]
        ends = [i for i, cell in enumerate(cells) if _ends_in(cell, names)]
        free = [i for i in (*whole, *ends) if i not in found.values()]
        if free:
            found[key] = free[0]
    return found


def _ends_in(cell: str, names: Sequence[str]) -> bool:
    if len(cell) > CLEARLY_TEXT:
        return False
    word = _WORD_ENDS.split(cell)[-1]
    return word in names or any(word.endswith(n) and not n.isascii() for n in names)


def _guessed(rows: Sequence[Sequence[str]], named: dict[str, int]) -> tuple[dict[str, int], bool]:
    """Take the column that is clearly text, and tell whether the first row is a header."""
    later = rows[1:] or rows
    width = max(len(row) for row in rows)
    typical = [median(len(row[i]) if i < len(row) else 0 for row in later) for i in range(width)]
    longest = max(range(width), key=typical.__getitem__)
    others = [t for i, t in enumerate(typical) if i != longest and i not in named.values()]
    if typical[longest] < max(CLEARLY_TEXT, *(3 * t for t in others), 0):
        return {}, False
    cells = [row[longest] for row in later if longest < len(row)]
    if sum(c.isalpha() for cell in cells for c in cell) * 2 < sum(map(len, cells)):
        return {}, False
    first = rows[0]
    headed = len(rows) > 1 and longest < len(first) and len(first[longest]) * 5 < typical[longest]
    return {**(named if headed else {}), "text": longest}, headed
