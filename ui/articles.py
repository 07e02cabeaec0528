"""The articles tab: articles come by file and by address, are listed, and go."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import Dependency

from rag.engine import Engine
from ui.article_list import list_html
from ui.article_report import failure_html, report_html
from ui.removal import ASKING, named, removed_html
from vectorstore.errors import WenjuError

ACCEPTED = (
    "可以一次放多个文件：文本、Markdown、网页、PDF、Word（.docx）、EPUB、RSS、CSV、JSON，"
    "或者装着它们的 ZIP。乱码、注音、图注、菜单会自动整理。"
)
ADDRESS = "网页或 RSS 的地址，https://…"

Shown = tuple[Any, ...]


def articles_tab(engine: Engine, tab: gr.Tab) -> Dependency:
    """Lay out the articles; give the event after which there are other ones."""
    files = gr.File(
        file_count="multiple",
        show_label=False,
        height=150,
        elem_id="wj-files",
    )
    address = _line("网址", ADDRESS, "wj-address", submit_btn="加入")
    gr.HTML(f'<div class="wj-count">{ACCEPTED}</div>')
    report = gr.HTML(elem_id="wj-report")
    search = _line("找文章", "在标题和正文里找", "wj-search")
    listing = gr.HTML(elem_id="wj-articles", js_on_load=ASKING)
    changes = gr.State("")
    catalogue = engine.store.catalogue

    def listed(containing: str) -> str:
        return list_html(catalogue, containing)

    def shown(said: str, containing: str) -> Shown:
        return said, listed(containing), secrets.token_hex(4)

    # B008: Gradio finds out by the default value that a function reports progress.
    def add(uploads: list[str], containing: str, bar: gr.Progress = gr.Progress()) -> Shown:  # noqa: B008
        return None, *shown(added_html(engine, [Path(u) for u in uploads], bar), containing)

    def fetch(typed: str, containing: str, bar: gr.Progress = gr.Progress()) -> Shown:  # noqa: B008
        left, said = fetched_html(engine, typed, bar)
        return left, *shown(said, containing)

    def remove(containing: str, event: gr.EventData) -> Shown:
        return shown(removed_html(engine.store, named(event._data)), containing)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    slow: dict[str, Any] = {
        "show_progress_on": report,
        "concurrency_limit": 1,
        "concurrency_id": "articles",
        "api_visibility": "private",
    }
    outputs = [report, listing, changes]
    tab.select(listed, search, listing, **quiet)
    search.change(listed, search, listing, trigger_mode="always_last", **quiet)
    files.upload(add, [files, search], [files, *outputs], **slow)
    address.submit(fetch, [address, search], [address, *outputs], **slow)
    listing.delete(remove, search, outputs, **slow)
    changed: Dependency = changes.change(None, None, None, **quiet)
    return changed


def added_html(engine: Engine, uploads: Sequence[Path], bar: Callable[..., object]) -> str:
    """Add uploaded files to the index, delete them, and say what came of it."""
    try:
        return report_html(engine.add(uploads, told(bar)))
    except WenjuError as exc:
        return failure_html(str(exc))
    finally:
        discard(uploads)


def fetched_html(engine: Engine, typed: str, bar: Callable[..., object]) -> tuple[str, str]:
    """Add what stands at the addresses typed; give those that failed, and what came of it all."""
    addresses = list(dict.fromkeys(typed.split()))
    if not addresses:
        return "", ""
    bar((0, 1), desc=f"正在打开 {addresses[0]}")
    try:
        report = engine.add_addresses(addresses, told(bar))
    except WenjuError as exc:
        return typed, failure_html(str(exc))
    refused = {each.name for each in report.refused}
    return " ".join(a for a in addresses if a in refused), report_html(report)


def discard(uploads: Sequence[Path]) -> None:
    """Delete uploaded files with the folders made for them.

    What was uploaded stands in the index; a later upload of that name then counts as its next
    version, as far as it says nearly the same.
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


def _line(label: str, placeholder: str, elem_id: str, **more: Any) -> gr.Textbox:
    return gr.Textbox(
        label=label,
        show_label=False,
        container=False,
        placeholder=placeholder,
        max_lines=1,
        elem_id=elem_id,
        **more,
    )
