"""What articles cost as they become many: `python -m evals.scale CORPUS.jsonl`.

The articles are made of the corpus and added by the ordinary line. What was added is kept, with
what it cost, so a run goes on where the last one ended; one with nothing to add only searches.

With `--vectors drawn` no passage is embedded: it gets a mixture of real vectors, and the speed of
embedding is measured apart. Everything else is real.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from evals.clock import Clock
from evals.machine import peak_mib
from evals.progress import Told
from evals.questions import read_questions
from evals.remade import DrawnEmbedding, Remade, pool
from rag.opening import open_model
from rag.settings import read_settings
from vectorstore.article import Progress
from vectorstore.ingest import add_articles
from vectorstore.store import Store

SIZES = (1_000, 10_000, 100_000)
SLICE = 1_000
"""Articles added between two figures of the curve."""
LATEST = 0.1
"""Share of the articles, those added last, whose cost stands for a size."""
BARE, ROUNDS = 64, 8
"""Texts embedded together to measure the bare speed, and how often; the quickest round counts."""
QUESTIONS = 200
PASSAGES = 5

EMBEDDING, ALL = "embedding", "all"
TIMED = {
    "dense": ("put", "remove"),
    "lexical": ("write",),
    "catalogue": ("settle", "settle_copies", "journal", "standing", "same", "copies"),
}


@dataclass(frozen=True)
class Slice:
    """What some articles cost that were added together, in seconds by part of the line."""

    first: int
    articles: int
    passages: int
    text_bytes: int
    wall: dict[str, float]
    work: dict[str, float]
    peak_mib: float


class Curve:
    """A store under `folder` that grows by slices, and what each slice has cost."""

    def __init__(self, folder: Path, made: Remade, model: BaseEmbedding) -> None:
        self._made, self._model, self._file = made, model, folder / "slices.jsonl"
        begun = perf_counter()
        self.store = Store(folder / "index")
        self.opened = perf_counter() - begun
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        self.slices = [Slice(**json.loads(line)) for line in lines]

    @property
    def count(self) -> int:
        """How many articles there are."""
        return sum(s.articles for s in self.slices)

    def grow(self, count: int, told: Progress) -> None:
        """Add articles until there are `count`."""
        while self.count < count:
            told(self.count, count, "articles")
            self.slices.append(self._add(self.count, min(SLICE, count - self.count)))
            with self._file.open("a") as out:
                out.write(json.dumps(asdict(self.slices[-1])) + "\n")

    def _add(self, first: int, count: int) -> Slice:
        articles = [self._made.article(n) for n in range(first, first + count)]
        clock, store = Clock(), self.store
        for part, names in TIMED.items():
            clock.watch(getattr(store, part), names, part)
        clock.watch(self._model, ["get_text_embedding_batch"], EMBEDDING)
        with clock.during(ALL):
            report = add_articles(articles, store, self._model)
        clock.leave()
        size = sum(len(a.text.encode()) for a in articles)
        wall, work, peak = dict(clock.wall), dict(clock.work), peak_mib() or 0.0
        return Slice(first, count, report.passages, size, wall, work, peak)


def main() -> None:
    """Measure and print one block of lines a size."""
    given = _asked()
    settings = read_settings()
    kept = settings.home / "evals"
    model, made = open_model(settings), Remade(given.corpus)
    drawn = given.vectors == "drawn"
    adds = DrawnEmbedding(model, pool(made, model, kept / "scale-pool.npy")) if drawn else model
    folder = kept / f"scale-{given.vectors}"
    folder.mkdir(parents=True, exist_ok=True)
    curve = Curve(folder, made, adds)
    _print("The index opened in", f"{curve.opened:.2f} s")
    file = given.corpus.parent / "questions.dev.jsonl"
    questions = [q.question for q in read_questions(file).questions[:QUESTIONS]]
    for count in sorted(given.articles):
        curve.grow(count, Told())
        if count == curve.count:
            _costs(curve, list(made.texts(BARE * ROUNDS)), model)
            _searches(curve.store, questions, model)
            _sizes(folder / "index", sum(s.text_bytes for s in curve.slices))
    curve.store.close()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--articles", type=int, nargs="+", default=SIZES)
    parser.add_argument("--vectors", choices=("drawn", "real"), default="drawn")
    return parser.parse_args()


def _costs(curve: Curve, texts: list[str], model: BaseEmbedding) -> None:
    last = [s for s in curve.slices if s.first + s.articles > curve.count * (1 - LATEST)]
    articles, passages = sum(s.articles for s in last), sum(s.passages for s in last)
    bare = _quickest(texts, model)
    _print(f"{curve.count:,} articles; the last {articles:,} of them cost", "")
    for what, alone, costs in (
        ("by the wall", bare.wall[EMBEDDING] / BARE, [s.wall for s in last]),
        ("of work of all cores", bare.work[EMBEDDING] / BARE, [s.work for s in last]),
    ):
        each = {part: sum(cost[part] for cost in costs) / passages for part in costs[0]}
        beside = each.pop(ALL) - each.pop(EMBEDDING)
        each["rest"] = beside - sum(each.values())
        told = ", ".join(f"{part} {1000 * seconds:.2f}" for part, seconds in each.items())
        _print(f"  ms a passage {what}", f"{1000 * beside:.2f} ({told})")
        share = (
            f"{1000 * alone:.2f}, and adding reaches {alone / (alone + beside):.0%} of its speed"
        )
        _print("  ms a passage to embed alone", share)
        _print("  s an article beside embedding", f"{beside * passages / articles:.4f}")


def _quickest(texts: Sequence[str], model: BaseEmbedding) -> Clock:
    """Give what embedding BARE of the texts cost in the best of many rounds."""
    clocks = []
    for first in range(0, len(texts), BARE):
        clocks.append(clock := Clock())
        with clock.during(EMBEDDING):
            model.get_text_embedding_batch(list(texts[first : first + BARE]))
    return min(clocks, key=lambda clock: clock.wall[EMBEDDING])


def _searches(store: Store, questions: Sequence[str], model: BaseEmbedding) -> None:
    clocks = []
    for question in questions:
        clocks.append(clock := Clock())
        with clock.during("with the question's embedding"):
            vector = model.get_query_embedding(question)
            with clock.during("without"):
                store.search(question, vector, PASSAGES)
    for what in clocks[0].wall:
        p50, p95 = np.percentile([1000 * c.wall[what] for c in clocks], (50, 95))
        work = np.median([1000 * c.work[what] for c in clocks])
        _print(f"  search {what}", f"p50 {p50:.0f} ms, p95 {p95:.0f} ms; p50 of work {work:.0f} ms")
    _print("  peak memory, embedding model included", f"{peak_mib() or 0:.0f} MiB")


def _sizes(index: Path, text_bytes: int) -> None:
    whole = Counter[str]()
    for file in index.rglob("*"):
        at = file.relative_to(index).parts
        legs = "chroma/vectors" if len(at) == 3 else "/".join(at) if at[0] == "chroma" else at[0]
        if file.is_file():
            whole[legs] += file.stat().st_blocks * 512
    for name, size in sorted(whole.items()):
        _print(f"  {name}", f"{size / 1e6:.1f} MB, {size / text_bytes:.2f} times the text")
    _print("  all", f"{whole.total() / text_bytes:.2f} times {text_bytes / 1e6:.1f} MB")


def _print(what: str, figure: str) -> None:
    sys.stdout.write(f"{what + ':':46}{figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
