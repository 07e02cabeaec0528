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
_TAG = re.compile(
    rf"(?<!`)</?(?:(?P<line>br|hr|{_BLOCKS})|(?P<inline>{_INLINE}))(?:{_ATTRIBUTES})>(?!`)",
    re.IGNORECASE,
)
_NAMES = (
    "nbsp|amp|lt|gt|quot|apos|ldquo|rdquo|lsquo|rsquo|laquo|raquo|mdash|ndash|hellip|middot|bull"
    "|times|deg|ensp|emsp|thinsp|copy|reg|trade|yen|pound|euro|permil|plusmn"
)
_ENTITY = re.compile(rf"(?<!`)&(?:#\d{{2,6}}|#[xX][0-9a-fA-F]{{2,5}}|{_NAMES});")


def edits(text: str) -> list[Edit]:
    """Give the edits that leave what a browser would show of tags and entities in a text.

    Code, fenced or between backticks, stays as it is.
    """
    if "<" not in text and "&" not in text:
        return []
    found = [m for start, end in unfenced(text) for m in _TAG.finditer(text, start, end)]
    tags = [Edit(m.start(), m.end(), "\n" if m["line"] else "", MARKUP) for m in found]
    signs = [
        Edit(m.start(), m.end(), unescape(m.group()), MARKUP)
        for start, end in unfenced(text)
        for m in _ENTITY.finditer(text, start, end)
    ]
    inside = {at for tag in tags for at in range(tag.start, tag.end)} if tags and signs else set()
    kept = tags if len(tags) >= FEWEST else []
    return sorted(
        [*kept, *(sign for sign in signs if sign.start not in inside)], key=lambda e: e.start
    )
