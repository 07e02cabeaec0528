"""The cleaning line, top to bottom: a text as it came to readable articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vectorstore.article import Facts, Mark
from vectorstore.clean import (
    byline,
    characters,
    furniture,
    glosses,
    layout,
    markup,
    mojibake,
    pieces,
    spaces,
)
from vectorstore.clean.edit import CONTROL, Edit, Step, Text

_PAGE_BREAK = re.compile(r"(?<![ \n])[ \n]*+\f[ \n\f]*")
_PAGE_END = re.compile(r"(?<![\n\f])\f")

PASSES = 6
"""Rounds of cleaning at most: one repair can uncover another. Two are the rule, one to look."""

CHARACTERS: tuple[Step, ...] = (
    markup.edits, mojibake.edits, characters.edits, spaces.edits, glosses.edits,
)  # fmt: skip


@dataclass(frozen=True)
class Cleaned:
    """One readable article of a file; `pages` are the offsets at which its pages begin."""

    text: Text
    facts: Facts
    pages: tuple[int, ...]


def articles(text: Text, one: bool) -> list[Cleaned]:
    """Give the articles that a file's text holds; just one if that is known."""
    ends_of_pages = [
        Edit(m.start(), m.end(), "\n\f", CONTROL) for m in _PAGE_END.finditer(text.text)
    ]
    legible = _settled(text.edited(ends_of_pages), CHARACTERS)
    starts = [0] if one else pieces.starts(legible.text)
    ends = [*starts[1:], len(legible.text)]
    cut = [legible.cut(a, b) for a, b in zip(starts, ends, strict=True)]
    return [_article(piece) for piece in cut]


def readable(text: Text) -> Text:
    """Clean the text of one article."""
    return articles(text, one=True)[0].text


def _article(text: Text) -> Cleaned:
    bare, facts = _without_furniture(text)
    if not any(c.isalnum() for c in bare.text):
        if "\f" in text.text:
            return _article(_paged(text)[0])
        bare = text
    whole, pages = _paged(bare)
    blank = len(whole.text) - len(whole.text.lstrip())
    return Cleaned(_trimmed(whole, blank), facts, tuple(max(p - blank, 0) for p in pages))


def _without_furniture(text: Text) -> tuple[Text, Facts]:
    """Take out what is not the article, read what it says of itself, join its broken lines."""
    facts = Facts()
    for _ in range(PASSES):
        cleaned = _once(text, (furniture.edits,))
        said, edits = byline.read(cleaned.text)
        facts = facts.or_else(said)
        cleaned = _once(cleaned.edited(edits), (layout.edits,))
        if cleaned.text == text.text:
            break
        text = _settled(cleaned, CHARACTERS)
    return text, facts


def _paged(text: Text) -> tuple[Text, tuple[int, ...]]:
    """Take the form feeds out and give the offsets at which pages begin."""
    breaks = [
        Edit(m.start(), m.end(), "\n" if "\n" in m.group() else m.group()[:1].strip("\f"), CONTROL)
        for m in _PAGE_BREAK.finditer(text.text)
    ]
    if not breaks:
        return text, ()
    pages, shorter = [0], 0
    for edit in breaks:
        shorter += edit.end - edit.start - len(edit.new)
        pages += [edit.end - shorter] * text.text.count("\f", edit.start, edit.end)
    return text.edited(breaks), tuple(pages)


def _trimmed(text: Text, start: int) -> Text:
    end = max(len(text.text.rstrip()), start)
    return replace(text.cut(start, end), marks=tuple(_joined(text.marks)))


def _joined(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Give each mark once, in the order of the source; neighbours of one kind are one."""
    held: Mark | None = None
    for mark in sorted(set(marks), key=lambda m: (m.source_start, m.source_end, m.kind)):
        if held and mark.kind == held.kind and mark.source_start <= held.source_end:
            held = replace(held, source_end=max(held.source_end, mark.source_end))
            continue
        if held:
            yield held
        held = mark
    if held:
        yield held


def _settled(text: Text, steps: Sequence[Step]) -> Text:
    for _ in range(PASSES):
        cleaned = _once(text, steps)
        if cleaned.text == text.text:
            return cleaned
        text = cleaned
    return text


def _once(text: Text, steps: Sequence[Step]) -> Text:
    for step in steps:
        text = text.edited(step(text.text))
    return text
