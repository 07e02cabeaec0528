"""Tell spaces that stand between any two Chinese characters from those that part words."""

from __future__ import annotations

import re
from collections import Counter

from vectorstore.clean import letters

FEWEST = 5
"""Spaces between Chinese characters from which on a line says how they came there."""
DENSE = 0.04
"""Share of the neighbouring Chinese characters that such spaces part, where they are noise."""
PROSE = 0.025
"""Marks to a Chinese character in prose; tables, menus and lists of names have fewer."""
VARIED = 0.7
"""Share of the spaces that are as wide as the others, of the characters beside them that differ,
and of those no name and colon follow; the items of a list are not so."""
INSIDE, LIKELY = 0.1, 1.0
"""Share of the spaces inside words, and how surely the words run on there on average."""
ONE_WORD = 3.0
"""How much likelier a character is after another than elsewhere where both are of one word."""
FARTHEST = 6.0

SPACED_OUT = 0.9
"""Share of all neighbours that are apart where a space stands between every two."""
FEWEST_SPACED = 12

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_MARKS = "，。、；：？！“”‘’「」『』（）《》〈〉【】…—"
_BLANK = r"[^\S\n\f\t]+"
_BETWEEN = re.compile(rf"(?<=[{_HAN}]){_BLANK}(?=[{_HAN}])")
_AMONG = re.compile(rf"(?<=[{_HAN}{_MARKS}]){_BLANK}(?=[{_HAN}{_MARKS}])")
_TOUCHING = re.compile(rf"(?<=[{_HAN}])(?=[{_HAN}])")
_ALL_TOUCHING = re.compile(rf"(?<=[{_HAN}{_MARKS}])(?=[{_HAN}{_MARKS}])")
_CHARACTER = re.compile(f"[{_HAN}]")
_NAMED = re.compile(f"[{_HAN}]{{1,8}}[：:丨｜]")
_MARK = re.compile("[，。、；]")


def strewn(line: str) -> set[int]:
    """Give where the spaces of a line begin that no writer put there."""
    among = list(_AMONG.finditer(line))
    if len(among) < FEWEST:
        return set()
    if len(among) >= FEWEST_SPACED and _share(among, _ALL_TOUCHING, line) >= SPACED_OUT:
        usual = Counter(len(gap.group()) for gap in among).most_common(1)[0][0]
        return {gap.start() for gap in among if len(gap.group()) <= usual}
    between = list(_BETWEEN.finditer(line))
    if len(between) < FEWEST or _share(between, _TOUCHING, line) < DENSE or not _is_prose(line):
        return set()
    return {gap.start() for gap in between} if _cut_words(line, between) else set()


def _share(gaps: list[re.Match[str]], touching: re.Pattern[str], line: str) -> float:
    return len(gaps) / (len(gaps) + len(touching.findall(line)))


def _is_prose(line: str) -> bool:
    return len(_MARK.findall(line)) >= PROSE * len(_CHARACTER.findall(line))


def _cut_words(line: str, gaps: list[re.Match[str]]) -> bool:
    """Say whether spaces stand inside words as well, and wherever a sentence runs on."""
    pairs = [(line[gap.start() - 1], line[gap.end()]) for gap in gaps]
    alike = Counter(gap.group() for gap in gaps).most_common(1)[0][1]
    varied = min(len({p[side] for p in pairs}) for side in (0, 1))
    named = sum(bool(_NAMED.match(line, gap.end())) for gap in gaps)
    if min(alike, varied, len(pairs) - named) < VARIED * len(pairs):
        return False
    odds = [max(-2.0, min(FARTHEST, letters.runs_on(*pair))) for pair in set(pairs)]
    inside = sum(o >= ONE_WORD or _one_word(*p) for o, p in zip(odds, set(pairs), strict=True))
    return inside >= INSIDE * len(odds) and sum(odds) >= LIKELY * len(odds)


def _one_word(first: str, second: str) -> bool:
    return letters.score(first + second) - letters.score(first) - letters.score(second) >= ONE_WORD
