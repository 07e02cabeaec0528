"""Searches kept to some of the articles, in both legs, on a real index."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.vector_stores.types import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryMode,
)

from rag.engine import Engine
from rag.errors import AskError
from rag.settings import Settings
from tests.conftest import WORDS, WordEmbedding
from vectorstore.article import Article
from vectorstore.clean.dates import days
from vectorstore.errors import FilterError
from vectorstore.filters import Filter
from vectorstore.finish import finish, from_text
from vectorstore.ingest import add_articles
from vectorstore.language import language
from vectorstore.llama import ArticleVectorStore
from vectorstore.scope import scope
from vectorstore.script import converted
from vectorstore.store import Store

PUBLISHERS = ("人民网", "新華社", "The Herald", "")
DATES = ("2023-12-31", "2024-02-06", "2024年2月", "2024", "")
TEXTS = (
    "池州的{}有2亿元，这个园区还在发展。",
    "合肥的{}運行了1066秒，園區還在發展。",
    "The {} of Harwick is in the park, and it was built with a fund.",
)
LANGUAGES = ("zh-Hans", "zh-Hant", "en")


def articles_of_all_kinds() -> list[Article]:
    made = []
    for n in range(60):
        text = TEXTS[n % 3].format(WORDS[n % len(WORDS)]) + f"编号{n}。"
        title = f"标题{n}"
        if LANGUAGES[n % 3] == "zh-Hant":
            text, title = converted(text, "s2t"), converted(title, "s2t")
        article = from_text(
            text, f"news/{n % 4}/{n}.txt", title, f"https://a{n % 2}.cn/{n}", DATES[n % 5]
        )
        made.append(finish(replace(article, publisher=PUBLISHERS[n % 4])))
    return made


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("many"))
    model = WordEmbedding(model_name="words", embed_batch_size=64)
    add_articles(articles_of_all_kinds(), store, model)
    return store


def plain(name: str) -> str:
    return name.lower().replace("華", "华").replace("網", "网")


def lets_through(only: Filter, n: int, article: Article) -> bool:
    """What the filter promises, said once more in plain Python."""
    first, last = days(article.date)
    named = plain(article.publisher + "\n" + article.source)
    return all(
        (
            not only.articles
            or any(article.id == a or article.id.startswith(f"{a}/") for a in only.articles),
            not only.sources or any(plain(s) in named for s in only.sources),
            not only.since or first >= days(only.since)[0],
            not only.until or 0 < last <= days(only.until)[1],
            not only.languages or any(LANGUAGES[n % 3].startswith(x) for x in only.languages),
        )
    )


def ranking(scored: Sequence[tuple[str, float]]) -> list[tuple[float, str]]:
    """The ranking with ties in one order; the exact and the stored cosine differ a little."""
    return sorted((-round(score, 4), id_) for id_, score in scored)


filters = st.builds(
    Filter,
    articles=st.sampled_from(((), ("news/1",), ("news/2", "news/3/7.txt"), ("news/3/7.txt",))),
    sources=st.sampled_from(((), ("人民網",), ("新华",), ("herald", "人民"), ("a1.cn",))),
    since=st.sampled_from(("", "2024", "2024-02", "2024-02-06")),
    until=st.sampled_from(("", "2024-02-06", "2024年2月", "2024")),
    languages=st.sampled_from(((), ("zh",), ("zh-Hant",), ("en", "zh-Hans"))),
)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(only=filters, word=st.sampled_from(WORDS), depth=st.sampled_from((1, 2, 100)))
def test_each_leg_gives_its_own_ranking_without_what_the_filter_leaves_out(
    many: Store, only: Filter, word: str, depth: int
) -> None:
    question = f"{word}园区发展 of the park"
    vector = WordEmbedding(model_name="words").get_query_embedding(question)
    wanted = {a.id for n, a in enumerate(articles_of_all_kinds()) if lets_through(only, n, a)}
    everything = many.legs(question, vector, 100)
    kept = many.legs(question, vector, depth, only)
    for whole, part in zip(everything, kept, strict=True):
        rest = [(id_, score) for id_, score in whole if id_.rpartition(":")[0] in wanted]
        assert {id_.rpartition(":")[0] for id_, _ in part} <= wanted
        if depth == 100:
            assert ranking(part) == ranking(rest)
        else:
            assert [s for s, _ in ranking(part)] == [s for s, _ in ranking(rest)][:depth]
    assert scope(many.catalogue, only).articles == len(wanted)


def test_few_among_many_are_all_found(many: Store) -> None:
    vector = WordEmbedding(model_name="words").get_query_embedding("银行")
    ids = [f"news/{n % 4}/{n}.txt" for n in (1, 22, 43, 59)]
    hits = many.search("银行", vector, 10, only=Filter(articles=tuple(ids)))
    assert sorted(h.passage.article_id for h in hits) == sorted(ids)


def test_named_passages_are_compared_in_the_graph_as_one_by_one(
    many: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = WordEmbedding(model_name="words").get_query_embedding("银行")
    ids = many.catalogue.chosen(Filter(languages=("zh",))).passage_ids()
    one_by_one = many.dense.among(vector, ids, 10)
    monkeypatch.setattr("vectorstore.dense.EXACT", 0)
    in_graph = many.dense.among(vector, ids, 10)
    assert [s for s, _ in ranking(in_graph)] == [s for s, _ in ranking(one_by_one)]


@pytest.mark.parametrize(
    ("text", "range_"),
    [
        ("2024-02-06", (20240206, 20240206)),
        ("2024年2月6日 10:30", (20240206, 20240206)),
        ("2024-02", (20240201, 20240231)),
        ("2024", (20240101, 20241231)),
        ("20240206", (20240206, 20240206)),
        ("March 5, 2024", (20240305, 20240305)),
        ("2月6日", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_date_as_written_is_read_as_days(text: str, range_: tuple[int, int]) -> None:
    assert days(text) == range_


@pytest.mark.parametrize(
    ("text", "written_in"),
    [
        ("储存芯片的产量", "zh-Hans"),
        ("儲存晶片的產量", "zh-Hant"),
        ("人口", "zh-Hans"),
        ("他说「園區」两个字，这些话是对记者说的。", "zh-Hans"),
        ("The park was opened by the mayor of Harwick.", "en"),
        ("Der Park wurde vom Bürgermeister der Stadt am Montag eröffnet, und viele Leute kamen,"
         " um ihn zu sehen, obwohl es den ganzen Tag regnete.", "other"),
        ("公園は市長によって開かれました。", "other"),
        ("", "other"),
    ],
)  # fmt: skip
def test_language_is_told_by_the_letters(text: str, written_in: str) -> None:
    assert language(text) == written_in


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"since": "2024-13"}, "2024-13"),
        ({"until": "2024-02-30"}, "2024-02-30"),
        ({"since": "soon"}, "soon"),
        ({"since": "2024-03", "until": "2024-02"}, "Swap"),
        ({"languages": ("klingon",)}, "klingon"),
    ],
)
def test_filter_that_cannot_be_is_said_in_one_line(wrong: dict[str, str], says: str) -> None:
    with pytest.raises(FilterError, match=says) as failure:
        Filter(**wrong)  # type: ignore[arg-type]
    assert "\n" not in str(failure.value)


def test_exact_copy_lets_its_article_through(store: Store, words: WordEmbedding) -> None:
    text = "池州的专项基金有2亿元。基金由园区设立。"
    first = from_text(text, "first", source="https://one.cn/1")
    again = from_text(text, "again", source="https://two.cn/1", date="2024-05-01")
    add_articles([first, again], store, words)
    vector = words.get_query_embedding("基金")
    for only in (Filter(sources=("two.cn",)), Filter(since="2024"), Filter(articles=("again",))):
        (hit,) = store.search("基金", vector, 5, only=only)
        assert hit.passage.article_id == "first"
        assert [a.id for a in store.catalogue.articles(only=only)] == ["first"]


def test_article_that_changed_its_date_is_filtered_by_the_new_one(
    store: Store, words: WordEmbedding
) -> None:
    vector = words.get_query_embedding("基金")
    for date, found in (("2023", 0), ("2024-05-01", 1)):
        add_articles([from_text("基金有2亿元。", "a", date=date)], store, words)
        assert len(store.search("基金", vector, 5, only=Filter(since="2024"))) == found


# The question line.


def test_answer_comes_from_the_filtered_articles_and_says_so(engine: Engine) -> None:
    question = "池州的专项基金有多少亿元？"
    (answer,) = engine.ask(question, only=Filter(articles=("fund",)))
    assert {e.article_id for e in answer.evidence} == {"fund"}
    assert answer.scope and answer.scope.articles == 1
    assert answer.to_json()["filter"]["articles"] == ["fund"]
    (other,) = engine.ask(question, only=Filter(articles=("chip",)))
    assert {e.article_id for e in other.evidence} == {"chip"}
    (plain,) = engine.ask(question)
    assert plain.scope is None and "filter" not in plain.to_json()


def test_filter_that_matches_nothing_is_declined_in_other_words(engine: Engine) -> None:
    (answer,) = engine.ask("池州的专项基金有多少亿元？", only=Filter(since="2024"))
    assert answer.declined and answer.text.startswith("没有文章符合筛选")
    assert answer.evidence == () and answer.citations == ()
    assert answer.scope and (answer.scope.articles, answer.scope.undated) == (0, 3)
    (english,) = engine.ask("How large is the fund?", only=Filter(since="2024"))
    assert english.text.startswith("No article matches the filter")


def test_retriever_of_another_kind_is_refused_not_ignored(engine: Engine, tmp_path: Path) -> None:
    plain = ArticleVectorStore(store=engine.store)
    retriever = VectorStoreIndex.from_vector_store(plain, engine.model).as_retriever()
    other = Engine(engine.store, engine.model, Settings(home=tmp_path), retriever=retriever)
    with pytest.raises(AskError, match="filter"):
        next(other.ask("基金？", only=Filter(articles=("fund",))))


# LlamaIndex's filters.


def one(key: str, value: object, operator: str = "==") -> MetadataFilter:
    return MetadataFilter(key=key, value=value, operator=FilterOperator(operator))  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["default", "hybrid", "text_search"])
@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ([one("article_id", "news/1/1.txt")], lambda n: n == 1),
        ([one("publisher", ["人民网", "The Herald"], "in")], lambda n: n % 4 in (0, 2)),
        ([one("language", "en"), one("date", "2024-02-06", ">=")], lambda n: n % 15 == 11),
        ([one("date", "2024-02", "=="), one("source", "https://a1.cn/1")], lambda n: n == 1),
        ([one("date", "2024", "<")], lambda n: n % 5 == 0),
        (
            [
                MetadataFilters(
                    filters=[one("language", "en"), one("publisher", "人民网")],
                    condition=FilterCondition.OR,
                ),
                one("date", "2024-12-31", "<="),
            ],
            lambda n: (n % 3 == 2 or n % 4 == 0) and n % 5 != 4,
        ),
    ],
)  # fmt: skip
def test_metadata_filters_are_translated(
    many: Store, wanted: list[MetadataFilter], fits: Callable[[int], bool], mode: str
) -> None:
    text = "园区发展 of the park"
    query = VectorStoreQuery(
        WordEmbedding(model_name="words").get_query_embedding(text),
        similarity_top_k=100,
        query_str=text,
        mode=VectorStoreQueryMode(mode),
        filters=MetadataFilters(filters=wanted),  # type: ignore[arg-type]
    )
    found = ArticleVectorStore(store=many).query(query)
    there = {n for n in range(60) if fits(n)}
    assert {int(str(i).rpartition("/")[2].split(".")[0]) for i in found.ids or ()} == there


@pytest.mark.parametrize(
    ("wanted", "condition", "says"),
    [
        (one("year", "2024"), "and", "year"),
        (one("publisher", "人民", "text_match"), "and", "text_match"),
        (one("article_id", "a", "!="), "and", "!="),
        (one("language", "en"), "not", "NOT"),
    ],
)
def test_metadata_filter_that_is_not_known_is_named(
    store: Store, words: WordEmbedding, wanted: MetadataFilter, condition: str, says: str
) -> None:
    filters = MetadataFilters(filters=[wanted], condition=FilterCondition(condition))
    query = VectorStoreQuery(words.get_query_embedding("银行"), filters=filters)
    with pytest.raises(NotImplementedError, match=says):
        ArticleVectorStore(store=store).query(query)


def test_documents_added_through_llama_index_can_be_filtered(
    store: Store, words: WordEmbedding
) -> None:
    index = VectorStoreIndex.from_vector_store(ArticleVectorStore(store=store), words)
    for id_, date in (("old", "2020-01-01"), ("new", "2024-05-01")):
        told = {"date": date, "publisher": "人民网", "source": f"https://a.cn/{id_}"}
        index.insert(Document(text=f"银行放贷款{id_}。", id_=id_, metadata=told))
    late = MetadataFilters(filters=[one("date", "2024", ">="), one("publisher", "人民网")])
    found = index.as_retriever(similarity_top_k=5, filters=late).retrieve("银行")
    assert [n.node.ref_doc_id for n in found] == ["new"]
