"""What the doctor says of the index, a line for each thing looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from llama_index.core.base.embeddings.base import BaseEmbedding

from ui.finding import Finding
from vectorstore.checkup import Garbled, Repeated, TooLong, garbled, repeated, too_long
from vectorstore.errors import REPAIR, StoreError, WeightsError
from vectorstore.identity import built_with, difference, identity, remembered_name
from vectorstore.reindexing import unfinished
from vectorstore.store import Store


def look_through(store: Store, name: str, model: BaseEmbedding | None) -> Iterator[Finding]:
    """Look at everything; `name` is the model that is set, `model` is None when it is not here."""
    yield from _counts(store)
    yield from _unfinished(store)
    try:
        yield _model(store, name, model)
    except WeightsError as exc:
        yield Finding("embedding model", False, str(exc))
        model = None
    if model and (long := too_long(store.catalogue, model)):
        yield _lengths(long)
    yield _garbled(garbled(store.catalogue))
    yield _repeated(repeated(store.catalogue))


def _counts(store: Store) -> Iterator[Finding]:
    articles, passages = store.catalogue.counts()
    yield Finding("catalogue", True, f"{articles:,} articles, {passages:,} passages")
    right = store.catalogue.passage_ids()
    yield _leg("dense leg", "vectors", store.dense.ids, right)
    yield _leg("lexical leg", "passages", store.lexical.ids, right)


def _leg(subject: str, what: str, ids: Callable[[], Iterable[str]], right: set[str]) -> Finding:
    """Tell whether a leg holds each passage once and no other."""
    try:
        held = Counter(ids())
    except StoreError as exc:
        return Finding(subject, False, str(exc))
    if held == Counter(right):
        return Finding(subject, True, f"{len(held):,} {what}")
    there = len(right & held.keys())
    more = held.total() - there
    text = f"{there:,} {what} of {len(right):,}" + (f", and {more:,} too many" if more else "")
    return Finding(subject, False, f"{text}. {REPAIR}")


def _unfinished(store: Store) -> Iterator[Finding]:
    left = len(store.catalogue.journal())
    text = f"{left}. They are finished at the next start." if left else "0"
    yield Finding("unfinished changes", not left, text)
    waiting, running = unfinished(store)
    if running:
        yield Finding("reindexing", True, f"going on, {waiting:,} articles left")
    elif waiting is not None:
        yield Finding("reindexing", False, f"interrupted, {waiting:,} articles left. {REPAIR}")


def _model(store: Store, name: str, model: BaseEmbedding | None) -> Finding:
    known = built_with(store.catalogue)
    if model and known.name:
        now = identity(model)
        if not now.is_that_of(known):
            return Finding("model of the index", False, f"{difference(known, now)} {REPAIR}")
    elif known.name not in ("", remembered_name(name)):
        text = f"{known.name}, but {remembered_name(name)} is set. {REPAIR}"
        return Finding("model of the index", False, text)
    return Finding("model of the index", True, known.name or "none yet")


def _lengths(long: TooLong) -> Finding:
    if not long.passages:
        return Finding("length of passages", True, f"none over the {long.limit} tokens it reads")
    text = (
        f"{long.passages:,} over the {long.limit} tokens that the model reads"
        f" ({_named(long.longest, '{:,} tokens')}); what is beyond is found by its words only."
        f" {REPAIR}, or set a model that reads more."
    )
    return Finding("length of passages", False, text)


def _garbled(lost: Garbled) -> Finding:
    if not lost.articles:
        return Finding("lost characters", True, "none")
    text = (
        f"{lost.share:.3%} of all, in {lost.articles:,} articles ({_named(lost.worst, '{:.1%}')})"
        + (". Get the worst from elsewhere, then: wenju add" if lost.bad else "")
    )
    return Finding("lost characters", not lost.bad, text)


def _repeated(told: Repeated) -> Finding:
    groups = f"; {told.in_groups:,} articles nearly the same in {told.groups:,} groups"
    text = f"{told.copies:,} exact, kept once" + (
        f"{groups} (about {_named(told.largest, '{:,} articles')})" if told.groups else ""
    )
    return Finding("copies", True, text)


def _named(worst: Sequence[tuple[str, float]], form: str) -> str:
    return ", ".join(f"{id_}: {form.format(n)}" for id_, n in worst)
