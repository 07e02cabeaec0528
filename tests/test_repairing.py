"""Damage that no journal tells of is found at the next start, and mended or refused."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pytest import MonkeyPatch

from tests.conftest import WordEmbedding
from vectorstore.article import Article
from vectorstore.errors import StoreError
from vectorstore.ingest import add_articles
from vectorstore.store import Store


@pytest.fixture
def folder(tmp_path: Path, words: WordEmbedding, articles: Sequence[Article]) -> Path:
    with Store(tmp_path) as store:
        add_articles(articles, store, words)
    return tmp_path


def agree(store: Store) -> bool:
    ids = store.catalogue.passage_ids()
    return store.dense.ids() == ids and sorted(store.lexical.ids()) == sorted(ids)


@pytest.mark.parametrize("leg", ["chroma", "tantivy"])
def test_deleted_leg_is_written_again_at_the_next_start(
    folder: Path, words: WordEmbedding, leg: str
) -> None:
    shutil.rmtree(folder / leg)
    with Store(folder) as store:
        assert not agree(store)
        assert store.repair(words.get_text_embedding_batch) == ["chip", "fund", "sun"]
        assert agree(store)
        assert store.repair(words.get_text_embedding_batch) == []


def test_vectors_missing_and_words_too_many_are_mended(folder: Path, words: WordEmbedding) -> None:
    with Store(folder) as store:
        passage = store.catalogue.passages_of("fund")[0]
        store.dense.remove(["sun"])
        store.lexical.write([], [passage, replace(passage, id="ghost:1", article_id="ghost")])
    with Store(folder) as store:
        assert store.repair(words.get_text_embedding_batch) == ["fund", "ghost", "sun"]
        assert agree(store)


def test_too_much_damage_is_refused_with_the_remedy(
    folder: Path, words: WordEmbedding, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.repairing.MENDED", 2)
    shutil.rmtree(folder / "chroma")
    with Store(folder) as store, pytest.raises(StoreError, match="0 of them have a vector.*Run"):
        store.repair(words.get_text_embedding_batch)


def test_damage_is_left_alone_while_another_process_writes(
    folder: Path, words: WordEmbedding
) -> None:
    shutil.rmtree(folder / "tantivy")
    with Store(folder) as store, Store(folder) as other:
        with other.changing(["fund"]):
            assert store.repair(words.get_text_embedding_batch) == []
            assert not agree(store)
        assert store.repair(words.get_text_embedding_batch) == ["fund", "chip", "sun"]
        assert agree(store)
