"""Changes to a text that keep the way back to its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vectorstore.article import Block, Mark, OffsetMap

MOJIBAKE = "mojibake"
"""Characters decoded with the wrong table, put right."""
LOST = "lost"
"""Characters that are gone for good; the text holds U+FFFD there, or cannot be read."""
GLOSS = "gloss"
"""The pronunciation of the character before it."""
MARKUP = "markup"
"""Tags and entities of a web page."""
FORM = "form"
"""Full-width letters and digits, compatibility characters, ligatures."""
CONTROL = "control"
"""Control characters and marks that are not seen."""
SPACE = "space"
"""White space inside Chinese text, or more of it than is needed."""
LINE_BREAK = "line break"
"""A line or column that ended in mid-sentence."""
CAPTION = "caption"
"""A picture's caption or credit."""
MENU = "menu"
"""Menus, search boxes, advertisements, copyright lines, lists of other articles."""
REPEATED = "repeated"
"""A stretch that stands elsewhere in the article as well."""
PAGE = "page"
"""Page numbers and running heads."""
BYLINE = "byline"
"""Author, publisher or date on a line of their own; kept as facts of the article."""

KINDS = (
    MOJIBAKE, LOST, MARKUP, GLOSS, FORM, CONTROL, SPACE, LINE_BREAK,
    CAPTION, MENU, REPEATED, PAGE, BYLINE,
)  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """Put `new` in place of `text[start:end]`; `kind` is one of KINDS."""

    start: int
    end: int
    new: str
    kind: str


Step = Callable[[str], Sequence[Edit]]
"""One kind of cleaning: looks at a text and gives its edits, in order and apart."""


@dataclass(frozen=True)
class Text:
    """A text, where its characters came from, and what was done to them."""

    text: str
    offsets: OffsetMap
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, text: str, at: int = 0) -> Text:
        """Give a text that stands as it is at `at` of its source."""
        return cls(text, OffsetMap.shifted(len(text), at))

    def edited(self, edits: Sequence[Edit]) -> Text:
        """Give the text with the edits made, which are in order and do not overlap.

        An edit of equal length is taken as character for character.
        """
        if not edits:
            return self
        pieces: list[str] = []
        blocks: list[Block] = []
        at = length = 0
        for edit in edits:
            if not at <= edit.start <= edit.end:
                raise ValueError(f"{edit} overlaps what ends at {at}")
            for new, start, end in (
                (self.text[at : edit.start], at, edit.start),
                (edit.new, edit.start, edit.end),
            ):
                if new:
                    blocks.append((length, start, len(new), end - start))
                pieces.append(new)
                length += len(new)
            at = edit.end
        if at < len(self.text):
            blocks.append((length, at, len(self.text) - at, len(self.text) - at))
        pieces.append(self.text[at:])
        made = OffsetMap(tuple(blocks)).before(self.offsets)
        return Text("".join(pieces), made, (*self.marks, *self._marks(edits)))

    def cut(self, start: int, end: int) -> Text:
        """Give the stretch between two offsets, with the marks that touch its source."""
        first, last = self.offsets.to_source(start, end)
        held = (m for m in self.marks if m.source_start < last and m.source_end > first)
        return Text(self.text[start:end], self.offsets.cut(start, end), tuple(held))

    def _marks(self, edits: Iterable[Edit]) -> list[Mark]:
        return [Mark(e.kind, *self.offsets.to_source(e.start, e.end)) for e in edits]
