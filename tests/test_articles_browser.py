"""Looks at cleaned articles, adds and removes them, in a real Chromium; needs no weights."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from rag.engine import Engine
from rag.settings import Settings
from tests.conftest import WordEmbedding
from tests.test_browser import CHROMIUM, PHONE, WIDE, Visit, browser, in_view, playwright, size_name
from tests.test_running_page import served
from ui.sources import source_link
from vectorstore.article import Article
from vectorstore.clean.edit import CAPTION, GLOSS, LOST, MENU, MOJIBAKE, Edit, Text
from vectorstore.finish import finish
from vectorstore.ingest import add_articles
from vectorstore.store import Store

__all__ = ["browser"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium; get one with: apt-get install chromium"),
]

MENU_LINES = "首页|新闻|体育<img src=x onerror=alert(1)>\n" * 40
CAME = (
    MENU_LINES + "图为科创园。张三摄\n合肥(héféi)的ä¸­å›½芯片研究所成立了？？年。\n"
    + "研究所有很多工作人员，大家都很努力。\n" * 60
    + "研究所的基(jī)金规模是三十亿元，由园区设立。\n"
    + "以后的计划还在讨论之中，没有公布。\n" * 30
)  # fmt: skip
REPAIRS = (
    (MENU_LINES, "", MENU), ("图为科创园。张三摄\n", "", CAPTION), ("(héféi)", "", GLOSS),
    ("ä¸­å›½", "中国", MOJIBAKE), ("？？", "\ufffd", LOST), ("(jī)", "", GLOSS),
)  # fmt: skip
QUESTION = "研究所的基金规模是多少亿元？"
SENTENCE = "研究所的基金规模是三十亿元，由园区设立。"
PAGE = """<html><head><title>西湖的春天</title></head><body><nav><a href="/">首页</a></nav>
<article><h1>西湖的春天</h1><p>三月的西湖边挤满了游客，一位摊主说，年年都是这样，今年的人比去年还要多一些。</p>
<p>管理处统计，当天入园的有十二万人，志愿者在每个路口引导，多数游客都能有序通过。</p></article></body></html>"""


def repaired() -> Article:
    text = Text.of(CAME)
    for old, new, kind in REPAIRS:
        at = text.text.index(old)
        text = text.edited([Edit(at, at + len(old), new, kind)])
    return finish(
        Article(
            "研究所.txt", text.text, "研究所成立", "研究所.txt", "2024-01-02", publisher="新华社",
            offsets=text.offsets, raw=CAME, marks=text.marks,
        )
    )  # fmt: skip


@pytest.fixture
def engine(store: Store, words: WordEmbedding, tmp_path: Path) -> Engine:
    add_articles([repaired()], store, words)
    settings = Settings(home=tmp_path, certainty=0.1, port=0, allow_private=True)
    return Engine(store, words, settings)


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    with served(engine) as said:
        yield said


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def visit(
    request: pytest.FixtureRequest, browser: playwright.Browser, address: str
) -> Iterator[Visit]:
    opened = Visit(browser, address, request.param, ready="#wj-box textarea")
    yield opened
    opened.context.close()
    assert opened.errors == []
    strange = [u for u in opened.requests if not u.startswith((address, "data:", "blob:"))]
    assert strange == [], "the page asks other hosts"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def articles_tab(visit: Visit) -> None:
    visit.page.get_by_role("tab", name="文章").click()
    visit.page.locator(".wj-list li").first.wait_for()


def test_cited_sentence_is_marked_and_in_view_cleaned_and_as_it_came(visit: Visit) -> None:
    answer = visit.ask(QUESTION)
    assert "新华社" in answer.inner_text() and "2024-01-02" in answer.inner_text()
    answer.locator("a.wj-cite").first.click()
    mark = visit.source().locator("mark#cited")
    assert in_view(mark) and mark.inner_text() == SENTENCE
    playwright.expect(visit.source().locator(".done")).to_contain_text(
        "修复乱码 1 处，缺字 1 处，去掉注音 2 处，略去图注 1 处，略去菜单和广告 1 处"
    )
    assert in_view(visit.source().get_by_role("link", name="原样"))
    visit.shoot(f"{size_name(visit)}-cleaned")
    visit.source().get_by_role("link", name="原样").click()
    visit.source().locator('.views a[aria-current]:text-is("原样")').wait_for()
    assert in_view(mark) and mark.inner_text() == SENTENCE.replace("基", "基(jī)")
    visit.shoot(f"{size_name(visit)}-as-it-came")
    visit.source().get_by_role("link", name="整理后").click()
    visit.source().locator('.views a[aria-current]:text-is("整理后")').wait_for()
    assert in_view(mark) and mark.inner_text() == SENTENCE


def test_repair_tells_what_it_became_when_it_is_touched(visit: Visit) -> None:
    visit.page.goto(visit.page.url + source_link("研究所.txt", view="raw")[1:])
    visit.page.get_by_title("乱码：整理后是「中国」").click()
    shown = visit.page.evaluate(
        "getComputedStyle(document.querySelector('.fixed'), '::after').content"
    )
    assert "整理后是「中国」" in shown
    assert visit.page.locator('.out[data-kind="图注"]').inner_text().strip() == "图为科创园。张三摄"
    assert visit.page.locator("img").count() == 0
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_views_can_be_switched_without_script(browser: playwright.Browser, address: str) -> None:
    context = browser.new_context(viewport=WIDE, java_script_enabled=False)
    page = context.new_page()
    start = repaired().text.index(SENTENCE)
    page.goto(address + source_link("研究所.txt", start, start + len(SENTENCE))[1:])
    for view, sentence in (("原样", SENTENCE.replace("基", "基(jī)")), ("整理后", SENTENCE)):
        page.get_by_role("link", name=view).click()
        assert page.locator("mark#cited").inner_text() == sentence
        assert page.locator(".views a[aria-current]").inner_text() == view
    context.close()


def test_uploaded_page_is_cleaned_listed_and_can_be_removed(visit: Visit) -> None:
    articles_tab(visit)
    page = {"name": "西湖.html", "mimeType": "text/html", "buffer": PAGE.encode()}
    visit.page.locator("#wj-files input[type=file]").set_input_files([page])
    report = visit.page.locator(".wj-report", has_text="新加入 1 篇：西湖.html")
    report.wait_for(timeout=20_000)
    row = visit.page.locator(".wj-list li", has_text="西湖的春天")
    row.locator(".wj-remove").click()
    visit.shoot(f"{size_name(visit)}-removing")
    row.get_by_role("button", name="取消").click()
    assert row.locator(".wj-sure").count() == 0
    row.locator(".wj-remove").click()
    visit.page.keyboard.press("Escape")
    assert row.locator(".wj-sure").count() == 0
    shown = visit.page.frame_locator('iframe[name="source"]').locator("body")
    visit.page.evaluate(
        "frames.source.location = frames.source.location.pathname + '?id=西湖.html'"
    )
    playwright.expect(shown).to_contain_text("西湖")
    row.locator(".wj-remove").click()
    row.get_by_role("button", name="确定删除").click()
    visit.page.locator(".wj-report", has_text="已删除：西湖.html").wait_for()
    playwright.expect(shown).not_to_contain_text("西湖")
    playwright.expect(row).to_have_count(0)
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_no_text_is_refused_in_the_language_of_the_page(visit: Visit) -> None:
    articles_tab(visit)
    blob = {"name": "blob.bin", "mimeType": "application/octet-stream", "buffer": bytes(999)}
    visit.page.locator("#wj-files input[type=file]").set_input_files([blob])
    refusal = visit.page.locator(".wj-report", has_text="「blob.bin」")
    refusal.wait_for(timeout=20_000)
    visit.shoot(f"{size_name(visit)}-refused")


def test_article_removed_last_leaves_the_way_to_the_first(visit: Visit) -> None:
    articles_tab(visit)
    visit.page.locator(".wj-remove").click()
    visit.page.get_by_role("button", name="确定删除").click()
    visit.page.locator(".wj-empty").wait_for()
    visit.page.get_by_role("tab", name="问答").click()
    playwright.expect(visit.page.locator(".wj-welcome")).to_contain_text("还没有文章")


def test_address_is_fetched_and_a_wrong_one_stays_to_be_corrected(
    visit: Visit, tmp_path: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "west.html").write_text(PAGE, encoding="utf-8")
    articles_tab(visit)
    box = visit.page.locator("#wj-address").locator("input, textarea")
    with site(tmp_path / "site") as host:
        box.fill(f"{host}/west.html {host}/none.html")
        box.press("Enter")
        report = visit.page.locator(".wj-report", has_text=f"新加入 1 篇：{host}/west.html")
        report.wait_for(timeout=20_000)
        playwright.expect(box).to_have_value(f"{host}/none.html")
        assert "没有加入 1 个" in report.inner_text()
        visit.shoot(f"{size_name(visit)}-address")
    visit.page.locator(".wj-list li", has_text="西湖的春天").locator("a").click()
    playwright.expect(visit.source().locator("article")).to_contain_text("三月的西湖边")
