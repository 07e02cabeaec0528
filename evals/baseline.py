"""What plain LlamaIndex gives with the same articles, weights and questions, in our figures.

    python -m evals.baseline CORPUS QUESTIONS [--json OUT] [--limit N] [--seed S] [--answers]

Two runs: `vectors` is VectorStoreIndex, `fusion` is BM25Retriever fused with it by reciprocal
rank; all with LlamaIndex's defaults, only that the search is looked at deeper. `--json x.json`
writes x-vectors.json and x-fusion.json, which `wenju eval compare` reads. The index is kept in the
home, and an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import LLM

from evals.errors import EvalError
from evals.evaluate import Plan, finished, sampled
from evals.fit import fitted
from evals.journal import Journal
from evals.plain import Plain, Variant, indexed
from evals.progress import Told
from evals.questions import Question, QuestionSet, read_questions
from evals.run import Run
from evals.runs import write_file
from rag.opening import language_model, open_model
from rag.settings import Settings, read_settings
from vectorstore.article import Article, Progress
from vectorstore.catalogue import Catalogue
from vectorstore.errors import WenjuError
from vectorstore.identity import model_name
from vectorstore.load import article_files, load

TITLES: dict[Variant, str] = {
    "vectors": "VectorStoreIndex",
    "fusion": "BM25Retriever and VectorStoreIndex, reciprocal rank fusion",
}


def baselines(plan: Plan, settings: Settings, progress: Progress) -> dict[str, Run]:
    """Give the finished run of each variant; answers are written where the plan composes them."""
    return dict(baseline(plan, settings, open_model(settings), _writer(plan, settings), progress))


def baseline(
    plan: Plan, settings: Settings, model: BaseEmbedding, llm: LLM | None, progress: Progress
) -> Iterator[tuple[Variant, Run]]:
    """Put the questions of the plan to each variant; `llm` writes answers, None only searches.

    Raises EvalError for what cannot be evaluated.
    """
    articles = read_articles(plan)
    usable, digest = _fitted(plan, articles)
    chosen = sampled(usable.questions, plan.limit, plan.seed)
    parts = f"{digest} {model_name(model)} {version('llama-index-core')}"
    folder = settings.home / "evals" / f"baseline-{_key(parts)}"
    index = indexed(articles, folder, model, progress)
    for variant in get_args(Variant):
        told = _told(plan, settings, variant, llm)
        plain = Plain(index, articles, variant, llm)
        journal = Journal(_unfinished(settings, told, parts, chosen))
        asked = journal.ask_all(chosen, plain.asked, progress, f"questions, {variant}")
        counts = (len(articles), len(index.docstore.docs))
        yield variant, finished(f"{plan.name}-{variant}", told, counts, usable.problems, asked)
        journal.remove()


def read_articles(plan: Plan) -> dict[str, Article]:
    """Give the articles of the corpus by id; of two with one id the first counts."""
    corpus = plan.articles
    if corpus is None:
        raise EvalError(f"Which articles do the questions {plan.asked} ask about? Give a corpus.")
    found: dict[str, Article] = {}
    for file in article_files(corpus):
        for item in load(file, corpus if corpus.is_dir() else None):
            if isinstance(item, Article):
                found.setdefault(item.id, item)
    if not found:
        raise EvalError(f"There is no article in {corpus}. Check the path.")
    return found


def _fitted(plan: Plan, articles: Mapping[str, Article]) -> tuple[QuestionSet, str]:
    """Give the questions that fit the articles, and a digest of the articles."""
    with TemporaryDirectory() as scratch:
        catalogue = Catalogue(Path(scratch) / "catalogue.sqlite")
        try:
            catalogue.settle((), list(articles.values()), ())
            usable = fitted(read_questions(plan.asked), catalogue, plan.asked.name)
            return usable, catalogue.digest()
        finally:
            catalogue.close()


def _writer(plan: Plan, settings: Settings) -> LLM | None:
    if plan.retrieval_only or plan.mode == "quote":
        return None
    llm = language_model(settings)
    if llm is None:
        raise EvalError(
            f"There is no language model {settings.llm} to write answers."
            " Fetch it with: wenju models fetch, or leave out --answers."
        )
    return llm


def _told(plan: Plan, settings: Settings, variant: Variant, llm: LLM | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "system": f"LlamaIndex {version('llama-index-core')}, {TITLES[variant]}",
        "corpus": str(plan.articles),
        "questions": str(plan.asked),
        "retrieval_only": llm is None,
        "limit": plan.limit,
        "seed": plan.seed,
        "embed_model": settings.embed_model,
    }
    return told | {"mode": "composed", "llm": settings.llm} if llm else told


def _unfinished(
    settings: Settings, told: dict[str, Any], parts: str, chosen: Sequence[Question]
) -> Path:
    """Name the journal after everything that a case depends on, the code that scores included."""
    code = b"".join(f.read_bytes() for f in sorted(Path(__file__).parent.glob("*.py")))
    depends = [told, parts, hashlib.sha256(code).hexdigest(), [asdict(q) for q in chosen]]
    return settings.home / "evals" / "unfinished" / f"{_key(json.dumps(depends))}.jsonl"


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def main(given: Sequence[str] | None = None) -> None:
    """Measure both variants, print their figures and write their files."""
    options = ArgumentParser(prog="python -m evals.baseline")
    options.add_argument("corpus", type=Path)
    options.add_argument("questions", type=Path)
    options.add_argument("--json", type=Path, metavar="OUT")
    options.add_argument("--limit", type=int)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--answers", action="store_true", help="let the language model answer")
    chosen = options.parse_args(given)
    plan = Plan(
        chosen.corpus, chosen.questions, "composed", not chosen.answers, chosen.limit, chosen.seed
    )
    try:
        settings = read_settings()
        llm = _writer(plan, settings)
        for variant, run in baseline(plan, settings, open_model(settings), llm, Told()):
            sys.stdout.write(json.dumps({run.name: run.metrics}, indent=1) + "\n")
            if out := chosen.json:
                text = json.dumps(run.to_json(), ensure_ascii=False, indent=1)
                write_file(out.with_name(f"{out.stem}-{variant}.json"), text + "\n")
    except WenjuError as exc:
        raise SystemExit(str(exc)) from exc


if __name__ == "__main__":
    main()
