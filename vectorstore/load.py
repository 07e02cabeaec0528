"""Turn files and addresses of every kind into readable articles."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from vectorstore.article import Article
from vectorstore.clean.chain import Cleaned, articles
from vectorstore.clean.edit import Text
from vectorstore.clean.pieces import headline
from vectorstore.errors import ArticleError
from vectorstore.finish import MAX_FIELD, finish, legible, one_line
from vectorstore.formats.document import Document, Documents, File
from vectorstore.formats.kinds import SUFFIXES, documents

AMONG_OTHERS = tuple(s for s in SUFFIXES if s not in (".json", ".xml"))
"""Endings read in a folder: most JSON and XML files there are settings of some program."""

_LOG = logging.getLogger(__name__)
_Item = TypeVar("_Item")


def article_files(path: Path) -> list[Path]:
    """Give the files under `path` that can hold articles, sorted; a file stands for itself.

    Hidden files and folders are passed over, links to folders are not followed. Raises
    ArticleError when there is nothing.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ArticleError(f"{legible(str(path))} does not exist. Check the spelling.")
    files = [p for p in _shown_files(path) if p.suffix.lower() in AMONG_OTHERS]
    if not files:
        endings = ", ".join(AMONG_OTHERS)
        raise ArticleError(f"No articles in {legible(str(path))}: no file ends in {endings}.")
    return files


def other_files(path: Path) -> int:
    """Count the files under `path` that are of kinds not read."""
    shown = _shown_files(path) if path.is_dir() else []
    return sum(p.suffix.lower() not in AMONG_OTHERS for p in shown)


def links_left(path: Path) -> list[ArticleError]:
    """Give a line for each link under `path` that leads to a folder, to itself, or nowhere."""
    links = sorted(p for p in path.rglob("*") if p.is_symlink() and not p.is_file())
    return [
        ArticleError(
            f"{legible(p.relative_to(path).as_posix())} is a link to no file and is not followed."
            " Add what it leads to by its own path."
        )
        for p in links
        if not any(part.startswith(".") for part in p.relative_to(path).parts)
    ]


def _shown_files(folder: Path) -> list[Path]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return [
        p for p in files if not any(part.startswith(".") for part in p.relative_to(folder).parts)
    ]


def load(path: Path, root: Path | None = None) -> Iterator[Article | ArticleError]:
    """Read one file as its articles; what cannot be read comes as the error that says why.

    Ids are what the file itself says, else its path below `root` (its name when there is none),
    with `#2`, `#3` … for the second and later articles it holds.
    """
    name = one_line(legible(path.relative_to(root).as_posix() if root else path.name))
    try:
        before = path.stat()
        file = File(name, before.st_size, lambda: path.open("rb"))
        yield from load_file(file, legible(str(path.resolve())))
        after = path.stat()
    except OSError as exc:
        yield ArticleError(f"{name} cannot be read: {exc.strerror or exc}.")
        return
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        yield ArticleError(f"{name} changed while it was read. Add it again.")


def load_address(address: str, allow_private: bool = False) -> Iterator[Article | ArticleError]:
    """Fetch a URL and read it as its articles; a feed gives one for each entry."""
    from vectorstore.formats import feed, web

    def page(link: str) -> Documents:
        try:
            yield from documents(web.fetch(link, allow_private))
        except ArticleError as exc:
            yield exc

    try:
        fetched = web.fetched(address, allow_private)
    except ArticleError as exc:
        yield exc
        return
    if fetched.kind == "feed":
        yield from _articles(feed.documents(fetched.file, page), fetched.file.name, address)
    else:
        yield from load_file(fetched.file, address)


def load_file(file: File, origin: str) -> Iterator[Article | ArticleError]:
    """Read what was opened elsewhere; `origin` is the path or address it came from."""
    yield from _articles(documents(file), file.name, origin)


def _articles(read: Documents, file_name: str, origin: str) -> Iterator[Article | ArticleError]:
    found = Counter[str]()
    for document in _guarded(read, file_name):
        if isinstance(document, ArticleError):
            yield document
            continue
        name = document.name or file_name
        yield from _guarded(_of(document, name, origin, found), document.key or name)


def _of(
    document: Document, name: str, origin: str, found: Counter[str]
) -> Iterator[Article | ArticleError]:
    """Give the articles of a document, numbered after those `found` under its name before it."""
    cleaned = [c for c in articles(_text(document), document.one) if _worded(c.text.text)]
    if not cleaned:
        yield ArticleError(f"{document.key or name} holds no text. Left out.")
    for one in cleaned:
        found[name] += 1
        numbered = name if found[name] == 1 else f"{name}#{found[name]}"
        key = document.key if len(cleaned) == 1 else ""
        yield _article(document, one, key or numbered, origin)


def _guarded(items: Iterator[_Item], name: str) -> Iterator[_Item | ArticleError]:
    """Give the items; a fault of the program ends these, is told of, and loses no others."""
    try:
        yield from items
    except OSError:
        raise
    except Exception as exc:
        _LOG.exception("Fault in reading %s", name)
        why = f"{type(exc).__name__}: {exc}"[:MAX_FIELD]
        yield ArticleError(f"{name} could not be read ({one_line(legible(why))}). Left out.")


def _text(document: Document) -> Text:
    return Text(document.text, document.offsets)


def _article(document: Document, cleaned: Cleaned, id_: str, origin: str) -> Article:
    text = cleaned.text
    facts = document.facts.or_else(cleaned.facts)
    raw, raw_start = _raw(document, text)
    return finish(
        Article(
            id=id_,
            text=text.text,
            title=facts.title or headline(text.text),
            source=facts.url or (facts.publisher if document.key else "") or origin,
            date=facts.date,
            origin=origin,
            offsets=text.offsets,
            author=facts.author,
            publisher=facts.publisher,
            raw="" if raw == text.text else raw,
            raw_start=raw_start,
            marks=text.marks,
            pages=cleaned.pages,
        )
    )


def _raw(document: Document, text: Text) -> tuple[str, int]:
    """Give the stretch of the source that an article was read from, and where it begins."""
    if document.one:
        return document.raw, document.raw_start
    first, last = text.offsets.to_source(0, len(text.text))
    marks = [m for m in text.marks if m.source_end > m.source_start]
    first = min([first, *(m.source_start for m in marks)])
    last = max([last, *(m.source_end for m in marks)])
    start = document.raw_start
    return document.raw[first - start : last - start], first


def _worded(text: str) -> bool:
    return any(c.isalnum() for c in text)
