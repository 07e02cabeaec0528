"""The evaluation line, top to bottom: articles and questions to a run."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from llama_index.core.llms import LLM

from evals.asking import Asker
from evals.corpora import indexed
from evals.errors import EvalError
from evals.figures import figures
from evals.fit import fitted
from evals.journal import Journal
from evals.machine import peak_mib
from evals.questions import Question, QuestionSet, read_questions
from evals.run import Case, Run
from evals.runs import keep_run
from rag.answer import Mode
from rag.engine import Engine
from rag.index import open_index
from rag.opening import language_model, open_model, open_reader
from rag.settings import Settings
from vectorstore.article import Progress
from vectorstore.finish import legible
from vectorstore.identity import check_model

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "seeds"
FLOORS = ("vectorstore", "rag", "evals")
CODE = (".py", ".safetensors", ".json")
RESULTS = ("published.json", "peers.json")


@dataclass(frozen=True)
class Plan:
    """What to evaluate.

    Without `questions` the sample ones, without `corpus` the articles of the index in the home
    (or the sample articles, for the sample questions). `limit` takes that many questions, drawn
    by `seed`. With `strict`, a question that cannot be used is an error. `judge` names a language
    model that gives a second opinion on the answers, as the setting `llm` names one.
    """

    corpus: Path | None = None
    questions: Path | None = None
    mode: Mode = "quote"
    retrieval_only: bool = False
    limit: int | None = None
    seed: int = 0
    strict: bool = False
    judge: str = ""

    @property
    def asked(self) -> Path:
        """The question set."""
        return self.questions or SAMPLES / "questions.jsonl"

    @property
    def articles(self) -> Path | None:
        """The corpus, None for the index in the home."""
        return self.corpus or (None if self.questions else SAMPLES)

    @property
    def name(self) -> str:
        """What the run is called."""
        named = not self.asked.name.startswith(("questions.", "dev."))
        return legible(self.asked.stem if named else self.asked.resolve().parent.name)


@dataclass(frozen=True)
class Kept:
    """A finished run and the file in the home that it was written into."""

    run: Run
    path: Path


def evaluate(plan: Plan, settings: Settings, progress: Progress) -> Kept:
    """Open what the plan names, ask all its questions, and keep the finished run.

    An interrupted run of the same plan, articles, settings and code goes on where it stopped.
    Raises EvalError for what cannot be evaluated.
    """
    if plan.corpus and not plan.questions:
        raise EvalError(f"Which questions are to be put to {plan.corpus}? Give them: --questions")
    found = read_questions(plan.asked)
    with _engine(plan, settings, progress) as (engine, refused):
        found = replace(found, problems=(*refused, *found.problems))
        judge = _writer(settings.model_copy(update={"llm": plan.judge})) if plan.judge else None
        return evaluated(plan, found, engine, progress, judge)


def evaluated(
    plan: Plan,
    found: QuestionSet,
    engine: Engine,
    progress: Progress,
    judge: LLM | None = None,
) -> Kept:
    """Put questions to an engine that is open already, whatever articles the plan names."""
    usable = fitted(found, engine.store.catalogue, plan.asked.name)
    if plan.strict and usable.problems:
        raise EvalError("\n".join(usable.problems))
    chosen = sampled(usable.questions, plan.limit, plan.seed)
    told = _told(plan, engine.settings)
    journal = Journal(_unfinished(engine, told, chosen))
    asker = Asker(engine, plan.mode == "composed", judge)
    ask = asker.searched if plan.retrieval_only else asker.answered
    cases = journal.ask_all(chosen, ask, progress)
    counts = engine.store.catalogue.counts()
    run = finished(plan.name, told, counts, usable.problems, cases)
    kept = Kept(run, keep_run(run, engine.settings.home))
    journal.remove()
    return kept


def sampled(questions: Sequence[Question], limit: int | None, seed: int) -> list[Question]:
    """Draw `limit` questions, the same for the same seed, and keep their order."""
    if limit is None or limit >= len(questions):
        return list(questions)
    places = random.Random(seed).sample(range(len(questions)), limit)
    return [questions[place] for place in sorted(places)]


def finished(
    name: str,
    told: dict[str, Any],
    counts: tuple[int, int],
    left_out: Sequence[str],
    cases: Sequence[Case],
) -> Run:
    """Work out all figures of some cases; `counts` are the numbers of articles and passages."""
    seed = int(told["seed"])
    metrics, intervals = figures(cases, seed)
    peak = peak_mib()
    kinds = sorted({case.kind for case in cases if case.kind})
    by_kind = {kind: figures([c for c in cases if c.kind == kind], seed) for kind in kinds}
    return Run(
        name=name,
        finished=datetime.now().astimezone().isoformat(timespec="seconds"),
        settings=told,
        version=version("wenju"),
        commit=_commit(),
        corpus={"articles": counts[0], "passages": counts[1]},
        questions=len(cases),
        metrics=metrics,
        intervals=intervals,
        by_kind={kind: both[0] for kind, both in by_kind.items()},
        by_kind_intervals={kind: both[1] for kind, both in by_kind.items()},
        left_out=tuple(left_out),
        cases=tuple(cases),
        memory_mib=round(peak) if peak else None,
    )


@contextmanager
def _engine(
    plan: Plan, settings: Settings, progress: Progress
) -> Iterator[tuple[Engine, list[str]]]:
    """Open the engine over the articles of a plan, and say which of them were left out."""
    model = open_model(settings)
    llm = _writer(settings) if plan.mode == "composed" and not plan.retrieval_only else None
    refused: list[str] = []
    if plan.articles is None:
        store = open_index(settings)
        check_model(store, model)
        store.repair(model.get_text_embedding_batch)
    else:
        store, report = indexed(plan.articles, settings.home, model, progress)
        refused = [r.reason for r in report.refused if r.name != plan.asked.name]
    with store:
        if not store.catalogue.counts()[0]:
            raise EvalError("No articles to ask. Give some with --corpus, or run: wenju add FOLDER")
        reader = None if plan.retrieval_only else open_reader()
        yield Engine(store, model, settings, llm, reader=reader), refused


def _writer(settings: Settings) -> LLM:
    llm = language_model(settings)
    if llm is None:
        raise EvalError(
            f"There is no language model {settings.llm}."
            " Fetch it with: wenju models fetch, or evaluate with --mode quote and no judge."
        )
    return llm


def _told(plan: Plan, settings: Settings) -> dict[str, Any]:
    """Give what a run depends on, as it is written into its file."""
    told: dict[str, Any] = {
        "corpus": _shown(plan.articles) if plan.articles else "index",
        "questions": _shown(plan.asked),
        "retrieval_only": plan.retrieval_only,
        "limit": plan.limit,
        "seed": plan.seed,
        "embed_model": settings.embed_model,
    }
    if not plan.retrieval_only:
        told |= {
            "mode": plan.mode,
            "passages": settings.passages,
            "certainty": settings.certainty,
        }
        if plan.mode == "composed":
            told["llm"] = settings.llm
        if plan.judge:
            told["judge"] = plan.judge
    return told


def _shown(path: Path) -> str:
    """Name the sample files without the folder the program lies in."""
    return legible(str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path))


def _unfinished(engine: Engine, told: dict[str, Any], chosen: Sequence[Question]) -> Path:
    """Name the journal after everything that an answer depends on."""
    depends = [told, engine.store.catalogue.digest(), code_digest(), [asdict(q) for q in chosen]]
    key = hashlib.sha256(json.dumps(depends).encode()).hexdigest()[:16]
    return engine.settings.home / "evals" / "unfinished" / f"{key}.jsonl"


@cache
def code_digest() -> str:
    """Give a SHA-256 over the code that answers and measures, with what it has learnt."""
    digest = hashlib.sha256()
    for floor in FLOORS:
        for file in sorted((ROOT / floor).rglob("*")):
            if file.suffix in CODE and file.name not in RESULTS:
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _commit() -> str:
    """Give the commit of the code, with + when it was changed since; empty when unknown."""
    if not (ROOT / ".git").exists():
        return ""
    try:
        commit, changed = _git("rev-parse", "--short=12", "HEAD"), _git("status", "--porcelain")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"{commit}+" if changed else commit


def _git(*args: str) -> str:
    command = ["git", "-C", str(ROOT), *args]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
