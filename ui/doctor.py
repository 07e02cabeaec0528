"""Look at settings, weights and index, and say what is wrong with what remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.settings import Settings
from vectorstore.errors import REPAIR, StoreError, WeightsError
from vectorstore.ingest import model_name
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


def mend(settings: Settings, progress: Callable[[int, int, str], None]) -> None:
    """Write both search legs again from the catalogue, with the embedding model of the settings."""
    from rag.opening import open_model

    model = open_model(settings)
    for leg in ("chroma", "tantivy"):
        shutil.rmtree(settings.index / leg, ignore_errors=True)
    with Store(settings.index) as store:
        store.rebuild(
            model.get_text_embedding_batch, lambda done, total: progress(done, total, "articles")
        )
        store.catalogue.note("model", model_name(model))


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
        with Store(settings.index) as store:
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
    built_with, now = store.catalogue.fact("model"), Path(settings.embed_model).name
    same = built_with in ("", now)
    yield Finding(
        "model of the index",
        same,
        (built_with or "none yet") if same else f"{built_with}, but {now} is set. {REPAIR}",
    )
