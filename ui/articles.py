"""The articles tab: the list of articles, and what adding some did, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import Dependency

from rag.engine import Engine
from ui.escape import attribute, escape
from ui.sources import FRAME, shown_source, source_link
from vectorstore.article import Listed
from vectorstore.catalogue import Catalogue
from vectorstore.errors import WenjuError
from vectorstore.ingest import Report
from vectorstore.load import SUFFIXES

ACCEPTED = "可以一次放多个文件：.txt、.md、.markdown 是一篇文章，.jsonl 是一行一篇。"

Added = tuple[None, str, str]

LISTED = 200
"""Articles shown at once; the search box finds the others."""

NAMED = 8
"""Articles named in each line of a report."""


def articles_tab(engine: Engine, tab: gr.Tab) -> Dependency:
    """Lay out the articles; give the event that has added some, for what follows it."""
    files = gr.File(
        file_count="multiple",
        file_types=list(SUFFIXES),
        show_label=False,
        height=150,
        elem_id="wj-files",
    )
    gr.HTML(f'<div class="wj-count">{ACCEPTED}</div>')
    report = gr.HTML(elem_id="wj-report")
    search = gr.Textbox(
        show_label=False,
        container=False,
        placeholder="在标题和正文里找",
        max_lines=1,
        elem_id="wj-search",
    )
    listing = gr.HTML(elem_id="wj-articles")
    catalogue = engine.store.catalogue

    def listed(containing: str) -> str:
        return list_html(catalogue, containing)

    # B008: Gradio finds out by the default value that a function reports progress.
    def add(uploads: list[str], containing: str, bar: gr.Progress = gr.Progress()) -> Added:  # noqa: B008
        return None, added_html(engine, [Path(u) for u in uploads], bar), listed(containing)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    tab.select(listed, search, listing, **quiet)
    search.change(listed, search, listing, trigger_mode="always_last", **quiet)
    added: Dependency = files.upload(
        add,
        [files, search],
        [files, report, listing],
        show_progress_on=report,
        concurrency_limit=1,
        api_visibility="private",
    )
    return added


def added_html(engine: Engine, uploads: Sequence[Path], bar: Callable[..., object]) -> str:
    """Add uploaded files to the index, delete them, and say what came of it."""
    try:
        return report_html(engine.add(uploads, told(bar)))
    except WenjuError as exc:
        return failure_html(str(exc))
    finally:
        discard(uploads)


def list_html(catalogue: Catalogue, containing: str = "") -> str:
    """Give the list of articles that hold `containing`, each a link into the source frame."""
    total, _ = catalogue.counts()
    if not total:
        return '<div class="wj-empty">还没有文章。把文件拖到上面的框里。</div>'
    found = catalogue.articles(containing.strip(), LISTED + 1)
    if not found:
        return f'<div class="wj-empty">没有含「{escape(containing.strip())}」的文章。</div>'
    count = f"共 {total} 篇" if not containing.strip() else f"{_some(len(found))}，共 {total} 篇"
    more = f"，列出前 {LISTED} 篇" if len(found) > LISTED else ""
    rows = "".join(f"<li>{_row(each)}</li>" for each in found[:LISTED])
    return f'<div class="wj-count">{count}{more}</div><ul class="wj-list">{rows}</ul>'


def report_html(report: Report) -> str:
    """Say in words what adding did."""
    lines = [
        _line("新加入", report.added),
        _line("更新了", report.changed),
        _line("没有变化", report.unchanged),
    ]
    refused = "".join(f"<li>{escape(r.reason)}</li>" for r in report.refused[:LISTED])
    if refused:
        lines.append(
            f'<div class="wj-refused">没有加入 {len(report.refused)} 个：<ul>{refused}</ul></div>'
        )
    said = "".join(lines) or "<div>没有读到文章。</div>"
    return f'<div class="wj-report">{said}</div>'


def failure_html(text: str) -> str:
    """Say that adding failed as a whole, and why."""
    return f'<div class="wj-failure"><b>没能加入</b>{escape(text)}</div>'


def discard(uploads: Sequence[Path]) -> None:
    """Delete uploaded files with the folders made for them.

    What was uploaded stands in the index; a later upload of that name then counts as its next
    version, not as another article.
    """
    for upload in uploads:
        upload.unlink(missing_ok=True)
        with suppress(OSError):
            upload.parent.rmdir()


def told(progress: Callable[..., object]) -> Callable[[int, int, str], None]:
    """Give the callback of adding that moves a progress bar of Gradio's kind."""

    def show(done: int, total: int, label: str) -> None:
        progress((done, max(total, 1)), desc=f"正在读 {label}", unit="字节")

    return show


def _line(label: str, ids: Sequence[str]) -> str:
    if not ids:
        return ""
    named = "、".join(escape(id_) for id_ in ids[:NAMED])
    more = " 等" if len(ids) > NAMED else ""
    return f"<div>{label} {len(ids)} 篇：{named}{more}</div>"


def _some(found: int) -> str:
    return f"找到 {found} 篇" if found <= LISTED else f"找到 {LISTED} 篇以上"


def _row(listed: Listed) -> str:
    address = source_link(listed.id).replace("&", "&amp;")
    facts = [shown_source(listed.source), listed.date, f"{listed.characters:,} 字"]
    shown = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return (
        f'<a target="{FRAME}" href="{address}" title="{attribute(listed.id)}">'
        f"<b>{escape(listed.title or listed.id)}</b><small>{shown}</small></a>"
    )
