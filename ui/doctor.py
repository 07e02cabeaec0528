"""Look at settings, weights and index, and say what is wrong with what remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.index import open_index
from rag.settings import Settings
from vectorstore.errors import REPAIR, StoreError, WeightsError
from vectorstore.identity import remembered_name
from vectorstore.store import Store
from vectorstore.weights import locate


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    fine: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; nothing is changed."""
    return [*_weights(settings), *_index(settings)]


def _weights(settings: Settings) -> Iterator[Finding]:
    for subject, name in (
        ("embedding model", settings.embed_model),
        ("language model", settings.llm),
    ):
        try:
            found = locate(name, settings.models)
            yield Finding(subject, True, f"{name} ({found})" if found != name else name)
        except WeightsError as exc:
            yield Finding(subject, False, str(exc))


def _index(settings: Settings) -> Iterator[Finding]:
    try:
        with open_index(settings) as store:
            yield from _contents(store, settings)
    except StoreError as exc:
        yield Finding("index", False, str(exc))


def _contents(store: Store, settings: Settings) -> Iterator[Finding]:
    articles, passages = store.catalogue.counts()
    yield Finding("catalogue", True, f"{articles:,} articles, {passages:,} passages")
    dense, lexical = store.dense.count(), store.lexical.count()
    yield Finding(
        "dense leg",
        dense == passages,
        f"{dense:,} vectors{'' if dense == passages else '. ' + REPAIR}",
    )
    yield Finding(
        "lexical leg",
        lexical == passages,
        f"{lexical:,} passages{'' if lexical == passages else '. ' + REPAIR}",
    )
    unfinished = store.catalogue.journal()
    yield Finding(
        "unfinished changes",
        not unfinished,
        f"{len(unfinished)}{'. They are finished at the next start.' if unfinished else ''}",
    )
    built_with, now = store.catalogue.fact("model"), remembered_name(settings.embed_model)
    same = built_with in ("", now)
    yield Finding(
        "model of the index",
        same,
        (built_with or "none yet") if same else f"{built_with}, but {now} is set. {REPAIR}",
    )
