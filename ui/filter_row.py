"""The foldable rows above the question: which articles are asked, how sure an answer must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from ui.scope import LANGUAGE_WORDS, filter_words
from vectorstore.catalogue import Catalogue
from vectorstore.errors import FilterError
from vectorstore.filters import Filter
from vectorstore.language import LANGUAGES

LABEL = "筛选"
SURE = "把握低于多少就说不知道"
UNREADABLE = "筛选的日期请写成 2024-06-30、2024-06 或 2024，起始不能晚于截止。"

OFFERED = 200
"""Publishers and articles offered at once; others are found by typing."""
CHOSEN = 50
DATE_LENGTH = 20

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def filter_row(catalogue: Catalogue, certainty: float) -> list[gr.components.Component]:
    """Lay out the rows and give their components, whose values are those of one visitor.

    What they offer is looked up when they are opened. `certainty` is that of the settings.
    """
    with gr.Accordion(LABEL, open=False, elem_id="wj-filter") as fold:
        with gr.Row():
            sources = _choice("来源", 2, allow_custom_value=True, elem_id="wj-sources")
            since = _day("从", "2024-01-01", "wj-since")
            until = _day("到", "2024-06", "wj-until")
            languages = _choice(
                "语言",
                1,
                choices=[(LANGUAGE_WORDS[name], name) for name in LANGUAGES],
                elem_id="wj-languages",
            )
            articles = _choice("文章", 2, allow_custom_value=True, elem_id="wj-chosen")
        sure = gr.Slider(
            0, 100, round(100 * certainty), step=1, label=f"{SURE}（%）", elem_id="wj-sure"
        )
    inputs: list[Any] = [sources, since, until, languages, articles, sure]

    def offered() -> tuple[Any, Any]:
        publishers = catalogue.chosen(Filter()).publishers(OFFERED)
        return gr.update(choices=publishers), _titles(catalogue, "")

    fold.expand(offered, None, [sources, articles], **QUIET)

    def typed(event: gr.KeyUpData) -> Any:
        return _titles(catalogue, event.input_value)

    articles.key_up(
        typed,
        None,
        articles,
        trigger_mode="always_last",
        **QUIET,
    )

    def label(*values: Any) -> Any:
        return gr.update(label=_label(values[:-1], values[-1], round(100 * certainty)))

    for each in inputs:
        each.change(label, inputs, fold, **QUIET)
    return inputs


def filter_of(
    sources: Sequence[str] | None,
    since: str | None,
    until: str | None,
    languages: Sequence[str] | None,
    articles: Sequence[str] | None,
) -> Filter:
    """Give the filter that the row holds; FilterError, in the page's language, for none."""
    said = tuple(source.strip() for source in sources or () if source.strip())
    days = ((since or "").strip(), (until or "").strip())
    try:
        return Filter(tuple(articles or ()), said, *days, tuple(languages or ()))
    except FilterError as exc:
        raise FilterError(UNREADABLE) from exc


def _label(narrowed: Sequence[Any], sure: float, usual: float) -> str:
    try:
        words = filter_words(filter_of(*narrowed))
    except FilterError:
        words = "日期还读不懂"
    parts = [words, f"把握至少 {sure:.0f}%" if sure != usual else ""]
    said = "，".join(part for part in parts if part)
    return f"{LABEL}：{said}" if said else LABEL


def _titles(catalogue: Catalogue, containing: str) -> Any:
    found = catalogue.chosen(Filter()).titles(containing.strip(), OFFERED)
    return gr.update(choices=[(title or id_, id_) for id_, title in found])


def _choice(label: str, scale: int, **more: Any) -> gr.Dropdown:
    return gr.Dropdown(
        label=label, multiselect=True, max_choices=CHOSEN, scale=scale, min_width=120, **more
    )


def _day(label: str, placeholder: str, elem_id: str) -> gr.Textbox:
    return gr.Textbox(
        label=label,
        placeholder=placeholder,
        max_lines=1,
        max_length=DATE_LENGTH,
        scale=1,
        min_width=96,
        elem_id=elem_id,
    )
