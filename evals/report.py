"""A run, or two of them, to one HTML page that needs nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals.charts import (
    LEAST_ANSWERS,
    Chart,
    Dot,
    Outcome,
    calibration_chart,
    kinds_chart,
    latency_chart,
    outcomes,
    readable,
    risk_chart,
)
from evals.compare import LEVEL, LOWER_GROUPS, Comparison, Row, lower_is_better, verdict
from evals.findings import (
    Figure,
    excerpt,
    failures,
    gold_rank,
    read_figures,
    shown,
    worst,
)
from evals.run import Case, Cause, Run

SourceLink = Callable[[str, int, int, str], str]
"""Gives the address of an article at an offset, up to another, where a quote stood."""


MOST_FLIPS = 50
MOST_KIND_CHARTS = 3
MOST_LEFT_OUT = 30
MOST_ROWS = 60

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

HEADLINE = (
    "retrieval.hit@1", "passage.hit@1", "citation.recall", "citation.precision",
    "answer.contains", "answer.f1", "faithfulness.facts", "abstention.auroc",
    "abstention.refused_unanswerable", "abstention.refused_answerable",
    "latency_ms.first.p50", "latency_ms.total.p50",
)  # fmt: skip
HEADLINE_OF_SEARCH = (
    "retrieval.hit@1", "retrieval.hit@5", "retrieval.mrr@10", "passage.hit@1", "passage.hit@5",
    "latency_ms.retrieve.p50",
)  # fmt: skip
BY_KIND = (
    "retrieval.hit@1", "passage.hit@1", "answer.f1", "answer.contains", "citation.recall",
    "abstention.refused_unanswerable", "abstention.refused_answerable",
)  # fmt: skip
DRAWN_BY_KIND = ("retrieval.hit@1", "citation.recall", "answer.f1", "passage.hit@1")


@dataclass(frozen=True)
class Kind:
    """One kind of question: how many there are, and its metrics by their full names."""

    name: str
    questions: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class Threshold:
    """What a least confidence would bring, as shares; None where it applies to no question."""

    certainty: float
    answered: float
    wrong: float | None
    lost: float | None
    refused: float | None
    current: bool


def report_html(run: Run, source_link: SourceLink | None = None, nonce: str = "") -> str:
    """Give the report of a run as one HTML file.

    `source_link` gives the address of a stretch of an article; without it titles are plain text.
    `nonce` goes on the style element, for a content security policy.
    """
    figures = read_figures(run.metrics, run.intervals)
    failed = failures(run.cases)
    listed = worst(failed)
    kinds = [_kind(kind, run) for kind in run.by_kind]
    answered = any(case.correct is not None for case in run.cases)
    first = HEADLINE if answered else HEADLINE_OF_SEARCH
    return _page(
        "report.html",
        run=run,
        nonce=nonce,
        source_link=source_link,
        answered=answered,
        answerable=sum(case.answerable for case in run.cases),
        most_left_out=MOST_LEFT_OUT,
        most_rows=MOST_ROWS,
        figures=figures,
        headline=[figures[name] for name in first if name in figures],
        thresholds=thresholds(run.cases, _certainty(run)),
        kinds=kinds if len(kinds) > 1 else [],
        kind_columns=[n for n in BY_KIND if any(n in kind.figures for kind in kinds)],
        charts=_charts(run),
        kind_charts=_kind_charts(kinds),
        causes=_causes(failed),
        failed=listed,
        listed=_causes(listed),
        failures=len(failed),
        numbers={cause: number for number, cause in enumerate(get_args(Cause))},
        titles={c.article_id: c.title for case in run.cases for c in case.citations},
    )


def comparison_html(comparison: Comparison, nonce: str = "") -> str:
    """Give two runs side by side as one HTML file."""
    spans: dict[str, float] = {}
    for row in comparison.rows:
        bounds = (row.difference, *(row.interval or ()))
        widest = max(abs(bound) for bound in bounds)
        spans[_scale(row)] = max(spans.get(_scale(row), 0.0), widest if isfinite(widest) else 0.0)
    return _page(
        "compare.html",
        comparison=comparison,
        nonce=nonce,
        rows=[(row, verdict(row), spans[_scale(row)]) for row in comparison.rows],
        most=MOST_FLIPS,
        level=LEVEL,
    )


def thresholds(cases: Sequence[Case], certainty: float | None) -> list[Threshold]:
    """Give what each least confidence would bring, that of the run among them."""
    told = outcomes(cases)
    if len(told) < LEAST_ANSWERS:
        return []
    levels = {*THRESHOLDS, *([] if certainty is None else [certainty])}
    return [_threshold(told, least, least == certainty) for least in sorted(levels)]


def _threshold(told: Sequence[Outcome], least: float, current: bool) -> Threshold:
    over = [t.confidence >= least for t in told]
    pairs = list(zip(told, over, strict=True))
    return Threshold(
        least,
        sum(over) / len(over),
        _share(not t.right for t, answered in pairs if answered),
        _share(not answered for t, answered in pairs if t.answerable),
        _share(not answered for t, answered in pairs if not t.answerable),
        current,
    )


def _share(held: Iterable[bool]) -> float | None:
    found = list(held)
    return sum(found) / len(found) if found else None


def _certainty(run: Run) -> float | None:
    given = run.settings.get("certainty")
    return float(given) if isinstance(given, int | float) and isfinite(given) else None


def _charts(run: Run) -> list[Chart]:
    drawn = (
        risk_chart(run.cases, _certainty(run)),
        calibration_chart(run.cases),
        latency_chart(run.cases),
    )
    return [chart for chart in drawn if chart]


def _kind(kind: str, run: Run) -> Kind:
    figures = read_figures(run.by_kind[kind], run.by_kind_intervals.get(kind, {}))
    return Kind(kind, sum(case.kind == kind for case in run.cases), figures)


def _kind_charts(kinds: Sequence[Kind]) -> list[Chart]:
    words: dict[str, tuple[str, str]] = _words()["names"]
    drawn = []
    for name in DRAWN_BY_KIND:
        found = [(kind.name, kind.figures[name]) for kind in kinds if name in kind.figures]
        dots = [Dot(kind, f.value, *(f.interval or (f.value, f.value))) for kind, f in found]
        drawn.append(kinds_chart(*words[name], dots))
    return [chart for chart in drawn if chart][:MOST_KIND_CHARTS]


def _causes(failed: Sequence[Case]) -> list[tuple[Cause, int]]:
    counts = Counter(case.cause for case in failed)
    return [(cause, counts[cause]) for cause in get_args(Cause) if counts[cause]]


def _scale(row: Row) -> str:
    """Name what a difference is drawn to one scale with: its group, or alone."""
    group = row.name.partition(".")[0]
    return row.name if group in LOWER_GROUPS else group


def _words() -> dict[str, Any]:
    """Give the texts that stand in words.html."""
    return vars(_templates().get_template("words.html").module)


def _page(name: str, **values: Any) -> str:
    return _templates().get_template(name).render(values)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates"), encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    made.filters |= {
        "short": _short,
        "moment": _moment,
        "shown": shown,
        "excerpt": excerpt,
        "rank": gold_rank,
    }
    made.globals |= {"lower_is_better": lower_is_better}
    return made


def _clean(value: object) -> object:
    """Make anything that a template writes readable, but what is HTML already."""
    if value is None or isinstance(value, Markup):
        return value or ""
    return readable(str(value))


def _moment(finished: str) -> str:
    """Give day, hour and minute of a time in ISO 8601, anything else as it is."""
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$", r"\1 \2", _short(finished, 40), flags=re.S)


def _short(text: object, limit: int) -> str:
    """Cut a text to `limit` characters with an ellipsis."""
    whole = str(text)
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"
