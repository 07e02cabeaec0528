"""Citations to HTML: the number that opens the sentence, and the line about its article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.answer import Citation
from ui.escape import attribute, escape, shortened
from ui.sources import FRAME, shown_source, source_link

COPIES_NAMED = 3
"""Copies of an article named in its line; its page lists all of them."""


def citation_link(citation: Citation) -> str:
    """Give the `[n]` that opens the cited sentence in the source frame."""
    title = citation.title or citation.article_id
    page = f"，第 {citation.page} 页" if citation.page else ""
    about = f"{title}{page}：{shortened(citation.quote, 120)}"
    href = _opening(citation)
    return link(href, "wj-cite", f"[{citation.n}]", about)


def _opening(citation: Citation) -> str:
    place = citation.start, citation.end
    return source_link(citation.article_id, *place, quote=citation.quote)


def cited_articles(citations: Iterable[Citation]) -> str:
    """Give a line for each cited article, in the order of the numbers."""
    articles: dict[str, list[Citation]] = {}
    for citation in sorted(citations, key=lambda c: c.n):
        articles.setdefault(citation.article_id, []).append(citation)
    return "".join(f"<div>{_article(cited)}</div>" for cited in articles.values())


def link(href: str, kind: str, text: str, about: str) -> str:
    """Give a link that opens in the source frame."""
    address = href.replace("&", "&amp;")
    return (
        f'<a target="{FRAME}" href="{address}" class="{kind}" title="{attribute(about)}">'
        f"{escape(text)}</a>"
    )


def _article(cited: Sequence[Citation]) -> str:
    first = cited[0]
    opened = link(_opening(first), "wj-reading", first.title or first.article_id, first.quote[:120])
    source = shown_source(first.source)
    pages = sorted({c.page for c in cited if c.page})
    facts = [
        first.publisher,
        first.date,
        f"第 {'、'.join(map(str, pages))} 页" if pages else "",
        source if source not in (first.article_id, first.title, first.publisher) else "",
    ]
    shown = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return f"出处：{opened} {shown}{_copies(first)}"


def _copies(citation: Citation) -> str:
    if not citation.copies:
        return ""
    named = [
        link(source_link(id_), "wj-reading", shortened(id_.rpartition("/")[2] or id_, 24), id_)
        for id_ in citation.copies[:COPIES_NAMED]
    ]
    more = " 等" if len(citation.copies) > COPIES_NAMED else ""
    return f"<small>另见 {len(citation.copies):,} 篇转载：{'、'.join(named)}{more}</small>"
