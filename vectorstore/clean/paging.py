"""Find page numbers and running heads in the text of a paged source."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from vectorstore.clean.edit import PAGE, Edit
from vectorstore.clean.headline import is_headline
from vectorstore.clean.lines import Line, lines, whole, without

EDGE = 3
"""Lines at the top and at the bottom of a page that can be a head or a foot."""
LONGEST = 100
"""Characters of a running head at most."""
MOST = 0.4
"""Part of the pages that has to bear a head; left and right pages may bear different ones."""

_MARKED = re.compile(
    r"[-—–·•~]{1,3}\s*\d{1,4}\s*[-—–·•~]{1,3}|第\s*\d{1,4}\s*[页頁](?:\s*[,，/]?\s*[共总總]\s*\d{1,4}\s*[页頁])?"
    r"|\d{1,4}\s*/\s*\d{1,4}|(?:Page|PAGE|page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
)
_BARE = re.compile(r"\d{1,4}")
_NUMBER = re.compile(r"\d+")
_ISSUE = re.compile(r"第\s*\d+\s*[期卷號号版]|\d+年\s*\d+月\s*\d+日|[(（]\s*\d{4}\s*年?\s*[)）]")
"""What a publication's head bears and an article's headline does not."""
_STAMP = re.compile(
    r"[\s【\[(（]*(?:(?:内部|內部)(?:资料|資料|文件|参考|參考|刊物|发行)|[秘机機绝絕]密|保密|注意保存"
    r"|请勿外[传傳泄流]|請勿外[传傳洩流]|(?:仅|僅)供(?:内部|內部)?(?:参考|參考|使用)|征求意见稿|徵求意見稿"
    r"|CONFIDENTIAL|Confidential|DRAFT|Draft|[\s|｜/·・—-])+[\s】\])）]*"
)
"""What is stamped on pages and is nobody's headline."""

Shape = str


def edits(text: str) -> list[Edit]:
    """Give the edits that take page numbers and running heads out; needs form feeds."""
    if "\f" not in text:
        return []
    pages: dict[int, list[Line]] = defaultdict(list)
    for line in lines(text):
        pages[line.page].append(line)
    dropped: list[Line] = []
    while found := _found(pages):
        dropped += found
        gone = {line.start for line in found}
        touched = {line.page for line in found}
        for page in touched:
            pages[page] = [line for line in pages[page] if line.start not in gone]
    return without(text, [(line, PAGE) for line in sorted(dropped, key=lambda x: x.start)])


def _found(pages: dict[int, list[Line]]) -> list[Line]:
    edges = [line for held in pages.values() for line in _edge(held)]
    marked = [line for line in edges if _MARKED.fullmatch(line.text)]
    tops = {held[0].start: held[1:2] for held in pages.values() if held}
    heads = _heads([line for line in edges if not _MARKED.fullmatch(line.text)], len(pages), tops)
    return marked + heads


def _edge(held: list[Line]) -> list[Line]:
    return held if len(held) <= 2 * EDGE else held[:EDGE] + held[-EDGE:]


def _heads(edges: list[Line], pages: int, tops: dict[int, list[Line]]) -> list[Line]:
    shapes: dict[Shape, list[Line]] = defaultdict(list)
    for line in edges:
        if len(line.text) <= LONGEST and not whole(line.text):
            shapes[re.sub(r"\s+", "", _NUMBER.sub("#", line.text))].append(line)
    made: list[Line] = []
    for shape, group in shapes.items():
        on = len({line.page for line in group})
        bare = shape == "#"
        topmost = pages == 2 and all(line.start in tops for line in group)
        if on < (2 if bare or topmost else 3) or on < MOST * pages:
            continue
        if "#" in shape and (running := _running(group)):
            made += running
        elif not bare and len({line.text for line in group}) == 1:
            made += group if _only_a_head(group[0], tops) else group[1:]
    return made


def _only_a_head(line: Line, tops: dict[int, list[Line]]) -> bool:
    """Say whether the first of equal heads is no headline: a stamp, an issue, or above one."""
    if _STAMP.fullmatch(line.text):
        return True
    below = tops.get(line.start)
    if below is None:
        return False
    return bool(_ISSUE.search(line.text)) or any(is_headline(x.text) for x in below)


def _running(group: Iterable[Line]) -> list[Line]:
    """Give the lines of a group that bear a number which runs with the pages."""
    group = list(group)
    numbers = [[int(n[:6]) for n in _NUMBER.findall(line.text)] for line in group]
    width = len(numbers[0])
    for at in range(width):
        lags = Counter(n[at] - line.page for n, line in zip(numbers, group, strict=True))
        lag, often = lags.most_common(1)[0]
        if often >= 2 and often >= 0.6 * len({line.page for line in group}):
            return [x for n, x in zip(numbers, group, strict=True) if n[at] - x.page == lag]
    return []
