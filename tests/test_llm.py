"""The real local language model, in this process and as a server that dies."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from llama_index.core.llms import ChatMessage

from rag.engine import Engine
from rag.errors import AskError
from rag.llm import LocalLLM, open_llm
from rag.opening import language_model
from rag.settings import Settings
from vectorstore.errors import WeightsError

QUESTION = "池州的专项基金有多少亿元？"
SERVER = """
import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.n_ctx, params.n_parallel = 4096, 1
params.n_gpu_layers, params.verbosity = 0, -1
server = xllamacpp.Server(params)
time.sleep(600)
"""


@pytest.fixture
def server(gguf: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(gguf), str(port)])
    url = f"http://127.0.0.1:{port}/v1"
    for _ in range(300):
        try:
            if httpx.get(f"{url}/models").status_code == 200:
                break
        except httpx.HTTPError:
            time.sleep(0.2)
    yield url, process
    process.kill()
    process.wait()


@pytest.mark.model
def test_reply_is_streamed_and_the_same_each_time(local: LocalLLM) -> None:
    ask = [ChatMessage(role="user", content="只回答一个词：中国的首都是哪里？")]
    replies = [r.message.content or "" for r in local.stream_chat(ask)]
    assert "北京" in replies[-1]
    assert all(b.startswith(a) for a, b in zip(replies, replies[1:], strict=False))
    assert local.chat(ask).message.content == replies[-1]


@pytest.mark.model
def test_closing_the_stream_stops_the_model(local: LocalLLM) -> None:
    stream = local.stream_chat([ChatMessage(role="user", content="从1数到500，每行一个数。")])
    next(stream)
    begun = time.perf_counter()
    stream.close()
    assert time.perf_counter() - begun < 5
    assert local.complete("你好").text


@pytest.mark.model
def test_written_answer_carries_the_fact_and_its_citation(engine: Engine, local: LocalLLM) -> None:
    writing = Engine(engine.store, engine.model, engine.settings, local)
    *_, last = writing.ask(QUESTION)
    assert last.mode == "composed"
    assert "2亿" in last.text
    assert any(c.quote == "池州的专项基金有2亿元。" for c in last.citations)


@pytest.mark.model
def test_openai_compatible_server_writes_too(
    engine: Engine, server: tuple[str, subprocess.Popen[bytes]]
) -> None:
    url, _ = server
    *_, last = Engine(engine.store, engine.model, engine.settings, open_llm(f"{url}#any")).ask(
        QUESTION
    )
    assert last.mode == "composed"
    assert "2亿" in last.text


@pytest.mark.model
def test_server_killed_in_mid_answer_leaves_the_quote(
    engine: Engine, server: tuple[str, subprocess.Popen[bytes]]
) -> None:
    url, process = server
    answers = Engine(engine.store, engine.model, engine.settings, open_llm(f"{url}#any")).ask(
        QUESTION
    )
    quote = next(answers)
    next(answers)
    process.kill()
    *_, last = answers
    assert last.done
    assert last.citations == quote.citations
    assert "stopped in mid-answer" in last.notice


def test_server_that_is_not_there_leaves_the_quote(engine: Engine) -> None:
    *_, last = Engine(
        engine.store, engine.model, engine.settings, open_llm("http://127.0.0.1:9/v1#x")
    ).ask(QUESTION)
    assert last.mode == "quote"
    assert last.citations
    assert last.notice


def test_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"no model")
    with pytest.raises(AskError, match=r"bad\.gguf cannot be loaded"):
        LocalLLM(path=str(tmp_path / "bad.gguf")).warm()


def test_the_client_of_remote_models_is_not_loaded_at_the_start() -> None:
    code = "import sys, rag.opening; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("named", ["/nowhere/a.gguf", "qwen-typo"])
def test_a_model_that_is_not_there_is_told(tmp_path: Path, named: str) -> None:
    with pytest.raises(WeightsError, match=named):
        language_model(Settings(home=tmp_path, llm=named))


def test_without_the_packaged_model_there_is_none(tmp_path: Path) -> None:
    assert language_model(Settings(home=tmp_path)) is None
