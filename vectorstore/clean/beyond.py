"""Find the stretches of a text whose wrong reading lost so many bytes that nothing can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

Span = tuple[int, int]

AT_EDGE = 8
"""Characters between such a stretch and the end of its line that belong to it."""
APART = 12
"""Characters between two such stretches of a line that belong to both."""
_SHOWN_GONE = re.compile("[锟斤拷](?:[^\n锟斤拷]{0,6}[锟斤拷])+")
_WHOLE_GONE = re.compile("锟斤拷")
_OUT_OF_STEP = re.compile("[锟拷]")
_LEADS = re.compile("(?:[\xe2-\xef][\xa0-\xbf]{0,2}){6,}")
_LEAD = re.compile("[\xe2-\xef]")
_COMPLETE = re.compile("[\xe2-\xef][\xa0-\xbf]{2}")
_CONTINUED = re.compile("[\xa0-\xbf]")
_LATE = re.compile("[\x80-\x9f€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\ufffd]")
_ODD = "[^\n\ufffd\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_REPLACED = re.compile(f"\ufffd+(?:{_ODD}{{0,6}}\ufffd+){{3,}}")
_ODD_LETTER = re.compile("[^\\s\\d\ufffd]")


def hopeless(text: str) -> list[Span]:
    """Give the stretches that no repair may touch: the bytes that are left do not tell enough.

    They are GBK read as UTF-8 and then as GBK, or UTF-8 read as Latin-1 without its controls.
    """
    return _joined(text, [*_gone_twice(text), *_without_controls(text)])


def replaced(text: str) -> list[Span]:
    """Give the stretches of GBK read as UTF-8: replacement characters, odd letters between."""
    found = (m.span() for m in _REPLACED.finditer(text) if _ODD_LETTER.search(m.group()))
    return _joined(text, found)


def _gone_twice(text: str) -> Iterator[Span]:
    for match in _SHOWN_GONE.finditer(text):
        shown = match.group()
        rest = _WHOLE_GONE.sub("", shown)
        if "锟" in shown and ("锟斤" in shown or "斤拷" in shown) and _OUT_OF_STEP.search(rest):
            yield match.span()


def _without_controls(text: str) -> Iterator[Span]:
    for start, end in _joined(text, (m.span() for m in _LEADS.finditer(text))):
        shown = text[start:end]
        leads, complete = (len(p.findall(shown)) for p in (_LEAD, _COMPLETE))
        if 3 * complete < 2 * leads and _CONTINUED.search(shown) and not _LATE.search(shown):
            yield start, end


def _joined(text: str, spans: Iterable[Span]) -> list[Span]:
    """Join the stretches of a line that are hardly apart, and take in the ends of the line."""
    made: list[Span] = []
    for start, end in sorted(spans):
        line = text.rfind("\n", max(start - AT_EDGE - 1, 0), start) + 1
        if line or start <= AT_EDGE:
            start = line
        stop = text.find("\n", end, end + AT_EDGE + 1)
        end = stop if stop >= 0 else len(text) if len(text) <= end + AT_EDGE else end
        if made and start - made[-1][1] <= APART and "\n" not in text[made[-1][1] : start]:
            start, end = made[-1][0], max(end, made[-1][1])
            made.pop()
        made.append((start, end))
    return made
