import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from html.parser import HTMLParser
from time import perf_counter
from typing import Any

import pytest

from evals.compare import Comparison, Row, compared, verdict
from evals.figures import figures
from evals.findings import excerpt, failures, shown, worst
from evals.questions import Support
from evals.report import comparison_html, report_html, thresholds
from evals.run import Case, Cause, Cited, Run, Said

CHROMIUM = os.environ.get("WENJU_TEST_CHROMIUM") or shutil.which("chromium")
POLICY = "default-src 'none'; style-src 'nonce-word'"
HOSTILE = (
    "</style></title><script>alert(1)</script><img src=//evil.example onerror=alert(2)>\"' style=x"
    " {{ 7*7 }} &amp; <!-- \x00\x07\x1b\ud800\udfff\u202e\u200f\u2066 "
)
VOID = ("meta", "input", "br", "rect", "line", "path", "circle")
PASSAGE = "基金近日揭牌。专项基金总规模2亿元，由园区发起。企业免租三年。"
QUOTE = "专项基金总规模2亿元，由园区发起。"
KINDS = ("单篇", "列举", "没有答案")


class Page(HTMLParser):
    """What a reader meets: texts by the element they stand in, and all attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.page = page
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
            self.texts.append((tag, ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.texts and "style" not in self.open:
            self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(text for _, text in self.texts))

    def inside(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag and text.strip()]


def case(number: int, **given: object) -> Case:
    """A question whose answer cites the wrong sentence, if not told otherwise."""
    cited = Cited(1, "fund", "池州设立基金", QUOTE, 107, 124, 207, 224, PASSAGE, 100)
    usual = Case(
        id=f"q{number}",
        question=f"第{number}问：基金投向哪里？",
        kind=KINDS[0],
        gold=("半导体",),
        support=(Support("chip", 3, 9, "主要投向半导体。"),),
        answer=QUOTE,
        mode="quote",
        confidence=0.5,
        right=False,
        correct=False,
        cause="retrieved but not read",
        hits=("fund", "chip"),
        sentences=(Said(QUOTE, (1,)),),
        citations=(cited,),
        scores={"retrieval.hit@1": 0.0, "abstention.refused_answerable": 0.0},
        times={"retrieve": 90.0 + number, "total": 4000.0 + 10 * number},
    )
    return replace(usual, **given)  # type: ignore[arg-type]


def good(number: int, **given: object) -> Case:
    scores = {"retrieval.hit@1": 1.0, "abstention.refused_answerable": 0.0}
    found: dict[str, object] = {"right": True, "correct": True, "cause": "", "scores": scores}
    return case(number, **({"confidence": 0.9} | found | given))


def run(cases: Sequence[Case], **given: object) -> Run:
    metrics, intervals = figures(cases, 0)
    kinds = {k: figures([c for c in cases if c.kind == k], 0) for k in {c.kind for c in cases}}
    made = Run(
        name="基金题",
        finished="2026-03-01T09:30:00+08:00",
        settings={"mode": "quote", "certainty": 0.1, "embed_model": "multilingual-e5-small"},
        version="0.1.0",
        commit="abc123",
        corpus={"articles": 3507, "passages": 9120},
        questions=len(cases),
        metrics=metrics,
        intervals=intervals,
        by_kind={kind: both[0] for kind, both in kinds.items()},
        by_kind_intervals={kind: both[1] for kind, both in kinds.items()},
        left_out=(),
        cases=tuple(cases),
    )
    return replace(made, **given)  # type: ignore[arg-type]


@cache
def mixed() -> Run:
    """Forty questions, each fourth of them answered wrongly."""
    cases = [
        good(n, kind=KINDS[n % 2], confidence=0.6 + n / 200)
        if n % 4
        else case(n, kind=KINDS[n % 3 % 2], confidence=0.2 + n / 200)
        for n in range(40)
    ]
    return run(cases)


def test_headline_says_value_interval_and_meaning() -> None:
    made = mixed()
    value, low, high = (
        shown("retrieval.hit@1", v)
        for v in (made.metrics["retrieval"]["hit@1"], *made.intervals["retrieval"]["hit@1"])
    )
    text = Page(report_html(made)).text
    assert re.search(rf"首篇命中 hit@1 {value} .*95% 区间 {low} – {high} 搜到的第一篇", text)
    assert value == "75.0%" and "答完用时" in text and "4.2 秒" in text


@pytest.mark.parametrize(
    "name, value, text",
    [
        ("retrieval.hit@1", 0.9016, "90.2%"),
        ("retrieval.mrr@10", 0.9016, "0.902"),
        ("latency_ms.total.p50", 7649.0, "7.6 秒"),
        ("latency_ms.first.p95", 191.6, "192 毫秒"),
        ("tokens.read", 1234.5, "1,234"),
        ("answer.f1", float("nan"), "—"),
        ("answer.f1", None, "—"),
    ],
)
def test_figures_are_written_for_a_reader(name: str, value: float | None, text: str) -> None:
    assert shown(name, value) == text


def test_report_says_what_was_run_and_what_was_left_out() -> None:
    left = tuple(f"第 {n} 行没有答案" for n in range(500))
    text = Page(report_html(replace(mixed(), left_out=left))).text
    assert "文章 3,507，段落 9,120" in text and "2026-03-01 09:30" in text
    assert "0.1.0，abc123" in text and "只用引文" in text and "multilingual-e5-small" in text
    assert "没有问的：500 处" in text and "第 29 行没有答案" in text and "还有 470 处" in text
    assert "第 30 行没有答案" not in text


def test_worst_case_comes_first() -> None:
    declined = {"declined": True, "cause": "wrongly declined", "citations": (), "sentences": ()}
    cases = [
        case(1, confidence=0.4),
        case(2, confidence=0.08, **declined),
        case(3, confidence=0.97, answerable=False, right=None, cause="wrongly answered"),
        case(4, confidence=0.01, **declined),
        good(5),
    ]
    assert [c.id for c in failures(cases)] == ["q3", "q1", "q4", "q2"]
    questions = [t for t in Page(report_html(run(cases))).inside("span") if t.startswith("第")]
    assert questions == [f"第{n}问：基金投向哪里？" for n in (3, 1, 4, 2)]


def test_missed_articles_come_before_those_ranked_low() -> None:
    searched = {"correct": None, "right": None, "confidence": None, "citations": (), "cause": ""}
    cases = [
        case(1, hits=("a", "chip"), **searched),
        case(2, hits=("a", "b"), **searched),
        case(3, hits=("a", "b", "chip"), **searched),
        good(4, correct=None, right=None, confidence=None),
    ]
    page = Page(report_html(run(cases)))
    assert [c.id for c in failures(cases)] == ["q2", "q3", "q1"]
    assert "3 题的第一篇文章不对" in page.text and "有答案的文章不在前 2 篇里" in page.text
    assert "有答案的文章排第 3" in page.text and "搜到的文章" in page.text
    assert "把握准不准" not in page.text and "要等多久" in page.text


def test_only_so_many_cases_are_shown_and_some_are_declines() -> None:
    wrong = [case(n, confidence=0.5 + n / 1000) for n in range(150)]
    declines = [case(n, declined=True, confidence=0.05) for n in range(200, 250)]
    made = run([*declines, *wrong])
    assert Page(report_html(made)).tags.count("section") == 100
    assert "下面是最糟的 100 题，还有 100 题没有列出" in report_html(made)
    listed = worst(failures(made.cases))
    assert [c.id for c in listed[:80]] == [f"q{n}" for n in range(149, 69, -1)]
    assert all(c.declined for c in listed[80:]) and len(listed) == 100
    assert len(worst(wrong[:90])) == 90 and len(worst(declines)) == 50


def test_cited_sentence_is_marked_inside_its_passage() -> None:
    page = Page(report_html(run([case(1), good(2)])))
    assert page.inside("mark") == [QUOTE]
    assert "基金近日揭牌。专项基金总规模2亿元，由园区发起。企业免租三年。" in page.text
    assert "池州设立基金" in page.text and "主要投向半导体。" in page.text


@pytest.mark.parametrize("start", range(len(PASSAGE)))
def test_every_stretch_of_a_passage_is_marked_exactly(start: int) -> None:
    for end in range(start + 1, len(PASSAGE) + 1):
        place = (100 + start, 100 + end)
        found = excerpt(Cited(1, "a", "", PASSAGE[start:end], *place, 0, 0, PASSAGE, 100))
        assert found.quote == PASSAGE[start:end]
        assert found.before == PASSAGE[:start] and found.after == PASSAGE[end:]


def test_sentence_that_occurs_twice_is_marked_where_it_was_cited() -> None:
    found = excerpt(Cited(1, "a", "", "是。", 4, 6, 0, 0, "是。否。是。", 0))
    assert (found.before, found.quote, found.after) == ("是。否。", "是。", "")


def test_wrong_offsets_still_show_the_quote() -> None:
    found = excerpt(Cited(1, "a", "", QUOTE, 9, 12, 0, 0, PASSAGE, 100))
    assert found.before == "基金近日揭牌。" and found.quote == QUOTE
    alone = excerpt(Cited(1, "a", "", QUOTE, 9, 12, 0, 0, "别的一段。", 0))
    assert (alone.before, alone.quote, alone.after) == ("", QUOTE, "")


def test_long_passage_is_cut_around_the_sentence() -> None:
    passage = "前" * 1000 + QUOTE + "后" * 1000
    place = (1000, 1000 + len(QUOTE))
    found = excerpt(Cited(1, "a", "", QUOTE, *place, 0, 0, passage, 0))
    assert found.before == "…" + "前" * 120 and found.after == "后" * 120 + "…"


CAUSES: list[tuple[Cause, str]] = [
    ("not retrieved", "没搜到"),
    ("retrieved but not read", "搜到了，没读出来"),
    ("read but not cited", "读出来了，没引用"),
    ("cited but not said", "引用了，没说出来"),
    ("wrongly declined", "不该说不知道"),
    ("wrongly answered", "不该回答"),
]


@pytest.mark.parametrize("cause, label", CAUSES)
def test_case_says_why_it_failed(cause: Cause, label: str) -> None:
    page = Page(report_html(run([case(1, cause=cause), good(2)])))
    assert label in page.inside("span") and cause not in page.text


def test_causes_are_counted() -> None:
    cases = [case(n, cause=CAUSES[n % 4 // 3][0]) for n in range(12)]
    text = Page(report_html(run([*cases, good(20)]))).text
    assert "12 题没有做对" in text
    assert re.search(r"没搜到\s?答案所在的段落\S+?里面\s?9\s?75%", text)
    assert re.search(r"搜到了，没读出来\s?段落搜到了\S+?那一句\s?3\s?25%", text)


def test_case_shows_what_was_asked_before_and_what_has_no_ground() -> None:
    said = (Said(QUOTE, (1,)), Said("总额三百亿元。", (1,), False, ("三百亿元不在引文里",)))
    asked = case(
        1, history=("基金叫什么？",), resolved_question="池州基金投向哪里？", sentences=said
    )
    page = Page(report_html(run([asked, good(2)])))
    assert "基金叫什么？" in page.inside("li")
    assert "理解为：池州基金投向哪里？" in page.text
    assert "总额三百亿元。" in page.text and "没有依据：三百亿元不在引文里" in page.text
    assert "把握 50%" in page.text and "有答案的文章排第 2" in page.text


@pytest.mark.parametrize("value, said", [(1.0, "评审模型说对"), (0.0, "评审模型说不对")])
def test_case_shows_the_second_opinion(value: float, said: str) -> None:
    asked = case(1, scores={"judge.right": value})
    assert said in Page(report_html(run([asked]))).inside("span")


def test_run_without_failures_says_so() -> None:
    page = Page(report_html(run([good(1), good(2)])))
    assert "没有失败的题" in page.text and "section" not in page.tags
    assert "没有题" in Page(report_html(run([]))).text


def test_thresholds_show_what_each_would_bring() -> None:
    cases = [
        good(1, confidence=0.9),
        case(2, confidence=0.6),
        good(3, confidence=0.3),
        case(4, confidence=0.4, answerable=False, right=None),
    ]
    rows = {row.certainty: row for row in thresholds(cases, 0.35)}
    assert rows[0.35].current and not rows[0.5].current
    assert (rows[0.35].answered, rows[0.35].wrong) == (3 / 4, 2 / 3)
    assert (rows[0.35].lost, rows[0.35].refused) == (1 / 3, 0)
    assert (rows[0.5].wrong, rows[0.5].lost, rows[0.5].refused) == (1 / 2, 1 / 3, 1)
    assert thresholds([], 0.1) == [] and rows[0.9].answered == 1 / 4


def test_charts_are_named_drawings_in_the_page() -> None:
    page = Page(report_html(mixed()))
    names = [value for name, value in page.attributes if name == "aria-label"]
    for title in ("答多少，错多少", "把握准不准", "要等多久", "首篇命中"):
        assert any(name.startswith(f"{title}。") for name in names)
    assert "把握 ≥ 0.1" in page.inside("text")


def test_one_case_alone_makes_a_page_without_charts() -> None:
    page = Page(report_html(run([case(1)])))
    assert "第1问" in page.text and "figure" not in page.tags and "没有区间" in page.text


def test_links_go_to_the_source_where_there_is_one() -> None:
    def link(article_id: str, start: int, end: int, quote: str) -> str:
        return f"/source?id={article_id}&start={start}&{quote}" if article_id == "fund" else ""

    made = run([case(1), good(2)])
    links = [v for n, v in Page(report_html(made, link)).attributes if n == "href"]
    assert links == [f"/source?id=fund&start=107&{QUOTE}"]
    assert "a" not in Page(report_html(made)).tags


def hostile(text: str) -> Run:
    said = Said(text, (1,), False, (text,) * 9)
    cited = Cited(1, text, text, text, 0, len(text), 0, 9, text * 2, 0)
    bad = case(
        1, id=text, question=text, kind=text, gold=(text,) * 9,
        support=(Support(text, 0, 9, text),),
        history=(text,) * 9, resolved_question=text + "?", answer=text, hits=(text,) * 9,
        sentences=(said,) * 30, citations=(cited,) * 9, notice=text, times={text: 5.0},
    )  # fmt: skip
    cases = [replace(bad, id=f"{text}{n}", kind=f"{n % 3}{text}") for n in range(150)]
    return run(
        cases, name=text, finished=text, version=text, commit=text, corpus={text: 1},
        settings={text: text, "llm": [text], "certainty": float("nan")}, left_out=(text,) * 99,
    )  # fmt: skip


@pytest.mark.parametrize("text", [HOSTILE, HOSTILE + "长" * 100_000], ids=["short", "long"])
def test_hostile_text_is_shown_as_text(text: str) -> None:
    made = hostile(text)
    row = Row(text, 3, 0.1, 0.2, (0.05, float("inf")), 0.001)
    flips = tuple(zip(made.cases, made.cases, strict=True))
    both = Comparison(made, made, (row,), flips, flips, {text: (text, None)}, 1, 2)
    for html in (report_html(made, lambda *_: '/source?id="><script>'), comparison_html(both)):
        page = Page(html)
        assert len(html.encode("utf-8")) < 3_000_000
        assert not {"script", "img", "link", "iframe", "object"} & set(page.tags)
        assert not {n for n, _ in page.attributes if n == "style" or n.startswith("on")}
        assert "<script>alert(1)</script>" in page.text and "{{ 7*7 }}" in page.text
        assert not re.search(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", html)


def test_nothing_is_loaded_from_anywhere() -> None:
    for html in (report_html(mixed()), comparison_html(unchanged())):
        page = Page(html)
        assert not [v for n, v in page.attributes if n in ("src", "href", "xlink:href")]
        assert not {"script", "link", "img", "iframe"} & set(page.tags)
        assert not re.search(r"url\(|@import", html)
        assert "style" not in {name for name, _ in page.attributes}


def test_nonce_stands_on_the_style_only() -> None:
    assert report_html(mixed(), nonce='w"d').count('nonce="w&#34;d"') == 1
    assert "nonce" not in report_html(mixed())


def test_five_thousand_cases_are_a_small_page_at_once() -> None:
    cases = tuple(
        replace(mixed().cases[n % 40], id=str(n), confidence=n / 5000) for n in range(5000)
    )
    made = replace(mixed(), cases=cases)
    begun = perf_counter()
    html = report_html(made)
    assert perf_counter() - begun < 3
    assert len(html.encode()) < 3_000_000


def test_headings_are_in_order_and_tables_name_their_rows_and_columns() -> None:
    for html in (report_html(mixed()), comparison_html(compared(mixed(), changed()))):
        page = Page(html)
        levels = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
        scopes = [value for name, value in page.attributes if name == "scope"]
        assert len(scopes) == page.tags.count("th") and {"row", "col"} == set(scopes)


@cache
def changed() -> Run:
    """The same questions: three that were wrong are right, one that was right is wrong."""
    made = mixed()
    cases = list(made.cases)
    for n in (0, 4, 8):
        cases[n] = good(n, kind=cases[n].kind, sentences=(Said("投向半导体。", (1,)),))
    cases[1] = case(1, kind=cases[1].kind, cause="read but not cited")
    settings = made.settings | {"certainty": 0.2}
    return run(cases[:39], name="新基金题", settings=settings)


@cache
def unchanged() -> Comparison:
    return compared(mixed(), mixed())


def test_comparison_shows_both_sides_of_flipped_questions() -> None:
    page = Page(comparison_html(compared(mixed(), changed())))
    assert "由错变对：3 题" in page.text and "由对变错：1 题" in page.text
    assert "3 题由错变对，1 题由对变错" in page.text
    assert page.text.count("投向半导体。") == 3 and "读出来了，没引用" in page.text
    assert "只有之前问过的 1 题，只有之后问过的 0 题" in page.text
    assert re.search(r"把握的下限 certainty\s?0\.1\s?0\.2", page.text)
    assert "embed_model" not in page.text


def test_comparison_the_other_way_round_swaps_gain_and_loss() -> None:
    page = Page(comparison_html(compared(changed(), mixed())))
    assert "由错变对：1 题" in page.text and "由对变错：3 题" in page.text
    assert "新基金题 → 基金题" in page.text


@pytest.mark.parametrize(
    "row, found",
    [
        (Row("retrieval.hit@1", 9, 0.5, 0.7, (0.1, 0.3), 0.01), "better"),
        (Row("retrieval.hit@1", 9, 0.7, 0.5, (-0.3, -0.1), 0.01), "worse"),
        (Row("retrieval.hit@1", 9, 0.5, 0.6, (-0.1, 0.3), 0.3), ""),
        (Row("abstention.refused_answerable", 9, 0.1, 0.2, (0.05, 0.2), 0.01), "worse"),
        (Row("latency_ms.total.p50", 9, 900, 700, (-300, -100), None), "better"),
        (Row("latency_ms.total.p50", 9, 900, 700, (-300, 100), None), ""),
        (Row("abstention.auroc", 9, 0.5, 0.9, None, None), ""),
    ],
)
def test_change_counts_when_chance_does_not_explain_it(row: Row, found: str) -> None:
    assert verdict(row) == found
    page = Page(comparison_html(replace(unchanged(), rows=(row,))))
    label = {"better": "▲ 变好", "worse": "▼ 变差", "": "看不出"}[found]
    assert page.inside("td")[0] == label


def test_equal_runs_are_the_same_in_everything() -> None:
    text = Page(comparison_html(unchanged())).text
    assert "▲ 变好 0 项" in text and "▼ 变差 0 项" in text
    assert "设置一样" in text and "由错变对：0 题" in text


def fulfilled(html: str, route: Any) -> None:
    headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
    route.fulfill(body=html, headers=headers)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; set WENJU_TEST_CHROMIUM")
@pytest.mark.parametrize("width", [390, 560, 1280])
def test_page_fits_its_window_under_a_strict_policy(width: int) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
    pages = {
        "report": report_html(mixed(), nonce="word"),
        "hostile": report_html(hostile(HOSTILE + "长" * 9999), nonce="word"),
        "compare": comparison_html(compared(mixed(), changed()), "word"),
    }
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shows = browser.new_page(viewport={"width": width, "height": 900})
        complaints: list[str] = []
        shows.on("console", lambda message: complaints.append(message.text))
        for name, html in pages.items():
            shows.unroute_all()
            shows.route("**/*", partial(fulfilled, html))
            shows.goto(f"http://report.example/{name}")
            assert shows.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert complaints == []
