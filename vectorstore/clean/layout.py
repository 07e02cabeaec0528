r"""Join what the width of a page or column broke, and even out the empty lines.

A `\f` that stood inside a sentence comes after it; with no line end beside it, the paragraph runs
on from page to page there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.clean.broken import CLOSERS, Words
from vectorstore.clean.edit import LINE_BREAK, SPACE, Edit
from vectorstore.clean.fences import fenced, inside
from vectorstore.clean.lines import Line, lines
from vectorstore.clean.settle import settled
from vectorstore.clean.wrapped import FEWEST, WIDE, Page, Pair, columns, even_page_of, page_of

BROKEN_UP = 2
"""Certain breaks across empty lines in a text, from which on the doubtful ones count too."""

_ALONE = re.compile(r"#{1,6}\s|>|\||`{3}|~{3}|[=\-*_~#＝—─]{3,}$|.*\t|.*\|.*\|")
"""Lines of Markdown and of tables; what stands beside them never belongs to them."""
_BEGINS = re.compile(
    r"[-*+•▪■◆●○►▶▷※→✓☆★◇□☉⊙]|·\s|\d{1,3}(?:[)、）]|[.．](?!\d))|[(（][\d一二三四五六七八九十]{1,3}[)）]"
    r"|[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十百\d]{1,4}[章节節条條回部编編篇]|[①-⑳]|[A-Za-z][.)]\s"
    r"|(?:标题|標題|来源|來源|作者|日期|时间|時間|记者|編輯|编辑|责任编辑|摄影|图片?|文)\s*[:：/丨｜]"
)
"""Starts of lines that begin something: items, chapters, labels."""
_ENDED = "。！？!?…；;：:.~～"
_SENTENCE = re.compile(
    rf".*?(?:[。！？!?][{CLOSERS}]*|\.[{CLOSERS}]*(?=\s))(?P<white>\s*)", re.DOTALL
)
_HYPHEN = re.compile(r"(?<=[A-Za-z]{2})-$")
_LETTERS = re.compile("[a-z]{2,}")


@dataclass(frozen=True)
class _Gap:
    """What stands between two lines: an empty line, new pages, how far the next is set in."""

    start: int
    end: int
    blank: bool
    pages: int
    indent: str
    inline: bool

    @property
    def parts(self) -> bool:
        """Say whether it parts blocks of lines; a new page, whatever is there, does not."""
        return self.blank and not self.pages


def edits(text: str) -> list[Edit]:
    """Give the edits that join broken lines and leave one empty line at most.

    Only lines that break off in mid-sentence are joined; headlines, items, tables, verse, code
    and whatever is in doubt stay as they are.
    """
    return settled(text, _once)


def _once(text: str) -> list[Edit]:
    held = lines(text)
    if not held:
        return []
    gaps = [_gap(text, a.end, b) for a, b in pairwise(held)]
    indents = [_indent(text[: held[0].start]), *(gap.indent for gap in gaps)]
    code = fenced(text)
    coded = [inside(code, line.start) for line in held]
    apart = [in_code or bool(_ALONE.match(x.text)) for in_code, x in zip(coded, held, strict=True)]
    beside = [
        not (gap.inline or apart[i] or apart[i + 1] or _BEGINS.match(held[i + 1].text))
        and len(gap.indent) <= len(indents[i])
        for i, gap in enumerate(gaps)
    ]
    words = Words(text)
    pairs = [
        Pair(a.text, b.text, indent)
        for (a, b), indent in zip(pairwise(held), indents, strict=False)
    ]
    joins = _joins(words, pairs, gaps, beside)
    found = [*_edges(text, held)]
    for i, gap in enumerate(gaps):
        if i in joins:
            found += _joined(words, held[i], held[i + 1], gap)
        elif not gap.inline and not (coded[i] and coded[i + 1]):
            found.append(Edit(gap.start, gap.end, _evened(gap), SPACE))
    return sorted(
        (e for e in found if text[e.start : e.end] != e.new), key=lambda e: (e.start, e.end)
    )


def _gap(text: str, start: int, second: Line) -> _Gap:
    white = text[start : second.start]
    lines_down = white.count("\n")
    return _Gap(
        start, second.start, lines_down > 1, white.count("\f"), _indent(white), not lines_down
    )


def _indent(white: str) -> str:
    return white[max(white.rfind("\n"), white.rfind("\f")) + 1 :]


def _ended(line: str) -> bool:
    return line.rstrip(CLOSERS)[-1:] in _ENDED


def _evened(gap: _Gap) -> str:
    return ("\n\n" if gap.blank else "\n") + "\f" * gap.pages + gap.indent


def _edges(text: str, held: list[Line]) -> Iterator[Edit]:
    white = text[: held[0].start]
    yield Edit(0, held[0].start, "\f" * white.count("\f") + _indent(white), SPACE)
    pages = text.count("\f", held[-1].end)
    yield Edit(held[-1].end, len(text), "\n" + "\f" * pages if pages else "", SPACE)


def _joins(words: Words, pairs: list[Pair], gaps: list[_Gap], beside: list[bool]) -> set[int]:
    """Give the gaps that stand inside a sentence or, on a page of full lines, a paragraph."""
    free = [ok and not _ended(pair.first) for ok, pair in zip(beside, pairs, strict=True)]
    pages = _page_of_each(pairs, gaps, free, beside)
    joins: set[int] = set()
    columns_broken, doubtful = 0, []
    for i, gap in enumerate(gaps):
        pair, page = pairs[i], pages[i]
        if not free[i]:
            if beside[i] and page and not gap.parts:
                joins.update({i} if page.goes_on(pair, gap.indent) else ())
            continue
        far = gap.blank or gap.pages > 0
        if words.go_on(pair.first, pair.second, far):
            joins.add(i)
            columns_broken += far
        elif gap.pages and words.cut_by_page(pair.first, pair.second, _alone(gaps, i)):
            joins.add(i)
        elif _hyphenated(pair, gap) or _filled(pair, gap, page):
            joins.add(i)
        elif far and words.breaks_off(pair.first, pair.second):
            doubtful.append(i)
    return joins.union(doubtful if columns_broken >= BROKEN_UP else [])


def _alone(gaps: list[_Gap], i: int) -> bool:
    """Say whether the line before a gap is the first of its page."""
    return not i or (gaps[i - 1].pages > 0 and not gaps[i - 1].inline)


def _filled(pair: Pair, gap: _Gap, page: Page | None) -> bool:
    """Say whether the first line was ended by the width of its page."""
    if not page or not page.is_full(pair):
        return False
    return not gap.blank if not gap.pages else 2 * page.measure(pair.second) > page.width


def _page_of_each(
    pairs: list[Pair], gaps: list[_Gap], free: list[bool], beside: list[bool]
) -> list[Page | None]:
    """Give for each gap the page its block was set for, or else the whole text."""
    blocks: list[list[int]] = [[]]
    for i, gap in enumerate(gaps):
        if gap.parts:
            blocks.append([])
        else:
            blocks[-1].append(i)
    common = page_of([pairs[i] for block in blocks for i in block if free[i]])
    pages = [common] * len(gaps)
    for block in blocks:
        own = [pairs[i] for i in block if free[i]]
        page = page_of(own) if len(own) >= FEWEST else common
        if not page and block and _ended(pairs[block[-1]].second):
            page = even_page_of([pairs[i] for i in block if beside[i]], own)
        for i in block:
            pages[i] = page
    return pages


def _hyphenated(pair: Pair, gap: _Gap) -> bool:
    broken = _HYPHEN.search(pair.first) and _LETTERS.match(pair.second)
    return bool(broken) and not gap.blank and columns(pair.first) >= 20


def _joined(words: Words, first: Line, second: Line, gap: _Gap) -> Iterator[Edit]:
    """Put the two lines together; new pages begin after the sentence that runs into them."""
    start = gap.start
    between = _between(first.text, second.text)
    if _HYPHEN.search(first.text) and (rest := _LETTERS.match(second.text)):
        word = re.split(r"[^A-Za-z]", first.text[:-1])[-1]
        start -= not words.hyphenated(f"{word}-{rest.group()}")
        between = ""
    pages = "\f" * gap.pages
    if _ended(first.text):
        yield Edit(start, gap.end, between + pages, LINE_BREAK)
        return
    yield Edit(start, gap.end, between, LINE_BREAK)
    if pages:
        sentence = _SENTENCE.match(second.text)
        stop, end = sentence.span("white") if sentence else (len(second.text),) * 2
        white = " " if end > stop else ""
        yield Edit(second.start + stop, second.start + end, white + pages, LINE_BREAK)


def _between(first: str, second: str) -> str:
    """Give what stands between two words that a line end parted."""
    wide = re.compile(f"[{WIDE}“”‘’…—]")
    if wide.match(first[-1]) or wide.match(second[0]) or first[-1] in "-/":
        return ""
    chinese = wide.search(first) and wide.search(second)
    return "" if chinese and not (first[-1].isalpha() and second[0].isalpha()) else " "
