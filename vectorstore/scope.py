"""A filter to what it leaves of the articles, for whoever asked with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vectorstore.catalogue import Catalogue
from vectorstore.filters import Filter


@dataclass(frozen=True)
class Scope:
    """What a search was kept to: `articles` match, copies among them.

    `undated` more would, but for a date; they have none. It is 0 where no date was asked for.
    """

    only: Filter
    articles: int
    undated: int = 0

    def to_json(self) -> dict[str, Any]:
        """Give the filter and the two counts as one JSON object."""
        told = {k: list(v) if isinstance(v, tuple) else v for k, v in vars(self.only).items()}
        return {**told, "matching": self.articles, "undated": self.undated}


def scope(catalogue: Catalogue, only: Filter) -> Scope:
    """Count what a filter lets through, and what it leaves out for want of a date."""
    matching = catalogue.chosen(only).share().articles
    undated = catalogue.chosen(only.undated()).share().articles if only.dated else 0
    return Scope(only, matching, undated)
