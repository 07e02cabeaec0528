"""Tell the signs that an article begins or has ended: bylines, datelines, reporters' names."""

from __future__ import annotations

import re

from vectorstore.clean.dates import DATE
from vectorstore.clean.names import HAN, only_names, people

_ROLE = rf"(?:[{HAN}]{{0,8}}(?:记者|記者|通讯员|通訊員|撰稿人?|作者|评论员|評論員)|文|[Bb]y)"
_POINT = r"[►▶▸■□●○◎◆◇☉⊙△▲*]"
_SIGNED = re.compile(
    rf"(?P<point>{_POINT}\s*)?(?P<role>{_ROLE}\s*[:：/丨｜ \u3000]\s*)?(?P<names>\S.*)"
)
_DATELINE = re.compile(
    rf"[(（【]?(?:本[报報刊网網台](?:讯|訊|消息)|本[报報刊网網台](?:记者|記者)\s"
    rf"|[{HAN}]{{2,10}}(?:社|网|網|报|報|台|客户端)[{HAN}\s]{{0,12}}(?:{DATE}|\d{{1,2}}月\d{{1,2}}日)\s?(?:电|電|讯|訊|消息)"
    rf"|[{HAN}]{{2,10}}(?:社|网|網|报|報)(?:讯|訊)[\s(（]"
    rf"|[{HAN}]{{2,8}}(?:{DATE}|\d{{1,2}}月\d{{1,2}}日)(?:电|電|讯|訊)[\s(（])"
    r"|[A-Z][A-Za-z.,' ]{2,60}\((?:Reuters|AP|AFP|Xinhua|UPI)\)\s*(?:--?|[–—])"
)
_DATED = re.compile(
    rf"(?:(?:来源|來源|发布时间|發布時間|发布日期|时间|時間|日期|作者|[Ss]ource|[Dd]ate|[Aa]uthor)\s*[:：]\s*\S.*"
    rf"|(?:{DATE})(?:\s+\d{{1,2}}:\d\d(?::\d\d)?)?(?:\s+(?:来源|來源|作者)\s*[:：]?\s*\S.*)?)"
)
_END = re.compile(
    r"(?:[(（](?:完|全文完|[^()（）\n]{0,10}(?:记者|記者|通讯员|通訊員|作者)[^()（）\n]{2,40})[)）]"
    r"|[(（【\[]?(?:责任编辑|責任編輯|责编|编辑|編輯|【编辑)[:：][^。\n]{1,20})$"
)
_TAIL = re.compile(rf"[。！？”’)）][ \u3000]+(?P<names>[{HAN}· \u3000]{{2,40}})$")


def is_byline(line: str) -> bool:
    """Say whether a line is nothing but who wrote the article, or when and where it came out."""
    if len(line) > 80 or line[-1] in "。！？":
        return False
    if _DATED.fullmatch(line):
        return True
    signed = _SIGNED.fullmatch(line)
    if not signed:
        return False
    return only_names(people(signed["names"]) if signed["role"] else signed["names"])


def has_dateline(line: str) -> bool:
    """Say whether a paragraph begins as reports do, with its agency and day or `本报讯`."""
    return bool(_DATELINE.match(line))


def ends_article(line: str) -> bool:
    """Say whether a line ends as articles do: with its reporters or `(完)`."""
    if _END.search(line[-80:]):
        return True
    tail = _TAIL.search(line[-60:])
    return bool(tail) and only_names(tail["names"].strip())  # type: ignore[index]
