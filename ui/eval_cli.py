"""The evaluation commands: parse, call, print."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evals.errors import EvalError
from ui import eval_terminal, terminal
from ui.options import Json, settings_of

HELP = """
[bold]Measure how good the answers are.[/bold] Without options: the sample articles and questions.

  wenju eval --corpus FOLDER --questions questions.jsonl
  wenju eval --questions my.jsonl      [dim]on the articles that were added[/dim]
  wenju eval compare BEFORE.json AFTER.json --fail-below -0.01
  wenju eval make --n 50 --out my.jsonl
"""

eval_app = typer.Typer(
    help=HELP, rich_markup_mode="rich", context_settings={"help_option_names": ["-h", "--help"]}
)


class How(StrEnum):
    """Who answers."""

    quote = "quote"
    composed = "composed"


@eval_app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    corpus: Annotated[
        Path | None,
        typer.Option(help="Articles: a file, a folder or a .jsonl corpus. Default: the index."),
    ] = None,
    questions: Annotated[Path | None, typer.Option(help="A question set, JSON Lines.")] = None,
    json_: Annotated[
        Path | None, typer.Option("--json", help="Write the run into this file as well.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the report into this file, to open in a browser.")
    ] = None,
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Search only; no answers.")
    ] = False,
    mode: Annotated[
        How, typer.Option(help="Quotes, or answers by the language model.")
    ] = How.quote,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Ask a sample of this many questions.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Fixes every draw.")] = 0,
    strict: Annotated[
        bool, typer.Option("--strict", help="A question that cannot be used is an error.")
    ] = False,
    judge: Annotated[
        str,
        typer.Option(metavar="MODEL", help="Let a language model judge, too; named as WENJU_LLM."),
    ] = "",
) -> None:
    """Evaluate; an interrupted run goes on where it stopped."""
    if context.invoked_subcommand is not None:
        return
    settings = settings_of(context)
    _check_targets([json_, html], [corpus, questions])
    with terminal.spinner("Opening the models"):
        from evals.evaluate import Plan
        from evals.evaluate import evaluate as evaluated
        from evals.runs import write_file
    plan = Plan(corpus, questions, mode.value, retrieval_only, limit, seed, strict, judge)
    with terminal.bar(f"Evaluating {plan.name}") as progress:
        kept = evaluated(plan, settings, progress)
    run, written = kept.run, [kept.path, *filter(None, (json_, html))]
    if json_:
        write_file(json_, json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n")
    if html:
        from evals.report import report_html

        write_file(html, report_html(run))
    if questions and not corpus:
        from evals.review import remember

        remember(settings.home, questions)
    eval_terminal.show_run(run, written)


def _check_targets(targets: Sequence[Path | None], inputs: Sequence[Path | None]) -> None:
    """Refuse, before anything is asked, files that cannot be written or must not be."""
    given = [path.resolve() for path in targets if path]
    if len(set(given)) < len(given):
        raise EvalError("--json and --html name the same file. Give each a file of its own.")
    for path in given:
        if path in [each.resolve() for each in inputs if each]:
            raise EvalError(f"{path} is what is to be evaluated. Write into another file.")
        if path.is_dir():
            raise EvalError(f"{path} is a folder. Name a file in it.")


@eval_app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="BEFORE.json")],
    after: Annotated[Path, typer.Argument(metavar="AFTER.json")],
    fail_below: Annotated[
        list[str] | None,
        typer.Option(
            help="Exit status 1 when a metric gets worse by more: -0.01 for all,"
            " or retrieval.hit@1=-0.02 for one; repeat it for more.",
        ),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the comparison as a page.")] = None,
    as_json: Json = False,
) -> None:
    """Compare two runs: every metric, and the questions that flipped."""
    with terminal.spinner("Comparing"):
        from evals.compare import compared, failures, gates
        from evals.run import read_run

        limits = gates(fail_below or [])
        comparison = compared(read_run(before), read_run(after))
        failed = failures(comparison, limits)
    if html:
        from evals.report import comparison_html
        from evals.runs import write_file

        write_file(html, comparison_html(comparison))
    eval_terminal.show_comparison(comparison, failed, as_json)
    if failed:
        raise typer.Exit(1)


@eval_app.command()
def make(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Add the questions to this file, JSON Lines.")],
    articles: Annotated[
        Path | None,
        typer.Option(help="Articles: a file, a folder or a .jsonl corpus. Default: the index."),
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Questions wanted.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Another number draws other questions.")] = 0,
) -> None:
    """Draw up questions on articles with the language model; keep those that can be proven."""
    settings = settings_of(context)
    with terminal.spinner("Opening the models"):
        from evals.make import make as made
    with terminal.bar("Drawing up questions") as progress:
        tally = made(articles, out, n, seed, settings, progress)
    eval_terminal.show_tally(tally, out)
    if sys.stdin.isatty():
        review(out)


@eval_app.command()
def review(
    questions: Annotated[Path, typer.Argument(help="A question set that was drawn up.")],
) -> None:
    """Say yes or no to each question that was drawn up; the same is in the browser."""
    from evals.review import decide, drafts

    waiting = [draft for draft in drafts(questions) if draft.review is None]
    eval_terminal.show_waiting(len(waiting), questions)
    for number, draft in enumerate(waiting, start=1):
        eval_terminal.show_draft(draft, number, len(waiting))
        verdict = eval_terminal.asked_verdict()
        if verdict == "quit":
            break
        if verdict != "skip":
            decide(questions, draft.id, verdict)


@eval_app.command()
def label(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Add the questions to this file, JSON Lines.")],
) -> None:
    """Turn thumbs and corrections given in the chat into a question set."""
    from evals.feedback import FILE_NAME, read
    from evals.label import add_to, labelled
    from evals.review import remember
    from rag.index import open_index

    settings = settings_of(context)
    feedback = read(settings.home / FILE_NAME)
    labels = labelled(feedback, open_index(settings), settings.certainty)
    if labels.questions or out.exists():
        add_to(out, labels)
        remember(settings.home, out)
    eval_terminal.show_labels(labels, out)
