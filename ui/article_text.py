"""The text of an article to HTML, line by line, with the cited sentence marked."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from ui.repairs import LOST_HERE
from vectorstore.article import Article

BLOCK = 50
"""Lines that a browser lays out together."""

_SIGN = re.compile(r"#{1,6}[ \t]+(?=\S)")
_UNPRINTED = re.compile(r"[\x00\ud800-\udfff]")
_LOST = re.compile("\ufffd+")


def text_html(article: Article, start: int, end: int) -> str:
    """Give the lines of `article.text`, what stands between `start` and `end` marked."""
    return blocks_html(_lines(article.text, start, end, has_headline(article)))


def blocks_html(lines: Iterable[str]) -> str:
    """Give lines of HTML in blocks: a browser lays out only the blocks in view."""
    left = iter(lines)
    blocks = iter(lambda: "".join(islice(left, BLOCK)), "")
    return "".join(f"<div>{block}</div>" for block in blocks)


def has_headline(article: Article) -> bool:
    """Tell whether the text begins with the title, which then need not be shown above it."""
    line = article.text.lstrip().split("\n", 1)[0]
    return _SIGN.sub("", line, count=1).strip(" \t#") == article.title != ""


def plain(text: str) -> str:
    """Give `text` for a page: nothing in it is markup."""
    return html.escape(_UNPRINTED.sub("\ufffd", text)).replace("\r", "&#13;")


def with_losses(text: str) -> str:
    """Give `text` for a page, with the places shown where characters are missing."""
    return _LOST.sub(rf'<span class="lost" title="{LOST_HERE}">\g<0></span>', plain(text))


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
        piece = with_losses(line[a:b])
        if b <= sign:
            piece = f'<span class="sign">{piece}</span>'
        if cited[0] <= a and b <= cited[1]:
            piece, anchor = f"<mark{anchor}>{piece}</mark>", ""
        pieces.append(piece)
    return "".join(pieces)
