"""Read the numbers out of a text, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from vectorstore.script import fold

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_ENGLISH = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_MONTH_NAMES = (
    "january february march april may june july august september october november december"
)
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_WORDS = {
    name: number
    for number, name in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_CHINESE = "[零〇一二两三四五六七八九十百千]"
_UNIT = "[多余几]?[万亿年月日号时点分秒倍个家名人位项次元岁天条期度季届场座所种只件起批户亩米吨层%]"
_QUANTITY = re.compile(
    rf"(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|{_CHINESE}{{2,}}|(?<=第){_CHINESE}"
    rf"|(?!一[个家名位项次元种天件起批场])(?:{_CHINESE})(?={_UNIT}|成(?![立为了员果功都交长]))"
    r"|[一二两三四五六七八九十](?=分之))"
    r"(?:多|余|几)?(?P<large> ?[万亿兆]+| ?(?:thousand|million|billion|trillion)\b)?"
    r"(?P<share>%|成(?![立为了员果功都交长])|个百分点| ?per ?cent)?"
)
_SQUARE = re.compile(r"[㎡㎥]|(?<=m)[²³]")
_ALL_ALIKE = re.compile(r"^(.)\1+$")
_NAMED = re.compile(r"\b(?!may\b(?! \d))(" + "|".join([*_MONTHS, *_WORDS]) + r")\b(?! of the)")
_FRACTION = re.compile(rf"百分之({_CHINESE}+|\d+(?:\.\d+)?)")


def quantities(text: str) -> dict[str, str]:
    """Give every number of `text` in one plain form, shares as percent, with how it is written.

    >>> quantities("2亿元，约七成，二〇二四年")
    {'200000000': '2亿', '70%': '七成', '2024': '二〇二四'}
    """
    folded = fold(_SQUARE.sub("", text))
    found = {_plain(_value(m[1])) + "%": m[0] for m in _FRACTION.finditer(folded)}
    rest = _FRACTION.sub(" ", folded)
    for value, written in _joined(list(_QUANTITY.finditer(rest)), rest):
        found[value] = written
    return found | {str((_MONTHS | _WORDS)[word]): word for word in _NAMED.findall(rest)}


def _joined(matches: list[re.Match[str]], text: str) -> Iterator[tuple[str, str]]:
    """Give value and writing of each number, parts that touch (3亿5000万) taken together."""
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
            yield _plain(total) + ("%" if last["share"] else ""), written


def _worth(match: re.Match[str]) -> Decimal:
    value, large = _value(match["number"]), (match["large"] or "").strip()
    if large in _ENGLISH:
        value *= _ENGLISH[large]
    else:
        for unit in large:
            value *= _LARGE[unit]
    return value * 10 if match["share"] == "成" else value


def _value(written: str) -> Decimal:
    try:
        return Decimal(written.replace(",", ""))
    except InvalidOperation:
        return Decimal(_chinese(written))


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
