"""The chat tab: one visitor's questions, asked and shown."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from rag.engine import Engine
from ui.chat import messages
from ui.exchange import Exchange, turns
from ui.failure import in_chinese
from ui.filter_row import filter_of, filter_row
from ui.look import EMPTY, WELCOME
from ui.verdict import verdicts
from vectorstore.errors import WenjuError
from vectorstore.store import Store

ASKING_AT_ONCE = 32
"""Questions worked on at the same time, of all visitors, most of them waiting to be written."""

REMEMBERED = 50
"""Exchanges of a visit that are kept; older ones drop out."""

MAX_QUESTION = 1000

SEND = "发送"

BROKEN = "程序出了意外的错误，详情在启动它的窗口里。可以再问一次。"

SAMPLE_QUESTIONS = Path(__file__).parent.parent / "seeds" / "questions.jsonl"
EXAMPLES = 4

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How an event runs that shows no spinner and is no public address."""

Visit = tuple[Exchange, ...]
Updates = tuple[Any, ...]


def chat_tab(engine: Engine) -> gr.Chatbot:
    """Lay out the chat and give it, for what an empty one shows."""
    visit = gr.State(())
    chat = gr.Chatbot(
        show_label=False,
        container=False,
        buttons=[],
        latex_delimiters=[],
        feedback_options=None,
        group_consecutive_messages=False,
        autoscroll=False,
        height="100%",
        elem_id="wj-chat",
    )
    narrowed = filter_row(engine.store.catalogue, engine.settings.certainty)
    with gr.Row(elem_id="wj-ask"):
        box = gr.Textbox(
            label="问题",
            show_label=False,
            container=False,
            placeholder="问点什么，回车发送",
            lines=1,
            max_lines=6,
            max_length=MAX_QUESTION,
            submit_btn=SEND,
            autofocus=True,
            html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", lang="zh-CN"),
            elem_id="wj-box",
        )
        clear = gr.Button("清空", size="sm", elem_id="wj-clear", scale=0, min_width=48)
    outputs = [box, visit, chat]
    asked: dict[str, Any] = {**QUIET, "concurrency_limit": ASKING_AT_ONCE, "concurrency_id": "ask"}
    ask = _asking(engine)
    typed = box.submit(ask, [box, visit, *narrowed], outputs, **asked)
    filled = chat.example_select(_picked, None, box, **QUIET)
    picked = filled.then(ask, [box, visit, *narrowed], outputs, **asked)
    box.stop(_stopped, visit, outputs, cancels=[typed, picked], **QUIET)
    clear.click(lambda: _updates((), False), None, outputs, cancels=[typed, picked], **QUIET)
    verdicts(visit, engine.settings.home)
    return chat


def welcome(store: Store) -> gr.Chatbot:
    """Give what an empty chat shows: example questions, or the way to the first articles."""
    articles, _ = store.catalogue.counts()
    if not articles:
        return gr.Chatbot(placeholder=EMPTY, examples=[])
    examples: list[Any] = [{"text": question} for question in sample_questions(store)]
    return gr.Chatbot(placeholder=WELCOME, examples=examples)


def sample_questions(store: Store, path: Path = SAMPLE_QUESTIONS) -> list[str]:
    """Give questions on the sample articles, one for each that is in the index."""
    if not path.is_file():
        return []
    questions: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        docs = [support["doc"] for support in row["support"]]
        if docs and store.catalogue.standing(docs[0]) and row.get("kind") == "single":
            questions.setdefault(docs[0], row["question"])
    return list(questions.values())[:EXAMPLES]


def _asking(engine: Engine) -> Callable[..., Iterator[Updates]]:
    def ask(question: str, visit: Visit, *narrowed: Any) -> Iterator[Updates]:
        exchange = Exchange(question.strip(), key=secrets.token_hex(8))
        # Enter sends while an answer is being written, too: one at a time.
        if not exchange.question or (visit and visit[-1].waiting):
            yield gr.skip(), gr.skip(), gr.skip()
            return
        before = visit[1 - REMEMBERED :]
        yield _updates((*before, exchange), asking=True)
        try:
            *chosen, sure = narrowed
            asking = engine.ask(
                exchange.question, turns(before), only=filter_of(*chosen), certainty=sure / 100
            )
            for answer in asking:
                exchange = exchange.with_answer(answer)
                yield gr.skip(), *_shown((*before, exchange))
        except WenjuError as exc:
            exchange = replace(exchange, failure=in_chinese(exc))
        except Exception:
            # The visitor is told, and the traceback goes to the log all the same.
            yield _updates((*before, replace(exchange, failure=BROKEN)), asking=False)
            raise
        yield _updates((*before, exchange), asking=False)

    return ask


def _updates(visit: Visit, asking: bool) -> Updates:
    box: dict[str, Any] = {"submit_btn": not asking and SEND, "stop_btn": asking and "停止"}
    if asking or not visit:
        box["value"] = ""
    return gr.update(**box), *_shown(visit)


def _shown(visit: Visit) -> Updates:
    return visit, messages(visit)


def _picked(picked: gr.SelectData) -> str:
    return str(picked.value["text"])


def _stopped(visit: Visit) -> Updates:
    if visit and visit[-1].waiting:
        visit = (*visit[:-1], replace(visit[-1], stopped=True))
    return _updates(visit, asking=False)
