"""Fit how the reader is weighed against the search: writes rag/reader/weighing.json.

    python -m evals.weigh [--limit N] [--kept FOLDER] SET=INDEX...

Each SET is a folder with `questions.dev.jsonl`, each INDEX a store that holds its corpus. Every
question is put to what the search finds, to the same without the articles that hold its answer,
and to the same without the sentences that hold it (a near miss). With `--kept`, what was seen is
written to a file for each set, and a set that has one is not read again by the same code.
"""

from __future__ import annotations

import json
import random
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from evals.calibrate import cut_out
from evals.combine import Sample, Weights, figures, firsts, folds, joined, ranking, sure
from evals.evaluate import code_digest
from evals.progress import Told
from evals.questions import Question, read_questions
from evals.runs import write_file
from rag.opening import open_model
from rag.quoting import asks_for_several
from rag.reader.answering import read_alone, read_enough
from rag.reader.reader import Reader
from rag.reader.remembering import RememberingReader
from rag.reader.weighing import (
    FILE,
    OF_PASSAGES,
    OF_READINGS,
    OF_SENTENCES,
    Weighed,
    likeliest,
    weighed_sentences,
)
from rag.retrieve import PassageRetriever
from rag.search import FOUND, read_in
from rag.settings import read_settings
from vectorstore.article import Hit
from vectorstore.language import language
from vectorstore.llama import to_hit
from vectorstore.script import fold
from vectorstore.store import Store
from vectorstore.wanted import content_terms

QUESTIONS = 100
ANSWERED = 0.75
"""Share of the questions asked that the articles answer."""

ALONE = 5
"""Sentences of a reading that are read alone: the new weights may put another one first."""

STRENGTH = 1.0
"""Inverse of how much large weights cost."""

SEED = 20

_NO_QUESTION = re.compile("vague|event_retrieval")
"""Kinds that cannot be answered from a collection, or ask nothing."""

Rows = list[tuple[Sequence[float], bool, str]]
"""Signals, whether they speak of what answers, and the reading they belong to."""


@dataclass
class Collected:
    """What was seen in passages and in sentences."""

    passages: Rows = field(default_factory=list)
    sentences: Rows = field(default_factory=list)


def collect(
    name: str, questions: Sequence[Question], store: Store, model: BaseEmbedding, reader: Reader
) -> Collected:
    """Read what the search finds for questions, as far as it is read when they are asked."""
    made, say, remembering = Collected(), Told(), RememberingReader(reader)
    retriever = PassageRetriever(store, model, k=FOUND)
    for number, q in enumerate(questions, start=1):
        say(number, len(questions), name)
        hits = [to_hit(node) for node in retriever.retrieve(q.question)]
        weights = store.lexical.weights(content_terms(q.question))
        several = asks_for_several(q.question)
        for shown, found in _shown(hits, q):
            group = f"{name} {q.id}/{shown}"
            read, _ = read_enough(q.question, found, weights, remembering, several)
            right = shown == "with"
            if right:
                made.passages += [(r.signals, _supports(r.hit, q), group) for r in read]
            ordered = likeliest(weighed_sentences(q.question, found, read, weights))
            alone = read_alone(q.question, ordered[:ALONE], remembering)
            alone += [0.0] * (len(ordered) - len(alone))
            made.sentences += [
                ((*w.signals, w.rival, logit), right and _answers(w, q), group)
                for w, logit in zip(ordered, alone, strict=True)
            ]
    return made


def _shown(hits: list[Hit], q: Question) -> Iterator[tuple[str, list[Hit]]]:
    """Give what is read for a question, and what is left of it without what answers."""
    if not q.answerable:
        yield "unanswerable", hits
        return
    docs = {s.doc for s in q.support}
    answers = [fold(answer) for answer in q.answers]
    others = [
        h
        for h in hits
        if h.passage.article_id not in docs and not any(a in fold(h.passage.text) for a in answers)
    ]
    yield "with", hits
    yield "without", others
    yield "cut", cut_out(hits, q)


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
    """Fit on all questions; the figures are of five fits, each without a fifth of the questions."""
    of_passages = _sample([row for one in made for row in one.passages])
    of_sentences = _sample([row for one in made for row in one.sentences])
    held = [firsts(rest, _sure(others)) for others, rest in folds(of_sentences)]
    logits = np.concatenate([logits for logits, _ in held])
    best = joined([best for _, best in held])
    return {
        "passages": ranking(of_passages, STRENGTH).named(OF_PASSAGES),
        "sentences": _sure(of_sentences).named(OF_SENTENCES + OF_READINGS)
        | {"measured": figures(logits, best, ANSWERED)},
    }


def _sample(rows: Rows) -> Sample:
    signals, labels, groups = zip(*rows, strict=True)
    return Sample(np.array(signals), np.array(labels), np.array(groups))


def _sure(sample: Sample) -> Weights:
    return sure(sample, ranking(sample, STRENGTH, of_readings=len(OF_READINGS)), ANSWERED)


def _collected(pair: str, given: Namespace) -> Collected:
    """Read a set, or what was seen in it before."""
    folder, _, index = pair.partition("=")
    kept = given.kept and given.kept / f"{Path(folder).name}-{code_digest()[:12]}.json"
    if kept and kept.exists():
        return Collected(**json.loads(kept.read_text(encoding="utf-8")))
    every = read_questions(Path(folder) / "questions.dev.jsonl").questions
    with Store(Path(index)) as store:
        held = store.catalogue
        text = next(p.text for id_ in held.ids() for p in held.passages_of(id_))
        spoken = language(text)
        asked = [
            q for q in every if spoken in read_in(q.question) and not _NO_QUESTION.search(q.kind)
        ]
        drawn = random.Random(SEED).sample(asked, min(given.limit, len(asked)))
        model = open_model(read_settings())
        made = collect(Path(folder).name, drawn, store, model, Reader())
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_file(kept, json.dumps(asdict(made), ensure_ascii=False))
    return made


def main() -> None:
    """Read questions of all sets, fit, and write the file that the reader uses."""
    parser = ArgumentParser(prog="python -m evals.weigh", description=main.__doc__)
    parser.add_argument("sets", nargs="+", metavar="SET=INDEX")
    parser.add_argument("--limit", type=int, default=QUESTIONS, help="questions of a set")
    parser.add_argument("--kept", type=Path, help="where what was seen is kept")
    given = parser.parse_args()
    text = json.dumps(fit([_collected(pair, given) for pair in given.sets]), indent=1)
    write_file(FILE, text + "\n")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
