"""Turn JSON Lines and lists of JSON objects into one document a record."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import IO

from vectorstore.article import Facts
from vectorstore.clean.encoding import decode, encoding_of
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Document, Documents, File
from vectorstore.formats.plain import facts, field, lines

MAX_LINE = 16_000_000
"""Bytes of one line; five million Chinese characters are more than any article has."""
MAX_JSON = 64_000_000
"""Bytes of a JSON list, which has to be read whole; JSON Lines can be of any size."""
SAMPLE = 100_000
"""Bytes from which the encoding is told."""

_FACTS = ("title", "author", "source", "publisher", "date", "url")
_WIDE = ("utf-16", "utf-32")
"""Encodings whose line ends are no single byte."""


def documents(file: File) -> Documents:
    """Give one document a line of JSON Lines; an error for every line that is none."""
    with file.open() as stream:
        codec = _codec(stream.read(SAMPLE), file.name)
    empty = True
    with file.open() as stream:
        for number, line in enumerate(_split(stream, codec), start=1):
            where = f"{file.name} line {number}"
            found = _parsed(line, codec, where)
            if number == 1 and _asks(found):
                yield ArticleError(f"{file.name} is a question set, not articles. Left out.")
                return
            if line is None or line.strip():
                empty = False
                yield found if isinstance(found, ArticleError) else _record(found, where)
    if empty:
        yield ArticleError(f"{file.name} holds no records. Left out.")


def listed(file: File) -> Documents:
    """Give the documents of a JSON file: a list of records, a single one, or JSON Lines."""
    with file.open() as stream:
        data = stream.read(MAX_JSON + 1)
    try:
        found = json.loads(decode(data, file.name)) if len(data) <= MAX_JSON else None
    except ArticleError as exc:
        yield exc
    except (ValueError, RecursionError):
        yield from documents(file)
    else:
        if isinstance(found, list):
            yield from _records(found, file.name)
        elif found is not None:
            yield from _records([found], file.name)
        elif data.lstrip().startswith(b"{"):
            yield from documents(file)
        else:
            size = f"{MAX_JSON // 1_000_000} MB"
            yield ArticleError(
                f"{file.name} holds no list of articles that can be read at once (at most {size})."
                " Save it as JSON Lines (.jsonl)."
            )


def _records(found: list[object], name: str) -> Documents:
    if not found:
        yield ArticleError(f"{name} is an empty list. Left out.")
    elif _asks(found[0]):
        yield ArticleError(f"{name} is a question set, not articles. Left out.")
    else:
        for number, record in enumerate(found, start=1):
            yield _record(record, f"{name} record {number}")


def _codec(head: bytes, name: str) -> str:
    """Give the codec of the whole file; where it cannot be told, each line is looked at alone."""
    try:
        return encoding_of(head, name, len(head) < SAMPLE)
    except ArticleError:
        return ""


def _split(stream: IO[bytes], codec: str) -> Iterator[bytes | str | None]:
    """Give the lines one by one, None in place of one that is too long."""
    source: IO[bytes] | IO[str] = stream
    if codec.startswith(_WIDE):
        source = io.TextIOWrapper(stream, codec, "replace", newline="\n")
    end = "\n" if isinstance(source, io.TextIOBase) else b"\n"
    while line := source.readline(MAX_LINE):
        whole = line.endswith(end) or len(line) < MAX_LINE  # type: ignore[arg-type]
        yield line if whole else None
        while not whole:
            rest = source.readline(MAX_LINE)
            whole = rest.endswith(end) or len(rest) < MAX_LINE  # type: ignore[arg-type]


def _parsed(line: bytes | str | None, codec: str, where: str) -> object:
    """Give what a line of JSON says, or the error that tells why it says nothing."""
    if line is None:
        return ArticleError(f"{where} is longer than {MAX_LINE // 1_000_000} MB. Left out.")
    try:
        return json.loads(_text(line, codec, where))
    except ArticleError as exc:
        return exc
    except (ValueError, RecursionError):
        return ArticleError(f'{where} is not {{"id": …, "text": …}}. Left out.')


def _text(line: bytes | str, codec: str, where: str) -> str:
    if isinstance(line, str):
        return line
    try:
        return line.decode(codec) if codec else decode(line, where)
    except UnicodeDecodeError:
        return decode(line, where)


def _asks(found: object) -> bool:
    return isinstance(found, dict) and "question" in found and "text" not in found


def _record(found: object, where: str) -> Document | ArticleError:
    if not isinstance(found, dict) or "id" not in found or "text" not in found:
        return ArticleError(f'{where} is not {{"id": …, "text": …}}. Left out.')
    id_, text = found["id"], found["text"]
    if isinstance(id_, float) or not field(id_):
        return ArticleError(f"{where} has no id that is a text or a whole number. Left out.")
    if not (isinstance(text, str) and any(c.isalnum() for c in text)):
        return ArticleError(f"{where} holds no text. Left out.")
    about = facts({key: field(found.get(key)) for key in _FACTS})
    return document(text, about, field(id_))


def document(text: str, about: Facts, key: str) -> Document:
    """Give a record as a document; its source is the cell that held its text."""
    read, offsets = lines(text, 0)
    return Document(read, text, offsets, 0, about, key=key)
