"""Compare what cleaning gave with what the text was before it was damaged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from evals.harm import Damage
from vectorstore.clean.edit import LOST, Text

Clean = Callable[[Text], Text]
Verdict = Literal["exact", "breaks", "marked", "untouched", "wrong"]
"""`exact`: as it was. `breaks`: but for blank lines. `marked`: all that differs is marked as lost.
`untouched`: as it came. `wrong`: neither."""

_BLANK_LINES = re.compile(r"\s*\n\s*")
AROUND = 12
"""Characters shown on either side of where two texts part."""


@dataclass(frozen=True)
class Outcome:
    """One damaged text after cleaning; distances are edits between characters."""

    kind: str
    lost: bool
    verdict: Verdict
    before: int
    after: int
    length: int
    example: str = ""

    @property
    def group(self) -> str:
        """The kind, and whether something was lost."""
        return f"{self.kind} (lost)" if self.lost else self.kind


def outcome(kind: str, damage: Damage, clean: Clean) -> Outcome:
    """Clean what was damaged and compare it with what cleaning leaves of the clean text."""
    wanted = clean(Text.of(damage.clean)).text
    got = clean(Text.of(damage.text))
    verdict = judged(got, wanted, damage.text)
    return Outcome(
        kind,
        damage.lost,
        verdict,
        distance(damage.text, damage.clean),
        distance(got.text, wanted),
        max(len(wanted), 1),
        "" if verdict == "exact" else parting(got.text, wanted),
    )


def judged(got: Text, wanted: str, came: str) -> Verdict:
    """Say what became of a text that came as `came`."""
    if got.text == wanted:
        return "exact"
    if _fits(_unmarked(got), wanted):
        return "marked"
    if got.text == came.strip():
        return "untouched"
    alike = _BLANK_LINES.sub("\n", got.text) == _BLANK_LINES.sub("\n", wanted)
    return "breaks" if alike else "wrong"


def _unmarked(text: Text) -> list[str]:
    """Give the stretches of a text between those that are marked as lost."""
    gone = {i for i, c in enumerate(text.text) if c == "\ufffd"}
    for mark in text.marks:
        if mark.kind == LOST:
            gone.update(range(*text.offsets.from_source(mark.source_start, mark.source_end)))
    parts, at = [], 0
    for place in sorted(gone):
        parts.append(text.text[at:place])
        at = place + 1
    return [*parts, text.text[at:]]


def _fits(parts: list[str], wanted: str) -> bool:
    """Whether `wanted` begins and ends as the parts do and holds the others in their order."""
    first, *middle, last = parts if len(parts) > 1 else [*parts, "\0"]
    if not (wanted.startswith(first) and wanted.endswith(last)):
        return False
    at = len(first)
    for part in middle:
        at = wanted.find(part, at) + len(part)
        if at < len(part):
            return False
    return at <= len(wanted) - len(last)


def parting(got: str, wanted: str) -> str:
    """Show where two texts first part, and a little around it."""
    pairs = zip(got, wanted, strict=False)
    same = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(got), len(wanted)))
    start = max(same - AROUND, 0)
    return f"{got[start : same + 2 * AROUND]!r} for {wanted[start : same + 2 * AROUND]!r}"


def distance(a: str, b: str) -> int:
    """Count the characters to put in, leave out or change between two texts.

    All cells of a column are worked out at once, as bits of one number (Myers 1999).
    """
    if not a or not b:
        return len(a) + len(b)
    places: dict[str, int] = {}
    for i, c in enumerate(a):
        places[c] = places.get(c, 0) | 1 << i
    full, last, count = (1 << len(a)) - 1, 1 << (len(a) - 1), len(a)
    more, less = full, 0
    for c in b:
        same = places.get(c, 0)
        down = same | less
        across = (((same & more) + more) ^ more) | same
        rise, fall = (less | ~(across | more)) & full, more & across
        count += bool(rise & last) - bool(fall & last)
        rise, fall = rise << 1 | 1, fall << 1
        more, less = (fall | ~(down | rise)) & full, rise & down & full
    return count


def tally(outcomes: Iterable[Outcome], examples: int = 3) -> Iterator[dict[str, Any]]:
    """Give a row of figures for each group, in the order in which they come."""
    for group, some in groupby(_gathered(outcomes), key=lambda o: o.group):
        ours = list(some)
        wrong = sorted((o for o in ours if o.example), key=lambda o: o.verdict != "wrong")
        length = sum(o.length for o in ours)
        yield {
            "kind": group,
            "texts": len(ours),
            **{v: _share(ours, v) for v in ("exact", "breaks", "marked", "untouched", "wrong")},
            "before": round(sum(o.before for o in ours) / length, 4),
            "after": round(sum(o.after for o in ours) / length, 4),
            "examples": [f"{o.verdict}: {o.example}" for o in wrong[:examples]],
        }


def _gathered(outcomes: Iterable[Outcome]) -> list[Outcome]:
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault(one.group, []).append(one)
    return [one for group in groups.values() for one in group]


def _share(outcomes: list[Outcome], verdict: Verdict) -> float:
    return round(sum(o.verdict == verdict for o in outcomes) / len(outcomes), 4)
