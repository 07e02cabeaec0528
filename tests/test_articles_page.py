import re
from pathlib import Path

import pytest

from rag.engine import Engine
from tests.test_chat_page import HOSTILE, Reader
from ui.article_list import list_html
from ui.article_report import report_html
from ui.articles import added_html, fetched_html
from ui.removal import named, removed_html
from vectorstore.article import Article
from vectorstore.clean.edit import GLOSS, MOJIBAKE
from vectorstore.errors import StoreError
from vectorstore.finish import finish
from vectorstore.ingest import add_articles
from vectorstore.report import CopyOf, Refused, Repaired, Report
from vectorstore.store import Store


def silent(*_: object, **__: object) -> None:
    """A progress bar that nobody looks at."""


def test_list_opens_each_article_in_the_source_frame(engine: Engine) -> None:
    page = list_html(engine.store.catalogue)
    assert page.count('<a target="source" href="/source?id=') == 3
    assert "共 3 篇" in page and "20 字" in page
    assert "芯片项目" not in list_html(engine.store.catalogue, "太陽")
    assert "没有含「火星」的文章" in list_html(engine.store.catalogue, "火星")


def test_list_says_what_is_known_of_an_article_and_how_many_copies_there_are(
    engine: Engine,
) -> None:
    about = {"author": "丁玲", "publisher": "新华社", "date": "2024-01-02", "source": "/x/y.pdf"}
    text = "芯片产业园区昨天开工，占地三百亩，明年投产。"
    first = finish(Article("first", text, "开工", **about))
    add_articles([first, finish(Article("second", text))], engine.store, engine.model)
    page = Reader(list_html(engine.store.catalogue, "开工"))
    for fact in ("开工", "丁玲", "新华社", "2024-01-02", "y.pdf", "另有 1 篇同文"):
        assert fact in page.text
    assert "/x/" not in page.text
    assert "同文" not in list_html(engine.store.catalogue, "太陽")


def test_list_shows_hostile_facts_as_text(engine: Engine) -> None:
    hostile = finish(
        Article(HOSTILE, "甲。", HOSTILE, HOSTILE, HOSTILE, author=HOSTILE, publisher=HOSTILE)
    )
    add_articles([hostile], engine.store, engine.model)
    page = Reader(list_html(engine.store.catalogue))
    assert {tag for tag, _ in page.elements} == {"div", "ul", "li", "a", "b", "small", "span",
                                                 "button"}  # fmt: skip
    values = [about["value"] for tag, about in page.elements if tag == "button"]
    assert hostile.id.replace("\n", " ") in values


FIRST = "合肥的企业月产芯片五百片，产品供给本地的汽车厂。明年还要建第二条生产线，招收工人三百名。"
NEXT = FIRST.replace("汽车厂", "电动汽车厂")
OTHER = "东湖的荷花开了，上万名游人前来观赏。公园延长了开放时间，周末的班车也多了一倍。"


def test_uploaded_file_keeps_its_name_and_its_next_version_replaces_it(
    engine: Engine, tmp_path: Path
) -> None:
    shown: list[tuple[int, int]] = []

    def upload(text: str) -> str:
        file = tmp_path / f"upload {len(shown)}" / "《新闻》.txt"
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
        html = added_html(engine, [file], lambda at, **_: shown.append(at))
        assert not file.exists()
        return html

    def stands(article_id: str) -> str | None:
        article = engine.store.catalogue.article(article_id)
        return article.text if article else None

    assert "新加入 1 篇" in upload(FIRST) and stands("《新闻》.txt") == FIRST
    assert "更新了 1 篇" in upload(NEXT) and stands("《新闻》.txt") == NEXT
    for _ in range(2):
        upload(OTHER)
        assert stands("《新闻》.txt") == NEXT and stands("《新闻》.txt#2") == OTHER
        assert stands("《新闻》.txt#3") is None
    assert shown


def test_failure_of_adding_is_a_message(engine: Engine, tmp_path: Path) -> None:
    assert "没能加入" in added_html(engine, [tmp_path / "x" / "none.txt"], silent)


def test_report_says_what_was_added_and_what_was_not() -> None:
    refused = (Refused("空.txt", "空.txt holds no text. Left out."),)
    report = Report(added=("a.txt", "b.txt"), unchanged=("c.txt",), refused=refused)
    text = Reader(report_html(report)).text
    assert "新加入 2 篇：a.txt、b.txt" in text
    assert "没有变化 1 篇：c.txt" in text
    assert "没有加入 1 个" in text and "「空.txt」里没有文字" in text


