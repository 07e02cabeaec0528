"""Turn GBK text that was read one byte off into what it says.

It begins at a full stop and a quotation mark. Of `。”安徽` (A1A3 A1B1 B0B2 BBD5) such a reading
makes `?` (A1), `!` (A3A1), `卑` (B1B0), `不` (B2BB) and so on, until a byte below 80 brings it into
step again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from math import inf

from vectorstore.clean import letters
from vectorstore.clean.edit import LOST, MOJIBAKE, Edit
from vectorstore.clean.tables import GONE

LONGEST = 500
"""Characters that a damaged run has at most."""
BETTER = 8.0
"""By how much a run must be more probable as it is read anew, in nats."""
PAIRED = 4.0
"""The same where the quotation mark that is found is the one that was missing."""
PLAIN = 14.0
"""The same where no quotation mark before tells which one must follow."""
_OF_GONE = -9.0
_BACK = 4000
WHOLE = -1
_SIGN = re.compile(r"[?？\ufffd][!！]")
_CLOSES = {"”": "“", "’": "‘", "」": "「", "』": "『"}
_OPENS = frozenset(_CLOSES.values())
_QUOTE = re.compile("[“”]")
_WORD = re.compile("[A-Za-z]{2}|[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}[)）]")
_GLOSS_END = re.compile(r"[a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}[)）]")


@dataclass(frozen=True)
class _Run:
    """A damaged run and what it says.

    `left` is the first byte of a last character that was lost, 0 if that is lost too; WHOLE if
    none was.
    """

    start: int
    end: int
    new: str
    left: int = WHOLE


def edits(text: str) -> list[Edit]:
    """Give the repairs of runs that are proven to have been read one byte off."""
    runs = list(_runs(text))
    if not any(len(run.new) > 2 for run in runs):
        return []
    return [edit for run in runs for edit in _edits(text, run)]


def _runs(text: str) -> Iterator[_Run]:
    """Give the runs whose quotation marks pair; a run without letters tells only beside others."""
    at, quote = 0, ""
    while match := _SIGN.search(text, at):
        before = text[max(at, match.start() - _BACK) : match.start()]
        quote = ([quote] + _QUOTE.findall(before))[-1]
        run = _read(text, match.start())
        at = match.end()
        if run and (run := _resolved(text, run, quote)):
            quote = ([quote] + _QUOTE.findall(run.new))[-1]
            at = run.end
            yield run


def _read(text: str, start: int) -> _Run | None:
    """Read from a sign of damage on, one byte earlier, up to where that reads best."""
    new, lead, at = "。", 0xA1, start + 2
    ends: list[_Run] = []
    while at < min(len(text), start + LONGEST):
        c = text[at]
        if c in ("?", GONE):
            ends.append(_Run(start, at + (c == "?"), new, lead))
            if len(new) == 1 or _SIGN.match(text, at):
                break
            new, lead, at = new + GONE, 0, at + 1
            continue
        if not lead and _WORD.match(text, at):
            break
        pair = bytes([ord(c)]) if "\x40" <= c <= "\x7e" else _bytes(c)
        found = (_pair(lead, pair[0]) if lead else GONE) if pair else ""
        if not found or (len(new) == 1 and found not in _CLOSES and found not in _OPENS):
            break
        new, at = new + found, at + 1
        if len(pair) == 2 and pair[1] < 0x80:
            new += chr(pair[1])
        if pair[-1] < 0x80:
            ends.append(_Run(start, at, new))
            break
        lead = pair[1]
    return _best(text[start:at], new, ends)


def _best(old: str, new: str, ends: list[_Run]) -> _Run | None:
    """Choose the end before which the new reading, and after which the old one, is more probable.

    Only a lost character can be followed by either.
    """
    was, read = ([0.0, *accumulate(_worth(text))] for text in (old, new))

    def worth(run: _Run) -> float:
        lost = 0.0 if run.left == WHOLE else 2 * _OF_GONE
        return read[len(run.new)] + lost - was[min(run.end - run.start, len(was) - 1)]

    return max(ends, key=worth, default=None)


def _worth(text: str) -> list[float]:
    each = letters.scores(text)
    return [_OF_GONE if c in ("?", GONE) else s for c, s in zip(text, each, strict=True)]


def _resolved(text: str, run: _Run, quote: str) -> _Run | None:
    """Complete the end of a run by what stands elsewhere, and check that it is real."""
    if run.left != WHOLE:
        found = "”" if len(run.new) == 1 else _elsewhere(text, run)
        swallowed = text[run.end - 1] == "?"
        bracket = _GLOSS_END.match(text, run.end) is not None
        last = ("(" if bracket else GONE) if swallowed else ""
        run = replace(run, new=run.new + (found or GONE) + last)
    second = run.new[1]
    pairs = second not in "“”" or (second == "”") == (quote == "“")
    if len(run.new.rstrip(GONE)) == 2:
        return run if pairs else None
    gain = letters.score(run.new.replace(GONE, "")) - letters.score(text[run.start : run.end])
    after = _QUOTE.search(text, run.end, run.end + _BACK)
    missing = second in "“”" and pairs and (not after or (after.group() == "”") == (second == "“"))
    if missing and GONE not in run.new and (quote or after):
        return run if gain >= PAIRED else None
    return run if gain >= (BETTER if pairs else inf if quote else PLAIN) else None


def _elsewhere(text: str, run: _Run) -> str:
    """Give the one character with the byte that is left that stands in the same place elsewhere.

    It stands after the same character, or before the same pronunciation.
    """
    gloss = _GLOSS_END.match(text, run.end)
    shown = re.escape(run.new[-1]) + "(.)"
    if gloss:
        shown += "|(.)[(（]" + re.escape(gloss.group())
    rest = text[: run.start] + "\n" + text[run.end :]
    found = {c for m in re.finditer(shown, rest) for c in m.groups() if c}
    fitting = {c for c in found if _bytes(c)[:1] == bytes([run.left])}
    return fitting.pop() if len(fitting) == 1 else ""


def _edits(text: str, run: _Run) -> Iterator[Edit]:
    """Give the edits of a run: each new character for the old one that holds its second byte."""
    size = run.end - run.start
    spare = size - len(run.new)
    at = 0
    while at < len(run.new):
        gone = run.new[at] == GONE
        stop = at + 1
        while stop < len(run.new) - (spare > 0) and (run.new[stop] == GONE) == gone:
            stop += 1
        end = size if stop == len(run.new) else stop
        kind = LOST if gone else MOJIBAKE
        yield Edit(run.start + at, run.start + end, run.new[at:stop], kind)
        at = stop


def _bytes(c: str) -> bytes:
    """Give the two bytes of a character; ASCII marks were full-width before a crawler folded them.

    Empty for what GBK has not.
    """
    if "\x21" <= c < "\x40":
        return bytes((0xA3, ord(c) | 0x80))
    found = c.encode("gbk", "ignore")
    return found if len(found) == 2 else b""


def _pair(lead: int, trail: int) -> str:
    return bytes((lead, trail)).decode("gbk", "ignore")
