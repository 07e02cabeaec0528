"""The list of articles: each a link, with what is known of it and the way to remove it."""

from __future__ import annotations

from ui.escape import attribute, escape
from ui.sources import FRAME, shown_source, source_link
from vectorstore.article import Listed
from vectorstore.catalogue import Catalogue

LISTED = 200
"""Articles shown at once; the search box finds the others."""


def list_html(catalogue: Catalogue, containing: str = "") -> str:
    """Give the list of articles that hold `containing`, each a link into the source frame."""
    total, _ = catalogue.counts()
    if not total:
        return '<div class="wj-empty">还没有文章。把文件拖到上面的框里，或者填一个网址。</div>'
    found = catalogue.articles(containing.strip(), LISTED + 1)
    if not found:
        return f'<div class="wj-empty">没有含「{escape(containing.strip())}」的文章。</div>'
    count = f"共 {total} 篇" if not containing.strip() else f"{_some(len(found))}，共 {total} 篇"
    more = f"，列出前 {LISTED} 篇" if len(found) > LISTED else ""
    rows = "".join(f"<li>{_row(each)}</li>" for each in found[:LISTED])
    return f'<div class="wj-count">{count}{more}</div><ul class="wj-list">{rows}</ul>'


def _some(found: int) -> str:
    return f"找到 {found} 篇" if found <= LISTED else f"找到 {LISTED} 篇以上"


def _row(listed: Listed) -> str:
    address = source_link(listed.id).replace("&", "&amp;")
    title = listed.title or listed.id
    source = shown_source(listed.source)
    facts = [
        listed.author,
        listed.publisher,
        listed.date,
        source if source not in (title, listed.publisher) else "",
        f"{listed.characters:,} 字",
        f"另有 {listed.copies:,} 篇同文" if listed.copies else "",
    ]
    shown = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return (
        f'<a target="{FRAME}" href="{address}" title="{attribute(listed.id)}">'
        f"<b>{escape(title)}</b><small>{shown}</small></a>"
        f'<button type="button" class="wj-remove" value="{attribute(listed.id)}"'
        f' aria-label="{attribute(f"删除 {title}")}">删除</button>'
    )
