"""Bring both legs back in step with the catalogue, which alone says what exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vectorstore.catalogue import Catalogue
from vectorstore.errors import REPAIR, StoreError
from vectorstore.legs import Embed, Entry, Legs, searched_text

REPLAYED = 50
"""Articles embedded and written again together."""

MENDED = 2000
"""Passages that are mended at a start without asking; more take too long to wait for."""


def replay(catalogue: Catalogue, legs: Legs, article_ids: Sequence[str], embed: Embed) -> None:
    """Write articles again as the catalogue has them; what it does not have goes."""
    for i in range(0, len(article_ids), REPLAYED):
        some = article_ids[i : i + REPLAYED]
        entries = []
        for article in filter(None, map(catalogue.article, some)):
            passages = tuple(catalogue.passages_of(article.id))
            vectors = embed([searched_text(p) for p in passages])
            entries.append(Entry(article, passages, tuple(vectors)))
        legs.remove(sorted({*some} - {e.article.id for e in entries}))
        legs.write(entries)
        catalogue.settled(some)


def damaged(catalogue: Catalogue, legs: Legs) -> list[str]:
    """Give the ids of the articles whose passages are not once in each leg.

    Cheap where the counts agree. Raises StoreError with the remedy where too much is wrong to be
    mended by the way.
    """
    known = catalogue.counts()[1]
    if (legs.dense.count(), legs.lexical.count()) == (known, known):
        return []
    right, dense = catalogue.passage_ids(), legs.dense.ids()
    words = Counter(legs.lexical.ids())
    wrong = right ^ dense | right ^ words.keys() | {id_ for id_, n in words.items() if n > 1}
    if len(wrong) > MENDED:
        raise StoreError(
            f"The index has {known:,} passages, but {len(right & dense):,} of them have a vector"
            f" and {len(right & words.keys()):,} can be found by their words. {REPAIR}"
        )
    return sorted({id_.rpartition(":")[0] for id_ in wrong})
