"""Our search beside that of others: the same passages, vectors and questions, in one run.

    python -m evals.peers SET... [--limit N] [--seed S] [--kinds KIND...] [--systems SYSTEM...]
                          [--json OUT] [--readme]

A SET is what `evals.published` takes. Ours is measured with and without the reader. LlamaIndex,
with vectors alone and fused with its BM25, and txtai's hybrid search have their own defaults in
everything but passages and vectors. Figures go into `evals/peers.json`, one kind of question and
one system at a time; `--readme` prints the table of it.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import QueryBundle

from evals import others, retrieval
from evals.corpora import indexed
from evals.evaluate import sampled
from evals.fit import fitted
from evals.progress import Told
from evals.published import sets
from evals.questions import Question, read_questions
from evals.runs import write_file
from rag.opening import open_model, open_reader
from rag.reader.reader import Reader
from rag.retrieve import PassageRetriever
from rag.search import Search
from rag.settings import Settings, read_settings
from vectorstore.errors import WenjuError
from vectorstore.legs import searched_text
from vectorstore.store import Store

FILE = Path(__file__).with_name("peers.json")
BEGIN, END = "<!-- peers -->", "<!-- /peers -->"
OURS = {"search": "**Wenju**, search alone", "wenju": "**Wenju**, with the reader"}
SYSTEMS = (*OURS, *others.SYSTEMS)
SHOWN = ("hit@1", "mrr@10")
WITH_OTHERS = "hit@1 with others"
"""The same where other articles that seem to answer are right, too."""
FEW = 40
"""Questions of a kind that is not shown by itself."""


def compare(
    corpus: Path, questions: Path, settings: Settings, reader: Reader | None, given: Namespace
) -> dict[str, Any]:
    """Put the questions of a set to every system, and give the figures of each kind."""
    model = open_model(settings)
    store, _ = indexed(corpus, settings.home, model, Told())
    with store:
        usable = fitted(read_questions(questions), store.catalogue, questions.name)
        asked = [q for q in usable.questions if q.support and not q.history]
        if given.kinds:
            asked = [q for q in asked if q.kind in given.kinds]
        asked = sampled(asked, given.limit, given.seed)
        vectors = [_vector(model, q.question, i, len(asked)) for i, q in enumerate(asked, start=1)]
        also = silver(questions)
        told: dict[str, Any] = {}
        for name, find in systems(store, model, reader, given.systems):
            found = [find(q.question, v) for q, v in zip(asked, vectors, strict=True)]
            for kind, figures in _figures(asked, found, also):
                told.setdefault(kind, {})[name] = figures
            sys.stderr.write(f"{corpus.parent.name} {name} done\n")
        return told


def systems(
    store: Store, model: BaseEmbedding, reader: Reader | None, wanted: Sequence[str] = SYSTEMS
) -> Iterator[tuple[str, others.Find]]:
    """Give the systems wanted, ready to be asked; each lets go of its memory before the next."""
    retriever = PassageRetriever(store, model, retrieval.DEPTH)
    ours = {
        "search": Search(retriever, store),
        "wenju": Search(retriever, store).patient(reader),
    }
    yield from ((name, _finding(search)) for name, search in ours.items() if name in wanted)
    if others.SYSTEMS.keys().isdisjoint(wanted):
        return
    passages = [p for id_ in store.catalogue.ids() for p in store.catalogue.passages_of(id_)]
    rows = others.Rows(
        [p.id for p in passages],
        [p.article_id for p in passages],
        [searched_text(p) for p in passages],
        store.dense.vectors([p.id for p in passages]),
    )
    every = others.systems(rows, model, retrieval.DEPTH)
    yield from ((name, find) for name, find in every if name in wanted)


def _finding(search: Search) -> others.Find:
    def find(question: str, vector: list[float]) -> list[str]:
        found = search.find(QueryBundle(question, embedding=vector))
        return list(dict.fromkeys(hit.passage.article_id for hit in found.hits))

    return find


def silver(questions: Path) -> dict[str, set[str]]:
    """Give for each question the other articles that seem to answer it, where the set says."""
    lines = questions.read_text(encoding="utf-8").split("\n")
    read = [json.loads(line) for line in lines if line.strip()]
    return {q["id"]: set((q.get("extra") or {}).get("alt_docs_silver") or ()) for q in read}


def _vector(model: BaseEmbedding, question: str, done: int, of: int) -> list[float]:
    if done % 50 == 0:
        sys.stderr.write(f"\r{done}/{of} questions")
    return model.get_query_embedding(question)


def _figures(
    asked: Sequence[Question], found: Sequence[list[str]], also: Mapping[str, set[str]]
) -> Iterator[tuple[str, dict[str, float]]]:
    for kind in sorted({q.kind for q in asked}):
        cases = [(q, f) for q, f in zip(asked, found, strict=True) if q.kind == kind]
        scores = [retrieval.article_scores(q, f) for q, f in cases]
        figures = {name: mean(s[name] for s in scores) for name in (*SHOWN, "hit@5")}
        if any(also.get(q.id) for q, _ in cases):
            figures[WITH_OTHERS] = mean(_right(q, f, also) for q, f in cases)
        yield kind, {"questions": len(cases)} | {k: round(v, 4) for k, v in figures.items()}


def _right(question: Question, found: Sequence[str], also: Mapping[str, set[str]]) -> float:
    right = {s.doc for s in (*question.support, *question.alternatives)} | also[question.id]
    return float(bool(found) and found[0] in right)


def table(told: Mapping[str, Any]) -> str:
    """Give the Markdown table of the README: hit@1 and MRR@10 of each system."""
    measured = {name for kinds in told.values() for systems in kinds.values() for name in systems}
    names = {name: shown for name, shown in (OURS | others.SYSTEMS).items() if name in measured}
    lines = [f"| set | kind | questions | {' | '.join(names.values())} |"]
    lines.append(f"| --- | --- | --: |{' --: |' * len(names)}")
    for set_, kinds in told.items():
        for kind, systems in _together(kinds).items():
            cells = [_cell(systems.get(name, {})) for name in names]
            count = f"{_asked(systems):,}"
            lines.append(f"| {set_} | {kind} | {count} | {' | '.join(cells)} |")
            if any(WITH_OTHERS in figures for figures in systems.values()):
                cells = [_cell(systems.get(name, {}), (WITH_OTHERS,)) for name in names]
                lines.append(f"| | others that answer count | | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _together(kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Give the figures of each kind, those of a set with small kinds as one."""
    counts = {kind: _asked(systems) for kind, systems in kinds.items()}
    if min(counts.values()) >= FEW:
        return dict(kinds)
    asked = sum(counts.values())
    return {
        "all": {
            name: {"questions": asked}
            | {
                figure: sum(kinds[k][name][figure] * n for k, n in counts.items()) / asked
                for figure in SHOWN
            }
            for name in SYSTEMS
            if all(name in kinds[k] for k in counts)
        }
    }


