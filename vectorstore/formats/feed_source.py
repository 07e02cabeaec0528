"""Turn the bytes of a feed into XML that can be parsed, and refuse what is no feed."""

from __future__ import annotations

import re
from html import escape, unescape

from vectorstore.clean.encoding import decode
from vectorstore.errors import ArticleError

_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^<>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile("<!(?=DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_COMMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_REFERENCE = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))|&(?P<name>#\d{1,9}|#[xX][\da-fA-F]{1,8}|\w{1,40});|&",
    re.DOTALL,
)
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = 20_000


def source(data: bytes, name: str) -> str:
    """Give the XML of a feed without declarations; raises ArticleError for what is no feed."""
    declared = _ENCODING.search(data[:200])
    text = decode(data, name, declared[1].decode("ascii", "ignore") if declared else "")
    # Entities of a feed's own can stand for more text than there is memory; none are needed.
    text = _DECLARATION.sub("", text, count=1)
    text = _DECLARED.sub("&lt;!", _DOCTYPE.sub("", text[:_HEAD]) + text[_HEAD:])
    root = _ROOT.search(_COMMENT.sub("", text[:_HEAD]))
    if root is None or root[2].lower() not in ("rss", "feed", "rdf"):
        what = f"XML of the kind <{root[0][1:60]}>" if root else "not XML"
        raise ArticleError(f"{name} is {what}, not a feed (rss, feed, rdf). Left out.")
    return _NOT_XML.sub("", _REFERENCE.sub(_known, text))


def _known(reference: re.Match[str]) -> str:
    """Write a reference of HTML as the character it names, and an & that is none as itself."""
    name = reference["name"]
    if reference["cdata"] or name in _OF_XML:
        return reference[0]
    return escape(unescape(f"&{name};") if name else "&")
