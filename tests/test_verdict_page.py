"""Drives judging and the evaluation tab in a real Chromium; needs no weights."""

import json
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
import uvicorn

from evals.feedback import FILE_NAME, Feedback, read
from evals.review import drafts
from rag.answer import Answer, Turn
from rag.engine import Engine
from rag.settings import Settings
from tests.conftest import WordEmbedding
from tests.test_browser import CHROMIUM, PHONE, WIDE, Visit, browser, playwright
from tests.test_reports import drafted, keep, made_run
from ui.app import build_app
from ui.listen import bound
from vectorstore.article import Article
from vectorstore.filters import Filter
from vectorstore.ingest import add_articles
from vectorstore.store import Store

__all__ = ["browser", "drafted"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium; get one with: apt-get install chromium"),
]

QUESTION = "池州的专项基金有多大？"
SLOW = "月产多少芯片？慢慢说"
UNKNOWN = "火星的首都在哪里？"


class Hesitating(Engine):
    """Writes its answer in thirty steps when it is asked to be slow."""

    def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        compose: bool = True,
        only: Filter | None = None,
        certainty: float | None = None,
    ) -> Iterator[Answer]:
        for answer in super().ask(question, turns, compose, only, certainty):
            for step in range(30 if "慢" in question else 0):
                said = answer.text[: step + 1]
                yield replace(answer, mode="composed", text=said, sentences=(), done=False)
                sleep(0.3)
            yield answer


@pytest.fixture
def address(
    store: Store, words: WordEmbedding, articles: list[Article], tmp_path: Path
) -> Iterator[str]:
    add_articles(articles, store, words)
    settings = Settings(home=tmp_path, certainty=0.7, port=0)
    app = build_app(Hesitating(store, words, settings))
    with bound(settings) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        listening.listen()  # who comes before the server is up waits, and is not refused
        thread = Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{port_of(listening)}/"
        server.should_exit = True
        thread.join(timeout=20)


