"""Cut an article into passages of whole sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from vectorstore.article import Article, Passage
from vectorstore.script import width

TARGET_WIDTH = 180
"""Passage size in Chinese characters; the best of the sizes tried on CMRC 2018 and DRCD."""

MAX_SENTENCE_WIDTH = 360
"""A longer sentence is cut at a comma, or anywhere when it has none."""

_CLOSERS = "”’」』）)】》〉\"'"
_END = re.compile(
    rf"""
      (?P<title>《[^《》\n]{{1,60}}》)                # none: a title may hold them
    | [。！？｡]++[{_CLOSERS}]*+(?![，、；：,;:])      # Chinese and Japanese full stops
    | [!?]++[{_CLOSERS}]*+(?![A-Za-z0-9_=&/#.，、；：,;:])  # the same, typed in ASCII; not in a URL
    | (?:…{{1,2}}|\.{{3,6}})[{_CLOSERS}]*(?=\s|$)   # an ellipsis that ends a line or a quotation
    | …{{1,2}}[”’」』]+
    | (?<![\s.])\.[{_CLOSERS}]*(?=\s+["'“‘(]?[^\sa-z]|\s*$)  # an English full stop
    | \n+
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|No|Inc|Ltd|Co|Corp|Gen|Col|Sen|Rep|Gov|Fig|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Za-z]|\b[A-Z]\.[A-Z])\.$"
)
_BREAK = re.compile(r"[；;，、：\s]+|(?<!\d)[,:]+|[,:]+(?!\d)")
_HEADING = re.compile(r"^(#{1,6})[ \t]+(\S.*)$", re.MULTILINE)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Give `(start, end)` of each sentence of `text[start:end]`, white space around it left out."""
    stop = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    for left, right in pairwise([start, *_ends(text, start, stop), stop]):
        spans.extend(_cut(text, *_strip(text, left, right)))
    return [span for span in spans if _speaks(text, span)]


def passages(article: Article, target: float = TARGET_WIDTH) -> list[Passage]:
    """Cut `article` into passages of about `target` Chinese characters that end with a sentence.

    The title, and the Markdown heading a passage stands under, go with it for the search. A
    heading with no sentence under it is a passage itself. Of equal passages the first counts.
    """
    made: list[Passage] = []
    met: set[str] = set()
    for line, start, end in _sections(article.text):
        heading, spans = article.text[slice(*line)], sentences(article.text, start, end)
        if not spans:
            heading, spans = "", sentences(article.text, *line)
        for left, right in _pack(article.text, spans, target):
            if article.text[left:right] in met:
                continue
            met.add(article.text[left:right])
            made.append(
                Passage(
                    id=f"{article.id}:{len(made) + 1}",
                    article_id=article.id,
                    start=left,
                    end=right,
                    text=article.text[left:right],
                    title=article.title,
                    heading=heading,
                )
            )
    return made


def _ends(text: str, start: int, stop: int) -> Iterator[int]:
    for match in _END.finditer(text, start, stop):
        if match.lastgroup == "title":
            continue
        stops_short = match.group().startswith(".") and len(match.group()) == 1
        if not (
            stops_short and _ABBREVIATION.search(text, max(start, match.end() - 12), match.end())
        ):
            yield match.end()


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _speaks(text: str, span: tuple[int, int]) -> bool:
    return any(c.isalnum() for c in text[span[0] : span[1]])


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while width(text[start : min(end, start + 3 * MAX_SENTENCE_WIDTH)]) > MAX_SENTENCE_WIDTH:
        most = start + MAX_SENTENCE_WIDTH
        ends = (m.end() for m in _BREAK.finditer(text, start + 1, most + 1))
        at = max((at for at in ends if at <= most), default=most)
        yield _strip(text, start, at)
        start = at
    if start < end:
        yield start, end


def _sections(text: str) -> Iterator[tuple[tuple[int, int], int, int]]:
    """Give where each section's heading stands (nowhere for the first), its start and its end."""
    line, start = (0, 0), 0
    for match in _HEADING.finditer(text):
        yield line, start, match.start()
        heading = match.group(2).rstrip(" \t#")
        line, start = (match.start(2), match.start(2) + len(heading)), match.end()
    yield line, start, len(text)


def _pack(text: str, spans: list[tuple[int, int]], target: float) -> list[tuple[int, int]]:
    """Join neighbouring sentences; a passage closes where the next one would overfill it."""
    packed: list[tuple[int, int]] = []
    for left, right in spans:
        if packed and _fits(text[packed[-1][0] : right], text[slice(*packed[-1])], target):
            packed[-1] = packed[-1][0], right
        else:
            packed.append((left, right))
    return packed


def _fits(joined: str, so_far: str, target: float) -> bool:
    return width(so_far) < target and width(joined) <= target * 1.2
