"""Cut a text into lines, and turn lines that are not the article into edits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vectorstore.clean.edit import Edit, Step, Text

BLANK = " \t\xa0\u3000"
"""White space that ends neither a line nor a page."""
ROUNDS = 16
"""What is taken out can uncover more; more rounds than this no real page needs."""
SENTENCE_ENDS = "。！？!?…”’」』.;；"
CLOSING = "”’」』)）]】》\"'"


@dataclass(frozen=True)
class Line:
    r"""A line without the white space around it; `next` is where the one after it begins.

    A form feed ends a line as well, and belongs to none.
    """

    start: int
    end: int
    next: int
    text: str
    page: int


def lines(text: str) -> list[Line]:
    """Give the lines of a text that hold something."""
    made: list[Line] = []
    at = 0
    for number, page in enumerate(text.split("\f")):
        for line in page.split("\n"):
            bare = line.strip()
            if bare:
                start = at + len(line) - len(line.lstrip())
                after = at + len(line)
                following = after + (after < len(text) and text[after] == "\n")
                made.append(Line(start, start + len(bare), following, bare, number))
            at += len(line) + 1
    return made


def without(text: str, dropped: Iterable[tuple[Line, str]]) -> list[Edit]:
    """Give the edits that take whole lines out, with the empty lines after them."""
    made: list[Edit] = []
    for line, kind in dropped:
        above = text.rfind("\n", 0, line.start)
        start = max(above, text.rfind("\f", above + 1, line.start)) + 1
        end = line.next
        while end < len(text) and text[end] in "\n" + BLANK:
            end += 1
        while end > line.next and text[end - 1] != "\n":
            end -= 1
        made.append(Edit(start, end, "", kind))
    return made


def merged(edits: Iterable[Edit]) -> list[Edit]:
    """Put edits in order; of two that overlap, the one that begins first stays."""
    made: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        if not made or edit.start >= made[-1].end:
            made.append(edit)
    return made


def whole(line: str) -> bool:
    """Say whether a line ends like a sentence."""
    return line.rstrip(CLOSING)[-1:] in SENTENCE_ENDS or line[-1:] in SENTENCE_ENDS


def taken_out(text: str, steps: Sequence[Step]) -> list[Edit]:
    """Give the edits of steps that only take out, each at work until none finds more."""
    left = Text.of(text)
    for _ in range(ROUNDS):
        before = left.text
        for step in steps:
            left = left.edited(step(left.text))
        if left.text == before:
            break
    return merged(Edit(m.source_start, m.source_end, "", m.kind) for m in left.marks)
