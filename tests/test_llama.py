from pathlib import Path

from llama_index.core import QueryBundle, VectorStoreIndex
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import (
    BaseNode,
    Document,
    NodeRelationship,
    NodeWithScore,
    RelatedNodeInfo,
    TextNode,
)
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    VectorStoreQueryMode,
)

from rag.engine import Engine
from rag.retrieve import PassageRetriever
from tests.conftest import WordEmbedding
from vectorstore.llama import ArticleVectorStore, to_hit, to_node
from vectorstore.store import Store

QUESTION = "池州的专项基金有多少亿元？"


class Reverse(BaseNodePostprocessor):
    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return nodes[::-1]


def test_store_is_a_llama_index_vector_store(store: Store, words: WordEmbedding) -> None:
    plug = ArticleVectorStore(store=store)
    assert isinstance(plug, BasePydanticVectorStore)
    index = VectorStoreIndex.from_vector_store(plug, embed_model=words)
    index.insert(Document(text="银行放贷款。", id_="bank", metadata={"title": "银行"}))
    index.insert(Document(text="大学在建设。", id_="school"))
    for mode in (
        VectorStoreQueryMode.DEFAULT,
        VectorStoreQueryMode.HYBRID,
        VectorStoreQueryMode.TEXT_SEARCH,
    ):
        found = index.as_retriever(similarity_top_k=1, vector_store_query_mode=mode).retrieve(
            "银行"
        )
        assert [n.node.ref_doc_id for n in found] == ["bank"], mode
    index.delete_ref_doc("bank")
    assert [n.node.ref_doc_id for n in index.as_retriever().retrieve("银行")] == ["school"]


def test_retriever_works_in_a_plain_llama_index_engine(engine: Engine) -> None:
    retriever = PassageRetriever(engine.store, engine.model, k=2)
    assert isinstance(retriever, BaseRetriever)
    from tests.test_engine import ScriptedLLM

    synthesizer = get_response_synthesizer(llm=ScriptedLLM(reply="2亿元"))
    response = RetrieverQueryEngine(retriever, synthesizer).query(QUESTION)
    assert str(response) == "2亿元"
    assert response.source_nodes[0].node.ref_doc_id == "fund"


def test_question_line_is_a_query_engine_with_source_nodes(engine: Engine) -> None:
    assert isinstance(engine, BaseQueryEngine)
    response = engine.query(QUESTION)
    assert "2亿元" in str(response)
    assert response.source_nodes[0].node.ref_doc_id == "fund"


def test_retriever_and_postprocessor_can_be_swapped(engine: Engine) -> None:
    swapped = Engine(
        engine.store,
        engine.model,
        engine.settings,
        retriever=PassageRetriever(engine.store, engine.model, k=3),
        postprocessors=[Reverse()],
    )
    usual, other = next(engine.ask(QUESTION)), next(swapped.ask(QUESTION))
    assert [e.passage_id for e in other.evidence] == [e.passage_id for e in usual.evidence][::-1]


def test_hit_survives_the_way_through_a_node(engine: Engine) -> None:
    (hit,) = engine.store.search(QUESTION, engine.model.get_query_embedding(QUESTION), 1)
    assert to_hit(to_node(hit)) == hit


def test_scores_of_other_retrievers_are_cut_to_what_the_search_gives() -> None:
    for given, kept in ((12.5, 1.0), (-3.0, 0.0), (0.4, 0.4), (None, 0.0)):
        hit = to_hit(NodeWithScore(node=TextNode(text="银行放贷款。"), score=given))
        assert (hit.score, hit.dense) == (kept, 0.0)


def test_readme_example_runs(home: Path, monkeypatch: object) -> None:
    """The five lines in the README, as they stand there, on the sample articles."""
    import re
    import subprocess
    import sys

    root = Path(__file__).parents[1]
    blocks = re.findall(
        r"```python\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    code = next(block for block in blocks if "rag.opening" in block)
    base = [sys.executable, "-m", "ui.cli", "--home", str(home)]
    added = subprocess.run(
        [*base, "add", *map(str, sorted((root / "seeds").glob("*.md")))],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert added.returncode == 0, added.stderr
    import os

    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "WENJU_HOME": str(home), "WENJU_LLM": "none"},
    )
    assert ran.returncode == 0, ran.stderr
    assert "2亿元" in ran.stdout


def sentence_nodes(words: WordEmbedding, *texts: str) -> list[BaseNode]:
    source = {NodeRelationship.SOURCE: RelatedNodeInfo(node_id="doc")}
    return [
        TextNode(text=t, relationships=source, embedding=words.get_text_embedding(t)) for t in texts
    ]


def test_second_batch_of_a_document_comes_after_the_first(
    store: Store, words: WordEmbedding
) -> None:
    plug = ArticleVectorStore(store=store)
    assert plug.add(sentence_nodes(words, "银行放贷款。", "大学在建设。")) == ["doc:1", "doc:2"]
    assert plug.add(sentence_nodes(words, "大学在建设。", "园区开园。")) == ["doc:2", "doc:3"]
    article = store.catalogue.article("doc")
    assert article and article.text == "银行放贷款。\n\n大学在建设。\n\n园区开园。"
    for text in ("银行放贷款。", "大学在建设。", "园区开园。"):
        for dense_only in ("", text):
            (hit,) = store.search(dense_only, words.get_query_embedding(text), 1)
            assert hit.passage.text == text
            assert article.text[hit.passage.start : hit.passage.end] == text
