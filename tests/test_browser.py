"""Drives the real page, with real weights, in a real Chromium."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

import pytest

from vectorstore.packages import QWEN_1_5B

playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")

pytestmark = [pytest.mark.browser, pytest.mark.model]

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("WENJU_TEST_CHROMIUM") or shutil.which("chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
QUESTION = "重庆高新区今年上半年签约项目的合同协议投资总额是多少？"
UNKNOWN = "火星殖民地的首任总督叫什么名字？"
START_SECONDS = 120
ANSWER_MS = 180_000
DROP = """([name, text]) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([text], name, { type: "text/plain" }));
  return dropped;
}"""


def wenju(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "ui.cli", "--home", str(home), *words]


@pytest.fixture(scope="module")
def address(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running chat that knows the sample articles and answers in quotes."""
    with running_chat(tmp_path_factory.mktemp("home"), models, "none") as said:
        yield said


@pytest.fixture(scope="module")
def writing_address(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same with the local language model."""
    if not (models / QWEN_1_5B.filename).exists():
        pytest.skip(f"no language model in {models}; fetch it with: wenju models fetch")
    with running_chat(tmp_path_factory.mktemp("home"), models, QWEN_1_5B.name) as said:
        yield said


@contextmanager
def running_chat(home: Path, models: Path, llm: str) -> Iterator[str]:
    (home / "models").symlink_to(models, target_is_directory=True)
    env = {**os.environ, "WENJU_LLM": llm}
    samples = [str(path) for path in sorted((ROOT / "seeds").glob("*.md"))]
    subprocess.run(wenju(home, "add", *samples), cwd=ROOT, env=env, check=True, capture_output=True)
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(
            wenju(home, "chat", "--port", "0"),
            cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log, text=True,
        ) as server,
    ):  # fmt: skip
        try:
            yield said_address(server, home / "log")
        finally:
            server.terminate()


def said_address(server: subprocess.Popen[str], log: Path) -> str:
    lines: Queue[str] = Queue()
    assert server.stdout
    Thread(target=lambda out: [*map(lines.put, out)], args=(server.stdout,), daemon=True).start()
    try:
        while not (found := re.search(r"http://\S+", lines.get(timeout=START_SECONDS))):
            pass
    except Empty:
        pytest.fail(f"The chat did not start:\n{log.read_text()[-2000:]}")
    return found.group()


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    if not CHROMIUM:
        pytest.skip(
            "no chromium; get one with: apt-get install chromium, or set WENJU_TEST_CHROMIUM"
        )
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Visit:
    """One visitor: a browser of its own, open at the chat."""

    def __init__(
        self,
        browser: playwright.Browser,
        address: str,
        size: dict[str, int],
        ready: str = "#wj-chat .example",
    ) -> None:
        self.context = browser.new_context(viewport=size, locale="zh-CN")
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_selector(ready)

    def ask(self, question: str) -> playwright.Locator:
        """Ask, wait for the whole answer, and give it."""
        before = self.page.locator(".wj-answer").count()
        self.page.fill("#wj-box textarea", question)
        self.page.press("#wj-box textarea", "Enter")
        answer = self.page.locator(".wj-answer").nth(before)
        answer.locator(".wj-meta, .wj-failure").first.wait_for(timeout=ANSWER_MS)
        assert answer.locator(".wj-failure").count() == 0, answer.inner_text()
        return answer

    def source(self) -> playwright.FrameLocator:
        return self.page.frame_locator('iframe[name="source"]')

    def shoot(self, name: str) -> None:
        """Keep a picture of the page for a person to look at."""
        folder = Path(os.environ.get("WENJU_SCREENSHOTS") or ROOT / "screenshots")
        folder.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=folder / f"{name}.png")


@pytest.fixture(params=["wide", "phone"])
def visit(
    request: pytest.FixtureRequest, browser: playwright.Browser, address: str
) -> Iterator[Visit]:
    opened = Visit(browser, address, WIDE if request.param == "wide" else PHONE)
    yield opened
    opened.context.close()
    strange = [
        u for u in opened.requests if not u.startswith((address, "data:", "blob:" + address))
    ]
    assert strange == [], "the page asks other hosts"
    assert opened.errors == []


def size_name(visit: Visit) -> str:
    return "wide" if visit.page.viewport_size == WIDE else "phone"


def in_view(mark: playwright.Locator) -> bool:
    """Tell whether the middle of an element in the frame can be seen in the window."""
    mark.wait_for()
    mark.page.wait_for_timeout(1000)
    box, window = mark.bounding_box(), mark.page.viewport_size
    assert box and window
    middle = box["y"] + box["height"] / 2
    return bool(0 < middle < window["height"] and 0 <= box["x"] < window["width"])


def test_citation_opens_the_sentence_marked_and_in_view(visit: Visit) -> None:
    visit.shoot(f"{size_name(visit)}-welcome")
    answer = visit.ask(QUESTION)
    visit.shoot(f"{size_name(visit)}-answer")
    answer.locator("a.wj-cite").first.click()
    mark = visit.source().locator("mark#cited")
    assert in_view(mark)
    sentence = mark.inner_text()
    assert sentence in answer.inner_text()
    assert sentence in visit.source().locator("article").inner_text()
    visit.shoot(f"{size_name(visit)}-source")


def test_written_answer_follows_below_the_quote(
    browser: playwright.Browser, writing_address: str
) -> None:
    visit = Visit(browser, writing_address, WIDE)
    answer = visit.ask(QUESTION)
    assert "605.6亿元" in answer.locator(".wj-quote").inner_text()
    written = answer.locator(".wj-sentence").last
    assert "605.6" in written.inner_text()
    answer.locator("a.wj-cite").last.click()
    assert "605.6亿元" in visit.source().locator("mark#cited").inner_text()
    visit.shoot("wide-written")
    visit.context.close()


def test_what_the_articles_do_not_say_is_declined(visit: Visit) -> None:
    answer = visit.ask(UNKNOWN)
    assert answer.locator(".wj-declined").is_visible()
    assert "火星" in answer.inner_text()
    assert answer.locator("a.wj-cite").count() == 0
    visit.shoot(f"{size_name(visit)}-decline")
    answer.locator(".wj-declined a").first.click()
    assert in_view(visit.source().locator("mark#cited"))


def test_dropped_article_can_be_asked_about_at_once(visit: Visit) -> None:
    keeper = {"wide": "林晚秋", "phone": "周远山"}[size_name(visit)]
    station = {"wide": "蓝湖观测站", "phone": "青岭气象台"}[size_name(visit)]
    text = f"{station}昨日启用。\n\n{station}的站长是{keeper}，他在山里工作了二十年。"
    visit.page.get_by_role("tab", name="文章").click()
    visit.page.locator(".wj-list li").first.wait_for()
    dropped = visit.page.evaluate_handle(DROP, [f"{station}.txt", text])
    visit.page.dispatch_event("#wj-files button", "drop", {"dataTransfer": dropped})
    report = visit.page.locator(".wj-report")
    report.wait_for(timeout=ANSWER_MS)
    assert f"新加入 1 篇：{station}.txt" in report.inner_text()
    assert visit.page.locator(".wj-list", has_text=station).is_visible()
    visit.shoot(f"{size_name(visit)}-articles")
    visit.page.get_by_role("tab", name="问答").click()
    answer = visit.ask(f"{station}的站长是谁？")
    assert keeper in answer.inner_text()
    answer.locator("a.wj-cite").first.click()
    assert keeper in visit.source().locator("mark#cited").inner_text()


def test_search_narrows_the_list(visit: Visit) -> None:
    visit.page.get_by_role("tab", name="文章").click()
    visit.page.locator(".wj-list li").nth(5).wait_for()
    visit.page.locator("#wj-search").locator("input, textarea").fill("人造太陽")
    playwright.expect(visit.page.locator(".wj-list li")).to_have_count(1)
    visit.page.locator(".wj-list a").click()
    playwright.expect(visit.source().locator("article")).to_contain_text("人造太陽")


def test_visitors_do_not_see_each_other(browser: playwright.Browser, address: str) -> None:
    one, two = Visit(browser, address, WIDE), Visit(browser, address, WIDE)
    one.ask(QUESTION)
    assert two.page.locator(".wj-answer").count() == 0
    two.ask(UNKNOWN)
    assert one.page.locator(".wj-question").all_inner_texts() == [QUESTION]
    assert two.page.locator(".wj-question").all_inner_texts() == [UNKNOWN]
    three = Visit(browser, address, WIDE)
    assert three.page.locator(".wj-question").count() == 0
    for each in (one, two, three):
        each.context.close()


def test_hostile_question_is_shown_as_text(visit: Visit) -> None:
    hostile = "<img src=x onerror=alert(1)> [点我](http://evil.example) **粗** $$x$$"
    visit.ask(hostile)
    assert visit.page.locator(".wj-question").inner_text() == hostile
    assert visit.page.locator("#wj-chat img, #wj-chat [href*=evil]").count() == 0


def test_example_fills_and_sends_and_clear_empties(visit: Visit) -> None:
    example = visit.page.locator("#wj-chat .example").first
    question = example.inner_text().strip()
    example.click()
    visit.page.locator(".wj-meta").wait_for(timeout=ANSWER_MS)
    assert visit.page.locator(".wj-question").all_inner_texts() == [question]
    visit.page.click("#wj-clear")
    playwright.expect(visit.page.locator(".wj-question")).to_have_count(0)


def test_page_is_no_wider_than_the_window(visit: Visit) -> None:
    visit.ask(QUESTION)
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
