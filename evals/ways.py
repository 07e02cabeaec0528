"""All the ways in which text comes in damaged, by name."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from evals import clutter, harm
from evals.harm import Damage, Way
from evals.misread import (
    BIG5,
    CP1252,
    GB18030,
    GBK,
    GBK_ASKING,
    GBK_STRICT,
    LATIN1,
    UTF8,
    Reading,
    blanks_folded,
    chained,
    controls_dropped,
    in_phrase,
    in_sentence,
    out_of_step,
    out_of_step_folded,
    through,
)

OUT_OF_STEP: tuple[tuple[str, Way], ...] = (
    ("GBK out of step", out_of_step),
    ("GBK out of step, marks folded", out_of_step_folded),
)
"""Ways for paragraphs that hold a `。` before a quotation mark; they do nothing to others."""

MISREAD: tuple[tuple[str, Way], ...] = (
    ("UTF-8 as GBK", chained(("utf-8", GBK))),
    ("UTF-8 as GBK, replaced", chained(("utf-8", GBK_STRICT))),
    ("UTF-8 as GBK, question marks", chained(("utf-8", GBK_ASKING))),
    ("UTF-8 as Latin-1", chained(("utf-8", LATIN1))),
    ("UTF-8 as cp1252", chained(("utf-8", CP1252))),
    ("GBK as Latin-1", chained(("gbk", LATIN1))),
    ("GBK as cp1252", chained(("gbk", CP1252))),
    ("Big5 as Latin-1", chained(("cp950", LATIN1))),
    ("Big5 as cp1252", chained(("cp950", CP1252))),
    ("Big5 as GB18030", chained(("cp950", GB18030))),
    ("GBK as Big5", chained(("gb18030", BIG5))),
    ("UTF-8 as Latin-1, twice", chained(("utf-8", LATIN1), ("utf-8", LATIN1))),
    ("UTF-8 as cp1252, twice", chained(("utf-8", CP1252), ("utf-8", CP1252))),
)
IN_PART: tuple[tuple[str, Way], ...] = (
    ("a phrase, UTF-8 as GBK", in_phrase(("utf-8", GBK))),
    ("a phrase, UTF-8 as GBK twice", in_phrase(("utf-8", GBK), ("utf-8", GBK))),
    ("a sentence, UTF-8 as Latin-1", in_sentence(("utf-8", LATIN1))),
    ("a sentence, UTF-8 as cp1252", in_sentence(("utf-8", CP1252))),
    ("a sentence, GBK as Latin-1", in_sentence(("gbk", LATIN1))),
    ("a sentence, GBK as Big5", in_sentence(("gb18030", BIG5))),
    ("a sentence, Big5 as GB18030", in_sentence(("cp950", GB18030))),
)
GONE: tuple[tuple[str, Way], ...] = (
    ("GBK as UTF-8", chained(("gb18030", UTF8))),
    ("GBK as UTF-8 as GBK", chained(("gb18030", UTF8), ("utf-8", GBK))),
    ("UTF-8 as cp1252, no-break spaces folded", blanks_folded),
    ("UTF-8 as Latin-1, controls dropped", controls_dropped),
)
CHARACTERS: tuple[tuple[str, Way], ...] = (
    ("glosses", harm.glossed),
    ("glosses, full-width brackets", harm.glossed_wide),
    ("full-width letters and digits", harm.full_width),
    ("Kangxi radicals", harm.radicals),
    ("compatibility ideographs", harm.compatibility),
    ("unseen characters", harm.unseen),
    ("control characters", harm.controls),
    ("a space between all characters", harm.spaced_out),
    ("spaces at random", harm.spaced_at_random),
    ("other spaces at random", harm.spaced_by_other),
)
LINES: tuple[tuple[str, Way], ...] = (
    ("hard lines, one paragraph", clutter.lines_of_one),
    ("hard lines, indented", clutter.lines_indented),
    ("hard lines, paragraphs apart", clutter.lines_apart),
    ("columns", clutter.columns),
    ("CRLF", clutter.windows_ends),
    ("CRLF, hard lines", clutter.windows_lines),
)
PAGE: tuple[tuple[str, Way], ...] = (
    ("menu lines", clutter.menus),
    ("tail lines", clutter.tails),
    ("source lines", clutter.sourced),
    ("captions and credits", clutter.captions),
    ("lead repeated", clutter.repeated_lead),
    ("page heads and numbers", clutter.pages),
    ("pages cut in mid-sentence", clutter.pages_cut),
)


def _then(first: Way, codec: str, reading: Reading) -> Way:
    """Give the way that misreads what another way made."""

    def way(paragraphs: Sequence[str], draw: Random) -> Damage | None:
        made = first(paragraphs, draw)
        read = made and through(made.text, ((codec, reading),))
        return made and read and Damage(read.text, made.clean, made.lost or read.lost)

    return way


TOGETHER: tuple[tuple[str, Way], ...] = (
    ("glosses, then UTF-8 as Latin-1", _then(harm.glossed, "utf-8", LATIN1)),
    ("hard lines, then UTF-8 as cp1252", _then(clutter.lines_indented, "utf-8", CP1252)),
    ("CRLF hard lines, then GBK as Latin-1", _then(clutter.windows_lines, "gbk", LATIN1)),
    ("menu lines, then Big5 as GB18030", _then(clutter.menus, "cp950", GB18030)),
)
WAYS = (*MISREAD, *IN_PART, *GONE, *CHARACTERS, *LINES, *PAGE, *TOGETHER)
