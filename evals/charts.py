"""Cases of a run to charts: SVG text that needs no script, no style sheet and no network."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import altair as alt
import numpy as np
import vl_convert

from evals.calibration import Point, calibration_bins, risk_coverage
from evals.run import Case

WIDTH, HEIGHT = 400, 230
MOST_POINTS = 240
MOST_TIMES = 100
MOST_KINDS = 16
MOST_STEPS = 5
LEAST_ANSWERS = 2
LABEL = 40
WIDE = 20
"""The ratio of slowest to fastest from which on times are drawn on a logarithmic scale."""

INK, ACCENT, BAD = "currentColor", "var(--accent)", "var(--bad)"
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]]
SHADES = ["var(--accent)", "var(--warn)", "var(--bad)", "currentColor", "var(--soft)"]
STEPS = {
    "retrieve": "检索",
    "read": "阅读",
    "first": "首句",
    "first_token": "首字",
    "compose": "写作",
    "total": "全程",
}


_LOST = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Chart:
    """A drawing, its heading, and in words what it shows."""

    title: str
    words: str
    svg: str


@dataclass(frozen=True)
class Outcome:
    """The confidence in the best sentences of a case, and whether they do answer."""

    confidence: float
    right: bool
    answerable: bool


@dataclass(frozen=True)
class Dot:
    """A figure of one kind of question with its interval; `low` and `high` may be `value`."""

    kind: str
    value: float
    low: float
    high: float


def readable(text: str) -> str:
    """Replace what no page can show: control characters and halves of surrogate pairs."""
    return _LOST.sub("\ufffd", text.replace("\r\n", "\n"))


def outcomes(cases: Sequence[Case]) -> list[Outcome]:
    """Give the cases of which both confidence and outcome are known, declined ones as well."""
    return [
        Outcome(c.confidence, bool(c.answerable and c.right), c.answerable)
        for c in cases
        if c.confidence is not None
        and isfinite(c.confidence)
        and (not c.answerable or c.right is not None)
    ]


def risk_chart(cases: Sequence[Case], certainty: float | None) -> Chart | None:
    """Draw the share of wrong answers at every share answered, and where the run stands."""
    told = outcomes(cases)
    if len(told) < LEAST_ANSWERS:
        return None
    every = risk_coverage([t.confidence for t in told], [t.right for t in told])
    points = _thinned(every)
    highest = max(0.1, *(point.risk for point in points))
    x = alt.X("coverage:Q", title="回答的题所占比例", **_share(0, 1))
    y = alt.Y("risk:Q", title="其中答错的比例", **_share(0, highest))
    line = alt.Chart(_rows(vars(p) for p in points)).mark_line(color=ACCENT, strokeWidth=2)
    layers = [line.encode(x=x, y=y)]
    words = "从左到右，把握的下限越放越低，答得越多。线越低越好。"
    answered = [p for p in every if certainty is not None and p.certainty >= certainty]
    if answered:
        here = answered[-1]
        label = f"把握 ≥ {certainty:g}"
        left = here.coverage > 0.6
        row = _rows([vars(here) | {"label": label}])
        layers.append(alt.Chart(row).mark_circle(color=BAD, size=90, opacity=1).encode(x=x, y=y))
        text = alt.Chart(row).mark_text(
            color=INK, fontSize=12, dy=-13, align="right" if left else "left", dx=-4 if left else 4
        )
        layers.append(text.encode(x=x, y=y, text="label:N"))
        words += (
            f"圆点是这次的下限 {certainty:g}：答了 {here.coverage:.0%}，其中错 {here.risk:.0%}。"
        )
    return _drawn("答多少，错多少", words, alt.layer(*layers))


def calibration_chart(cases: Sequence[Case]) -> Chart | None:
    """Draw the share right in each bin of confidence against the diagonal."""
    told = outcomes(cases)
    if len(told) < LEAST_ANSWERS:
        return None
    confidence = np.clip([t.confidence for t in told], 0, 1)
    bins = calibration_bins(confidence, [t.right for t in told])
    x = alt.X("confidence:Q", title="说的把握（平均）", **_share(0, 1))
    y = alt.Y("right:Q", title="实际答对的比例", **_share(0, 1))
    diagonal = alt.Chart(_rows([{"confidence": 0, "right": 0}, {"confidence": 1, "right": 1}]))
    found = alt.Chart(_rows(vars(b) for b in bins))
    size = alt.Size("count:Q", legend=None, scale=alt.Scale(range=[30, 420]))
    counts = found.mark_text(color=INK, fontSize=11, opacity=0.75, dy=-17)
    drawing = alt.layer(
        diagonal.mark_line(color=INK, strokeDash=[4, 4], opacity=0.5).encode(x=x, y=y),
        found.mark_line(color=ACCENT, strokeWidth=1.5, opacity=0.6).encode(x=x, y=y),
        found.mark_circle(color=ACCENT, opacity=0.85).encode(x=x, y=y, size=size),
        counts.encode(x=x, y=y, text="count:Q"),
    )
    words = "点落在虚线上，把握就说得准；在线下是说得太满，在线上是太谨慎。数字是题数。"
    return _drawn("把握准不准", words, drawing)


def latency_chart(cases: Sequence[Case]) -> Chart | None:
    """Draw for each step the share of questions done within a time."""
    steps = _steps(cases)
    if not steps:
        return None
    names = list(steps)
    rows = [
        {"ms": ms, "share": share, "step": name}
        for name, times in steps.items()
        for ms, share in _done(times)
    ]
    legend = alt.Legend(title=None, orient="top", symbolSize=260, symbolStrokeWidth=2)
    colours, dashes = (alt.Scale(domain=names, range=each) for each in (SHADES, DASHES))
    drawing = alt.Chart(_rows(rows)).mark_line(strokeWidth=2)
    drawing = drawing.encode(
        x=_times([ms for times in steps.values() for ms in times]),
        y=alt.Y("share:Q", title="已完成的题", **_share(0, 1)),
        color=alt.Color("step:N", scale=colours, legend=legend),
        strokeDash=alt.StrokeDash("step:N", scale=dashes, legend=legend),
    )
    words = "每条线是一个步骤：到某个时间为止，多少题已经完成。越靠左越快。"
    return _drawn("要等多久", words, drawing)


def kinds_chart(title: str, words: str, dots: Sequence[Dot]) -> Chart | None:
    """Draw one figure of every kind of question, with its 95 % interval as whiskers."""
    shown = [replace(dot, kind=_label(dot.kind)) for dot in dots][:MOST_KINDS]
    if len(shown) < 2:
        return None
    order = [dot.kind for dot in shown]
    base = alt.Chart(_rows(vars(dot) for dot in shown))
    axis = alt.Axis(labelLimit=150, grid=False)
    y = alt.Y("kind:N", sort=order, title=None, axis=axis)
    shares = _share(0, 1) | {"title": None}
    shares["axis"] = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    low, value = alt.X("low:Q", **shares), alt.X("value:Q", **shares)
    drawing = alt.layer(
        base.mark_rule(color=ACCENT, strokeWidth=2, opacity=0.55).encode(y=y, x=low, x2="high:Q"),
        base.mark_circle(color=ACCENT, size=75, opacity=1).encode(y=y, x=value),
    )
    values = "；".join(f"{dot.kind} {dot.value:.1%}" for dot in shown)
    return _drawn(title, words, drawing, values, width=230, height=26 * len(shown))


def _drawn(
    title: str,
    words: str,
    drawing: Any,
    values: str = "",
    width: int = WIDTH,
    height: int = HEIGHT,
) -> Chart:
    """Turn a drawing into SVG: transparent, in the colour of the text round it, with a name."""
    axis = {
        "labelColor": INK, "titleColor": INK, "gridColor": INK, "domainColor": INK,
        "tickColor": INK, "gridOpacity": 0.12, "domainOpacity": 0.4, "tickOpacity": 0.4,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "titlePadding": 8,
    }  # fmt: skip
    made = drawing.properties(width=width, height=height).configure(
        background="transparent", aria=False, font="sans-serif", padding=4,
        axis=axis, view={"stroke": None}, legend={"labelColor": INK, "labelFontSize": 12},
    )  # fmt: skip
    svg = vl_convert.vegalite_to_svg(made.to_dict())
    name = html.escape(f"{title}。{values or words}")
    named = svg.replace("<svg ", f'<svg role="img" aria-label="{name}" ', 1)
    return Chart(title, words, named)


def _steps(cases: Sequence[Case]) -> dict[str, list[float]]:
    """Give the milliseconds of each step that is timed often enough, under its name."""
    steps: dict[str, list[float]] = {}
    for case in cases:
        for step, ms in case.times.items():
            if isfinite(ms) and ms > 0:
                steps.setdefault(_label(STEPS.get(step, step)), []).append(ms)
    often = {name: times for name, times in steps.items() if len(times) >= LEAST_ANSWERS}
    return dict(list(often.items())[:MOST_STEPS])


def _done(times: Sequence[float]) -> list[tuple[float, float]]:
    """Give times with the share that is done by then, from none to all."""
    shares = np.linspace(0, 1, min(len(times), MOST_TIMES))
    return list(zip(np.quantile(times, shares).tolist(), shares.tolist(), strict=True))


def _times(values: Sequence[float]) -> alt.X:
    if max(values) > WIDE * min(values):
        axis = alt.Axis(format=",.3~r", tickCount=5, labelOverlap=True)
        return alt.X(
            "ms:Q", title="毫秒（对数刻度）", scale=alt.Scale(type="log", nice=False), axis=axis
        )
    return alt.X("ms:Q", title="毫秒", axis=alt.Axis(format=",", tickCount=5))


def _label(text: str) -> str:
    """Give a name on one line, short enough to stand beside an axis."""
    line = " ".join(readable(text).split())
    return line if len(line) <= LABEL else line[: LABEL - 1] + "…"


def _rows(values: Any) -> alt.InlineData:
    return alt.InlineData(values=list(values))


def _share(low: float, high: float) -> dict[str, Any]:
    """Give an axis of shares from `low` to `high`."""
    scale = alt.Scale(domain=[low, high], nice=high < 1)
    return {"scale": scale, "axis": alt.Axis(format=".0%", tickCount=5)}


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Keep so many points that the line looks the same, the first and the last among them."""
    places = np.linspace(0, len(points) - 1, min(len(points), MOST_POINTS)).round().astype(int)
    return [points[place] for place in places]
