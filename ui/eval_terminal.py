"""What the evaluation commands print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ui.terminal import show_json

if TYPE_CHECKING:
    from evals.compare import Comparison, Row
    from evals.draft import Tally
    from evals.label import Labels
    from evals.review import Draft
    from evals.run import Case, Run

SHOWN = 10
"""Problems and flipped questions listed each way; the report and the file hold all."""

COUNTED = ("latency_ms", "tokens")
"""Groups of metrics that are no shares of 1."""

_err = Console(stderr=True, highlight=False)
_out = Console(highlight=False, soft_wrap=True)


def show_run(run: Run, written: Sequence[Path]) -> None:
    """Print the figures of a run with their intervals."""
    from evals.findings import read_figures

    for problem in run.left_out[:SHOWN]:
        _err.print(f"[yellow]Left out:[/yellow] {escape(problem)}", soft_wrap=True)
    if run.left_out:
        _err.print(f"Left out in all: {_many(len(run.left_out), 'question')}.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    asked = f"{_many(run.questions, 'question')}, {_many(run.corpus['articles'], 'article')}"
    table.add_column(asked)
    table.add_column("", justify="right")
    table.add_column("95 % interval", justify="right", style="dim")
    for name, figure in read_figures(run.metrics, run.intervals).items():
        spread = " – ".join(_figure(name, bound) for bound in figure.interval or ())
        table.add_row(name, _figure(name, figure.value), spread)
    _out.print(table)
    if run.memory_mib:
        _out.print(f"[dim]Peak memory {run.memory_mib:,} MiB[/dim]")
    for path in written:
        _out.print(f"[dim]Written to[/dim] {escape(str(path))}")


def show_comparison(comparison: Comparison, failed: Sequence[str], as_json: bool) -> None:
    """Print two runs side by side, what flipped, and what failed the gate."""
    if as_json:
        return show_json(_comparison_json(comparison, failed))
    for name, (before, after) in comparison.changed.items():
        _out.print(f"[dim]{escape(name)}:[/dim] {escape(str(before))} → {escape(str(after))}")
    shared = len(comparison.before.cases) - comparison.only_before
    alone = f"{comparison.only_before:,} only in the first, {comparison.only_after:,} only in the"
    _out.print(f"[dim]{_many(shared, 'question')} in both runs, {alone} second.[/dim]")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Metric")
    for name in ("n", "Before", "After", "Difference", "95 % interval", "p"):
        table.add_column(name, justify="right")
    for row in comparison.rows:
        table.add_row(*_row(row), style=_style(row))
    _out.print(table)
    _flips("Now right", comparison.gained)
    _flips("No longer right", comparison.lost)
    for reason in failed:
        _err.print(f"[red]Worse than allowed:[/red] {escape(reason)}", soft_wrap=True)
    return None


def show_tally(tally: Tally, out: Path) -> None:
    """Print how many questions were proven, and why the others were not."""
    kept = _many(tally.kept, "question")
    _out.print(
        f"{kept} written to {escape(str(out))}: {tally.answerable} that the articles answer,"
        f" {tally.near_misses} that they do not."
        f" {_many(tally.tried, 'sentence')} tried."
    )
    for reason, count in tally.rejected.most_common():
        _out.print(f"  [dim]{count:4} turned down: {escape(reason)}[/dim]")
    _out.print(f"Say yes or no to each: wenju eval review {escape(str(out))}, or in the browser.")


def show_waiting(count: int, path: Path) -> None:
    """Say how many drafted questions await a verdict."""
    _out.print(f"{escape(str(path))}: {_many(count, 'question')} to say yes or no to.")


def show_draft(draft: Draft, number: int, count: int) -> None:
    """Print a drafted question with its answer and the passage it was drawn from."""
    _out.print(f"\n[dim]{number} of {count}[/dim] [bold]{escape(draft.question)}[/bold]")
    answers = " / ".join(draft.answers) if draft.answerable else "The articles should not say."
    _out.print(f"[green]{escape(answers)}[/green]")
    shown = escape(_line(draft.passage, 400))
    for text in draft.support:
        marked = escape(" ".join(text.split()))
        shown = shown.replace(marked, f"[reverse]{marked}[/reverse]")
    _out.print(f"[dim]{shown}[/dim]")


def asked_verdict() -> Literal["yes", "no", "skip", "quit"]:
    """Ask a person for a verdict; the end of the input quits."""
    words: dict[str, Literal["yes", "no", "skip", "quit"]] = {
        word[: len(word) if whole else 1]: word
        for word in ("yes", "no", "skip", "quit")
        for whole in (True, False)
    }
    while True:
        try:
            said = _out.input("A good question? [bold]y[/bold]es, no, skip, quit: ")
        except EOFError:
            return "quit"
        if verdict := words.get(said.strip().lower()):
            return verdict


def show_labels(labels: Labels, out: Path) -> None:
    """Print what became of the verdicts given in the chat."""
    for reason in labels.left_out[:SHOWN]:
        _err.print(f"[yellow]Left out:[/yellow] {escape(reason)}", soft_wrap=True)
    if not labels.questions and not labels.left_out:
        _out.print("Nobody has judged an answer yet. In the chat, each answer has 有用 and 没用.")
        return
    written = f", written to {escape(str(out))}" if labels.questions else ""
    made = _many(len(labels.questions), "question")
    _out.print(f"{made}{written}; {len(labels.left_out)} left out.")


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _figure(name: str, value: float) -> str:
    """Show shares with three digits, times and tokens as whole numbers."""
    return f"{value:,.0f}" if name.partition(".")[0] in COUNTED else f"{value:.3f}"


def _row(row: Row) -> tuple[str, ...]:
    spread = ""
    if row.interval:
        spread = f"{_figure(row.name, row.interval[0])} – {_figure(row.name, row.interval[1])}"
    sign = "+" if row.difference > 0 else ""
    return (
        row.name,
        f"{row.questions:,}",
        _figure(row.name, row.before),
        _figure(row.name, row.after),
        sign + _figure(row.name, row.difference),
        spread,
        "" if row.p is None else f"{row.p:.3f}",
    )


def _style(row: Row) -> str:
    from evals.compare import verdict

    return {"better": "green", "worse": "red", "": ""}[verdict(row)]


def _flips(title: str, pairs: Sequence[tuple[Case, Case]]) -> None:
    if not pairs:
        return
    _out.print(f"\n[bold]{title}: {len(pairs)}[/bold]")
    for before, after in pairs[:SHOWN]:
        _out.print(f"  {escape(before.id)} {escape(before.question)}")
        for label, case in (("before", before), ("after", after)):
            if case.answer:
                _out.print(f"    [dim]{label}:[/dim] {escape(_line(case.answer))}")
    if len(pairs) > SHOWN:
        _out.print(f"  … and {len(pairs) - SHOWN} more; --json names all, --html shows more.")


def _line(text: str, most: int = 100) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[:most]}…"


def _comparison_json(comparison: Comparison, failed: Sequence[str]) -> dict[str, Any]:
    return {
        "metrics": {
            row.name: {**asdict(row), "difference": row.difference, "gain": row.gain}
            for row in comparison.rows
        },
        "changed": {name: list(pair) for name, pair in comparison.changed.items()},
        "gained": [before.id for before, _ in comparison.gained],
        "lost": [before.id for before, _ in comparison.lost],
        "only_before": comparison.only_before,
        "only_after": comparison.only_after,
        "gone": list(comparison.gone),
        "failed": list(failed),
    }
