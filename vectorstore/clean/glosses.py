"""Find the pronunciations that stand in brackets after Chinese characters: 發(fā)展 -> 發展."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.clean.edit import GLOSS, Edit

SYSTEMATIC = 3
"""So many certain glosses in a text make its doubtful ones glosses too."""
SYSTEMATIC_PLAIN = 8
"""So many brackets of plain syllables, on many characters, do so where none carries a tone."""

_FINALS = """
b a o ai ei ao an en ang eng i ie iao ian in ing u
p a o ai ei ao ou an en ang eng i ie iao ian in ing u
m a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u
f a o ei ou an en ang eng u
d a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un
t a e ai ei ao ou an ang eng ong i ie iao ian ing u uo ui uan un
n a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan un v ve ue
l a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve ue
g a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
k a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
h a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
j i ia ie iao iu ian in iang ing iong u ue uan un
q i ia ie iao iu ian in iang ing iong u ue uan un
x i ia ie iao iu ian in iang ing iong u ue uan un
zh a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
ch a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang
sh a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang
r e i ao ou an en ang eng ong u ua uo ui uan un
z a e i ai ei ao ou an en ang eng ong u uo ui uan un
c a e i ai ao ou an en ang eng ong u uo ui uan un
s a e i ai ao ou an en ang eng ong u uo ui uan un
y a o e ai ao ou an ang i in ing ong u ue uan un
w a o ai ei an en ang eng u
"""
_SYLLABLES = frozenset(
    first + final
    for first, *finals in map(str.split, _FINALS.strip().splitlines())
    for final in finals
) | frozenset("a o e ai ei ao ou an en ang eng er".split())
_NEUTRAL = frozenset("men de le zi zhe ne ma ba li tou me guo shang xia lai qu".split())

_TONES = "\u0304\u0301\u030c\u0306\u0300"
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ufffd"
_BRACKET = r"[(（][^()（）\n]{1,40}[)）]"
_CHAIN = re.compile(rf"(?<=[{_HAN}])(?:{_BRACKET})+")
_ONE = re.compile(_BRACKET)
_LABEL = re.compile(r"(?:拼音|[读讀][音作]|[读讀音])[:：]?[ ]?")
_TOLD = re.compile(r"(?:[读讀念][作为為成做]?|[拼读讀发發注][音])$")
_ZHUYIN = re.compile(r"[\u3105-\u312f\u31a0-\u31bfˉˊˇˋ˙· \u3000一]+")
_PARTS = re.compile(r"[\s'’‘·\-]+")
_CHOICE = re.compile(r"[/,，、;；]|或")


@dataclass(frozen=True)
class _Reading:
    """What a bracket says if it is pronunciation: its syllables and how surely it is."""

    start: int
    end: int
    spoken: str
    certain: bool
    character: str


def edits(text: str) -> list[Edit]:
    """Give the edits that take pronunciations out; every other bracket stays.

    One with tone marks, or in zhuyin, is certain. One without (`(ye)`) can be a word or a unit, and
    goes only where the text glosses throughout.
    """
    chains = [list(_chain(text, match)) for match in _CHAIN.finditer(text)]
    found = [reading for chain in chains for reading in chain if reading]
    certain = [r for r in found if r.certain]
    toned = {(r.character, r.spoken) for r in certain} if len(certain) >= SYSTEMATIC else set()
    plain = _glosses_plainly([r for r in found if not _known(r, toned)])
    made: list[Edit] = []
    for chain in chains:
        for reading in chain:
            if not reading or not (
                reading.certain or (plain and len(reading.spoken) > 1) or _known(reading, toned)
            ):
                break
            if reading.certain and len(certain) < SYSTEMATIC and _is_told(text, reading.start):
                break
            made.append(Edit(reading.start, reading.end, "", GLOSS))
    return made


def _chain(text: str, match: re.Match[str]) -> Iterator[_Reading | None]:
    character = text[match.start() - 1]
    for bracket in _ONE.finditer(text, *match.span()):
        inner = bracket.group()[1:-1]
        label = _LABEL.match(inner)
        spoken, tones = _spoken(inner[label.end() :] if label else inner)
        if not spoken:
            yield None
            continue
        certain = tones > 0 or bool(label)
        yield _Reading(*bracket.span(), spoken, certain, character)


def _spoken(inner: str) -> tuple[str, int]:
    """Give the syllables a bracket holds, without their tones, and how many tones it marks."""
    if _ZHUYIN.fullmatch(inner) and re.search(r"[\u3105-\u312f]", inner):
        return inner, 1
    spoken, tones = "", 0
    for choice in _CHOICE.split(inner):
        plain, marks = _untoned(choice.strip())
        count = _syllables(plain)
        sure = marks >= count if choice.strip()[:1].isupper() else not marks or 2 * marks >= count
        if not (count and sure):
            return "", 0
        spoken, tones = spoken or plain, tones + marks
    return spoken, tones


def _untoned(word: str) -> tuple[str, int]:
    word = word.replace("ɑ", "a").replace("ɡ", "g")
    word = unicodedata.normalize("NFD", word.lower()).replace("u\u0308", "v")
    word = word.replace("u:", "v")
    marks = sum(word.count(tone) for tone in _TONES)
    word = re.sub(f"[{_TONES}]", "", word)
    digits = len(re.findall(r"(?<=[a-z]{2})[1-5](?![0-9])", word))
    if digits and not marks and re.fullmatch(r"(?:[a-z]{2,}[1-5][ ]?)+", word):
        return re.sub("[1-5]", " ", word).strip(), digits if digits > 1 or len(word) > 3 else 0
    return word, marks


def _syllables(spoken: str) -> int:
    """Count the syllables of plain pinyin; 0 when it is none."""
    total = 0
    for part in _PARTS.split(spoken):
        least = [0] + [99] * len(part)
        for end in range(1, len(part) + 1):
            for start in range(max(end - 6, 0), end):
                piece = part[start:end]
                begins = not start or piece[0] not in "aeo"
                if begins and piece in _SYLLABLES:
                    least[end] = min(least[end], least[start] + 1)
        if not 0 < least[-1] < 99:
            return 0
        total += least[-1]
    return total


def _glosses_plainly(found: list[_Reading]) -> bool:
    """Say whether a text without tone marks glosses throughout, each character one way."""
    plain = [r for r in found if not r.certain and len(r.spoken) > 1]
    ways = {(r.character, r.spoken) for r in plain}
    characters = {r.character for r in plain}
    many = len(plain) >= SYSTEMATIC_PLAIN and len(characters) >= SYSTEMATIC_PLAIN // 2
    return many and len(ways) == len(characters)


def _known(reading: _Reading, toned: set[tuple[str, str]]) -> bool:
    if not toned or len(reading.spoken) < 2:
        return False
    return (reading.character, reading.spoken) in toned or reading.spoken in _NEUTRAL


def _is_told(text: str, start: int) -> bool:
    return bool(_TOLD.search(text, max(start - 6, 0), start))
