"""Find what is hung on behind the last sentence of an article, piece by piece from the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vectorstore.article import Facts
from vectorstore.clean.dates import iso
from vectorstore.clean.edit import BYLINE, CAPTION, MENU
from vectorstore.clean.header import header, source
from vectorstore.clean.lines import BLANK
from vectorstore.clean.names import BETWEEN, EDITORS, HAN, LOOSE, MAKERS, SISTER, SURE, people

WINDOW = 160
NOTICE = 700
"""Characters from the end in which a piece, or a notice about copyright, may begin."""

BRACKETED = 60
"""Characters in the brackets round a caption and its credit at most."""


@dataclass(frozen=True)
class Piece:
    """One of the things behind the last sentence, and what it says of the article."""

    start: int
    end: int
    kind: str
    says: Facts = field(default_factory=Facts)


_SPACE = r"[ \t\xa0\u3000\n]"
_SEP = rf"(?:{_SPACE}*[:：丨|｜/／]{_SPACE}*|{_SPACE}{{1,4}})"
_OPEN, _SHUT = r"[【\[(（]?[ \t\xa0\u3000]*", rf"{_SPACE}*[】\])）]?"
_NAMES = rf"{LOOSE}(?:{BETWEEN}{{1,2}}{LOOSE}){{0,7}}"
_SURE = rf"{SURE}(?:{BETWEEN}{SURE}){{0,7}}"
_EDIT = rf"(?:{EDITORS}|{MAKERS})"
_WRITE = (
    rf"(?:{SISTER}?[{HAN}]{{0,8}}(?:记者|記者|通讯员|通訊員|实习生|撰稿人|评论员)"
    rf"|采写|撰文|撰稿|作者|文字|文/图|图/文|图文|文图|文|编译|整理)"
)
_SOURCE = r"(?:来源|來源|稿源|转自|稿件来源|文章来源|新闻来源|信息来源|素材来源|综合自)"
_PUBLISHER = r"(?:[^\s，。！？；：:,;【】\[\]()（）]|[(（][^\s()（）]{1,20}[)）]){2,30}"
_FROM = (
    r"(?:本文|文中|封面|部分)?(?:图片|圖片|配图|视频|图|圖)(?:均)?(?:来源"
    r"|來源|来自|由|源|据)[:：于]?[^\s，。！？；：:,;()（）]{2,20}"
)
_TAKEN = rf"(?:供图|供圖|{_SPACE}摄|{_SPACE}攝|摄影报道|攝影報導)"
_WORD = r"[^\s，。！？；：:,;()（）]"
_CLEAR = r"(?:(?<=[。！？!?”’」』)）】\]》…\n])[ \t\xa0\u3000]*|\A)"
_BEFORE = r"(?:(?<=[。！？!?”’」』)）】\]》…])|(?<=[\s\xa0\u3000])|\A)"

_PIECES: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (kind, role, re.compile(rf"(?:{pattern})\Z"))
    for kind, role, pattern in (
        (
            MENU,
            "",
            r"返回搜狐[，,]?\s*查看更多|分享(?:让|讓)更多人看到|[【\[](?:纠错"
            r"|糾錯)[】\]]|-*(?:广告|廣告)-+|阅读原文|閱讀原文",
        ),
        (
            MENU,
            "",
            rf"(?:更多精彩内容|更多精彩內容|更多内容)请(?:进入|关注|点击|登录"
            rf"|下载)[{HAN}A-Za-z]{{1,16}}",
        ),
        (MENU, "", r"版权侵权联系电话[:：]\s*[\w@.+-]{5,40}"),
        (
            BYLINE,
            "",
            rf"{_OPEN}{_EDIT}(?:[:：丨|｜/／]{_SPACE}*(?:{_NAMES}|[A-Za-z]{{0,4}}\d{{1,8}}"
            rf"|[A-Za-z]{{2,12}}\d{{0,6}})?|{_SPACE}{{1,4}}{_NAMES}){_SHUT}",
        ),
        (
            BYLINE,
            "author",
            rf"{_BEFORE}[【\[(（](?P<v>{_WRITE}{_SEP}?{_NAMES}(?:{_SEP}{_WRITE}{_SEP}{_NAMES}){{0,3}}"
            rf")\s*[】\])）]",
        ),
        (BYLINE, "author", rf"{_BEFORE}(?P<v>{_WRITE}{_SEP}{_NAMES})"),
        (
            BYLINE,
            "author",
            rf"{_BEFORE}[(（](?P<v>{_SURE}(?:{_SPACE}*(?:文/图|图/文|文图|图文|文|[/／]文))?)[)）]",
        ),
        (BYLINE, "author", rf"(?<=[。！？!?”])[ \t\xa0\u3000\n]+(?P<v>{_SURE})"),
        (BYLINE, "publisher", rf"[【\[(（]{_SOURCE}\s*[:：丨|｜/]\s*(?P<v>{_PUBLISHER}?)[】\])）]"),
        (BYLINE, "publisher", rf"(?<![{HAN}]){_SOURCE}\s*[:：丨|｜]\s*(?P<v>{_PUBLISHER})"),
        (
            BYLINE,
            "issue",
            r"(?P<v>《\s*[^《》\n]{2,12}\s*》\s*[(（]\s*(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d"
            r"{1,2}\s*日[^()（）\n]{0,16}[)）])",
        ),
        (
            CAPTION,
            "",
            rf"{_BEFORE}[(（]?(?:本文|文中|封面|部分)?(?:图片|圖片|配图|视频"
            rf"|图|圖)(?:均)?(?:来源|來源|来自|由|源|据)[:：于]?[^\s，。！？；:：,;()（）]{{2,20}}"
            rf"(?:提供)?[)）]?",
        ),
        (
            CAPTION,
            "",
            rf"(?:{_BEFORE}|{_CLEAR}{_WORD}{{1,8}})[(（][^()（）\n]{{0,{BRACKETED}}}{_TAKEN}[)）]|{_CLEAR}(?:{_WORD}{{1,16}}"
            rf"[ \t\xa0\u3000]{{1,3}}){{0,3}}{_WORD}{{0,12}}{_TAKEN}",
        ),
    )
)
_NOTICE = re.compile(
    r"(?:(?<=[\s。！？!?”)）】\]])|\A)[【\[(（*]?(?:(?:版权|版權|免责|免責|广告"
    r"|特别|郑重|本站|重要)(?:声明|聲明|说明|提示)|声明|聲明)[】\])）]?[:：]"
)
_NOTICE_WORDS = re.compile(
    r"版权|版權|转载|轉載|本网|本站|本号|本平台|授权|侵权|侵權|立场"
    r"|投资|观点|责任|跳转链接|仅供参考|邮箱|联系|聯繫|微信"
)
_REPRINT = re.compile(
    r"(?:(?<=[\s。！？!?”)）】\]])|\A|(?=\*))[^\s。！？!?)）】:：]{0,60}"
    r"(?:(?:转载|轉載)[^。！？!?\n“]{0,10}(?:注明|联系|聯繫|授权|许可|删除|必究|追究)"
    r"|(?:未经|未經|严禁|禁止|谢绝)[^。！？!?\n“]{0,16}(?:转载|轉載)"
    r"|(?:版权|版權)(?:归|歸|属|所有)?[^。！？!?\n“]{0,24}(?:原作者|联系|聯繫|删除|必究))"
    r"[^。！？!?\n]{0,120}[。！]?\Z"
)
_OF_THE_LAW = re.compile(r"认为|認為|规定|規定|构成|構成")
"""Words of news about copyright."""
_BRACKETS = re.compile(r"[(（【\[](?P<held>[^()（）【】\[\]\n]{4,100})[)）】\]]\Z")


def pieces(text: str) -> Iterator[Piece]:
    """Give the pieces behind the last sentence, the last one first."""
    end = _end(text, len(text))
    while end:
        piece = _last(text, end)
        if piece is None:
            return
        yield piece
        end = _end(text, piece.start)


def _end(text: str, end: int) -> int:
    while end and text[end - 1] in BLANK + "\n\f":
        end -= 1
    return end


def _last(text: str, end: int) -> Piece | None:
    start = max(end - WINDOW, text.rfind("\f", 0, end) + 1, 0)
    window = text[start:end]
    held = _BRACKETS.search(window)
    if held and (said := header(held.group("held"), alone=False)):
        return Piece(start + held.start(), end, BYLINE, said)
    for kind, role, pattern in _PIECES:
        found = pattern.search(window)
        if found and found.end() > found.start():
            said = _facts(role, found.group("v") or "") if role else Facts()
            return Piece(start + found.start(), end, kind, said)
    return _notice(text, end)


def _facts(role: str, value: str) -> Facts:
    if role == "author":
        return Facts(author=people(value))
    if role == "publisher":
        return Facts(publisher=source(value))
    paper = re.search(r"《\s*([^《》]+?)\s*》", value)
    return Facts(publisher=paper.group(1) if paper else "", date=iso(value))


def _notice(text: str, end: int) -> Piece | None:
    start = max(end - NOTICE, text.rfind("\f", 0, end) + 1, 0)
    window = text[start:end]
    for found in _NOTICE.finditer(window):
        said = re.split(r"[。！\n]+", window[found.end() :].strip("。！\n "))
        if all(_NOTICE_WORDS.search(sentence) for sentence in said):
            return Piece(start + found.start(), end, MENU)
    last = _REPRINT.search(window[-220:])
    if last and not _OF_THE_LAW.search(last.group()):
        return Piece(end - len(window[-220:]) + last.start(), end, MENU)
    return None
