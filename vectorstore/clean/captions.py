"""Find captions and credits of pictures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from vectorstore.clean.edit import CAPTION, Edit
from vectorstore.clean.lines import Line, lines, merged, taken_out, without
from vectorstore.clean.names import HAN
from vectorstore.clean.tail import pieces

LONGEST = 80
"""Characters of a line that can be a caption."""
LONG = 60
"""Characters of a line that is a paragraph."""

_NAME = rf"(?:[{HAN}]{{2,4}}|[{HAN}]{{2,6}}·[{HAN}·]{{2,8}})"
_SNAP = r"[摄攝](?![影像制取入氏政录於于食护魂理製錄])"
_TAKEN = (
    rf"(?:(?:[ \t\xa0\u3000/／|丨]|(?<=[)）])){_SNAP}|供[图圖]|(?:记者"
    rf"|記者|社|网|报){_NAME}{_SNAP}|(?:记者|記者){_NAME}(?:拍[摄攝]|[摄攝]影)|[摄攝]影[报報][道導])"
)
_PROVIDED = (
    r"(?:本版|本文|文中|以上|封面)?(?:[图圖]片?|照片|配[图圖]|视频|影片|[画畫]面)(?:均|皆|都)?由"
    r"[^\s，。！？；：“”:,;()（）]{2,24}?(?:提供|拍?[摄攝]|供[图圖])"
)
_CREDIT_LINE = re.compile(
    rf"[^\n]{{0,{LONGEST}}}(?:{_TAKEN}|{_NAME}(?<![拍單单双雙航偷]){_SNAP}"
    rf"|[(（][^()（）]{{0,30}}{_SNAP}[)）])[)）]?[。.]?|[(（]?{_PROVIDED}[)）]?[。.]?"
)
_OPENED = re.compile(
    r"[(（\[【]?(?:[图圖](?:片)?(?:来源|來源|源|(?:说明|說明)(?![了这這])|注|据(?!统计|了解|悉|报)|为(?!媒)|為(?!媒)"
    r"|为：|：|:|[/／](?!文)|[①-⑳])|资料图(?!书)|資料圖(?!書)"
    r"|(?:示意|情境|合成|资料|資料|档案|檔案|翻[拍摄攝])(?:[图圖]片?|照片?|[画畫]面)[:：/／，,｜|]"
    r"|照片[:：/／]|供[图圖][:：]|摄影[:：/]"
    r"|摄[:：/]|封面图|题图|Photo(?:graph)?s? (?:by|courtesy)\b|Image (?:by"
    r"|courtesy|credit)\b|(?:Photo|Image|Picture) ?(?:credit)?s?:|Credit:)"
)
_SENTENCE_BEHIND = re.compile(
    r"(?P<credit>[图圖](?:片)?(?:来源|來源|源)[:：/]?\s*[^\s，。；]{2,20}"
    r"[ \t\xa0\u3000]{1,8})(?=[^\n]{15,}[。！？”]\Z)"
)
_POINTED = re.compile(r"[▲▼△▽](?![\d▲▼△▽])\s*\S")
_NUMBERED = re.compile(r"(.{6,}?)\s?[(（](\d{1,2})[)）]")
_INLINE = re.compile(
    rf"(?<=[。！？!?”])[ \t\xa0\u3000]*"
    rf"(?:(?:[{HAN}A-Za-z·]{{2,14}}(?:记者|記者)?[ \t\xa0\u3000]{{0,5}})?{_NAME}(?:[ \t"
    rf"\xa0\u3000]{{1,5}}|[/／]){_SNAP}"
    rf"|[^\s，。！？；：“”:,;()（）]{{2,16}}供[图圖])[。]?(?=\s|[{HAN}“0-9A-Z]|\Z)"
    rf"|[(（][^()（）\n。]{{0,24}}(?:供[图圖]|[ \t\xa0\u3000/／]{_SNAP}"
    rf"|图源[^()（）\n]{{0,24}}|图片来源[^()（）\n]{{0,24}})[)）](?=[。，；])"
    rf"|(?<=[。！？!?”])[ \t\xa0\u3000]*[(（]{_PROVIDED}[)）]"
)


def edits(text: str) -> list[Edit]:
    """Give the edits that take captions and credits out."""
    return taken_out(text, [_once])


def _once(text: str) -> list[Edit]:
    held = lines(text)
    copies = _numbered(held)
    items = _pointed(held)
    credits = [edit for line in held for edit in _before_a_sentence(line)]
    dropped = [
        (line, CAPTION)
        for line in held
        if line.start in copies
        or line.start not in items
        and not _SENTENCE_BEHIND.match(line.text)
        and _is_caption(line)
    ]
    glued = [Edit(m.start(), m.end(), "", CAPTION) for m in _INLINE.finditer(text)]
    behind = [Edit(p.start, p.end, "", CAPTION) for p in pieces(text) if p.kind == CAPTION]
    return merged([*without(text, dropped), *credits, *glued, *behind])


def _is_caption(line: Line) -> bool:
    text = line.text
    if len(text) > LONGEST:
        return False
    if _OPENED.match(text) or _POINTED.match(text):
        return text.rstrip("。").count("。") <= 1
    return bool(_CREDIT_LINE.fullmatch(text)) and text.rstrip("。").count("。") <= 1


def _before_a_sentence(line: Line) -> Iterator[Edit]:
    """Give the credit that stands in front of a sentence of the article, on its line."""
    if found := _SENTENCE_BEHIND.match(line.text):
        yield Edit(line.start, line.start + found.end("credit"), "", CAPTION)


def _pointed(held: list[Line]) -> set[int]:
    """Give the starts of lines that begin with the same ▲ as the line beside them: a list."""
    marks = [line.text[:1] if _POINTED.match(line.text) else "" for line in held]
    beside = zip(held, ["", *marks], marks, [*marks[1:], ""], strict=False)
    return {line.start for line, a, mark, b in beside if mark and mark in (a, b)}


def _numbered(held: list[Line]) -> set[int]:
    """Give the starts of lines that repeat one text with a running number behind it."""
    groups: dict[str, list[tuple[int, Line]]] = defaultdict(list)
    texts = {line.text for line in held}
    for line in held:
        found = _NUMBERED.fullmatch(line.text) if len(line.text) <= LONGEST else None
        if found:
            groups[found.group(1)].append((int(found.group(2)), line))
    made: set[int] = set()
    for base, group in groups.items():
        runs = [n for n, _ in group] == list(range(1, len(group) + 1))
        if runs and len(group) >= (2 if base in texts else 3):
            made.update(line.start for _, line in group)
    return made
