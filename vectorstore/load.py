"""Turn files, folders and JSON Lines corpora into articles."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from vectorstore.article import Article, OffsetMap
from vectorstore.decode import decode
from vectorstore.errors import ArticleError

SUFFIXES = (".txt", ".md", ".markdown", ".jsonl")
MAX_TITLE = 60

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADLINE = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\r?\n|\Z)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SENTENCE_MARK = re.compile(r"[。！？；!?;，,]|\.\s")


def article_files(path: Path) -> list[Path]:
    """Give the files under `path` that can hold articles, sorted; a file stands for itself.

    Hidden files and folders are passed over. Raises ArticleError when there is nothing.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ArticleError(f"{path} does not exist. Check the spelling.")
    files = [p for p in _shown_files(path) if p.suffix.lower() in SUFFIXES]
    if not files:
        raise ArticleError(f"No articles in {path}: no file ends in {', '.join(SUFFIXES)}.")
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
    name = path.relative_to(root).as_posix() if root else path.name
    try:
        if path.suffix.lower() == ".jsonl":
            yield from _corpus(path)
        else:
            yield from _single(decode(path.read_bytes(), name), name, str(path.resolve()))
    except OSError as exc:
        yield ArticleError(f"{name} cannot be read: {exc.strerror or exc}.")
    except ArticleError as exc:
        yield exc


def from_text(text: str, id: str, title: str = "", source: str = "", date: str = "") -> Article:
    """Make an article of a text whose offsets are the source's own."""
    return finish(
        Article(
            id=id,
            text=text,
            title=title,
            source=source or id,
            date=date,
            offsets=OffsetMap.shifted(len(text)),
        )
    )


def finish(article: Article) -> Article:
    """Give the article with lone surrogates marked as lost, and with its digest."""
    article = replace(article, text=_SURROGATE.sub("\ufffd", article.text))
    parts = [article.id, article.title, article.source, article.date, article.text]
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace"))
    return replace(article, digest=digest.hexdigest())


def _single(raw: str, name: str, origin: str) -> Iterator[Article]:
    fields, body = _front_matter(raw)
    start = body + len(raw[body:]) - len(raw[body:].lstrip())
    text, offsets = _plain_lines(raw, start, len(raw.rstrip()))
    if not any(c.isalnum() for c in text):
        raise ArticleError(f"{name} holds no text. Left out.")
    yield finish(
        Article(
            id=str(fields.get("id") or name),
            text=text,
            title=str(fields.get("title") or _headline(text)),
            source=str(fields.get("source") or origin),
            date=str(fields.get("date") or ""),
            origin=origin,
            offsets=offsets,
        )
    )


def _front_matter(raw: str) -> tuple[dict[str, Any], int]:
    match = _FRONT_MATTER.match(raw)
    if not match:
        return {}, 0
    try:
        fields = yaml.safe_load(match.group(1))
    except yaml.YAMLError:
        return {}, 0
    return (fields, match.end()) if isinstance(fields, dict) else ({}, 0)


def _plain_lines(raw: str, start: int, end: int) -> tuple[str, OffsetMap]:
    r"""Write every line end as `\n` and drop zero bytes and marks, with the way back."""
    pieces, segments, at = [], [], 0
    for match in re.finditer(r"[^\r\ufeff\0]+|\r\n?", raw[start:end]):
        piece = "\n" if match.group() == "\r" else match.group().replace("\r\n", "")
        if piece:
            segments.append((at, start + match.start(), len(piece)))
            pieces.append(piece)
            at += len(piece)
    return "".join(pieces), OffsetMap(tuple(segments))


def _headline(text: str) -> str:
    marked = _HEADLINE.match(text)
    if marked:
        return marked.group(1)
    first, _, rest = text.partition("\n")
    short = 0 < len(first.strip()) <= MAX_TITLE and not _SENTENCE_MARK.search(first)
    return first.strip() if short and rest.strip() else ""


def _corpus(path: Path) -> Iterator[Article | ArticleError]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if number == 1 and _asks(line):
                raise ArticleError(f"{path.name} is a question set, not articles. Left out.")
            if line.strip():
                yield _corpus_line(line, f"{path.name} line {number}")


def _asks(line: bytes) -> bool:
    try:
        fields = json.loads(line)
    except ValueError:
        return False
    return isinstance(fields, dict) and "question" in fields and "text" not in fields


def _corpus_line(line: bytes, where: str) -> Article | ArticleError:
    try:
        fields = json.loads(decode(line, where))
        id_, text = fields["id"], fields["text"]
    except ArticleError as exc:
        return exc
    except (ValueError, TypeError, KeyError):
        return ArticleError(f'{where} is not {{"id": …, "text": …}}. Left out.')
    if not (isinstance(text, str) and any(c.isalnum() for c in text)):
        return ArticleError(f"{where} holds no text. Left out.")
    known = {
        key: _SURROGATE.sub("\ufffd", str(fields.get(key) or ""))
        for key in ("title", "source", "date")
    }
    return from_text(text, str(id_), **known)
