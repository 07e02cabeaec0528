"""Is a question told from one that the same passage does not answer?

    python -m evals.mixups FOLDER... [--limit N] [--reader WEIGHTS]

A FOLDER holds `corpus.jsonl` and `questions.dev.jsonl`. Each question is asked twice, as it is and
changed: about another subject, of which a sentence stands beside the passage; or for another thing
of the same kind, of which the article says nothing (its writer instead of its director). Only the
first of the two has an answer there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import fmean

from evals.calibration import auroc
from evals.relations import relations
from evals.subjects import Pair, subjects
from rag.reader.reader import FOLDER, Reader

LIMIT = 200

WAYS: tuple[tuple[str, Callable[[Path], Iterator[Pair]]], ...] = (
    ("another subject", subjects),
    ("another thing of the same kind", relations),
)


def measured(name: str, pairs: Iterator[Pair], reader: Reader, limit: int) -> str:
    """Ask pairs of questions and put the figures into a line."""
    asked = list(islice(pairs, limit))
    if not asked:
        return f"{name}: no question can be changed so\n"
    own = [_answers(reader, pair.asked, pair) for pair in asked]
    other = [_answers(reader, pair.other, pair) for pair in asked]
    first = fmean(a > b for a, b in zip(own, other, strict=True))
    labels = [True] * len(own) + [False] * len(other)
    return (
        f"{name}: {len(asked)} questions, AUROC {auroc([*own, *other], labels):.3f},"
        f" of two the right one {first:.3f}\n"
    )


def _answers(reader: Reader, question: str, pair: Pair) -> float:
    (seen,) = reader.read(question, [(pair.title, pair.text)])
    return seen.answers


def main() -> None:
    """Measure and print two lines a set."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=LIMIT)
    parser.add_argument("--reader", type=Path, default=FOLDER, help="weights of another reader")
    given = parser.parse_args()
    reader = Reader(given.reader)
    for folder in given.sets:
        for way, make in WAYS:
            name = f"{folder.name}, {way}"
            sys.stdout.write(measured(name, make(folder), reader, given.limit))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
