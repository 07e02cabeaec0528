"""Find the fenced code blocks of a Markdown text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

_FENCE = re.compile(r"^[ \t]*(```|~~~)([\w+#.-]*)[ \t]*$", re.MULTILINE)


def fenced(text: str) -> list[tuple[int, int]]:
    """Give `(start, end)` of each code block between two fences; one never closed is none."""
    made: list[tuple[int, int]] = []
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opened is None:
            opened = match
        elif match[1] == opened[1] and not match[2]:
            made.append((opened.start(), match.end()))
            opened = None
    return made


def inside(code: list[tuple[int, int]], at: int) -> bool:
    """Say whether an offset lies in one of the blocks, which are in order."""
    block = bisect_right(code, at, key=lambda block: block[0]) - 1
    return block >= 0 and at < code[block][1]


def unfenced(text: str) -> Iterator[tuple[int, int]]:
    """Give the stretches between the code blocks."""
    at = 0
    for start, end in fenced(text):
        yield at, start
        at = end
    yield at, len(text)
