"""Turn a Word document (.docx) into a document: paragraphs and tables in their order."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

from vectorstore.article import Facts, OffsetMap
from vectorstore.errors import ArticleError
from vectorstore.formats import properties
from vectorstore.formats.archive import kind, opened, unpacked
from vectorstore.formats.document import Document, Documents, File

_BODY = "word/document.xml"
_PROPERTIES = "docProps/core.xml"
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = ("footnotes", "endnotes")
_UNREAD = frozenset(("Fallback", "rt", "del", "moveFrom", "pPr", "rPrChange"))
"""Second copies, pronunciations, what was struck out, and how text is set, or was."""
_HIDEABLE = frozenset(("r", "footnote", "endnote"))
"""Runs of text, which may be hidden; notes, of which those with a type are lines between others."""
_OLE = b"\xd0\xcf\x11\xe0"


def documents(file: File) -> Documents:
    """Give the text of a document with its notes, without headers, footers and comments."""
    try:
        yield from _documents(file)
    except ArticleError as exc:
        yield exc


def _documents(file: File) -> Documents:
    """Give the document, and what is wrong with notes of it that cannot be read."""
    with file.open() as stream:
        if stream.read(4) == _OLE:
            raise ArticleError(
                f"{file.name} is protected by a password, or an old .doc."
                " Open it in Word or LibreOffice and save it as .docx without one."
            )
        stream.seek(0)
        with opened(stream, file.name) as archive:
            word = _Word(archive, file.name)
            blocks = word.blocks(word.body)
            for notes in word.notes:
                try:
                    blocks += word.blocks(notes)
                except ArticleError as exc:
                    yield exc
            about = word.facts()
    text = "\n\n".join(blocks)
    yield Document(text, text, OffsetMap.shifted(len(text)), 0, about)


class _Word:
    """An open document."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self.archive = archive
        self.name = name
        self.parts = {info.filename: info for info in archive.infolist()}
        self.body = self._named("", "officeDocument") or _BODY
        if self.body not in self.parts or kind(set(self.parts)) != ".docx":
            raise ArticleError(f"{self.name} is no Word document. Left out.")
        beside = posixpath.dirname(self.body)
        notes = (self._named(self.body, n) or f"{beside}/{n}.xml" for n in _NOTES)
        self.notes = [part for part in notes if part in self.parts]

    def facts(self) -> Facts:
        """Give what the document says of itself."""
        return _facts(self._bytes(_PROPERTIES)) if _PROPERTIES in self.parts else Facts()

    def blocks(self, part: str) -> list[str]:
        """Give the paragraphs and tables of a part. Raises ArticleError where it is damaged."""
        body = _Body()
        parser = ElementTree.XMLParser(target=body)
        try:
            parser.feed(self._bytes(part))
            parser.close()
        except (ElementTree.ParseError, ValueError, LookupError) as exc:
            raise ArticleError(
                f"{self.name} is damaged ({exc}). Open it in Word or LibreOffice and save it again."
            ) from exc
        return body.blocks

    def _named(self, part: str, relation: str) -> str:
        """Give the part that stands in a relation to another one; "" where none is named."""
        folder, file = posixpath.split(part)
        said = posixpath.join(folder, "_rels", f"{file}.rels")
        try:
            found = ElementTree.fromstring(self._bytes(said)) if said in self.parts else ()
        except (ElementTree.ParseError, ValueError, LookupError):
            return ""
        targets = (e.get("Target", "") for e in found if _is(e, relation))
        return next((posixpath.normpath(posixpath.join("/", folder, t))[1:] for t in targets), "")

    def _bytes(self, part: str) -> bytes:
        return unpacked(self.archive, self.parts[part], self.name)


def _is(relationship: ElementTree.Element, relation: str) -> bool:
    return relationship.get("Type", "").rpartition("/")[2] == relation


def _facts(xml: bytes) -> Facts:
    try:
        said = {e.tag.rpartition("}")[2]: (e.text or "") for e in ElementTree.fromstring(xml)}
    except (ElementTree.ParseError, ValueError, LookupError):
        return Facts()
    return properties.facts(said.get("title", ""), said.get("creator", ""))


@dataclass
class _Table:
    rows: list[str] = field(default_factory=list)
    row: list[list[str]] = field(default_factory=list)


@dataclass
class _Body:
    """Takes the tags of a document in turn, and never builds a tree of it."""

    blocks: list[str] = field(default_factory=list)
    paragraphs: list[list[str]] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    unread: int = 0
    is_text: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a paragraph, a cell, a run, or a stretch of text."""
        name = tag.rpartition("}")[2]
        self.unread += name in _UNREAD
        if name in _HIDEABLE:
            self.hidden.append(_local(attributes, "type") not in ("", "normal"))
            self.unread += self.hidden[-1]
        elif name == "vanish":
            self._hide(attributes)
        elif name == "p":
            self.paragraphs.append([])
        elif name == "tbl":
            self.tables.append(_Table())
        elif name == "tc" and self.tables:
            self.tables[-1].row.append([])
        elif name == "t":
            self.is_text = True
        elif name in _SIGNS:
            self._add(_SIGNS[name])

    def data(self, data: str) -> None:
        """Take text."""
        if self.is_text:
            self._add(data)

    def end(self, tag: str) -> None:
        """End a paragraph, a row, or a table."""
        name = tag.rpartition("}")[2]
        self.unread -= name in _UNREAD
        if name == "t":
            self.is_text = False
        elif name in _HIDEABLE and self.hidden:
            self.unread -= self.hidden.pop()
        elif name == "p" and self.paragraphs:
            self._put("".join(self.paragraphs.pop()))
        elif name == "tr" and self.tables:
            self._end_row(self.tables[-1])
        elif name == "tbl" and self.tables:
            self._put("\n".join(self.tables.pop().rows))

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Refuse a document type: Word writes none, and one can name entities without end."""
        raise ValueError("it declares a document type")

    def close(self) -> None:
        """End the document."""

    def _hide(self, attributes: dict[str, str]) -> None:
        """Hide the run whose properties are read; those of a paragraph hide only its mark."""
        is_on = _local(attributes, "val") not in ("0", "false", "off")
        if is_on and self.hidden and not self.unread:
            self.hidden[-1] = True
            self.unread += 1

    def _add(self, text: str) -> None:
        if self.paragraphs and not self.unread:
            self.paragraphs[-1].append(text)

    def _put(self, text: str) -> None:
        if not text.strip():
            return
        cells = self.tables[-1].row if self.tables else []
        (cells[-1] if cells else self.blocks).append(text)

    def _end_row(self, table: _Table) -> None:
        """Set the cells of a row side by side if each is of one line, else one below the other."""
        side_by_side = all(len(cell) <= 1 and "\n" not in "".join(cell) for cell in table.row)
        filled = ["\n".join(cell) for cell in table.row if cell]
        if filled:
            table.rows.append(("\t" if side_by_side else "\n").join(filled))
        table.row = []


def _local(attributes: dict[str, str], name: str) -> str:
    """Give an attribute by its name alone, for the two standards of Word name other spaces."""
    found = (value for key, value in attributes.items() if key.rpartition("}")[2] == name)
    return next(found, "")
