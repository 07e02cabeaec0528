"""What several commands take: --json, and the settings behind --home."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rag.settings import Settings, read_settings

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def settings_of(context: typer.Context, **given: Any) -> Settings:
    """Read the settings; what was given on the command line wins."""
    said = {name: value for name, value in given.items() if value is not None}
    return read_settings(context.find_root().obj, **said)
