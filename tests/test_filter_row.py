"""The rows above the question, and filters on the command line."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer import Answer
from rag.engine import Engine
from rag.settings import Settings
from tests.conftest import WordEmbedding
from tests.test_browser import CHROMIUM, PHONE, WIDE, Visit, browser, playwright, size_name
from tests.test_cli import failure, wenju
from tests.test_running_page import served
from ui.chat import exchange_html
from ui.exchange import Exchange
from ui.filter_row import filter_of
from ui.scope import filter_words, scope_line, scope_words
from vectorstore.article import Article
from vectorstore.errors import FilterError
from vectorstore.filters import Filter
from vectorstore.finish import finish, from_text
from vectorstore.ingest import add_articles
from vectorstore.scope import Scope
from vectorstore.store import Store

__all__ = ["browser"]

QUESTION = "园区的基金有多少亿元？"
needs_chromium = pytest.mark.skipif(
    not CHROMIUM, reason="no chromium; get one with: apt-get install chromium"
)


@pytest.fixture
def articles() -> list[Article]:
    told = (
        ("early", "人民网", "2023-05-01", "园区的基金有2亿元，由池州设立，去年开始运行。"),
        ("late", "新华网", "2024-02-06", "園區的基金有3億元，是合肥在這個月設立的。"),
        ("undated", "人民网", "", "芜湖的园区在建设，还没有基金，银行愿意出资。"),
    )
    return [
        finish(
            replace(
                from_text(text, id_, f"{id_}的标题", f"https://a.cn/{id_}", date),
                publisher=publisher,
            )
        )
        for id_, publisher, date, text in told
    ]


def test_filter_is_said_in_words() -> None:
    only = Filter(("a", "b", "c", "d"), ("人民网",), "2024-01", "2024-06-30", ("zh-Hant",))
    assert filter_words(only) == "人民网，2024-01 至 2024-06-30，繁体中文，a、b、c 等 4 篇"
    assert filter_words(Filter(since="2024", until="2024")) == "2024"
    assert filter_words(Filter(until="2024")) == "2024 止"
    assert filter_words(Filter()) == ""
    said = scope_words(Scope(Filter(since="2024"), 5, 12))
    assert said == "只看：2024 起（另有 12 篇没有日期，不在内）"
    assert scope_line(Scope(only, 1)).startswith("Only 人民网, since 2024-01, until 2024-06-30")


def test_row_that_cannot_be_read_is_said_in_one_line() -> None:
    with pytest.raises(FilterError, match="2024-06-30"):
        filter_of([], "明天", "", [], [])
    assert not filter_of(None, " ", None, None, [])


def test_answer_says_what_it_was_kept_to() -> None:
    scope = Scope(Filter(sources=("<b>人民网",)), 0)
    answer = Answer("谁？", "谁？", "没有文章符合筛选。", True, 0.0, "quote", scope=scope)
    shown = exchange_html(Exchange("谁？").with_answer(answer))
    assert "只看" in shown and "<b>人民网" not in shown
    assert "筛选得太窄" in shown and "文章里没有答案" not in shown
    plain = exchange_html(Exchange("谁？").with_answer(replace(answer, scope=None)))
    assert "只看" not in plain and "文章里没有答案" in plain


def test_list_is_kept_to_what_was_asked_for(
    tmp_path: Path, words: WordEmbedding, articles: Sequence[Article]
) -> None:
    with Store(tmp_path / "index") as store:
        add_articles(articles, store, words)

    def listed(*args: str) -> list[str]:
        return [a["id"] for a in json.loads(wenju(tmp_path, "list", "--json", *args).stdout)]

    assert listed("--source", "人民網") == ["early", "undated"]
    assert listed("--since", "2024-01-01", "--until", "2024年6月") == ["late"]
    assert listed("--language", "zh-Hant") == ["late"]
    assert listed("--article", "early", "--article", "late", "池州") == ["early"]
    dated = wenju(tmp_path, "list", "--since", "2025")
    assert (dated.returncode, dated.stdout) == (0, "")
    assert "0 articles; 1 more have no date" in dated.stderr
    assert "2024-13" in failure(wenju(tmp_path, "list", "--since", "2024-13"))
    assert "2024-13" in failure(wenju(tmp_path, "ask", "谁？", "--until", "2024-13"))


@pytest.mark.model
def test_question_is_kept_to_what_was_asked_for(home: Path) -> None:
    sun = "月亮站去年启用。太阳站的站长是林晚秋，她在山里工作了二十年。"
    for name, keeper in (("北/a.txt", "林晚秋"), ("南/a.txt", "周远山")):
        path = home / "news" / name
        path.parent.mkdir(parents=True)
        path.write_text(sun.replace("林晚秋", keeper), encoding="utf-8")
    assert wenju(home, "add", str(home / "news")).returncode == 0
    question = ("ask", "太阳站的站长是谁？", "--json", "--article")
    for folder, keeper in (("北", "林晚秋"), ("南", "周远山")):
        answer = json.loads(wenju(home, *question, folder).stdout)
        assert keeper in answer["answer"] and answer["filter"]["matching"] == 1
    nothing = wenju(home, *question, "东")
    assert nothing.returncode == 0
    answer = json.loads(nothing.stdout)
    assert answer["declined"] and answer["answer"].startswith("没有文章符合筛选")


# The page.


@pytest.fixture
def address(
    store: Store, words: WordEmbedding, articles: Sequence[Article], tmp_path: Path
) -> Iterator[str]:
    add_articles(articles, store, words)
    with served(Engine(store, words, Settings(home=tmp_path, certainty=0.1, port=0))) as said:
        yield said


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def visit(
    request: pytest.FixtureRequest, browser: playwright.Browser, address: str
) -> Iterator[Visit]:
    opened = Visit(browser, address, request.param, ready="#wj-box textarea")
    yield opened
    opened.context.close()
    assert opened.errors == []


def chosen(visit: Visit, where: str, what: str) -> None:
    visit.page.click(f"{where} input")
    visit.page.type(f"{where} input", what[:2])
    visit.page.locator(f"{where} .options li", has_text=what).first.click()
    visit.page.keyboard.press("Escape")


@pytest.mark.browser
@needs_chromium
def test_row_keeps_the_answer_to_what_was_chosen(visit: Visit) -> None:
    fold = visit.page.locator("#wj-filter > button")
    visit.shoot(f"{size_name(visit)}-filter-closed")
    fold.click()
    chosen(visit, "#wj-sources", "新华网")
    visit.shoot(f"{size_name(visit)}-filter-open")
    playwright.expect(fold).to_contain_text("筛选：新华网")
    answer = visit.ask(QUESTION)
    assert "只看：新华网" in answer.inner_text() and "3億元" in answer.inner_text()
    visit.shoot(f"{size_name(visit)}-filter-answer")
    visit.page.fill("#wj-since :is(input, textarea)", "2025")
    answer = visit.ask(QUESTION)
    assert "没有文章符合筛选" in answer.inner_text()
    assert answer.locator("a.wj-cite").count() == 0
    visit.shoot(f"{size_name(visit)}-filter-nothing")
    visit.page.fill("#wj-since :is(input, textarea)", "明天")
    visit.page.fill("#wj-box textarea", QUESTION)
    visit.page.press("#wj-box textarea", "Enter")
    playwright.expect(visit.page.locator(".wj-failure")).to_contain_text("2024-06-30")
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@needs_chromium
def test_how_sure_an_answer_must_be_is_set_on_the_page(visit: Visit) -> None:
    fold = visit.page.locator("#wj-filter > button")
    fold.click()
    assert "亿元" in visit.ask(QUESTION).inner_text()
    visit.page.fill("#wj-sure input[type=number]", "95")
    visit.page.press("#wj-sure input[type=number]", "Tab")
    playwright.expect(fold).to_contain_text("筛选：把握至少 95%")
    visit.shoot(f"{size_name(visit)}-filter-sure")
    assert "文章里没有答案" in visit.ask(QUESTION).inner_text()
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@needs_chromium
def test_one_visitor_does_not_narrow_the_other(browser: playwright.Browser, address: str) -> None:
    one, two = (Visit(browser, address, WIDE, ready="#wj-box textarea") for _ in range(2))
    one.page.click("#wj-filter > button")
    chosen(one, "#wj-chosen", "late的标题")
    assert "只看：late" in one.ask(QUESTION).inner_text()
    assert "只看" not in two.ask(QUESTION).inner_text()
    playwright.expect(two.page.locator("#wj-filter > button")).not_to_contain_text("late")
    for each in (one, two):
        each.context.close()
