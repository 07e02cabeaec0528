"""Turn a text into how probable it is as writing: by its letters, and by which stand together.

The Chinese figures come from `letters.json`; `python -m evals.letters` makes it again.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

IMPROBABLE = -10.0
"""What a character of a wrong reading costs on average, and more; of writing, about -5."""
DOUBTFUL = -7.5
"""The same where any two bytes are some character, or other signs speak for a wrong reading."""

HAN, KANA, HANGUL, LATIN, ACCENTED, FOREIGN, MARK, NEUTRAL, NEVER = range(9)

_RANGES = (
    (0x30, 0x39, NEUTRAL), (0x41, 0x5A, LATIN), (0x61, 0x7A, LATIN), (0x21, 0x7E, MARK),
    (0x370, 0x1FFF, FOREIGN), (0x3041, 0x30FF, KANA), (0x3100, 0x31BF, FOREIGN),
    (0x3400, 0x4DBF, HAN), (0x4E00, 0x9FFF, HAN), (0xAC00, 0xD7A3, HANGUL),
    (0xD800, 0xF8FF, NEVER), (0xF900, 0xFAFF, HAN), (0xFF10, 0xFF19, NEUTRAL),
    (0xFF21, 0xFF5A, LATIN), (0xFF66, 0xFF9D, FOREIGN), (0x20000, 0x3FFFF, HAN),
)  # fmt: skip
_SCRIPTS = (HAN, KANA, HANGUL, LATIN, ACCENTED, FOREIGN)
_EVERYDAY_MARKS = "，。、“”：；！？（）《》·—…‘’　,.:;!?()\"'-/"
_EVERYDAY_HANGUL = frozenset(
    "이다는을를에의가고하은로서지한도나기사으자리아어대스해시인정제일수전부보상장원있그주구조들게만"
    "면과와했경된여성비중동라년소무공마안신위유회오국학우생세거개라까때미선연월적진치트및할"
)

_BASE = {KANA: -6.0, HANGUL: -9.0, LATIN: -4.0, NEUTRAL: -4.0, ACCENTED: -7.0, FOREIGN: -7.0}
_CHANGE = {(HAN, KANA): -2.0, (HAN, LATIN): -3.0, (KANA, LATIN): -3.0, (LATIN, ACCENTED): -1.0}
_CHANGE_OF_SCRIPT = -7.0
"""What a step between two scripts costs that are hardly ever found in one word."""
_NEVER = -18.0
_NO_START = -12.0
"""What a character costs at the start of a sentence that was not met there."""
_STARTS_LESS = 3.0
"""How much less likely than elsewhere a character can be there at most."""


@dataclass(frozen=True)
class _Known:
    letters: dict[str, float]
    pairs: dict[str, float]
    starts: dict[str, float]
    simplified: dict[int, int]


@cache
def _known() -> _Known:
    data = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    letters, starts = (
        {c: -int(level) / 2 for level, run in data[name].items() for c in run}
        for name in ("letters", "starts")
    )
    pairs = {
        first + second: -float(level)
        for first, runs in data["pairs"].items()
        for level, run in enumerate(runs.split("|"))
        for second in run
    }
    simplified = str.maketrans(data["traditional"], data["simplified"])
    return _Known(letters, pairs, starts, simplified)


def scores(text: Sequence[str]) -> list[float]:
    """Give the log-probability of each character after the one before it."""
    known = _known()
    simple = "".join(text).translate(known.simplified)
    found = []
    before, before_simple = " ", " "
    for c, c_simple in zip(text, simple, strict=True):
        alone = _alone(c) + _step(_script(before), _script(c))
        found.append(max(alone, known.pairs.get(before_simple + c_simple, _NEVER)))
        before, before_simple = c, c_simple
    return found


def score(text: str) -> float:
    """Give the log-probability of a text."""
    return sum(scores(text))


def runs_on(before: str, after: str) -> float:
    """Give how much likelier one character is after another than at the start of a sentence."""
    known = _known()
    start = known.starts.get(after.translate(known.simplified), _NO_START)
    return scores(before + after)[-1] - max(start, _alone(after) - _STARTS_LESS)


def rare() -> str:
    """Give the Chinese characters that are hardly ever written."""
    known = _known().letters
    return "".join(c for c in map(chr, range(0x4E00, 0x9FA6)) if c not in known)


@lru_cache(maxsize=1 << 15)
def _script(c: str) -> int:
    point = ord(c)
    for first, last, script in _RANGES:
        if first <= point <= last:
            if script == FOREIGN and unicodedata.category(c) == "Cn":
                return NEVER
            return script
    kind = unicodedata.category(c)
    if c in "\t\n\r" or kind[0] == "Z":
        return NEUTRAL
    if c == "\ufffd" or kind[0] == "C":
        return NEVER
    return ACCENTED if kind[0] == "L" else MARK


@lru_cache(maxsize=1 << 15)
def _alone(c: str) -> float:
    script = _script(c)
    if script == HAN:
        return _known().letters.get(c) or _unseen(c)
    if script == MARK:
        return -4.5 if c in _EVERYDAY_MARKS else -8.0 if ord(c) < 0x7F else -9.5
    if script == HANGUL and c in _EVERYDAY_HANGUL:
        return -5.5
    return _BASE.get(script, _NEVER)


def _unseen(c: str) -> float:
    """Give what a Chinese character costs that was not met: the rarer, the later it was encoded."""
    if _lead(c, "gb2312") in range(0xB0, 0xD8) or _lead(c, "big5") in range(0xA4, 0xC7):
        return -12.0
    if _lead(c, "gb2312") or _lead(c, "big5"):
        return -13.5
    return -15.0 if "\u4e00" <= c <= "\u9fa5" else -17.0


def _lead(c: str, codec: str) -> int:
    return (c.encode(codec, "ignore") or b"\0")[0]


def _step(before: int, after: int) -> float:
    if before == after or before not in _SCRIPTS or after not in _SCRIPTS:
        return 0.0
    return _CHANGE.get((min(before, after), max(before, after)), _CHANGE_OF_SCRIPT)
