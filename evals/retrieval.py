"""How often the search puts a right passage or article first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.questions import Question, Support
from rag.answer import Turn
from rag.question import resolved
from vectorstore.article import Hit, OffsetMap
from vectorstore.store import Store

DEPTH = 50
"""Passages looked at, so that ten articles are among them."""

Search = Callable[[str, int], list[Hit]]


@dataclass(frozen=True)
class Ranks:
    """The rank of the first right article and the first right passage of a question.

    Counted from 1; 0 where none is among those found; None where it does not apply.
    """

    article: int
    passage: int | None


def ranks(question: Question, store: Store, search: Search) -> Ranks:
    """Ask one question, after those asked before it, and find its support among the hits."""
    turns = [Turn(asked, "") for asked in question.earlier]
    hits = search(resolved(question.question, turns), DEPTH)
    articles = list(dict.fromkeys(hit.passage.article_id for hit in hits))
    docs = {support.doc for support in question.support}
    known = [s for s in question.support if s.start is not None]
    by_passage = (
        _first([_holds(hit, known, _offsets(store, hit)) for hit in hits]) if known else None
    )
    return Ranks(_first([id_ in docs for id_ in articles]), by_passage)


def hit_rate(found: Sequence[int], k: int) -> float:
    """Give the share of ranks within the first `k`; rank 0 means not found."""
    return sum(0 < rank <= k for rank in found) / len(found)


def reciprocal_rank(found: Sequence[int], k: int = 10) -> float:
    """Give the mean of 1/rank within the first `k` (MRR@k), 0 for what was not found."""
    return sum(1 / rank for rank in found if 0 < rank <= k) / len(found)


def overlaps(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Tell whether two stretches share at least half of the shorter one's characters."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared > 0 and 2 * shared >= min(a[1] - a[0], b[1] - b[0])


def _first(right: Sequence[bool]) -> int:
    return right.index(True) + 1 if True in right else 0


def _offsets(store: Store, hit: Hit) -> OffsetMap:
    article = store.catalogue.article(hit.passage.article_id)
    return article.offsets if article else OffsetMap(())


def _holds(hit: Hit, support: Sequence[Support], offsets: OffsetMap) -> bool:
    place = offsets.to_source(hit.passage.start, hit.passage.end)
    return any(
        s.doc == hit.passage.article_id and overlaps(place, (s.start or 0, s.end or 0))
        for s in support
    )
