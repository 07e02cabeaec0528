"""Turn the marks of a page into facts: title, author, publisher, date, address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from vectorstore.article import Facts
from vectorstore.formats.html_tags import Tag
from vectorstore.formats.html_title import without_site
from vectorstore.formats.marked_date import day

_LONGEST = 300
_LONGEST_READ = 1_000_000
_HEAD = 10_000

# Names that metas give these facts, in lower case, the surest first; those of the Chinese
# government's and Weibo's conventions among them.
_TITLES = ("og:title", "articletitle", "headline", "citation_title", "dc.title", "twitter:title")
_AUTHORS = ("author", "article:author", "og:article:author", "byl", "dc.creator", "citation_author")
_SOURCES = ("contentsource", "source")
_SITES = (
    "og:site_name", "publisher", "article:publisher", "dc.publisher", "sitename",
    "application-name",
)  # fmt: skip
_DATES = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "pubdate", "publishdate", "publish_date", "publishtime", "publish_time", "publication_date",
    "citation_publication_date", "dc.date.issued", "dcterms.issued", "dc.date", "parsely-pub-date",
    "weibo: article:create_at", "weibo:article:create_at", "og:release_date", "date",
)  # fmt: skip
_ARTICLE = re.compile("article|posting|report|webpage", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_MARKUP = re.compile(r"<[^<>]*>")


def facts(html: str, telling: Sequence[Tag], address: str) -> Facts:
    """Give what the tags of a page say of its article; never what is only guessed."""
    metas, data = _metas(telling), _linked_data(html, telling)
    sites = [data.get("publisher", ""), *_values(metas, _SITES)]
    titles = [data.get("title", ""), *_values(metas, _TITLES)]
    return Facts(
        title=_title(html, telling, titles, sites),
        author=_name([*_values(metas, _AUTHORS), data.get("author", "")]),
        publisher=_name([*_values(metas, _SOURCES), *sites]),
        date=_day(html, telling, [data.get("date", ""), *_values(metas, _DATES)]),
        url=_address(html, telling, metas, address),
    )


def _values(metas: Mapping[str, str], names: Iterable[str]) -> list[str]:
    return [metas[name] for name in names if metas.get(name)]


def _metas(telling: Sequence[Tag]) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in telling:
        if tag.name == "meta":
            attributes = tag.attributes()
            for key in ("name", "property", "itemprop"):
                name = attributes.get(key, "").strip().lower()
                if name and attributes.get("content"):
                    found.setdefault(name, _one_line(attributes["content"]))
    return found


def _inside(html: str, telling: Sequence[Tag], name: str) -> Iterator[tuple[Tag, str]]:
    """Give the tags of a name with the source up to the next that tells something."""
    for number, tag in enumerate(telling):
        if tag.name == name and not tag.closes:
            end = telling[number + 1].start if number + 1 < len(telling) else len(html)
            yield tag, html[tag.end : min(end, tag.end + _LONGEST_READ)]


def _title(html: str, telling: Sequence[Tag], told: Sequence[str], sites: Sequence[str]) -> str:
    headings = [_shown(text) for _, text in _inside(html, telling, "h1")]
    written = next((_shown(text) for _, text in _inside(html, telling, "title")), "")
    agreed = [h for h in headings if h and h in written]
    for title in (*told, *agreed[:1], written, *headings):
        if title:
            return without_site(title, sites, [*told, *headings])[:_LONGEST]
    return ""


def _day(html: str, telling: Sequence[Tag], told: Sequence[str]) -> str:
    """Give the day it was published; a time among others must say that it is that."""
    times = [(t.attributes(), text) for t, text in _inside(html, telling, "time")]
    said = [
        (attributes.get("datetime", ""), text)
        for attributes, text in times
        if len(times) == 1
        or "pubdate" in attributes
        or "published" in attributes.get("itemprop", "").lower()
    ]
    written = (*told, *(part for pair in said[:1] for part in (pair[0], _shown(pair[1]))))
    return next(filter(None, map(day, written)), "")


def _name(found: Iterable[str]) -> str:
    """Give the first that is a name, not an address."""
    named = (n for n in found if n and "://" not in n and not n.startswith(("@", "www.")))
    return next(named, "")[:_LONGEST]


def _address(html: str, telling: Sequence[Tag], metas: Mapping[str, str], address: str) -> str:
    saved = _SAVED_FROM.search(html[:_HEAD])
    base = address or (saved[1] if saved else "")
    links = (tag.attributes() for tag in telling if tag.name == "link")
    canonical = (a.get("href", "") for a in links if "canonical" in a.get("rel", "").lower())
    links_to: list[str] = [*canonical, metas.get("og:url", ""), base]
    for link in links_to:
        try:
            whole = str(urljoin(base, link.strip()))
            parts = urlsplit(whole)
        except ValueError:
            continue
        if link and parts.scheme in ("http", "https") and parts.netloc and len(whole) < 2000:
            return whole
    return ""


def _linked_data(html: str, telling: Sequence[Tag]) -> dict[str, str]:
    """Give what the JSON-LD of a page says of an article."""
    found: dict[str, str] = {}
    for tag, text in _inside(html, telling, "script"):
        if "ld+json" in tag.attributes().get("type", "").lower():
            try:
                nodes = list(_nodes(json.loads(text, strict=False)))
            except (ValueError, RecursionError):
                continue
            for node in nodes:
                for key, value in _told(node):
                    found.setdefault(key, _one_line(unescape(value)))
    return found


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Give the objects that are an article, or do not say what they are."""
    waiting = [data]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, dict):
            if _ARTICLE.search(str(node.get("@type", "article"))):
                yield node
            waiting += [node[key] for key in ("mainEntity", "@graph") if key in node]


def _told(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, names in (
        ("title", ("headline", "title")),
        ("date", ("datePublished", "pubDate", "dateCreated")),
        ("author", ("author", "creator")),
        ("publisher", ("publisher",)),
    ):
        for name in names:
            if value := "、".join(_names(node.get(name))):
                yield key, value


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
    elif isinstance(value, dict) and isinstance(value.get("name"), str):
        yield value["name"]
    elif isinstance(value, list):
        for one in value[:10]:
            yield from _names(one) if not isinstance(one, list) else ()


def _shown(source: str) -> str:
    return _one_line(unescape(_MARKUP.sub("", source)))


def _one_line(text: str) -> str:
    return " ".join(text.split())
