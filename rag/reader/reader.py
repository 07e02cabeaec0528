"""Read passages for a question: where the answer stands, and whether there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.reader.pieces import Pieces, cut, open_pieces
from vectorstore.language import language
from vectorstore.script import converted

FOLDER = Path(__file__).with_name("weights")

TOGETHER = 3
"""Passages per forward pass."""

WHOLE_PIECES = 16
"""Passages are filled up to a multiple of this: torch keeps buffers for every shape it meets."""

LONGEST = 60
"""Pieces of an answer at most."""

UNSEEN = -1e9

ENCODER = "encoder."
"""What names of the encoder's weights begin with."""


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
        return np.where(whole, joined, UNSEEN)

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
        from rag.reader.packed import PIECES

        self._tokenizer = open_pieces(folder / PIECES)
        self._network, self._device = _network(folder)

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Seen]:
        """Read passages, each a title and a text, for a question."""
        from vectorstore.attention import at_once

        pieces = [
            cut(self._tokenizer, _in_script_of(text, question), title, text)
            for title, text in passages
        ]
        seen: list[Seen] = []
        while len(seen) < len(pieces):
            some = pieces[len(seen) : len(seen) + TOGETHER]
            size = max(len(p.ids) for p in some)
            size += -size % WHOLE_PIECES
            seen += self._read(some[: at_once(self._network, size, TOGETHER)], size)
        return seen

    def _read(self, pieces: Sequence[Pieces], size: int) -> list[Seen]:
        import torch

        ids = torch.ones(len(pieces), size, dtype=torch.long)
        mask = torch.zeros(len(pieces), size, dtype=torch.long)
        for row, p in enumerate(pieces):
            ids[row, : len(p.ids)] = torch.tensor(p.ids)
            mask[row, : len(p.ids)] = 1
        with torch.inference_mode():
            made = self._network(ids.to(self._device), mask.to(self._device))
        start, end, answers = (t.float().cpu().numpy() for t in made)
        return [_seen(p, start[i], end[i], float(answers[i])) for i, p in enumerate(pieces)]


def _in_script_of(text: str, question: str) -> str:
    """Write a question in the script of the text: one that differs is read less well."""
    table = {"zh-Hans": "t2s", "zh-Hant": "s2t"}.get(language(text))
    return converted(question, table) if table else question


def _seen(p: Pieces, start: NDArray[Any], end: NDArray[Any], answers: float) -> Seen:
    nothing = float(start[0] + end[0])
    text = slice(p.first, p.last)
    return Seen(tuple(p.places), start[text], end[text], nothing, answers)


def _network(folder: Path) -> tuple[Any, str]:
    import torch
    from transformers import BertConfig, BertModel
    from transformers.utils import logging

    from rag.reader.network import Network
    from rag.reader.packed import unpacked
    from vectorstore.attention import attend_in_steps
    from vectorstore.embed import fastest_format
    from vectorstore.packed_linear import pack_linear

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    state, config = unpacked(folder)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    encoder = BertModel.from_pretrained(
        None,
        config=BertConfig(**config),
        state_dict={n[len(ENCODER) :]: t for n, t in state.items() if n.startswith(ENCODER)},
        add_pooling_layer=False,
    )
    network = Network(encoder)
    network.load_state_dict(state)
    network = network.to(device, fastest_format(device)).eval()
    attend_in_steps(network)
    pack_linear(network)
    return network, device
