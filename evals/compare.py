"""Two runs side by side: what changed, whether chance explains it, which questions flipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
from scipy.stats import permutation_test

from evals.errors import EvalError
from evals.figures import BATCH, Array, Measure, interval, measures
from evals.run import Case, Run

LOWER_IS_BETTER = ("abstention.refused_answerable", "abstention.aurc", "abstention.ece")
LOWER_GROUPS = ("latency_ms", "tokens")
"""Groups whose figures are better when lower; a gate for all metrics leaves them out."""

PERMUTATIONS = 5000
SWAPS = 1000
"""Permutations of figures that are no means; each has to be worked out by itself."""

LEVEL = 0.05
"""A difference counts when chance brings one as large less often than this."""

ROUNDING = 1e-9
"""What a gain may miss its limit by, for the rounding of binary fractions."""


@dataclass(frozen=True)
class Row:
    """One metric in both runs, over the questions that both scored.

    `interval` is the 95 % bootstrap interval of the difference, `p` the two-sided probability of
    a difference as large by chance (paired permutation test), None where there is too little.
    `gain` is the difference, its sign turned where lower is better.
    """

    name: str
    questions: int
    before: float
    after: float
    interval: tuple[float, float] | None
    p: float | None

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def gain(self) -> float:
        """How much better the second run is; below 0 it is worse."""
        return -self.difference if lower_is_better(self.name) else self.difference


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs.

    `gained` and `lost` are pairs of (before, after) of the questions whose outcome flipped to
    correct and to incorrect. `changed` maps the settings that differ to both values; `only_before`
    and `only_after` count the questions that one run alone asked, `gone` names the metrics that the
    second one lacks.
    """

    before: Run
    after: Run
    rows: tuple[Row, ...]
    gained: tuple[tuple[Case, Case], ...]
    lost: tuple[tuple[Case, Case], ...]
    changed: Mapping[str, tuple[Any, Any]]
    only_before: int
    only_after: int
    gone: tuple[str, ...] = ()


def compared(before: Run, after: Run, seed: int = 0) -> Comparison:
    """Compare two runs over the questions they share. Raises EvalError when they share none."""
    first, second = ({c.id: c for c in run.cases} for run in (before, after))
    shared = [id_ for id_ in first if id_ in second and _same(first[id_], second[id_])]
    if not shared:
        raise EvalError(
            f"The runs {before.name} and {after.name} have no question in common,"
            " so there is nothing to compare."
        )
    pairs = [(first[id_], second[id_]) for id_ in shared]
    told = [(a, b, _outcomes(a, b)) for a, b in pairs]
    rows = _rows(pairs, seed)
    kept = {row.name for row in rows}
    settings, others = _depends(before), _depends(after)
    return Comparison(
        before,
        after,
        tuple(rows),
        tuple((a, b) for a, b, outcomes in told if outcomes == (False, True)),
        tuple((a, b) for a, b, outcomes in told if outcomes == (True, False)),
        {
            n: (settings.get(n), others.get(n))
            for n in dict.fromkeys([*settings, *others])
            if settings.get(n) != others.get(n)
        },
        len(first) - len(shared),
        len(second) - len(shared),
        tuple(m.name for m in measures(before.cases) if m.name not in kept),
    )


def lower_is_better(name: str) -> bool:
    """Tell whether a lower figure is the better one."""
    return name in LOWER_IS_BETTER or name.partition(".")[0] in LOWER_GROUPS


def gates(given: Sequence[str]) -> dict[str, float]:
    """Read the limits of a gate: "-0.01" for every metric, or "retrieval.hit@1=-0.02" for one.

    The key "" stands for every metric. Raises EvalError for what is no limit.
    """
    limits = {}
    for text in given:
        name, _, limit = text.rpartition("=")
        try:
            limits[name.strip()] = float(limit)
        except ValueError:
            limits[name.strip()] = nan
        if not isfinite(limits[name.strip()]):
            raise EvalError(
                f"{text!r} is no limit. Give a number such as -0.01, or a metric with one, such as"
                " retrieval.hit@1=-0.02."
            )
    return limits


def failures(comparison: Comparison, limits: Mapping[str, float]) -> list[str]:
    """Say what fails a gate, one line each: what got worse by more than its limit, or got lost.

    The limit for every metric is not for times and tokens. Raises EvalError for a metric that is
    in neither run.
    """
    if not limits:
        return []
    known = {*(row.name for row in comparison.rows), *comparison.gone}
    if strange := [name for name in limits if name and name not in known]:
        raise EvalError(
            f"The runs do not have the metric {', '.join(strange)}. Those they have:"
            f" {', '.join(sorted(known))}."
        )
    worse = [
        f"{row.name} by {-row.gain:.6g}, {-least:.6g} allowed"
        for row in comparison.rows
        if (least := _limit(row.name, limits)) is not None and row.gain < least - ROUNDING
    ]
    lost = [f"{n} is gone" for n in comparison.gone if _limit(n, limits) is not None]
    asked = f"{comparison.only_before} questions of the first run were not asked again"
    return [*worse, *lost, *([asked] if comparison.only_before else [])]


