import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from vectorstore.errors import ArticleError
from vectorstore.formats import web
from vectorstore.formats.web import fetch, fetched
from vectorstore.formats.web_address import is_public

PAGE = "<!doctype html><html><p>江河水势总体平稳。</p></html>".encode()


class Answers(BaseHTTPRequestHandler):
    """One answer for each path."""

    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        name = self.path.strip("/").partition("?")[0].partition("/")[0]
        getattr(self, f"answer_{name}", self.answer_missing)()

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_page(self) -> None:
        self.send(PAGE, Content_Type="text/html; charset=utf-8")

    def answer_missing(self) -> None:
        self.send(b"no", 404)

    def answer_forbidden(self) -> None:
        self.send(b"no", 403)

    def answer_broken(self) -> None:
        self.send(b"no", 500)

    def answer_empty(self) -> None:
        self.send(b"")

    def answer_picture(self) -> None:
        self.send(b"\x89PNG", Content_Type="image/png")

    def answer_hop(self) -> None:
        left = int(self.path.rpartition("/")[2])
        self.send(b"", 302, Location=f"/hop/{left - 1}" if left > 1 else "/page")

    def answer_loop(self) -> None:
        self.send(b"", 301, Location="/loop")

    def answer_metadata(self) -> None:
        self.send(b"", 302, Location="http://169.254.169.254/latest/meta-data/")

    def answer_file(self) -> None:
        self.send(b"", 302, Location="file:///etc/passwd")

    def answer_login(self) -> None:
        self.send(b"", 302, Location="http://a:b@127.0.0.1/")

    def answer_large(self) -> None:
        self.send(b"x", Content_Length=str(web.MAX_BYTES + 1))

    def answer_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b"x" * 1_000_000)
        except OSError:
            self.close_connection = True

    def answer_bomb(self) -> None:
        self.send(BOMB, Content_Type="text/html", Content_Encoding="gzip")

    def answer_gzip(self) -> None:
        self.send(gzip.compress(PAGE), Content_Type="text/html", Content_Encoding="gzip")

    def answer_brotli(self) -> None:
        self.send(b"x", Content_Type="text/html", Content_Encoding="br")

    def answer_garbled(self) -> None:
        self.send(b"not packed", Content_Type="text/html", Content_Encoding="gzip")

    def answer_short(self) -> None:
        self.send(PAGE, Content_Type="text/html", Content_Length="100000")
        self.close_connection = True

    def answer_slow(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.drip()

    def answer_slowhead(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self.drip()

    def drip(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.1)
        except OSError:
            self.close_connection = True

    def answer_kinds(self) -> None:
        name = self.path.rpartition("/")[2]
        type, body = KINDS[name][:2]
        self.send(body, **({"Content_Type": type} if type else {}))

    def log_message(self, *_: Any) -> None:
        pass


BOMB = gzip.compress(b"\0" * (web.MAX_BYTES * 4))
RSS = b"<?xml version='1.0'?>\n<rss version='2.0'><channel/></rss>"
KINDS = {
    "html": ("text/html", b"words", "html"),
    "xhtml": ("application/xhtml+xml", PAGE, "html"),
    "rss": ("application/rss+xml", RSS, "feed"),
    "xml": ("text/xml; charset=utf-8", RSS, "feed"),
    "pdf": ("application/pdf", b"%PDF-1.7", "pdf"),
    "octets": ("application/octet-stream", b"%PDF-1.7", "pdf"),
    "plain": ("text/plain", b"<html> is a tag", "text"),
    "zip": ("application/zip", b"PK\3\4", "packed"),
    "packed_octets": ("application/octet-stream", b"PK\3\4", "packed"),
    "rss_with_doctype": ("", b"<!DOCTYPE rss SYSTEM 'rss.dtd'>" + RSS[21:], "feed"),
    "markdown": ("text/markdown", b"# words", "text"),
    "nothing": ("", PAGE, "html"),
    "nothing_text": ("", b"words", "text"),
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def refused(url: str, allow_private: bool = True) -> str:
    with pytest.raises(ArticleError) as caught:
        fetch(url, allow_private)
    return str(caught.value)


def test_page_is_fetched_into_memory(site: str) -> None:
    file = fetch(f"{site}/page", allow_private=True)
    assert file.open().read() == PAGE and file.size == len(PAGE)
    assert file.name == file.address == f"{site}/page"


def test_redirects_are_followed_to_the_last_address(site: str) -> None:
    file = fetch(f"{site}/hop/5", allow_private=True)
    assert file.name == f"{site}/hop/5" and file.address == f"{site}/page"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("hop/6", "redirects more than 5 times"),
        ("loop", "redirects more than 5 times"),
        ("file", "not an http:// or https:// address"),
        ("login", "name or password"),
        ("gone", "is not there (404)"),
        ("forbidden", "not given to programs (403)"),
        ("broken", "status 500"),
        ("empty", "is empty"),
        ("picture", "is image/png, not an article"),
        ("large", "larger than 50 MB"),
        ("endless", "larger than 50 MB"),
        ("bomb", "larger than 50 MB"),
        ("brotli", "packed as br"),
        ("garbled", "broke off or is garbled"),
        ("short", "broke off or is garbled"),
    ],
)
def test_what_cannot_be_fetched_says_why(site: str, path: str, said: str) -> None:
    assert said in refused(f"{site}/{path}")


def test_redirect_to_a_private_address_is_refused(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.formats.web_address.is_public", lambda a: a == "127.0.0.1")
    said = refused(f"{site}/metadata", allow_private=False)
    assert "169.254.169.254" in said and "--allow-private" in said


def test_packed_page_is_unpacked(site: str) -> None:
    assert fetch(f"{site}/gzip", allow_private=True).open().read() == PAGE


@pytest.mark.parametrize("path", ["slow", "slowhead"])
def test_server_that_drips_is_given_up(
    site: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "MAX_SECONDS", 0.5)
    began = time.monotonic()
    assert "does not answer in time" in refused(f"{site}/{path}")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("name", KINDS)
def test_kind_is_what_the_server_says_or_what_it_begins_like(site: str, name: str) -> None:
    assert fetched(f"{site}/kinds/{name}", allow_private=True).kind == KINDS[name][2]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "017700000001",
        "127.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "10.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
    ],
)
def test_private_address_is_refused_however_it_is_written(site: str, host: str) -> None:
    port = site.rpartition(":")[2]
    before = len(Answers.asked)
    said = refused(f"http://{host}:{port}/page", allow_private=False)
    assert "--allow-private" in said or "not known" in said or "not a web address" in said
    assert len(Answers.asked) == before


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("192.0.2.1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:53aa:64c:0:fbff:80ff:fffe", False),
    ],
)
def test_public_addresses_are_told_from_all_others(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_connection_goes_to_the_address_that_was_checked(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.rpartition(":")[2])
    looked_up = []
    real = socket.getaddrinfo

    def changing(host: str, *args: Any, **options: Any) -> Any:
        if host != "rebind.example":
            return real(host, *args, **options)
        looked_up.append(host)
        address = "127.0.0.1" if len(looked_up) == 1 else "10.9.9.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    url = f"http://rebind.example:{port}/page"
    assert fetch(url, allow_private=True).address == url
    assert len(looked_up) == 1
    assert Answers.asked[-1] == ("/page", f"rebind.example:{port}")


def test_host_with_one_private_address_among_others_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def several(*_: Any, **__: Any) -> Any:
        return [(2, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", several)
    assert "mixed.example is 10.0.0.1" in refused("http://mixed.example/", allow_private=False)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/x",
        "data:text/html,<p>x",
        "javascript:alert(1)",
        "//a.example/x",
        "http://",
        "http:///x",
        "a.example/x",
        "http://[::1",
        "http://a.example:99999/",
        "http://a\nb/",
    ],
)
def test_other_than_web_addresses_are_refused(url: str) -> None:
    assert "address" in refused(url)


def test_password_in_an_address_is_refused_and_not_repeated() -> None:
    said = refused("http://someone:s3cret@a.example/")
    assert "s3cret" not in said and "name or password" in said


def test_proxies_of_the_environment_are_not_used(
    site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(f"{site}/page", allow_private=True).size == len(PAGE)


def test_port_where_nobody_answers_says_so() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        assert "cannot be reached" in refused(f"http://127.0.0.1:{port}/")


def test_chinese_path_and_query_are_asked_for(site: str) -> None:
    fetch(f"{site}/page?词=水势", allow_private=True)
    assert Answers.asked[-1][0] == "/page?%E8%AF%8D=%E6%B0%B4%E5%8A%BF"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    subprocess.run(
        [
            "openssl",
            *command.split(),
            "-subj",
            "/CN=localhost",
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert "certificate is not valid" in refused(f"https://localhost:{server.server_port}/page")
    finally:
        server.shutdown()
        server.server_close()
