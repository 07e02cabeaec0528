"""Find the article among the lines of a page."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from lxml import etree
from lxml.html import HTMLParser, document_fromstring
from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG

from vectorstore.formats.html_lines import Line

_SHORTEST = 80
"""Characters below which the extractor looks elsewhere; its own 250 are for English."""
_MOST_TAGS = 20_000
"""Tags that the extractor is given; its time grows with the square of lists and tables."""
_SENSIBLE_SHARE = 0.25
_LONG = 16
_MOST_MISSED = 3
_OTHER = re.compile(r"[\W_]+")
_STOP = re.compile(r"[。！？；!?;\n]")
_UNPARSABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def article_lines(lines: Sequence[Line], markup: str) -> list[int]:
    """Give the numbers of the lines that are the article; all when nothing stands out."""
    keys = [_key(line.text) for line in lines]
    dense = _densest(lines, keys)
    found = _held(keys, _pieces(markup)) if markup.count("<") <= _MOST_TAGS else []
    if _length(keys, found) < _SENSIBLE_SHARE * _length(keys, dense):
        found = dense
    if not any(keys[number] for number in found):
        return list(range(len(lines)))
    return _with_missed(lines, keys, _without_links(lines, found))


def _key(text: str) -> str:
    """Give the letters and digits alone: the extractor changes white space and marks."""
    return _OTHER.sub("", text)


def _length(keys: Sequence[str], numbers: Sequence[int]) -> int:
    return sum(len(keys[number]) for number in numbers)


def _pieces(markup: str) -> list[str]:
    """Give the paragraphs that the extractor takes for the article."""
    data = _UNPARSABLE.sub(" ", markup).encode()
    config = deepcopy(DEFAULT_CONFIG)
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(_SHORTEST))
    try:
        tree = document_fromstring(
            data, parser=HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        )
        found = bare_extraction(tree, favor_recall=True, include_comments=False, config=config)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        # What it cannot take apart is left to the densest lines.
        return []
    body = getattr(found, "body", None)
    return ["\n".join(element.itertext()) for element in body] if body is not None else []


def _held(keys: Sequence[str], pieces: Sequence[str]) -> list[int]:
    """Give the lines of which most stands in the pieces."""
    whole = "".join(keys)
    marks = bytearray(len(whole))
    for start, end in _places(whole, pieces):
        marks[start:end] = b"\1" * (end - start)
    held, at = [], 0
    for number, key in enumerate(keys):
        if key and 2 * marks.count(1, at, at + len(key)) >= len(key):
            held.append(number)
        at += len(key)
    return held


def _places(whole: str, pieces: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Find the pieces, in order: the long ones first, the short ones between their neighbours."""
    at, waiting = 0, list[str]()
    for key in _sought(whole, pieces):
        if len(key) < _LONG:
            waiting.append(key)
            continue
        start = whole.find(key, at)
        if start < 0:
            continue
        yield from _between(whole, waiting, at, start)
        yield start, start + len(key)
        at, waiting = start + len(key), []
    yield from _between(whole, waiting, at, min(at + 2000, len(whole)))


def _sought(whole: str, pieces: Sequence[str]) -> Iterator[str]:
    """Give the pieces' letters, those of each sentence where a piece is not found whole."""
    for piece in pieces:
        key = _key(piece)
        if key in whole:
            yield key
        else:
            yield from filter(None, map(_key, _STOP.split(piece)))


def _between(whole: str, keys: Sequence[str], at: int, end: int) -> Iterator[tuple[int, int]]:
    for key in keys:
        start = whole.find(key, at, end)
        if start >= 0:
            at = start + len(key)
            yield start, at


def _densest(lines: Sequence[Line], keys: Sequence[str]) -> list[int]:
    """Give the lines in a row that hold most text for the least of links and short lines."""
    best = total = 0
    start, span = 0, range(0)
    for number, (line, key) in enumerate(zip(lines, keys, strict=True)):
        total += len(key) - 2 * line.linked - 10
        if total <= 0:
            total, start = 0, number + 1
        elif total > best:
            best, span = total, range(start, number + 1)
    return list(span)


def _without_links(lines: Sequence[Line], found: list[int]) -> list[int]:
    """Leave out the lines at either end that are nothing but links; all if there is no other."""
    own = [at for at, n in enumerate(found) if 5 * lines[n].linked < 4 * len(lines[n].text)]
    return found[own[0] : own[-1] + 1] if own else found


def _with_missed(lines: Sequence[Line], keys: Sequence[str], found: list[int]) -> list[int]:
    """Add the few lines without links that stand between two lines of the article."""
    filled: list[int] = []
    for number in found:
        gap = range(filled[-1] + 1, number) if filled else range(0)
        between = [missed for missed in gap if keys[missed]]
        if len(between) <= _MOST_MISSED and not any(lines[missed].linked for missed in between):
            filled += gap
        filled.append(number)
    return filled
