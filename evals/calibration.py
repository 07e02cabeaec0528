"""What a confidence is worth: ranking, risk against coverage, calibration. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Answers of like confidence: how many, their mean confidence, the share that is right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True)
class Point:
    """A least confidence, the share it lets be answered, and the share of that which is wrong."""

    certainty: float
    coverage: float
    risk: float


def auroc(confidence: ArrayLike, label: ArrayLike) -> float:
    """Give the chance that one of the labelled has the higher confidence; equal ones count half.

    NaN when all or none are labelled. The area under the ROC curve, by ranks (Mann and Whitney
    1947).
    """
    values, chosen = np.asarray(confidence, float), np.asarray(label, bool)
    inside, outside = int(chosen.sum()), int((~chosen).sum())
    if not inside or not outside:
        return float("nan")
    above = rankdata(values)[chosen].sum() - inside * (inside + 1) / 2
    return float(above / (inside * outside))


def risk_coverage(confidence: ArrayLike, right: ArrayLike) -> list[Point]:
    """Give the risk at every coverage that a least confidence can bring, the smallest first.

    El-Yaniv and Wiener 2010. Cases of equal confidence are answered together.
    """
    values, wrong = np.asarray(confidence, float), 1 - np.asarray(right, float)
    made = []
    for certainty in np.unique(values)[::-1]:
        answered = values >= certainty
        made.append(Point(float(certainty), float(answered.mean()), float(wrong[answered].mean())))
    return made


def area_under_risk_coverage(confidence: ArrayLike, right: ArrayLike) -> float:
    """Give the mean risk over all coverages, 0..1, lower is better (Geifman and El-Yaniv 2017)."""
    values = np.asarray(confidence, float)
    wrong = 1 - np.asarray(right, float)
    order = np.argsort(-values, kind="stable")
    _, group, sizes = np.unique(-values[order], return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    risk = np.cumsum(wrong[order])[ends - 1] / ends
    return float(risk[group].mean())


def calibration_bins(confidence: ArrayLike, right: ArrayLike) -> list[Bin]:
    """Give the bins of equal width that hold something, the least confident first."""
    values, labels = np.asarray(confidence, float), np.asarray(right, float)
    places = _places(values)
    return [
        Bin(int(inside.sum()), float(values[inside].mean()), float(labels[inside].mean()))
        for inside in (places == place for place in range(BINS))
        if inside.any()
    ]


def calibration_error(
    confidence: ArrayLike, right: ArrayLike, weight: ArrayLike | None = None
) -> float:
    """Give the expected calibration error over ten bins of equal width (Guo et al. 2017), 0..1.

    `weight` is how often each case counts, once where it is not given.
    """
    values, labels = np.asarray(confidence, float), np.asarray(right, float)
    times = np.ones_like(values) if weight is None else np.asarray(weight, float)
    off = np.bincount(_places(values), times * (values - labels), minlength=BINS)
    return float(np.abs(off).sum() / times.sum())


def _places(values: NDArray[np.float64]) -> NDArray[np.int_]:
    places: NDArray[np.int_] = np.minimum((values * BINS).astype(int), BINS - 1)
    return places