def port_of(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


class Judging(Visit):
    """A visitor who judges answers."""

    def buttons(self, answer: playwright.Locator, name: str) -> playwright.Locator:
        return answer.locator(".wj-verdict").get_by_role("button", name=name)

    def said(self, answer: playwright.Locator, text: str) -> None:
        playwright.expect(answer.get_by_role("status")).to_have_text(text)

    def begin(self, question: str) -> playwright.Locator:
        """Ask, and do not wait for the end of the answer."""
        before = self.page.locator(".wj-answer").count()
        self.page.fill("#wj-box textarea", question)
        self.page.press("#wj-box textarea", "Enter")
        answer = self.page.locator(".wj-answer").nth(before)
        answer.locator(".wj-wait").wait_for()
        return answer


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def visit(
    request: pytest.FixtureRequest, browser: playwright.Browser, address: str
) -> Iterator[Judging]:
    opened = Judging(browser, address, request.param, ready="#wj-box textarea")
    yield opened
    opened.context.close()
    assert opened.errors == []


@pytest.fixture
def wide(browser: playwright.Browser, address: str) -> Iterator[Judging]:
    opened = Judging(browser, address, WIDE, ready="#wj-box textarea")
    yield opened
    opened.context.close()
    assert opened.errors == []


def size_name(visit: Visit) -> str:
    return "wide" if visit.page.viewport_size == WIDE else "phone"


def given(tmp_path: Path) -> list[Feedback]:
    return list(read(tmp_path / FILE_NAME))


def test_answer_is_judged_and_corrected_with_the_keyboard_alone(
    visit: Judging, tmp_path: Path
) -> None:
    answer = visit.ask(QUESTION)
    visit.buttons(answer, "有用").focus()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.said(answer, "已记下，谢谢")
    playwright.expect(answer.get_by_label("正确答案是什么")).to_be_focused()
    visit.shoot(f"{size_name(visit)}-verdict")
    visit.page.keyboard.insert_text("3亿元")
    visit.page.keyboard.press("Enter")
    bad = visit.buttons(answer, "没用")
    playwright.expect(bad).to_be_focused()
    playwright.expect(bad).to_have_attribute("aria-pressed", "true")
    playwright.expect(answer.locator("form")).to_have_count(0)
    visit.said(answer, "已记下，谢谢")
    assert [(each.verdict, each.correction) for each in given(tmp_path)] == [
        ("bad", ""), ("bad", "3亿元"),
    ]  # fmt: skip
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_verdict_can_be_changed(wide: Judging, tmp_path: Path) -> None:
    answer = wide.ask(QUESTION)
    wide.buttons(answer, "没用").click()
    wide.buttons(answer, "文章里没有").click()
    wide.said(answer, "已记下，谢谢")
    wide.buttons(answer, "有用").click()
    playwright.expect(wide.buttons(answer, "有用")).to_have_attribute("aria-pressed", "true")
    playwright.expect(wide.buttons(answer, "没用")).to_have_attribute("aria-pressed", "false")
    wide.said(answer, "已记下，谢谢")
    assert [(f.verdict, f.nothing) for f in given(tmp_path)] == [
        ("bad", False), ("bad", True), ("good", False),
    ]  # fmt: skip


def test_escape_closes_the_box_and_a_second_click_opens_it_again(wide: Judging) -> None:
    answer = wide.ask(QUESTION)
    wide.buttons(answer, "没用").click()
    answer.get_by_label("正确答案是什么").fill("3亿")
    wide.page.keyboard.press("Escape")
    playwright.expect(answer.locator("form")).to_have_count(0)
    wide.buttons(answer, "没用").click()
    playwright.expect(answer.get_by_label("正确答案是什么")).to_have_value("3亿")


def test_what_is_typed_outlives_the_answer_that_streams_in_below(
    wide: Judging, tmp_path: Path
) -> None:
    first = wide.ask(QUESTION)
    wide.buttons(first, "没用").click()
    box = first.get_by_label("正确答案是什么")
    second = wide.begin(SLOW)
    box.click()
    for character in "三亿五千万元整":
        wide.page.keyboard.insert_text(character)
        wide.page.wait_for_timeout(200)
    assert second.locator(".wj-wait").is_visible(), "still coming while the first was judged"
    wide.page.keyboard.press("Enter")
    wide.said(first, "已记下，谢谢")
    second.locator(".wj-verdict").wait_for()
    playwright.expect(wide.buttons(first, "没用")).to_have_attribute("aria-pressed", "true")
    assert given(tmp_path)[-1].correction == "三亿五千万元整"
    assert second.locator(".wj-wait").count() == 0


def test_decline_is_judged_without_saying_again_that_nothing_is_there(
    wide: Judging, tmp_path: Path
) -> None:
    answer = wide.ask(UNKNOWN)
    wide.buttons(answer, "没用").click()
    answer.get_by_label("正确答案是什么").wait_for()
    assert not answer.get_by_text("文章里没有", exact=True).is_visible()
    wide.buttons(answer, "有用").click()
    wide.said(answer, "已记下，谢谢")
    assert given(tmp_path)[-1].declined and given(tmp_path)[-1].verdict == "good"


def test_cleared_chat_starts_unjudged_and_visitors_do_not_share(
    wide: Judging, browser: playwright.Browser, address: str, tmp_path: Path
) -> None:
    other = Judging(browser, address, WIDE, ready="#wj-box textarea")
    theirs = other.ask(QUESTION)
    mine = wide.ask(QUESTION)
    wide.buttons(mine, "有用").click()
    wide.said(mine, "已记下，谢谢")
    playwright.expect(other.buttons(theirs, "有用")).to_have_attribute("aria-pressed", "false")
    wide.page.click("#wj-clear")
    playwright.expect(wide.page.locator(".wj-answer")).to_have_count(0)
    again = wide.ask(QUESTION)
    playwright.expect(wide.buttons(again, "有用")).to_have_attribute("aria-pressed", "false")
    other.buttons(theirs, "没用").click()
    other.said(theirs, "已记下，谢谢")
    assert [each.verdict for each in given(tmp_path)] == ["good", "bad"]
    other.context.close()


def test_judgement_that_cannot_be_kept_is_taken_back_and_said(
    wide: Judging, tmp_path: Path
) -> None:
    (tmp_path / FILE_NAME).mkdir()
    answer = wide.ask(QUESTION)
    wide.buttons(answer, "有用").click()
    wide.said(answer, "没能记下：磁盘满了，或者不让写。")
    playwright.expect(wide.buttons(answer, "有用")).to_have_attribute("aria-pressed", "false")
    (tmp_path / FILE_NAME).rmdir()
    wide.buttons(answer, "有用").click()
    wide.said(answer, "已记下，谢谢")
    assert [each.verdict for each in given(tmp_path)] == ["good"]


def test_reports_open_beside_the_list_and_two_are_compared(visit: Judging, tmp_path: Path) -> None:
    blocked: list[str] = []
    visit.page.on("console", lambda m: blocked.append(m.text) if m.type == "error" else None)
    visit.page.get_by_role("tab", name="评测").click()
    playwright.expect(visit.page.locator("#wj-runs")).to_contain_text("wenju eval")
    keep(tmp_path, "a.json", made_run("前一次", right=False))
    keep(tmp_path, "b.json", made_run("后一次", day=21))
    visit.page.get_by_role("tab", name="问答").click()
    visit.page.get_by_role("tab", name="评测").click()
    playwright.expect(visit.page.locator(".wj-runs li")).to_have_count(2)
    visit.shoot(f"{size_name(visit)}-evaluations")
    visit.page.locator(".wj-runs li", has_text="前一次").locator("a").first.click()
    playwright.expect(visit.source().locator("h1")).to_contain_text("前一次")
    visit.shoot(f"{size_name(visit)}-report")
    visit.page.get_by_role("button", name="比较").click()
    playwright.expect(visit.source().locator("h1")).to_contain_text("后一次")
    visit.shoot(f"{size_name(visit)}-comparison")
    with visit.page.expect_download() as download:
        visit.page.locator(".wj-download").first.click()
    assert json.loads(download.value.path().read_text("utf-8"))["name"] == "后一次"
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert blocked == []


def test_drafted_questions_are_decided_on_one_by_one(
    visit: Judging, drafted: Path, tmp_path: Path
) -> None:
    visit.page.get_by_role("tab", name="评测").click()
    card = visit.page.locator("#wj-draft")
    playwright.expect(card).to_contain_text("第 1 / 3 题")
    assert card.locator("mark").inner_text() == "池州的专项基金有2亿元。"
    visit.shoot(f"{size_name(visit)}-draft")
    visit.page.get_by_role("button", name="跳过").click()
    playwright.expect(card).to_contain_text("文章里应当没有答案")
    visit.page.get_by_role("button", name="不要").click()
    playwright.expect(card).to_contain_text("第 1 / 3 题")
    visit.page.get_by_role("button", name="是好题").click()
    playwright.expect(card).to_contain_text("都审过了")
    playwright.expect(visit.page.get_by_role("button", name="是好题")).to_be_hidden()
    assert [draft.review for draft in drafts(drafted)] == ["yes", "no", "no"]
