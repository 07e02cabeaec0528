"""Turn the scores of two search legs into one ranking."""

from __future__ import annotations

from collections.abc import Sequence

Scored = Sequence[tuple[str, float]]


def scaled(found: Scored) -> dict[str, float]:
    """Scale the scores of one leg to 0..1, the weakest found to 0, the best to 1.

    >>> scaled([("a", 9.0), ("b", 7.0), ("c", 5.0)])
    {'a': 1.0, 'b': 0.5, 'c': 0.0}
    """
    if not found:
        return {}
    low, high = min(s for _, s in found), max(s for _, s in found)
    return {id_: (s - low) / (high - low) if high > low else 1.0 for id_, s in found}


def fused(dense: Scored, lexical: Scored, weight: float = 0.5) -> list[tuple[str, float]]:
    """Add the scaled scores of both legs, `weight` for the dense one; best first, ties by id."""
    by_dense, by_lexical = scaled(dense), scaled(lexical)
    total = {
        id_: weight * by_dense.get(id_, 0.0) + (1 - weight) * by_lexical.get(id_, 0.0)
        for id_ in by_dense.keys() | by_lexical.keys()
    }
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))
