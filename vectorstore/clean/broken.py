"""Tell by the words whether a line goes on in the next one, whatever stands between them."""

from __future__ import annotations

import re
from functools import cached_property

from vectorstore.clean.wrapped import columns

SHORTEST = 24
"""Columns of the shortest line that is taken for prose before an empty line or a new page."""
SHORTEST_RUNNING = 48
"""The same where no empty line stands between: verse and lists have lines as short."""
SHORTEST_ITEM = 60
"""Columns from which a line that ends with a comma is prose, even if it is one clause."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
CLOSERS = "”’」』）)】》〉\"'"
_STOP = re.compile(rf"[。！？!?…][{CLOSERS}]*")
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
_LABEL = re.compile(rf"[{_HAN}]{{2,6}}[:：]")
_PARAGRAPH = re.compile(
    "[“「『《]|近年|近日|日前|目前|如今|此外|另外|同时|同時|与此|與此|据|據|截至|截止|今年|今天|去年|昨日|昨天|记者|記者"
    "|对此|對此|随|隨|首先|其次|最后|最後|然后|然後|下一步|一直|不仅|不僅|但|而|因此|所以|为此|為此|本报|本報|新华社"
    r"|\d+(?:年|月|日|、|\.\D)"
)
"""How paragraphs like to begin."""
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
        if columns(first) < (SHORTEST if blank else SHORTEST_RUNNING):
            return False
        return (
            _lower_case(first, second)
            or _left_open(first, second)
            or (bool(_MARK.search(first[:-1])) and self._prose(first, second))
            or (blank and bool(_CUT_NAME.search(first) and re.match(f"[{_HAN}]", second)))
        )

    def cut_by_page(self, first: str, second: str) -> bool:
        """Say whether the end of a page, where no mark stands, cuts a sentence of prose."""
        if _is_byline(first) or not re.match(rf"[{_HAN}0-9A-Za-z“「《（]", second):
            return False
        sure = bool(_STOP.search(first)) or (
            columns(first) >= SHORTEST_RUNNING and bool(_MARK.search(first[:-1]))
        )
        goes_on = bool(_STOP.search(second)) or columns(second) >= SHORTEST_RUNNING
        return sure and goes_on and not _LABEL.match(second)

    def breaks_off(self, first: str, second: str) -> bool:
        """Say whether the first line may break off, for a page that is known to be broken up."""
        if columns(first) < SHORTEST or _is_byline(first) or _PARAGRAPH.match(second):
            return False
        prose = bool(_STOP.search(first)) or columns(first) >= SHORTEST_ITEM
        goes_on = re.match(f"[{_HAN}0-9]", second) and re.search("[。！？!?]", second)
        return prose and bool(goes_on) and not _LABEL.match(second)

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
