"""Fold writing to one form for the search, and cut it into search terms.

Folding is for finding and comparing only; what a reader sees keeps its own characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import opencc

# Scripts written without spaces between words: kana, Han, Hangul, Thai, Lao, Khmer, Burmese.
UNSPACED = (
    r"\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U0003ffff"
)
_TERM = re.compile(rf"(?P<run>[{UNSPACED}]+)|[^\W_{UNSPACED}]+(?:[.,'’][^\W_{UNSPACED}]+)*")
_IS_UNSPACED = re.compile(rf"[{UNSPACED}]")


@cache
def _converter(table: str) -> Any:
    return opencc.OpenCC(table)


def converted(text: str, table: str) -> str:
    """Write `text` in another script, by a table of OpenCC: t2s, s2t, s2tw, s2hk …"""
    return str(_converter(table).convert(text))


def fold(text: str) -> str:
    """Fold full-width and compatibility forms (NFKC), case, and traditional to simplified."""
    folded = converted(unicodedata.normalize("NFKC", text).lower(), "t2s")
    return folded.replace("甚么", "什么")  # the table keeps 甚麼 apart, which asks the same


def scripts(text: str) -> list[str]:
    """Give a text as it may stand in an article: as it is, simplified, traditional.

    >>> scripts("庐阳区")
    ['庐阳区', '廬陽區']
    """
    return list(dict.fromkeys([text, converted(text, "t2s"), converted(text, "s2t")]))


def terms(text: str) -> list[str]:
    """Give the search terms of `text`: words, or single characters and pairs where none stand.

    >>> terms("芯片 DDR5")
    ['芯', '片', '芯片', 'ddr5']
    """
    found: list[str] = []
    for match in _TERM.finditer(fold(text)):
        run = match.group("run")
        if run:
            found.extend(run)
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            found.append(match.group().replace(",", ""))
    return found


def width(text: str) -> float:
    """Measure `text` in Chinese characters; letters of spaced scripts count 0.4 each."""
    unspaced = len(_IS_UNSPACED.findall(text))
    return unspaced + 0.4 * (len(text) - unspaced)
