"""Tell what the columns of a table hold, by its header or by what stands in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from statistics import median

CLEARLY_TEXT = 30
"""Characters that half of the texts of such a column have at least."""

_NAMES: Mapping[str, Sequence[str]] = {
    "text": ("text", "content", "contents", "body", "article", "正文", "内容", "文章", "全文",
             "內容", "文本"),
    "title": ("title", "headline", "标题", "题目", "題目", "標題", "题名"),
    "id": ("id", "编号", "編號", "序号", "序號", "article_id", "articleid", "news_id", "newsid",
           "doc_id", "docid", "文章id", "文章编号", "文章編號", "新闻id", "新闻编号", "新聞編號"),
    "date": ("发布时间", "发布日期", "發布時間", "發佈時間", "發布日期", "发表时间", "发表日期",
             "publish_time", "publishtime", "publish_date", "publishdate", "published_at",
             "pub_time", "pubtime", "pub_date", "pubdate", "date", "time", "published", "日期",
             "时间", "時間", "datetime"),
    "author": ("author", "authors", "byline", "作者", "记者", "記者"),
    "source": ("source", "publisher", "media", "来源", "來源", "媒体", "媒體"),
    "url": ("url", "link", "address", "href", "链接", "鏈接", "网址", "網址"),
}  # fmt: skip
"""What columns are called; of several that are named so, the earlier name counts."""
_OF_ANOTHER_THING: Mapping[str, re.Pattern[str]] = {
    "id": re.compile(""),
    "date": re.compile(
        r"采集|採集|抓取|爬取|入库|入庫|更新|修改|crawl|fetch|scrap|spider|updat|modif"
    ),
    "url": re.compile(
        r"图|圖|封面|头像|頭像|视频|視頻|img|image|photo|thumb|(?<![a-z])(?:cover|pic|video)"
    ),
}
"""Names that end like one of those and mean another thing: author_id, 采集时间, 封面图链接."""
_BETWEEN_WORDS = re.compile(r"[\s_\-.:/]+")


def named(header: Sequence[str]) -> dict[str, int]:
    """Give the columns that the header names; a whole name counts before the end of one."""
    cells = [_BETWEEN_WORDS.sub("_", _plain(cell)) for cell in header]
    found: dict[str, int] = {}
    for key in _NAMES:
        ranks = {i: _rank(cell, key) for i, cell in enumerate(cells) if i not in found.values()}
        likely = [(rank, i) for i, rank in ranks.items() if rank is not None]
        if likely:
            found[key] = min(likely)[1]
    return found


def guessed(
    rows: Sequence[Sequence[str]], columns: Mapping[str, int]
) -> tuple[dict[str, int], bool]:
    """Take the column that is clearly text, and tell whether the first row is a header."""
    later = rows[1:] or rows
    width = max(len(row) for row in rows)
    typical = [median(len(row[i]) if i < len(row) else 0 for row in later) for i in range(width)]
    longest = max(range(width), key=typical.__getitem__)
    others = [t for i, t in enumerate(typical) if i != longest and i not in columns.values()]
    if typical[longest] < max(CLEARLY_TEXT, *(3 * t for t in others), 0):
        return {}, False
    cells = [row[longest] for row in later if longest < len(row)]
    if sum(c.isalpha() for cell in cells for c in cell) * 2 < sum(map(len, cells)):
        return {}, False
    first = rows[0]
    headed = len(rows) > 1 and longest < len(first) and len(first[longest]) * 5 < typical[longest]
    return {**(columns if headed else {}), "text": longest}, headed


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip("\ufeff \t").lower()


def _rank(cell: str, key: str) -> int | None:
    """Give how well a cell of the header names such a column, 0 for best; None if it does not."""
    names = _NAMES[key]
    if cell in names:
        return names.index(cell)
    apart = _OF_ANOTHER_THING.get(key)
    if len(cell) > CLEARLY_TEXT or apart and apart.search(cell):
        return None
    ends = (i for i, name in enumerate(names) if _ends_in(cell, name))
    return next((len(names) + i for i in ends), None)


def _ends_in(cell: str, name: str) -> bool:
    """Tell whether the last word of a cell is a name; Chinese words are not set apart."""
    before, _, rest = cell.rpartition(name)
    return not rest and (not name.isascii() or before.endswith("_") or not before.isascii())
