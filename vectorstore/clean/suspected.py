"""Tell which wrong readings a text may hold, by what each of them cannot be without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from vectorstore.clean import letters


@dataclass(frozen=True)
class Misreading:
    """Bytes of the table `right` that were read with the table `wrong`."""

    wrong: str
    right: str

    @property
    def in_pairs(self) -> bool:
        """Whether both tables write a Chinese character in two bytes."""
        return self.wrong != "cp1252" and self.right != "utf-8"


def _pairs(leads: range, trails: range) -> str:
    made = (bytes((a, b)).decode("gb18030", "ignore") for a in leads for b in trails)
    return "".join(sorted({c for c in made if len(c) == 1}))


@cache
def screens() -> tuple[tuple[re.Pattern[str], tuple[Misreading, ...]], ...]:
    """Give what each kind of damage cannot be without, and the kinds to try where it stands."""
    lead, middle = _pairs(range(0xE2, 0xF0), range(0x80, 0xC0)), range(0x80, 0xC0)
    chinese = (
        f"[{lead}](?:[{_pairs(middle, range(0xE2, 0xF0))}]|€)[{_pairs(middle, middle)}€?\ufffd]"
    )
    latin = "[\xc2-\xf4][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\ufffd]|[\xa1-\xfe]{4}"
    rare = f"[{letters.rare()}\ue000-\uf8ff]"
    return (
        (re.compile(chinese), (Misreading("cp936", "utf-8"), Misreading("gb18030", "utf-8"))),
        (
            re.compile(latin),
            tuple(Misreading("cp1252", right) for right in ("utf-8", "gb18030", "big5hkscs")),
        ),
        (
            re.compile(f"{rare}(?:[^\n]{{0,4}}{rare}){{2}}"),
            (
                Misreading("gb18030", "big5hkscs"),
                Misreading("big5hkscs", "gb18030"),
                Misreading("cp950", "gb18030"),
            ),
        ),
    )
