"""The commands about articles: add, sync, list, show, remove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.settings import Settings
from ui import added, terminal
from ui.narrowing import Articles, Languages, Since, Sources, Until, narrowing
from ui.options import Json, settings_of
from vectorstore.errors import WenjuError

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from vectorstore.report import Report

articles_app = typer.Typer()

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, do nothing.")]


@articles_app.command()
def add(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(help="Files, folders, web addresses, feeds.")],
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Only when there is no article yet.")
    ] = False,
    dry_run: DryRun = False,
    allow_private: Annotated[
        bool | None,
        typer.Option("--allow-private", help="Fetch addresses of this machine and its network."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add articles; adding again changes nothing. Exit status 1 when something was refused."""
    from rag.index import open_index
    from vectorstore.ingest import add_paths, rehearse

    settings = settings_of(context, allow_private=allow_private)
    store = open_index(settings)
    private = settings.allow_private
    if if_empty and store.catalogue.counts()[0]:
        if as_json:
            terminal.show_json({"added": [], "changed": [], "unchanged": [], "refused": []})
        return
    if dry_run:
        with terminal.bar("Looking", bytes_too=True) as progress:
            report = rehearse(sources, store, progress, private)
    else:
        model = _embedding(settings)
        with terminal.bar("Adding", bytes_too=True) as progress:
            report = add_paths(sources, store, model, progress, private)
    _reported(report, as_json, dry_run)


@articles_app.command()
def sync(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder the index is to be equal to.")],
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Make the index equal to a folder: new and changed articles come, those gone go.

    Articles that were not read from this folder stay.
    """
    from rag.index import open_index
    from vectorstore.ingest import rehearse_sync, sync_folder

    settings = settings_of(context)
    store = open_index(settings)
    if dry_run:
        with terminal.bar("Looking", bytes_too=True) as progress:
            report = rehearse_sync(folder, store, progress)
    else:
        model = _embedding(settings)
        with terminal.bar("Syncing", bytes_too=True) as progress:
            report = sync_folder(folder, store, model, progress)
    _reported(report, as_json, dry_run)


@articles_app.command()
def reindex(context: typer.Context) -> None:
    """Embed all articles again with the model that is set. A running chat answers meanwhile.

    After an interruption it goes on where it stopped.
    """
    reindexed(settings_of(context))


def reindexed(settings: Settings) -> None:
    """Embed all articles again, and show how far it is."""
    from rag.index import open_index
    from vectorstore.reindexing import reindex

    model = _embedding(settings)
    with open_index(settings, damaged=True) as store:
        with terminal.bar("Reindexing", bytes_too=True) as progress:
            reindex(store, model, progress)
        articles, passages = store.catalogue.counts()
    terminal.show_note(f"Reindexed {articles:,} articles, {passages:,} passages.")


def _embedding(settings: Settings) -> BaseEmbedding:
    with terminal.spinner("Opening the embedding model"):
        from rag.opening import open_model

        return open_model(settings)


def _reported(report: Report, as_json: bool, dry_run: bool) -> None:
    added.show_report(report, as_json, dry_run)
    if report.refused:
        raise typer.Exit(1)


@articles_app.command("list")
def list_(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(help="Only articles that hold all these words.")
    ] = None,
    article: Articles = None,
    source: Sources = None,
    since: Since = "",
    until: Until = "",
    language: Languages = None,
    as_json: Json = False,
) -> None:
    """List the articles."""
    from rag.index import open_index
    from vectorstore.scope import scope

    only = narrowing(article, source, since, until, language)
    containing = " ".join(words or ())
    catalogue = open_index(settings_of(context)).catalogue
    found = catalogue.articles(containing, only=only)
    if found or as_json or containing or not only:
        terminal.show_articles(found, as_json, containing)
    if only:
        terminal.show_scope(scope(catalogue, only))


@articles_app.command()
def show(
    context: typer.Context,
    article_id: Annotated[str, typer.Argument(metavar="ID")],
    as_json: Json = False,
) -> None:
    """Show one article whole."""
    from rag.index import open_index

    article = open_index(settings_of(context)).catalogue.article(article_id)
    if article is None:
        raise WenjuError(f"There is no article {article_id}. See the ids with: wenju list")
    terminal.show_article(article, as_json)


@articles_app.command()
def remove(
    context: typer.Context,
    article_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    as_json: Json = False,
) -> None:
    """Remove articles with their exact copies; they are never found again."""
    from rag.index import open_index

    removed = open_index(settings_of(context)).remove_whole(article_ids)
    terminal.show_removed(removed, as_json)
    unknown = [i for i in article_ids if i not in removed]
    if unknown:
        raise WenjuError(f"There is no article {', '.join(unknown)}. See the ids with: wenju list")
