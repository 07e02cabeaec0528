import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer import Answer, Citation, Evidence, Sentence, Timings, Turn
from rag.engine import Engine
from ui.chat import confidence_words, exchange_html, messages, sentence_html
from ui.escape import attribute, escape
from ui.exchange import Exchange, turns
from ui.frontpage import plain
from ui.source_page import fingerprint
from ui.sources import shown_source
from ui.visit import _asking

HOSTILE = (
    "<script>alert(1)</script> <img src=//evil.example/a.png> [点我](http://evil.example) **粗**"
    ' ![x](https://evil.example/x.png) <a href="javascript:alert(1)">a</a> `code` $$x^2$$ {{7*7}}'
    "\n\n# 标题\n- 列表\n&lt;b&gt; www.evil.example"
)
CITATION = Citation(
    1, "科创 & 基金.md", "科创基金", "/home/someone/科创 & 基金.md", "fund#1",
    "池州的专项基金有2亿元。", 0, 12, 0, 12,
)  # fmt: skip
QUOTED = Answer(
    "基金多大？", "基金多大？", "池州的专项基金有2亿元。 [1]", False, 0.93, "quote",
    sentences=(Sentence("池州的专项基金有2亿元。", (1,), True),), citations=(CITATION,),
    timings=Timings(12, 80, 0, 0, 95),
)  # fmt: skip
DECLINED = Answer(
    "火星的首都？", "火星的首都？", "文章里没有提到。查找过：火星、首都。", True, 0.12, "quote",
    evidence=tuple(
        Evidence(f"a{n}#1", f"a{n}", f"标题{n}", "文字" * 80, 5, 165, 0.5, n) for n in range(1, 6)
    ),
)  # fmt: skip


