"""Find the tags in HTML source, in the order they stand, in time that grows with its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

RAW = frozenset(
    "script style title textarea iframe noembed noframes xmp".split()
)  # what stands in these is no markup up to their own end tag

_TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>=]++|=[ \t\r\n\f]*+(?:"[^"]*+"|'[^']*+')?+)*+)>"""
)
_PLAIN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)([^>]*+)>")
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""",
)
_CUT_OFF = re.compile(r"<(?:!|/?[a-zA-Z])")
_MOST_BROKEN_QUOTES = 10
_XML = re.compile(r"<\?xml\b|xmlns\s*=\s*[\"']http://www\.w3\.org/1999/xhtml")
_HEAD = 2_000


class Tag(NamedTuple):
    """One tag of the source, from `start` up to `end`; comments and the like are named `!`."""

    start: int
    end: int
    name: str
    closes: bool
    written: str

    def attributes(self) -> dict[str, str]:
        """Give the attributes by their names in lower case; the first of a name counts."""
        found: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(self.written):
            found.setdefault(name.lower(), unescape("".join(values)))
        return found


def tags(html: str) -> Iterator[Tag]:
    """Give the tags one after another; what stands between two of them is text."""
    at, last, broken, comments_end = 0, html.rfind(">"), 0, True
    is_xml = bool(_XML.search(html, 0, _HEAD))
    while 0 <= (at := html.find("<", at)) < last:
        following = html[at + 1]
        if html.startswith("<!--", at) and comments_end:
            end = html.find("-->", at + 2)
            comments_end = end >= 0
            if comments_end:
                yield Tag(at, end + 3, "!", False, "")
                at = end + 3
        elif following in "!?" or (following == "/" and not html[at + 2].isalpha()):
            end = html.find(">", at) + 1
            yield Tag(at, end, "!", False, "")
            at = end
        elif following == "/" or following.isascii() and following.isalpha():
            # A quote that never ends costs a look at all the rest: only a few of them are given it.
            match = _TAG.match(html, at) if broken < _MOST_BROKEN_QUOTES else None
            if match is None:
                broken += 1
                match = _PLAIN_TAG.match(html, at)
            if match is None:
                at += 1
                continue
            closes, name = bool(match[1]), match[2].lower()
            yield Tag(at, match.end(), name, closes, match[3])
            at = match.end()
            if name in RAW and not closes:
                if is_xml and match[3].rstrip().endswith("/"):
                    yield Tag(at, at, name, True, "")
                else:
                    at = _end_of_raw(html, name, at)
        else:
            at += 1
    # A tag that was cut off with the file is no text.
    if at >= 0 and (cut := _CUT_OFF.search(html, at)):
        yield Tag(cut.start(), len(html), "!", False, "")


def _end_of_raw(html: str, name: str, at: int) -> int:
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, at)
    return end.start() if end else len(html)
