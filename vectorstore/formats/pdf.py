"""Turn the text layer of a PDF file into documents, page after page."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import pypdfium2
from pypdfium2 import raw as pdfium

from vectorstore.article import Facts, OffsetMap
from vectorstore.clean.letters import DOUBTFUL, IMPROBABLE, score
from vectorstore.errors import ArticleError
from vectorstore.formats import pdf_layout, properties
from vectorstore.formats.document import Document, Documents, File
from vectorstore.formats.pdf_lines import Placed
from vectorstore.formats.plain import PART

MAX_PAGE = 100_000
"""Characters of a page; a newspaper page has 10,000, more is drawn to keep a program busy."""

_LIBRARY = threading.RLock()
"""PDFium may do one thing at a time in a process."""
_LINE_END_HYPHEN = (0x02, 0xFFFE)
_WHOLE_PAGE = 0.5
"""Share of a page that a picture covers if it is the page."""
_FEW = 50
"""Characters of a page below which they are a stamp on such a picture, and too few to judge by."""
_NO_WRITING = 0.1
"""Share of characters of no writing from which a doubtful text is a wrong reading."""


@dataclass(frozen=True)
class _Page:
    """What a page gives: its text, and why it gives none or not all."""

    text: str = ""
    trouble: str = ""


_PICTURE = "pictures of text: run OCR over the file and add the result"
_UNKNOWN_LETTERS = "set in fonts that do not say which characters they show: run OCR over the file"
_TOO_LONG = f"of more than {MAX_PAGE} characters"
_DAMAGED = "damaged"


def documents(file: File) -> Documents:
    """Give the text of a PDF file, in parts when it is long, and the pages not or hardly read."""
    with file.open() as stream:
        try:
            with _LIBRARY:
                pdf = _opened(stream, file.name)
            try:
                yield from _parts(pdf, file.name)
            finally:
                with _LIBRARY:
                    pdf.close()
        except ArticleError as exc:
            yield exc


def _opened(stream: BinaryIO, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(stream)
    except (pypdfium2.PdfiumError, ValueError) as exc:
        if getattr(exc, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise ArticleError(
                f"{name} is protected by a password. Save a copy without one and add that."
            ) from exc
        raise ArticleError(f"{name} is no PDF file, or a broken one. Save it again.") from exc


def _parts(pdf: pypdfium2.PdfDocument, name: str) -> Documents:
    with _LIBRARY:
        about, count = _facts(pdf), len(pdf)
    held: list[str] = []
    first = at = size = told = 0
    troubles: dict[str, list[int]] = {}
    for number, page in enumerate(_pages(pdf, count), start=1):
        held.append(page.text)
        size += len(page.text) + 1
        if page.trouble:
            troubles.setdefault(page.trouble, []).append(number)
        if size > PART or number == count:
            raw = "\f".join(held)
            if any(c.isalnum() for c in raw):
                yield _document(raw, first, at, about)
                told += 1
            held, first, at, size = [], number, at + size, 0
    for trouble, numbers in troubles.items():
        yield ArticleError(f"{name}: {_named(numbers, count)} {trouble}.")
    if not told and not troubles:
        yield ArticleError(f"{name} holds no text. Left out.")


def _document(raw: str, first: int, at: int, about: Facts) -> Document:
    """Give a part; form feeds at its beginning count the pages of the parts before it."""
    text = "\f" * first + raw
    blocks = ((0, at, first, 0), (first, at, len(raw), len(raw)))
    return Document(text, raw, OffsetMap(blocks[not first :]), at, about)


def _named(numbers: list[int], count: int) -> str:
    """Name pages in a few words."""
    if len(numbers) == count:
        return "its pages are" if count > 1 else "its page is"
    shown = ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
    verb = "pages {} are" if len(numbers) > 1 else "page {} is"
    return verb.format(shown)


def _pages(pdf: pypdfium2.PdfDocument, count: int) -> Iterator[_Page]:
    for number in range(count):
        with _LIBRARY:
            try:
                page = pdf[number]
            except pypdfium2.PdfiumError:
                made = _Page(trouble=_DAMAGED)
            else:
                made = _read(page)
                page.close()
        yield made


def _read(page: pypdfium2.PdfPage) -> _Page:
    try:
        layer = page.get_textpage()
    except pypdfium2.PdfiumError:
        return _Page(trouble=_DAMAGED)
    count = layer.count_chars()
    if count > MAX_PAGE:
        return _Page(trouble=_TOO_LONG)
    characters = _characters(layer, count)
    as_drawn = layer.get_text_range().replace("\r\n", "\n")
    layer.close()
    words = [c for c in characters if not c.text.isspace()]
    trouble = _PICTURE if len(words) < _FEW and _is_picture(page) else ""
    if not words:
        return _Page(trouble=trouble)
    if _is_misread("".join(c.text for c in words)):
        return _Page(trouble=_UNKNOWN_LETTERS)
    placed = sum(c.has_area for c in words) * 2 > len(words)
    return _Page(pdf_layout.text(characters) if placed else as_drawn, trouble)


def _characters(layer: pypdfium2.PdfTextPage, count: int) -> list[Placed]:
    handle, box = layer.raw, pdfium.FS_RECTF()
    made = []
    for i in range(count):
        code = pdfium.FPDFText_GetUnicode(handle, i)
        character = "-" if code in _LINE_END_HYPHEN else chr(code) if code else " "
        pdfium.FPDFText_GetLooseCharBox(handle, i, box)
        made.append(Placed(character, box.left, box.bottom, box.right, box.top))
    return made


def _is_misread(words: str) -> bool:
    """Tell the numbers of a font's drawings, taken for characters, from writing."""
    cost = score(words) / len(words)
    unknown = sum(map(_is_unknown, words)) / len(words)
    return (cost < IMPROBABLE and len(words) >= _FEW) or (cost < DOUBTFUL and unknown > _NO_WRITING)


def _is_unknown(character: str) -> bool:
    return character in "\ufffd\uffff" or unicodedata.category(character) in ("Cc", "Cn", "Co")


def _is_picture(page: pypdfium2.PdfPage) -> bool:
    """Tell a page that is one picture from one that is empty."""
    area = page.get_width() * page.get_height() * _WHOLE_PAGE
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > area:
            return True
    return False


def _facts(pdf: pypdfium2.PdfDocument) -> Facts:
    said = pdf.get_metadata_dict()
    return properties.facts(said.get("Title", ""), said.get("Author", ""))
