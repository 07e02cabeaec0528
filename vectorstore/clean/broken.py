"""Tell by the words whether a line goes on in the next one, whatever stands between them."""

from __future__ import annotations

import re
from functools import cached_property

from vectorstore.clean.letters import runs_on
from vectorstore.clean.wrapped import columns

SHORTEST = 24
"""Columns of the shortest line that is taken for prose before an empty line or a new page."""
SHORTEST_RUNNING = 48
"""The same where no empty line stands between: verse and lists have lines as short."""
SHORTEST_ITEM = 60
"""Columns from which a line that ends with a comma is prose, even if it is one clause."""

LONG = 80
"""Columns from which a line with a mark inside is prose even before its first full stop."""
IN_PROSE, IN_CLAUSE, IN_LINE, IN_HEAD = -1.0, 2.0, 4.5, 6.5
"""How surely words must run on behind a sentence, behind a clause, behind a bare line or a short
one, which are most often headlines."""
OPENED = 3.0
"""How much less surely behind words that open a sentence of prose and no headline."""
LENIENT, LENIENT_PAGE = 1.5, 5.5
"""How much less surely in a text known to be broken up, and at the end of a page."""
SURE, PARAGRAPH = 5.0, 2.0
"""What is added for words that belong together, and taken off for how paragraphs like to begin."""
SAME = 3
"""Characters at the start of a headline with which its article may begin as well."""
CREDITED = 24
"""Characters at the end of a line among which a credit stands."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
CLOSERS = "”’」』）)】》〉\"'"
_STOP = re.compile(rf"[。！？!?…][{CLOSERS}]*")
_CLAUSE = re.compile(r"[。！？!?，,；;]")
_FULL_STOP = re.compile("。")
_MARK = re.compile(r"[。！？!?，,、；;]")
_UNIT = re.compile(
    "个|個|亿|億|万|萬|千|百|家|项|項|名|位|人|年|月|日|号|號|元|米|公里|吨|噸|度|分|秒|小时|次|倍|%|％|余|多|平方|亩|户"
    "|岁|歲|届|期|条|條|台|辆|件|座|所|级|種|种|类|類|场|天|时|對|对"
)
_HANGING = re.compile(
    "(?:已|已经|(?<![目标有])的|(?<![参參])与|(?<!參)與|以及|(?<![普涉])及|並|并且|把|被|正在|将于)$"
)
_CUT_NAME = re.compile(rf"(?:(?<![参])与|(?<!參)與)(?:(?![你我他她它妳共会會众眾时時])[{_HAN}])?$")
_CANNOT_BEGIN = re.compile("[，。、；？！）》」』”’]")
_CREDIT = re.compile(
    "[来來]源|[图圖]片|供[图圖]|[摄攝](?![影像制取入氏政录])|[编編][辑輯]|[责責][编編]|[记記]者|通[讯訊][员員]|作者|提供$"
)
_DATELINE = re.compile(r".{0,24}(?:[讯訊][ (（]|[电電报報][ (（]|[记記]者|通[讯訊][员員])")
_LABEL = re.compile(rf"[{_HAN}]{{2,6}}[:：]")
_PARAGRAPH = re.compile(
    "[“「『《]|近年|近日|日前|目前|如今|此外|另外|同时|同時|与此|與此|据|據|截至|截止|今年|今天|去年|昨日|昨天|记者|記者"
    "|对此|對此|随|隨|首先|其次|最后|最後|然后|然後|下一步|一直|不仅|不僅|但|而|因此|所以|为此|為此|本报|本報|新华社"
    r"|\d+(?:年|月|日|、|\.\D)"
)
"""How paragraphs like to begin."""
_OPENER = re.compile(
    "其[中后後]|但|而|此[外时時前后後]|另外|同[时時]|[为為]了|由于|由於|因[此为為]|所以|于是|於是|[虽雖]然|尽管|儘管|不[过過]"
    "|[随隨]着|[随隨]著|[这這][是些种種里裡]|他|她|它|我[们們]|[据據經经][^《]|截至|截止|近[日年]|日前|目前|如今|[当當][时時地年]|[谈談][到及]|至于|至於|[对對]此"
    "|[与與]此|然[后後而]|首先|最[后後]|之[后後]|如果|若|[记記]者|今年|去年|昨[日天]|今[日天]"
)
_PAIRS = (
    ("“", "”"),
    ("「", "」"),
    ("『", "』"),
    ("（", "）"),
    ("(", ")"),
    ("《", "》"),
    ("【", "】"),
)


class Words:
    """The words of one text, asked whether two lines belong to one sentence."""

    def __init__(self, text: str) -> None:
        self._text = text

    def go_on(self, first: str, second: str, blank: bool) -> bool:
        """Say whether the second line goes on where the first, not ended by a mark, broke off."""
        if _CANNOT_BEGIN.match(second):
            return bool(re.search(rf"[{_HAN}0-9A-Za-z”’」』）》]$", first))
        if not re.search(r"[。！？!?；;.]", second) or _is_byline(first):
            return False
        if blank and self._broken_off(first, second, 0.0):
            return True
        if columns(first) < (SHORTEST if blank else SHORTEST_RUNNING):
            return False
        return (
            _lower_case(first, second)
            or _left_open(first, second)
            or (bool(_MARK.search(first[:-1])) and self._prose(first, second))
        )

    def cut_by_page(self, first: str, second: str, alone: bool) -> bool:
        """Say whether the end of a page, where no mark stands, cuts a sentence of prose.

        A line `alone` on its page may be a title; the last of several is seldom a headline.
        """
        if _is_byline(first) or not re.match(rf"[{_HAN}0-9A-Za-z“「《（]", second):
            return False
        sure = bool(_STOP.search(first)) or (
            columns(first) >= SHORTEST_RUNNING and bool(_MARK.search(first[:-1]))
        )
        goes_on = bool(_STOP.search(second)) or columns(second) >= SHORTEST_RUNNING
        likely = sure or (not alone and self._broken_off(first, second, LENIENT_PAGE))
        return likely and goes_on and not _LABEL.match(second)

    def breaks_off(self, first: str, second: str) -> bool:
        """Say whether the first line may break off, for a page that is known to be broken up."""
        stops = re.search("[。！？!?]", second)
        return bool(stops) and not _is_byline(first) and self._broken_off(first, second, LENIENT)

    def _broken_off(self, first: str, second: str, lenient: float) -> bool:
        """Say whether a line of prose is proof enough, or what stands on both sides of its end."""
        if not re.match(f"[{_HAN}0-9]", second) or _LABEL.match(second) or not _ends_open(first):
            return False
        if first[:SAME] == second[:SAME] or first[-1] == second[0]:
            return False
        if _CUT_NAME.search(first) and columns(first) >= SHORTEST:
            return True
        return self._joint(first, second) >= _proof(first) - max(
            lenient, OPENED * bool(_OPENER.match(first))
        )

    def _joint(self, first: str, second: str) -> float:
        """Give how much likelier it is that a sentence goes on here than that one begins."""
        here = 0.0
        if re.match(f"[{_HAN}]{{2}}", first[-1] + second[0]):
            here = runs_on(first[-1], second[0])
        elif first[-1].isdigit():
            here = SURE if _UNIT.match(second) or second[0].isdigit() else 0.0
        elif first[-1] in "，,、":
            here = SURE
        if self._written_whole(first, second, True):
            here += SURE
        begins = PARAGRAPH * bool(_PARAGRAPH.match(second)) + SURE * bool(_DATELINE.match(second))
        return here - begins

    def _prose(self, first: str, second: str) -> bool:
        """Judge a line that has marks inside it."""
        stopped = bool(_STOP.search(first))
        if first[-1] in "，,、":
            return stopped or columns(first) >= SHORTEST_ITEM
        if first[-1].isdigit() and _UNIT.match(second):
            return True
        if _LABEL.match(second) or second[0] in "“「『《":
            return False
        return self._written_whole(first, second, stopped) or (
            stopped and bool(_HANGING.search(first))
        )

    def _written_whole(self, first: str, second: str, stopped: bool) -> bool:
        """Say whether the text writes in one elsewhere what the break cuts in two."""
        cuts = ((3, 1), (1, 3), (2, 2)) if stopped else ((3, 1), (1, 3))
        cut = (first[-a:] + second[:b] for a, b in cuts)
        return any(four in self._fours for four in cut if re.fullmatch(f"[{_HAN}]{{4}}", four))

    def hyphenated(self, word: str) -> bool:
        """Say whether the text writes a word with its hyphen where no line ends."""
        return word in self._hyphened

    @cached_property
    def _hyphened(self) -> frozenset[str]:
        return frozenset(re.findall(r"(?<![A-Za-z])[A-Za-z]+-[A-Za-z]+", self._text))

    @cached_property
    def _fours(self) -> frozenset[str]:
        runs = re.findall(f"[{_HAN}]{{4,}}", self._text)
        return frozenset(run[i : i + 4] for run in runs for i in range(len(run) - 3))


def _ends_open(first: str) -> bool:
    """Say whether a line ends where a sentence can go on, and not with a credit."""
    open_ = re.search(rf"(?:[{_HAN}0-9]|[{_HAN}0-9%][”』」》)）]|[、，,])$", first)
    return bool(open_) and not _CREDIT.search(first[-CREDITED:])


def _proof(first: str) -> float:
    """Give how surely the words must run on behind a line for it to be broken off."""
    wide, marked = columns(first), bool(_CLAUSE.search(first[:-1]))
    if _FULL_STOP.search(first) or (marked and wide >= LONG):
        return IN_PROSE
    if marked and wide >= SHORTEST_RUNNING:
        return IN_CLAUSE
    return IN_LINE if wide >= SHORTEST else IN_HEAD


def _left_open(first: str, second: str) -> bool:
    """Say whether a quotation or bracket is opened in the first line and closed in the second."""
    for opening, closing in _PAIRS:
        if first.rfind(opening) > first.rfind(closing):
            close, again = second.find(closing), second.find(opening)
            if close >= 0 and not 0 <= again < close:
                return True
    return False


def _lower_case(first: str, second: str) -> bool:
    latin = re.search(r"[a-z],?$", first) and re.match(r"[a-z]+[ ,.]", second)
    return bool(latin) and columns(first) >= 40


def _is_byline(first: str) -> bool:
    """Say whether what stands after the last full stop is apart, as names at the end are."""
    stops = list(_STOP.finditer(first))
    rest = first[stops[-1].end() :] if stops else first
    return bool(re.match(r"\s", rest)) or bool(re.search(rf"[{_HAN}]\s[{_HAN}]", rest))
