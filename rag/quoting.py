"""Which of the sentences that answer are quoted: one, or several where several things are asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.read import Reading
from vectorstore.script import fold

QUOTED = 2
"""Sentences of a quote answer at most."""

QUOTED_SHARE = 0.75
"""A further sentence is quoted when its odds are at least this share of those of the best."""

SEVERAL_QUOTED = 4
SEVERAL_SHARE = 0.15
"""The same where a question asks for several things and the sentence has another answer."""

_ASKS = r"(?:什么|谁|多少|几[个名人家位次年月日]|哪|何时|何地|何人|怎么|怎样|如何|为何)"
_JOINS = (
    r"(?<![共总饱温柔缓平附呼协])和(?![平谐解睦气尚其服县]|田[市县地玉])"
    r"|(?<![参赠给授])与(?![其否]|会[者人代嘉专])"
    r"|(?<![涉普埃遍波危提触顾殃惠不])及(?![其时格早])"
)
_SEVERAL = re.compile(
    rf"分别|各自|各(?=[是有为占])|哪些|哪几|有谁|{_ASKS}.*[?,;].*{_ASKS}|{_JOINS}|、"
)


def asks_for_several(question: str) -> bool:
    """Tell whether a question asks for more than one thing."""
    return bool(_SEVERAL.search(fold(question)))


def quoted(question: str, readings: Sequence[Reading], least: float) -> list[Reading]:
    """Choose what is quoted of `readings`, the likeliest first; none below `least`."""
    likely = [r for r in readings if r.probability >= least]
    if not likely:
        return []
    best = _odds(likely[0])
    chosen = [r for r in likely if _odds(r) >= QUOTED_SHARE * best][:QUOTED]
    if asks_for_several(question):
        for r in likely:
            if len(chosen) == SEVERAL_QUOTED or _odds(r) < SEVERAL_SHARE * best:
                break
            if r not in chosen and all(_differ(r, other) for other in chosen):
                chosen.append(r)
    return chosen


def _odds(reading: Reading) -> float:
    return reading.probability / max(1 - reading.probability, 1e-9)


def _differ(one: Reading, other: Reading) -> bool:
    """Tell whether two sentences have different exact answers."""
    said, its = _exact(one), _exact(other)
    return said not in its and its not in said


def _exact(reading: Reading) -> str:
    if reading.answer is None:
        return fold(reading.text)
    start, end = reading.answer
    return fold(reading.text[start - reading.start : end - reading.start])
