"""Turn HTML source into the lines a reader sees, each with its place in the source."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

from vectorstore.formats.html_lines import LINE, PARAGRAPH, Line, Lines
from vectorstore.formats.html_tags import Tag, tags

_PARTED = dict.fromkeys(
    """address article aside blockquote body center details dialog dir div dl fieldset figcaption
    figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend main menu nav ol p
    pre search section summary table ul""".split(),
    PARAGRAPH,
) | dict.fromkeys("caption dd dt li tbody tfoot thead".split(), LINE)
_UNREAD = frozenset(
    """applet audio button canvas datalist iframe noembed noframes noscript object option rp rt rtc
    script select style svg template textarea title video""".split()
)
_VOID = frozenset(
    "area base br col embed frame hr img input link meta param source track wbr !".split()
)
_TELLING = frozenset("h1 link meta script time title".split())
_ENDED_BY = {
    **{name: {"p"} for name, separator in _PARTED.items() if separator == PARAGRAPH},
    **{name: {name, "p"} for name in ("li", "tr", "td", "th", "option")},
    **dict.fromkeys(("dd", "dt"), {"dd", "dt", "p"}),
    **dict.fromkeys(("rt", "rp", "rb", "rtc"), {"rt", "rp", "rb"}),
    "a": {"a"},
}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDING = re.compile(r"""\s(?:hidden|style)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?""", re.I)
_PART = re.compile(
    r"(?P<space>[ \t\n\r\f]+)|(?P<entity>&(?:\#(?:\d+|[xX][0-9a-fA-F]+)|[A-Za-z][A-Za-z0-9]*);?)"
    r"|[^ \t\n\r\f&]+|&"
)
_NUMBER = re.compile(r"[-−+]?\d+")
_RAISED = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")
_HTML_SPACE = " \t\n\r\f"
_LONG_TAG = 2000
_DEEPEST = 150
"""Levels of nesting that are passed on; a parser in C may not stand more."""


@dataclass(frozen=True)
class Visible:
    """What a reader sees of a page, the tags that tell facts of it, and its markup alone.

    In `markup` all that is not read is left out, and nesting beyond a reasonable depth.
    """

    lines: list[Line]
    telling: list[Tag]
    markup: str


def visible(html: str, show_hidden: bool = False) -> Visible:
    """Read a page's source; its hidden parts are marked as such, or taken as seen."""
    reader = _Reader(html, show_hidden)
    at = 0
    for tag in tags(html):
        reader.text(at, tag.start)
        reader.tag(tag)
        at = tag.end
    reader.text(at, len(html))
    reader.lines.part(PARAGRAPH)
    return Visible(reader.lines.done, reader.telling, "".join(reader.markup))


class _Reader:
    """Takes the text and the tags of a page in turn."""

    def __init__(self, html: str, show_hidden: bool) -> None:
        self.html = html
        self.show_hidden = show_hidden
        self.lines = Lines()
        self.telling: list[Tag] = []
        self.markup: list[str] = []
        self.open: list[tuple[str, bool, bool]] = []
        self.names: Counter[str] = Counter()
        self.unread = self.hidden = 0

    def text(self, start: int, end: int) -> None:
        if start >= end or self.unread:
            return
        if not self.hidden:
            self.markup.append(self.html[start:end])
        hidden, linked = self.hidden > 0, self.names["a"] > 0
        kept_lines = self.names["pre"] > 0
        for part in _PART.finditer(self.html, start, end):
            text, at = part[0], part.start()
            length = len(text)
            if part.lastgroup == "entity":
                text = unescape(text)
            if not text.strip(_HTML_SPACE):
                if kept_lines and "\n" in text:
                    for _ in range(min(text.count("\n"), 2)):
                        self.lines.line_break()
                self.lines.space(at, length, "\n" in text, hidden)
            else:
                raised = self.names["sup"] and _NUMBER.fullmatch(text)
                shown = text.translate(_RAISED) if raised else text  # 10⁸, which is not 108
                self.lines.add(shown, at, length, linked, hidden)

    def tag(self, tag: Tag) -> None:
        if tag.name in _TELLING:
            self.telling.append(tag)
        before = self._is_passed_on()
        if tag.closes:
            self._close(tag)
        else:
            self._open(tag)
        if before and self._is_passed_on() and tag.name != "!":
            self.markup.append(self._plain(tag))

    def _is_passed_on(self) -> bool:
        return not (self.unread or self.hidden) and len(self.open) <= _DEEPEST

    def _open(self, tag: Tag) -> None:
        name = tag.name
        ends = _ENDED_BY.get(name, ())
        while self.open and self.open[-1][0] in ends:
            self._pop()
        if not self.unread:
            self._separate(name, False)
        if name in _VOID:
            return
        hidden = not self.show_hidden and _is_hidden(tag)
        unread = name in _UNREAD
        self.open.append((name, unread, hidden))
        self.names[name] += 1
        self.unread += unread
        self.hidden += hidden

    def _close(self, tag: Tag) -> None:
        if tag.name == "br":
            self.lines.line_break()
        if not self.unread:
            self._separate(tag.name, True)
        if self.names[tag.name]:
            while self._pop() != tag.name:
                pass

    def _pop(self) -> str:
        name, unread, hidden = self.open.pop()
        self.names[name] -= 1
        self.unread -= unread
        self.hidden -= hidden
        return name

    def _separate(self, name: str, closes: bool) -> None:
        if name == "br" and not closes:
            self.lines.line_break()
        elif name == "tr" and not closes:
            self.lines.row()
        elif name in ("td", "th") and not closes:
            self.lines.cell()
        elif name in ("tr", "table"):
            self.lines.row_end()
        if name in _PARTED:
            self.lines.part(_PARTED[name])

    def _plain(self, tag: Tag) -> str:
        """Give a tag without what hides it, and without pictures written into it."""
        if tag.end - tag.start > _LONG_TAG:
            return f"<{'/' * tag.closes}{tag.name}>"
        written = self.html[tag.start : tag.end]
        return _HIDING.sub("", written) if self.show_hidden else written


def _is_hidden(tag: Tag) -> bool:
    written = tag.written.lower()
    if "hidden" not in written and "none" not in written:
        return False
    attributes = tag.attributes()
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
