"""An article to the page a reader sees: what is known of it, and its text or its source."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import PureWindowsPath
from urllib.parse import urlencode

from ui.article_text import has_headline, plain, text_html
from ui.as_it_came import source_html
from ui.repairs import counted, done_words
from vectorstore.article import Article, Copy

PATH = "/source"
RAW = "raw"
"""The view that shows the source as it came."""

COPIES = 100
"""Copies listed at most."""

LEGEND = "灰字没有收进正文，带下划线的是修复过的，指着或点一下看改成了什么。"


def source_link(
    article_id: str, start: int = 0, end: int = 0, view: str = "", quote: str = ""
) -> str:
    """Give the address of an article's source page, at the text between `start` and `end`.

    By `quote`, what stood there, the page notices when the article has changed since.
    """
    asked: dict[str, str | int] = {"id": article_id}
    if start < end:
        asked |= {"start": start, "end": end}
        asked |= {"said": fingerprint(quote)} if quote else {}
    if view:
        asked["view"] = view
    return f"{PATH}?{urlencode(asked, errors='replace')}{'#cited' if start < end else ''}"


def fingerprint(quote: str) -> str:
    """Give a short mark by which a quote is known again."""
    return hashlib.blake2b(quote.encode(errors="replace"), digest_size=6).hexdigest()


def shown_source(source: str) -> str:
    """Give a source as the reader sees it: of a path on this machine only the file's name."""
    is_path = source.startswith("/") or PureWindowsPath(source).is_absolute()
    return PureWindowsPath(source).name if is_path else source


def article_html(
    article: Article,
    start: int = 0,
    end: int = 0,
    view: str = "",
    copies: Sequence[Copy] = (),
    note: str = "",
) -> str:
    """Give the article's HTML; the text inside its `article` element is `article.text` itself.

    In the view RAW it is what a reader sees of `article.raw`, if there is one. `note` is a line
    above it.
    """
    view = RAW if view == RAW and has_source(article) else ""
    titled = view == "" and has_headline(article)
    title = "" if titled else f"<h1>{plain(article.title or article.id)}</h1>"
    body = source_html(article, start, end) if view else text_html(article, start, end)
    told = f'<p class="meta" role="status">{plain(note)}</p>' if note else ""
    return (
        f"{_views(article, start, end, view)}<header>{told}{_meta(article, start, end, view)}"
        f"{_done(article, start, end, view)}{_copies(copies)}{title}</header>"
        f'<article tabindex="0">{body}</article>'
    )


def has_source(article: Article) -> bool:
    """Tell whether the article came otherwise than its text is."""
    return article.raw not in ("", article.text)


def _meta(article: Article, start: int, end: int, view: str) -> str:
    page = article.page(start) if start < end else 0
    facts = [
        plain(article.author),
        plain(article.publisher),
        plain(article.date),
        _address(shown_source(article.source)),
        f"引文在第 {page} 页" if page else "",
    ]
    shown = "".join(f"<span>{fact}</span>" for fact in dict.fromkeys(facts) if fact)
    jump = '<a class="jump" href="#cited">跳到引用的句子</a>' if start < end else ""
    alone = plain(source_link(article.id, start, end, view))
    return (
        f'<p class="meta">{shown}<a class="alone" href="{alone}" target="_blank" rel="noopener">'
        f"单独打开</a>{jump}</p>"
    )


def _address(source: str) -> str:
    if not re.match(r"https?://", source):
        return plain(source)
    return f'<a href="{plain(source)}" target="_blank" rel="noopener">{plain(source)}</a>'


def _views(article: Article, start: int, end: int, view: str) -> str:
    if not has_source(article):
        return ""
    links = ""
    for each, label in (("", "整理后"), (RAW, "原样")):
        here = ' aria-current="page"' if each == view else ""
        address = plain(source_link(article.id, start, end, each))
        links += f'<a href="{address}"{here}>{label}</a>'
    return f'<nav class="views" aria-label="怎么看这篇文章">{links}</nav>'


def _done(article: Article, start: int, end: int, view: str) -> str:
    if view:
        return f'<p class="done">{LEGEND}</p>'
    done = done_words(counted(article.marks)) if has_source(article) else ""
    raw = plain(source_link(article.id, start, end, RAW))
    return f'<p class="done"><a href="{raw}">{done}</a></p>' if done else ""


def _copies(copies: Sequence[Copy]) -> str:
    if not copies:
        return ""
    rows = "".join(f"<li>{_copy(copy)}</li>" for copy in copies[:COPIES])
    more = f"，列出前 {COPIES} 篇" if len(copies) > COPIES else ""
    return (
        f'<details class="copies" id="copies"><summary>另有 {len(copies):,} 篇同文{more}</summary>'
        f"<ul>{rows}</ul></details>"
    )


def _copy(copy: Copy) -> str:
    facts = ["相同" if copy.exact else "相近", shown_source(copy.source), copy.date]
    about = "".join(f"<span>{plain(fact)}</span>" for fact in facts if fact)
    link = f'<a href="{plain(source_link(copy.id))}">{plain(copy.title or copy.id)}</a>'
    return f"{link}<small>{about}</small>"
