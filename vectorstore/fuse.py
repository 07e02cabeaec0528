"""Turn what two search legs found into one ranking."""

from __future__ import annotations

from collections.abc import Sequence

from vectorstore.spread import Spread

Scored = Sequence[tuple[str, float]]

DENSE_WEIGHT = 0.18
"""What a similarity counts that is one deviation higher, where all words looked for count 1."""


def fused(dense: Scored, lexical: Scored, spread: Spread) -> list[tuple[str, float]]:
    """Add the share of words found and the similarity in deviations; best first, ties by id.

    Neither is scaled to what else was found: a leg that found nothing good says so. What the dense
    leg did not find counts as the least that it found.
    """
    similar, shares = dict(dense), dict(lexical)
    least = min(similar.values(), default=spread.mean)
    total = {
        id_: (shares.get(id_, 0.0) + DENSE_WEIGHT * spread.above(similar.get(id_, least))) / 2
        for id_ in similar.keys() | shares.keys()
    }
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
