"""Tell where the articles of a file begin that holds several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from vectorstore.clean import layout
from vectorstore.clean.edit import LINE_BREAK, Text
from vectorstore.clean.fences import fenced, inside
from vectorstore.clean.headline import MARKDOWN, TITLED, headline, is_headline, is_paragraph
from vectorstore.clean.lines import Line, lines
from vectorstore.clean.signs import ends_article, has_dateline, is_byline

__all__ = ["headline", "starts"]

BODY_OF_TITLED = 30
"""The same where each article names its title."""
BODY = 80
"""Characters in paragraphs that an article has at the least."""
NEAR = 60
"""Lines after a headline in which its article must show a body."""
HEADLINES = 4
"""Lines that a headline with what goes above and below it has at the most."""

LONGEST_FIELD = 60
"""Characters of a line that names one of an article's fields."""

_RULE = re.compile(r"([=＝\-—─_*#~◆☆★])(?:\s*\1){2,}")
_STRONG_RULE = "=＝#◆☆★"
_ABOUT = re.compile(
    r"[【\[]?(?:相关|相關|延伸|链接|鏈接|新闻链接|新聞鏈接|作者|编者|编辑|注|附|背景|参考|參考|声明|聲明|免责|關於|关于|投稿|评论|評論"
    r"|点评|點評|结语|結語|后记|後記|导读|導讀|摘要|目录|目錄|前言|更多|推荐|推薦|热门|小贴士|资料|資料|数据|数说|名词|新闻多一点|记者手记|References|Notes|About)"
)
_KEY = re.compile(
    r"[【\[]?(?:来源|來源|日期|时间|時間|作者|记者|链接|网址|发布|栏目|版次|编号|关键词|[Ss]ource|[Dd]ate|[Aa]uthor|[Uu][Rr][Ll]|[Ii][Dd]|[Ll]ink)"
    r"[^:：\s]{0,4}[】\]]?\s*[:：]"
)
_MAIL = re.compile(r"From \S+.*\b\d{4}$")
_MAIL_FIELD = re.compile(r"[A-Z][\w-]*: ")
_FRONT = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)")


@dataclass(frozen=True)
class _File:
    """The lines of a file, the line ends before each, and the paragraphs' length before each."""

    held: Sequence[Line]
    gaps: Sequence[int]
    lengths: Sequence[int]

    @classmethod
    def of(cls, text: str) -> _File:
        code = fenced(text)
        held = [line for line in lines(text) if not inside(code, line.start)]
        between = (text[a.end : b.start].count("\n") for a, b in pairwise(held))
        bodies = (len(line.text) if is_paragraph(line.text) else 0 for line in held)
        return cls(held, [0, *between], [0, *accumulate(bodies)])

    def has_body(self, first: int, end: int | None = None, least: int = BODY) -> bool:
        """Say whether there is enough prose between two lines; near the first if no end is set."""
        last = min(first + NEAR, len(self.held)) if end is None else end
        return self.lengths[last] - self.lengths[first] >= least

    def heads(self, i: int) -> bool:
        """Say whether a line can belong to a headline."""
        marked = MARKDOWN.fullmatch(self.held[i].text)
        if marked:
            return len(marked[1]) == 1
        return is_headline(self.held[i].text) and not _ABOUT.match(self.held[i].text)

    def is_article(self, i: int, end: int | None = None) -> bool:
        """Say whether a headline stands at `i`, a paragraph soon after, and a body."""
        last = min(i + 1 + HEADLINES, len(self.held)) if end is None else end
        if i >= last or not self.heads(i) or not self.has_body(i, end):
            return False
        after = [j for j in range(i + 1, min(i + 1 + HEADLINES, last)) if not self.heads(j)]
        return any(is_paragraph(self.held[j].text) for j in after[:2])

    def is_signed(self, i: int) -> bool:
        """Say whether a byline or dateline stands under the headline at `i`."""
        for j in range(i + 1, min(i + 1 + HEADLINES, len(self.held))):
            if is_byline(self.held[j].text) or has_dateline(self.held[j].text):
                return True
            if not self.heads(j):
                return False
        return False


