"""Change one thing in a question that the articles answer, so that they no longer do."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from evals.names import Name
from evals.phrasing import told
from rag.question import language
from rag.signals import coverage
from vectorstore.article import Passage
from vectorstore.script import fold, terms
from vectorstore.wanted import content_terms

LEAST_REST = 0.6
"""A passage that holds what is new, and of the rest this share of what the right one holds."""

_FAMILIES = {
    "hans": (
        ("上半年", "下半年"),
        ("一季度", "二季度", "三季度", "四季度"),
        ("第一期", "第二期", "第三期", "第四期"),
        ("今年", "去年", "前年"),
        ("国家级", "省级", "市级"),
        ("一等奖", "二等奖", "三等奖"),
        ("博士", "硕士"),
        ("总投资", "年产值", "年税收"),
        ("协议投资", "实际投资"),
        ("占地面积", "建筑面积"),
        ("进口", "出口"),
        ("销售收入", "净利润"),
        ("总经理", "董事长", "财务总监"),
    ),
    "hant": (
        ("上半年", "下半年"),
        ("一季度", "二季度", "三季度", "四季度"),
        ("第一期", "第二期", "第三期", "第四期"),
        ("今年", "去年", "前年"),
        ("國家級", "省級", "市級"),
        ("一等獎", "二等獎", "三等獎"),
        ("博士", "碩士"),
        ("總投資", "年產值", "年稅收"),
        ("協議投資", "實際投資"),
        ("佔地面積", "建築面積"),
        ("進口", "出口"),
        ("銷售收入", "淨利潤"),
        ("總經理", "董事長", "財務總監"),
    ),
    "en": (
        ("first half", "second half"),
        ("first quarter", "third quarter"),
        ("imports", "exports"),
        ("revenue", "net profit"),
        ("chief executive", "chief financial officer"),
        ("this year", "last year"),
    ),
}
"""Words of which one may stand where another stands, by language and script."""

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MONTH = re.compile(r"(?<!\d)(?:1[0-2]|[1-9])(?=月(?!之久|以))")
_RELATIVE_YEAR = re.compile(
    r"今年|去年|前年|上年|同期|当年|\b(?:this|last) year\b|\bthe year before\b"
)
_YEARS_AWAY = (-1, 1, -2)
_PLACE_BEFORE = re.compile(r"[市省县区縣區]$")


@dataclass(frozen=True)
class Change:
    """A question in which `old` gave way to `new`."""

    question: str
    old: str
    new: str
    rest: str


def changes(question: str, known: Sequence[Name], draw: random.Random) -> list[Change]:
    """Give every change of one year, month, name or asked attribute, each kind in turn."""
    kinds = [
        list(made)
        for made in (
            _years(question),
            _months(question),
            _renamed(question, known),
            _akin(question),
        )
    ]
    draw.shuffle(kinds)
    for made in kinds:
        draw.shuffle(made)
    return [c for turn in zip_longest(*kinds) for c in turn if c]


def may_answer(
    change: Change, passage: Passage, tempting: Passage, weights: Mapping[str, float]
) -> bool:
    """Tell whether a passage holds what is new in the question together with the rest of it.

    `weights` are the terms of `change.rest` with their rarity; how much of them can be expected is
    told by the `tempting` passage, which answers the unchanged question. A year may also be told
    by words such as 去年, and the other way round. To err here costs a question.
    """
    held = coverage(weights, terms(_whole(passage)))
    expected = coverage(weights, terms(_whole(tempting)))
    return _holds(_whole(passage), change) and held >= LEAST_REST * expected


def rest_terms(change: Change) -> list[str]:
    """Give the search terms of a changed question without what was changed."""
    return content_terms(told(change.rest))


def _whole(passage: Passage) -> str:
    return f"{passage.title}\n{passage.heading}\n{passage.text}"


def _holds(text: str, change: Change) -> bool:
    folded, new = fold(text), fold(change.new)
    if re.search(rf"(?<!\d){re.escape(new)}(?!\d)", folded):
        return True
    if _YEAR.fullmatch(new):
        return bool(_RELATIVE_YEAR.search(folded))
    return bool(_RELATIVE_YEAR.fullmatch(new) and _YEAR.search(folded))


def _years(question: str) -> Iterator[Change]:
    years = _YEAR.findall(question)
    if len(years) == 1:
        for away in _YEARS_AWAY:
            yield _change(question, years[0], str(int(years[0]) + away))


def _months(question: str) -> Iterator[Change]:
    months = list(_MONTH.finditer(question))
    if len(months) == 1:
        old = f"{months[0].group()}月"
        for month in range(1, 13):
            if f"{month}月" != old:
                yield _change(question, old, f"{month}月")


def _akin(question: str) -> Iterator[Change]:
    for family in _FAMILIES[language(question)]:
        for old in (word for word in family if question.count(word) == 1):
            if f"副{old}" not in question:
                yield from (_change(question, old, new) for new in family if new not in question)


def _renamed(question: str, known: Sequence[Name]) -> Iterator[Change]:
    """Put another name of the same kind and script for the longest name in the question."""
    there = [name for name in known if name.kind and question.count(name.text) == 1]
    if not there:
        return
    old = max(there, key=lambda name: len(name.text))
    before = question[: question.index(old.text)]
    if old.kind in ("place", "zone") and _PLACE_BEFORE.search(before):
        return
    for new in known:
        if new.kind == old.kind and _another(old.text, new.text, old.kind, question):
            yield _change(question, old.text, new.text)


def _another(old: str, new: str, kind: str, question: str) -> bool:
    """Tell whether `new` names something else: 丽水经开区 and 丽水开发区 are hardly two places."""
    return (
        fold(old)[:2] != fold(new)[:2]
        and (kind != "place" or old[-1] == new[-1])
        and fold(new) not in fold(question)
        and (language(new) == language(old) or fold(new) == new and fold(question) == question)
    )


def _change(question: str, old: str, new: str) -> Change:
    at = question.index(old)
    before, after = question[:at], question[at + len(old) :]
    return Change(before + new + after, old, new, f"{before} {after}")
