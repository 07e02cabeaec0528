"""Turn an address of the World Wide Web into a file in memory, and reach nothing but the Web.

Proxies that the environment names are not used: behind one, the address that is connected to could
not be checked.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import httpcore
import httpx

from vectorstore.errors import ArticleError
from vectorstore.formats.document import File
from vectorstore.formats.web_address import Backend

MAX_BYTES = 50_000_000
"""Bytes of a page, unpacked."""
MAX_SECONDS = 60.0
"""Seconds for one address, redirects included."""
MAX_REDIRECTS = 5

HTML, FEED, PDF, PACKED, TEXT = "html", "feed", "pdf", "packed", "text"

_HEADERS = (
    ("User-Agent", "Mozilla/5.0 (compatible; Wenju)"),
    ("Accept", "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, */*"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Accept-Language", "zh, en;q=0.5"),
    ("Connection", "close"),
)
_KINDS = (
    (PDF, re.compile(r"application/(?:x-)?pdf")),
    (FEED, re.compile(r"application/(?:rss|atom|rdf)\+xml")),
    (HTML, re.compile(r"text/html|application/xhtml\+xml|multipart/related")),
    (PACKED, re.compile(r"application/(?:(?:x-)?zip|epub\+zip|vnd\.openxmlformats.*\.document$)")),
    (TEXT, re.compile(r"text/(?!xml|css|javascript)|application/(?:x-)?(?:markdown|ndjson|jsonl)")),
)
_UNSAID = re.compile(r"^$|octet-stream|application/(?:x-)?(?:download|unknown)|[/+]xml$")
_PROLOG = (
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"(?:<!DOCTYPE\s+(?!html)[^>\[]*(?:\[.*?\]\s*)?>\s*)?(?:<!--.*?-->\s*)*"
)
_BEGINNINGS = (
    (PDF, re.compile(rb"%PDF-")),
    (PACKED, re.compile(rb"PK\x03\x04")),
    (FEED, re.compile(_PROLOG + rb"<(?:rss|feed|rdf:RDF)\b", re.DOTALL)),
    (HTML, re.compile(_PROLOG + rb"<(?:!doctype\s+html|html|head|body)\b", re.DOTALL | re.I)),
)
_LOOKED_AT = 4096
_SAVE_IT = "Save the page in a browser and add the file."


@dataclass(frozen=True)
class Fetched:
    """A file from the Web; `kind` is HTML, FEED, PDF, PACKED or TEXT, by what its server says."""

    file: File
    kind: str


def fetch(url: str, allow_private: bool = False) -> File:
    """Give what stands at an address, in memory; its name is the address.

    Raises ArticleError when it cannot be had, and for addresses of this machine and of private
    networks, which `allow_private` lets pass.
    """
    return fetched(url, allow_private).file


def fetched(url: str, allow_private: bool = False) -> Fetched:
    """Give what stands at an address, and what kind of thing it is."""
    backend = Backend(allow_private, MAX_SECONDS)
    at = _checked(url, url)
    with httpcore.ConnectionPool(network_backend=backend, max_keepalive_connections=0) as pool:
        for _ in range(MAX_REDIRECTS + 1):
            answer = _asked(pool, at, url)
            if answer.leads_to is None:
                return _file(answer, at, url)
            at = _checked(answer.leads_to, url)
    raise ArticleError(
        f"{url} redirects more than {MAX_REDIRECTS} times. Open it in a browser and add the"
        " address that you see there."
    )


@dataclass(frozen=True)
class _Answer:
    """What a server answers: a body and its type, or another address."""

    body: bytes = b""
    type: str = ""
    leads_to: str | None = None


def _checked(address: str, url: str) -> httpx.URL:
    """Give an address that may be asked; `url` is the one that was given."""
    by = "" if address == url else f" redirects to {address[:200]}, which"
    try:
        parsed = httpx.URL(address.strip())
    except (httpx.InvalidURL, ValueError) as exc:
        raise ArticleError(f"{url}{by} is not a web address. Check the spelling.") from exc
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise ArticleError(f"{url}{by} is not a web address. Check the spelling.")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ArticleError(
            f"{url}{by} is not an http:// or https:// address; nothing else is fetched."
            " Save it as a file and add that."
        )
    if parsed.userinfo:
        raise ArticleError(
            f"{parsed.host}: an address with a name or password in it is not fetched. {_SAVE_IT}"
        )
    return parsed


def _asked(pool: httpcore.ConnectionPool, at: httpx.URL, url: str) -> _Answer:
    headers = [("Host", at.netloc.decode("ascii")), *_HEADERS]
    target = httpcore.URL(scheme=at.raw_scheme, host=at.raw_host, port=at.port, target=at.raw_path)
    try:
        with pool.stream("GET", target, headers=headers) as response:
            return _answer(response, at, url)
    except httpcore.TimeoutException as exc:
        raise ArticleError(
            f"{url} does not answer in time ({MAX_SECONDS:.0f} s in all). Try again later."
        ) from exc
    except httpcore.ConnectError as exc:
        said = "its certificate is not valid" if "CERTIFICATE" in str(exc).upper() else f"{exc}"
        raise ArticleError(f"{url} cannot be reached: {said}. {_SAVE_IT}") from exc
    except (
        httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, zlib.error
    ) as exc:  # fmt: skip
        raise ArticleError(f"{url} broke off or is garbled: {exc}. Try again later.") from exc


def _answer(response: httpcore.Response, at: httpx.URL, url: str) -> _Answer:
    headers = {key.lower(): value.decode("latin-1") for key, value in response.headers}
    if response.status in (301, 302, 303, 307, 308) and headers.get(b"location"):
        # Servers write Chinese paths as bare UTF-8 bytes.
        to = headers[b"location"].encode("latin-1").decode("utf-8", "replace")
        return _Answer(leads_to=_joined(at, to, url))
    if response.status != 200:
        raise ArticleError(_refused(response.status, url))
    length = headers.get(b"content-length", "")
    if length.isdigit() and int(length[:20]) > MAX_BYTES:
        raise ArticleError(_too_large(url))
    type = headers.get(b"content-type", "").partition(";")[0].strip().lower()
    if not (_UNSAID.search(type) or any(known.match(type) for _, known in _KINDS)):
        raise ArticleError(f"{url} is {type[:60]}, not an article. Left out.")
    return _Answer(_body(response, headers.get(b"content-encoding", ""), url), type)


def _joined(at: httpx.URL, to: str, url: str) -> str:
    try:
        return str(at.join(to))
    except (httpx.InvalidURL, ValueError) as exc:
        raise ArticleError(f"{url} redirects to what is not an address. {_SAVE_IT}") from exc


def _refused(status: int, url: str) -> str:
    if status in (401, 402, 403, 407, 451):
        return f"{url} is not given to programs ({status}). {_SAVE_IT}"
    if status in (404, 410):
        return f"{url} is not there ({status}). Check the address."
    return f"{url} answers with status {status} instead of a page. Try again later."


def _too_large(url: str) -> str:
    return f"{url} is larger than {MAX_BYTES // 1_000_000} MB. Save it as a file and add that."


def _body(response: httpcore.Response, encoding: str, url: str) -> bytes:
    """Give the body unpacked, never holding more of it than may be."""
    unpack = _unpacking(encoding.strip().lower(), url)
    body = bytearray()
    for piece in response.iter_stream():
        body += unpack(piece)
        if len(body) > MAX_BYTES:
            raise ArticleError(_too_large(url))
    if not body:
        raise ArticleError(f"{url} is empty. Left out.")
    return bytes(body)


def _unpacking(encoding: str, url: str) -> Callable[[bytes], bytes]:
    if encoding in ("", "identity"):
        return bytes
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ArticleError(f"{url} is packed as {encoding[:20]}, which is not read. {_SAVE_IT}")
    # 47: a header of gzip or of zlib; what goes over the limit stays packed.
    unpacker = zlib.decompressobj(47)
    return lambda piece: unpacker.decompress(piece, MAX_BYTES + 1)


def _file(answer: _Answer, at: httpx.URL, url: str) -> Fetched:
    body, kind = answer.body, _kind(answer, url)
    suffix = ".html" if kind == HTML else ""
    return Fetched(File(url, len(body), lambda: BytesIO(body), str(at), suffix), kind)


def _kind(answer: _Answer, url: str) -> str:
    """Give the kind a server says; where it says none, or only XML, the one it begins like."""
    if not _UNSAID.search(answer.type):
        return next(kind for kind, known in _KINDS if known.match(answer.type))
    start = answer.body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    for kind, beginning in _BEGINNINGS:
        if beginning.match(start):
            return kind
    if answer.type.endswith("xml") or b"\0" in start:
        raise ArticleError(f"{url} is neither a page nor a feed, a PDF or text. Left out.")
    return TEXT
