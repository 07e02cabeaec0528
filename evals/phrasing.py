"""What can be told of a drafted question and its answer without the text. Pure functions."""

from __future__ import annotations

import re

from evals.pick import kind_of
from rag.quantity import quantities
from rag.question import language, leans_back
from rag.signals import kind_fit
from vectorstore.script import fold
from vectorstore.wanted import keywords

LONGEST = 200
"""Characters of a question."""

_ASKS = re.compile(
    r"谁|什么|何[时地人处种年月日]|多[少大高长久远]|几|哪|怎|是否|为何|如何"
    r"|\b(?:who|whose|whom|what|which|when|where|why|how)\b"
)
_WHEN = re.compile(
    r"时间|时候|日期|何[时年月日]|哪一?[年天日月个]|几[年月日号]|什么[年月日]"
    r"|\bwhen\b|\b(?:what|which) (?:year|date|day|month)"
)
_AMOUNT = re.compile(
    r"多[少大高长久远]|几|百分之|比例|占比|\bhow\b"
    r"|\b(?:what|which) (?:percent|share|number|amount|sum)"
)
_UNIT_ASKED = re.compile(r"(?:多少|几)[十百千万亿]*(.)")
_COUNTED = re.compile(
    r"(?:多少|[几幾])[十百千万萬亿億]*[个個家名人位项項座所次条條件元吨噸亩畝%]?元?"
)
_UNITS = ("元", "人名位", "个家项座所处种", "天日", "年岁", "吨", "亩", "次")
_NAME_ASKED = re.compile(r"谁|什么|哪|何|\b(?:who|whose|whom|what|which|where)\b")
_SEVERAL = re.compile(r"分别|各(?:是|为|有)|以及多少|和多少|[?？].*[?？]|\b(?:respectively|each)\b")
_LEANING = re.compile(
    r"[该此](?!外)|上述|本[次届市区县省园报]|[这那](?!不勒斯)|[他她它](?!人)|其(?![中他它实余])"
    r"|(?:^|[，在])(?:区里|当地|园区|全区|全市)|句子|文章|标题|上文|报道"
    r"|\b(?:this|these|those|sentence|article|passage)\b"
)
_PRONOUN = re.compile(r"\b(?:he|she|it|they|his|her|its|their)\b")
_CAPITAL = re.compile(r"(?<=\s)[A-Z]\w")


def one_question(question: str) -> bool:
    """Tell whether it asks, one thing, in one line."""
    asked = fold(question).strip()
    return (
        len(asked) <= LONGEST
        and len(re.findall(r"\?", asked)) == 1
        and asked.endswith("?")
        and "\n" not in asked
        and bool(_ASKS.search(asked))
        and not _SEVERAL.search(asked)
    )


def alone(question: str) -> bool:
    """Tell whether a question can be asked without having read anything before it."""
    if leans_back(question) or _LEANING.search(fold(question)):
        return False
    pronoun = _PRONOUN.search(question)
    return not pronoun or bool(_CAPITAL.search(question, 0, pronoun.start()))


def gives_away(question: str, answer: str) -> bool:
    """Tell whether the question holds its answer, word for word or as the same numbers."""
    numbers = set(quantities(answer))
    return dense(answer) in dense(question) or bool(
        numbers and numbers <= set(quantities(told(question)))
    )


def own_script(question: str, article: str) -> bool:
    """Tell whether a question is written as the article is: language, and 简 or 繁 by character.

    One character may differ: 台 and 臺 stand side by side in many articles.
    """
    if (language(question) == "en") != (language(article) == "en"):
        return False
    written = {c for c in article if "\u4e00" <= c <= "\u9fff"}
    otherwise = {fold(c) for c in written} - written
    turned = {c for c in question if c not in written and fold(c) != c and fold(c) in written}
    return len(turned | (otherwise & set(question))) <= 1


def asks_for(question: str, answer: str) -> bool:
    """Tell whether the kind of thing asked for is that of the answer: a number, a time, a name."""
    kind = kind_of(answer)
    if kind == "time":
        return bool(_WHEN.search(fold(question)))
    if language(answer) == "en" and answer[:1].isupper():
        return bool(_NAME_ASKED.search(fold(question)))
    fit = kind_fit(question, answer)
    if kind == "number":
        return fit >= 0 and bool(_AMOUNT.search(fold(question))) and _same_unit(question, answer)
    return fit >= 0


def _same_unit(question: str, answer: str) -> bool:
    """Tell whether the unit asked for, where one is, is that of the answer: 多少家 is not 元."""
    asked = _UNIT_ASKED.search(fold(question))
    alike = next((u for u in _UNITS if asked and asked[1] in u), "")
    return not alike or any(unit in fold(answer) for unit in alike)


def told(question: str) -> str:
    """Give a question without the words that do the asking: 引进 项目 of 引进了多少个项目."""
    return " ".join(keywords(_COUNTED.sub("？", question)))


def dense(text: str) -> str:
    """Give a text folded and without white space, to be looked for in another."""
    return re.sub(r"\s+", "", fold(text))
