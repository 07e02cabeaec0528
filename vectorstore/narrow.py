"""Search both legs among chosen articles: the same ranking as over all, the others left out.

A broad filter is met by looking further down the ranking, a narrow one by naming to the legs what
they may look at; each would be slow where the other is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from vectorstore.chosen import Chosen
from vectorstore.dense import DenseLeg
from vectorstore.fuse import Scored
from vectorstore.lexical import LexicalLeg

MARGIN = 2
"""How much farther down is looked than the share of chosen passages asks for."""

NAMED = 10
"""Passages that are named to the legs in the time in which one more is looked at in a ranking."""


def legs_among(
    chosen: Chosen,
    dense: DenseLeg,
    lexical: LexicalLeg,
    text: str,
    vector: Sequence[float],
    k: int,
) -> tuple[Scored, Scored]:
    """Give the `k` best of the chosen passages by either leg, as many as there are."""
    share = chosen.share()
    if not share.articles:
        return [], []
    n = math.ceil(MARGIN * k * lexical.count() / max(share.passages, 1))
    near: Scored | None = None if vector else []
    worded: Scored | None = None
    if share.passages > NAMED * n:
        if vector:
            near = _further_down(lambda n: dense.search(vector, n), chosen, n, k)
        worded = _further_down(lambda n: lexical.search(text, n), chosen, n, k)
    if near is None:
        near = dense.among(vector, chosen.passage_ids(), k)
    if worded is None:
        worded = lexical.search(text, k, chosen.article_ids())
    return near, worded


def _further_down(find: Callable[[int], Scored], chosen: Chosen, n: int, k: int) -> Scored | None:
    """Give the first `k` chosen of the `n` best, or None where these may not be all."""
    found = find(n)
    there = chosen.among([id_ for id_, _ in found])
    best = [each for each in found if each[0] in there][:k]
    return best if len(best) == k or len(found) < n else None
