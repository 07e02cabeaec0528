"""Turn a CSV or TSV file with a column of texts into one document a row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from vectorstore.clean.encoding import encoding_of
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Documents, File
from vectorstore.formats.plain import facts, field
from vectorstore.formats.records import document
from vectorstore.formats.table_columns import guessed, named
from vectorstore.formats.table_rows import Rows

MAX_CELL = 5_000_000
"""Characters of a cell; more come from a quote that is never closed."""
SAMPLE = 100_000
"""Bytes from which the encoding and the delimiter are told."""
LOOKED_AT = 20
"""Rows from which the column of texts is told where no header names it."""

_DELIMITERS = (",", "\t", ";")
_SAID = re.compile(r"""\ufeff?"?sep=([^\w\s"]|\t)"?[,;\t]*\r?\n""", re.IGNORECASE)
"""The first line with which Excel is told the delimiter."""


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
    sample = head.decode(codec, "replace")
    said = _SAID.match(sample)
    with file.open() as stream:
        text = io.TextIOWrapper(stream, codec, "replace", newline="")
        if said:
            text.readline()
        rows = Rows(text, said[1] if said else _delimiter(sample))
        try:
            yield from _rows(rows, file.name)
        except csv.Error as exc:
            yield ArticleError(
                f"{file.name} row {rows.at} and what follows cannot be read: {exc}."
                " Check the quotes there."
            )


def _delimiter(sample: str) -> str:
    """Give the delimiter that cuts most of the rows into as many cells as the first one."""

    def regular(delimiter: str) -> tuple[bool, int, int]:
        try:
            read = Rows(io.StringIO(sample, newline=""), delimiter)
            rows = [r for r in islice(read, LOOKED_AT) if r]
        except csv.Error:
            rows = []
        width = len(rows[0]) if rows else 0
        has_text = "text" in named(rows[0]) if rows else False
        return has_text, (sum(len(r) == width for r in rows) if width > 1 else 0), width

    return max(_DELIMITERS, key=regular)


def _rows(rows: Iterator[list[str]], name: str) -> Documents:
    filled = (row for row in rows if any(row))
    first = list(islice(filled, 1))
    if not first:
        yield ArticleError(f"{name} holds no rows. Left out.")
        return
    columns, headed = named(first[0]), True
    if "text" not in columns:
        first += islice(filled, LOOKED_AT)
        columns, headed = guessed(first, columns)
    if "text" in columns:
        yield from _documents(chain(first[headed:], filled), columns, name, 1 + headed)
        return
    cells = ", ".join(cell.strip()[:20] or "(empty)" for cell in first[0][:12])
    yield ArticleError(
        f"{name} has no column that is clearly the text (its first row: {cells})."
        ' Name that column "text" in the first row.'
    )


def _documents(rows: Iterable[list[str]], columns: dict[str, int], name: str, at: int) -> Documents:
    met = Counter[str]()
    for number, row in enumerate(rows, start=at):
        said = {k: row[column] for k, column in columns.items() if column < len(row)}
        text = said.pop("text", "")
        if any(c.isalnum() for c in text):
            about = {key: field(value) for key, value in said.items()}
            id_ = about.get("id", "")
            met[id_] += 1
            key = f"{id_}#{met[id_]}" if id_ and met[id_] > 1 else id_
            yield document(text, facts(about), key)
        else:
            yield ArticleError(f"{name} row {number} holds no text. Left out.")
