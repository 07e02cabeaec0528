"""The values everything else speaks of: Article, Passage, Hit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

SEARCHED_TITLE = 80
"""Characters of a title that go into the search; a longer one would drown the passage."""

Progress = Callable[[int, int, str], None]
"""Called with how much is done, how much there is in all, and what is being worked on."""


Block = tuple[int, int, int, int]
"""`(start, source_start, length, source_length)` of a stretch of text and of what it came from."""


@dataclass(frozen=True)
class OffsetMap:
    """Where stretches of a text stood in the decoded source; offsets are code points.

    The blocks are in order and cover the text. In a block of equal lengths the characters belong
    together one by one; in any other the stretch was changed as a whole (`source_length` 0: it was
    put in). What the source has between two blocks was left out.
    """

    blocks: tuple[Block, ...] = ()

    @classmethod
    def shifted(cls, length: int, by: int = 0) -> OffsetMap:
        """Map a text of `length` code points that stands whole at `by` in its source."""
        return cls(((0, by, length, length),) if length else ())

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Give the source offsets of the text between `start` and `end`."""
        if start >= end:
            return (self._point(start),) * 2
        first, last = self._at(start), self._at(end - 1)
        at, source, length, source_length = self.blocks[first]
        begin = source + (start - at if length == source_length else 0)
        at, source, length, source_length = self.blocks[last]
        return begin, source + (end - at if length == source_length else source_length)

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """Give the offsets of what the source between `start` and `end` became; (0, 0) if nothing.

        The reverse of `to_source`: what was left out at either end does not count.
        """
        kept = [
            (at + max(start - source, 0), at + min(end - source, length))
            if length == source_length
            else (at, at + length)
            for at, source, length, source_length in self.blocks
            if source < end and start < source + source_length
        ]
        return (kept[0][0], kept[-1][1]) if kept else (0, 0)

    def before(self, earlier: OffsetMap) -> OffsetMap:
        """Give the map to the source of a text whose own source `earlier` maps further back."""
        made: list[Block] = []
        for at, source, length, source_length in self.blocks:
            if length == source_length:
                cut = earlier.cut(source, source + length).blocks
                made += [(b + at, *rest) for b, *rest in cut]  # type: ignore[misc]
            else:
                first, last = earlier.to_source(source, source + source_length)
                made.append((at, first, length, last - first))
        return OffsetMap(tuple(_joined(made)))

    def cut(self, start: int, end: int) -> OffsetMap:
        """Give the map of `text[start:end]`, whose first offset is 0."""
        made: list[Block] = []
        for at, source, length, source_length in self.blocks[self._at(start) :]:
            if at >= end:
                break
            left, right = max(start, at), min(end, at + length)
            if left >= right:
                continue
            if length == source_length:
                made.append((left - start, source + left - at, right - left, right - left))
            else:
                made.append((left - start, source, right - left, source_length))
        return OffsetMap(tuple(made))

    def _at(self, offset: int) -> int:
        return max(bisect_right(self.blocks, offset, key=lambda block: block[0]) - 1, 0)

    def _point(self, offset: int) -> int:
        if not self.blocks:
            return 0
        at, source, length, source_length = self.blocks[self._at(offset)]
        if length == source_length:
            return source + min(max(offset - at, 0), length)
        return source if offset <= at else source + source_length


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join neighbours that belong together one by one."""
    held: Block | None = None
    for block in blocks:
        if held and _goes_on(held, block):
            length = held[2] + block[2]
            held = (held[0], held[1], length, length)
            continue
        if held:
            yield held
        held = block
    if held:
        yield held


def _goes_on(a: Block, b: Block) -> bool:
    whole = a[2] == a[3] and b[2] == b[3]
    return whole and a[0] + a[2] == b[0] and a[1] + a[3] == b[1]


@dataclass(frozen=True)
class Mark:
    """A stretch of the source that cleaning changed or left out, and which kind of thing it is.

    Offsets are into the decoded source; `kind` is one of those in `vectorstore.clean.edit`.
    """

    kind: str
    source_start: int
    source_end: int


@dataclass(frozen=True)
class Facts:
    """What a file says about its article by its own marks; empty where it says nothing."""

    title: str = ""
    author: str = ""
    publisher: str = ""
    date: str = ""
    url: str = ""

    def or_else(self, other: Facts) -> Facts:
        """Fill what is empty here from `other`."""
        return Facts(*(getattr(self, f) or getattr(other, f) for f in self.__dataclass_fields__))


@dataclass(frozen=True)
class Article:
    """One article as the reader sees it.

    `source` is what the reader is shown (a path or URL), `origin` the file or address it was read
    from, empty when there is none. `digest` is a SHA-256 over everything that is searched or
    shown; equal digests mean that nothing has to be done again.

    `raw` is the stretch of the decoded source that the article was read from, as it came, and
    begins at `raw_start` there; empty when it is `text` itself. `marks` say what cleaning did to
    it. `pages` are the offsets in `text` at which the pages of a paged source begin.
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    date: str = ""
    origin: str = ""
    digest: str = ""
    offsets: OffsetMap = field(default_factory=OffsetMap)
    author: str = ""
    publisher: str = ""
    raw: str = ""
    raw_start: int = 0
    marks: tuple[Mark, ...] = ()
    pages: tuple[int, ...] = ()

    def page(self, offset: int) -> int:
        """Give the number of the page that holds `offset` of the text; 0 when there are none."""
        return bisect_right(self.pages, offset)


@dataclass(frozen=True)
class Passage:
    """A stretch of whole sentences: `article.text[start:end] == text` always holds."""

    id: str
    article_id: str
    start: int
    end: int
    text: str
    title: str = ""
    heading: str = ""

    @property
    def searched_title(self) -> str:
        """The part of the title that is searched."""
        return self.title[:SEARCHED_TITLE]


@dataclass(frozen=True)
class Listed:
    """One line of the list of articles; `characters`, `passages` and `copies` are counts."""

    id: str
    title: str
    source: str
    date: str
    characters: int
    passages: int
    added: str
    author: str = ""
    publisher: str = ""
    copies: int = 0


@dataclass(frozen=True)
class Copy:
    """Another copy of an article; `exact` when its text is the same but for script and marks."""

    id: str
    title: str
    source: str
    date: str
    exact: bool


@dataclass(frozen=True)
class Hit:
    """A passage that a search found; `score` is 0..1, higher is better.

    `dense` is its cosine similarity to the question, or the least found where it was not among
    the nearest.
    """

    passage: Passage
    score: float
    dense: float = 0.0
