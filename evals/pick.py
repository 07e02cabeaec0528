"""Pick sentences of the articles that hold a fact worth asking for, evenly over the articles."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.prompt import AnswerKind
from rag.question import language
from rag.signals import SURNAMES
from vectorstore.article import Passage
from vectorstore.script import fold, width
from vectorstore.split import sentences
from vectorstore.store import Store

SHORTEST, LONGEST = 15, 120
"""Width of a sentence that is asked about, in Chinese characters."""

_ENDS = re.compile(r"[。！!.…][”’」』）)\"']*$")
_NUMERAL = r"(?:\d[\d,.]*\d|\d|[一二两三四五六七八九十百千]{2,})[多余]?[百千万亿]*[多余]?"
_UNIT = (
    r"(?:平方公里|平方米|平米|公里|公斤|美元|欧元|日元|元|个百分点|百分点|小时|分钟|周年|家次|人次"
    r"|[个家名人位项次倍种座所只条件亩吨颗片天岁秒户辆台套间米册层株架艘批%‰])"
)
_WORD = r"[A-Z][\w&.-]*\w"
ENGLISH_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_FACTS = (
    re.compile(
        r"(?:\d{4}年|[去今前明]年)\d{1,2}月(?:\d{1,2}日|[上中下]旬|底|初)?|\d{1,2}月\d{1,2}日|\d{4}年(?![度代])"
    ),
    re.compile(rf"{_NUMERAL}{_UNIT}(?!以[上下]的)"),
    re.compile(
        rf"(?:长|记|任|员|理|授|士|裁|家|人)(?P<fact>[{SURNAMES}][\u4e00-\u9fff]{{1,2}}?)"
        r"(?=[说称透表介指坦认承担，、。]|$)"
    ),
)
_ENGLISH_FACTS = (
    re.compile(
        rf"{ENGLISH_MONTH} (?:\d{{4}}|\d{{1,2}}(?:, \d{{4}})?)|\b(?:1[89]|20)\d\d\b", re.IGNORECASE
    ),
    re.compile(
        r"[$€£]?\d[\d,.]*\d?(?: (?:million|billion|trillion))?"
        r"(?: ?%| per ?cent| (?!and\b|the\b|for\b|from\b|with\b|but\b|when\b|after\b)[a-z]{3,})?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<=[a-z,] )(?P<fact>{_WORD}(?: {_WORD})+)"),
)
_TIME = re.compile(r"\d[年月日]|[去今前明]年|^\d{4}$|" + ENGLISH_MONTH.lower())
_LEANS = re.compile(
    r"[该此](?P<of>.)|[这那](?P<those>[里些家次种个项位样一]?)|上述|他|她|它|(?<![其尤])其(?![中他它实余])"
    r"|\b(?:he|she|they|it|his|her|their|its|this|that|these|those)\b"
)
_EARLY = 10
"""How far into a sentence a word still points to the sentence before, in code points."""


@dataclass(frozen=True)
class Picked:
    """A sentence and one fact in it; offsets are into the article text.

    `before` is the sentence in front of it in the same passage, empty where there is none.
    """

    passage: Passage
    start: int
    end: int
    text: str
    fact: str
    before: str = ""


def picked(store: Store, seed: int) -> Iterator[Picked]:
    """Give each sentence worth asking about with one of its facts, one article after the other.

    Every article has its turn before one has its second; equal seeds give the same order.
    """
    ids = store.catalogue.ids()
    random.Random(seed).shuffle(ids)
    waiting = [_of_article(store, id_, seed) for id_ in ids]
    while waiting:
        left = []
        for sentences_of_one in waiting:
            if (following := next(sentences_of_one, None)) is not None:
                yield following
                left.append(sentences_of_one)
        waiting = left


def facts(sentence: str) -> list[str]:
    """Give the dates, numbers with their unit, and names in a sentence, as they are written.

    >>> facts("2024年，全区新签92个项目，区长周敏说。")
    ['2024年', '92个', '周敏']
    """
    folded = fold(sentence)
    if len(folded) != len(sentence):
        return []
    found: dict[str, None] = {}
    taken: list[tuple[int, int]] = []
    english = language(sentence) == "en"
    spoken = sentence if english else folded
    for pattern in _ENGLISH_FACTS if english else _FACTS:
        for match in pattern.finditer(spoken):
            start, end = match.span("fact" if pattern.groups else 0)
            if all(end <= a or b <= start for a, b in taken):
                taken.append((start, end))
                found[sentence[start:end].rstrip(" .,")] = None
    return list(found)


def kind_of(fact: str) -> AnswerKind:
    """Tell what a fact is, by how it is written."""
    if _TIME.search(fold(fact)):
        return "time"
    return (
        "number" if any(c.isdigit() or c in "一二两三四五六七八九十百千" for c in fact) else "name"
    )


def askable(sentence: str, title: str) -> bool:
    """Tell whether a sentence is whole, of fair length, and says by itself what it speaks of."""
    if not SHORTEST <= width(sentence) <= LONGEST or not _ENDS.search(sentence):
        return False
    leans = _LEANS.search(fold(sentence)[:_EARLY])
    named = leans and (leans["of"] or "")
    return not leans or bool(named and named in fold(title))


def _of_article(store: Store, article_id: str, seed: int) -> Iterator[Picked]:
    """Give each sentence of an article once, in drawn order, then again for its further facts."""
    draw = random.Random(f"{seed} {article_id}")
    found = [p for passage in store.catalogue.passages_of(article_id) for p in _of_passage(passage)]
    draw.shuffle(found)
    waiting = [draw.sample(of_sentence, len(of_sentence)) for of_sentence in found]
    while waiting:
        yield from (of_sentence[0] for of_sentence in waiting)
        waiting = [of_sentence[1:] for of_sentence in waiting if of_sentence[1:]]


def _of_passage(passage: Passage) -> Iterator[list[Picked]]:
    before = ""
    for start, end in sentences(passage.text):
        text = passage.text[start:end]
        heads = (passage.title, passage.heading)
        if text not in heads and askable(text, passage.title) and (known := facts(text)):
            first, last = passage.start + start, passage.start + end
            yield [Picked(passage, first, last, text, fact, before) for fact in known]
        before = text
