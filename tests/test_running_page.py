"""Starts and stops evaluations from the page in a real Chromium; needs no weights."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Semaphore, Thread

import pytest
import uvicorn
from llama_index.core.llms import MockLLM

from evals.review import remember
from evals.run import Run, read_run
from evals.runs import runs_folder
from rag.answer import Answer, Turn
from rag.engine import Engine
from rag.settings import Settings
from tests.conftest import WordEmbedding
from tests.test_browser import CHROMIUM, PHONE, WIDE, Visit, browser, playwright
from tests.test_evaluating import question, until, written
from tests.test_verdict_page import port_of, size_name
from ui.app import build_app
from ui.listen import bound
from vectorstore.article import Article
from vectorstore.filters import Filter
from vectorstore.ingest import add_articles
from vectorstore.store import Store

__all__ = ["browser"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium; get one with: apt-get install chromium"),
]

QUESTIONS = 6
SLOW = "专项基金的规模"


class Paced(Engine):
    """Answers a question of the set only when it is let through, and notes it."""

    gate: Semaphore
    asked: list[str]

    def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        compose: bool = True,
        only: Filter | None = None,
        certainty: float | None = None,
    ) -> Iterator[Answer]:
        if SLOW in question:
            assert self.gate.acquire(timeout=20)
            self.asked.append(question)
        yield from super().ask(question, turns, compose, only, certainty)


@pytest.fixture
def paced(
    store: Store, words: WordEmbedding, articles: list[Article], tmp_path: Path
) -> Iterator[Paced]:
    add_articles(articles, store, words)
    engine = Paced(store, words, Settings(home=tmp_path, certainty=0.3, port=0))
    engine.gate, engine.asked = Semaphore(0), []
    yield engine
    engine.gate.release(1000)  # what a failed test left behind comes to its end


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    with bound(engine.settings) as listening:
        server = uvicorn.Server(uvicorn.Config(build_app(engine), log_level="error"))
        listening.listen()  # who comes before the server is up waits, and is not refused
        thread = Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{port_of(listening)}/"
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture
def address(paced: Paced) -> Iterator[str]:
    with served(paced) as said:
        yield said


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A question set of six questions and one on an article that is not there."""
    lines = [question(f"q{n}", f"池州{SLOW}，第{n}问？") for n in range(QUESTIONS)]
    lines.append(question("gone", support=[{"doc": "gone"}]))
    path = written(tmp_path / "sets" / "基金.jsonl", *lines)
    remember(tmp_path, path)
    return path


class Examining(Visit):
    """A visitor who evaluates."""

    def tab(self, name: str = "评测") -> None:
        self.page.get_by_role("tab", name=name).click()

    def tab_with(self, chosen: str) -> None:
        """Open the tab and wait until a question set is chosen in it."""
        self.tab()
        self.chosen(chosen)

    def chosen(self, name: str) -> None:
        playwright.expect(self.page.get_by_label("用哪套题")).to_have_value(name)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def course(self, text: str) -> None:
        playwright.expect(self.page.locator("#wj-course")).to_contain_text(text, timeout=15_000)


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def visit(
    request: pytest.FixtureRequest, browser: playwright.Browser, address: str
) -> Iterator[Examining]:
    yield from visited(browser, address, request.param)


@pytest.fixture
def wide(browser: playwright.Browser, address: str) -> Iterator[Examining]:
    yield from visited(browser, address, WIDE)


def visited(browser: playwright.Browser, address: str, size: dict[str, int]) -> Iterator[Examining]:
    opened = Examining(browser, address, size, ready="#wj-box textarea")
    yield opened
    opened.context.close()
    assert opened.errors == []


def kept(home: Path) -> list[Run]:
    return [read_run(path) for path in sorted(runs_folder(home).glob("*.json"))]


def unfinished(home: Path) -> int:
    """Count the cases of evaluations that are not finished."""
    journals = (home / "evals" / "unfinished").glob("*.jsonl")
    return sum(len(path.read_text("utf-8").splitlines()) for path in journals)


def test_evaluation_runs_beside_the_chat_and_its_report_opens(
    visit: Examining, paced: Paced, known: Path, tmp_path: Path
) -> None:
    visit.tab_with("基金.jsonl")
    playwright.expect(visit.page.get_by_label("引文")).to_be_checked()
    assert visit.page.get_by_label("成文").count() == 0
    visit.shoot(f"{size_name(visit)}-new-evaluation")
    visit.press("开始评测")
    paced.gate.release(2)
    visit.course(f"2 / {QUESTIONS} 题")
    visit.shoot(f"{size_name(visit)}-evaluating")
    visit.tab("问答")
    assert "2亿元" in visit.ask("池州的专项基金有多大？").inner_text()
    visit.tab()
    visit.course(f"2 / {QUESTIONS} 题")
    paced.gate.release(QUESTIONS - 2)
    visit.course(f"完成，{QUESTIONS} 题")
    visit.course("有 1 题用不了，没有问。第一个：基金.jsonl line 7: there is no article")
    playwright.expect(visit.page.locator(".wj-runs li")).to_have_count(1)
    playwright.expect(visit.page.get_by_role("button", name="停止")).to_be_hidden()
    visit.shoot(f"{size_name(visit)}-evaluated")
    visit.page.get_by_role("link", name="打开报告").click()
    playwright.expect(visit.source().locator("h1")).to_contain_text("基金")
    visit.shoot(f"{size_name(visit)}-evaluated-report")
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    (run,) = kept(tmp_path)
    assert (run.questions, run.settings["mode"], run.settings["corpus"]) == (6, "quote", "index")


