"""Cases to figures: means, rates and curves, each with a 95 % bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from scipy.stats import DegenerateDataWarning, bootstrap

from evals.calibration import area_under_risk_coverage, auroc, calibration_error
from evals.run import Case, Metrics

Array = NDArray[np.float64]
Statistic = Callable[..., Any]

RESAMPLES = 1000
LEAST_FINITE = 0.95
"""Share of the resamples that must give a number."""

BATCH = 1_000_000
"""Numbers resampled at a time, so that memory stays small."""

DIGITS = 6
PERCENTILES = {"p50": 50, "p95": 95}


@dataclass(frozen=True)
class Measure:
    """One figure: the arrays it is worked out from, a value a case each, and how.

    `cases` names the cases the values belong to, in their order; `vectorized` tells whether the
    statistic takes an `axis`.
    """

    name: str
    cases: tuple[str, ...]
    arrays: tuple[Array, ...]
    statistic: Statistic
    vectorized: bool = True

    def value(self) -> float:
        """Give the figure."""
        return float(self.statistic(*self.arrays))

    def interval(self, seed: int) -> tuple[float, float] | None:
        """Give the 95 % bootstrap interval over the cases, None when there are too few."""
        return interval(self.arrays, self.statistic, self.vectorized, seed)


def interval(
    arrays: Sequence[Array], statistic: Statistic, vectorized: bool, seed: int
) -> tuple[float, float] | None:
    """Give the 95 % percentile interval of a statistic, resampling places of all arrays alike.

    None when there are fewer than two places, or when too many resamples give no number, such as
    an AUROC of questions that are all answerable. Efron and Tibshirani 1993.
    """
    length = len(arrays[0])
    if length < 2:
        return None
    with catch_warnings():
        simplefilter("ignore", DegenerateDataWarning)
        resampled = bootstrap(
            tuple(arrays),
            statistic,
            paired=True,
            vectorized=vectorized,
            n_resamples=RESAMPLES,
            batch=max(1, BATCH // length) if vectorized else None,
            method="percentile",
            rng=np.random.default_rng(seed),
        )
    drawn = resampled.bootstrap_distribution
    finite = drawn[np.isfinite(drawn)]
    if len(finite) < LEAST_FINITE * len(drawn):
        return None
    low, high = np.percentile(finite, (2.5, 97.5))
    return float(low), float(high)


def measures(cases: Sequence[Case]) -> list[Measure]:
    """Give every measure that applies to these cases, in the order they are reported."""
    names = dict.fromkeys(name for case in cases for name in case.scores)
    found = [_share(name, cases) for name in names]
    found += [m for m in _confidence(cases) if m]
    for step in dict.fromkeys(step for case in cases for step in case.times):
        timed = [c for c in cases if step in c.times]
        for label, percent in PERCENTILES.items():
            found.append(_percentile(f"latency_ms.{step}.{label}", timed, step, percent))
    for kind in dict.fromkeys(kind for case in cases for kind in case.tokens):
        counted = [c for c in cases if kind in c.tokens]
        values = _array(c.tokens[kind] for c in counted)
        found.append(Measure(f"tokens.{kind}", _ids(counted), (values,), np.mean))
    return found


def nested(values: Iterable[tuple[str, Any]]) -> Metrics:
    """Turn "group.metric" names into nested objects, numbers rounded alike everywhere."""
    made: Metrics = {}
    for name, value in values:
        *groups, last = name.split(".")
        inside: dict[str, Any] = made
        for group in groups:
            inside = inside.setdefault(group, {})
        inside[last] = _rounded(value)
    return made


def figures(cases: Sequence[Case], seed: int) -> tuple[Metrics, Metrics]:
    """Give the metrics of some cases, and their intervals under the same keys."""
    found = measures(cases)
    intervals = [(m.name, m.interval(seed)) for m in found]
    return (
        nested((m.name, m.value()) for m in found),
        nested((name, list(pair)) for name, pair in intervals if pair),
    )


def _share(name: str, cases: Sequence[Case]) -> Measure:
    """Give the mean of a score; one that is a mean itself counts as often as it has parts."""
    scored = [c for c in cases if name in c.scores]
    values = _array(c.scores[name] for c in scored)
    if not any(name in c.weights for c in scored):
        return Measure(name, _ids(scored), (values,), np.mean)
    weights = _array(c.weights.get(name, 1) for c in scored)
    return Measure(name, _ids(scored), (values * weights, weights), _ratio)


def _confidence(cases: Sequence[Case]) -> list[Measure | None]:
    told = [c for c in cases if c.confidence is not None]
    judged = [c for c in told if not c.answerable or c.right is not None]
    right = [c.answerable and c.right for c in judged]
    return [
        _of_confidence("abstention.auroc", told, [c.answerable for c in told], auroc),
        _of_confidence("abstention.aurc", judged, right, area_under_risk_coverage),
        _of_confidence("abstention.ece", judged, right, calibration_error),
    ]


def _of_confidence(
    name: str, cases: Sequence[Case], labels: Sequence[object], statistic: Statistic
) -> Measure | None:
    if not cases or (statistic is auroc and len(set(labels)) < 2):
        return None
    arrays = (_array(c.confidence or 0.0 for c in cases), _array(map(bool, labels)))
    return Measure(name, _ids(cases), arrays, statistic, vectorized=False)


def _percentile(name: str, cases: Sequence[Case], step: str, percent: int) -> Measure:
    def statistic(values: Array, axis: int = -1) -> Any:
        return np.percentile(values, percent, axis=axis)

    return Measure(name, _ids(cases), (_array(c.times[step] for c in cases),), statistic)


def _ratio(parts: Array, wholes: Array, axis: int = -1) -> Any:
    return parts.sum(axis) / wholes.sum(axis)


def _ids(cases: Sequence[Case]) -> tuple[str, ...]:
    return tuple(c.id for c in cases)


def _array(values: Iterable[float | bool]) -> Array:
    return np.array(list(values), dtype=np.float64)


def _rounded(value: Any) -> Any:
    return [_rounded(v) for v in value] if isinstance(value, list) else round(value, DIGITS)
