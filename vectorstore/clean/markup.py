"""Take out the tags of a web page that were left in a text, and read its entities."""

from __future__ import annotations

import re
from html import unescape

from vectorstore.clean.edit import MARKUP, Edit
from vectorstore.clean.fences import unfenced

FEWEST = 2
"""Tags in a text from which on they are left from a page, and none is a word in brackets."""

_BLOCKS = "p|div|section|article|h[1-6]|li|ul|ol|table|tbody|tr|blockquote|figure|figcaption|center"
_INLINE = "a|b|i|u|em|strong|span|font|img|small|big|sub|sup|code|wbr|td|th"
_ATTRIBUTES = r"(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))?)*\s*/?"
_NAMES = (
    "nbsp|amp|lt|gt|quot|apos|ldquo|rdquo|lsquo|rsquo|laquo|raquo|mdash|ndash|hellip|middot|bull"
    "|times|deg|ensp|emsp|thinsp|copy|reg|trade|yen|pound|euro|permil|plusmn"
)
_FOUND = re.compile(
    rf"(?<!`)(?:</?(?:(?P<line>br|hr|{_BLOCKS})|{_INLINE})(?:{_ATTRIBUTES})>(?!`)"
    rf"|(?P<entity>(?-i:&(?:#\d{{2,6}}|#[xX][0-9a-fA-F]{{2,5}}|{_NAMES});)))",
    re.IGNORECASE,
)


def edits(text: str) -> list[Edit]:
    """Give the edits that leave what a browser would show of tags and entities in a text.

    Code, fenced or between backticks, stays as it is.
    """
    if "<" not in text and "&" not in text:
        return []
    found = [m for start, end in unfenced(text) for m in _FOUND.finditer(text, start, end)]
    tagged = sum(not m["entity"] for m in found) >= FEWEST
    return [Edit(m.start(), m.end(), _shown(m), MARKUP) for m in found if tagged or m["entity"]]


def _shown(match: re.Match[str]) -> str:
    if match["entity"]:
        return unescape(match.group())
    return "\n" if match["line"] else ""
