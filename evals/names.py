"""Find the names in a text by how they are written: organisations, places, people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.question import language
from rag.signals import SURNAMES
from vectorstore.script import fold

OFTEN = 2
"""Times a name must stand in the articles before it may be put into a question."""

_KINDS = {
    "company": "有限公司|公司|集团",
    "bank": "银行",
    "school": "大学|学院",
    "institute": "科学院|研究院|研究所|实验室|博物馆|医院",
    "body": "基金会|委员会|协会|中心",
    "zone": "高新区|经开区|开发区|新区",
    "park": "科学城|产业园|科技园",
    "place": "市|省|县|区|镇",
}
_STOPS = re.compile(
    r"\d[年月日]|[^\u4e00-\u9fff（）()]|[的在和与由对把被让给向从到是有为及或并据了着将以于等说]|联合|联手|来自|包括|其中|一家"
    r"|目前|今年|去年|启动|成为|入驻|(?<![\u4e00-\u9fff])[今原]"
)
_SUFFIXED = re.compile(
    r"(?:"
    + "|".join(
        rf"(?P<{kind}>[\u4e00-\u9fff（）()]{{2,{3 if kind == 'place' else 16}}}?(?:{suffixes}))"
        for kind, suffixes in _KINDS.items()
    )
    + r")(?!区(?!长)|场|民)"
)
_COMMON = re.compile(
    r"^(?:[经济高新技术产业园开发区科创研发工业商业各级]{2,9}|某限公司|.{0,3}(?:重点|集聚|示范|城|园|片|地|辖|社|景|校)区|.?(?:开发|高新|经开)区"
    r"|.?.?.?[城都超上]市|(?:科创|研发|数据|服务|展销)中心)$"
)
_PERSON = re.compile(
    rf"(?:长|记|任|员|理|授|士|裁|家)(?P<name>[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
    r"(?=[说称透表介坦认承担，、。]|$)"
)
_ENGLISH_KINDS = (
    "university|college|school|bank|company|corporation|group|museum|library|hospital|institute"
    "|council|county|city|park|airport|station|church|river|party|association|committee"
).split("|")
_CAPITALS = re.compile(r"[A-Z][\w&.-]*\w(?: (?:of |the |and )?[A-Z][\w&.-]*\w)+")


@dataclass(frozen=True)
class Name:
    """A name as the article writes it; names of one `kind` may take each other's place.

    What it is a name of is not told by an empty kind.
    """

    text: str
    kind: str


def names(text: str) -> list[Name]:
    """Give the names in a text, each as often as it stands.

    >>> [n.text for n in names("池州科创中心由上海华悦公司运营，区长周敏说。")]
    ['池州科创中心', '上海华悦公司', '周敏']
    """
    if language(text) == "en":
        return [Name(m.group(), _english_kind(m.group())) for m in _CAPITALS.finditer(text)]
    folded = fold(text)
    if len(folded) != len(text):
        return []
    people = [Name(text[slice(*m.span("name"))], "person") for m in _PERSON.finditer(folded)]
    return [*_suffixed(text, folded), *people]


def known_names(texts: Iterable[str]) -> list[Name]:
    """Give the names that stand often enough in `texts` to be taken for whole, in their order.

    What precedes a Chinese name is not told by spaces; a wrong cut hardly stands twice.
    """
    found: Counter[Name] = Counter()
    joined = []
    for text in texts:
        found.update(names(text))
        joined.append(text)
    everything = "\n".join(joined)
    return [name for name in found if everything.count(name.text) >= OFTEN]


def without_names(text: str, about: str) -> str:
    """Blank out in `text` the names that stand in `about`."""
    for name in sorted({n.text for n in names(about)}, key=len, reverse=True):
        text = text.replace(name, " ")
    return text


def _suffixed(text: str, folded: str) -> Iterator[Name]:
    """Cut at what cannot be part of a name, then take what ends as organisations and places do."""
    protected = folded.replace("有限公司", "某限公司")
    at = 0
    for stop in [*_STOPS.finditer(protected), None]:
        end = stop.start() if stop else len(protected)
        for match in _SUFFIXED.finditer(protected, at, end):
            whole, at = match.start() == at, match.end()
            if whole and not _COMMON.search(match.group()):
                yield Name(text[match.start() : match.end()], str(match.lastgroup))
        at = stop.end() if stop else end


def _english_kind(name: str) -> str:
    last = name.split()[-1].lower()
    return last if last in _ENGLISH_KINDS else ""
