import base64
import re
import socket
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from rag.engine import Engine
from rag.settings import Settings
from tests.conftest import WordEmbedding
from ui.app import build_app
from ui.errors import UiError
from ui.listen import bound
from ui.source_page import article_html, source_link
from ui.sources import CHANGED
from ui.visit import sample_questions, welcome
from vectorstore.article import Article, Copy, Mark, OffsetMap
from vectorstore.clean.edit import GLOSS, KINDS, MOJIBAKE, Edit, Text
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles
from vectorstore.store import Store

HOST = "http://127.0.0.1"
TEXT = "## 基金设立\n\n　　池州的专项基金有<b>2亿元</b>。\n基金由“园区”设立 & 管理。\r\n### 完"


class Page(HTMLParser):
    """Reads a source page: the text of its article, what is marked, and its headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = self.marked = ""
        self.anchors = 0
        self.headings: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta",):
            return
        self.open.append(tag)
        self.anchors += ("id", "cited") in attrs
        if tag in ("h1", "h2", "h3"):
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "article" in self.open:
            self.text += data
            self.marked += data if "mark" in self.open else ""
        if self.headings and self.headings[-1][0] in self.open:
            self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with TestClient(build_app(engine), base_url=HOST) as opened:
        yield opened


def protected(store: Store, words: WordEmbedding, tmp_path: Path, **given: object) -> Engine:
    settings = Settings(home=tmp_path, password=SecretStr("密码 1"), **given)  # type: ignore[arg-type]
    return Engine(store, words, settings)


def test_cited_sentence_is_marked_in_the_whole_article(client: TestClient) -> None:
    answer = client.get(source_link("fund", 0, 12))
    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.text == "池州的专项基金有2亿元。基金由园区设立。"
    assert page.marked == "池州的专项基金有2亿元。" and page.anchors == 1
    assert ("h1", "科创基金") in page.headings


def test_a_citation_finds_its_sentence_in_an_article_that_changed(
    client: TestClient, engine: Engine
) -> None:
    cited = source_link("fund", 0, 12, quote="池州的专项基金有2亿元。")
    told = Page(client.get(cited).text)
    assert told.marked == "池州的专项基金有2亿元。"
    longer = "新加的一段话。池州的专项基金有2亿元。基金由园区设立。"
    add_articles([from_text(longer, "fund")], engine.store, engine.model)
    assert Page(client.get(cited).text).marked == "池州的专项基金有2亿元。"
    add_articles([from_text("基金改了。", "fund")], engine.store, engine.model)
    answer = client.get(cited)
    assert "<mark" not in answer.text and CHANGED in answer.text


@pytest.mark.parametrize("start", range(0, len(TEXT), 3))
def test_every_stretch_is_marked_exactly(start: int) -> None:
    article = Article("a", TEXT, title="标题")
    for end in range(start + 1, len(TEXT) + 1):
        page = Page(article_html(article, start, end))
        assert page.text == TEXT
        assert re.sub(r"\s", "", page.marked) == re.sub(r"\s", "", TEXT[start:end])
        assert page.anchors == bool(page.marked)


def repaired(text: str = "  ä¸­å›½(zhōng guó)的春天。", raw_start: int = 7) -> Article:
    """An article of which the first characters were repaired, and a gloss was left out."""
    came = Text.of(text, raw_start)
    a, b, c = (text.index(sign) for sign in "ä(的")
    came = came.edited([Edit(a, b, "中国", MOJIBAKE), Edit(b, c, "", GLOSS)])
    cut = came.cut(2, len(came.text))
    return Article("a", cut.text, "春天", offsets=cut.offsets, raw=text, raw_start=raw_start,
                   marks=came.marks)  # fmt: skip


def test_article_that_came_otherwise_can_be_switched_to_as_it_came() -> None:
    article = repaired()
    start, end = 2, len(article.text)
    cleaned = article_html(article, start, end)
    assert f'href="{source_link("a", start, end, "raw").replace("&", "&amp;")}"' in cleaned
    assert "修复乱码 1 处，去掉注音 1 处" in cleaned
    raw = article_html(article, start, end, "raw")
    assert f'href="{source_link("a", start, end).replace("&", "&amp;")}"' in raw
    assert (Page(cleaned).text, Page(cleaned).marked) == ("中国的春天。", "的春天。")
    assert (Page(raw).text, Page(raw).marked) == (article.raw, "的春天。")
    assert raw.count('id="cited"') == cleaned.count('id="cited"') == 1


def test_article_that_came_as_it_is_has_no_switch() -> None:
    for raw in ("", "正文。"):
        article = Article("a", "正文。", raw=raw)
        page = article_html(article, 0, 3, "raw")
        assert "整理后" not in page and "原样" not in page
        assert Page(page).marked == "正文。"


def test_lost_characters_are_shown_as_such() -> None:
    page = article_html(Article("a", "共有\ufffd\ufffd万人。"), 0, 7)
    assert '<span class="lost" title="原文在这里丢了字">\ufffd\ufffd</span>' in page
    assert Page(page).marked == "共有\ufffd\ufffd万人。"


def test_what_is_known_of_the_article_stands_above_it() -> None:
    article = Article(
        "a", "甲。乙。", "标题", "/home/someone/a.pdf", "2024-01-02",
        author="<b>张三</b>", publisher="新华社", pages=(0, 2),
    )  # fmt: skip
    page = article_html(article, 2, 4)
    for fact in ("&lt;b&gt;张三&lt;/b&gt;", "新华社", "2024-01-02", "a.pdf", "引文在第 2 页"):
        assert f"<span>{fact}</span>" in page
    assert "someone" not in page and "第 " not in article_html(article)


def test_copies_are_listed_with_links_to_them() -> None:
    copies = [Copy("b&c", "同题", "/x/b.txt", "2024", True), Copy("<d>", "", "<d>", "", False)]
    page = article_html(Article("a", "甲。"), copies=copies)
    assert "另有 2 篇同文" in page and "<d>" not in page
    assert '<a href="/source?id=b%26c">同题</a><small><span>相同</span><span>b.txt</span>' in page
    assert "<span>相近</span>" in page
    assert "同文" not in article_html(Article("a", "甲。"))


def test_copies_in_the_index_are_found(client: TestClient, store: Store) -> None:
    text = store.catalogue.article("fund").text  # type: ignore[union-attr]
    store.put_copies("fund", [from_text(text, "again", "科创基金重发")])
    assert "科创基金重发" in client.get(source_link("fund")).text
    assert 'href="/source?id=fund"' in client.get(source_link("again")).text


def test_headings_are_shown_as_such_and_the_title_only_once() -> None:
    page = Page(article_html(Article("a", "# 标题\n\n正文。\n\n## 小节\n更多。", title="标题")))
    assert page.headings == [("h1", "# 标题\n"), ("h2", "## 小节\n")]
    assert Page(article_html(Article("a", "正文。", title="标题"))).headings == [("h1", "标题")]


def test_article_text_cannot_become_markup(
    store: Store, words: WordEmbedding, tmp_path: Path
) -> None:
    hostile = "<script>alert(1)</script>$title</article><img src=//evil.example>"
    add_articles([from_text(hostile, hostile, hostile, "javascript:alert(1)")], store, words)
    with TestClient(
        build_app(Engine(store, words, Settings(home=tmp_path))), base_url=HOST
    ) as client:
        answer = client.get(source_link(hostile, 0, 8))
    assert Page(answer.text).text == hostile
    assert answer.text.count("<script") == 1 and "<img" not in answer.text
    assert 'href="javascript' not in answer.text


def test_source_cannot_become_markup(store: Store, words: WordEmbedding, tmp_path: Path) -> None:
    hostile = 'x"><script>alert(1)</script><img src=x onerror=alert(1)></article>'
    marks = tuple(Mark(kind, 5, 30) for kind in (*KINDS, '"><script>'))
    article = Article(
        "a", "正文。" + hostile[:20], hostile, hostile, hostile, author=hostile, publisher=hostile,
        raw=hostile * 2, marks=marks,
        offsets=OffsetMap(((0, 0, 3, 9), (3, 9, len(hostile) - 9, len(hostile) - 9))),
    )  # fmt: skip
    add_articles([article], store, words)
    engine = Engine(store, words, Settings(home=tmp_path))
    with TestClient(build_app(engine), base_url=HOST) as client:
        for view in ("", "raw", '"><script>'):
            page = client.get("/source", params={"id": "a", "start": 0, "end": 4, "view": view})
            assert page.text.count("<script") == 1 and "<img" not in page.text
            assert "onerror=alert(1)>" not in page.text
            assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_page_allows_nothing_but_its_own_style_and_script(client: TestClient) -> None:
    answer = client.get(source_link("fund"))
    policy = answer.headers["content-security-policy"]
    nonce = re.findall(r"script-src 'nonce-([^']+)'", policy)[0]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert answer.text.count(f'nonce="{nonce}"') == 2
    assert nonce not in client.get(source_link("fund")).headers["content-security-policy"]


def test_unknown_article_is_said_to_be_gone(client: TestClient) -> None:
    answer = client.get("/source?id=" + quote("<b>没有</b>.md"))
    assert answer.status_code == 404
    assert "不在文章库里" in answer.text and "&lt;b&gt;没有&lt;/b&gt;.md" in answer.text


@pytest.mark.parametrize(
    "offsets",
    ["start=9&end=3", "start=-1&end=5", "start=0&end=99999", "start=a&end=²", "start=5", "end=5",
     "start=0&end=" + "9" * 5000, "start=1.5&end=2"],
)  # fmt: skip
def test_nonsense_offsets_give_the_article_without_mark(client: TestClient, offsets: str) -> None:
    answer = client.get(f"/source?id=fund&{offsets}")
    assert answer.status_code == 200
    assert Page(answer.text).text.startswith("池州") and "<mark" not in answer.text


def test_page_without_an_article_says_what_it_is_for(client: TestClient) -> None:
    assert "点回答里的编号" in client.get("/source").text


def test_megabytes_are_shown_at_once() -> None:
    article = Article("a", "一句话很短。\n" * 300_000 + "无" * 1_000_000, title="长")
    begun = perf_counter()
    html = article_html(article, 2_000_000, 2_000_006)
    assert perf_counter() - begun < 10
    assert html.count('id="cited"') == 1


def test_other_host_names_are_refused_on_this_machine(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    assert client.get("/", headers={"host": "127.0.0.1.evil.example"}).status_code == 421
    assert client.get("/", headers={"host": "[::1"}).status_code == 421
    assert client.get("/", headers={"host": "localhost:7860"}).status_code == 200


def test_other_sites_cannot_send(client: TestClient) -> None:
    join = "/gradio_api/queue/join"
    assert client.post(join, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(join, headers={"origin": "null"}).status_code == 403
    assert client.post(join, headers={"origin": HOST}).status_code == 422


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "{home}/index/catalogue.sqlite3", "{home}/settings.toml"]
)
def test_files_of_this_machine_are_not_served(
    client: TestClient, tmp_path: Path, path: str
) -> None:
    (tmp_path / "settings.toml").write_text("port = 1", encoding="utf-8")
    assert client.get("/gradio_api/file=" + path.format(home=tmp_path)).status_code in (403, 404)


def test_too_large_an_upload_is_refused(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    monkeypatch.setattr("ui.app.MAX_UPLOAD", "1kb")
    with TestClient(build_app(engine), base_url=HOST) as client:
        for size, status in ((1000, 200), (2048, 413)):
            files = {"files": ("a.txt", b"x" * size)}
            assert client.post("/gradio_api/upload", files=files).status_code == status


def test_front_page_is_chinese_and_names_no_other_host(client: TestClient) -> None:
    page = client.get("/").text
    assert 'lang="zh-CN"' in page and "og:image" not in page and "manifest" not in page
    assert not re.search(r"""(href|src|content|url)\s*[=(]\s*["']?(https?:)?//""", page)


def test_everything_is_behind_the_password(
    store: Store, words: WordEmbedding, tmp_path: Path
) -> None:
    app = build_app(protected(store, words, tmp_path, host="0.0.0.0"))
    with TestClient(app, base_url="http://news.example") as client:
        for path in ("/", "/source", "/config", "/gradio_api/file=/x", "/theme.css"):
            answer = client.get(path)
            assert answer.status_code == 401 and answer.headers["www-authenticate"].startswith(
                "Basic"
            )
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 401
        for given, status in (
            ("wer:密码 1", 200),
            (":密码 1", 200),
            ("wer:密码", 401),
            ("密码 1", 401),
        ):
            header = "Basic " + base64.b64encode(given.encode()).decode()
            assert client.get("/source", headers={"authorization": header}).status_code == status
        for nonsense in ("Basic !!!", "Basic", "Bearer abc", "Basic ÿ"):
            sent = {"authorization": nonsense.encode("latin-1")}
            assert client.get("/source", headers=sent).status_code == 401


def test_other_machines_need_a_password(store: Store, words: WordEmbedding, tmp_path: Path) -> None:
    engine = Engine(store, words, Settings(home=tmp_path, host="0.0.0.0"))
    with pytest.raises(UiError, match="WENJU_PASSWORD"):
        bound(engine.settings)


def test_taken_port_is_named_with_the_way_out(
    store: Store, words: WordEmbedding, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UiError, match=rf"{port}.*--port"):
            bound(Settings(home=tmp_path, port=port))


def test_examples_ask_only_what_the_index_holds(
    engine: Engine, tmp_path: Path, articles: Sequence[Article]
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"question": "基金多大？", "kind": "single", "support": [{"doc": "fund"}]}\n'
        '{"question": "火星？", "kind": "single", "support": [{"doc": "mars"}]}\n'
        '{"question": "没有？", "kind": "unanswerable", "support": []}\n',
        encoding="utf-8",
    )
    assert sample_questions(engine.store, questions) == ["基金多大？"]
    assert sample_questions(engine.store, tmp_path / "none.jsonl") == []


def test_empty_index_leads_to_the_articles_tab(store: Store, engine: Engine) -> None:
    assert "想知道什么" in str(welcome(engine.store).placeholder)
    store.remove(store.catalogue.ids())
    assert "还没有文章" in str(welcome(store).placeholder)
