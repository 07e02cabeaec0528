"""Turn the characters of a text into the ordinary ones a reader types and searches for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from vectorstore.clean.edit import CONTROL, FORM, LINE_BREAK, LOST, Edit

_EMOJI = "\u203c\u2049\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff©®™"
_EMOJI_TAIL = "[\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f]*"
_JOINING_SCRIPTS = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff"

_RADICALS = dict(
    zip(
        "⺁⺃⺄⺈⺋⺌⺎⺐⺒⺓⺔⺗⺝⺟⺠⺢⺣⺧⺩⺬⺮⺯⺰⺱⺶⺸⺹⺼⺾⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻏⻐⻑⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乚乙刀㔾小兀尢巳幺彑㣺月母民氺灬牛王示竹糸纟罓羊羋耂肉艹虎衤覀西见角讠贝车辶邑钅長长门阜阝雨青韦页风飞食饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_VERTICAL = dict(
    zip(
        "︐︑︒︓︔︕︖︗︘︰︱︳︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹐﹑﹒﹔﹕﹖﹗﹙﹚﹛﹜﹝﹞﹟﹠﹡﹢﹣﹤﹥﹦﹩﹪﹫",
        "，、。：；！？〖〗：—｜（）｛｝〔〕【】《》〈〉「」『』，、．；：？！（）｛｝〔〕#&*+-<>=$%@",
        strict=True,
    )
)
_SINGLE = _RADICALS | _VERTICAL

_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U000e0000-\U000e0fff"
)
_FORMS = (
    r"\u2f00-\u2fdf\uf900-\ufaff\ufb00-\ufb06\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff9f"
    r"\uffa1-\uffdc\U0002f800-\U0002fa1f"
)
_FOUND = re.compile(
    rf"""
      (?P<emoji>(?:[{_EMOJI}]{_EMOJI_TAIL}(?:\u200d(?=[{_EMOJI}]))?)+ | [0-9\#*]\ufe0f?\u20e3)
    | (?P<joiner>(?<=[{_JOINING_SCRIPTS}])[\u200c\u200d](?=[{_JOINING_SCRIPTS}]))
    | (?P<hyphen>(?<=[^\W\d_])\xad[ \t]*(?:\r\n|[\n\r])[ \t]*(?=[^\W\d_]))
    | (?P<line>\r\n|[\r\v\x85\u2028\u2029])
    | (?P<unseen>[{_UNSEEN}]+)
    | (?P<lost>[\ud800-\udfff]+)
    | (?P<dot>(?<=[0-9０-９])．(?=[0-9０-９]))
    | (?P<comma>(?<=[\uff10-\uff19])，(?=[\uff10-\uff19]{{3}}(?![\uff10-\uff19])))
    | (?P<form>[{_FORMS}]+)
    | (?P<single>[{"".join(_SINGLE)}]+)
    """,
    re.VERBOSE,
)


def edits(text: str) -> list[Edit]:
    """Give the edits that leave only ordinary characters and line ends.

    Form feeds stay. Punctuation stays as wide as it is, and so do signs that mean more than their
    letters (①, ㎡, ™, ²).
    """
    return list(_found(text))


def _found(text: str) -> Iterator[Edit]:
    for match in _FOUND.finditer(text):
        group = match.lastgroup or ""
        if group in ("emoji", "joiner"):
            continue
        old = match.group()
        new, kind = _instead(group, old)
        if new != old:
            yield Edit(match.start(), match.end(), new, kind)


def _instead(group: str, old: str) -> tuple[str, str]:
    match group:
        case "line":
            return "\n", CONTROL
        case "hyphen":
            return "", LINE_BREAK
        case "lost":
            return "\ufffd" * len(old), LOST
        case "dot":
            return ".", FORM
        case "comma":
            return ",", FORM
        case "form":
            return unicodedata.normalize("NFKC", old), FORM
        case "single":
            return "".join(_SINGLE[c] for c in old), FORM
        case _:
            return "", CONTROL
