"""What a reader of a run looks for: its figures in words, its failures, the worst first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from evals.run import Case, Cited, Metrics

MOST_CASES = 100
DECLINES_KEPT = 20
"""Of the cases shown, so many are wrong declines however many wrong answers there are."""

AROUND = 120
"""Characters of a passage shown on either side of the cited sentence."""

RATIOS = ("mrr@", "ndcg@", "auroc", "aurc", "ece")


@dataclass(frozen=True)
class Figure:
    """A metric with its 95 % interval; `interval` is None where there is none."""

    name: str
    value: float
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Excerpt:
    """A cited sentence and what stands before and after it, shortened where it is long."""

    before: str
    quote: str
    after: str


def read_figures(metrics: Metrics, intervals: Metrics) -> dict[str, Figure]:
    """Give the metrics of a run by their full names, "retrieval.hit@1"."""
    bounds = dict(_flat(intervals))
    made = {}
    for name, value in _flat(metrics):
        if isinstance(value, int | float) and isfinite(value):
            made[name] = Figure(name, value, _interval(bounds.get(name)))
    return made


def failures(cases: Sequence[Case]) -> list[Case]:
    """Give the cases that went wrong, the worst first.

    That is wrong answers, the surest first; then wrong declines, the surest that nothing answers
    first; then searches that did not put a right article first, those that missed it first.
    """
    return sorted((case for case in cases if _failed(case)), key=_badness)


def worst(failed: Sequence[Case]) -> list[Case]:
    """Give the failures that are shown, in their order."""
    declined = [case for case in failed if case.correct is not None and case.declined]
    others = [case for case in failed if case.correct is None or not case.declined]
    kept = max(MOST_CASES - len(others), min(len(declined), DECLINES_KEPT))
    return [*others[: MOST_CASES - min(len(declined), kept)], *declined[:kept]]


def gold_rank(case: Case) -> int:
    """Give the rank of the first right article among those found, from 1; 0 for none."""
    docs = {support.doc for support in case.support} | set(case.alternatives)
    return next((rank for rank, id_ in enumerate(case.hits, start=1) if id_ in docs), 0)


def excerpt(cited: Cited) -> Excerpt:
    """Give the cited sentence inside its passage; alone when the passage does not hold it."""
    start, end = cited.start - cited.passage_start, cited.end - cited.passage_start
    if not 0 <= start < end or cited.passage[start:end] != cited.quote:
        start = cited.passage.find(cited.quote)
        end = start + len(cited.quote)
    if start < 0 or not cited.quote:
        return Excerpt("", cited.quote, "")
    before, after = cited.passage[:start], cited.passage[end:]
    return Excerpt(
        "…" + before[-AROUND:] if len(before) > AROUND else before,
        cited.quote,
        after[:AROUND] + "…" if len(after) > AROUND else after,
    )


def shown(name: str, value: float | None, signed: bool = False) -> str:
    """Give a figure as a reader sees it: shares as per cent, times in 毫秒 or 秒."""
    if value is None or not isfinite(value):
        return "—"
    sign = "+" if signed else ""
    digits = 1 if signed and abs(value) < 10 else 0
    if name.startswith("latency_ms."):
        slow = abs(value) >= 1000
        return f"{value / 1000:{sign}.1f} 秒" if slow else f"{value:{sign}.{digits}f} 毫秒"
    if name.startswith("tokens."):
        return f"{value:{sign},.{digits}f}"
    if any(part in name for part in RATIOS) or abs(value) > 1:
        return f"{value:{sign}.3f}"
    return f"{100 * value:{sign}.1f}" + (" 点" if signed else "%")


def _failed(case: Case) -> bool:
    if case.correct is None:
        return case.scores.get("retrieval.hit@1") == 0
    return not case.correct


def _badness(case: Case) -> tuple[int, float]:
    if case.correct is None:
        rank = gold_rank(case)
        return 2, -rank if rank else float("-inf")
    confidence = case.confidence or 0.0
    return (1, confidence) if case.declined else (0, -confidence)


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _interval(given: Any) -> tuple[float, float] | None:
    pair = list(given) if isinstance(given, list | tuple) else []
    if len(pair) != 2 or not all(isinstance(v, int | float) and isfinite(v) for v in pair):
        return None
    return float(pair[0]), float(pair[1])
