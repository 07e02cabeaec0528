"""What the command line prints: results on standard output, progress and errors on the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from rag.answer import Answer
    from rag.settings import Settings
    from ui.finding import Finding
    from vectorstore.article import Article, Listed
    from vectorstore.scope import Scope
    from vectorstore.weights import Weights

Progressing = Callable[[int, int, str], None]

_err = Console(stderr=True, highlight=False)
_out = Console(highlight=False, soft_wrap=True)


@contextmanager
def spinner(doing: str) -> Iterator[None]:
    """Say what is going on while it goes on."""
    with _err.status(f"{escape(doing)} …"):
        yield


@contextmanager
def bar(title: str, bytes_too: bool = False) -> Iterator[Progressing]:
    """Show a progress bar; the value given is called with done, total and a label.

    With `bytes_too`, done and total are bytes, and their rate is shown.
    """
    columns = (
        TextColumn("{task.fields[title]}"),
        BarColumn(),
        TaskProgressColumn(),
        *((DownloadColumn(), TransferSpeedColumn()) if bytes_too else ()),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=_err, transient=not _err.is_terminal) as progress:
        task = progress.add_task("", title=escape(title), total=None)

        def show(done: int, total: int, label: str) -> None:
            progress.update(task, completed=done, total=total, description=label[-60:])

        yield show


def show_error(text: str) -> None:
    """Print one line of failure."""
    _err.print(f"[red]Error:[/red] {escape(text)}", soft_wrap=True)


def show_note(text: str) -> None:
    """Print one line beside the results."""
    _err.print(escape(text), soft_wrap=True)


def show_json(value: Any) -> None:
    """Print one JSON value."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def show_articles(articles: Sequence[Listed], as_json: bool, containing: str = "") -> None:
    """Print the list of articles; `containing` is what they were looked for by."""
    if as_json:
        return show_json([asdict(a) for a in articles])
    if not articles and containing:
        return _out.print(escape(f"No article holds “{containing}”."))
    if not articles:
        return _out.print("No articles. Add some with: wenju add FOLDER")
    if not _out.is_terminal:
        for a in articles:
            typer.echo("\t".join((a.id, a.title, a.date, a.source, str(a.characters))))
        return None
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("ID", overflow="fold")
    for name in ("Title", "Author", "Publisher", "Date", "Source"):
        table.add_column(name)
    for name in ("Characters", "Copies"):
        table.add_column(name, justify="right")
    from ui.source_page import shown_source

    for a in articles:
        told = (a.id, a.title, a.author, a.publisher, a.date, shown_source(a.source))
        table.add_row(*map(escape, told), f"{a.characters:,}", f"{a.copies or ''}")
    _out.print(table)
    return None


def show_scope(scope: Scope) -> None:
    """Say which part of the articles was looked at, beside the results."""
    from ui.scope import scope_line

    _err.print(f"[dim]{escape(scope_line(scope))}[/dim]", soft_wrap=True)


def show_article(article: Article, as_json: bool) -> None:
    """Print one article whole."""
    if as_json:
        return show_json(asdict(article))
    from ui.source_page import shown_source

    told = (article.author, article.publisher, article.date, shown_source(article.source))
    head = [article.title, " · ".join(filter(None, told))]
    typer.echo("\n".join([*filter(None, head), "", article.text]))
    return None


def show_removed(removed: Sequence[str], as_json: bool) -> None:
    """Print which articles were removed."""
    if as_json:
        return show_json({"removed": list(removed)})
    for id_ in removed:
        typer.echo(f"Removed {id_}")
    return None


def show_answers(answers: Iterator[Answer], as_json: bool) -> None:
    """Print the quote answer at once and the composed one when it is done; JSON: the last only."""
    if as_json:
        return show_json(list(answers)[-1].to_json())
    quote = next(answers)
    if quote.scope:
        show_scope(quote.scope)
    _show_answer(quote)
    if not quote.done:
        with spinner("Writing"):
            last = list(answers)[-1]
        if last.mode == "composed":
            _out.print("\n[bold]Written from these and neighbouring passages:[/bold]")
            _show_answer(last)
        if last.notice:
            _err.print(escape(last.notice))
    return None


def _show_answer(answer: Answer) -> None:
    if answer.declined:
        _out.print(escape(answer.text))
        if not answer.evidence:
            return
        _out.print(
            f"[dim]Probability that the articles answer: {answer.confidence:.0%}."
            " Nearest reading:[/dim]"
        )
        for e in answer.evidence[:3]:
            _out.print(f"  [cyan]{escape(e.article_id)}[/cyan] {escape(_line(e.text)[:80])}…")
        return
    for s in answer.sentences:
        marks = "".join(f"[{n}]" for n in s.citations)
        doubt = "" if s.supported else f"  [yellow]⚠ {escape('；'.join(s.doubts))}[/yellow]"
        start, end = s.exact or (0, 0)
        exact = f"[bold]{escape(s.exact_text)}[/bold]" if s.exact else ""
        said = f"{escape(s.text[:start])}{exact}{escape(s.text[end:])}"
        _out.print(f"{said} [cyan]{escape(marks)}[/cyan]{doubt}")
    for c in answer.citations:
        name = c.title or c.article_id
        _out.print(
            f"  [cyan]{escape(f'[{c.n}]')}[/cyan] [dim]{escape(name)} ({escape(c.article_id)},"
            f" {c.start}–{c.end})[/dim] {escape(_line(c.quote))}"
        )
    _out.print(
        f"[dim]Confidence {answer.confidence:.0%}, {answer.timings.total_ms / 1000:.2f} s[/dim]"
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def show_models(settings: Settings, weights: Sequence[Weights], as_json: bool) -> None:
    """Print the packaged models and the two that are used."""
    used = {"embed_model": settings.embed_model, "llm": settings.llm}
    if as_json:
        rows = [
            {
                "name": w.model.name,
                "kind": w.model.kind,
                "state": w.state,
                "bytes": w.model.size,
                "licence": w.model.licence,
                "path": str(w.path),
            }
            for w in weights
        ]
        return show_json({**used, "home": str(settings.home), "packaged": rows})
    table = Table(
        "", "Model", "Kind", "State", "Licence", box=None, pad_edge=False, header_style="bold"
    )
    table.add_column("MB", justify="right")
    for w in weights:
        mark = "→" if w.model.name in used.values() else ""
        table.add_row(
            mark, w.model.name, w.model.kind, w.state, w.model.licence, f"{w.model.size / 1e6:.0f}"
        )
    _out.print(table)
    _out.print(
        escape(
            f"Used: {used['embed_model']} to search, {used['llm']} to write."
            " Other models: WENJU_EMBED_MODEL, WENJU_LLM."
        )
    )
    return None


def show_findings(findings: Sequence[Finding], as_json: bool) -> None:
    """Print what the doctor found."""
    if as_json:
        return show_json([asdict(f) for f in findings])
    for f in findings:
        verdict = "[green]ok  [/green]" if f.fine else "[red]bad [/red]"
        _out.print(f"{verdict} {escape(f.subject)}: {escape(f.text)}")
    return None
