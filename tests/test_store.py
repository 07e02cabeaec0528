import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import WordEmbedding
from vectorstore.article import Article, Passage
from vectorstore.errors import ArticleError, StoreError
from vectorstore.filters import Filter
from vectorstore.finish import from_text
from vectorstore.fuse import DENSE_WEIGHT, fused
from vectorstore.identity import check_model, remembered_name
from vectorstore.ingest import add_articles, add_paths
from vectorstore.legs import searched_text
from vectorstore.rows import TABLES, packed, unpacked
from vectorstore.split import passages
from vectorstore.spread import DEVIATION, Spread
from vectorstore.store import Store

ROOT = Path(__file__).parents[1]
CHILD = """
import sys; sys.path.insert(0, {root!r})
from pathlib import Path
from tests.conftest import WordEmbedding
from vectorstore.ingest import add_articles
from vectorstore.finish import from_text
from vectorstore.store import Store
store = Store(Path({folder!r}))
model = WordEmbedding(model_name="words")
{body}
"""


def child(folder: Path, body: str) -> subprocess.CompletedProcess[str]:
    code = CHILD.format(root=str(ROOT), folder=str(folder), body=body)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)


def found(store: Store, words: WordEmbedding, question: str) -> list[str]:
    return [
        h.passage.article_id
        for h in store.search(question, words.get_query_embedding(question), 10)
    ]


def test_articles_are_listed_by_all_words_in_either_script(
    store: Store, words: WordEmbedding
) -> None:
    given = [from_text("合肥的銀行開業。", "a"), from_text("合肥的大学。", "b")]
    add_articles(given, store, words)
    for looked, ids in (
        ("合肥 银行", ["a"]),
        (" 合肥 ", ["a", "b"]),
        ("合肥 机场", []),
        ("", ["a", "b"]),
    ):
        assert [each.id for each in store.catalogue.articles(looked)] == ids, looked


def test_words_of_removed_articles_do_not_count(store: Store, words: WordEmbedding) -> None:
    gone = [from_text(f"银行在合肥放了{n}笔贷款。", f"gone/{n}") for n in range(30)]
    kept = [from_text("银行来了。", "a"), from_text("大学在合肥。", "b")]
    add_articles([*gone, *kept], store, words)
    store.remove([a.id for a in gone])
    asked = ["银行", "合肥", "贷款"]
    left = store.lexical.weights(asked)
    assert left["银行"] == left["合肥"] > 0 and left["贷款"] > left["银行"]
    ((first, share), *_) = store.lexical.search("银行来了", 5)
    assert first == "a:1" and share == pytest.approx(1)


def agree(store: Store) -> bool:
    ids = store.catalogue.passage_ids()
    return store.dense.ids() == ids and store.lexical.count() == len(ids)


def test_words_and_similarity_are_added_by_how_unusual_they_are() -> None:
    spread = Spread(mean=0.8, deviation=0.02)
    ranked = fused([("a", 0.9), ("b", 0.84)], [("b", 0.5), ("c", 0.75)], spread)
    assert [id_ for id_, _ in ranked] == ["c", "a", "b"]
    scores = dict(ranked)
    assert scores["a"] == pytest.approx(0.5 * (DENSE_WEIGHT * 5))
    assert scores["b"] == pytest.approx(0.5 * (0.5 + DENSE_WEIGHT * 2))
    assert scores["c"] == pytest.approx(0.5 * (0.75 + DENSE_WEIGHT * 2))


