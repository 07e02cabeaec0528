"""A second opinion on answers by a language model; never needed, and never asked by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llama_index.core.llms import LLM

from evals.errors import EvalError
from rag.llm import failures
from rag.prompt import RIGHT, WRONG, judge_prompt
from vectorstore.script import fold

_VERDICT = re.compile(
    rf"(?P<praise>(?:没有?|无|未发现|并非|并无)[^，。；,.;]{{0,3}}{WRONG}"
    r"|\b(?:not|nothing|isn['’]t) (?:\w+ )?(?:wrong|incorrect)\b)"
    rf"|(?:不(?![仅但只止])|[没未]|非(?!常|但))[^，。；,.;]{{0,6}}{RIGHT}|{WRONG}|{RIGHT}"
    r"|(?:\bnot|n['’]t|\bnever) (?:\w+ ){0,2}(?:correct|right)\b"
    r"|\bincorrect\b|\bwrong\b|\bcorrect\b|\bright\b"
)


def judged(question: str, gold: Sequence[str], answer: str, llm: LLM) -> float | None:
    """Give 1 when the model holds the answer for right, 0 for wrong, None when it says neither.

    Raises EvalError when the model cannot be asked.
    """
    try:
        reply = llm.chat(judge_prompt(question, gold, answer))
    except failures() as exc:
        raise EvalError(
            f"The judge stopped ({exc}). What was judged before is kept: start the evaluation"
            " again, or leave --judge away."
        ) from exc
    return verdict(reply.message.content or "")


def verdict(reply: str) -> float | None:
    """Read the first verdict in a reply.

    >>> verdict("错误。原文是2亿元。"), verdict("正確"), verdict("也许")
    (0.0, 1.0, None)
    """
    found = _VERDICT.search(fold(reply))
    if found is None:
        return None
    return float(bool(found["praise"]) or found.group() in (RIGHT, "correct", "right"))
