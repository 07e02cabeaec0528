"""What a visitor thinks of an answer: two buttons below it, kept as feedback."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from evals.errors import EvalError
from evals.feedback import FILE_NAME, Verdict, append, judged
from rag.answer import Turn
from ui.exchange import Exchange

MAX_CORRECTION = 500
"""Characters of a right answer that are kept; the page takes no more."""

# The page's script does what is shown, and speaks to the server through this one element.
WIRE = '<span class="wj-wire"></span>'
WIRING = """
element.addEventListener("verdict", (event) => trigger("submit", event.detail));
watch("value", () => document.dispatchEvent(new CustomEvent("kept", { detail: props.value })));
"""

GONE = "没有记下：这个回答已经不在了。"
UNWRITTEN = "没能记下：磁盘满了，或者不让写。"
KEPT = "已记下，谢谢"


@dataclass(frozen=True)
class Judgement:
    """What the page sends when a visitor judges the answer of an exchange."""

    key: str
    verdict: Verdict
    correction: str = ""
    nothing: bool = False


def verdicts(visit: gr.State, home: Path) -> None:
    """Keep what visitors think of the answers of their visit in the home's feedback."""
    wire = gr.HTML({}, html_template=WIRE, js_on_load=WIRING, elem_id="wj-verdicts")

    def keep(exchanges: tuple[Exchange, ...], event: gr.EventData) -> dict[str, Any]:
        judgement = read_judgement(event._data)
        if judgement is None:
            return {}
        failure, detail = kept(judgement, exchanges, home / FILE_NAME)
        return {
            "exchange": judgement.key,
            "said": failure or KEPT,
            "detail": detail,
            "failed": bool(failure),
            "reply": secrets.token_hex(4),  # the page sees a reply only when it differs
        }

    wire.submit(
        keep,
        visit,
        wire,
        trigger_mode="multiple",
        show_progress="hidden",
        api_visibility="private",
    )


def verdict_html(exchange: Exchange) -> str:
    """Give the two buttons below a finished answer; nothing below any other."""
    answer = exchange.finished
    if answer is None or not exchange.key:
        return ""
    kind = "wj-verdict wj-of-decline" if answer.declined else "wj-verdict"
    return (
        f'<span class="{kind}" id="verdict-{exchange.key}">'
        '<button type="button" value="good">有用</button>'
        '<button type="button" value="bad">没用</button></span>'
    )


def read_judgement(sent: object) -> Judgement | None:
    """Read what a page sent; None for what no page of ours sends."""
    if not isinstance(sent, dict):
        return None
    key, verdict, correction = sent.get("exchange"), sent.get("verdict"), sent.get("correction", "")
    if not (isinstance(key, str) and key and isinstance(correction, str)):
        return None
    if verdict not in ("good", "bad"):
        return None
    right = " ".join(correction.encode(errors="ignore").decode().split())[:MAX_CORRECTION]
    return Judgement(key, verdict, right, sent.get("nothing") is True)


def kept(judgement: Judgement, exchanges: tuple[Exchange, ...], path: Path) -> tuple[str, str]:
    """Keep a judgement; give what went wrong in words, and in detail, both empty when nothing."""
    for place, exchange in enumerate(exchanges):
        if exchange.key == judgement.key and (answer := exchange.finished):
            before = _asked_before(exchanges[:place])
            verdict, right = judgement.verdict, judgement.correction
            try:
                append(path, judged(answer, before, verdict, right, judgement.nothing))
            except EvalError as exc:
                return UNWRITTEN, str(exc).replace(str(path), path.name)
            return "", ""
    return GONE, ""


def _asked_before(exchanges: tuple[Exchange, ...]) -> tuple[Turn, ...]:
    """Give what was asked, in the words it was asked in, and answered."""
    told = [(e.question, e.answer) for e in exchanges if not e.failure]
    return tuple(Turn(question, answer.text) for question, answer in told if answer)