def test_a_passage_with_all_the_words_looked_for_has_a_share_of_one(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    assert store.lexical.search("专项基金有多少？", 5)[0] == ("fund:1", pytest.approx(1.0))
    (_, half), *_ = store.lexical.search("基金与火箭有多少？", 5)
    assert 0 < half < 1
    assert store.lexical.search("火箭", 5) == []


def test_how_similar_passages_usually_are_is_measured(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    asked = words.get_query_embedding("基金")
    assert store.spread(asked) == Spread(0, DEVIATION)
    add_articles(articles, store, words)
    near = [
        sum(x * y for x, y in zip(asked, words.get_text_embedding(searched_text(p)), strict=True))
        for p in passages_of(store)
    ]
    assert store.spread(asked).mean == pytest.approx(sum(near) / 3, abs=1e-4)


def passages_of(store: Store) -> list[Passage]:
    return [p for id_ in store.catalogue.ids() for p in store.catalogue.passages_of(id_)]


def test_the_right_article_comes_first(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    assert found(store, words, "专项基金有多少钱")[0] == "fund"
    assert found(store, words, "存储芯片的月产量")[0] == "chip"


def test_simplified_question_finds_traditional_article(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    assert store.lexical.search("人造太阳运行了几秒", 1)[0][0] == "sun:1"


def test_adding_again_changes_nothing(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    assert add_articles(articles, store, words).added == ("fund", "chip", "sun")
    before = store.catalogue.generation()
    again = add_articles(articles, store, words)
    assert again.unchanged == ("fund", "chip", "sun")
    assert store.catalogue.generation() == before


def test_changed_article_replaces_its_passages(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    new = from_text("这里现在讲银行。", "fund", "银行")
    assert add_articles([new], store, words).changed == ("fund",)
    assert [h.passage.text for h in store.search("银行", words.get_query_embedding("银行"), 1)] == [
        new.text
    ]
    assert store.lexical.search("立", 5) == []
    assert agree(store)


def test_removed_article_is_never_found_again(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    assert store.remove(["fund", "nobody"]) == ["fund"]
    assert "fund" not in found(store, words, "专项基金")
    assert agree(store)


def test_what_one_process_adds_another_finds(store: Store, words: WordEmbedding) -> None:
    add_articles([from_text("园区在建设。", "mine")], store, words)
    done = child(store.folder, 'add_articles([from_text("银行放贷款。", "theirs")], store, model)')
    assert done.returncode == 0, done.stderr
    assert found(store, words, "银行")[0] == "theirs"
    assert child(store.folder, 'store.remove(["mine"])').returncode == 0
    assert found(store, words, "园区") == ["theirs"]
    add_articles([from_text("大学在建设。", "mine too")], store, words)
    assert agree(store)


def test_two_processes_adding_at_once_lose_nothing(store: Store) -> None:
    body = (
        'made = [from_text(f"园区{{i}}{name}。", f"{name}{{i}}") for i in range(200)]\n'
        "add_articles(made, store, model)"
    )
    code = [
        CHILD.format(root=str(ROOT), folder=str(store.folder), body=body.format(name=n))
        for n in "ab"
    ]
    running = [subprocess.Popen([sys.executable, "-c", c]) for c in code]
    assert [p.wait(timeout=120) for p in running] == [0, 0]
    store.refresh()
    assert store.catalogue.counts() == (400, 400)
    assert agree(store)


def test_processes_that_open_a_new_index_at_once_all_open_it(tmp_path: Path) -> None:
    code = CHILD.format(root=str(ROOT), folder=str(tmp_path / "index"), body="store.close()")
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [p.wait(timeout=120) for p in running] == [0, 0, 0, 0]


def test_an_index_whose_tables_were_half_made_is_made_whole(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    with sqlite3.connect(tmp_path / "index" / "catalogue.sqlite3") as db:
        db.execute(TABLES.split(";")[0])
    with Store(tmp_path / "index") as store:
        assert store.catalogue.counts() == (0, 0)


def test_an_index_of_another_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    with sqlite3.connect(tmp_path / "index" / "catalogue.sqlite3") as db:
        db.execute("CREATE TABLE pages (id TEXT)")
    with pytest.raises(StoreError, match="another version"):
        Store(tmp_path / "index")


def test_a_damaged_catalogue_says_what_to_do(
    tmp_path: Path, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    file = tmp_path / "index" / "catalogue.sqlite3"
    with Store(tmp_path / "index") as store:
        add_articles(articles, store, words)
    data = bytearray(file.read_bytes())
    data[len(data) // 4 :] = bytes(len(data) - len(data) // 4)
    file.write_bytes(data)
    with pytest.raises(StoreError, match="damaged: move .* away"), Store(tmp_path / "index") as s:
        s.catalogue.digest()


def test_a_damaged_word_index_says_what_to_do(
    tmp_path: Path, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    with Store(tmp_path / "index") as store:
        add_articles(articles, store, words)
    for file in (tmp_path / "index" / "tantivy").iterdir():
        if file.suffix in (".term", ".idx", ".store"):
            data = file.read_bytes()
            file.write_bytes(b"X" * 16 + data[16:])
    with pytest.raises(StoreError, match="wenju reindex"), Store(tmp_path / "index") as store:
        found(store, words, "合肥")
        store.lexical.ids()


@pytest.mark.parametrize("moment", ["dense.put", "lexical.write", "catalogue.settle"])
def test_killed_while_writing_leaves_an_index_that_mends_itself(
    tmp_path: Path, words: WordEmbedding, articles: Sequence[Article], moment: str
) -> None:
    folder = tmp_path / "index"
    with Store(folder) as store:
        add_articles(articles, store, words)
    leg, method = moment.split(".")
    body = (
        "import os\n"
        f"store.{leg}.{method} = lambda *a, **k: os.kill(os.getpid(), 9)\n"
        'both = [from_text("新的基金。", "fund", "新"), from_text("大学。", "new")]\n'
        "add_articles(both, store, model)"
    )
    assert child(folder, body).returncode == -9
    with Store(folder) as store:
        assert store.catalogue.journal() == ["fund", "new"]
        assert store.repair(words.get_text_embedding_batch) == ["fund", "new"]
        assert store.catalogue.journal() == []
        assert store.catalogue.ids() == ["chip", "fund", "sun"]
        assert store.catalogue.article("fund") == articles[0]
        assert agree(store)
        assert add_articles([from_text("大学。", "new")], store, words).added == ("new",)


def test_passages_come_back_as_they_were_cut(store: Store, words: WordEmbedding) -> None:
    told = [
        from_text(f"前言。\n# 第{n}章\n𠮷野家在园区。" + "建设。" * 99, str(n)) for n in range(3)
    ]
    add_articles(told, store, words)
    cut = [p for article in told for p in passages(article)]
    assert [p for article in told for p in store.catalogue.passages_of(article.id)] == cut
    asked = [p.id for p in cut[::2]]
    assert store.catalogue.passages([*asked, "0:99", "nobody:1"]) == {p.id: p for p in cut[::2]}
    assert store.catalogue.passage_ids() == {p.id for p in cut}


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",))))
@example("\U0010ffff\x00\ufffe 𠮷野家\r\n")
def test_any_text_is_kept_as_it_is(text: str) -> None:
    assert unpacked(packed(text)) == text


def test_another_model_is_refused_with_the_remedy(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    with pytest.raises(StoreError, match="wenju reindex"):
        check_model(store, WordEmbedding(model_name="other"))


@pytest.mark.parametrize(
    "damaged", ["catalogue.sqlite3", "chroma/chroma.sqlite3", "tantivy/meta.json"]
)
def test_damaged_index_says_which_file(
    tmp_path: Path, words: WordEmbedding, articles: Sequence[Article], damaged: str
) -> None:
    with Store(tmp_path) as store:
        add_articles(articles, store, words)
    (tmp_path / damaged).write_bytes(b"not an index" * 100)
    result = child(tmp_path, "")
    assert result.returncode != 0
    assert "StoreError" in result.stderr
    assert str((tmp_path / damaged).parent) in result.stderr


def test_files_of_two_folders_with_one_name_both_go_in(
    tmp_path: Path, store: Store, words: WordEmbedding
) -> None:
    for folder, text in (("one", "基金。"), ("two", "银行。")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(text, encoding="utf-8")
    assert add_paths([tmp_path / "one"], store, words).added == ("a.txt",)
    assert add_paths([tmp_path / "two"], store, words).added == ("two/a.txt",)
    assert add_paths([tmp_path / "two"], store, words).unchanged == ("two/a.txt",)
    assert add_paths([tmp_path / "one"], store, words).unchanged == ("a.txt",)


def test_same_id_twice_in_one_corpus_is_refused_the_second_time(
    store: Store, words: WordEmbedding
) -> None:
    twice = [from_text("基金。", "x"), from_text("银行。", "x")]
    report = add_articles(twice, store, words)
    assert report.added == ("x",)
    assert "already called x" in report.refused[0].reason
    assert add_articles(twice, store, words).unchanged == ("x",)


def test_good_files_go_in_beside_a_bad_one(
    tmp_path: Path, store: Store, words: WordEmbedding
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text("基金在园区。", encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\0\1\2")
    (folder / "photo.jpg").write_bytes(b"\0")
    report = add_paths([folder], store, words)
    assert report.added == ("good.txt",)
    assert [r.name for r in report.refused] == ["bad.txt"]
    assert report.passed_over == 1


def test_list_is_searched_in_title_and_text(
    store: Store, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    add_articles(articles, store, words)
    assert [a.id for a in store.catalogue.articles("存储")] == ["chip"]
    assert [a.id for a in store.catalogue.articles()] == ["chip", "fund", "sun"]
    assert store.catalogue.article("chip") == replace(articles[1])
    assert [a.id for a in store.catalogue.articles("池州的專項基金")] == ["fund"]
    assert [a.id for a in store.catalogue.articles("人造太阳")] == ["sun"]
    assert store.catalogue.chosen(Filter()).titles("科創基金", 5) == [("fund", "科创基金")]


def test_failed_write_leaves_the_catalogue_writable(store: Store) -> None:
    with pytest.raises(UnicodeEncodeError):
        store.catalogue.note("a", "\ud800")
    store.catalogue.note("b", "2")
    assert (store.catalogue.fact("a"), store.catalogue.fact("b")) == ("", "2")


def test_repair_goes_in_small_steps(store: Store, words: WordEmbedding) -> None:
    add_articles([from_text("园区。", str(n)) for n in range(120)], store, words)
    store.catalogue.journal(store.catalogue.ids())
    steps: list[int] = []

    def embed(texts: list[str]) -> list[list[float]]:
        steps.append(len(store.catalogue.journal()))
        return words.get_text_embedding_batch(texts)

    assert len(store.repair(embed)) == 120
    assert sorted(set(steps), reverse=True) == [120, 70, 20]
    assert agree(store)


def test_long_title_is_searched_in_its_beginning_only(store: Store, words: WordEmbedding) -> None:
    article = from_text("园区在建设。", "a", "长" * 80 + "银行")
    add_articles([article], store, words)
    (passage,) = store.catalogue.passages_of("a")
    assert "银行" not in searched_text(passage)
    assert store.lexical.search("银行", 1) == []
    assert store.lexical.search("长", 1) != []


@pytest.mark.parametrize(
    ("name", "remembered"),
    [
        ("http://127.0.0.1:8080/v1#BAAI/bge-m3", "bge-m3"),
        ("https://host/v1", "default"),
        ("/models/multilingual-e5-small", "multilingual-e5-small"),
    ],
)
def test_index_remembers_a_model_by_its_own_name(name: str, remembered: str) -> None:
    assert remembered_name(name) == remembered


def test_good_paths_go_in_beside_a_misspelled_one(
    tmp_path: Path, store: Store, words: WordEmbedding
) -> None:
    (tmp_path / "good.txt").write_text("基金在园区。", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    wrong = [tmp_path / "empty", tmp_path / "goood.txt"]
    report = add_paths([wrong[0], tmp_path / "good.txt", wrong[1]], store, words)
    assert report.added == ("good.txt",)
    assert [r.name for r in report.refused] == [str(path) for path in wrong]
    with pytest.raises(ArticleError, match="No articles in .*\n.*does not exist"):
        add_paths(wrong, store, words)


def test_second_corpus_with_the_same_ids_replaces_nothing(
    tmp_path: Path, store: Store, words: WordEmbedding
) -> None:
    for name in "abc":
        text = f'{{"id": "1", "text": "{name}基金。"}}\n{{"id": "1", "text": "{name}银行。"}}\n'
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    ids = ("1", f"{tmp_path.name}/1", "1#2")
    report = add_paths([tmp_path], store, words)
    assert report.added == ids
    assert [r.name for r in report.refused] == ["a.jsonl", "b.jsonl", "c.jsonl"]
    for name, id_ in zip("abc", ids, strict=True):
        assert add_paths([tmp_path / f"{name}.jsonl"], store, words).unchanged == (id_,)


def test_file_given_twice_is_read_once(tmp_path: Path, store: Store, words: WordEmbedding) -> None:
    (tmp_path / "a.txt").write_text("基金。", encoding="utf-8")
    report = add_paths([tmp_path, tmp_path / "a.txt"], store, words)
    assert (report.added, report.unchanged, report.refused) == (("a.txt",), (), ())


def test_article_without_a_sentence_is_refused(store: Store, words: WordEmbedding) -> None:
    report = add_articles([from_text("。。。", "marks"), from_text("基金。", "a")], store, words)
    assert report.added == ("a",)
    assert [r.reason for r in report.refused] == ["marks holds no sentence. Left out."]
    assert store.catalogue.ids() == ["a"]
