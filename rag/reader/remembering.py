"""A reader that reads nothing twice for one question."""

from __future__ import annotations

from collections.abc import Sequence

from rag.reader.reader import Reader, Seen


class RememberingReader(Reader):
    """Reads as another reader does, and keeps what was seen until the next question.

    The likeliest sentence is often the same after a few more passages; and an evaluation puts the
    same passages to a question again, looking deeper into the search.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader, self._question = reader, ""
        self._seen: dict[tuple[str, str], Seen] = {}

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Seen]:
        """Read passages, each a title and a text, for a question."""
        if question != self._question:
            self._question, self._seen = question, {}
        new = [p for p in dict.fromkeys(passages) if p not in self._seen]
        self._seen |= zip(new, self._reader.read(question, new), strict=True)
        return [self._seen[p] for p in passages]