def test_report_says_what_was_repaired_and_which_are_copies() -> None:
    report = Report(
        added=("a.txt", "b.txt", "c.txt"),
        gone=("旧.txt",),
        copies=(CopyOf("b.txt", "a.txt", True), CopyOf("c.txt", "d.txt", False)),
        repaired=(Repaired("a.txt", ((MOJIBAKE, 7),)), Repaired("c.txt", ((GLOSS, 166),))),
        found=(("报纸.zip", 12), ("a.txt", 1)),
    )
    page = Reader(report_html(report))
    assert "整理了 2 篇：修复乱码 7 处，去掉注音 166 处" in page.text
    assert "a.txt：修复乱码 7 处" in page.text and "c.txt：去掉注音 166 处" in page.text
    assert "其中同文 2 篇：b.txt 与 a.txt 相同；c.txt 与 d.txt 相近" in page.text
    assert "报纸.zip 里有 12 篇" in page.text and "已经移走 1 篇：旧.txt" in page.text
    assert {link["href"] for link in page.links()} == {f"/source?id={name}.txt" for name in "abcd"}


def test_report_of_very_many_articles_stays_short() -> None:
    ids = tuple(f"{n}.txt" for n in range(5000))
    report = Report(
        added=ids,
        copies=tuple(CopyOf(id_, "0.txt", True) for id_ in ids),
        repaired=tuple(Repaired(id_, ((GLOSS, 1),)) for id_ in ids),
    )
    html = report_html(report)
    assert len(html) < 20_000
    assert "新加入 5,000 篇" in html and "去掉注音 5,000 处" in Reader(html).text


def test_hostile_report_is_text() -> None:
    report = Report(
        added=(HOSTILE,),
        gone=(HOSTILE,),
        refused=(Refused(HOSTILE, HOSTILE),),
        copies=(CopyOf(HOSTILE, HOSTILE, True),),
        repaired=(Repaired(HOSTILE, (("<b>", 1),)), Repaired(HOSTILE, ((GLOSS, 1),))),
        found=((HOSTILE, 2),),
    )
    page = Reader(report_html(report))
    assert {tag for tag, _ in page.elements} <= {"div", "a", "ul", "li", "br"}
    assert all((link["href"] or "").startswith("/source?") for link in page.links())


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("", ""),
        ("  \n ", ""),
        ("/etc/passwd", "/etc/passwd"),
        ("file:///etc/passwd", "file:///etc/passwd"),
        ("www.example.com", "www.example.com"),
        ("http://127.0.0.1:9/a http://127.0.0.1:9/a", "http://127.0.0.1:9/a"),
    ],
)
def test_address_that_is_refused_stays_to_be_corrected(
    engine: Engine, typed: str, left: str
) -> None:
    still, said = fetched_html(engine, typed, silent)
    assert still == left
    assert ("没有加入 1 个" in said) == bool(left)
    assert engine.store.catalogue.counts()[0] == 3


def test_removed_article_is_gone_with_its_exact_copies(engine: Engine) -> None:
    text = "芯片产业园区昨天开工，占地三百亩，明年投产。"
    copies = [finish(Article(id_, text)) for id_ in ("first", "second")]
    add_articles(copies, engine.store, engine.model)
    assert "已删除：first，连同 1 篇相同的" in Reader(removed_html(engine.store, "first")).text
    assert engine.store.catalogue.ids() == ["chip", "fund", "sun"]
    assert "已删除：chip" in Reader(removed_html(engine.store, "chip")).text
    assert "芯片" not in list_html(engine.store.catalogue)


def test_removing_what_is_not_there_says_so(engine: Engine) -> None:
    for id_ in ("", "no", HOSTILE):
        html = removed_html(engine.store, id_)
        assert "没能删除" in html and "<script" not in html
    assert engine.store.catalogue.counts()[0] == 3


def test_failure_of_removing_is_a_message(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> list[str]:
        raise StoreError("Another process is writing.")

    monkeypatch.setattr(Store, "remove", locked)
    text = Reader(removed_html(engine.store, "fund")).text
    assert "没能删除" in text and "Another process is writing." in text


@pytest.mark.parametrize("sent", [None, "fund", {"id": 3}, {"id": ["fund"]}, {}, []])
def test_what_no_page_of_ours_sends_removes_nothing(sent: object) -> None:
    assert named(sent) == ""


def test_removal_button_names_its_article(engine: Engine) -> None:
    page = list_html(engine.store.catalogue)
    assert re.findall(r'class="wj-remove" value="([^"]+)"', page) == ["chip", "fund", "sun"]
    assert 'aria-label="删除 科创基金"' in page
