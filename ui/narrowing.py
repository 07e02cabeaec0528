"""What the command line takes to narrow the articles to some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vectorstore.filters import Filter

Articles = Annotated[
    list[str] | None, typer.Option("--article", help="Only this article or folder; repeatable.")
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Only from this publisher, address or path, or a part of it."),
]
Since = Annotated[str, typer.Option(help="Only of this day, month or year, or later.")]
Until = Annotated[str, typer.Option(help="Only of this day, month or year, or earlier.")]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="Only zh, zh-Hans, zh-Hant, en or other.")
]


def narrowing(
    articles: Sequence[str] | None,
    sources: Sequence[str] | None,
    since: str,
    until: str,
    languages: Sequence[str] | None,
) -> Filter:
    """Give the filter that was asked for; FilterError where it cannot be."""
    from vectorstore.filters import Filter

    return Filter(tuple(articles or ()), tuple(sources or ()), since, until, tuple(languages or ()))
