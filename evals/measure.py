"""How well the search finds, on a corpus and its questions.

python -m evals.measure CORPUS QUESTIONS [--json OUT]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from evals.corpora import indexed
from evals.progress import Told
from evals.questions import read_questions
from evals.retrieval import Ranks, hit_rate, ranks, reciprocal_rank
from rag.opening import open_model
from rag.settings import read_settings
from vectorstore.article import Hit


def figures(found: list[Ranks]) -> dict[str, dict[str, float]]:
    """Give hit@1, 5, 10 and MRR@10 by article, and by passage where offsets are known."""
    by_article = [r.article for r in found]
    by_passage = [r.passage for r in found if r.passage is not None]
    rows = {"retrieval": by_article, "passage": by_passage}
    return {name: _row(found) for name, found in rows.items() if found}


def _row(found: list[int]) -> dict[str, float]:
    row = {f"hit@{k}": hit_rate(found, k) for k in (1, 5, 10)} | {"mrr@10": reciprocal_rank(found)}
    return {name: round(value, 4) for name, value in row.items()}


def main() -> None:
    """Measure and print; all answerable questions count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    settings = read_settings()
    model = open_model(settings)
    questions = [q for q in read_questions(given.questions) if q.answerable]
    times: list[float] = []
    say = Told()
    with indexed(given.corpus, settings.home, model, say) as store:

        def search(question: str, k: int) -> list[Hit]:
            begun = perf_counter()
            hits = store.search(question, model.get_query_embedding(question), k)
            times.append(1000 * (perf_counter() - begun))
            return hits

        found = []
        for number, question in enumerate(questions, start=1):
            found.append(ranks(question, store, search))
            say(number, len(questions), "questions")
        articles, passages = store.catalogue.counts()
    result = {
        "corpus": {"articles": articles, "passages": passages},
        "questions": len(questions),
        "metrics": figures(found) | {"latency_ms": {"retrieve": {"p50": round(median(times), 1)}}},
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    if given.json:
        given.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
