"""Let a language model put a fact of a sentence as a question."""

from __future__ import annotations

import re

from llama_index.core.llms import LLM

from evals.errors import EvalError
from evals.pick import Picked, kind_of
from rag.llm import failures
from rag.prompt import ask_prompt
from rag.question import language

LONGEST_REPLY = 200
"""Characters of a reply that are waited for; no question is longer."""

_LABEL = re.compile(r"^\W*(?:问题|問題|问|問|question|q)\s*\d*\s*[:：.、]\s*", re.IGNORECASE)


def asked(llm: LLM, picked: Picked) -> str:
    """Give the question a model writes for a picked fact; empty when it writes none.

    The model is stopped at its first question. Raises EvalError when it cannot go on.
    """
    prompt = ask_prompt(
        picked.passage.searched_title,
        picked.before,
        picked.text,
        picked.fact,
        kind_of(picked.fact),
        language(picked.passage.text),
    )
    question, text = "", ""
    try:
        for reply in llm.stream_chat(prompt):
            text = reply.message.content or ""
            question = question_in(text)
            if question or len(text) > LONGEST_REPLY:
                break
    except failures() as exc:
        raise EvalError(
            f"The language model stopped while drawing up questions ({exc}). What was drawn up so"
            " far stands; check the model with: wenju models"
        ) from exc
    return question


def question_in(reply: str) -> str:
    """Give the question in what a model wrote: its first line that asks, without label or quotes.

    >>> question_in("好的。\\n问题：“馆长是谁？”\\n答案：周岚")
    '馆长是谁？'
    """
    whole = reply.encode(errors="ignore").decode()  # half a character could not be written down
    for line in whole.splitlines():
        text = _LABEL.sub("", line).strip().strip("*").strip()
        if len(text) > 1 and text[0] in '“"「' and text[-1] in '”"」':
            text = text[1:-1]
        if text.endswith(("?", "？")):
            return text
    return ""
