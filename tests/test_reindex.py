"""Embedding all again: beside the index in use, resumable, nothing lost, swapped whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pytest import MonkeyPatch

from tests.conftest import WORDS, WordEmbedding
from tests.crashing import reindex_until_killed
from tests.test_crash import forked
from vectorstore.article import Article
from vectorstore.errors import StoreError
from vectorstore.finish import from_text
from vectorstore.identity import check_model
from vectorstore.ingest import add_articles
from vectorstore.legs import searched_text
from vectorstore.reindexing import reindex
from vectorstore.renewal import Renewal
from vectorstore.store import Store


class Turned(WordEmbedding):
    """The same name and dimension as WordEmbedding, other weights."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return super()._get_text_embedding(text)[::-1]


class Watched(WordEmbedding):
    """Lets a test do something before the texts of a step are embedded."""

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        for act in self.__dict__.setdefault("acts", []):
            act(texts)
        return super()._get_text_embeddings(texts)


def watched(act: object) -> Watched:
    model = Watched(model_name="words", embed_batch_size=512)
    model.__dict__["acts"] = [act]
    return model


def whole(store: Store, model: WordEmbedding) -> bool:
    """Whether both legs hold exactly the passages, with this model's vectors."""
    passages = [*store.catalogue.passages(list(store.catalogue.passage_ids())).values()]
    ids = [p.id for p in passages]
    right = model.get_text_embedding_batch([searched_text(p) for p in passages])
    vectors = store.dense.vectors(ids)
    return (
        store.dense.ids() == set(ids)
        and sorted(store.lexical.ids()) == sorted(ids)
        and store.catalogue.counts()[1] == len(ids)
        and all(v == pytest.approx(r, abs=1e-6) for v, r in zip(vectors, right, strict=True))
    )


def first(store: Store, model: WordEmbedding, question: str) -> str:
    return store.search(question, model.get_query_embedding(question), 1)[0].passage.article_id


@pytest.fixture
def folder(tmp_path: Path, words: WordEmbedding, articles: Sequence[Article]) -> Path:
    with Store(tmp_path / "index") as store:
        add_articles(articles, store, words)
        add_articles([replace(articles[0], id="copy")], store, words)
    return tmp_path / "index"


def test_another_model_takes_over_and_the_old_legs_go(folder: Path, words: WordEmbedding) -> None:
    other = Turned(model_name="other")
    with Store(folder, damaged=True) as store:
        seen: list[tuple[int, int, str]] = []
        reindex(store, other, lambda *step: seen.append(step))
        assert seen[-1][0] == seen[-1][1] > 100
        assert whole(store, other)
        assert first(store, other, "存储芯片") == "chip"
        check_model(store, other)
        with pytest.raises(StoreError, match="built with the embedding model other, not words"):
            check_model(store, words)
    assert sorted(p.name for p in folder.iterdir() if p.is_dir()) == ["chroma-1", "tantivy-1"]
    with Store(folder) as store:
        assert store.repair(other.get_text_embedding_batch) == []
        reindex(store, words)
        assert whole(store, words)
    assert sorted(p.name for p in folder.iterdir() if p.is_dir()) == ["chroma-2", "tantivy-2"]


def test_other_weights_of_the_same_name_are_refused(folder: Path, words: WordEmbedding) -> None:
    with Store(folder) as store:
        check_model(store, words)
        with pytest.raises(StoreError, match=r"weights of words are not those.*wenju reindex"):
            check_model(store, Turned(model_name="words"))


def test_index_made_before_weights_were_compared_learns_them(
    folder: Path, words: WordEmbedding
) -> None:
    with Store(folder) as store:
        store.catalogue.note("probe", "")
        check_model(store, words)
        with pytest.raises(StoreError, match="weights"):
            check_model(store, Turned(model_name="words"))


@pytest.mark.parametrize("leg", ["chroma/chroma.sqlite3", "tantivy/meta.json"])
def test_damaged_legs_are_made_anew(folder: Path, words: WordEmbedding, leg: str) -> None:
    (folder / leg).write_bytes(b"not an index" * 100)
    with pytest.raises(StoreError, match="wenju reindex"):
        Store(folder)
    with Store(folder, damaged=True) as store:
        reindex(store, words)
        assert whole(store, words)


def test_articles_are_cut_as_today(
    folder: Path, words: WordEmbedding, monkeypatch: MonkeyPatch
) -> None:
    with Store(folder) as store, Store(folder) as chat:
        before = store.catalogue.counts()
        monkeypatch.setattr("vectorstore.split.passages.__defaults__", (10.0,))
        reindex(store, words)
        assert store.catalogue.counts() == (before[0], before[1] + 2)
        assert [p.text for p in store.catalogue.passages_of("fund")] == [
            "池州的专项基金有2亿元。",
            "基金由园区设立。",
        ]
        assert whole(store, words)
        assert chat.search("园区设立", words.get_query_embedding("园区"), 1)[0].passage.text == (
            "基金由园区设立。"
        )


