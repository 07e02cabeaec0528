"""Read the numbers out of a text, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rag.numerals import ENGLISH_NUMBER, english_value
from vectorstore.script import fold

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {
    **{"百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8, "兆": 10**12},
    **{"thousand": 10**3, "million": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12},
}
_MONTH_NAMES = (
    "january february march april may june july august september october november december"
)
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_CHINESE = "[零〇一二两三四五六七八九十百千]"
_COUNTED = (
    "[万亿年月日号时点分秒倍个家名人位项次元岁天条期度季届场座所种只件起批户亩米吨层%"
    "辆台艘枚栋架本套份轮周例款支部篇张块根颗粒头株棵间幢类级组队]|小时|公[里斤顷分]"
)
_TENTHS = "成(?![立为了员果功都交长])"
_QUANTITY = re.compile(
    rf"(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?"
    rf"|{_CHINESE}+点{_CHINESE}+(?=[万亿兆倍%]|个百分点)"
    rf"|{_CHINESE}{{2,}}|(?<=第){_CHINESE}"
    rf"|(?<![\d同几数]){_CHINESE}(?=[多余几]?(?:{_COUNTED})|{_TENTHS})"
    r"(?<!一(?![年月日号倍万亿%级季届成]))(?<!十(?=分(?![钟之]))|四(?=周(?![年岁六日末内]))))"
    r"(?:多|余|几)?(?P<large> ?[百千]?[万亿兆]+|(?<=\d)[百千](?![米克瓦卡赫帕伏焦])"
    r"| ?(?:thousand|million|billion|bn|trillion)\b)?"
    rf"(?P<share>%|{_TENTHS}|个百分点| ?per ?cent)?"
)
_SQUARE = re.compile(r"[㎡㎥]|(?<=m)[²³]")
_ALL_ALIKE = re.compile(r"^(.)\1+$")
_MONTH = re.compile(r"\b(?!may\b(?! \d))(" + "|".join(_MONTHS) + r")\b")
_FRACTION = re.compile(
    rf"(?P<whole>{_CHINESE}+|\d+)分之(?P<part>{_CHINESE}+(?:点{_CHINESE}+)?|\d+(?:\.\d+)?)"
)
_UNIT = re.compile(
    r" ?(美元|欧元|日元|港元|韩元|英镑|卢布|[元年月日号%]|个百分点"
    r"|[家个项名位人次倍岁件起批户亩米吨层辆台艘枚栋架套份轮例款支])"
)
_SAME_UNIT = {"号": "日"}


@dataclass(frozen=True)
class Quantity:
    """A number in plain form, how it is written, and the unit behind it, empty where none is."""

    value: str
    written: str
    unit: str = ""


def quantities(text: str) -> dict[str, str]:
    """Give every number of `text` in one plain form, shares as percent, with how it is written.

    >>> quantities("2亿元，约七成，二〇二四年")
    {'200000000': '2亿', '70%': '七成', '2024': '二〇二四'}
    """
    return {q.value: q.written for q in stated(text)}


def stated(text: str) -> list[Quantity]:
    """Give the numbers of `text` in a row, those of English words and fractions apart."""
    folded = fold(_SQUARE.sub("", text))
    found = [_fraction(m) for m in _FRACTION.finditer(folded)]
    rest = _FRACTION.sub(" ", folded)
    found += _joined(list(_QUANTITY.finditer(rest)), rest)
    found += [Quantity(str(_MONTHS[m[1]]), m[1], "月") for m in _MONTH.finditer(rest)]
    return found + [
        Quantity(_plain(Decimal(english_value(m))), m[0]) for m in ENGLISH_NUMBER.finditer(rest)
    ]


def _fraction(match: re.Match[str]) -> Quantity:
    whole, part = _value(match["whole"]), _plain(_value(match["part"]))
    return Quantity(f"{part}%" if whole == 100 else f"{part}/{_plain(whole)}", match[0])


def _joined(matches: list[re.Match[str]], text: str) -> Iterator[Quantity]:
    """Give each number, parts that touch (3亿5000万) taken together."""
    at = 0
    while at < len(matches):
        first = last = matches[at]
        total = _worth(first)
        while (
            last["large"]
            and not last["share"]
            and at + 1 < len(matches)
            and matches[at + 1].start() == last.end()
        ):
            at, last = at + 1, matches[at + 1]
            total += _worth(last)
        at += 1
        if not _ALL_ALIKE.match(first["number"]) or first["number"].isdigit():
            written = text[first.start() : last.end()].strip()
            share = last["share"] and ("个百分点" if last["share"] == "个百分点" else "%")
            value = _plain(total) + ("%" if share else "")
            yield Quantity(value, written, share or _unit(text, last.end()))


def _unit(text: str, at: int) -> str:
    found = _UNIT.match(text, at)
    return _SAME_UNIT.get(found[1], found[1]) if found else ""


def _worth(match: re.Match[str]) -> Decimal:
    value, large = _value(match["number"]), (match["large"] or "").strip()
    for unit in [large] if large in _LARGE else large:
        value *= _LARGE[unit]
    return value * 10 if match["share"] == "成" else value


def _value(written: str) -> Decimal:
    try:
        return Decimal(written.replace(",", ""))
    except InvalidOperation:
        whole, _, part = written.partition("点")
        return Decimal(f"{_chinese(whole)}.{''.join(str(_chinese(c)) for c in part) or 0}")


def _chinese(written: str) -> int:
    if not any(c in _POWERS for c in written):
        return int("".join(str(_DIGITS[c]) for c in written))
    total, digit = 0, None
    for c in written:
        if c in _POWERS:
            total += (1 if digit is None else digit) * _POWERS[c]
            digit = None
        else:
            digit = _DIGITS[c]
    return total + (digit or 0)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
