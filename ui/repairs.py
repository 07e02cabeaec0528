"""Kinds of cleaning to the words a reader knows them by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from vectorstore.article import Mark
from vectorstore.clean.edit import (
    BYLINE,
    CAPTION,
    CONTROL,
    FORM,
    GLOSS,
    KINDS,
    LINE_BREAK,
    LOST,
    MARKUP,
    MENU,
    MOJIBAKE,
    PAGE,
    REPEATED,
    SPACE,
)

NAMES = {
    MOJIBAKE: "乱码",
    LOST: "缺字",
    MARKUP: "网页标记",
    GLOSS: "注音",
    FORM: "字形",
    CONTROL: "看不见的字符",
    SPACE: "空格",
    LINE_BREAK: "断行",
    CAPTION: "图注",
    MENU: "菜单",
    REPEATED: "重复",
    PAGE: "页码",
    BYLINE: "署名",
}

DONE = {
    MOJIBAKE: "修复乱码",
    LOST: "缺字",
    MARKUP: "去掉网页标记",
    GLOSS: "去掉注音",
    FORM: "统一字形",
    CONTROL: "去掉看不见的字符",
    SPACE: "整理空格",
    LINE_BREAK: "接上断行",
    CAPTION: "略去图注",
    MENU: "略去菜单和广告",
    REPEATED: "略去重复",
    PAGE: "略去页码",
    BYLINE: "移出署名",
}

LOST_HERE = "原文在这里丢了字"


def counted(marks: Iterable[Mark]) -> tuple[tuple[str, int], ...]:
    """Count what was done by kind; a place that was worked on twice counts once."""
    counts = Counter(mark.kind for mark in set(marks))
    return tuple(counts.items())


def done_words(counts: Iterable[tuple[str, int]]) -> str:
    """Say what was done, how often; an empty string when it was nothing."""
    numbers = dict(counts)
    return "，".join(f"{DONE[kind]} {numbers[kind]:,} 处" for kind in KINDS if numbers.get(kind))


def name(kind: str) -> str:
    """Give the word for a stretch of a kind; an empty string for a kind unknown."""
    return NAMES.get(kind, "")
