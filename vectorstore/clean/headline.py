"""Tell headlines from other lines, and give the one an article begins with."""

from __future__ import annotations

import re

from vectorstore.clean.dates import DATE
from vectorstore.clean.lines import Line, lines
from vectorstore.clean.names import HAN, only_names
from vectorstore.clean.wrapped import columns

SHORTEST, LONGEST = 4, 100
"""Characters and columns of a headline at the least and at the most."""
LONGEST_LATIN = 120
"""Columns of the longest headline in a script with spaces."""
PARAGRAPH = 40
"""Columns from which a line with a full stop is a paragraph."""

MARKDOWN = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*$")
TITLED = re.compile(
    r"[【\[]?(?:标题|標題|题目|題目|[Tt]itle|TITLE|[Hh]eadline)[】\]]?\s*[:：]\s*(\S.*)"
)
_STOP = re.compile(r"。|[.;；](?=\s)")
_LABELS = "图|圖|照片|来源|來源|资料|資料|摄影|攝影|制图|记者|記者|编辑|編輯|责编|校对|作者|通讯员"
_NOT = re.compile(
    rf"[-*+•▪■◆●○►▶▷※→✓☆★◇□☉⊙△▲▼>|]|[(（].*[)）]$|[{HAN}]{{0,4}}(?:搜索|导航|位置|热词|标签|分享)[:：]"
    rf"|(?:{_LABELS})[{HAN}]{{0,4}}[:：/丨｜]|https?:|www\.|{DATE}$|第?\s*\d+\s*[页頁版]$"
    r"|[\d\W_]+$|.*\t"
)


def is_headline(line: str) -> bool:
    """Say whether a line has the form of a headline: short, one thought, no mark at its end."""
    if not SHORTEST <= len(line) or line[-1] in "。，、；：,;:.—-" or _NOT.match(line):
        return False
    longest = LONGEST if re.search(f"[{HAN}]", line) else LONGEST_LATIN
    return columns(line) <= longest and not _STOP.search(line) and not only_names(line)


def is_paragraph(line: str) -> bool:
    """Say whether a line is one or more whole sentences of an article's body."""
    return columns(line) >= PARAGRAPH and bool(re.search(r"[。！？!?]|\.(?:\s|$)", line))


def headline(text: str) -> str:
    """Give the headline that an article begins with; empty if it begins with something else."""
    held = lines(text)
    if len(held) < 2:
        return ""
    first = held[0].text
    marked = TITLED.fullmatch(first)
    if marked:
        return marked[1]
    heading = MARKDOWN.fullmatch(first)
    if heading:
        return heading[2]
    return first if is_headline(first) and _has_body(held[1:]) else ""


def _has_body(held: list[Line]) -> bool:
    """Say whether a paragraph comes before many more lines of a headline's form."""
    return any(is_paragraph(line.text) for line in held[:6])
