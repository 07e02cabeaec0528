"""Take the source of an article apart by what became of it: kept, repaired, left out."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise
from typing import NamedTuple, TypeVar

from ui.tags import Unseen, unseen
from vectorstore.article import Article, Mark
from vectorstore.clean.edit import (
    BYLINE,
    CAPTION,
    CONTROL,
    FORM,
    GLOSS,
    LINE_BREAK,
    LOST,
    MARKUP,
    MENU,
    MOJIBAKE,
    PAGE,
    REPEATED,
    SPACE,
)

LEFT_OUT = (CAPTION, MENU, REPEATED, PAGE, BYLINE)
REPAIRED = (LOST, MOJIBAKE, MARKUP, GLOSS, FORM, CONTROL, SPACE, LINE_BREAK)

Span = tuple[int, int]


class Stretch(NamedTuple):
    """A stretch of the source that was treated alike.

    `became` is what the text has in its place, None where it was left out. `kind` is one of the
    kinds of cleaning, empty where none touched it. Where it `breaks`, a new line begins before it.
    """

    shown: str
    became: str | None
    kind: str = ""
    cited: bool = False
    breaks: bool = False

    @property
    def kept(self) -> bool:
        """Tell whether it stands in the text as it is here."""
        return self.became == self.shown and self.kind != LOST


class _Block(NamedTuple):
    start: int
    end: int
    at: int
    length: int


_Held = TypeVar("_Held", _Block, Unseen)


class Source:
    """An article's source as it came, offsets counted from its beginning."""

    def __init__(self, article: Article) -> None:
        self.article, self.length = article, len(article.raw)
        self._blocks = sorted(
            _Block(source - article.raw_start, source - article.raw_start + size, at, length)
            for at, source, length, size in article.offsets.blocks
            if size
        )
        self._block_starts = [block.start for block in self._blocks]
        self._unseen = [u for u in unseen(article.raw) if not self._is_text(u)]
        self._unseen_starts = [u.start for u in self._unseen]

    @property
    def is_page(self) -> bool:
        """Tell whether this is the source of a web page, whose own line ends mean nothing."""
        return any(u.breaks for u in self._unseen)

    def stretches(self, start: int, end: int) -> Iterator[Stretch]:
        """Give all of the source, in order, what the text has from `start` to `end` as cited."""
        first, last = self.place(start, end)
        marks = [m for m in (self._shifted(mark) for mark in set(self.article.marks)) if m]
        edges = {0, self.length, first, last, *(o for m in marks for o in m[1:])}
        spans = [(b.start, b.end) for b in self._blocks] + [(u.start, u.end) for u in self._unseen]
        edges.update(self._inside(offset) for span in spans for offset in span)
        kinds = _Kinds(marks)
        for a, b in pairwise(sorted(edges)):
            yield self._stretch(a, b, kinds)._replace(cited=first <= a and b <= last)

    def place(self, start: int, end: int) -> Span:
        """Give where in the source the text between `start` and `end` stands."""
        if start >= end or not self._blocks:
            return 0, 0
        a, b = self.article.offsets.to_source(start, end)
        shift = self.article.raw_start
        return self._inside(a - shift), self._inside(b - shift)

    def _stretch(self, a: int, b: int, kinds: _Kinds) -> Stretch:
        raw, block = self.article.raw[a:b], self._block(a)
        tag = _holding(self._unseen, self._unseen_starts, a)
        kind = kinds.at(a, REPAIRED if block else LEFT_OUT + REPAIRED)
        if block is None:
            shown = "" if tag else self._legible(raw)
            return Stretch(shown, None, kind, breaks=tag is not None and tag.breaks)
        text, offset = self.article.text, block.at + a - block.start
        if block.length == block.end - block.start:
            return Stretch(raw, text[offset : offset + b - a], kind)
        became = text[block.at : block.at + block.length]
        if kind:
            return Stretch("" if tag else self._legible(raw), became, kind)
        # How this kind of file writes a character, such as an entity: shown as that character.
        written = became if a == self._inside(block.start) else ""
        return Stretch(written, written)

    def _legible(self, raw: str) -> str:
        return unescape(raw) if self._unseen else raw

    def _is_text(self, tag: Unseen) -> bool:
        block = self._block(tag.start)
        return block is not None and block.end >= tag.end

    def _block(self, at: int) -> _Block | None:
        return _holding(self._blocks, self._block_starts, at)

    def _inside(self, offset: int) -> int:
        return min(max(offset, 0), self.length)

    def _shifted(self, mark: Mark) -> tuple[str, int, int] | None:
        shift = self.article.raw_start
        start, end = self._inside(mark.source_start - shift), self._inside(mark.source_end - shift)
        return (mark.kind, start, end) if start < end else None


class _Kinds:
    """Tells the kind of each place, asked for from the beginning to the end."""

    def __init__(self, marks: Sequence[tuple[str, int, int]]) -> None:
        opened = [(start, 1, kind) for kind, start, _ in marks]
        self._changes = sorted(opened + [(end, -1, kind) for kind, _, end in marks])
        self._next, self._open = 0, Counter[str]()

    def at(self, offset: int, order: Sequence[str]) -> str:
        """Give the first kind in `order` that this place is of; empty where it is of none."""
        while self._next < len(self._changes) and self._changes[self._next][0] <= offset:
            _, by, kind = self._changes[self._next]
            self._open[kind] += by
            self._next += 1
        return next((kind for kind in order if self._open[kind]), "")


def _holding(spans: Sequence[_Held], starts: Sequence[int], at: int) -> _Held | None:
    """Give the span that holds a place."""
    found = bisect_right(starts, at) - 1
    return spans[found] if found >= 0 and at < spans[found].end else None