def test_chat_answers_from_the_old_index_until_the_swap(folder: Path, words: WordEmbedding) -> None:
    answers = []
    with Store(folder) as chat, Store(folder) as store:
        check_model(chat, words)
        model = watched(lambda texts: answers.append(first(chat, words, "存储芯片")))
        reindex(store, model)
        assert answers == ["chip", "chip"]
        assert first(chat, words, "存储芯片") == "chip"
        assert whole(chat, words)


def test_chat_with_the_old_model_says_so_and_never_mixes_vectors(
    folder: Path, words: WordEmbedding
) -> None:
    other = Turned(model_name="other")
    with Store(folder) as chat, Store(folder) as store:
        check_model(chat, words)
        reindex(store, other)
        for _ in range(2):
            with pytest.raises(StoreError, match=r"another model \(other\).*Start it again"):
                first(chat, words, "芯片")
        with pytest.raises(StoreError, match="another model"):
            chat.remove(["chip"])
        store.catalogue.journal(["chip"])
        with pytest.raises(StoreError, match="another model"):
            chat.repair(words.get_text_embedding_batch)
        with pytest.raises(StoreError, match="not words"):
            add_articles([from_text("银行。", "bank")], chat, words)
        assert store.repair(other.get_text_embedding_batch) == ["chip"]
        assert whole(store, other)


def test_what_comes_and_goes_meanwhile_is_not_lost(folder: Path, words: WordEmbedding) -> None:
    other = Turned(model_name="words")
    with Store(folder) as adder, Store(folder) as store:

        def act(texts: list[str]) -> None:
            """Once the articles are read: change, remove with an heir, add."""
            if any("芯片" in t for t in texts) and not adder.catalogue.standing("new"):
                add_articles([from_text("飞地在太阳下。", "new")], adder, words)
                add_articles([from_text("这里现在讲大学。", "chip")], adder, words)
                assert adder.remove(["fund"]) == ["fund"]
                adder.repair(words.get_text_embedding_batch)

        class Both(Turned):
            def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
                act(texts)
                return super()._get_text_embeddings(texts)

        reindex(store, Both(model_name="words", embed_batch_size=512))
        assert store.catalogue.ids() == ["chip", "copy", "new", "sun"]
        assert store.catalogue.copy_of("copy") == ""
        assert whole(store, other)


def test_unfinished_change_of_a_killed_process_ends_with_the_swap(
    folder: Path, words: WordEmbedding
) -> None:
    with Store(folder) as store:
        store.dense.remove(["sun"])
        store.catalogue.journal(["sun"])
        reindex(store, words)
        assert store.catalogue.journal() == []
        assert whole(store, words)


def test_two_at_once_are_refused(folder: Path, words: WordEmbedding) -> None:
    with Store(folder) as store, Store(folder) as other:

        def act(texts: list[str]) -> None:
            if any("芯片" in t for t in texts):
                with pytest.raises(StoreError, match="Another process is reindexing"):
                    reindex(other, words)

        reindex(store, watched(act))


def test_interrupted_reindex_goes_on_where_it_stopped(
    tmp_path: Path, words: WordEmbedding, monkeypatch: MonkeyPatch
) -> None:
    made = [from_text(f"{WORDS[n % 8]}{n}号。", f"a{n:02}") for n in range(40)]
    embedded: list[str] = []

    def act(texts: list[str]) -> None:
        made_of = [t for t in texts if t.endswith("号。")]
        embedded.extend(made_of)
        if made_of and len(embedded) == 20:
            raise KeyboardInterrupt

    monkeypatch.setattr("vectorstore.reindexing.STEP", 10)
    with Store(tmp_path) as store:
        add_articles(made, store, words)
        with pytest.raises(KeyboardInterrupt):
            reindex(store, watched(act))
        assert whole(store, words)
    with Store(tmp_path) as store:
        add_articles([from_text("大学99号。", "a99")], store, words)
        reindex(store, watched(act))
        assert whole(store, words)
    assert len(embedded) == 20 + 30 + 1


def test_interrupted_reindex_with_another_model_begins_anew(
    folder: Path, words: WordEmbedding
) -> None:
    other = Turned(model_name="other")

    def stop(texts: list[str]) -> None:
        if any("芯片" in t for t in texts):
            raise KeyboardInterrupt

    with Store(folder) as store:
        with pytest.raises(KeyboardInterrupt):
            reindex(store, watched(stop))
        reindex(store, other)
        assert whole(store, other)


def test_killed_reindexing_leaves_the_old_index_and_ends_at_last(
    tmp_path: Path, words: WordEmbedding
) -> None:
    folder = tmp_path / "index"
    made = [from_text(f"{WORDS[n % 8]}在{n}号。", f"a{n}") for n in range(60)]
    with Store(folder) as store:
        add_articles(made, store, words)
    for n in range(12):
        process = forked(reindex_until_killed, folder, tmp_path / f"{n}.log")
        while not (tmp_path / f"{n}.log").exists():
            time.sleep(0.001)
        time.sleep(n * 0.08)
        process.kill()
        process.join()
        with Store(folder) as store:
            store.repair(words.get_text_embedding_batch)
            assert whole(store, words)
    with Store(folder) as store:
        reindex(store, words)
        assert whole(store, words)
        with pytest.raises(Exception, match="no such table"):
            Renewal(store.catalogue.path).next(1)
