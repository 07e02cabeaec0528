"""Questions to batches: of the passages that do not answer, each keeps the hardest."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import torch
from tokenizers import Tokenizer
from torch import Tensor

from rag.reader.lessons import Lesson
from rag.reader.pieces import Pieces, cut
from rag.reader.row import Row, Titled
from rag.reader.rows import drawn

SEED = 0

QUESTIONS = 16
"""Questions of one step, each with a passage that answers and one that does not."""

TOGETHER = 16
"""Rows that go through the network at once; what they leave in memory is what takes time."""

WHOLE_PIECES = 32
"""Rows are filled up to a multiple of this: torch keeps buffers for every shape it meets."""

SORTED = 64
"""Steps whose questions are sorted by length together, so that little is filled up."""

Made = tuple[Row, Pieces]

Judge = Callable[[Sequence[Made]], Sequence[float]]
"""Gives for rows how much their passages seem to answer."""


@dataclass(frozen=True)
class Batch:
    """Rows of pieces filled up to one length, and where answers start and end (0: nowhere)."""

    ids: Tensor
    mask: Tensor
    outside: Tensor
    start: Tensor
    end: Tensor
    answers: Tensor


def batch(rows: Sequence[Made]) -> Batch:
    """Fill rows up to the longest of them."""
    size = max(len(p.ids) for _, p in rows)
    size += -size % WHOLE_PIECES
    ids = torch.ones(len(rows), size, dtype=torch.long)
    mask = torch.zeros(len(rows), size, dtype=torch.long)
    outside = torch.ones(len(rows), size, dtype=torch.bool)
    places = torch.zeros(len(rows), 2, dtype=torch.long)
    for i, (row, p) in enumerate(rows):
        ids[i, : len(p.ids)] = torch.tensor(p.ids)
        mask[i, : len(p.ids)] = 1
        outside[i, p.first : p.last] = False
        outside[i, 0] = False
        if row.answers and (at := p.spanning(row.start, row.end)):
            places[i] = torch.tensor(at)
    answers = (places[:, 1] > 0).float()
    return Batch(ids, mask, outside, places[:, 0], places[:, 1], answers)


def batches(rows: Sequence[Made]) -> list[Batch]:
    """Cut rows into batches, in their order."""
    return [batch(rows[i : i + TOGETHER]) for i in range(0, len(rows), TOGETHER)]


def steps(
    taught: Sequence[Lesson],
    found: Mapping[str, Sequence[Titled]],
    tokenizer: Tokenizer,
    judge: Judge,
    begun: int,
    turns: int = 0,
    seed: int = SEED,
) -> Iterator[list[Batch]]:
    """Give the batches of each step from `begun` on, without end; the same for the same seed.

    `turns` is how often the lessons were gone through before the first step. The judge is asked
    once for SORTED steps which passages are hardest (Shrivastava et al. 2016, OHEM).
    """
    step = 0
    for turn in count(turns):
        order = random.Random(f"{seed} {turn}").sample(range(len(taught)), len(taught))
        for at in range(0, len(order) - QUESTIONS + 1, QUESTIONS * SORTED):
            some = order[at : at + QUESTIONS * SORTED]
            here = len(some) // QUESTIONS
            if step + here > begun:
                draw = random.Random(f"{seed} {turn} {at}")
                made = [_pieces(taught[i], found, tokenizer, draw) for i in some]
                rows = sorted(_hardest(made, judge), key=lambda row: len(row[1].ids))
                cuts = [rows[i * 2 * QUESTIONS : (i + 1) * 2 * QUESTIONS] for i in range(here)]
                draw.shuffle(cuts)
                for number, cut_out in enumerate(cuts, start=step):
                    if number >= begun:
                        yield batches(cut_out)
            step += here


def _pieces(
    lesson: Lesson, found: Mapping[str, Sequence[Titled]], tokenizer: Tokenizer, draw: random.Random
) -> tuple[Made, list[Made]]:
    right, wrong = drawn(lesson, found.get(lesson.id, ()), draw)
    first, *others = ((r, cut(tokenizer, r.question, r.title, r.text)) for r in (right, *wrong))
    return first, others


def _hardest(made: Sequence[tuple[Made, list[Made]]], judge: Judge) -> list[Made]:
    """Keep of each question what answers, and of the rest what seems most to answer."""
    asked = iter(judge([row for _, wrong in made for row in wrong]))
    kept = []
    for right, wrong in made:
        _, hardest = max((next(asked), i) for i in range(len(wrong)))
        kept += [right, wrong[hardest]]
    return kept
