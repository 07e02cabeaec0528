"""Turn characters of a wrong reading back into bytes, and bytes into characters of the right one.

A byte is the character of that number, as in Latin-1; what is not known of it is LOST.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from vectorstore.clean.letters import score

LOST = "\u0100"
"""Stands for a byte, or two, that the wrong reading did not keep."""
LOST_80 = "\u0101"
"""The same where the wrong reading was GBK, which no 80 can begin."""
GONE = "\ufffd"
"""Stands in a text for a character that cannot be known any more."""
UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff]")
"""What is no character; one for private use may yet be bytes of another wrong reading."""

_AHEAD = 16
_CLEARLY = 4.0
_LEFT_OVER = -8.0
_UTF8 = re.compile(
    r"(?P<good>[\xc2-\xdf][C]|[\xe0-\xef][C]{2}|[\xf0-\xf4][C]{3})"
    r"|(?P<space>[\xe3-\xe9](?:[C][ ]|[ ][C]))"
    r"|(?P<hidden>[\xe2-\xe9](?:\u0101[C]|[C]\u0101(?=[\xe2-\xe9][C\u0101]{2})))"
    r"|(?P<gone>[\xe1-\xef](?:[C][L?]|[L?][C]|[L?]{1,2})|[\xc2-\xdf][L]"
    r"|[L?][C]{2}|[L?]{2}[C]|[L])"
    r"|(?P<ascii>[\x00-\x7f])|(?P<bad>.)".replace("C", r"\x80-\xbf").replace("L", r"\u0100\u0101"),
    re.DOTALL,
)
_ONE_SHORT = re.compile("[\xe1-\xef][\x80-\xbf]$")
_PAIRS = re.compile(
    r"(?P<good>[\x81-\xfe][\x40-\x7e\x80-\xfe])|(?P<gone>[\x81-\xfe]?[\u0100\u0101])"
    r"|(?P<ascii>[\x00-\x7f])|(?P<bad>.)",
    re.DOTALL,
)

Character = tuple[int, int, str]
"""Where a character begins and ends among the bytes, and what it is; empty: none can be read."""


@lru_cache(maxsize=1 << 16)
def to_bytes(c: str, table: str) -> str:
    """Give the bytes that `table` reads as `c`; empty where it has no such character."""
    if c == GONE:
        return LOST_80 if table in ("cp936", "gb18030") else LOST
    if table == "cp936" and c == "€":
        return "\x80"
    if table == "cp1252" and "\x80" <= c <= "\x9f":
        return c
    try:
        return c.encode("gb18030" if table == "cp936" else table).decode("latin-1")
    except UnicodeEncodeError:
        return ""


def euros(text: str, data: list[str]) -> Iterator[str]:
    """Give the bytes of each character; a euro sign is 80, or A2E3 where UTF-8 goes on so."""
    before = ""
    for i, (c, own) in enumerate(zip(text, data, strict=True)):
        goes_on = "\x80" <= "".join(data[i + 1 : i + 2])[:1] < "\xc0" or text[i + 1 : i + 2] == GONE
        if c == "€" and goes_on and _ONE_SHORT.search(before):
            own = "\xa2\xe3"
        before = (before + own)[-4:]
        yield own


def characters(data: str, table: str) -> Iterator[Character]:
    """Read bytes with `table`, in step again after each that is lost."""
    pattern = _UTF8 if table == "utf-8" else _PAIRS
    at = 0
    while at < len(data):
        match = pattern.match(data, at)
        assert match is not None
        end, kind = match.end(), match.lastgroup
        if kind == "gone" and pattern is _PAIRS:
            end = _in_step(data, at, end, table)
        yield at, end, _READ[str(kind)](match.group(), table)
        at = end


def _in_step(data: str, start: int, at: int, table: str) -> int:
    """Tell whether the next character begins here or one byte on: where it reads better."""
    if len(data) == at or data[at] < "\x40":
        return at
    if data[at] < "\x7f":
        return at + 1 if at == start + 1 else at
    here, on = (_ahead(data[i : i + _AHEAD], table) for i in (at, at + 1))
    return at if here >= on else at + 1


def _ahead(data: str, table: str) -> float:
    data = data.partition(LOST)[0].partition(LOST_80)[0]
    reader = codecs.getincrementaldecoder(table)("replace")
    text = reader.decode(data.encode("latin-1"))
    return score(text) + (_LEFT_OVER if reader.getstate()[0] else 0.0)


@lru_cache(maxsize=1 << 16)
def _read(data: str, table: str) -> str:
    try:
        found = data.encode("latin-1").decode(table)
    except UnicodeDecodeError:
        return ""
    return GONE if table != "utf-8" and UNKNOWN.match(found) else found


def _hidden(data: str, table: str) -> str:
    """Give the character whose lost byte was 80, unless another may well have been lost."""
    found = _read(data.replace(LOST_80, "\x80"), table)
    others = (_read(data.replace(LOST_80, chr(byte)), table) for byte in range(0xA1, 0xB0))
    rival = max((score(c) for c in others if c), default=-99.0)
    return found if found and score(found) - rival > _CLEARLY else GONE


_READ: dict[str, Callable[[str, str], str]] = {
    "good": _read,
    "space": lambda data, table: _read(data.replace(" ", "\xa0"), table),
    "hidden": _hidden,
    "gone": lambda data, table: GONE,
    "ascii": lambda data, table: data,
    "bad": lambda data, table: "",
}
