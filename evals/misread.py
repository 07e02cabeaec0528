"""Turn clean text into what it becomes when its bytes are read with the wrong table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from evals.harm import HAN, Damage, Way

_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
_CP1252 = {b: bytes([b]).decode("cp1252") for b in range(128, 160) if b not in _UNDEFINED}
_CP1252_BACK = {ord(c): b for b, c in _CP1252.items()}
_SENTENCE = re.compile("[^。！？]+[。！？]?[”’」』]?")
_PHRASE = re.compile(f"[{HAN}]{{6,24}}")
_QUOTED = re.compile("(?<=。)[“”]")
FOLDED = {ord(c): ord(c) - 0xFEE0 for c in "，（）：；？！"}
"""Full-width marks to ASCII ones."""


@dataclass(frozen=True)
class Reading:
    """How bytes are read, and how what was read becomes bytes again."""

    read: Callable[[bytes], str]
    back: Callable[[str], bytes]


def _as_gbk(data: bytes) -> str:
    """Read as browsers do: 80 is a euro sign, a byte that fits nothing is U+FFFD."""
    read = []
    while data:
        try:
            read.append(data.decode("gb18030"))
            break
        except UnicodeDecodeError as exc:
            read.append(data[: exc.start].decode("gb18030"))
            read.append("€" if data[exc.start] == 0x80 else "\ufffd")
            data = data[exc.start + 1 :]
    return "".join(read)


LATIN1 = Reading(lambda d: d.decode("latin-1"), lambda t: t.encode("latin-1"))
CP1252 = Reading(
    lambda d: d.decode("latin-1").translate(_CP1252),
    lambda t: t.translate(_CP1252_BACK).encode("latin-1"),
)
GBK = Reading(_as_gbk, lambda t: b"\x80".join(p.encode("gb18030") for p in t.split("€")))
GBK_STRICT = Reading(lambda d: d.decode("gbk", "replace"), lambda t: t.encode("gbk"))
GBK_ASKING = Reading(lambda d: _as_gbk(d).replace("\ufffd", "?"), GBK.back)
GB18030 = Reading(lambda d: d.decode("gb18030", "replace"), lambda t: t.encode("gb18030"))
BIG5 = Reading(lambda d: d.decode("big5hkscs", "replace"), lambda t: t.encode("big5hkscs"))
UTF8 = Reading(lambda d: d.decode("utf-8", "replace"), lambda t: t.encode("utf-8"))


def misread(text: str, codec: str, reading: Reading) -> Damage | None:
    """Give `text`, written in `codec`, as `reading` reads it; None where it cannot be written."""
    try:
        data = text.encode(codec)
    except UnicodeEncodeError:
        return None
    read = reading.read(data)
    return None if read == text else Damage(read, text, not _goes_back(read, data, reading))


def _goes_back(read: str, data: bytes, reading: Reading) -> bool:
    try:
        return "\ufffd" not in read and reading.back(read) == data
    except UnicodeEncodeError:
        return False


def chained(*steps: tuple[str, Reading]) -> Way:
    """Give the way that misreads the first paragraph once for each step."""

    def way(paragraphs: Sequence[str], draw: Random) -> Damage | None:
        return through(paragraphs[0], steps)

    return way


def through(clean: str, steps: Sequence[tuple[str, Reading]]) -> Damage | None:
    """Misread `clean` once for each step."""
    text, lost = clean, False
    for codec, reading in steps:
        made = misread(text, codec, reading)
        if made is None:
            return None
        text, lost = made.text, lost or made.lost
    return Damage(text, clean, lost)


def in_sentence(*steps: tuple[str, Reading]) -> Way:
    """Give the way that misreads one sentence of the first paragraph, where nothing is lost."""
    return _in_part(_SENTENCE, steps)


def in_phrase(*steps: tuple[str, Reading]) -> Way:
    """Give the way that misreads one phrase of the first paragraph, where nothing is lost."""
    return _in_part(_PHRASE, steps)


def _in_part(parts: re.Pattern[str], steps: Sequence[tuple[str, Reading]]) -> Way:
    def way(paragraphs: Sequence[str], draw: Random) -> Damage | None:
        clean = paragraphs[0]
        found = [m.span() for m in parts.finditer(clean) if len(m.group()) >= 6]
        for start, end in draw.sample(found, len(found)):
            made = through(clean[start:end], steps)
            if made and not made.lost:
                return Damage(clean[:start] + made.text + clean[end:], clean)
        return None

    return way


def blanks_folded(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Misread UTF-8 as cp1252, and then write the no-break spaces as plain ones."""
    made = misread(paragraphs[0], "utf-8", CP1252)
    if made is None or "\u00a0" not in made.text:
        return None
    return Damage(made.text.replace("\u00a0", " "), made.clean, True)


def controls_dropped(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Misread UTF-8 as Latin-1, and then lose the control characters 80 to 9F."""
    made = misread(paragraphs[0], "utf-8", LATIN1)
    return made and Damage(re.sub("[\x80-\x9f]", "", made.text), made.clean, True)


def out_of_step(paragraphs: Sequence[str], draw: Random, fold: bool = False) -> Damage | None:
    """Read GBK with a reader that slips by a byte at some of the quotes that follow a 。.

    With `fold`, the text has its commas, brackets and the like in ASCII, as some crawlers leave
    them.
    """
    clean = paragraphs[0]
    places = [m.start() - 1 for m in _QUOTED.finditer(clean)]
    try:
        data = clean.encode("gbk")
    except UnicodeEncodeError:
        return None
    if not places:
        return None
    chosen = {p for p in places if draw.random() < 0.5} or {draw.choice(places)}
    text, lost = slipped(data, {len(clean[:p].encode("gbk")) for p in chosen})
    table = FOLDED if fold else {}
    return Damage(text.translate(table), clean.translate(table), lost)


def out_of_step_folded(paragraphs: Sequence[str], draw: Random) -> Damage | None:
    """Do as `out_of_step`, in a text whose full-width marks are ASCII."""
    return out_of_step(paragraphs, draw, fold=True)


def slipped(data: bytes, places: set[int]) -> tuple[str, bool]:
    """Read GBK, taking the byte at each of `places` for a character of its own.

    Such a byte is read as `?`; so is a pair that stands for nothing. Tells, too, whether such a
    pair was met, for its bytes are lost.
    """
    read, at, lost = [], 0, False
    while at < len(data):
        size = 1 if at in places or data[at] < 0x80 or data[at] in (0x80, 0xFF) else 2
        try:
            read.append(data[at : at + size].decode("gbk"))
        except UnicodeDecodeError:
            read.append("?")
            lost = lost or at not in places
        at += size
    return "".join(read), lost
