"""What can be seen in a sentence that tells whether it answers a question. Pure functions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

from vectorstore.script import fold, terms
from vectorstore.wanted import content_terms, keywords

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃"
    "武戴莫孔向汤柯应"
)
_DIGITS = r"(?:[\d,.]*\d|[零一二两三四五六七八九十百千半]+)[多余几]?[十百千万亿]*"
_UNIT_ASKED = re.compile(r"(?:多少|几)(?:[十百千万亿]*)([\u4e00-\u9fff]{1,2})")
_UNITS = "个家名人位次项倍种座大点元所只条亩吨米颗片年月日号天岁秒分套间户届期平公"
_MONEY = re.compile(r"投资|资金|金额|规模|收入|产值|销售|税|贷款|营收|额|资助|补助|奖励|市值|价")
_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"谁|何人|哪一?位|什么人|叫什么名字|\bwho\b"),
        re.compile(
            rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=[说称透表介指坦认担任，、。]|$)|·"
            rf"|(?:长|记|任|员|理|授|士|裁|家|者|人|总)[{SURNAMES}][\u4e00-\u9fff]{{1,2}}"
            r"|[A-Z][a-z]+ [A-Z][a-z]+"
        ),
    ),
    (
        re.compile(
            r"什么时候|何时|哪一?[年天日月]|几[年月日号]|\bwhen\b|what (?:year|date|day|month)"
        ),
        re.compile(
            rf"{_DIGITS}[年月日号]|去年|今年|前年|昨|日前|近日|世纪|\b(?:1[0-9]|20)\d\d\b|january"
            r"|february|march|april|\bmay\b|june|july|august|september|october|november|december"
        ),
    ),
    (
        re.compile(r"百分之|比例|几成|占比|增长率|percent"),
        re.compile(r"\d%|百分之|[一二三四五六七八九半]成|\d ?percent|分之"),
    ),
    (
        re.compile(r"面积"),
        re.compile(r"平方米|平方公里|亩|公顷|square"),
    ),
    (
        re.compile(
            r"多少|多大|多高|多长|多久|多远|几[个名人家位次项倍种座大点万亿元所只条]"
            r"|how (?:many|much|long|far|old|large|big)"
        ),
        re.compile(rf"{_DIGITS}(?![\d.,]*[年月日号])"),
    ),
    (
        re.compile(r"哪里|哪儿|何地|在哪|什么地方|哪个(?:国家|省|市|城市|地区|县|镇)|\bwhere\b"),
        re.compile(
            r"[省市县区州国岛镇乡村路街湾港]|位于"
            r"|\b(?:[Ii]n|[Aa]t|[Nn]ear|[Ff]rom|[Tt]o) [A-Z][a-z]+"
        ),
    ),
)


def coverage(weights: Mapping[str, float], text_terms: Iterable[str]) -> float:
    """Give the share of the weight of the terms in `weights` that stands in the text, 0..1."""
    whole = sum(weights.values())
    held = set(text_terms)
    return sum(w for term, w in weights.items() if term in held) / whole if whole else 0.0


def rarest(weights: Mapping[str, float]) -> dict[str, float]:
    """Give the quarter of the terms that weigh most, three at least."""
    ordered = sorted(weights.items(), key=lambda pair: -pair[1])
    return dict(ordered[: max(3, len(weights) // 4)])


def logistic(weights: Sequence[float], bias: float, signals: Sequence[float]) -> float:
    """Give the probability that a logistic regression gives for `signals`, 0..1."""
    total = bias + sum(w * s for w, s in zip(weights, signals, strict=True))
    return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


def untouched(question: str, text_terms: Iterable[str]) -> float:
    """Give the share of the keywords of a question of which no term is in the text, 0..1."""
    named, held = keywords(question), set(text_terms)
    absent = [word for word in named if held.isdisjoint(content_terms(word) or terms(word))]
    return len(absent) / len(named) if named else 1.0


def kind_fit(question: str, sentence: str) -> float:
    """Tell whether a sentence holds the kind of thing asked for: 1 yes, -1 no, 0 nothing told.

    What the question says itself does not count. A number without the unit asked for gives 0.
    """
    asked, said = fold(question), fold(sentence)
    for asks, holds in _KINDS:
        if asks.search(asked):
            found = (m.group() for text in (said, sentence) for m in holds.finditer(text))
            new = [name for name in found if fold(name) not in asked]
            return -1.0 if not new else 1.0 if _in_unit(asked, said) else 0.0
    return 0.0


def _in_unit(asked: str, said: str) -> bool:
    """Tell whether a number stands before the unit asked for, where one is asked for."""
    unit = _UNIT_ASKED.search(asked)
    if unit and unit.group(1)[0] in _UNITS:
        return re.search(_DIGITS + re.escape(unit.group(1)[0]), said) is not None
    if _MONEY.search(asked) and re.search(r"多少|多大", asked):
        return re.search(_DIGITS + r"[多余]?(?:元|美元|日元|欧元)", said) is not None
    return True
