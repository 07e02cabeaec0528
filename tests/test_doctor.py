"""What the doctor finds in an index, each in a line with the remedy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import WordEmbedding
from tests.test_cli import wenju
from ui.finding import Finding
from ui.index_findings import look_through
from vectorstore.article import Article
from vectorstore.checkup import too_long
from vectorstore.embed import open_embedding
from vectorstore.finish import from_text
from vectorstore.identity import check_model
from vectorstore.ingest import add_articles
from vectorstore.reindexing import reindex
from vectorstore.store import Store

LONG = (
    "池州经开区与市投控集团联合设立规模达2亿元的科创飞地专项基金。同时，园区的产业基金对落户项目入股支持。"
    "中心围绕产业链的需求引进急需人才，并开展平台聚才活动。\n"
    "下一步，园区将承接产业转移，推进园区合作与体制改革，让企业在这里办成更多的事。"
    "园区还将把创新作为发展的第一动力，推动结构调整与发展方式的转变。"
)


def findings(store: Store, model: WordEmbedding) -> dict[str, Finding]:
    check_model(store, model)
    return {f.subject: f for f in look_through(store, model.model_name, model)}


def test_a_sound_index_is_fine(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    found = findings(store, words)
    assert all(f.fine for f in found.values())
    assert found["catalogue"].text == "3 articles, 3 passages"
    assert found["lost characters"].text == "none"
    assert found["copies"].text == "0 exact, kept once"


def test_an_embedding_server_that_is_not_there_is_a_finding(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    name = "http://127.0.0.1:9/v1#m"
    found = {f.subject: f for f in look_through(store, name, open_embedding(name))}
    assert not found["embedding model"].fine
    assert "127.0.0.1:9/v1 does not embed" in found["embedding model"].text
    assert found["copies"].fine


def test_legs_that_are_short_are_named_with_the_remedy(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    store.dense.remove(["sun"])
    store.lexical.write(["sun", "chip"], [])
    found = findings(store, words)
    assert found["dense leg"].text == "2 vectors of 3. Run: wenju reindex"
    assert found["lexical leg"].text == "1 passages of 3. Run: wenju reindex"
    assert not found["dense leg"].fine


def test_lost_characters_are_counted_and_the_worst_named(
    store: Store, words: WordEmbedding
) -> None:
    made = [
        from_text("这里" * 49 + "\ufffd。", "slight"),
        from_text("基金" * 48 + "\ufffd\ufffd\ufffd。", "worse"),
        from_text("银行的事。" * 40, "clean"),
    ]
    add_articles(made, store, words)
    lost = findings(store, words)["lost characters"]
    assert not lost.fine
    assert lost.text == (
        "1.000% of all, in 2 articles (worse: 3.0%, slight: 1.0%)."
        " Get the worst from elsewhere, then: wenju add"
    )


def test_copies_and_groups_are_counted(store: Store, words: WordEmbedding) -> None:
    near = LONG.replace("2亿元", "两亿元")
    made = [from_text(LONG, "a"), from_text(LONG, "b"), from_text(near, "c")]
    add_articles([*made, from_text("银行。", "d")], store, words)
    assert findings(store, words)["copies"].text == (
        "1 exact, kept once; 2 articles nearly the same in 1 groups (about a: 2 articles)"
    )


def test_unfinished_changes_and_reindexing_are_told(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    seen: list[dict[str, Finding]] = []

    class Stopped(WordEmbedding):
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            if any("芯片" in t for t in texts):
                seen.append(findings(store, words))
                raise KeyboardInterrupt
            return super()._get_text_embeddings(texts)

    with pytest.raises(KeyboardInterrupt):
        reindex(store, Stopped(model_name="words"))
    assert seen[0]["reindexing"] == Finding("reindexing", True, "going on, 3 articles left")
    store.catalogue.journal(["sun"])
    found = findings(store, words)
    assert found["reindexing"].text == "interrupted, 3 articles left. Run: wenju reindex"
    assert found["unfinished changes"].text == "1. They are finished at the next start."


def test_other_model_and_other_weights_are_told(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    class Turned(WordEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return super()._get_text_embedding(text)[::-1]

    add_articles(articles, store, words)
    for model, says in (
        (WordEmbedding(model_name="other"), "built with the embedding model words, not other"),
        (Turned(model_name="words"), "weights of words are not those"),
    ):
        told = {f.subject: f for f in look_through(store, "words", model)}["model of the index"]
        assert not told.fine
        assert says in told.text
        assert told.text.endswith("Run: wenju reindex")
    told = {f.subject: f for f in look_through(store, "hub/third", None)}["model of the index"]
    assert told.text == "words, but third is set. Run: wenju reindex"


@pytest.mark.model
def test_passages_longer_than_the_model_reads_are_counted(
    tmp_path: Path, store: Store, models: Path
) -> None:
    folder = tmp_path / "small-e5"
    shutil.copytree(models / "multilingual-e5-small", folder)
    limits = folder / "sentence_bert_config.json"
    limits.write_text(json.dumps({**json.loads(limits.read_text()), "max_seq_length": 64}))
    model = open_embedding(str(folder))
    made = [from_text(LONG, "long", "标题"), from_text("银行。", "short")]
    add_articles(made, store, model)
    told = too_long(store.catalogue, model)
    assert told is not None
    assert (told.passages, told.limit, told.longest[0][0]) == (1, 64, "long:1")
    assert 100 < told.longest[0][1] < len(LONG)
    whole = open_embedding(str(models / "multilingual-e5-small"))
    assert too_long(store.catalogue, whole) is not None
    assert too_long(store.catalogue, whole).passages == 0  # type: ignore[union-attr]


@pytest.mark.model
def test_doctor_says_it_all_on_the_command_line(home: Path) -> None:
    file = home / "a.txt"
    file.write_text("池州的专项基金有2亿元。基金由园区设立。", encoding="utf-8")
    assert wenju(home, "add", str(file)).returncode == 0
    told = wenju(home, "doctor")
    assert told.returncode == 0, told.stdout
    assert "ok   length of passages: none over the 512 tokens it reads" in told.stdout
    assert "ok   lost characters: none" in told.stdout
    shutil.rmtree(home / "index" / "tantivy")
    told = wenju(home, "doctor")
    assert told.returncode == 1
    assert "bad  lexical leg: 0 passages of 1. Run: wenju reindex" in told.stdout
    assert wenju(home, "reindex").returncode == 0
    assert wenju(home, "doctor", "--json").returncode == 0