def _asked(systems: Mapping[str, Any]) -> int:
    return int(next(iter(systems.values()))["questions"])


def _cell(figures: Mapping[str, float], names: Sequence[str] = SHOWN) -> str:
    return " / ".join(f"{figures[name]:.3f}" for name in names if name in figures)


def read(file: Path = FILE) -> dict[str, Any]:
    """Give what has been measured so far, by set and kind of question."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def _measure(pairs: Iterable[tuple[Path, Path]], given: Namespace) -> None:
    reader = open_reader()
    for corpus, questions in pairs:
        name = corpus.parent.name if corpus.is_file() else questions.parent.name
        measured = compare(corpus, questions, read_settings(), reader, given)
        told = read(given.json)
        kept = told.get(name, {})
        told[name] = kept | {kind: kept.get(kind, {}) | new for kind, new in measured.items()}
        ordered = {name: told[name] for name in sorted(told)}
        write_file(given.json, json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")
        sys.stdout.write(table({name: measured}))


def main() -> None:
    """Measure the sets given, or print the table."""
    options = ArgumentParser(prog="python -m evals.peers", description=__doc__)
    options.add_argument("sets", nargs="*")
    options.add_argument("--limit", type=int)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--kinds", nargs="+", default=())
    options.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    options.add_argument("--json", type=Path, default=FILE)
    options.add_argument("--readme", action="store_true")
    given = options.parse_args()
    _measure((pair for text in given.sets for pair in sets(text)), given)
    if given.readme:
        sys.stdout.write(table(read(given.json)))


if __name__ == "__main__":
    try:
        main()
    except WenjuError as exc:
        sys.exit(str(exc))
