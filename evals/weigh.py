"""Fit how the reader is weighed against the search: writes rag/reader/weighing.json.

    python -m evals.weigh SET=INDEX...

Each SET is a folder with `questions.dev.jsonl`, each INDEX a store that holds its corpus. Every
question is put to what the search finds, to the same without the articles that hold its answer,
and to the same without the sentences that hold it (a near miss).
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from evals.calibrate import cut_out, stable_number
from evals.calibration import auroc, calibration_error
from evals.progress import Told
from evals.questions import Question, read_questions
from rag.opening import open_model
from rag.reader.reader import Reader
from rag.reader.weighing import FILE, OF_PASSAGES, OF_SENTENCES, Weighed, passage_signals, weighed
from rag.retrieve import PassageRetriever
from rag.search import READ, readable
from rag.settings import read_settings
from vectorstore.article import Hit
from vectorstore.llama import to_hit
from vectorstore.script import fold
from vectorstore.store import Store
from vectorstore.wanted import content_terms

QUESTIONS = 100
ANSWERED = 0.75
"""Share of the questions asked that the articles answer."""

SEED = 20

_NO_QUESTION = re.compile("vague|event_retrieval")
"""Kinds that cannot be answered from a collection, or ask nothing."""

Rows = list[tuple[tuple[float, ...], bool, str]]
"""Signals, whether they speak of what answers, and the reading they belong to."""


@dataclass
class Collected:
    """What was seen in passages and in sentences."""

    passages: Rows = field(default_factory=list)
    sentences: Rows = field(default_factory=list)


def collect(
    name: str, questions: Sequence[Question], store: Store, model: BaseEmbedding, reader: Reader
) -> Collected:
    """Read what the search finds for questions."""
    made, say = Collected(), Told()
    retriever = PassageRetriever(store, model, k=3 * READ)
    for number, q in enumerate(questions, start=1):
        say(number, len(questions), name)
        hits = [to_hit(node) for node in retriever.retrieve(q.question)]
        weights = store.lexical.weights(content_terms(q.question))
        ways = list(_shown(hits, q))
        texts = list(dict.fromkeys(_text(hit) for _, found in ways for hit in found))
        seen = dict(zip(texts, reader.read(q.question, texts), strict=True))
        for shown, found in ways:
            group = f"{name} {q.id}/{shown}"
            read = [(hit, seen[_text(hit)]) for hit in found]
            right = shown == "with"
            if right:
                made.passages += [
                    (passage_signals(hit, s), _supports(hit, q), group) for hit, s in read
                ]
            made.sentences += [
                (w.signals, right and _answers(w, q), group)
                for w in weighed(q.question, read, weights)
            ]
    return made


def _text(hit: Hit) -> tuple[str, str]:
    return hit.passage.title, hit.passage.text


def _shown(hits: list[Hit], q: Question) -> Iterator[tuple[str, list[Hit]]]:
    """Give what is read for a question, and what is left of it without what answers."""
    if not q.answerable:
        yield "unanswerable", hits[:READ]
        return
    docs = {s.doc for s in q.support}
    answers = [fold(answer) for answer in q.answers]
    others = [
        h
        for h in hits
        if h.passage.article_id not in docs and not any(a in fold(h.passage.text) for a in answers)
    ]
    yield "with", hits[:READ]
    yield "without", others[:READ]
    yield "cut", cut_out(hits, q)[:READ]


def _supports(hit: Hit, q: Question) -> bool:
    return hit.passage.article_id in {s.doc for s in q.support}


def _answers(w: Weighed, q: Question) -> bool:
    """Tell whether a sentence holds a support, or in any article a gold answer."""
    said = fold(w.text)
    texts = [fold(s.text) for s in q.support if s.doc == w.hit.passage.article_id and s.text]
    return any(text in said or said in text for text in texts) or any(
        fold(answer) in said for answer in q.answers
    )


def fit(made: Sequence[Collected]) -> dict[str, Any]:
    """Fit on four fifths of the questions of each set; give weights and figures of the others."""
    return {
        "passages": _fit([m.passages for m in made], OF_PASSAGES, best=False),
        "sentences": _fit([m.sentences for m in made], OF_SENTENCES, best=True),
    }


def _fit(sets: Sequence[Rows], names: Sequence[str], best: bool) -> dict[str, Any]:
    """Fit a logistic regression in which every set counts alike.

    With `best`, a second one over the best sentence of each reading (Platt 1999) makes its
    probability one of being right, where ANSWERED of all questions can be answered.
    """
    rows = [row for some in sets for row in some]
    share = np.array([1 / len(some) for some in sets for _ in some]) * len(rows) / len(sets)
    signals = np.array([s for s, _, _ in rows])
    labels = np.array([label for _, label, _ in rows])
    groups = np.array([group for *_, group in rows])
    held = np.array([stable_number(group.rpartition("/")[0]) % 5 == 0 for group in groups])
    mean, spread = signals[~held].mean(0), signals[~held].std(0)
    ranks = LogisticRegression(C=1, max_iter=3000)
    ranks.fit((signals[~held] - mean) / spread, labels[~held], sample_weight=share[~held])
    weights = ranks.coef_[0] / spread
    bias = float(ranks.intercept_[0] - weights @ mean)
    logits = signals @ weights + bias
    figures = {"auroc of all rows": auroc(logits[held], labels[held])}
    if best:
        first = _first(logits, groups)
        kept = first[~held[first]]
        sure = LogisticRegression(C=100)
        asked = np.array([group.endswith("/with") for group in groups[kept]])
        prior = np.where(asked, ANSWERED / asked.mean(), (1 - ANSWERED) / (1 - asked.mean()))
        sure.fit(logits[kept][:, None], labels[kept], sample_weight=prior)
        weights, bias = weights * sure.coef_[0, 0], bias * sure.coef_[0, 0] + sure.intercept_[0]
        figures |= _figures(signals @ weights + bias, labels, groups, first[held[first]])
    named = {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)}
    return {
        "weights": named,
        "bias": round(float(bias), 4),
        "measured": {name: round(float(value), 4) for name, value in figures.items()},
    }


def _first(logits: NDArray[np.float64], groups: NDArray[np.str_]) -> NDArray[np.intp]:
    """Give the row of the best sentence of each reading."""
    order = np.lexsort((-logits, groups))
    return order[np.unique(groups[order], return_index=True)[1]]


def _figures(
    logits: NDArray[np.float64],
    labels: NDArray[np.bool_],
    groups: NDArray[np.str_],
    first: NDArray[np.intp],
) -> dict[str, float]:
    chance, right = 1 / (1 + np.exp(-logits[first])), labels[first]
    shown = np.array([group.rpartition("/")[2] for group in groups[first]])
    sets = np.array([group.partition(" ")[0] for group in groups[first]])
    asked = shown == "with"
    times = round(ANSWERED / (1 - ANSWERED) * (~asked).sum() / asked.sum())
    usual = np.repeat(np.arange(len(first)), np.where(asked, times, 1))
    made = {
        "readings": float(len(first)),
        "auroc of the confidence": auroc(chance, right),
        "calibration error": calibration_error(chance[usual], right[usual]),
    }
    for name in np.unique(sets):
        made[f"{name}, first sentence right"] = right[(sets == name) & (shown == "with")].mean()
    for least in (0.1, 0.2, 0.3, 0.4, 0.5):
        for kind in np.unique(shown):
            made[f"declined below {least}, {kind}"] = (chance[shown == kind] < least).mean()
    return made


def main() -> None:
    """Read questions of all sets, fit, and write the file that the reader uses."""
    model, reader = open_model(read_settings()), Reader()
    made = []
    for pair in sys.argv[1:]:
        folder, _, index = pair.partition("=")
        every = read_questions(Path(folder) / "questions.dev.jsonl").questions
        with Store(Path(index)) as store:
            held = store.catalogue
            text = next(p.text for id_ in held.ids() for p in held.passages_of(id_))
            asked = [
                q for q in every if readable(q.question, text) and not _NO_QUESTION.search(q.kind)
            ]
            drawn = random.Random(SEED).sample(asked, min(QUESTIONS, len(asked)))
            made.append(collect(Path(folder).name, drawn, store, model, reader))
    text = json.dumps(fit(made), ensure_ascii=False, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
