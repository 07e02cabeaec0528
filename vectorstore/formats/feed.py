"""Turn an RSS or Atom feed into documents, one for each entry."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO
from typing import Any

import feedparser

from vectorstore.article import Facts
from vectorstore.clean.encoding import decode
from vectorstore.errors import ArticleError
from vectorstore.formats.document import Document, Documents, File
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
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^<>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile("<!(?=DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_COMMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_HEAD = 20_000


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


def documents(
    file: File, fetch_page: Callable[[str], Document | ArticleError] | None = None
) -> Documents:
    """Give the article of each entry, fetching with `fetch_page` those that are only summed up.

    Without `fetch_page` an entry's summary stands for it.
    """
    try:
        with file.open() as opened:
            data = opened.read(MAX_BYTES + 1)
        found = entries(data, file.name)
    except OSError as exc:
        yield ArticleError(f"{file.name} cannot be read: {exc.strerror or exc}.")
        return
    except ArticleError as exc:
        yield exc
        return
    for number, entry in enumerate(found, start=1):
        yield _document(entry, f"{file.name} entry {number}", fetch_page)


def entries(data: bytes, name: str) -> list[Entry]:
    """Give the entries of a feed, in its order; raises ArticleError for what is no feed."""
    if len(data) > MAX_BYTES:
        raise ArticleError(f"{name} is larger than the {MAX_BYTES // 1_000_000} MB of a feed.")
    declared = _ENCODING.search(data[:200])
    text = decode(data, name, declared[1].decode("ascii", "ignore") if declared else "")
    # Entities of a feed's own can stand for more text than there is memory; none are needed.
    text = _DECLARATION.sub("", text, count=1)
    text = _DECLARED.sub("&lt;!", _DOCTYPE.sub("", text[:_HEAD]) + text[_HEAD:])
    root = _ROOT.search(_COMMENT.sub("", text[:_HEAD]))
    if root is None or root[2].lower() not in ("rss", "feed", "rdf"):
        what = f"XML of the kind <{root[0][1:60]}>" if root else "not XML"
        raise ArticleError(f"{name} is {what}, not a feed (rss, feed, rdf). Left out.")
    parsed = feedparser.parse(
        BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.entries:
        raise ArticleError(f"{name} is a feed without entries. Left out.")
    publisher = _words(parsed.feed.get("title", ""))
    return [_entry(entry, publisher) for entry in parsed.entries]


def _entry(entry: Any, publisher: str) -> Entry:
    contents = [c for c in entry.get("content", ()) if c.get("value")]
    content = max(map(_html, contents), key=len, default="")
    summary = _html(entry.get("summary_detail") or {})
    url = _address(entry.get("link", ""))
    facts = Facts(
        title=_words(entry.get("title", "")),
        author=_words(entry.get("author", "")),
        publisher=_words((entry.get("source") or {}).get("title", "")) or publisher,
        date=day(entry.get("published") or entry.get("updated") or ""),
        url=url,
    )
    longest = max(content, summary, key=len)
    return Entry(url, facts, longest, _is_whole(longest, bool(content)), entry.get("id", ""))


def _html(detail: Any) -> str:
    value = str(detail.get("value") or "")
    return escape(value, quote=False) if detail.get("type") == "text/plain" else value


def _is_whole(content: str, marked: bool) -> bool:
    """Tell an article from a summary: by its length, and by whether it breaks off."""
    shown = fragment(content, Facts())
    text = shown.text if shown else ""
    return bool(text) and not _BREAKS_OFF.search(text) and (marked or len(text) >= _WHOLE)


def _document(
    entry: Entry, name: str, fetch_page: Callable[[str], Document | ArticleError] | None
) -> Document | ArticleError:
    key = entry.url or entry.id
    if fetch_page and entry.url and not entry.whole:
        page = fetch_page(entry.url)
        if isinstance(page, ArticleError):
            return page
        return replace(page, key=key, facts=entry.facts.or_else(page.facts))
    shown = fragment(entry.content, entry.facts)
    if shown is None:
        return ArticleError(f"{name} ({(key or 'without a link')[:200]}) holds no text. Left out.")
    return replace(shown, key=key)


def _address(link: str) -> str:
    whole = link.strip()
    good = whole.startswith(("http://", "https://")) and len(whole) <= _LONGEST_ADDRESS
    return whole if good else ""


def _words(html: str) -> str:
    """Give a title or a name in one line, without markup."""
    shown = fragment(str(html), Facts())
    return " ".join(shown.text.split())[:_LONGEST] if shown else ""