def verdict(row: Row) -> str:
    """Give "better" or "worse" when chance does not explain the difference, else ""."""
    if row.p is not None:
        beyond = row.p < LEVEL
    else:
        beyond = row.interval is not None and not row.interval[0] <= 0 <= row.interval[1]
    if not beyond or row.gain == 0:
        return ""
    return "better" if row.gain > 0 else "worse"


def _limit(name: str, limits: Mapping[str, float]) -> float | None:
    if name in limits:
        return limits[name]
    return None if name.partition(".")[0] in LOWER_GROUPS else limits.get("")


def _same(before: Case, after: Case) -> bool:
    return (before.question, before.gold) == (after.question, after.gold)


def _depends(run: Run) -> dict[str, Any]:
    """Give what a run depends on: its settings and how much it asked."""
    return run.settings | {f"indexed {name}": count for name, count in run.corpus.items()}


def _outcomes(before: Case, after: Case) -> tuple[bool | None, bool | None]:
    """Give both outcomes; where one was not answered, whether the first article was right."""
    if before.correct is not None and after.correct is not None:
        return before.correct, after.correct
    return _found_first(before), _found_first(after)


def _found_first(case: Case) -> bool | None:
    first = case.scores.get("retrieval.hit@1")
    return None if first is None else first == 1.0


def _rows(pairs: Sequence[tuple[Case, Case]], seed: int) -> list[Row]:
    first = {m.name: m for m in measures([a for a, _ in pairs])}
    second = {m.name: m for m in measures([b for _, b in pairs])}
    made = []
    for name in first:
        if name in second and (both := _paired(first[name], second[name])):
            made.append(_row(*both, seed))
    return made


def _paired(a: Measure, b: Measure) -> tuple[Measure, Measure] | None:
    """Cut two measures down to the cases that both hold."""
    there = set(b.cases)
    common = [id_ for id_ in a.cases if id_ in there]
    alike = len(a.arrays) == len(b.arrays)
    return (_part(a, common), _part(b, common)) if common and alike else None


def _part(measure: Measure, ids: Sequence[str]) -> Measure:
    at = {id_: place for place, id_ in enumerate(measure.cases)}
    chosen = [at[id_] for id_ in ids]
    arrays = tuple(array[chosen] for array in measure.arrays)
    return Measure(measure.name, tuple(ids), arrays, measure.statistic, measure.vectorized)


def _row(a: Measure, b: Measure, seed: int) -> Row:
    width = len(a.arrays)

    def difference(*arrays: Array, **axis: int) -> Any:
        return b.statistic(*arrays[width:], **axis) - a.statistic(*arrays[:width], **axis)

    spread = interval((*a.arrays, *b.arrays), difference, a.vectorized, seed)
    return Row(a.name, len(a.cases), a.value(), b.value(), spread, _chance(a, b, seed))


def _chance(a: Measure, b: Measure, seed: int) -> float | None:
    """Test whether runs swapped at random, case by case, lie as far apart as they do."""
    if len(a.cases) < 2:
        return None
    if all(np.array_equal(x, y) for x, y in zip(a.arrays, b.arrays, strict=True)):
        return 1.0
    if a.statistic is not np.mean:
        return _chance_by_swaps(a, b, seed)
    apart = b.arrays[0] - a.arrays[0]
    tested = permutation_test(
        (apart,),
        np.mean,
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=max(1, BATCH // len(apart)),
        rng=np.random.default_rng(seed),
    )
    return float(tested.pvalue)


def _chance_by_swaps(a: Measure, b: Measure, seed: int) -> float | None:
    draw = np.random.default_rng(seed)
    observed, reached = abs(b.value() - a.value()), 0
    for _ in range(SWAPS):
        swapped = draw.random(len(a.cases)) < 0.5
        pairs = list(zip(a.arrays, b.arrays, strict=True))
        first = a.statistic(*(np.where(swapped, y, x) for x, y in pairs))
        second = a.statistic(*(np.where(swapped, x, y) for x, y in pairs))
        if not np.isfinite(first - second):
            return None
        reached += abs(second - first) >= observed - ROUNDING
    return float((reached + 1) / (SWAPS + 1))
