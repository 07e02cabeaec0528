"""Turn files, folders and JSON Lines corpora into articles."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from vectorstore.article import Article, OffsetMap
from vectorstore.decode import decode
from vectorstore.errors import ArticleError

SUFFIXES = (".txt", ".md", ".markdown", ".jsonl")
MAX_TITLE = 60
MAX_FIELD = 500
"""Characters kept of an id, title, source or date."""

FIELDS = ("id", "title", "source", "date")

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIELD = re.compile(rf"^({'|'.join(FIELDS)}):(.*)", re.MULTILINE)
_HEADLINE = re.compile(r"\A\s*#[ \t]+(.*)")
_NOTHING = ("~", "null")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SENTENCE_MARK = re.compile(r"[。！？；!?;，,]|\.\s")


def article_files(path: Path) -> list[Path]:
    """Give the files under `path` that can hold articles, sorted; a file stands for itself.

    Hidden files and folders are passed over. Raises ArticleError when there is nothing.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ArticleError(f"{legible(str(path))} does not exist. Check the spelling.")
    files = [p for p in _shown_files(path) if p.suffix.lower() in SUFFIXES]
    if not files:
        endings = ", ".join(SUFFIXES)
        raise ArticleError(f"No articles in {legible(str(path))}: no file ends in {endings}.")
    return files


def other_files(path: Path) -> int:
    """Count the files under `path` that are of kinds not read."""
    return sum(p.suffix.lower() not in SUFFIXES for p in _shown_files(path)) if path.is_dir() else 0


def _shown_files(folder: Path) -> list[Path]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return [
        p for p in files if not any(part.startswith(".") for part in p.relative_to(folder).parts)
    ]


def load(path: Path, root: Path | None = None) -> Iterator[Article | ArticleError]:
    """Read one file as its articles; what cannot be read comes as the error that says why.

    Ids are the file's path below `root` (its name when there is none), or what front matter or
    the JSON Lines corpus says.
    """
    name = legible(path.relative_to(root).as_posix() if root else path.name)
    origin = legible(str(path.resolve()))
    try:
        if path.suffix.lower() == ".jsonl":
            yield from _corpus(path, origin)
        else:
            yield from _single(decode(path.read_bytes(), name), name, origin)
    except OSError as exc:
        yield ArticleError(f"{name} cannot be read: {exc.strerror or exc}.")
    except ArticleError as exc:
        yield exc


def from_text(
    text: str, id: str, title: str = "", source: str = "", date: str = "", origin: str = ""
) -> Article:
    """Make an article of a text whose offsets are the source's own."""
    return finish(
        Article(
            id=id,
            text=text,
            title=title,
            source=source or id,
            date=date,
            origin=origin,
            offsets=OffsetMap.shifted(len(text)),
        )
    )


def finish(article: Article) -> Article:
    """Give the article with lone surrogates marked as lost, and with its digest."""
    article = replace(
        article,
        id=legible(article.id),
        text=legible(article.text),
        title=legible(article.title),
        source=legible(article.source),
        date=legible(article.date),
        origin=legible(article.origin),
    )
    parts = [article.id, article.title, article.source, article.date, article.text]
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace"))
    return replace(article, digest=digest.hexdigest())


def legible(text: str) -> str:
    """Give `text` with lone surrogates marked as lost: nothing can print or store them."""
    return _SURROGATE.sub("\ufffd", text)


def _single(raw: str, name: str, origin: str) -> Iterator[Article]:
    fields, body = _front_matter(raw)
    start = body + len(raw[body:]) - len(raw[body:].lstrip())
    text, offsets = _plain_lines(raw, start, len(raw.rstrip()))
    if not _worded(text):
        raise ArticleError(f"{name} holds no text. Left out.")
    yield finish(
        Article(
            id=fields.get("id") or name,
            text=text,
            title=fields.get("title") or _headline(text),
            source=fields.get("source") or origin,
            date=fields.get("date", ""),
            origin=origin,
            offsets=offsets,
        )
    )


def _front_matter(raw: str) -> tuple[dict[str, str], int]:
    """Give what front matter says, and where the text after it starts."""
    match = _FRONT_MATTER.match(raw)
    if not match:
        return {}, 0
    try:
        fields = yaml.load(match.group(1), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        fields = dict(_FIELD.findall(match.group(1))) or None
    if not isinstance(fields, dict):
        return {}, 0
    return {key: _field(fields.get(key)) for key in FIELDS}, match.end()


def _field(value: object) -> str:
    """Give a text or a number as a field; anything else counts as not given."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value).strip()
    return "" if text in _NOTHING else text[:MAX_FIELD]


def _plain_lines(raw: str, start: int, end: int) -> tuple[str, OffsetMap]:
    r"""Write every line end as `\n` and drop zero bytes and marks, with the way back."""
    pieces, segments, at = [], [], 0
    for match in re.finditer(r"[^\r\ufeff\0]+|\r(?!\n)", raw[start:end]):
        piece = "\n" if match.group() == "\r" else match.group()
        segments.append((at, start + match.start(), len(piece)))
        pieces.append(piece)
        at += len(piece)
    return "".join(pieces), OffsetMap(tuple(segments))


def _headline(text: str) -> str:
    marked = _HEADLINE.match(text)
    if marked and _worded(marked.group(1)):
        return marked.group(1).strip(" \t#")[:MAX_FIELD]
    first, _, rest = text.partition("\n")
    short = len(first.strip()) <= MAX_TITLE and not _SENTENCE_MARK.search(first)
    return first.strip() if short and _worded(first) and rest.strip() else ""


def _worded(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _corpus(path: Path, origin: str) -> Iterator[Article | ArticleError]:
    name = legible(path.name)
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if number == 1 and _asks(line):
                raise ArticleError(f"{name} is a question set, not articles. Left out.")
            if line.strip():
                yield _corpus_line(line, f"{name} line {number}", origin)


def _asks(line: bytes) -> bool:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and "question" in fields and "text" not in fields


def _corpus_line(line: bytes, where: str, origin: str) -> Article | ArticleError:
    try:
        fields = json.loads(decode(line, where))
        id_, text = fields["id"], fields["text"]
    except ArticleError as exc:
        return exc
    except (ValueError, TypeError, KeyError, RecursionError):
        return ArticleError(f'{where} is not {{"id": …, "text": …}}. Left out.')
    if isinstance(id_, float) or not _field(id_):
        return ArticleError(f"{where} has no id that is a text or a whole number. Left out.")
    if not (isinstance(text, str) and _worded(text)):
        return ArticleError(f"{where} holds no text. Left out.")
    return from_text(text, origin=origin, **{key: _field(fields.get(key)) for key in FIELDS})
