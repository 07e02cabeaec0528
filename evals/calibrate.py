"""Fit the probability that a sentence answers, from training questions: writes rag/reading.json.

    python -m evals.calibrate SET=INDEX...

Each SET is a folder with `questions.train.jsonl`, each INDEX a store that holds its corpus. Every
question is put twice: to what the search finds, and to the same with the articles taken out that
hold its answer, so that half of all questions have none.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from evals.questions import Question, read_questions
from rag.opening import open_model
from rag.read import MODEL_FILE, SIGNALS, Candidate, candidates
from rag.settings import read_settings
from vectorstore.store import Store

QUESTIONS = 1000
DEPTH = 5
SEED = 20


def rows(
    questions: list[Question], store: Store, model: BaseEmbedding
) -> Iterator[tuple[list[float], bool, str]]:
    """Give (signals, answers, group) of every sentence read; a group is one question's reading."""
    for q in questions:
        vector = model.get_query_embedding(q.question)
        hits = store.search(q.question, vector, 4 * DEPTH)
        docs = {s.doc for s in q.support}
        without = [
            h
            for h in hits
            if h.passage.article_id not in docs and not any(a in h.passage.text for a in q.answers)
        ]
        for name, shown in (("with", hits[:DEPTH]), ("without", without[:DEPTH])):
            for c in candidates(q.question, vector, shown, model, store.lexical):
                yield list(c.signals), _answers(c, q), f"{q.id}/{name}"


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


def report(
    signals: NDArray[np.float64],
    labels: NDArray[np.bool_],
    groups: list[str],
    fitted: LogisticRegression,
) -> dict[str, float]:
    """Measure on questions not fitted on: how often the best is right, and whether it knows."""
    chances = fitted.predict_proba(signals)[:, 1]
    best: dict[str, tuple[float, bool]] = {}
    for group, chance, label in zip(groups, chances, labels, strict=True):
        if group not in best or chance > best[group][0]:
            best[group] = (float(chance), bool(label))
    shown = [b for g, b in best.items() if g.endswith("/with")]
    chance, right = zip(*best.values(), strict=True)
    return {
        "first sentence right": float(np.mean([r for _, r in shown])),
        "auroc": float(roc_auc_score(right, chance)),
        "mean confidence": float(np.mean(chance)),
        "share right": float(np.mean(right)),
    }


def main() -> None:
    """Fit on four fifths of the questions, report on the rest."""
    model = open_model(read_settings())
    found: list[tuple[list[float], bool, str]] = []
    for pair in sys.argv[1:]:
        folder, _, index = pair.partition("=")
        questions = read_questions(Path(folder) / "questions.train.jsonl")
        drawn = random.Random(SEED).sample(questions, min(QUESTIONS, len(questions)))
        with Store(Path(index)) as store:
            found += rows(drawn, store, model)
    signals, labels = np.array([r[0] for r in found]), np.array([r[1] for r in found])
    groups = [r[2] for r in found]
    np.savez("/tmp/dev/rows.npz", s=signals, l=labels, g=np.array(groups))
    held = np.array([hash_of(g.rpartition("/")[0]) % 5 == 0 for g in groups])
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(signals[~held], labels[~held])
    figures = report(
        signals[held], labels[held], [g for g, h in zip(groups, held, strict=True) if h], fitted
    )
    weights = dict(zip(SIGNALS, np.round(fitted.coef_[0], 4).tolist(), strict=True))
    content = {
        "weights": weights,
        "bias": round(float(fitted.intercept_[0]), 4),
        "measured": figures,
    }
    MODEL_FILE.write_text(
        json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def hash_of(text: str) -> int:
    """Give a number that is the same in every process."""
    return sum(ord(c) * (i + 1) for i, c in enumerate(text))


if __name__ == "__main__":
    main()