class Reader(HTMLParser):
    """Reads HTML as a browser does: the elements with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == "a"]


def shown(answer: Answer, **more: object) -> Reader:
    exchange = replace(Exchange(answer.question).with_answer(answer), **more)  # type: ignore[arg-type]
    return Reader(exchange_html(exchange))


@given(st.text())
def test_escaped_text_has_no_sign_left(text: str) -> None:
    assert not re.search(r"[!-/:-@\[-`{-~\n\r]", re.sub(r"&#\d+;|<br>", "", escape(text)))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_escaped_text_reads_the_same(text: str) -> None:
    assert unescape(escape(text)) == text


def test_hostile_text_comes_out_as_text_everywhere() -> None:
    citation = replace(
        CITATION, title=HOSTILE, source=HOSTILE, quote=HOSTILE, article_id=HOSTILE,
        publisher=HOSTILE, date=HOSTILE, copies=(HOSTILE,) * 5,
    )  # fmt: skip
    sentences = (Sentence(HOSTILE, (1,), True), Sentence(HOSTILE, (1,), False, (HOSTILE,)))
    answer = replace(
        QUOTED, question=HOSTILE, resolved_question=HOSTILE + "?", mode="composed",
        sentences=sentences, citations=(citation,), notice=HOSTILE,
    )  # fmt: skip
    declined = replace(
        DECLINED, text=HOSTILE, evidence=(replace(DECLINED.evidence[0], text=HOSTILE),)
    )
    exchanges = [
        Exchange(HOSTILE, quote=answer, composed=answer, key="a"),
        Exchange(HOSTILE, quote=declined, key="b"),
        Exchange(HOSTILE, failure=HOSTILE),
    ]
    for message in messages(exchanges):
        content = message["content"]
        page = Reader(content)
        allowed = "div span a b p ul li small br i button"
        assert {tag for tag, _ in page.elements} <= set(allowed.split())
        assert all((link["href"] or "").startswith("/source?") for link in page.links())
        assert "<script>alert(1)</script>" in page.text
        assert "\n" not in content, "a blank line would end the HTML block for Markdown"
        outside = re.sub(r"<[^>]*>", "", content)
        assert not re.search(r"[*_`$\[\]{}!<>]|://|www\.", outside)


def test_citation_opens_the_exact_sentence_in_the_source_frame() -> None:
    link = shown(QUOTED).links()[0]
    assert link["target"] == "source"
    assert link["href"] == (
        "/source?id=%E7%A7%91%E5%88%9B+%26+%E5%9F%BA%E9%87%91.md&start=0&end=12"
        f"&said={fingerprint('池州的专项基金有2亿元。')}#cited"
    )
    assert "池州的专项基金有2亿元。" in (link["title"] or "")


def test_marks_of_the_article_are_not_taken_for_citations() -> None:
    two = replace(CITATION, n=2, start=20, end=30)
    html = sentence_html(Sentence("甲[1]，乙[2]。", (1, 2), True), {1: CITATION, 2: two})
    page = Reader(html)
    assert page.text == "甲[1]，乙[2]。[1][2]"
    assert [("start=20" in (link["href"] or "")) for link in page.links()] == [False, True]


def test_citation_comes_behind_the_sentence() -> None:
    assert Reader(sentence_html(Sentence("甲。", (1,), True), {1: CITATION})).text == "甲。[1]"


def test_unknown_citation_number_is_dropped() -> None:
    assert Reader(sentence_html(Sentence("甲。", (7,), True), {1: CITATION})).links() == []


def test_unsupported_sentence_is_marked_and_says_why() -> None:
    html = sentence_html(
        Sentence("基金有3亿元。", (1,), False, ("原文里没有「3亿」",)), {1: CITATION}
    )
    page = Reader(html)
    assert page.elements[0][1]["class"] == "wj-sentence wj-unsupported"
    assert page.elements[0][1]["title"] == "原文里没有「3亿」"
    assert "存疑：原文里没有「3亿」" in page.text
    supported = sentence_html(Sentence("基金有2亿元。", (1,), True), {1: CITATION})
    assert "wj-unsupported" not in supported


def test_decline_looks_different_and_offers_the_nearest_passages() -> None:
    page = shown(DECLINED)
    assert "wj-declined" in {a.get("class") for _, a in page.elements}
    assert "文章里没有答案" in page.text and "查找过：火星、首都。" in page.text
    assert [re.sub("&said=[0-9a-f]{12}", "", link["href"] or "") for link in page.links()] == [
        f"/source?id=a{n}&start=5&end=165#cited" for n in (1, 2, 3)
    ]
    assert "12%" in page.text and "把握" not in page.text


def test_failure_is_no_answer_and_no_turn() -> None:
    exchange = Exchange("基金多大？", failure="索引打不开。")
    page = Reader(exchange_html(exchange))
    assert "没能回答" in page.text and "索引打不开。" in page.text
    assert turns([exchange]) == ()


def test_quote_stays_visible_above_the_composed_answer() -> None:
    exchange = Exchange("基金多大？").with_answer(replace(QUOTED, done=False))
    assert exchange.waiting and "原文" in exchange_html(exchange)
    written = replace(
        QUOTED,
        mode="composed",
        text="规模为2亿元 [1]",
        sentences=(Sentence("规模为2亿元", (1,), True),),
    )
    text = Reader(exchange_html(exchange.with_answer(written))).text
    assert text.index("原文") < text.index("池州的专项基金") < text.index("规模为2亿元")


def test_quote_after_a_broken_composed_answer_is_the_last_word() -> None:
    half = replace(QUOTED, mode="composed", text="规模", done=False)
    last = replace(QUOTED, notice="语言模型断开了。")
    exchange = Exchange("基金多大？").with_answer(half).with_answer(last)
    assert not exchange.waiting
    assert "语言模型断开了。" in Reader(exchange_html(exchange)).text


def test_resolved_question_is_shown_only_when_it_differs() -> None:
    follow_up = replace(QUOTED, question="它呢？", resolved_question="池州的基金多大？")
    assert "理解为：池州的基金多大？" in shown(follow_up).text
    assert "理解为" not in shown(QUOTED).text


def test_stopped_answer_waits_for_nothing() -> None:
    page = shown(replace(QUOTED, done=False), stopped=True)
    assert "已停止" in page.text and "正在" not in page.text


@pytest.mark.parametrize(
    ("probability", "words"),
    [(1.0, "把握很大 100%"), (0.8, "把握较大 80%"), (0.5, "把握一般 50%"), (0.0, "把握不大 0%")],
)
def test_confidence_is_said_in_words_and_as_a_number(probability: float, words: str) -> None:
    assert confidence_words(probability) == words


def test_turns_are_what_was_asked_and_answered() -> None:
    assert turns([Exchange("基金多大？", quote=QUOTED)]) == (Turn("基金多大？", QUOTED.text),)


def test_paths_of_this_machine_are_shown_as_file_names() -> None:
    assert shown_source("/home/someone/新闻/a.txt") == "a.txt"
    assert shown_source("C:\\Users\\someone\\a.txt") == "a.txt"
    assert shown_source("https://example.org/a/b") == "https://example.org/a/b"
    assert shown_source("新华社") == "新华社"
    assert "someone" not in shown(QUOTED).text


def test_line_about_an_article_says_what_is_known_of_it() -> None:
    known = replace(CITATION, publisher="新华社", date="2024-01-02", page=3)
    again = replace(known, n=2, start=20, end=30, page=5)
    page = shown(replace(QUOTED, citations=(again, known)))
    assert page.text.count("出处：") == 1
    for fact in ("科创基金", "新华社", "2024-01-02", "第 3、5 页"):
        assert fact in page.text
    assert "第 3 页" in (page.links()[0]["title"] or "")
    assert "页" not in shown(QUOTED).text


def test_copies_of_a_cited_article_are_linked() -> None:
    copied = replace(CITATION, copies=("转载/甲 & 乙.txt", "b", "c", "d"))
    page = shown(replace(QUOTED, citations=(copied,)))
    assert "另见 4 篇转载：甲 & 乙.txt、b、c 等" in page.text
    linked = [link["href"] for link in page.links()][2:]
    assert linked == [
        "/source?id=%E8%BD%AC%E8%BD%BD%2F%E7%94%B2+%26+%E4%B9%99.txt",
        "/source?id=b",
        "/source?id=c",
    ]
    assert "转载" not in shown(QUOTED).text


def test_attribute_cannot_be_left() -> None:
    assert Reader(f'<b title="{attribute(HOSTILE)}">').elements == [
        ("b", {"title": HOSTILE.replace("\n", " ")})
    ]


def test_front_page_names_no_other_host() -> None:
    page = (
        b'<html lang="en"><meta\n property="og:image"\n content="https://evil.example/x.jpg"\n/>'
        b'<meta name="twitter:card" content="x" /><link rel="manifest" href="/manifest.json" />'
        b'<meta charset="utf-8">'
    )
    assert plain(page) == b'<html lang="zh-CN"><meta charset="utf-8">'


@pytest.mark.parametrize("answer", [QUOTED, DECLINED], ids=["answer", "decline"])
def test_finished_answer_can_be_judged_with_two_buttons(answer: Answer) -> None:
    page = shown(answer, key="0f")
    buttons = [attributes for tag, attributes in page.elements if tag == "button"]
    assert [button["value"] for button in buttons] == ["good", "bad"]
    assert {button["type"] for button in buttons} == {"button"}
    assert ("span", "verdict-0f") in [(tag, a.get("id")) for tag, a in page.elements]
    assert "有用" in page.text and "没用" in page.text


def test_what_is_not_finished_cannot_be_judged() -> None:
    half = replace(QUOTED, done=False)
    for exchange in (
        Exchange("基金多大？", key="a"),
        Exchange("基金多大？", quote=half, key="a"),
        Exchange("基金多大？", quote=half, stopped=True, key="a"),
        Exchange("基金多大？", quote=QUOTED, failure="坏了", key="a"),
        Exchange("基金多大？", quote=QUOTED, composed=half, key="a"),
    ):
        assert "<button" not in exchange_html(exchange)


def test_messages_of_answers_before_stay_the_same_while_another_comes() -> None:
    first = Exchange("基金多大？", quote=QUOTED, key="a")
    alone = messages([first])
    growing = messages([first, Exchange("它呢？", quote=replace(QUOTED, done=False), key="b")])
    assert growing[:2] == alone, "what is typed below an answer would be lost"


def test_the_exact_answer_is_bold_and_what_it_holds_stays_text() -> None:
    said = Sentence("基金<b>有2亿元。", (1,), True, exact=(6, 9))
    html = sentence_html(said, {1: CITATION})
    assert "基金&#60;b&#62;有<strong>2亿元</strong>。" in html
    assert Reader(html).text == "基金<b>有2亿元。[1]"


def test_a_question_sent_while_another_is_answered_waits_in_its_box(engine: Engine) -> None:
    ask, open_filter = _asking(engine), ([], "", "", [], [], 18)
    waiting = (Exchange("专项基金有多大？", key="a"),)
    (skipped,) = ask("它由谁设立？", waiting, *open_filter)
    assert all(update == gr.skip() for update in skipped)
    *_, last = ask("专项基金有多大？", (), *open_filter)
    assert [e.question for e in last[1]] == ["专项基金有多大？"] and last[1][0].finished
