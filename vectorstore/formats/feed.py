"""Turn an RSS or Atom feed into documents, one for each entry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO
from typing import Any

import feedparser

from vectorstore.article import Facts
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Document, Documents, File
from vectorstore.formats.feed_source import source
from vectorstore.formats.html import fragment
from vectorstore.formats.marked_date import day

SUFFIXES = (".rss", ".atom", ".xml")
MAX_BYTES = 10_000_000

_WHOLE = 400
"""Characters of a summary that is taken for the whole article, unless it breaks off."""
_BREAKS_OFF = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|(?:阅读|閱讀|查看)(?:全文|更多)"
    r"|[Rr]ead more|[Cc]ontinue reading)[\s\])）】»>.]*$"
)
_LONGEST = 300
_LONGEST_ADDRESS = 2000
_TAG = re.compile(r"</?[A-Za-z]")
_BLANK_LINE = re.compile(r"\n[ \t\r\u3000]*\n")


@dataclass(frozen=True)
class Entry:
    """An entry of a feed: its own address or id, what is said of it, and its text as HTML.

    `whole` says that the text is the article, not a summary of it.
    """

    url: str
    facts: Facts
    content: str
    whole: bool
    id: str = ""


def documents(file: File, fetch_page: Callable[[str], Documents] | None = None) -> Documents:
    """Give the article of each entry, fetching with `fetch_page` those that are only summed up.

    Without `fetch_page` an entry's summary stands for it.
    """
    try:
        with file.open() as opened:
            data = opened.read(MAX_BYTES + 1)
        found = list(dict.fromkeys(entries(data, file.name)))
    except OSError as exc:
        yield ArticleError(f"{file.name} cannot be read: {exc.strerror or exc}.")
        return
    except ArticleError as exc:
        yield exc
        return
    for number, (entry, key) in enumerate(zip(found, _keys(found), strict=True), start=1):
        if fetch_page and key == entry.url and key and not entry.whole:
            yield from _fetched(entry, fetch_page)
        else:
            yield _document(entry, key, f"{file.name} entry {number}")


def _keys(found: Sequence[Entry]) -> Iterator[str]:
    """Give what each entry alone is called by: its address or its id; nothing where others are.

    The entries of a live report all lead to the same page.
    """
    urls, ids = Counter(e.url for e in found), Counter(e.id for e in found)
    for entry in found:
        id_ = entry.id if ids[entry.id] == 1 else ""
        yield entry.url if entry.url and urls[entry.url] == 1 else id_


def entries(data: bytes, name: str) -> list[Entry]:
    """Give the entries of a feed, in its order; raises ArticleError for what is no feed."""
    if len(data) > MAX_BYTES:
        raise ArticleError(f"{name} is larger than the {MAX_BYTES // 1_000_000} MB of a feed.")
    parsed = feedparser.parse(
        BytesIO(source(data, name).encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.entries:
        raise ArticleError(f"{name} is a feed without entries. Left out.")
    publisher = _words(parsed.feed, "title")
    author = _words(parsed.feed, "author") if parsed.version.startswith("atom") else ""
    return [_entry(entry, Facts(author=author, publisher=publisher)) for entry in parsed.entries]


def _entry(entry: Any, of_feed: Facts) -> Entry:
    contents = [c for c in entry.get("content") or () if c.get("value")]
    content = max(map(_html, contents), key=len, default="")
    summary = _html(entry.get("summary_detail") or {})
    url = _address(_said(entry, "link"))
    facts = Facts(
        title=_words(entry, "title"),
        author=_words(entry, "author"),
        publisher=_words(entry.get("source") or {}, "title"),
        date=day(_said(entry, "published") or _said(entry, "updated")),
        url=url,
    ).or_else(of_feed)
    longest = max(content, summary, key=len)
    return Entry(url, facts, longest, _is_whole(longest, bool(content)), _said(entry, "id"))


def _html(detail: Any) -> str:
    """Give a text as HTML; where it is plain, with its lines."""
    value = _said(detail, "value")
    if detail.get("type") == "text/plain":
        return f"<pre>{escape(value, quote=False)}</pre>"
    is_plain = _BLANK_LINE.search(value) and not _TAG.search(value)
    return f"<pre>{value}</pre>" if is_plain else value


def _is_whole(content: str, marked: bool) -> bool:
    """Tell an article from a summary: by its length, and by whether it breaks off."""
    shown = fragment(content, Facts())
    text = shown.text if shown else ""
    return bool(text) and not _BREAKS_OFF.search(text) and (marked or len(text) >= _WHOLE)


def _fetched(entry: Entry, fetch_page: Callable[[str], Documents]) -> Documents:
    """Give what stands at an entry's address, with what the feed says of it."""
    for page in fetch_page(entry.url):
        if isinstance(page, ArticleError):
            yield page
        else:
            name = page.name or entry.url
            yield replace(page, name=name, facts=entry.facts.or_else(page.facts))


def _document(entry: Entry, key: str, name: str) -> Document | ArticleError:
    shown = fragment(entry.content, entry.facts)
    if shown is None:
        where = (entry.url or entry.id or "without a link")[:200]
        return ArticleError(f"{name} ({where}) holds no text. Left out.")
    return replace(shown, key=key)


def _address(link: str) -> str:
    whole = link.strip()
    good = whole.startswith(("http://", "https://")) and len(whole) <= _LONGEST_ADDRESS
    return whole if good else ""


def _words(of: Any, name: str) -> str:
    """Give a title or a name in one line, without markup."""
    shown = fragment(_said(of, name), Facts())
    return " ".join(shown.text.split())[:_LONGEST] if shown else ""


def _said(of: Any, name: str) -> str:
    """Give a field as it stands; damaged ones are there and hold nothing."""
    return str(of.get(name) or "")
