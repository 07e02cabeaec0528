"""The source page: a whole article with the cited sentence marked in it."""

from __future__ import annotations

import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from ui.sealed import framed, hint
from ui.source_page import PATH, article_html, fingerprint
from ui.source_page import shown_source as shown_source
from ui.source_page import source_link as source_link
from vectorstore.split import sentences
from vectorstore.store import Store

FRAME = "source"
"""The name of the frame beside the chat that source links open in."""

HINT = "点回答里的编号，这里会打开整篇文章，引用的那一句会标出来。"
CHANGED = "文章后来改过，引用的文字已经不在里面了。"
GONE = "「{}」不在文章库里，可能已经删掉或换了名字。"

_MAX_DIGITS = 12


def source_routes(store: Store) -> APIRouter:
    """Give the route of the source page."""
    router = APIRouter()

    @router.api_route(PATH, methods=["GET", "HEAD"])
    def source(
        id: str = "", start: str = "", end: str = "", view: str = "", said: str = ""
    ) -> HTMLResponse:
        if not id:
            return hint("原文", HINT)
        article = store.catalogue.article(id)
        if article is None:
            return hint("没有这篇文章", GONE.format(id), 404)
        cited = _range(start, end, len(article.text))
        cited = _standing(article.text, *cited, said) if said else cited
        note = CHANGED if said and cited == (0, 0) else ""
        copies = store.catalogue.copies(id)
        shown = article_html(article, *cited, view, copies, note)
        return framed(article.title or article.id, shown)

    return router


def _range(start: str, end: str, length: int) -> tuple[int, int]:
    """Read two offsets; what is no stretch of the text is (0, 0), no mark at all."""
    if not all(re.fullmatch(rf"[0-9]{{1,{_MAX_DIGITS}}}", offset) for offset in (start, end)):
        return 0, 0
    a, b = int(start), int(end)
    return (a, b) if a < b <= length else (0, 0)


def _standing(text: str, start: int, end: int, said: str) -> tuple[int, int]:
    """Give where the quote with the fingerprint `said` stands by now; (0, 0) when nowhere."""
    if fingerprint(text[start:end]) == said:
        return start, end
    return next((p for p in sentences(text) if fingerprint(text[slice(*p)]) == said), (0, 0))
