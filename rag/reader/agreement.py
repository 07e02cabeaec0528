"""Whether other articles hold an answer as well: what several tell is likelier right."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.signals import logistic
from vectorstore.article import Passage
from vectorstore.script import fold

_NUMERALS = "零〇一二两三四五六七八九十百千万亿"

MOST = 2.0
"""Articles from which on more of them make no difference."""


class Agreement:
    """Passages that were read, each with the logit that it answers."""

    def __init__(self, read: Sequence[tuple[Passage, float]]) -> None:
        self._read = [
            (p.article_id, fold(p.text), logistic((1.0,), 0.0, (answers,))) for p, answers in read
        ]

    def of(self, answer: str, article_id: str) -> float:
        """Give how many other articles hold an answer, each as far as it answers, MOST at most."""
        said = fold(answer).strip()
        if not said:
            return 0.0
        whole = re.compile(rf"{_edge(said[0], '?<!')}{re.escape(said)}{_edge(said[-1], '?!')}")
        chances: dict[str, float] = {}
        for article, text, chance in self._read:
            if article != article_id and whole.search(text):
                chances[article] = max(chance, chances.get(article, 0.0))
        return min(sum(chances.values()), MOST)


def _edge(character: str, look: str) -> str:
    """Keep a number or a word in Latin letters from being found inside a longer one."""
    if re.match(r"[0-9a-z]", character):
        inside = r"\d[.,]" if look == "?<!" else r"[.,]\d"
        return rf"({look}[0-9a-z])({look}{inside})"
    return rf"({look}[{_NUMERALS}])" if character in _NUMERALS else ""
