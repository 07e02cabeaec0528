"""Checkable stand-ins and the real models, for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.engine import Engine
from rag.llm import LocalLLM
from rag.settings import Settings, read_settings
from vectorstore.article import Article
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles
from vectorstore.packages import QWEN_0_5B, QWEN_1_5B
from vectorstore.script import fold
from vectorstore.store import Store

WORDS = ("芯片", "基金", "园区", "太阳", "银行", "大学", "飞地", "废物", "vaccine", "flood")


class WordEmbedding(BaseEmbedding):
    """A vector a person can check: how often each of WORDS stands in the text, then a 4.

    The 4 keeps all texts rather similar, as real models do.
    """

    def _get_text_embedding(self, text: str) -> list[float]:
        counts = [float(fold(text).count(word)) for word in WORDS] + [4.0]
        length = sum(c * c for c in counts) ** 0.5
        return [c / length for c in counts]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


@pytest.fixture
def words() -> WordEmbedding:
    return WordEmbedding(model_name="words", embed_batch_size=64)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "index") as opened:
        yield opened


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("WENJU_") and not name.startswith(("WENJU_TEST", "WENJU_SCREEN")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of fetched weights: that of the ordinary home, or WENJU_TEST_MODELS."""
    given = os.environ.get("WENJU_TEST_MODELS")
    folder = Path(given) if given else read_settings().models
    if not (folder / "multilingual-e5-small").is_dir():
        pytest.skip(f"no model weights in {folder}; fetch them with: wenju models fetch")
    return folder


@pytest.fixture(scope="session")
def gguf(models: Path) -> Path:
    """The weights of a small language model."""
    for model in (QWEN_0_5B, QWEN_1_5B):
        if (models / model.filename).exists():
            return models / model.filename
    pytest.skip(f"no language model in {models}; fetch it with: wenju models fetch")


@pytest.fixture(scope="session")
def local(gguf: Path) -> LocalLLM:
    """A language model in this process."""
    return LocalLLM(path=str(gguf))


@pytest.fixture
def home(tmp_path: Path, models: Path) -> Path:
    """An empty home that shares the fetched weights."""
    made = tmp_path / "home"
    made.mkdir()
    (made / "models").symlink_to(models, target_is_directory=True)
    return made


@pytest.fixture
def articles() -> list[Article]:
    return [
        from_text("池州的专项基金有2亿元。基金由园区设立。", "fund", "科创基金"),
        from_text("月产1000万颗存储芯片。芯片项目在建设。", "chip", "芯片项目"),
        from_text("合肥的人造太陽運行了1066秒。", "sun", "人造太陽"),
    ]


@pytest.fixture
def engine(
    store: Store, words: WordEmbedding, articles: Sequence[Article], tmp_path: Path
) -> Engine:
    add_articles(articles, store, words)
    return Engine(store, words, Settings(home=tmp_path, certainty=0.7))
