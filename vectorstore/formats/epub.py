"""Turn an EPUB book into one document a chapter."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote
from xml.etree import ElementTree

from vectorstore.article import Block, Facts, OffsetMap
from vectorstore.clean.encoding import decode
from vectorstore.errors import ArticleError
from vectorstore.formats.archive import MAX_UNPACKED, opened, unpacked
from vectorstore.formats.document import Document, Documents, File
from vectorstore.formats.html_lines import Line
from vectorstore.formats.html_text import visible
from vectorstore.formats.marked_date import day

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways of scrambling that are used for fonts and lock nobody out."""
_HEADING = re.compile(r"<h([1-3])\b[^>]*>(.{1,2000}?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADING_WITHIN = 20_000


def documents(file: File) -> Documents:
    """Give the chapters of a book in reading order; pages without text are passed over."""
    with file.open() as stream:
        try:
            with opened(stream, file.name) as archive:
                yield from _Book(archive, file.name).chapters()
        except ArticleError as exc:
            yield exc


class _Book:
    """An open book."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name
        self.parts = {info.filename: info for info in archive.infolist()}

    def chapters(self) -> Documents:
        if _CONTAINER not in self.parts:
            raise ArticleError(f"{self.name} is no EPUB book. Left out.")
        paths = [e.get("full-path", "") for e in self._xml(_CONTAINER).findall(_any("rootfile"))]
        if not paths:
            raise ArticleError(f"{self.name} does not say what it holds. Left out.")
        package = self._xml(paths[0])
        about, told, left = _facts(package), 0, MAX_UNPACKED
        protected = self._protected()
        for path in self._spine(package, posixpath.dirname(paths[0])):
            if path in protected:
                raise ArticleError(
                    f"{self.name} is protected against copying (DRM) and cannot be read."
                    " Add a copy without protection."
                )
            left -= self.parts[path].file_size if path in self.parts else 0
            if left < 0:
                raise ArticleError(f"{self.name} unpacks to too much. What follows is left out.")
            chapter = self._chapter(path, about)
            told += chapter is not None
            if chapter is not None:
                yield chapter
        if not told:
            raise ArticleError(f"{self.name} holds no text. Left out.")

    def _chapter(self, path: str, about: Facts) -> Document | ArticleError | None:
        try:
            html = decode(self._bytes(path), f"{self.name}: {path}")
        except ArticleError as exc:
            return exc
        text, offsets = _joined([line for line in visible(html).lines if not line.hidden])
        if not any(c.isalnum() for c in text):
            return None
        return Document(text, html, offsets, 0, replace(about, title=_title(html, about.title)))

    def _spine(self, package: ElementTree.Element, folder: str) -> list[str]:
        """Give the paths of the chapters in reading order, each once.

        Where no order is given that leads anywhere, it is that of the list of parts. A chapter
        that is not in that list keeps its name for a path.
        """
        items = package.findall(_any("item"))
        paths = {item.get("id", ""): _chapter_path(item) for item in items}
        named = [ref.get("idref", "") for ref in package.findall(_any("itemref"))]
        wanted = [paths.get(name, name) for name in named]
        if not any(map(paths.get, named)):
            wanted = [_chapter_path(item) for item in items if _is_page(item)]
        return list(
            dict.fromkeys(posixpath.normpath(posixpath.join(folder, p)) for p in wanted if p)
        )

    def _protected(self) -> set[str]:
        if _ENCRYPTION not in self.parts:
            return set()
        found = set()
        for data in self._xml(_ENCRYPTION).findall(_any("EncryptedData")):
            ways = {e.get("Algorithm", "") for e in data.findall(_any("EncryptionMethod"))}
            if not ways <= set(_FONTS_ONLY):
                found |= {unquote(e.get("URI", "")) for e in data.findall(_any("CipherReference"))}
        return found

    def _bytes(self, path: str) -> bytes:
        if path not in self.parts:
            raise ArticleError(f"{self.name} lacks its part {path}. The rest goes in.")
        return unpacked(self.archive, self.parts[path], f"{self.name}: {path}")

    def _xml(self, path: str) -> ElementTree.Element:
        try:
            return ElementTree.fromstring(self._bytes(path))
        except (ElementTree.ParseError, ValueError, LookupError) as exc:
            raise ArticleError(f"{self.name} is damaged in {path} ({exc}). Left out.") from exc


def _chapter_path(item: ElementTree.Element) -> str:
    """Give the path of a part of a book as the book names it; "" for its table of contents."""
    if "nav" in item.get("properties", "").split():
        return ""
    return unquote(item.get("href", "").partition("#")[0])


def _is_page(item: ElementTree.Element) -> bool:
    return item.get("media-type", "") in ("application/xhtml+xml", "text/html")


def _any(name: str) -> str:
    return f".//{{*}}{name}"


def _facts(package: ElementTree.Element) -> Facts:
    """Give what the book says of itself."""

    def said(name: str) -> list[str]:
        found = (" ".join("".join(e.itertext()).split()) for e in package.findall(_any(name)))
        return list(dict.fromkeys(filter(None, found)))

    title, publisher = (next(iter(said(name)), "") for name in ("title", "publisher"))
    date = next(filter(None, map(_day, said("date"))), "")
    return Facts(title, "、".join(said("creator")[:5]), publisher, date)


def _day(written: str) -> str:
    return written if _YEAR.fullmatch(written) else day(written)


def _title(html: str, book: str) -> str:
    """Give the title of a chapter: that of the book and its own heading."""
    found = _HEADING.search(html, 0, _HEADING_WITHIN)
    heading = " ".join(line.text for line in visible(found[2]).lines) if found else ""
    return heading if book in heading else f"{book} {heading}".strip()


def _joined(lines: Sequence[Line]) -> tuple[str, OffsetMap]:
    """Put lines together to a text, with the way back to the page's source."""
    pieces: list[str] = []
    blocks: list[Block] = []
    at = 0
    for line in lines:
        for text, offsets in ((line.before if pieces else "", None), (line.text, line.offsets)):
            if not text:
                continue
            source = line.offsets.blocks[0][1]
            own = offsets.blocks if offsets else ((0, source, len(text), 0),)
            blocks += [(at + block[0], *block[1:]) for block in own]
            pieces.append(text)
            at += len(text)
    return "".join(pieces), OffsetMap(tuple(blocks))
