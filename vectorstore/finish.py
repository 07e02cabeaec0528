"""Articles made of clean text, and what every article gets before it is kept."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import Any

from vectorstore.article import Article, OffsetMap

MAX_FIELD = 500
"""Characters kept of an id, title, source or date."""

_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def from_text(
    text: str, id: str, title: str = "", source: str = "", date: str = "", origin: str = ""
) -> Article:
    """Make an article of a text that is clean, whose offsets are the source's own."""
    return finish(
        Article(
            id=id,
            text=text,
            title=title,
            source=source or id,
            date=date,
            origin=origin,
            offsets=OffsetMap.shifted(len(text)),
        )
    )


def finish(article: Article) -> Article:
    """Give the article with lone surrogates marked as lost, and with its digest."""
    fields = ("id", "text", "title", "source", "date", "origin", "author", "publisher", "raw")
    said: dict[str, Any] = {name: legible(getattr(article, name)) for name in fields}
    for name in ("id", "title", "source", "date", "author", "publisher"):
        said[name] = one_line(said[name])[:MAX_FIELD]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
    return replace(article, **said, digest=digest.hexdigest())


def one_line(text: str) -> str:
    """Give a name on one line, without what would steer a terminal or turn the reading order."""
    return STEERING.sub("", _SPACES.sub(" ", text))


def legible(text: str) -> str:
    """Give `text` with lone surrogates marked as lost: nothing can print or store them."""
    return _SURROGATE.sub("\ufffd", text)
