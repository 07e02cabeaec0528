"""Pages and feeds from a real server become articles."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.conftest import WordEmbedding
from vectorstore.ingest import add_addresses, add_paths, rehearse
from vectorstore.store import Store

PAGE = """<html><head><title>{title}_某某网</title></head><body><nav><a href="/">首页</a>
<a href="/a">财经</a><a href="/b">体育</a></nav><h1>{title}</h1><p>来源：新华社 2024-03-05</p>
<p>{text}</p><p>{text2}</p><div class="footer">版权所有 某某网</div></body></html>"""
FUND = "池州经开区与市投控集团联合设立规模达2亿元的科创飞地专项基金，同时对落户项目入股支持。"
MORE = "园区的负责人说，下一步将围绕产业链引进急需的人才，让更多的成果在这里转化，也让企业留下来。"
SUN = "合肥的人造太阳运行了1066秒，刷新了世界纪录，成果由等离子体所的大学团队取得，用时三年。"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    address = f"http://127.0.0.1:{server.server_address[1]}"
    (folder / "fund.html").write_text(PAGE.format(title="基金落户池州园区", text=FUND, text2=MORE))
    (folder / "sun.html").write_text(PAGE.format(title="太阳再创纪录", text=SUN, text2=MORE))
    items = "".join(
        f"<item><title>{n}</title><link>{address}/{n}.html</link><description>…</description></item>"
        for n in ("fund", "sun", "gone")
    )
    rss = f"<rss version='2.0'><channel><title>源</title>{items}</channel></rss>"
    (folder / "feed.xml").write_text(rss)
    (folder / "list").mkdir()
    script = "<script>const shown = '本页已显示。'</script>"
    (folder / "list" / "index.html").write_text(f"<ins></ins>{script}<p>{FUND}</p><p>{MORE}</p>")
    canvas = Canvas(str(folder / "report.pdf"))
    canvas.drawString(60, 700, "The fund of Chizhou holds 200 million yuan.")
    canvas.save()
    pdf = rss.replace("fund.html", "report.pdf")
    (folder / "pdf.xml").write_text(pdf)
    with zipfile.ZipFile(folder / "all.zip", "w") as packed:
        packed.writestr("one.txt", FUND)
        packed.writestr("two.txt", SUN)
    Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


def test_a_page_is_an_article_called_by_its_address(
    site: str, store: Store, words: WordEmbedding
) -> None:
    report = add_addresses([f"{site}/fund.html"], store, words, allow_private=True)
    assert report.added == (f"{site}/fund.html",)
    article = store.catalogue.article(f"{site}/fund.html")
    assert article is not None
    assert (article.title, article.publisher, article.date) == (
        "基金落户池州园区",
        "新华社",
        "2024-03-05",
    )
    assert article.source == f"{site}/fund.html"
    assert FUND in article.text and "首页" not in article.text and "版权" not in article.text
    start = article.text.index(FUND)
    first, last = article.offsets.to_source(start, start + len(FUND))
    assert article.raw[first:last] == FUND
    again = add_addresses([f"{site}/fund.html"], store, words, allow_private=True)
    assert again.unchanged == report.added


def test_a_feed_gives_the_pages_it_links(site: str, store: Store, words: WordEmbedding) -> None:
    report = add_paths([f"{site}/feed.xml"], store, words, allow_private=True)
    assert report.added == (f"{site}/fund.html", f"{site}/sun.html")
    (refused,) = report.refused
    assert "gone.html" in refused.reason and "404" in refused.reason


def test_a_pdf_that_a_feed_links_is_read_as_one(
    site: str, store: Store, words: WordEmbedding
) -> None:
    report = add_addresses([f"{site}/pdf.xml"], store, words, allow_private=True)
    assert report.added == (f"{site}/report.pdf", f"{site}/sun.html")
    article = store.catalogue.article(f"{site}/report.pdf")
    assert article and article.text == "The fund of Chizhou holds 200 million yuan."


def test_what_a_server_calls_a_page_is_read_as_one(
    site: str, store: Store, words: WordEmbedding
) -> None:
    add_addresses([f"{site}/list/"], store, words, allow_private=True)
    article = store.catalogue.article(f"{site}/list/")
    assert article and article.text == f"{FUND}\n\n{MORE}"


def test_an_archive_is_read_from_its_address(site: str, store: Store) -> None:
    report = rehearse([f"{site}/all.zip"], store, allow_private=True)
    assert report.added == (f"{site}/all.zip/one.txt", f"{site}/all.zip/two.txt")


def test_an_address_of_this_machine_is_refused_unless_allowed(
    site: str, store: Store, words: WordEmbedding
) -> None:
    report = add_addresses([f"{site}/fund.html"], store, words)
    assert report.added == ()
    assert "--allow-private" in report.refused[0].reason
