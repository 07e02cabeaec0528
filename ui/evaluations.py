"""The evaluation tab: a new evaluation, drafted questions to decide on, past runs, two compared."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import gradio as gr

from rag.engine import Engine
from ui.drafts import drafts_section
from ui.escape import attribute, escape
from ui.reports import PATH, ListedRun, Runs, download_link, report_link
from ui.running import running_section
from ui.sources import FRAME

EMPTY = (
    '<div class="wj-empty">还没有评测。在上面开始一次，或者在终端里运行 <code>wenju eval</code>，'
    "结果会出现在这里。</div>"
)


def evaluations_tab(engine: Engine, runs: Runs, tab: gr.Tab) -> None:
    """Lay out the start of an evaluation, the drafted questions of a home, and its runs."""
    listing = gr.HTML(elem_id="wj-runs", render=False)

    def listed() -> str:
        return runs_html(runs.listed())

    running_section(engine, tab, listing, listed)
    drafts_section(engine.settings.home, tab)
    listing.render()  # type: ignore[no-untyped-call]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    tab.select(listed, None, listing, **quiet)


def runs_html(listed: Sequence[ListedRun]) -> str:
    """Give the list of runs, each a link to its report, and the choice of two to compare."""
    if not listed:
        return EMPTY
    rows = "".join(f"<li>{_row(run)}</li>" for run in listed)
    count = f'<div class="wj-count">共 {len(listed)} 次评测</div>'
    return f'{_comparing(listed)}{count}<ul class="wj-list wj-runs">{rows}</ul>'


def when(finished: str) -> str:
    """Give a moment to the minute, as it was there and then; what is no moment as it stands."""
    with suppress(ValueError):
        return datetime.fromisoformat(finished).strftime("%Y-%m-%d %H:%M")
    return finished


def _row(run: ListedRun) -> str:
    if run.unreadable:
        return (
            f'<div class="wj-unreadable"><b>{escape(run.name)}</b>'
            f"<small>读不出来：{escape(run.unreadable)}</small></div>"
        )
    facts = [when(run.finished), f"{run.questions:,} 题"]
    facts += [f"{label} {value}" for label, value in run.figures]
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    return (
        f'<a target="{FRAME}" href="{_href(report_link(run.file))}" title="{attribute(run.file)}">'
        f"<b>{escape(run.name)}</b><small>{said}</small></a>"
        f'<a class="wj-download" href="{_href(download_link(run.file))}" download'
        f' title="{attribute(f"下载 {run.file}")}">下载</a>'
    )


def _comparing(listed: Sequence[ListedRun]) -> str:
    readable = [run for run in listed if not run.unreadable]
    if len(readable) < 2:
        return ""
    return (
        f'<form class="wj-compare" action="{PATH}/compare" target="{FRAME}">'
        f"{_choice('before', '从', readable, 1)}{_choice('after', '到', readable, 0)}"
        "<button>比较</button></form>"
    )


def _choice(name: str, label: str, runs: Sequence[ListedRun], chosen: int) -> str:
    options = "".join(
        f'<option value="{attribute(run.file)}"{" selected" if place == chosen else ""}>'
        f"{escape(f'{run.name} · {when(run.finished)}')}</option>"
        for place, run in enumerate(runs)
    )
    return f'<label>{label}<select name="{name}">{options}</select></label>'


def _href(address: str) -> str:
    return address.replace("&", "&amp;")
