"""Vectors drawn from a collection to how similar its passages usually are to a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

DEVIATION = 0.02
"""What is taken for the deviation where there are too few passages to measure one."""

ENOUGH = 8
"""Passages of which the mean is taken for that of all like them."""


@dataclass(frozen=True)
class Spread:
    """How similar passages usually are to a question: mean and deviation.

    Both differ from model to model, and tell a high similarity from a usual one.
    """

    mean: float
    deviation: float

    def above(self, similarity: float) -> float:
        """Give how many deviations a similarity lies above the mean."""
        return (similarity - self.mean) / self.deviation


@dataclass(frozen=True)
class Sample:
    """Passages drawn from a collection: their ids and vectors (n rows)."""

    ids: tuple[str, ...]
    rows: NDArray[np.float64]
    deviation: float = field(init=False)

    def __post_init__(self) -> None:
        lengths = np.linalg.norm(self.rows, axis=-1, keepdims=True)
        rows = self.rows / np.maximum(lengths, 1e-9)
        pairs = (rows @ rows.T)[np.triu_indices(len(rows), 1)]
        deviation = float(pairs.std()) if len(pairs) else 0.0
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "deviation", deviation if deviation > 1e-4 else DEVIATION)

    def spread(self, vector: Sequence[float], kept: Callable[[Sequence[str]], set[str]]) -> Spread:
        """Give the spread of the passages that are `kept`, of all where these are too few."""
        if not self.ids or not len(vector):
            return Spread(0.0, self.deviation)
        there = kept(self.ids)
        chosen = [i for i, id_ in enumerate(self.ids) if id_ in there]
        rows = self.rows[chosen] if len(chosen) >= ENOUGH else self.rows
        return Spread(float((rows @ np.asarray(vector)).mean()), self.deviation)
