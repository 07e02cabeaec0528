"""Both search legs as one: passages and vectors in, both written or neither trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vectorstore.article import Article, Passage
from vectorstore.chosen import Chosen
from vectorstore.dense import DenseLeg
from vectorstore.fuse import Scored
from vectorstore.lexical import LexicalLeg
from vectorstore.narrow import legs_among
from vectorstore.place import Place

Embed = Callable[[list[str]], list[list[float]]]


@dataclass(frozen=True)
class Entry:
    """An article ready to be written: `vectors[i]` belongs to `passages[i]`."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: tuple[Sequence[float], ...]


def searched_text(passage: Passage) -> str:
    """Give what is embedded for a passage: its title and heading in front of its text."""
    head = (passage.searched_title, passage.heading)
    return "\n".join([*(h for h in head if h and h not in passage.text), passage.text])


class Legs:
    """The dense and the lexical leg of one index. Written by one process at a time."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.dense = (
            DenseLeg(place.server, place.collection)
            if place.server
            else DenseLeg(place.part("chroma"))
        )
        self.lexical = LexicalLeg(place.part("tantivy"))

    def write(self, entries: Sequence[Entry]) -> list[Passage]:
        """Write articles in place of what stands under their ids, and give their passages."""
        passages = [p for e in entries for p in e.passages]
        if not entries:
            return passages
        self.dense.remove([e.article.id for e in entries])
        self.dense.put(
            [p.id for p in passages],
            [v for e in entries for v in e.vectors],
            [p.article_id for p in passages],
        )
        self.lexical.write([e.article.id for e in entries], passages)
        return passages

    def remove(self, article_ids: Sequence[str]) -> None:
        """Remove articles; one that is not there is no error."""
        if article_ids:
            self.dense.remove(article_ids)
            self.lexical.write(article_ids, [])

    def search(
        self, text: str, vector: Sequence[float], depth: int, chosen: Chosen | None = None
    ) -> tuple[Scored, Scored]:
        """Give what each leg finds, among what was chosen; no text or vector finds nothing."""
        if chosen is not None:
            return legs_among(chosen, self.dense, self.lexical, text, vector, depth)
        dense = self.dense.search(vector, depth) if vector else []
        return dense, self.lexical.search(text, depth)

    def counts(self) -> tuple[int, int]:
        """Give the numbers of vectors and of passages with words."""
        return self.dense.count(), self.lexical.count()

    def reopen(self) -> None:
        """See what other processes have written."""
        self.dense.reopen()
        self.lexical.reload()

    def close(self) -> None:
        """Let go of all files."""
        self.dense.close()
