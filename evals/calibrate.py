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
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from evals.combine import Sample, figures, firsts, folds, ranking, sure
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
STRENGTH = 100.0
"""Inverse of how much large weights cost."""

ANSWERED = 1 / 3
"""Share of the readings whose answer is there."""

SEED = 20


def rows(
    name: str, questions: list[Question], store: Store, model: BaseEmbedding
) -> Iterator[tuple[list[float], bool, str]]:
    """Give (signals, answers, group) of every sentence read; a group is one question's reading."""
    say = Told()
    for number, q in enumerate(questions, start=1):
        say(number, len(questions), name)
        vector = model.get_query_embedding(q.question)
        hits = store.search(q.question, vector, 4 * DEPTH)
        docs = {s.doc for s in q.support}
        others = [
            h
            for h in hits
            if h.passage.article_id not in docs and not any(a in h.passage.text for a in q.answers)
        ]
        shown = {"with": hits, "without": others, "cut": cut_out(hits, q)}
        for how, found in shown.items():
            for c in candidates(
                q.question, vector, found[: 2 * DEPTH], model, store.lexical, DEPTH
            ):
                group = f"{name} {q.id}/{how}"
                yield list(c.signals), how == "with" and _answers(c, q), group


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


def fit(sample: Sample) -> dict[str, Any]:
    """Fit on four fifths of the questions; give weights, bias, and figures of the other fifth."""
    train, test = next(folds(sample))
    return {
        "one language": _fit(train, test, SIGNALS),
        "across languages": _fit(train, test, ACROSS_LANGUAGES),
    }


def _fit(train: Sample, test: Sample, signals: Sequence[str]) -> dict[str, Any]:
    """Fit the named signals only."""
    train, test = (_only(sample, signals) for sample in (train, test))
    weights = sure(train, ranking(train, STRENGTH), ANSWERED)
    return weights.named(signals) | {"measured": figures(*firsts(test, weights), ANSWERED)}


def _only(sample: Sample, signals: Sequence[str]) -> Sample:
    used = [SIGNALS.index(name) for name in signals]
    return replace(sample, signals=sample.signals[:, used])


def main() -> None:
    """Read the training questions, fit, and write the file that the reader uses."""
    model = open_model(read_settings())
    found: list[tuple[list[float], bool, str]] = []
    for pair in sys.argv[1:]:
        folder, _, index = pair.partition("=")
        questions = read_questions(Path(folder) / "questions.train.jsonl").questions
        drawn = random.Random(SEED).sample(questions, min(QUESTIONS, len(questions)))
        with Store(Path(index)) as store:
            found += rows(Path(folder).name, drawn, store, model)
    signals, labels, groups = (np.array(column) for column in zip(*found, strict=True))
    text = json.dumps(fit(Sample(signals, labels, groups)), ensure_ascii=False, indent=1)
    MODEL_FILE.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
