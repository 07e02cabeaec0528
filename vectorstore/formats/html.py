"""Turn saved and fetched web pages into documents: the article alone, with the way back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email import message_from_bytes
from email.message import Message

from vectorstore.article import Block, Facts, OffsetMap
from vectorstore.clean.encoding import decode
from vectorstore.clean.header import header
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Document, Documents, File
from vectorstore.formats.html_article import article_lines
from vectorstore.formats.html_facts import facts
from vectorstore.formats.html_lines import Line, stronger
from vectorstore.formats.html_text import Visible, visible

SUFFIXES = (".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht")
MAX_BYTES = 20_000_000
"""A page larger than this is no article, or holds pictures that belong in files of their own."""
MAX_TAGS = 400_000
"""A page with more is a list or a trap; reading it would take minutes."""
MAX_ARCHIVE = 100_000_000
"""The same for a page saved with its pictures (MHTML)."""

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
_SNIFFED = 4096
_ABOUT_HEAD = 8
"""Lines after the headline, and before the article, in which a byline is looked for."""


def documents(file: File) -> Documents:
    """Give the article of one saved page."""
    archive = file.name.lower().endswith((".mhtml", ".mht"))
    most = MAX_ARCHIVE if archive else MAX_BYTES
    try:
        with file.open() as opened:
            data = opened.read(most + 1)
        if len(data) > most:
            raise ArticleError(
                f"{file.name} is larger than the {most // 1_000_000} MB that are read of one page."
                " Save the page without its pictures, or its text as .txt."
            )
        if archive or _is_archive(data):
            yield _archived(data, file)
        else:
            yield page(_decoded(data, file.name), file.name, file.address)
    except OSError as exc:
        yield ArticleError(f"{file.name} cannot be read: {exc.strerror or exc}.")
    except ArticleError as exc:
        yield exc


def page(html: str, name: str, address: str = "") -> Document | ArticleError:
    """Give the article of a page, found among its menus and advertisements."""
    if html.count("<") > MAX_TAGS:
        return ArticleError(
            f"{name} holds more than {MAX_TAGS:,} tags, far more than an article."
            " Save the article's text as .txt and add that."
        )
    seen, lines = _seen(html)
    if not lines:
        return ArticleError(f"{name} is a page without any text. Left out.")
    numbers = article_lines(lines, seen.markup)
    text, offsets = _joined(lines, numbers)
    marked = facts(html, seen.telling, address)
    told = _told(_head(lines, numbers, marked.title))
    about = Facts(publisher=told.publisher).or_else(marked).or_else(told)
    return Document(text, html, offsets, facts=about)


def fragment(html: str, about: Facts) -> Document | None:
    """Give the whole text of a piece of HTML that is an article by itself; None without text."""
    _, lines = _seen(html)
    if not lines:
        return None
    text, offsets = _joined(lines, range(len(lines)))
    return Document(text, html, offsets, facts=about)


def _seen(html: str) -> tuple[Visible, list[Line]]:
    """Read what is seen, or everything where most is hidden until a script has run."""
    seen = visible(html)
    lines = [line for line in seen.lines if not line.hidden]
    hidden = sum(len(line.text) for line in seen.lines if line.hidden)
    if hidden > sum(len(line.text) - line.linked for line in lines):
        seen = visible(html, show_hidden=True)
        lines = seen.lines
    return seen, [line for line in lines if any(map(str.isalnum, line.text))] and lines


def _joined(lines: Sequence[Line], numbers: Sequence[int]) -> tuple[str, OffsetMap]:
    """Put the lines of those numbers together, parted as they were in the page."""
    pieces: list[str] = []
    blocks: list[Block] = []
    length = source_end = 0
    before, last = "", -1
    for number in numbers:
        for skipped in range(last + 1, number + 1):
            before = stronger(before, lines[skipped].before)
        line = lines[number]
        if pieces:
            pieces.append(before)
            blocks.append((length, source_end, len(before), 0))
            length += len(before)
        pieces.append(line.text)
        blocks += [(at + length, *rest) for at, *rest in line.offsets.blocks]  # type: ignore[misc]
        length += len(line.text)
        _, source_end = line.offsets.to_source(0, len(line.text))
        before, last = "", number
    return "".join(pieces), OffsetMap(tuple(blocks))


def _head(lines: Sequence[Line], numbers: Sequence[int], title: str) -> list[str]:
    """Give the lines about the headline."""
    first = numbers[0]
    at = next((n for n in range(min(first + 3, len(lines))) if lines[n].text == title), None)
    start = max(first - _ABOUT_HEAD, 0) if at is None else at + 1
    return [line.text for line in lines[start : max(start, first) + _ABOUT_HEAD // 2]]


def _told(head: Sequence[str]) -> Facts:
    """Give what lines that say nothing else say of the article; its source before its site."""
    told = Facts()
    for line in head:
        told = told.or_else(header(line) or Facts())
    return Facts(author=told.author, publisher=told.publisher, date=told.date)


def _decoded(data: bytes, name: str, declared: str = "") -> str:
    found = _CHARSET.search(data[:_SNIFFED])
    return decode(data, name, declared or (found[1].decode("ascii", "ignore") if found else ""))


def _is_archive(data: bytes) -> bool:
    head = data[:_SNIFFED].lower()
    return b"mime-version:" in head and b"multipart/related" in head


def _archived(data: bytes, file: File) -> Document | ArticleError:
    message = message_from_bytes(data)
    for part in sorted(message.walk(), key=lambda part: not _is_main(message, part)):
        body = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
        if isinstance(body, bytes) and body.strip():
            if len(body) > MAX_BYTES:
                raise ArticleError(f"{file.name} holds a page larger than 20 MB. Left out.")
            html = _decoded(body, file.name, part.get_content_charset() or "")
            return page(html, file.name, file.address or _location(message, part))
    raise ArticleError(f"{file.name} holds no page. Save it again as a single HTML file.")


def _is_main(message: Message, part: Message) -> bool:
    """Tell the page itself from its frames: by the address that was saved, or by its name."""
    saved, start = message.get("Snapshot-Content-Location"), message.get_param("start")
    asked = ((saved, part.get("Content-Location")), (start, part.get("Content-ID")))
    return any(wanted and str(wanted).strip() == str(said).strip() for wanted, said in asked)


def _location(message: Message, part: Message) -> str:
    said = (message.get("Snapshot-Content-Location"), part.get("Content-Location"))
    return next((str(at).strip() for at in said if at), "")
