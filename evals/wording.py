"""How near an answer is to the gold ones, in characters. Pure functions.

Compared after NFKC, traditional to simplified, lower case, and without white space, punctuation
and symbols, so that either script and either width count alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from vectorstore.script import UNSPACED, fold

_TOKEN = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def normalised(text: str) -> str:
    """Give the text as it is compared.

    >>> normalised("廬陽區 ２０２４年，ＤＤＲ５！")
    '庐阳区2024年ddr5'
    """
    return "".join(tokens(text))


def tokens(text: str) -> list[str]:
    """Give single characters for scripts written without spaces, words for the others.

    >>> tokens("新能源 e-bus 2.5萬輛")
    ['新', '能', '源', 'ebus', '25', '万', '辆']
    """
    return _TOKEN.findall("".join(c for c in fold(text) if not _is_mark(c)))


def _is_mark(c: str) -> bool:
    return unicodedata.category(c)[0] in "PSC"


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """Give 1 when the answer equals a gold one, else 0."""
    return float(normalised(answer) in map(normalised, gold))


def f1(answer: str, gold: Sequence[str]) -> float:
    """Give the harmonic mean of precision and recall over tokens, against the nearest gold answer.

    Tokens are counted as often as they stand, their order does not matter (Rajpurkar et al. 2016).
    """
    return max((_f1(tokens(answer), tokens(each)) for each in gold), default=0.0)


def contains(answer: str, gold: Sequence[str], items: Sequence[Sequence[str]] = ()) -> float:
    """Give 1 when a gold answer stands in the answer; of a list every item must, in any form."""
    if items:
        return float(found_items(answer, items) == 1)
    return float(any(says(answer, each) for each in gold))


def found_items(answer: str, items: Sequence[Sequence[str]]) -> float:
    """Give the share of the items of a list that stand in the answer, each in any of its forms."""
    held = [any(says(answer, form) for form in forms) for forms in items]
    return sum(held) / len(held)


def says(text: str, wanted: str) -> bool:
    """Tell whether a text says something word for word, its numbers whole.

    >>> says("規模達2億元的基金", "2亿元"), says("規模達12億元的基金", "2亿元")
    (True, False)
    """
    folded, asked, numbers = fold(text), normalised(wanted), _numbers(fold(wanted))
    kept = [i for i, c in enumerate(folded) if not (_is_mark(c) or c.isspace())]
    said, at = "".join(folded[i] for i in kept), -1
    while asked and (at := said.find(asked, at + 1)) >= 0:
        there = kept[at], kept[at + len(asked) - 1] + 1
        if _numbers(folded, *there) == numbers:
            return True
    return False


def _numbers(folded: str, start: int = 0, end: int | None = None) -> list[str]:
    """Give the numbers that stand in a stretch of a text, or reach into it."""
    stop = len(folded) if end is None else end
    found = (m for m in _NUMBER.finditer(folded) if m.start() < stop and start < m.end())
    return [m.group().replace(",", "") for m in found]


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    common = sum((Counter(said) & Counter(gold)).values())
    return 2 * common / (len(said) + len(gold)) if common else 0.0
