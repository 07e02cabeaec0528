"""Turn stretches of a text that were read with the wrong table into what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from math import inf

from vectorstore.clean import letters
from vectorstore.clean.edit import LOST, MOJIBAKE, Edit
from vectorstore.clean.groups import Group, changes, read_anew
from vectorstore.clean.suspected import Misreading, screens
from vectorstore.clean.tables import GONE, to_bytes

BEGINNING = 6.0
"""What it costs to hold that damage begins here: the odds against it, in nats."""
PROVEN = 22.0
"""By how much the whole stretch must be more probable, in nats."""
PER_CHARACTER = 2.5
"""By how much each character that is put in must be more probable, on average."""
LEGIBLE = -8.5
"""What a character put in costs at most on average; of real writing it costs about -5."""
BETWEEN = 3
"""Characters between two proven runs, or one and the end of the line, that go with them."""
SURE = 4.0
"""By how much a Chinese character that begins or ends a run must be more probable either way."""
_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef‘-”—…·]")
_ACCENTED = 0.3
"""The share of letters in bytes shown as Latin-1; rows of dots and signs are no damage."""


def edits(text: str) -> list[Edit]:
    """Give the repairs of stretches that are proven to have been read with the wrong table."""
    found: list[Edit] = []
    for screen, kinds in screens():
        lines = [
            (start, end)
            for start, end in _lines(text, screen)
            if not any(e.start < end and start < e.end for e in found)
        ]
        read = [_best(text, start, end, kinds) for start, end in lines]
        found += [edit for _, some in read for edit in some]
        found += _short(text, lines, read)
    return sorted(found, key=lambda e: e.start)


def _short(
    text: str, lines: list[tuple[int, int]], read: list[tuple[Misreading | None, list[Edit]]]
) -> Iterator[Edit]:
    """Repair lines too short to prove anything, beside one that was read wrongly all through."""
    for i, (start, end) in enumerate(lines):
        for j in (i - 1, i + 1):
            if read[i][1] or not 0 <= j < len(lines) or not (kind := read[j][0]):
                continue
            first, last = min(start, lines[j][0]), max(end, lines[j][1])
            if text[min(end, lines[j][1]) : max(start, lines[j][0])].strip("\r\n"):
                continue
            both = _best(text, first, last, (kind,))[1]
            more = [e for e in both if start <= e.start and e.end <= end]
            if more:
                yield from more
                break


def _lines(text: str, screen: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = 0
    while match := screen.search(text, at):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        at = len(text) if end < 0 else end
        yield start, at


def _best(
    text: str, start: int, end: int, kinds: tuple[Misreading, ...]
) -> tuple[Misreading | None, list[Edit]]:
    best: list[Group] = []
    chosen = None
    for kind in kinds:
        found = [g for stretch in _stretches(text, start, end, kind) for g in stretch]
        if sum(g.gain for g in found) > sum(g.gain for g in best):
            best, chosen = found, kind
    return chosen, [
        Edit(g.start, g.end, g.new, LOST if GONE in g.new or g.doubtful else MOJIBAKE)
        for g in best
        if g.doubtful or g.new != text[g.start : g.end]
    ]


def _stretches(text: str, start: int, end: int, kind: Misreading) -> Iterator[list[Group]]:
    """Cut a line where the wrong table has no such character, and give what is proven damaged."""
    at = start
    while at < end:
        stop = at
        while stop < end and to_bytes(text[stop], kind.wrong):
            stop += 1
        if stop > at:
            groups = read_anew(text, at, stop, kind)
            proven = [r for r in _damaged(groups) if _proven(text, groups[r[0] : r[1]], kind)]
            if kind.in_pairs:
                proven = [_trimmed(text, groups, *r) for r in proven]
            yield list(_with_neighbours(text, groups, proven, kind))
        at = stop + 1


def _damaged(groups: list[Group]) -> Iterator[tuple[int, int]]:
    """Give the runs of groups that are more probable as they are read anew."""
    first, best, total, highest = 0, 0, 0.0, 0.0
    for i, group in enumerate(groups):
        total += group.gain if group.new else -inf
        if total > highest:
            best, highest = i + 1, total
        if total <= 0 or total < highest - BEGINNING:
            if best > first:
                yield first, best
            first, best, total, highest = i + 1, i + 1, 0.0, 0.0
    if best > first:
        yield first, best


def _with_neighbours(
    text: str, groups: list[Group], runs: list[tuple[int, int]], kind: Misreading
) -> Iterator[Group]:
    """Give the groups of proven runs, and those beside them that go with them."""
    at = 0
    for first, last in (*runs, (len(groups), len(groups))) if runs else ():
        yield from _beside(text, groups[at:first], at > 0, first < len(groups), kind)
        yield from groups[first:last]
        at = last


def _beside(text: str, gap: list[Group], left: bool, right: bool, kind: Misreading) -> list[Group]:
    """Give what goes with the proven run `left` or `right` of a gap.

    A Chinese character may well be right beside a damaged one, unless it is one of a few between.
    """
    few = sum(changes(text, g) for g in gap) <= BETWEEN and all(g.new for g in gap)
    if kind.in_pairs and few and (left or _at_end(text, gap)) and (right or _at_end(text, gap)):
        return gap
    follows = [_follows(text, g, kind) for g in gap]
    before = len(list(takewhile(bool, follows))) if left else 0
    after = len(list(takewhile(bool, reversed(follows[before:])))) if right else 0
    return gap[:before] + gap[len(gap) - after :]


def _at_end(text: str, gap: list[Group]) -> bool:
    """Tell whether a gap reaches to the beginning or the end of its line."""
    if not gap:
        return True
    start, end = gap[0].start, gap[-1].end
    return not start or text[start - 1] == "\n" or text[end : end + 1] in ("", "\n")


def _trimmed(text: str, groups: list[Group], first: int, last: int) -> tuple[int, int]:
    """Leave the characters at either end of a run that may well be right, and mark them."""
    for at, step in ((first, 1), (last - 1, -1)):
        while first < last and abs(worth := _alone(text, groups, at, step)) < inf and worth < SURE:
            group = groups[at]
            if worth > -SURE:
                old = text[group.start : group.end]
                groups[at] = replace(group, new=old, gain=0.0, doubtful=True)
            at += step
            first, last = (first + 1, last) if step > 0 else (first, last - 1)
    return first, last


def _alone(text: str, groups: list[Group], at: int, step: int) -> float:
    """Tell by how much a group is more probable as it is read anew, when what is outside stays."""
    group = groups[at]
    outside = text[group.start - 1 : group.start] if step > 0 else text[group.end : group.end + 1]
    old = text[group.start : group.end]
    if outside in ("", "\n") or not _CHINESE.fullmatch(old):
        return inf
    inside = groups[at + step].new if 0 <= at + step < len(groups) else ""
    read, was = (
        letters.score(outside + c + inside if step > 0 else inside + c + outside)
        for c in (group.new, old)
    )
    return read - was


def _follows(text: str, group: Group, kind: Misreading) -> bool:
    """Tell whether a group is damaged if the one beside it is, or nothing changes there."""
    if not changes(text, group):
        return bool(group.new)
    if group.gain < -BEGINNING:
        return False
    return kind.wrong == "cp1252" or not _CHINESE.search(text, group.start, group.end)


def _proven(text: str, run: list[Group], kind: Misreading) -> bool:
    changed = [g for g in run if changes(text, g)]
    new = sum(len(g.new) for g in changed)
    gain = sum(g.gain for g in run)
    if not new or gain < max(PROVEN, PER_CHARACTER * new):
        return False
    old = "".join(text[g.start : g.end] for g in changed)
    if kind.wrong == "cp1252" and sum(c.isalpha() for c in old) < _ACCENTED * len(old):
        return False
    if sum(g.worth for g in changed) >= LEGIBLE * new:
        return True
    return kind.right == "utf-8" and _is_legible_inside("".join(g.new for g in run))


def _is_legible_inside(text: str) -> bool:
    """Tell whether what was read is itself a wrong reading of something legible."""
    found = edits(text)
    new = "".join(e.new for e in found)
    return sum(e.end - e.start for e in found) * 2 > len(text) and (
        letters.score(new) >= LEGIBLE * len(new)
    )
