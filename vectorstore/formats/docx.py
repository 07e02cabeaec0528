"""Turn a Word document (.docx) into a document: paragraphs and tables in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree

from vectorstore.article import Facts, OffsetMap
from vectorstore.errors import ArticleError
from vectorstore.formats import properties
from vectorstore.formats.archive import opened, unpacked
from vectorstore.formats.document import Document, Documents, File

_BODY = "word/document.xml"
_PROPERTIES = "docProps/core.xml"
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_UNREAD = frozenset(("Fallback", "rt", "del", "moveFrom", "pPr"))
"""Second copies, pronunciations, what was struck out, and how a paragraph is set."""
_OLE = b"\xd0\xcf\x11\xe0"


def documents(file: File) -> Documents:
    """Give the text of a document without headers, footers and comments."""
    try:
        yield _document(file)
    except ArticleError as exc:
        yield exc


def _document(file: File) -> Document:
    with file.open() as stream:
        if stream.read(4) == _OLE:
            raise ArticleError(
                f"{file.name} is protected by a password, or an old .doc."
                " Open it in Word or LibreOffice and save it as .docx without one."
            )
        stream.seek(0)
        with opened(stream, file.name) as archive:
            parts = {info.filename: info for info in archive.infolist()}
            if _BODY not in parts:
                raise ArticleError(f"{file.name} is no Word document. Left out.")
            body = unpacked(archive, parts[_BODY], file.name)
            about = Facts()
            if _PROPERTIES in parts:
                about = _facts(unpacked(archive, parts[_PROPERTIES], file.name))
    text = _read(body, file.name)
    return Document(text, text, OffsetMap.shifted(len(text)), 0, about)


def _read(xml: bytes, name: str) -> str:
    body = _Body()
    parser = ElementTree.XMLParser(target=body)
    try:
        parser.feed(xml)
        parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as exc:
        raise ArticleError(
            f"{name} is damaged ({exc}). Open it in Word or LibreOffice and save it again."
        ) from exc
    return "\n\n".join(body.blocks)


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
    unread: int = 0
    is_text: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a paragraph, a cell, or a stretch of text."""
        name = tag.rpartition("}")[2]
        self.unread += name in _UNREAD
        if name == "p":
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
