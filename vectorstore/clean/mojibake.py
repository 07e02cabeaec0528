"""Turn characters that were decoded wrongly into what was written, where that is proven."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorstore.clean import misread, shifted
from vectorstore.clean.beyond import Span, hopeless, replaced
from vectorstore.clean.edit import LOST, MOJIBAKE, Edit, Text
from vectorstore.clean.tables import GONE, UNKNOWN

TIMES = 8
"""Rounds of repair at most: a wrong reading can lie on top of another."""

_REPLACED = re.compile("(?<![“\"'「『《拷½])(?:(?:锟斤拷)+|(?:ï¿½)+)(?![”\"'」』》锟ï])")
_MAY_BE_BEYOND = re.compile("[\xa0-\xbf锟\ufffd]")
_GONE = re.compile(f"{GONE}+")


def edits(text: str) -> list[Edit]:
    """Give the repairs of a text; what stays lost is marked by an edit that changes nothing."""
    repaired = Text.of(text)
    rounds = []
    for _ in range(TIMES):
        found = _repairs(repaired.text)
        if all(e.new == repaired.text[e.start : e.end] for e in found):
            break
        rounds.append(found)
        repaired = repaired.edited(found)
    made = rounds[0] if len(rounds) == 1 else list(_differences(text, repaired))
    made = [_without_private(edit) for edit in made]
    if len(rounds) > 1:
        made = _with(made, _doubted(text, repaired))
    beyond = [*hopeless(text), *replaced(text)] if _MAY_BE_BEYOND.search(text) else []
    made = _with(made, [Edit(*span, text[slice(*span)], LOST) for span in _clear(beyond)])
    return sorted([*made, *_marks(text, made)], key=lambda e: (e.start, e.end))


def _clear(spans: list[Span]) -> Iterator[Span]:
    at = 0
    for start, end in sorted(spans):
        if max(start, at) < end:
            yield max(start, at), end
            at = end


def _doubted(text: str, repaired: Text) -> list[Edit]:
    """Give the places that some round marked as lost, as they stand in the text."""
    places = {(m.source_start, m.source_end) for m in repaired.marks if m.kind == LOST}
    return [Edit(start, end, text[start:end], LOST) for start, end in sorted(places) if start < end]


def _with(made: list[Edit], marks: list[Edit]) -> list[Edit]:
    """Add those marks that lie clear of every edit."""
    return _apart(made, _outside(marks, [(e.start, e.end) for e in made]))


def _outside(found: list[Edit], spans: list[Span]) -> list[Edit]:
    """Give the edits that touch none of the spans, which are in order."""
    clear, i = [], 0
    for edit in found:
        while i < len(spans) and spans[i][1] <= edit.start:
            i += 1
        if i == len(spans) or edit.end <= spans[i][0]:
            clear.append(edit)
    return clear


def _without_private(edit: Edit) -> Edit:
    """Give an edit that puts in no character for private use, for none of them was written."""
    new = UNKNOWN.sub(GONE, edit.new) if edit.kind == MOJIBAKE else edit.new
    return edit if new == edit.new else Edit(edit.start, edit.end, new, LOST)


def _repairs(text: str) -> list[Edit]:
    found = [Edit(*m.span(), GONE * _lost(m.group()), LOST) for m in _REPLACED.finditer(text)]
    for step in (shifted.edits, misread.edits):
        found = _apart(found, step(text))
    return _outside(found, hopeless(text)) if found else []


def _lost(shown: str) -> int:
    """Tell how many replacement characters a wrong reading shows, three bytes each."""
    return len(shown.encode("gb18030")) // 3 if "锟" in shown else len(shown) // 3


def _apart(held: list[Edit], more: list[Edit]) -> list[Edit]:
    """Add those edits that do not overlap what is held."""
    made, at = [], 0
    for edit in sorted([*held, *more], key=lambda e: e.start):
        if edit.start >= at:
            made.append(edit)
            at = edit.end
    return made


def _differences(text: str, repaired: Text) -> Iterator[Edit]:
    """Give the edits that lead from a text to what several rounds made of it."""
    held: Edit | None = None
    for at, source, length, source_length in repaired.offsets.blocks:
        new = repaired.text[at : at + length]
        if new == text[source : source + source_length]:
            continue
        if held and source < held.end:
            held = Edit(
                held.start, max(held.end, source + source_length), held.new + new, held.kind
            )
            continue
        if held:
            yield _kind(held)
        held = Edit(source, source + source_length, new, MOJIBAKE)
    if held:
        yield _kind(held)


def _kind(edit: Edit) -> Edit:
    return Edit(edit.start, edit.end, edit.new, LOST if GONE in edit.new else MOJIBAKE)


def _marks(text: str, made: list[Edit]) -> Iterator[Edit]:
    """Mark what was lost before and stays lost."""
    at = 0
    ahead = iter(made)
    edit = next(ahead, None)
    for match in _GONE.finditer(text):
        while edit and edit.end <= match.start():
            at, edit = edit.end, next(ahead, None)
        start, end = max(match.start(), at), min(match.end(), edit.start if edit else len(text))
        if start < end:
            yield Edit(start, end, text[start:end], LOST)