def starts(text: str) -> list[int]:
    """Give where each article of a file begins; a single offset when it is one article.

    Two signs at least speak for every start: a headline, and before or after it a byline, a
    dateline, the end of another article, a rule, or fields as the other articles have them.
    """
    whole = Text.of(text).edited([e for e in layout.edits(text) if e.kind == LINE_BREAK])
    file = _File.of(whole.text)
    if not file.held:
        return [0]
    found = {0}
    for way in (_mails, _front_matters, _titled, _ruled, _headed):
        found.update(way(file))
        if len(found) > 1:
            break
    return [
        whole.offsets.to_source(at, at + 1)[0] for at in (file.held[i].start for i in sorted(found))
    ]


def _mails(file: _File) -> Iterator[int]:
    """Give where the letters of a mailbox begin."""
    for i, (line, after) in enumerate(pairwise(file.held)):
        if _MAIL.fullmatch(line.text) and _MAIL_FIELD.match(after.text):
            yield i


def _front_matters(file: _File) -> Iterator[int]:
    """Give where fields stand between two rules, if the text begins with such fields."""
    held = file.held
    at = 0 if held[0].text == "---" else len(held)
    while at < len(held):
        end = at + 1
        while end < len(held) and _FRONT.match(held[end].text):
            end += 1
        if held[at].text == "---" and at + 1 < end < len(held) and held[end].text == "---":
            yield at
        at = max(end, at + 1) if held[at].text == "---" else at + 1


def _titled(file: _File) -> Iterator[int]:
    """Give where blocks of fields begin that name a title, each with a body after it."""
    held = file.held
    at = [i for i, line in enumerate(held) if TITLED.fullmatch(line.text)]
    if len(at) < 2 or not all(
        file.has_body(a, b, BODY_OF_TITLED) for a, b in pairwise([*at, len(held)])
    ):
        return
    for i in at:
        first = i
        while first and file.gaps[first] < 2 and _is_field(held[first - 1].text):
            first -= 1
        fields = first < i or (i + 1 < len(held) and _is_field(held[i + 1].text))
        if fields or (first and (file.gaps[first] > 1 or _is_rule(held[first - 1]))):
            yield first


def _ruled(file: _File) -> Iterator[int]:
    """Give where articles begin after rules; a thin rule alone may part the sections of one."""
    held = file.held
    rules = [i for i, line in enumerate(held) if _is_rule(line)]
    if not rules or any(MARKDOWN.match(line.text) for line in held):
        return
    parts = [(a + 1, b) for a, b in pairwise([-1, *rules, len(held)]) if a + 1 < b]
    good = [file.is_article(*part) for part in parts]
    if not all(good[:2]):
        return
    alike = len(parts) > 2 and all(good)
    for (_, end), (start, _), article in zip(parts, parts[1:], good[1:], strict=False):
        strong = held[start - 1].text[0] in _STRONG_RULE
        signed = file.is_signed(start) or ends_article(held[end - 1].text)
        if article and (strong or alike or signed):
            yield start


def _headed(file: _File) -> Iterator[int]:
    """Give where headlines stand that a byline follows, or the end of an article goes before."""
    usual = Counter(file.gaps[1:]).most_common(1)[0][0] if len(file.gaps) > 1 else 0
    sure: list[int] = []
    doubtful: list[int] = []
    since = 0
    for i in range(1, len(file.held)):
        first = file.heads(i) and not file.heads(i - 1)
        if not first or not file.has_body(since, i) or not file.has_body(i):
            continue
        ended = ends_article(file.held[i - 1].text) and file.is_article(i)
        if file.is_signed(i) or ended:
            sure.append(i)
            since = i
        elif file.gaps[i] > usual and file.is_article(i):
            doubtful.append(i)
    wide = {file.gaps[i] for i in sure}
    yield from sure
    if file.heads(0):
        yield from (i for i in doubtful if file.gaps[i] in wide)


def _is_field(line: str) -> bool:
    return len(line) <= LONGEST_FIELD and bool(_KEY.match(line))


def _is_rule(line: Line) -> bool:
    return bool(_RULE.fullmatch(line.text))
