"""The source page: a whole article with the cited sentence marked in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PureWindowsPath
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from ui.sealed import framed, hint
from vectorstore.article import Article
from vectorstore.store import Store

PATH = "/source"
FRAME = "source"
"""The name of the frame beside the chat that source links open in."""

BLOCK = 50
"""Lines that a browser lays out together."""

HINT = "点回答里的编号，这里会打开整篇文章，引用的那一句会标出来。"
GONE = "「{}」不在文章库里，可能已经删掉或换了名字。"

_SIGN = re.compile(r"#{1,6}[ \t]+(?=\S)")
_LOST = re.compile(r"[\x00\ud800-\udfff]")
_MAX_DIGITS = 12


def source_link(article_id: str, start: int = 0, end: int = 0) -> str:
    """Give the address of an article's source page, at the text between `start` and `end`."""
    if start >= end:
        return f"{PATH}?{urlencode({'id': article_id}, errors='replace')}"
    query = urlencode({"id": article_id, "start": start, "end": end}, errors="replace")
    return f"{PATH}?{query}#cited"


def shown_source(source: str) -> str:
    """Give a source as the reader sees it: of a path on this machine only the file's name."""
    is_path = source.startswith("/") or PureWindowsPath(source).is_absolute()
    return PureWindowsPath(source).name if is_path else source


def source_routes(store: Store) -> APIRouter:
    """Give the route of the source page."""
    router = APIRouter()

    @router.api_route(PATH, methods=["GET", "HEAD"])
    def source(id: str = "", start: str = "", end: str = "") -> HTMLResponse:
        if not id:
            return hint("原文", HINT)
        article = store.catalogue.article(id)
        if article is None:
            return hint("没有这篇文章", GONE.format(id), 404)
        cited = _range(start, end, len(article.text))
        title = article.title or article.id
        return framed(title, article_html(article, *cited))

    return router


def article_html(article: Article, start: int = 0, end: int = 0) -> str:
    """Give the article's HTML; the text inside its `article` element is `article.text` itself."""
    headline = _first_line(article.text) == article.title != ""
    title = "" if headline else f"<h1>{_escape(article.title or article.id)}</h1>"
    jump = '<a class="jump" href="#cited">跳到引用的句子</a>' if start < end else ""
    alone = html.escape(source_link(article.id, start, end))
    return (
        f'<header><p class="meta">{_meta(article)}<a class="alone" href="{alone}" target="_blank"'
        f' rel="noopener">单独打开</a>{jump}</p>{title}</header>'
        f'<article tabindex="0">{_blocks(article, start, end, headline)}</article>'
    )


def _meta(article: Article) -> str:
    source = shown_source(article.source)
    if re.match(r"https?://", source):
        shown = f'<a href="{_escape(source)}" target="_blank" rel="noopener">{_escape(source)}</a>'
    else:
        shown = _escape(source)
    parts = [f"<span>{part}</span>" for part in (shown, _escape(article.date)) if part]
    return "".join(parts)


def _blocks(article: Article, start: int, end: int, headline: bool) -> str:
    """Give the lines in blocks: a browser lays out only the blocks in view."""
    lines = list(_lines(article.text, start, end, headline))
    blocks = ("".join(lines[i : i + BLOCK]) for i in range(0, len(lines), BLOCK))
    return "".join(f"<div>{block}</div>" for block in blocks)


def _lines(text: str, start: int, end: int, headline: bool) -> Iterator[str]:
    at, anchor = 0, ' id="cited"'
    lines = text.split("\n")
    for number, line in enumerate(lines):
        sign = _SIGN.match(line)
        blank = not line.strip()
        tag, kind = "p", ' class="blank"' if blank else ""
        if headline and not blank:
            tag, headline = "h1", False
        elif sign:
            tag = "h2" if sign.end() <= len("## ") else "h3"
        cited = (max(start - at, 0), min(end - at, len(line)))
        marked = not blank and cited[0] < cited[1]
        newline = "\n" if number + 1 < len(lines) else ""
        inner = _pieces(line, sign.end() if sign else 0, cited if marked else (0, 0), anchor)
        yield f"<{tag}{kind}>{inner}{newline}</{tag}>"
        at += len(line) + 1
        anchor = "" if marked else anchor


def _pieces(line: str, sign: int, cited: tuple[int, int], anchor: str) -> str:
    pieces = []
    for a, b in pairwise(sorted({0, sign, *cited, len(line)})):
        piece = _escape(line[a:b])
        if b <= sign:
            piece = f'<span class="sign">{piece}</span>'
        if cited[0] <= a and b <= cited[1]:
            piece, anchor = f"<mark{anchor}>{piece}</mark>", ""
        pieces.append(piece)
    return "".join(pieces)


def _first_line(text: str) -> str:
    line = text.lstrip().split("\n", 1)[0]
    return _SIGN.sub("", line, count=1).strip(" \t#")


def _escape(text: str) -> str:
    return html.escape(_LOST.sub("\ufffd", text)).replace("\r", "&#13;")


def _range(start: str, end: str, length: int) -> tuple[int, int]:
    """Read two offsets; what is no stretch of the text is (0, 0), no mark at all."""
    if not all(re.fullmatch(rf"[0-9]{{1,{_MAX_DIGITS}}}", offset) for offset in (start, end)):
        return 0, 0
    a, b = int(start), int(end)
    return (a, b) if a < b <= length else (0, 0)
