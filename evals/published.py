"""The figures the README reports: every public set, ours beside plain LlamaIndex.

    python -m evals.published SET... [--limit N] [--mode composed] [--baseline] [--readme]

A SET is a folder with `corpus.jsonl` and `questions.dev.jsonl`, a folder of such folders, or
CORPUS=QUESTIONS. Figures go into `evals/published.json`, one set at a time; `--readme` prints the
table of what is in it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from evals.errors import EvalError
from evals.evaluate import Plan, evaluate
from evals.progress import Told
from evals.run import Run
from evals.runs import write_file
from rag.answer import Mode
from rag.settings import Settings, read_settings
from vectorstore.errors import WenjuError

FILE = Path(__file__).with_name("published.json")
BEGIN, END = "<!-- published -->", "<!-- /published -->"

COLUMNS = (
    ("articles hit@1", "retrieval.hit@1"),
    ("MRR@10", "retrieval.mrr@10"),
    ("passages hit@5", "passage.hit@5"),
    ("right quote", "citation.recall"),
    ("gold in quote", "answer.contains"),
    ("declined: answerable", "abstention.refused_answerable"),
    ("unanswerable", "abstention.refused_unanswerable"),
    ("AUROC", "abstention.auroc"),
)
WRITTEN_COLUMNS = (
    ("gold in answer", "answer.contains"),
    ("F1", "answer.f1"),
    ("citation recall", "citation.recall"),
    ("precision", "citation.precision"),
    ("to the sentence", "citation.sentence_exact"),
    ("declined: answerable", "abstention.refused_answerable"),
    ("unanswerable", "abstention.refused_unanswerable"),
)
Columns = tuple[tuple[str, str], ...]
BASELINES = {"vectors": "LlamaIndex vectors", "fusion": "LlamaIndex fusion"}


def main() -> None:
    """Measure the sets given, or print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--mode", choices=get_args(Mode), default="quote")
    parser.add_argument("--baseline", action="store_true", help="plain LlamaIndex in its place")
    parser.add_argument("--readme", action="store_true")
    given = parser.parse_args()
    settings = read_settings()
    for corpus, questions in (pair for text in given.sets for pair in sets(text)):
        plan = Plan(corpus, questions, mode=given.mode, limit=given.limit)
        name = plan.name if given.mode == "quote" else f"{plan.name}, written"
        sys.stderr.write(f"\n{name}\n")
        for system, run in _measured(plan, settings, given.baseline):
            publish(name, system, run)
    if given.readme:
        sys.stdout.write(table(read()))


def sets(text: str) -> Iterator[tuple[Path, Path]]:
    """Give corpus and questions of every set that a command-line argument names."""
    corpus, is_pair, questions = text.partition("=")
    if is_pair:
        yield Path(corpus), Path(questions)
        return
    if not Path(text).is_dir():
        raise EvalError(f"There is no folder {text}. Name a set, or give CORPUS=QUESTIONS.")
    folders = [Path(text), *sorted(Path(text).iterdir())]
    found = [f for f in folders if (f / "corpus.jsonl").is_file()]
    if not found:
        raise EvalError(f"There is no set in {text}: no folder holds corpus.jsonl.")
    for folder in found:
        yield folder / "corpus.jsonl", folder / "questions.dev.jsonl"


def read() -> dict[str, Any]:
    """Give what has been published so far, by set and system."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return found


def publish(name: str, system: str, run: Run) -> None:
    """Put the figures of a set, without its cases, into the file."""
    told = read()
    told[name] = told.get(name, {}) | {system: _figures(run)}
    ordered = {name: told[name] for name in sorted(told)}
    write_file(FILE, json.dumps(ordered, ensure_ascii=False, indent=1) + "\n")


def table(told: Mapping[str, Any]) -> str:
    """Give the Markdown tables of the README, LlamaIndex below each set of ours.

    First the sets answered in quotes, then those with written answers.
    """
    quoted = {n: s for n, s in told.items() if not _written(s)}
    written = {n: s for n, s in told.items() if _written(s)}
    return "\n".join(
        _table(part, columns)
        for part, columns in (
            (quoted, COLUMNS),
            (written, WRITTEN_COLUMNS),
        )
        if part
    )


def _table(told: Mapping[str, Any], columns: Columns) -> str:
    head = ["set", "questions", *(title for title, _ in columns)]
    lines = [f"| {' | '.join(head)} |", f"| --- | {' | '.join(['--:'] * (len(head) - 1))} |"]
    for name, systems in told.items():
        for system, label in {"wenju": f"**{name}**", **BASELINES}.items():
            if system in systems:
                lines.append(_line(label, systems[system], columns))
    return "\n".join(lines) + "\n"


def _written(systems: Mapping[str, Any]) -> bool:
    return any(run["settings"].get("mode") == "composed" for run in systems.values())


def _line(label: str, run: Mapping[str, Any], columns: Columns) -> str:
    shown = [_shown(run["metrics"], name) for _, name in columns]
    return f"| {' | '.join([label, format(run['questions'], ','), *shown])} |"


def _shown(metrics: Mapping[str, Any], name: str) -> str:
    value: Any = metrics
    for part in name.split("."):
        value = value.get(part, {})
    return "" if value == {} else f"{value:.3f}"


def _figures(run: Run) -> dict[str, Any]:
    kept = run.to_json()
    for name in ("cases", "left_out", "by_kind_intervals", "name"):
        del kept[name]
    kept["settings"] = {
        k: Path(v).name if k in ("corpus", "questions") else v for k, v in run.settings.items()
    }
    return kept


def _measured(plan: Plan, settings: Settings, baseline: bool) -> Iterator[tuple[str, Run]]:
    if baseline:
        from evals.baseline import baselines  # LlamaIndex's BM25 is only installed for development

        yield from baselines(plan, settings, Told()).items()
    else:
        yield "wenju", evaluate(plan, settings, Told()).run


if __name__ == "__main__":
    try:
        main()
    except WenjuError as exc:
        sys.exit(str(exc))
