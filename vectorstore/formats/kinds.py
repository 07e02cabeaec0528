"""Turn a file of any kind into documents: tells the kind and hands the file to its reader."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from vectorstore.errors import ArticleError, PassedOver
from vectorstore.formats import archive, docx, epub, feed, html, pdf, plain, records, tables
from vectorstore.formats.document import Documents, File

_TEXTS = (".txt", ".md", ".markdown")
_PAGES = (".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht")
_FEEDS = (".rss", ".atom", ".xml")
_RECORDS = (".jsonl", ".ndjson", ".json")
_TABLES = (".csv", ".tsv")
_BINARY = (".pdf", ".docx", ".epub", ".zip")

SUFFIXES = (*_TEXTS, *_PAGES, *_FEEDS, *_RECORDS, *_TABLES, *_BINARY)
"""Endings of the files that are read."""

_WORD = "Open it in Word or LibreOffice and save it as .docx."
_SHEET = "Open it in Excel or LibreOffice and save the sheet as CSV."
_SLIDES = "Open it in PowerPoint or LibreOffice and save it as PDF."
_PACK = "Unpack it and add the folder, or pack it as ZIP."
_OCR = "If it shows text, run OCR over it and add the result."
_ARCHIVE = f"an archive of a kind that is not read. {_PACK}"
_OWN_KIND = "a file that its own program reads. Save it there as PDF, DOCX or EPUB."
_REFUSED = {
    ".doc": f"an old Word file. {_WORD}",
    ".wps": f"a WPS text. {_WORD}",
    ".rtf": f"a rich text file. {_WORD}",
    ".odt": f"an OpenDocument text. {_WORD}",
    ".xls": f"an Excel table. {_SHEET}",
    ".xlsx": f"an Excel table. {_SHEET}",
    ".ppt": f"a set of slides. {_SLIDES}",
    ".pptx": f"a set of slides. {_SLIDES}",
    ".odp": f"a set of slides. {_SLIDES}",
    ".ods": f"a spreadsheet. {_SHEET}",
    **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"), _ARCHIVE),
    **dict.fromkeys((".pages", ".ofd", ".caj", ".mobi", ".azw3"), _OWN_KIND),
    "picture": f"a picture. {_OCR}",
    "old office": f"an old Office file. {_WORD} For a table: as CSV.",
}
_MAGIC = (
    (b"{\\rtf", ".rtf"), (b"Rar!\x1a\x07", ".rar"), (b"7z\xbc\xaf\x27\x1c", ".rar"),
    (b"\x1f\x8b", ".rar"), (b"BZh91AY", ".rar"), (b"\xfd7zXZ", ".rar"), (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"), (b"GIF89a", "picture"), (b"GIF87a", "picture"),
    (b"II*\0", "picture"), (b"MM\0*", "picture"),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0"
_HEAD = 4096
_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\f"
_PAGE = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_FEED = re.compile(
    rb"(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype\s[^>\[]*(?:\[.*?\]\s*)?>\s*)*"
    rb"<(?:rss|feed|rdf:rdf)\b",
    re.I | re.S,
)
_MARKUP = re.compile(
    rb"(?:<!--.*?-->\s*)*<(?:head|body|title|meta|link|base|style|script|main|header|nav|article"
    rb"|section|div|p|center|font|span|b|strong|a|br|img|h[1-6]|ul|ol|li|table|tbody|t[rdh])\b",
    re.I | re.S,
)
_JSON = re.compile(rb'[\[{]\s*["{]')


def documents(file: File) -> Documents:
    """Give what a file holds, by its ending, or by its content where the ending is no help."""
    kind = _kind(file)
    if kind in _TABLES:
        yield from tables.documents(file)
    elif kind in _PAGES:
        yield from html.documents(file)
    elif kind in _FEEDS:
        yield from feed.documents(file, None)
    elif kind == ".json":
        yield from records.listed(file)
    elif kind in _RECORDS:
        yield from records.documents(file)
    elif kind == ".zip":
        yield from _archived(file)
    elif kind == ".pdf":
        yield from pdf.documents(file)
    elif kind == ".docx":
        yield from docx.documents(file)
    elif kind == ".epub":
        yield from epub.documents(file)
    elif kind in _REFUSED:
        yield ArticleError(f"{file.name} is {_REFUSED[kind]}")
    else:
        yield from _text(file)


def _archived(file: File) -> Documents:
    """Give what the files of an archive hold, and how many of them are of other kinds."""
    empty, others = True, 0

    def is_wanted(path: str) -> bool:
        nonlocal others
        wanted = _is_wanted(path)
        others += not wanted
        return wanted

    for member in archive.files(file, is_wanted):
        empty = False
        if isinstance(member, ArticleError):
            yield member
            continue
        for item in documents(member):
            named = isinstance(item, ArticleError) or item.name
            yield item if named else replace(item, name=member.name)  # type: ignore[type-var]
    if empty:
        endings = ", ".join(SUFFIXES)
        yield ArticleError(f"{file.name} holds no articles: no file in it ends in {endings}.")
    elif others:
        yield PassedOver(file.name, others)


def _is_wanted(path: str) -> bool:
    """Tell articles from what lies beside them; kinds that could be articles are told of."""
    suffix = _suffix(path)
    return not suffix or suffix in SUFFIXES or suffix in _REFUSED


def _text(file: File) -> Documents:
    """Give a text; of what cannot be read as one its ending may tell what it is."""
    what = _REFUSED.get(_suffix(file.name))
    for item in plain.documents(file):
        is_other = isinstance(item, ArticleError) and what
        yield ArticleError(f"{file.name} is {what}") if is_other else item


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


def _kind(file: File) -> str:
    """Give the suffix that the file should have, "" for plain text."""
    suffix = _suffix(file.name)
    with file.open() as stream:
        head = stream.read(_HEAD)
    bare = head.replace(b"\0", b"").lstrip(_BLANK)
    if bare.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        kind = suffix if suffix in (".docx", ".epub") else _contained(file)
        return suffix if kind == ".odt" and suffix in _REFUSED else kind
    if head.startswith(_OLE):
        return suffix if suffix in (".docx", *_REFUSED) else "old office"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if _PAGE.match(bare):
        return suffix if suffix in _PAGES else ".html"
    if suffix in SUFFIXES:
        return suffix
    return _from_text(bare) or file.suffix


def _from_text(bare: bytes) -> str:
    """Tell the kind of a text whose name does not."""
    if _FEED.match(bare):
        return ".rss"
    if _MARKUP.match(bare):
        return ".html"
    if _JSON.match(bare):
        return ".json"
    return ""


def _contained(file: File) -> str:
    try:
        with file.open() as stream, archive.opened(stream, file.name) as container:
            return archive.kind(set(container.namelist()))
    except ArticleError:
        return ".zip"
