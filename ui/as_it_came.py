"""The source of an article to HTML: what was left out is dim, what was repaired underlined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from ui.article_text import blocks_html, plain, with_losses
from ui.escape import shortened
from ui.repairs import LOST_HERE, name
from ui.stretches import LEFT_OUT, Source, Stretch
from vectorstore.article import Article
from vectorstore.clean.edit import CONTROL, FORM, LINE_BREAK, LOST, SPACE

SLIGHT = (CONTROL, FORM, SPACE, LINE_BREAK)
"""Kinds that are everywhere in some articles, and are not to draw the eye."""

MAX_TOLD = 60
"""Characters told of what a stretch became."""

_LINE = re.compile(r"[^\n\r\f]*(?:\r\n|[\n\r\f])|[^\n\r\f]+")
_LABEL = re.compile(' data-kind="[^"]*"')
_LINE_ENDS = ("\n", "\r", "\f")


class _Piece(NamedTuple):
    """Text of one line that looks alike; `opening` is the tag around it, empty for none."""

    opening: str
    text: str
    cited: bool


def source_html(article: Article, start: int = 0, end: int = 0) -> str:
    """Give `article.raw` as a reader sees it, the text between `start` and `end` marked."""
    source = Source(article)
    anchor = ' id="cited"'
    shown = []
    for line in _lines(source, start, end):
        inner = _line_html(line, anchor)
        if anchor in inner:
            anchor = ""
        blank = ' class="blank"' if not "".join(piece.text for piece in line).strip() else ""
        shown.append(f"<p{blank}>{inner}</p>")
    return f'<div class="{"web" if source.is_page else "lines"}">{blocks_html(shown)}</div>'


def _lines(source: Source, start: int, end: int) -> Iterator[list[_Piece]]:
    line: list[_Piece] = []
    labelled = ""
    for stretch in source.stretches(start, end):
        if stretch.breaks and line:
            yield line
            line = []
        opening = ""
        if stretch.shown.strip():
            opening = _opening(stretch, labelled)
            labelled = stretch.kind if stretch.became is None else ""
        elif stretch.kind in SLIGHT:
            opening = _opening(stretch, labelled)
        # The line ends of a web page's source show as spaces, unless the text has them as well.
        whole = source.is_page and not stretch.kept
        for text in [stretch.shown] if whole else _LINE.findall(stretch.shown):
            if text:
                line.append(_Piece(opening, text, stretch.cited))
                opening = _LABEL.sub("", opening)
            if text.endswith(_LINE_ENDS) and not whole:
                yield line
                line = []
    if line:
        yield line


def _line_html(line: Iterable[_Piece], anchor: str) -> str:
    shown = []
    for cited, pieces in groupby(line, key=lambda piece: piece.cited):
        inner, blank = "", True
        for opening, alike in groupby(pieces, key=lambda piece: piece.opening):
            text = "".join(piece.text for piece in alike)
            blank = blank and not text.strip()
            inner += _wrapped(opening, text)
        if cited and not blank:
            inner, anchor = f"<mark{anchor}>{inner}</mark>", ""
        shown.append(inner)
    return "".join(shown)


def _wrapped(opening: str, text: str) -> str:
    if not opening:
        return with_losses(text)
    return f"{opening}{plain(text)}</{opening[1:].split(' ')[0]}>"


def _opening(stretch: Stretch, labelled: str) -> str:
    if stretch.kept:
        return ""
    if stretch.kind == LOST:
        return f'<span class="lost" tabindex="-1" title="{LOST_HERE}">'
    slight = " slight" if stretch.kind in SLIGHT else ""
    if stretch.became:
        return f'<span class="fixed{slight}" tabindex="-1" title="{plain(_told(stretch))}">'
    label = ""
    if stretch.kind in LEFT_OUT and stretch.kind != labelled:
        label = f' data-kind="{name(stretch.kind)}"'
    elif stretch.kind == LINE_BREAK:
        label = ' data-kind="↵"'
    said = f"{name(stretch.kind)}：整理时去掉了" if stretch.kind else "不在正文里"
    return f'<del class="out{slight}"{label} title="{said}">'


def _told(stretch: Stretch) -> str:
    said = name(stretch.kind) or "改过"
    became = shortened(stretch.became or "", MAX_TOLD)
    return f"{said}：整理后是「{became}」" if became else f"{said}：整理过"
