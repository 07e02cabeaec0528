"""Turn a question in another language than the articles into a vector that finds across."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray

Vector = NDArray[np.float64]

ASKED_FILE = Path(__file__).with_name("tongues.json")
"""The same few questions in each language."""

TAKEN_OFF = 0.6
"""How much of what the questions of a language have in common is taken off one of them."""


class Tongues:
    """What the questions of each language have in common, for one embedding model.

    A model puts texts of one language near each other, whatever they say; that part of a question
    draws it away from articles in another. It is measured when it is first needed.
    """

    def __init__(self, model: BaseEmbedding) -> None:
        self._model = model
        self._common: dict[str, Vector] = {}

    def across(self, question: str, vector: Sequence[float]) -> list[float]:
        """Give the vector without what its language adds, not of length 1; as it is if unknown."""
        asked = np.asarray(vector)
        known = [self._of(name) for name in _written_like(question)]
        if not known:
            return list(vector)
        nearest = max(known, key=lambda common: float(asked @ common / np.linalg.norm(common)))
        freed: list[float] = (asked - TAKEN_OFF * nearest).tolist()
        return freed

    def _of(self, name: str) -> Vector:
        if name not in self._common:
            questions = _asked()[name]
            self._common[name] = np.asarray(
                self._model.get_agg_embedding_from_queries(list(questions))
            )
        return self._common[name]


def _written_like(question: str) -> list[str]:
    """Give the languages that are written in the letters of a question."""
    script = _script(question)
    return [name for name, questions in _asked().items() if _script("".join(questions)) == script]


def _script(text: str) -> str:
    """Give the name of the script that most letters belong to; kana among others are Japanese."""
    names = Counter(unicodedata.name(c, "").partition(" ")[0] for c in text if c.isalpha())
    kana = names["HIRAGANA"] + names["KATAKANA"]
    if kana * 5 > names.total():
        return "HIRAGANA"
    return names.most_common(1)[0][0] if names else ""


@cache
def _asked() -> dict[str, tuple[str, ...]]:
    told = json.loads(ASKED_FILE.read_text(encoding="utf-8"))
    return {name: tuple(questions) for name, questions in told.items()}
