"""A filter and what it left of the articles, in words."""

from __future__ import annotations

from vectorstore.filters import Filter
from vectorstore.scope import Scope

LANGUAGE_WORDS = {
    "zh": "中文",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁体中文",
    "en": "英文",
    "other": "其他语言",
}

NAMED = 3
"""Values of one kind that are named; of more, the number is told."""


def filter_words(only: Filter) -> str:
    """Say what a filter lets through: 人民网，2024-01 起; empty for everything."""
    languages = [LANGUAGE_WORDS.get(name, name) for name in only.languages]
    told = (
        _listed(only.sources, "个来源"),
        _dates(only.since, only.until),
        _listed(languages, "种语言"),
        _listed(only.articles, "篇"),
    )
    return "，".join(filter(None, told))


def scope_words(scope: Scope) -> str:
    """Say what an answer was kept to, and how many articles a date left out for having none."""
    undated = f"（另有 {scope.undated:,} 篇没有日期，不在内）" if scope.undated else ""
    return f"只看：{filter_words(scope.only)}{undated}"


def scope_line(scope: Scope) -> str:
    """Say the same in one line for the terminal."""
    only = scope.only
    dates = [f"{word} {day}" for word, day in (("since", only.since), ("until", only.until)) if day]
    told = (*only.sources, *dates, *only.languages, *only.articles)
    line = f"Only {', '.join(told)}: {scope.articles:,} articles"
    return f"{line}; {scope.undated:,} more have no date" if scope.undated else line


def _listed(values: list[str] | tuple[str, ...], unit: str) -> str:
    named = "、".join(values[:NAMED])
    return f"{named} 等 {len(values)} {unit}" if len(values) > NAMED else named


def _dates(since: str, until: str) -> str:
    if since and until:
        return since if since == until else f"{since} 至 {until}"
    return (since and f"{since} 起") or (until and f"{until} 止")
