"""Corpora to measure on, each added once and kept."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from vectorstore.article import Article, Progress
from vectorstore.finish import from_text
from vectorstore.identity import model_name
from vectorstore.ingest import Report, add_articles, add_paths
from vectorstore.load import article_files, load
from vectorstore.split import sentences
from vectorstore.store import Store

LONGEST_NAME = 40
"""Characters of a name that become part of a folder's name."""


def indexed(
    corpus: Path, home: Path, model: BaseEmbedding, progress: Progress
) -> tuple[Store, Report]:
    """Open the store of a corpus (a file or folder), with the articles it holds now.

    The report tells what adding them did, and which were refused.
    """
    key = hashlib.sha256(f"{corpus.resolve()} {model_name(model)}".encode()).hexdigest()[:12]
    names = (corpus.resolve().parent.name[:LONGEST_NAME], corpus.stem[:LONGEST_NAME])
    store = Store(home / "evals" / f"{'-'.join(names)}-{key}")
    report = add_paths([corpus], store, model, progress)
    present = {*report.added, *report.changed, *report.unchanged}
    store.remove([id_ for id_ in store.catalogue.ids() if id_ not in present])
    return store, report


def articles_of(corpus: Path) -> dict[str, Article]:
    """Read the articles of a corpus, by id; nothing is added anywhere."""
    return {a.id: a for a in load(corpus, None) if isinstance(a, Article)}


def reshuffled(
    samples: Path, count: int, home: Path, model: BaseEmbedding, progress: Progress
) -> Store:
    """Open a store of `count` articles, each of ten sentences drawn from the sample articles.

    It stands in for a large collection where none is at hand: good for speed, not for quality.
    """
    store = Store(home / "evals" / f"reshuffled-{count}")
    if store.catalogue.counts()[0] < count:
        add_articles(_drawn(samples, count), store, model, progress)
    return store


def _drawn(samples: Path, count: int) -> list[Article]:
    spoken = [
        article.text[start:end]
        for file in article_files(samples)
        for article in load(file, samples)
        if isinstance(article, Article)
        for start, end in sentences(article.text)
    ]
    draw = random.Random(0)
    return [from_text("".join(draw.sample(spoken, 10)), f"made/{n}") for n in range(count)]
