"""Repeat a step of cleaning until it finds nothing more, as one list of edits."""

from __future__ import annotations

from collections.abc import Sequence

from vectorstore.clean.edit import Edit, Step

ROUNDS = 4
"""A text that a step still changes after so many rounds is left as it was."""


def settled(text: str, step: Step) -> list[Edit]:
    """Give edits to whose result `step` has nothing to add."""
    made: list[Edit] = []
    now = text
    for _ in range(ROUNDS):
        more = step(now)
        if not more:
            return made
        made = composed(made, more, now)
        now = applied(now, more)
    return made if not step(now) else []


def applied(text: str, edits: Sequence[Edit]) -> str:
    """Give the text with the edits made."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += text[at : edit.start], edit.new
        at = edit.end
    return "".join([*pieces, text[at:]])


def composed(first: Sequence[Edit], second: Sequence[Edit], between: str) -> list[Edit]:
    """Give the edits that do at once what `first` and then `second` do.

    `between` is the text after `first`.
    """
    spans = [(start, start + len(edit.new), edit) for start, edit in _placed(first)]
    both = sorted([*spans, *((e.start, e.end, None) for e in second)], key=lambda s: s[:2])
    made: list[Edit] = []
    later = iter(second)
    pending = next(later, None)
    at = shift = 0
    while at < len(both):
        start, end, group = both[at][0], both[at][1], [both[at][2]]
        at += 1
        while at < len(both) and both[at][0] <= end:
            end = max(end, both[at][1])
            group.append(both[at][2])
            at += 1
        earlier = [edit for edit in group if edit]
        mine: list[Edit] = []
        while pending and pending.end <= end:
            mine.append(Edit(pending.start - start, pending.end - start, pending.new, pending.kind))
            pending = next(later, None)
        grown = sum(len(e.new) - (e.end - e.start) for e in earlier)
        new = applied(between[start:end], mine)
        kind = (earlier or mine)[0].kind
        made.append(Edit(start - shift, end - shift - grown, new, kind))
        shift += grown
    return made


def _placed(edits: Sequence[Edit]) -> list[tuple[int, Edit]]:
    """Give where each edit begins in the text it makes."""
    made: list[tuple[int, Edit]] = []
    shift = 0
    for edit in edits:
        made.append((edit.start + shift, edit))
        shift += len(edit.new) - (edit.end - edit.start)
    return made
