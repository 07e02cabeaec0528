"""What cleaning leaves behind: characters lost, lines of a web page, marks gone, garbled runs."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from rag.reader.row import Row
from vectorstore.split import sentences

SHARE = 0.01
"""Of the characters outside the answer, those that are lost or get a space, each with its way."""

GARBLED = 12
"""Characters that are read in the wrong encoding together, at most."""

LOST = "�?□"

FURNITURE = (
    "分享到：微信 微博 QQ空间",
    "【字体：大 中 小】",
    "责任编辑：王明",
    "（记者 李强 摄）",
    "点击查看更多精彩内容",
    "相关阅读：上一篇 下一篇",
    "扫一扫，在手机上阅读",
    "来源：新华网 2019-03-12 09:15",
    "版权所有，未经许可不得转载",
    "首页 > 新闻 > 国内 > 正文",
    "广告",
    "本文共有 12 人参与评论",
    "打印 收藏 关闭",
    "更多內容請下載APP",
    "延伸閱讀",
)

Way = Callable[[str, random.Random], str]


def soiled(row: Row, draw: random.Random) -> Row:
    """Soil the text of a row outside its answer, in one way; the answer's place follows."""
    way = draw.choice([_lost, _spaced, _unmarked, _garbled, _furnished])
    before = way(row.text[: row.start], draw)
    answer, after = row.text[row.start : row.end], way(row.text[row.end :], draw)
    start = len(before) if row.answers else 0
    return replace(row, text=before + answer + after, start=start, end=start + len(answer))


def _lost(text: str, draw: random.Random) -> str:
    mark = draw.choice(LOST)
    return "".join(mark if draw.random() < SHARE else c for c in text)


def _spaced(text: str, draw: random.Random) -> str:
    return "".join(c + " " if draw.random() < 5 * SHARE else c for c in text)


def _unmarked(text: str, draw: random.Random) -> str:
    instead = draw.choice(["", " "])
    return "".join(instead if c in "，。、；：,;" and draw.random() < 0.5 else c for c in text)


def _garbled(text: str, draw: random.Random) -> str:
    if len(text) < 2 * GARBLED:
        return text
    at = draw.randrange(len(text) - GARBLED)
    to = at + draw.randint(2, GARBLED)
    return text[:at] + text[at:to].encode().decode("gb18030", errors="replace") + text[to:]


def _furnished(text: str, draw: random.Random) -> str:
    ends = [b for _, b in sentences(text)]
    if not ends:
        return text
    at = draw.choice(ends)
    return text[:at] + draw.choice(FURNITURE) + text[at:]
