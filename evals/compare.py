"""Two runs side by side: what changed, whether chance explains it, which questions flipped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Row:
    """One metric in both runs, over the questions that both scored.

    `interval` is the 95 % bootstrap interval of the difference, `p` the two-sided probability of
    a difference as large by chance (paired permutation test), None for figures that are no means.
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
    and `only_after` count the questions that one run alone asked.
    """

    before: Run
    after: Run
    rows: tuple[Row, ...]
    gained: tuple[tuple[Case, Case], ...]
    lost: tuple[tuple[Case, Case], ...]
    changed: Mapping[str, tuple[Any, Any]]
    only_before: int
    only_after: int


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
    names = [*before.settings, *(n for n in after.settings if n not in before.settings)]
    return Comparison(
        before,
        after,
        tuple(_rows(pairs, seed)),
        tuple((a, b) for a, b, outcomes in told if outcomes == (False, True)),
        tuple((a, b) for a, b, outcomes in told if outcomes == (True, False)),
        {
            n: (before.settings.get(n), after.settings.get(n))
            for n in names
            if before.settings.get(n) != after.settings.get(n)
        },
        len(first) - len(shared),
        len(second) - len(shared),
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
            raise EvalError(
                f"{text!r} is no limit. Give a number such as -0.01, or a metric with one, such as"
                " retrieval.hit@1=-0.02."
            ) from None
    return limits


def failures(comparison: Comparison, limits: Mapping[str, float]) -> list[Row]:
    """Give the rows whose gain is below the limit set for them.

    The limit for every metric is not for times and tokens. Raises EvalError for a metric that is
    not in both runs.
    """
    known = {row.name for row in comparison.rows}
    if strange := [name for name in limits if name and name not in known]:
        raise EvalError(
            f"Both runs do not have the metric {', '.join(strange)}. Those they have:"
            f" {', '.join(sorted(known))}."
        )
    limited = [(row, _limit(row, limits)) for row in comparison.rows]
    return [row for row, least in limited if least is not None and row.gain < least]


def _limit(row: Row, limits: Mapping[str, float]) -> float | None:
    if row.name in limits:
        return limits[row.name]
    return None if row.name.partition(".")[0] in LOWER_GROUPS else limits.get("")


def _same(before: Case, after: Case) -> bool:
    return (before.question, before.gold) == (after.question, after.gold)


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
    common = [id_ for id_ in a.cases if id_ in set(b.cases)]
    return (_part(a, common), _part(b, common)) if common else None


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
    """Test whether the mean of the paired differences is 0, by turning signs at random."""
    if a.statistic is not np.mean or len(a.cases) < 2:
        return None
    apart = b.arrays[0] - a.arrays[0]
    if not apart.any():
        return 1.0
    tested = permutation_test(
        (apart,),
        np.mean,
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=max(1, BATCH // len(apart)),
        rng=np.random.default_rng(seed),
    )
    return float(tested.pvalue)
