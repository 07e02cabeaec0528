"""A question and a passage as the pieces that the reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

VOCABULARY = "pieces.json"

QUESTION_PIECES = 64
"""Pieces of a question that are read, the last ones of a longer one."""

PIECES = 448
"""Pieces of a question and a passage together that are read."""


@dataclass(frozen=True)
class Pieces:
    """Ids of `<s> question </s></s> passage </s>`.

    The pieces `first` to before `last` are the text of the passage; `places[i]` is where piece
    `first + i` stands in it.
    """

    ids: list[int]
    first: int
    last: int
    places: list[tuple[int, int]]

    def spanning(self, start: int, end: int) -> tuple[int, int] | None:
        """Give the first and last piece of `text[start:end]`, or None where it was cut off."""
        inside = [i for i, (a, b) in enumerate(self.places) if a < end and start < b]
        if not inside or self.places[inside[-1]][1] < end:
            return None
        return self.first + inside[0], self.first + inside[-1]


def open_pieces(file: Path) -> Tokenizer:
    """Open a `tokenizer.json`."""
    return Tokenizer.from_file(str(file))


def cut(tokenizer: Tokenizer, question: str, title: str, text: str) -> Pieces:
    """Cut a question and a passage, its title in front, into pieces."""
    begin, *asked = tokenizer.encode(question).ids[:-1]
    asked = [begin, *asked[-QUESTION_PIECES:]]
    head = f"{title}\n" if title else ""
    whole = tokenizer.encode(head + text)
    spans = [_without_space(head + text, *span) for span in whole.offsets]
    room = PIECES - len(asked) - 3
    read = list(zip(whole.ids, spans, strict=True))[1:-1][:room]
    stop = whole.ids[-1]
    ids = [*asked, stop, stop, *(i for i, _ in read), stop]
    ahead = sum(b <= len(head) for _, (_, b) in read) if head else 0
    places = [(max(a - len(head), 0), b - len(head)) for _, (a, b) in read[ahead:]]
    first = len(asked) + 2 + ahead
    return Pieces(ids, first, first + len(places), places)


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    """Give where a piece stands without the white space in front of it."""
    return end - len(text[start:end].lstrip()), end
