"""Find in a web page's source what a reader does not see: tags, comments, scripts, styles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vectorstore.formats.html_tags import tags

HIDDEN = frozenset(
    "audio canvas head iframe noscript object script style svg template title video".split()
)
"""Elements that go with all they hold."""

BREAKING = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option"
    " p pre section select summary table tbody tfoot thead tr ul".split()
)
"""Elements that begin and end a line."""


class Unseen(NamedTuple):
    """A stretch that is not shown; where it `breaks`, what follows is on a line of its own."""

    start: int
    end: int
    breaks: bool


def unseen(source: str) -> Iterator[Unseen]:
    """Give the stretches of a web page's source that are not shown, in order and apart."""
    inside, start = "", 0
    for tag in tags(source):
        if inside and not (tag.closes and tag.name == inside):
            continue
        if inside:
            yield Unseen(start, tag.end, False)
            inside = ""
        elif tag.name in HIDDEN and not tag.closes and not tag.written.endswith("/"):
            inside, start = tag.name, tag.start
        else:
            yield Unseen(tag.start, tag.end, tag.name in BREAKING)
    if inside:
        yield Unseen(start, len(source), False)
