"""Drafted questions in the page: one at a time, for a yes or a no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from evals.errors import EvalError
from evals.review import Draft, Review, decide, drafts, question_sets
from ui.escape import escape

Place = tuple[str, str]
"""A question set's path and the id of a question in it."""

Updates = tuple[str, Place | None, dict[str, Any]]


@dataclass(frozen=True)
class Awaiting:
    """A draft to decide on, its set, its number in it, and how many of the set are open."""

    path: Path
    draft: Draft
    number: int
    drafted: int
    undecided: int

    @property
    def place(self) -> Place:
        """Which one it is."""
        return str(self.path), self.draft.id


def drafts_section(home: Path, tab: gr.Tab) -> None:
    """Lay out the question that comes next and the buttons to decide on it."""
    current = gr.State(None)
    card = gr.HTML(elem_id="wj-draft")
    with gr.Row(elem_id="wj-deciding", visible=False) as row:
        good = gr.Button("是好题", elem_id="wj-good-draft", min_width=88, scale=0)
        bad = gr.Button("不要", min_width=88, scale=0)
        skip = gr.Button("跳过", min_width=88, scale=0)
    outputs = [card, current, row]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    tab.select(lambda: shown(home, None), None, outputs, **quiet)
    good.click(_deciding(home, "yes"), current, outputs, **quiet)
    bad.click(_deciding(home, "no"), current, outputs, **quiet)
    skip.click(lambda place: shown(home, place), current, outputs, **quiet)


def shown(home: Path, after: Place | None, failure: str = "") -> Updates:
    """Show the question to decide on that comes `after` another, or that one again on failure."""
    awaiting, problems = waiting(home)
    following = following_one(awaiting, after, again=bool(failure))
    said = "".join(_failed("读不出来", problem) for problem in problems)
    said += _failed("没能记下", failure) if failure else ""
    if following:
        card = draft_html(following)
    else:  # said once, behind the last decision
        card = '<div class="wj-count">都审过了。</div>' if after else ""
    heading = '<h2 class="wj-heading">待审题目</h2>' if card or said else ""
    place = following.place if following else None
    return heading + said + card, place, gr.update(visible=bool(following))


def waiting(home: Path) -> tuple[list[Awaiting], list[str]]:
    """Give every draft of the home's question sets, decided or not, and what cannot be read."""
    found, problems = [], []
    for path in question_sets(home):
        try:
            of_set = drafts(path)
        except EvalError as exc:
            problems.append(str(exc).replace(str(path), path.name))
            continue
        undecided = sum(draft.review is None for draft in of_set)
        found += [
            Awaiting(path, draft, number, len(of_set), undecided)
            for number, draft in enumerate(of_set, start=1)
        ]
    return found, problems


def following_one(
    found: Sequence[Awaiting], after: Place | None, again: bool = False
) -> Awaiting | None:
    """Give the first undecided draft behind `after`, going on from the start at the end.

    With `again` that is `after` itself when it is undecided.
    """
    places = [each.place for each in found]
    start = places.index(after) + (not again) if after in places else 0
    order = [*found[start:], *found[:start]]
    return next((each for each in order if each.draft.review is None), None)


def draft_html(awaiting: Awaiting) -> str:
    """Give a drafted question, its answer, and the passage with what carries the answer marked."""
    draft = awaiting.draft
    progress = f"第 {awaiting.number} / {awaiting.drafted} 题，还有 {awaiting.undecided} 题没审"
    before = "".join(f"<small>先问过：{escape(asked)}</small>" for asked in draft.history)
    if draft.answerable:
        answers = " / ".join(draft.answers)
        gold = f'<div class="wj-gold"><b class="wj-label">答案</b>{escape(answers)}</div>'
    else:
        gold = '<div class="wj-gold wj-none">文章里应当没有答案</div>'
    label = "出处" if draft.answerable else "最接近的段落"
    passage = marked(draft.passage, draft.support) if draft.passage else ""
    around = f'<div class="wj-passage"><b class="wj-label">{label}</b>{passage}</div>'
    return (
        f'<div class="wj-count">{progress} · {escape(awaiting.path.name)}</div>'
        f'<div class="wj-card" role="status">{before}<b class="wj-asked">{escape(draft.question)}'
        f"</b>{gold}{around if passage else ''}</div>"
    )


def marked(passage: str, texts: Sequence[str]) -> str:
    """Give the passage as HTML with each of `texts` marked where it first stands."""
    spans = sorted((at, at + len(t)) for t in texts if t and (at := passage.find(t)) >= 0)
    pieces, end = [], 0
    for start, stop in spans:
        if start < end:
            continue
        pieces += [escape(passage[end:start]), f"<mark>{escape(passage[start:stop])}</mark>"]
        end = stop
    return "".join([*pieces, escape(passage[end:])])


def _deciding(home: Path, verdict: Review) -> Callable[[Place | None], Updates]:
    def decided(place: Place | None) -> Updates:
        if place is None:
            return shown(home, None)
        path, question_id = Path(place[0]), place[1]
        try:
            decide(path, question_id, verdict)
        except EvalError as exc:
            return shown(home, place, str(exc).replace(str(path), path.name))
        return shown(home, place)

    return decided


def _failed(heading: str, text: str) -> str:
    return f'<div class="wj-failure"><b>{heading}</b>{escape(text)}</div>'
