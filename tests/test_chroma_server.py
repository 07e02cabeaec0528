"""The vectors on a Chroma server, which several processes use at once."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from tests.conftest import WordEmbedding
from tests.crashing import add_all, ask_until
from tests.test_cli import failure, wenju
from tests.test_crash import forked, killed_again_and_again
from vectorstore.article import Article
from vectorstore.errors import StoreError
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles
from vectorstore.place import place_of
from vectorstore.reindexing import reindex
from vectorstore.store import Store

ARTICLES = 60
ASKERS = 3


class Server:
    """`chroma run` on a port of this machine."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.address = folder, f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        chroma = Path(sys.executable).with_name("chroma")
        given = ["--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [chroma, "run", *given],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                return void(httpx.get(f"{self.address}/api/v2/heartbeat", trust_env=False))
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError("chroma run did not start")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def void(answer: httpx.Response) -> None:
    answer.raise_for_status()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


def found(store: Store, words: WordEmbedding, question: str) -> list[str]:
    hits = store.search(question, words.get_query_embedding(question), 10)
    return [hit.passage.article_id for hit in hits]


def agree(store: Store) -> bool:
    ids = store.catalogue.passage_ids()
    return store.dense.ids() == ids and sorted(store.lexical.ids()) == sorted(ids)


def test_several_ask_while_one_adds_and_all_see_everything(tmp_path: Path, server: Server) -> None:
    index, logs = tmp_path / "index", [tmp_path / f"{n}.log" for n in range(ASKERS)]
    Store(index, server=server.address).close()
    askers = [forked(ask_until, index, server.address, ARTICLES, log) for log in logs]
    adder = forked(add_all, index, server.address, ARTICLES)
    for process in (adder, *askers):
        process.join(timeout=120)
        assert process.exitcode == 0
    for log in logs:
        seen = [int(line) for line in log.read_text().split()]
        assert seen[-1] == ARTICLES
        assert seen == sorted(seen), "what was seen once was lost"
    with Store(index, server=server.address) as store:
        assert store.catalogue.counts() == (ARTICLES, ARTICLES)
        assert agree(store)
    assert not (index / "chroma").exists()


def test_killed_writers_leave_a_server_that_is_brought_in_step(
    tmp_path: Path, server: Server, words: WordEmbedding
) -> None:
    expected, _ = killed_again_and_again(tmp_path / "index", words, 8, server.address)
    assert expected.steps > 0


def test_two_homes_on_one_server_do_not_mix(
    tmp_path: Path, server: Server, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    with (
        Store(tmp_path / "one", server=server.address) as one,
        Store(tmp_path / "two", server=server.address) as two,
    ):
        add_articles(articles, one, words)
        add_articles([from_text("银行放贷款。", "bank")], two, words)
        assert found(two, words, "存储芯片") == ["bank"]
        assert one.dense.count() == 3
        reindex(two, words)
        reindex(one, words)
        assert agree(one)
        assert agree(two)
        kept = {c.name for c in one.dense.client.list_collections()}
        for store in (one, two):
            place = place_of(store.catalogue, store.folder)
            assert place.number == 1
            own = {name for name in kept if name.startswith(place.collections)}
            assert own == {place.collection}


def test_index_moves_to_a_server_and_back_by_reindexing(
    tmp_path: Path, server: Server, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    with Store(tmp_path) as store:
        add_articles(articles, store, words)
    with pytest.raises(StoreError, match=r"kept in the home.*wenju reindex"):
        Store(tmp_path, server=server.address)
    for address, there in ((server.address, set()), ("", {"chroma-2"})):
        with Store(tmp_path, damaged=True, server=address) as store:
            reindex(store, words)
            assert agree(store)
            assert found(store, words, "存储芯片")[0] == "chip"
        assert {p.name for p in tmp_path.glob("chroma*")} == there
    with pytest.raises(StoreError, match=r"kept in the home.*WENJU_CHROMA"):
        Store(tmp_path, server=server.address)


def test_server_that_goes_away_is_said_and_taken_again_when_it_is_back(
    tmp_path: Path, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    server = Server(tmp_path / "server")
    try:
        with Store(tmp_path / "index", server=server.address) as store:
            add_articles(articles, store, words)
            server.stop()
            with pytest.raises(StoreError, match=r"does not answer. Start it \(chroma run"):
                found(store, words, "芯片")
            with pytest.raises(StoreError, match="does not answer"):
                add_articles([from_text("银行。", "bank")], store, words)
            with pytest.raises(StoreError, match="does not answer"):
                Store(tmp_path / "index", server=server.address)
            assert store.catalogue.ids() == ["chip", "fund", "sun"]
            server.start()
            assert found(store, words, "存储芯片")[0] == "chip"
            assert store.repair(words.get_text_embedding_batch) == ["bank"]
            assert agree(store)
    finally:
        server.stop()


def test_server_that_is_down_is_one_line_on_the_command_line(tmp_path: Path) -> None:
    said = failure(wenju(tmp_path, "list", WENJU_CHROMA="http://127.0.0.1:9"))
    assert "http://127.0.0.1:9 does not answer" in said
    assert "WENJU_CHROMA" in failure(wenju(tmp_path, "list", WENJU_CHROMA="127.0.0.1:8000"))
