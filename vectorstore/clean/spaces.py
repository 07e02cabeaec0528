"""Turn odd and needless white space inside lines into what a reader would type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorstore.clean.edit import SPACE, Edit
from vectorstore.clean.fences import unfenced
from vectorstore.clean.strewn import strewn

LETTER_SPACED = 6
"""So many single Chinese characters in a row, each apart, are one letter-spaced stretch."""
LETTER_SPACED_LINE = 4
"""The same where they are the whole line, as a headline is."""

MARGIN = 60
"""Characters to either side in which a line must end to hold nothing else."""

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_SPACE = r"[\t\x20\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]"
_CLOSING = "，。、；：！？）》」』】"
_SINGLE = rf"[{_HAN}{_CLOSING}“‘（《「『【”’0-9A-Za-z.%](?!\S)"
_WHITE = rf"""
      (?P<indent>^{_SPACE}+)
    | (?P<none>{_SPACE}+(?=[{_CLOSING}]|$) | (?<=[，、（《「『【]){_SPACE}+)
    | (?P<some>{_SPACE}+)
    """
_PLAIN = re.compile(_WHITE, re.VERBOSE | re.MULTILINE)
_FOUND = re.compile(
    rf"(?P<apart>(?<!\S)[{_HAN}0-9](?:{_SPACE}+{_SINGLE})+) | {_WHITE}", re.VERBOSE | re.MULTILINE
)
_GAP = re.compile(rf"{_SPACE}+")
_LINE = re.compile(r"[^\n\f]+")


def edits(text: str) -> list[Edit]:
    """Give the edits that leave plain single spaces, and none where Chinese has none.

    A space between two Chinese words stays: it parts names, items, the halves of a headline. Only
    a stretch set letter by letter is drawn together, and a line whose words are split in many
    places. Indents stay as wide as they are, a tab stays a tab, and Markdown's fenced code is left
    alone.
    """
    return [
        edit
        for start, end in unfenced(text)
        for edit in _within(text, start, end)
        if text[edit.start : edit.end] != edit.new
    ]


def _within(text: str, start: int, end: int) -> Iterator[Edit]:
    noise = {
        line.start() + at
        for line in _LINE.finditer(text, start, end)
        for at in strewn(line.group())
    }
    for match in _FOUND.finditer(text, start, end):
        if match.lastgroup == "apart":
            yield from _apart(text, match, noise)
        else:
            yield _white(text, match, noise)


def _white(text: str, match: re.Match[str], noise: set[int]) -> Edit:
    start, end = match.span()
    new = ""
    if match.lastgroup == "some" and start not in noise:
        new = "\t" if "\t" in match.group() else " "
    elif match.lastgroup == "indent" and text[end : end + 1] not in ("", "\n", "\f"):
        new = re.sub(r"[^\t]", " ", match.group().replace("\u3000", "  "))
    return Edit(start, end, new, SPACE)


def _apart(text: str, match: re.Match[str], noise: set[int]) -> Iterator[Edit]:
    """Draw single characters together if they are a stretch; the wider gaps part its words."""
    if not _letter_spaced(text, match):
        yield from (_white(text, m, noise) for m in _PLAIN.finditer(text, *match.span()))
        return
    gaps = list(_GAP.finditer(text, *match.span()))
    narrow = min(len(gap.group()) for gap in gaps)
    wide = [len(gap.group()) > narrow for gap in gaps]
    if any(a and b for a, b in zip(wide, wide[1:], strict=False)):
        return
    for gap, is_wide in zip(gaps, wide, strict=True):
        yield Edit(gap.start(), gap.end(), " " if is_wide else "", SPACE)


def _letter_spaced(text: str, match: re.Match[str]) -> bool:
    count = len(re.findall(rf"[{_HAN}]", match.group()))
    if count >= LETTER_SPACED:
        return True
    before = re.split(r"[\n\f]", text[max(match.start() - MARGIN, 0) : match.start()])[-1]
    after = re.split(r"[\n\f]", text[match.end() : match.end() + MARGIN])[0]
    whole = not before.strip() and not after.strip()
    return whole and count >= LETTER_SPACED_LINE
