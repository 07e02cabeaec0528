"""The values everything else speaks of: Article, Passage, Hit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

SEARCHED_TITLE = 80
"""Characters of a title that go into the search; a longer one would drown the passage."""

Progress = Callable[[int, int, str], None]
"""Called with how much is done, how much there is in all, and what is being worked on."""


@dataclass(frozen=True)
class OffsetMap:
    """Where stretches of a cleaned text stood in the decoded source.

    Each segment is `(start, source_start, length)`: `length` code points that stand unchanged in
    both. Segments are in order; what lies between two of them was changed, added or dropped.
    """

    segments: tuple[tuple[int, int, int], ...]

    @classmethod
    def shifted(cls, length: int, by: int = 0) -> OffsetMap:
        """Map a text of `length` code points that stands whole at `by` in its source."""
        return cls(((0, by, length),))

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Give the source offsets of the text between `start` and `end`."""
        return self._point(start), max(self._point(end - 1) + 1, self._point(start))

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """Give the offsets of what the source between `start` and `end` became; (0, 0) if nothing.

        The reverse of `to_source`: what was changed or dropped at either end is left out.
        """
        kept = [
            (at + max(start - source, 0), at + min(end - source, length))
            for at, source, length in self.segments
            if source < end and start < source + length
        ]
        return (kept[0][0], kept[-1][1]) if kept else (0, 0)

    def _point(self, offset: int) -> int:
        at = bisect_right(self.segments, offset, key=lambda segment: segment[0]) - 1
        start, source_start, length = self.segments[max(at, 0)]
        return source_start + min(max(offset - start, 0), max(length - 1, 0))


@dataclass(frozen=True)
class Article:
    """One article as the reader sees it.

    `source` is what the reader is shown (a publisher, a path, a URL), `origin` the file it was
    read from, empty when there is none. `digest` is a SHA-256 over everything that is searched or
    shown; equal digests mean that nothing has to be done again.
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    date: str = ""
    origin: str = ""
    digest: str = ""
    offsets: OffsetMap = field(default_factory=lambda: OffsetMap(()))


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
    """One line of the list of articles; `characters` and `passages` are counts."""

    id: str
    title: str
    source: str
    date: str
    characters: int
    passages: int
    added: str


@dataclass(frozen=True)
class Hit:
    """A passage that a search found; `score` is 0..1, higher is better.

    `dense` is its cosine similarity to the question, or the least found where it was not among
    the nearest.
    """

    passage: Passage
    score: float
    dense: float = 0.0
