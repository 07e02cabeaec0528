"""Read passages for a question: where the answer stands, and whether there is one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.reader.pieces import VOCABULARY, cut, open_pieces
from vectorstore.language import language
from vectorstore.script import converted

FOLDER = Path(__file__).with_name("weights")

GRAPH = "reader.onnx"

LONGEST = 60
"""Pieces of an answer at most."""

LENGTH = 0.7
"""How much the logit of an answer of n pieces is lowered, times ln n: a network that gives starts
and ends apart from each other likes long answers too well."""

UNSEEN = -1e9


@dataclass(frozen=True)
class Seen:
    """What the reader saw in one passage.

    `starts` and `ends` are logits of an answer starting and ending at each piece of the text,
    `places` where the pieces stand, `nothing` the logit of no answer standing there, `answers` that
    of the passage answering.
    """

    places: tuple[tuple[int, int], ...]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    nothing: float
    answers: float

    @cached_property
    def _spans(self) -> NDArray[np.float32]:
        size = len(self.starts)
        joined = self.starts[:, None] + self.ends[None, :]
        ahead = np.arange(size)[None, :] - np.arange(size)[:, None]
        said = np.array([a < b for a, b in self.places])
        whole = said[:, None] & said[None, :] & (ahead >= 0) & (ahead < LONGEST)
        return np.where(whole, joined - LENGTH * np.log1p(np.maximum(ahead, 0)), UNSEEN)

    def best(self, start: int = 0, end: int | None = None) -> tuple[int, int, float]:
        """Give the likeliest answer in `text[start:end]` and its logit, above that of no answer.

        Where no piece stands there it is empty, and its logit very low.
        """
        stop = self.places[-1][1] if end is None and self.places else end or 0
        inside = [i for i, (a, b) in enumerate(self.places) if start <= a < b <= stop]
        if not inside:
            return start, start, UNSEEN
        here = slice(inside[0], inside[-1] + 1)
        spans = self._spans[here, here]
        first, last = divmod(int(spans.argmax()), spans.shape[1])
        logit = float(spans[first, last]) - self.nothing
        return self.places[here][first][0], self.places[here][last][1], logit


class Reader:
    """A small network that reads Chinese, in both scripts, and English."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._tokenizer = open_pieces(folder / VOCABULARY)
        self._network = _network(folder / GRAPH)

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Seen]:
        """Read passages, each a title and a text, for a question."""
        return [self._read(_in_script_of(text, question), title, text) for title, text in passages]

    def _read(self, question: str, title: str, text: str) -> Seen:
        p = cut(self._tokenizer, question, title, text)
        span, answers = self._network.run(None, {"ids": np.array([p.ids])})
        start, end = span[0].T
        inside = slice(p.first, p.last)
        nothing = float(start[0] + end[0])
        return Seen(tuple(p.places), start[inside], end[inside], nothing, float(answers.item()))


def _in_script_of(text: str, question: str) -> str:
    """Write a question in the script of the text: one that differs is read less well."""
    table = {"zh-Hans": "t2s", "zh-Hant": "s2t"}.get(language(text))
    return converted(question, table) if table else question


def _network(graph: Path) -> Any:
    # onnxruntime reports to its makers unless it finds this when it is loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
