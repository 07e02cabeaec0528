"""Turn clean paragraphs into damaged ones: glosses, odd forms, unseen characters, spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
MARKS = "，。、；：？！“”‘’「」『』（）《》〈〉…—"
_CJK_PAIR = re.compile(rf"(?<=[{HAN}{MARKS}])(?=[{HAN}{MARKS}])")
_HAN_PAIR = re.compile(rf"(?<=[{HAN}])(?=[{HAN}])")

_SAID = (
    "業业:yè 區区:qū 發发:fā 創创:chuàng 優优:yōu 現现:xiàn 數数:shù 續续:xù 戰战:zhàn"
    " 協协:xié 鎮镇:zhèn 態态:tài 規规:guī 節节:jié 統统:tǒng 衛卫:wèi 環环:huán 國国:guó"
    " 會会:huì 學学:xué 時时實实:shí 為为:wéi 進进:jìn 電电:diàn 動动:dòng 機机:jī"
    " 關关:guān 經经:jīng 體体:tǐ 點点:diǎn 東东:dōng 車车:chē 長长:zhǎng 門门:mén"
    " 問问:wèn 間间:jiān 無无:wú 語语:yǔ 馬马:mǎ 們们:men 過过:guò 開开:kāi 產产:chǎn"
    " 員员:yuán 華华:huá 報报:bào 費费:fèi 女:nǚ 綠绿:lǜ 略:lüè 兒儿:ér 愛爱:ài 歐欧:ōu"
)
READINGS = {c: entry.partition(":")[2] for entry in _SAID.split() for c in entry.partition(":")[0]}
"""Pronunciations of characters that some sites put behind every occurrence."""

UNSEEN = "\u200b\u200c\u200e\u2060\ufeff\u00ad"
CONTROLS = "\x01\x02\x07\x08\x0e\x1a\x1f\x7f"


@dataclass(frozen=True)
class Damage:
    """A text as it comes in, the text it was, and whether some of that is gone for good."""

    text: str
    clean: str
    lost: bool = False


Way = Callable[[Sequence[str], Random], Damage | None]
"""One way of damaging paragraphs; None where it does nothing to them."""


def glossed(paragraphs: Sequence[str], draw: Random, brackets: str = "()") -> Damage | None:
    """Put the pronunciation behind every occurrence of up to 18 characters."""
    clean = "\n".join(paragraphs)
    known = sorted(set(clean) & READINGS.keys())
    if not known:
        return None
    chosen = draw.sample(known, min(len(known), draw.randint(6, 18)))
    left, right = brackets[0], brackets[1]
    said = {ord(c): f"{c}{left}{READINGS[c]}{right}" for c in chosen}
    return _unless_same(clean.translate(said), clean)


def glossed_wide(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Put the pronunciation behind characters, in full-width brackets."""
    return glossed(paragraphs, draw, "（）")


def full_width(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Write letters and digits full-width."""
    clean = paragraphs[0]
    return _unless_same(re.sub("[0-9A-Za-z]", lambda m: chr(ord(m.group()) + 0xFEE0), clean), clean)


def radicals(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Write characters as the Kangxi radicals that look the same, as PDF files give them."""
    return _unless_same(paragraphs[0].translate(_twins(0x2F00, 0x2FD6)), paragraphs[0])


def compatibility(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Write characters as their compatibility ideographs."""
    return _unless_same(paragraphs[0].translate(_twins(0xF900, 0xFB00)), paragraphs[0])


def unseen(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Strew characters that are not seen between the others."""
    return _strewn(paragraphs[0], UNSEEN, draw)


def controls(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Strew control characters between the others."""
    return _strewn(paragraphs[0], CONTROLS, draw)


def spaced_out(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Put a space between all Chinese characters and marks."""
    return _unless_same(_CJK_PAIR.sub(" ", paragraphs[0]), paragraphs[0])


def spaced_at_random(paragraphs: Sequence[str], draw: Random, space: str = " ") -> Damage | None:
    """Put a space between about one in twelve pairs of Chinese characters."""
    clean = paragraphs[0]
    return _unless_same(
        _HAN_PAIR.sub(lambda _: space if draw.random() < 1 / 12 else "", clean), clean
    )


def spaced_by_other(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Put no-break or ideographic spaces between some Chinese characters."""
    return spaced_at_random(paragraphs, draw, draw.choice("\u00a0\u3000\u2003"))


def inserted(text: str, places: Iterable[int], pieces: Iterable[str]) -> str:
    """Put each piece before the character at its place; places are in order."""
    parts, at = [], 0
    for place, piece in zip(places, pieces, strict=True):
        parts += [text[at:place], piece]
        at = place
    return "".join((*parts, text[at:]))


def _strewn(clean: str, what: str, draw: Random) -> Damage:
    places = [i for i in range(1, len(clean)) if draw.random() < 0.05] or [1]
    return Damage(inserted(clean, places, draw.choices(what, k=len(places))), clean)


def _unless_same(text: str, clean: str) -> Damage | None:
    return None if text == clean else Damage(text, clean)


@cache
def _twins(first: int, end: int) -> dict[int, int]:
    """Map characters to the ones between `first` and `end` that stand for the same."""
    found: dict[int, int] = {}
    for point in range(first, end):
        plain = unicodedata.normalize("NFKC", chr(point))
        if plain != chr(point) and len(plain) == 1:
            found.setdefault(ord(plain), point)
    return found
