"""Read a stretch anew with the table it was written in, group by group."""

from __future__ import annotations

from dataclasses import dataclass

from vectorstore.clean import letters
from vectorstore.clean.suspected import Misreading
from vectorstore.clean.tables import UNKNOWN, characters, euros, to_bytes

_OF_GONE = -9.0


@dataclass(frozen=True)
class Group:
    """The fewest characters that change together: `text[start:end]` becomes `new`.

    `gain` is how much more probable that is; `new` is empty where nothing can be read, and
    the old characters where that is `doubtful`.
    """

    start: int
    end: int
    new: str
    gain: float
    worth: float
    doubtful: bool = False


def read_anew(text: str, start: int, end: int, kind: Misreading) -> list[Group]:
    """Read a stretch with the right table, cut wherever old and new characters both begin."""
    old = text[start:end]
    was = letters.scores(old)
    old_bytes = [to_bytes(c, kind.wrong) for c in old]
    if kind.wrong == "cp936" and "€" in old:
        old_bytes = list(euros(old, old_bytes))
    read = list(characters("".join(old_bytes), kind.right))
    worth = _worths([c for _, _, c in read])
    made: list[Group] = []
    at = byte = first = 0
    stop = 0
    for i, (_, byte_end, _) in enumerate(read):
        while byte < byte_end:
            byte += len(old_bytes[stop])
            stop += 1
        if byte == byte_end:
            new = [c for _, _, c in read[first : i + 1]]
            value = sum(worth[first : i + 1])
            shown = "".join(new) if all(new) else ""
            made.append(Group(start + at, start + stop, shown, value - sum(was[at:stop]), value))
            at, first = stop, i + 1
    return made


def _worths(read: list[str]) -> list[float]:
    """Give the log-probability of each character that was read, or group of them."""
    single = iter(letters.scores("".join(c or "\n" for c in read)))
    found = [sum(next(single) for _ in (c or "\n")) for c in read]
    return [_OF_GONE if UNKNOWN.match(c) else w for c, w in zip(read, found, strict=True)]


def changes(text: str, group: Group) -> bool:
    """Say whether a group reads otherwise anew, and can be read."""
    return group.new not in ("", text[group.start : group.end])
