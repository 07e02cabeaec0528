"""Read a line that holds nothing but title, author, publisher or date of an article."""

from __future__ import annotations

import re

from vectorstore.article import Facts
from vectorstore.clean.dates import DATE, TIME, iso
from vectorstore.clean.names import HAN, only_names, people

LONGEST = 200
"""Characters of such a line at most."""
VALUE = 40
"""Characters of a name or a source at most."""

_LABELS = {
    "title": r"标题|標題|原标题|题目|題目|Title|Headline",
    "author": r"文章作者|本文作者|作者|撰文|撰稿|采写|Authors?|By(?:line)?",
    "reporter": rf"[{HAN}]{{0,6}}(?:记者|記者|通讯员|通訊員)|文",
    "publisher": (
        r"(?:稿件|文章|新闻|信息)?(?:来源|來源)(?:单位)?|稿源|出处|转自|媒体|媒體|"
        r"Source|Publisher"
    ),
    "date": (
        r"(?:发布|發布|發佈|发表|發表|发稿|刊登|出版|更新|成文)(?:时间|時間|日期|于)|"
        r"日期|(?:First )?(?:Published|Posted|Updated|Last updated|Modified)(?: on|"
        r" at)?|Date|Publication date"
    ),
    "time": r"时间|時間",
    "other": (
        r"发布人|发布者|發布者|责任编辑|責任編輯|责编|責編|编辑|編輯|校对|校對"
        r"|字号|字體|字体|栏目|频道|分类"
    ),
    "counted": (
        r"浏览(?:次数|量)?|阅读(?:次数|量|数)?|点击(?:次数|量|数|率)?"
        r"|(?:瀏覽|閱讀|點閱|點擊|访问|訪問)(?:次数|次數|量|数|數)?|评论(?:数)?|人气"
    ),
}
_ENGLISH = r"By|Published(?: on| at)?|Posted(?: on)?|Updated(?: on)?|Last updated(?: on)?"
_NOT_OURS = r"(?<!图片)(?<!圖片)(?<!数据)(?<!資料)(?<!资料)(?<!图表)(?<![A-Za-z])"
_MARK = re.compile(
    "|".join(rf"{_NOT_OURS}(?P<{role}>{words})\s*[:：]" for role, words in _LABELS.items())
    + r"|(?P<dated>(?:发布|發布|發佈|发表|發表|更新)(?:于|於|\s*[:：])\s*(?=\d{4}))"
    + rf"|(?:^|(?<=[|·,] )|(?<=\s\s))(?P<english>{_ENGLISH})\s+(?=[A-Z0-9])"
    + rf"|(?P<when>{DATE})(?:[,，]?\s*(?:at )?(?:{TIME}))?"
)
_CLOCK = re.compile(
    r"\d[:：]\d\d[:：]\d\d|来源|來源|作者|(?:浏览|瀏覽|阅读|閱讀|点击|點擊|点阅|點閱|访问)(?:次数|次數|量|数|數)?[:：]"
)
"""What stands beside the time at which an article came out, not beside that of an event."""
_EMPTY = re.compile(
    r"(?:[\s|｜·•,，;；/\[\]【】()（）《》_—–-]|星期[一二三四五六日天]"
    r"|周[一二三四五六日]|来自[\u4e00-\u9fff]{2,6}|大 ?中 ?小|打印|分享"
    r"|收藏"
    r"|我要评论|\d+(?:次|人|条)?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|发布|更新|at|on)*"
)
_COUNT = re.compile(r"[\d.,]*\s*[万千]?\s*[+＋]?\s*(?:次|条|人|回)?")
_MEDIUM = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,12}(?:网|網|报|報|社|台|客户端|新闻|时报|在线)")
_ENDS = re.compile(r"[。！？!?…]|\.$")
_LATIN = re.compile(
    r"[A-Z][\w.'’-]*(?:(?:,? (?:and|&) |, | )(?:[A-Z][\w.'’-]*|de|da"
    r"|van|von|der|den|bin|al|la|for)){1,9}"
)
_EDGES = " \t\xa0\u3000|｜·,，;；/[]【】()（）_—–-"


def header(line: str, alone: bool = True) -> Facts | None:
    """Give what a line says of the article if it says nothing else; None if it does not.

    A date by itself counts only where `alone` allows it.
    """
    if len(line) > LONGEST:
        return None
    marks = list(_MARK.finditer(line))
    if not marks or not (alone or any(m.lastgroup != "when" for m in marks)):
        return None
    facts = Facts()
    free = [line[: marks[0].start()]]
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        value = line[mark.end() : after.start() if after else len(line)]
        read = _field(mark, value, line)
        if read is None:
            return None
        facts, left = facts.or_else(read), _left(mark, value)
        free.append(left)
    return _with_medium(facts, free)


def _left(mark: re.Match[str], value: str) -> str:
    if mark.lastgroup == "when":
        return value
    if mark.lastgroup in ("date", "dated", "time"):
        return re.sub(rf"{DATE}|{TIME}", "", value)
    return ""


def _with_medium(facts: Facts, free: list[str]) -> Facts | None:
    """Take a newspaper's name that stands without a label as the publisher."""
    for words in free:
        bare = words.strip(_EDGES)
        if _EMPTY.fullmatch(words):
            continue
        if facts.publisher or not facts.date or not _MEDIUM.fullmatch(bare):
            return None
        facts = facts.or_else(Facts(publisher=bare))
    return facts


def _field(mark: re.Match[str], value: str, line: str) -> Facts | None:
    """Give the fact behind one label; None if what is there is no such thing."""
    role, bare = mark.lastgroup or "", value.strip(_EDGES)
    if role == "english":
        role = "author" if mark.group().startswith("By") else "date"
    if role == "dated":
        role = "date"
    if role == "when":
        return Facts(date=iso(mark.group()))
    if role == "title":
        return Facts(title=re.sub(r"\A《([^《》]+)》\Z", r"\1", value.strip()))
    if role == "counted" and not _COUNT.fullmatch(bare):
        return None
    if role in ("date", "time", "other", "counted") or not bare:
        clock = role != "time" or _CLOCK.search(line)
        return Facts(date=iso(value)) if clock and len(bare) <= VALUE else None
    if len(bare) > VALUE or _ENDS.search(bare) and not _LATIN.fullmatch(bare):
        return None
    if role == "publisher":
        named = not mark.group().startswith(("媒体", "媒體")) or _MEDIUM.search(bare)
        return Facts(publisher=source(bare)) if named else None
    return _author(mark, bare)


def source(words: str) -> str:
    """Give the name of a publisher, without the people and the remarks behind it."""
    bare = re.split(r"\t| {2,}|[(（]|(?:全媒体?|融媒体)?(?:记者|記者)|编译|作者|编辑|校对", words)[
        0
    ]
    return bare.strip(_EDGES + "/")


def _author(mark: re.Match[str], value: str) -> Facts | None:
    if _LATIN.fullmatch(value):
        return Facts(author=value)
    named = people(value)
    sure = mark.lastgroup == "reporter"
    if mark.lastgroup == "english" or sure and not only_names(named):
        return None
    return Facts(author=named)
