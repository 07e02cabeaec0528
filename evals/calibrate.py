"""Fit the probability that a sentence answers, from training questions: writes rag/reading.json.

    python -m evals.calibrate SET=INDEX...

Each SET is a folder with `questions.train.jsonl`, each INDEX a store that holds its corpus. Every
question is put three times: to what the search finds, to the same without the articles that hold
its answer, and to the same without the sentences that hold it (a near miss).
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from evals.progress import Told
from evals.questions import Question, read_questions
from rag.opening import open_model
from rag.read import ACROSS_LANGUAGES, MODEL_FILE, SIGNALS, Candidate, candidates
from rag.settings import read_settings
from vectorstore.article import Hit
from vectorstore.split import sentences
from vectorstore.store import Store

QUESTIONS = 300
DEPTH = 5
SEED = 20


def rows(
    questions: list[Question], store: Store, model: BaseEmbedding
) -> Iterator[tuple[list[float], bool, str]]:
    """Give (signals, answers, group) of every sentence read; a group is one question's reading."""
    say = Told()
    for number, q in enumerate(questions, start=1):
        say(number, len(questions), "questions")
        vector = model.get_query_embedding(q.question)
        hits = store.search(q.question, vector, 4 * DEPTH)
        docs = {s.doc for s in q.support}
        others = [
            h
            for h in hits
            if h.passage.article_id not in docs and not any(a in h.passage.text for a in q.answers)
        ]
        shown = {"with": hits, "without": others, "cut": cut_out(hits, q)}
        for name, found in shown.items():
            for c in candidates(
                q.question, vector, found[: 2 * DEPTH], model, store.lexical, DEPTH
            ):
                yield list(c.signals), name == "with" and _answers(c, q), f"{q.id}/{name}"


def cut_out(hits: Sequence[Hit], question: Question) -> list[Hit]:
    """Take out of the passages the sentences that hold an answer."""
    made = []
    for hit in hits:
        text = hit.passage.text
        kept = [
            text[a:b]
            for a, b in sentences(text)
            if not any(answer in text[a:b] for answer in question.answers)
        ]
        made.append(replace(hit, passage=replace(hit.passage, text="".join(kept))))
    return [hit for hit in made if hit.passage.text]


def _answers(candidate: Candidate, question: Question) -> bool:
    doc = candidate.hit.passage.article_id
    return any(
        s.doc == doc
        and s.start is not None
        and s.end is not None
        and candidate.start <= s.start
        and s.end <= candidate.end
        for s in question.support
    )


@dataclass(frozen=True)
class Sample:
    """Sentences as rows of signals, whether each answers, and the reading each belongs to."""

    signals: NDArray[np.float64]
    labels: NDArray[np.bool_]
    groups: NDArray[np.str_]

    def part(self, chosen: NDArray[np.bool_]) -> Sample:
        """Give the chosen rows."""
        return Sample(self.signals[chosen], self.labels[chosen], self.groups[chosen])


def fit(sample: Sample) -> dict[str, Any]:
    """Fit on four fifths of the questions; give weights, bias, and figures of the other fifth."""
    held = np.array([stable_number(g.rpartition("/")[0]) % 5 == 0 for g in sample.groups])
    train, test = sample.part(~held), sample.part(held)
    return {
        "one language": _fit(train, test, SIGNALS),
        "across languages": _fit(train, test, ACROSS_LANGUAGES),
    }


def _fit(train: Sample, test: Sample, signals: Sequence[str]) -> dict[str, Any]:
    """Fit the named signals only.

    A logistic regression over all sentences ranks them; a second one over the best sentence of
    each reading (Platt 1999) makes its probability one of being right.
    """
    used = np.array([name in signals for name in SIGNALS])
    mean, spread = train.signals.mean(0), train.signals.std(0)
    ranks = LogisticRegression(C=100, max_iter=3000)
    ranks.fit(((train.signals - mean) / spread)[:, used], train.labels)
    weights = np.zeros(len(SIGNALS))
    weights[used] = ranks.coef_[0] / spread[used]
    bias = float(ranks.intercept_[0] - weights @ mean)
    logits, right, _ = _best(train, weights, bias)
    sure = LogisticRegression(C=100).fit(logits[:, None], right)
    weights, bias = weights * sure.coef_[0, 0], bias * sure.coef_[0, 0] + sure.intercept_[0]
    named = {n: round(float(w), 4) for n, w in zip(SIGNALS, weights, strict=True) if n in signals}
    figures = _figures(*_best(test, weights, bias))
    return {"weights": named, "bias": round(float(bias), 4), "measured": figures}


def _best(
    sample: Sample, weights: NDArray[np.float64], bias: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.str_]]:
    """Give the best sentence of each reading: its logit, whether right, which kind of reading."""
    logits = sample.signals @ weights + bias
    order = np.lexsort((-logits, sample.groups))
    first = order[np.unique(sample.groups[order], return_index=True)[1]]
    shown = np.array([g.rpartition("/")[2] for g in sample.groups[first]])
    return logits[first], sample.labels[first], shown


def _figures(
    logits: NDArray[np.float64], right: NDArray[np.bool_], shown: NDArray[np.str_]
) -> dict[str, float]:
    chance = 1 / (1 + np.exp(-logits))
    made = {
        "readings": float(len(right)),
        "first sentence right": right[shown == "with"].mean(),
        "auroc of the confidence": roc_auc_score(right, chance),
        "mean confidence": chance.mean(),
        "share right": right.mean(),
    }
    for least in (0.1, 0.2, 0.3, 0.4, 0.5):
        for kind in ("with", "without", "cut"):
            made[f"declined below {least}, {kind}"] = (chance[shown == kind] < least).mean()
    return {name: round(float(value), 4) for name, value in made.items()}


def main() -> None:
    """Read the training questions, fit, and write the file that the reader uses."""
    model = open_model(read_settings())
    found: list[tuple[list[float], bool, str]] = []
    for pair in sys.argv[1:]:
        folder, _, index = pair.partition("=")
        questions = read_questions(Path(folder) / "questions.train.jsonl").questions
        drawn = random.Random(SEED).sample(questions, min(QUESTIONS, len(questions)))
        with Store(Path(index)) as store:
            found += rows(drawn, store, model)
    signals, labels, groups = (np.array(column) for column in zip(*found, strict=True))
    text = json.dumps(fit(Sample(signals, labels, groups)), ensure_ascii=False, indent=1)
    MODEL_FILE.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def stable_number(text: str) -> int:
    """Give a number that is the same in every process."""
    return sum(ord(c) * (i + 1) for i, c in enumerate(text))


if __name__ == "__main__":
    main()
