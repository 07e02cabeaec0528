"""A reader that reads nothing twice for one question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import takewhile

from rag.reader.reader import Reader, Seen


class RememberingReader(Reader):
    """Reads as another reader does, and keeps what was seen until the next question.

    An evaluation puts the same passages to a question again, looking deeper into the search.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader, self._question = reader, ""
        self._seen: dict[tuple[str, str], Seen] = {}

    def read(
        self, question: str, passages: Sequence[tuple[str, str]], seconds: float = math.inf
    ) -> list[Seen]:
        """Read passages, each a title and a text, for a question; `seconds` for what is new."""
        if question != self._question:
            self._question, self._seen = question, {}
        new = [p for p in dict.fromkeys(passages) if p not in self._seen]
        self._seen |= zip(new, self._reader.read(question, new, seconds), strict=False)
        return [self._seen[p] for p in takewhile(self._seen.__contains__, passages)]