def test_stopped_evaluation_asks_nothing_more_and_goes_on_when_started_again(
    wide: Examining, paced: Paced, known: Path, tmp_path: Path
) -> None:
    wide.tab_with("基金.jsonl")
    wide.press("开始评测")
    paced.gate.release(2)
    wide.course(f"2 / {QUESTIONS} 题")
    wide.press("停止")
    wide.course("答完手上这一题就停")
    paced.gate.release(1)
    wide.course("已停止，答过的 3 题都留着")
    paced.gate.release(QUESTIONS)
    wide.page.wait_for_timeout(1000)
    assert unfinished(tmp_path) == len(paced.asked) == 3 and kept(tmp_path) == []
    wide.shoot("wide-stopped")
    wide.press("开始评测")
    wide.course(f"完成，{QUESTIONS} 题")
    assert len(paced.asked) == len(set(paced.asked)) == QUESTIONS
    assert unfinished(tmp_path) == 0
    assert [len(run.cases) for run in kept(tmp_path)] == [QUESTIONS]


def test_number_of_questions_is_kept_to_and_a_wrong_one_is_told(
    wide: Examining, paced: Paced, known: Path, tmp_path: Path
) -> None:
    wide.tab_with("基金.jsonl")
    wide.page.get_by_label("最多几题").fill("0")
    wide.press("开始评测")
    playwright.expect(wide.page.locator("#wj-run-note")).to_contain_text("1 以上的整数")
    assert paced.asked == []
    wide.page.get_by_label("最多几题").fill("2")
    paced.gate.release(QUESTIONS)
    wide.press("开始评测")
    wide.course("完成，2 题")
    playwright.expect(wide.page.locator("#wj-run-note")).to_be_hidden()
    assert [run.questions for run in kept(tmp_path)] == [2]


def test_another_visitor_is_told_to_wait_and_sees_how_far_it_is(
    wide: Examining, browser: playwright.Browser, address: str, paced: Paced, known: Path
) -> None:
    other = Examining(browser, address, WIDE, ready="#wj-box textarea")
    other.tab_with("基金.jsonl")
    wide.tab_with("基金.jsonl")
    wide.press("开始评测")
    playwright.expect(wide.page.get_by_role("button", name="停止")).to_be_visible()
    other.press("开始评测")
    playwright.expect(other.page.locator("#wj-run-note")).to_contain_text("同时只能有一次")
    paced.gate.release(2)
    other.course(f"2 / {QUESTIONS} 题")
    wide.page.reload()
    wide.tab_with("基金.jsonl")
    wide.course(f"2 / {QUESTIONS} 题")
    wide.press("停止")
    paced.gate.release(1)
    for each in (wide, other):
        each.course("已停止")
    until(lambda: len(paced.asked) == 3)
    other.context.close()


def test_broken_upload_says_why_and_a_good_one_is_chosen(
    wide: Examining, paced: Paced, known: Path, tmp_path: Path
) -> None:
    wide.tab_with("基金.jsonl")
    upload = wide.page.locator("#wj-asking input[type=file]")
    note = wide.page.locator("#wj-run-note")
    upload.set_input_files(written(tmp_path / "up" / "坏的.jsonl", "{\n"))
    playwright.expect(note).to_contain_text("没能加入")
    playwright.expect(note).to_contain_text("is not JSON")
    wide.shoot("wide-upload-refused")
    wide.chosen("基金.jsonl")
    good = written(tmp_path / "up" / "新的.jsonl", question("q1", f"{SLOW}？"), "[]\n")
    upload.set_input_files(good)
    playwright.expect(note).to_contain_text("已加入「新的.jsonl」，1 题。")
    playwright.expect(note).to_contain_text("有 1 题用不了")
    wide.chosen("新的.jsonl")
    paced.gate.release(1)
    wide.press("开始评测")
    wide.course("完成，1 题")
    assert (tmp_path / "evals" / "questions" / "新的.jsonl").is_file()
    assert [run.name for run in kept(tmp_path)] == ["新的"]


def test_without_a_question_set_one_is_asked_for(wide: Examining, tmp_path: Path) -> None:
    wide.tab()
    playwright.expect(wide.page.locator("#wj-runs")).to_contain_text("还没有评测")
    wide.press("开始评测")
    playwright.expect(wide.page.locator("#wj-run-note")).to_contain_text("先选一套题")


def test_written_answers_are_offered_with_a_language_model(
    browser: playwright.Browser, engine: Engine, known: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, certainty=0.3, port=0)
    writing = Engine(engine.store, engine.model, settings, MockLLM(max_tokens=4))
    with served(writing) as address:
        visit = Examining(browser, address, WIDE, ready="#wj-box textarea")
        visit.tab_with("基金.jsonl")
        visit.page.get_by_label("成文").check()
        visit.press("开始评测")
        visit.course(f"完成，{QUESTIONS} 题")
        visit.context.close()
    assert [run.settings["mode"] for run in kept(tmp_path)] == ["composed"]
