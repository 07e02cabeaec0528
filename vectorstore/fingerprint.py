"""Turn an article's text into the few numbers by which its copies are found again."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from vectorstore.script import fold

GRAM = 5
"""Units (characters, or words of spaced scripts) in one of the runs that are remembered."""
KEPT = 32
"""Runs remembered of each article: those whose hashes are smallest."""

BEYOND = 0x10000
"""Characters from here on are taken as they are, but for pictures."""
PICTURES, PICTURES_END = 0x1F000, 0x20000
NOTHING, LONG, SPACE, COMMA, POINT = 0, 1, ord(" "), ord(","), ord(".")
ALIKE = str.maketrans(
    "着衞覆藉甦像敍枱彷暱俱炼揹薰座痺澂菓钜簷伕径濬甯瞭",
    "著卫复借苏象叙台仿昵具链背熏坐痹澄果巨檐夫迳浚宁了",
)
"""Characters that the converters between the scripts do not lead back to where they came from."""
STEP = np.uint64(0x9E3779B97F4A7C15)

Numbers = NDArray[np.uint64]


@dataclass(frozen=True)
class Fingerprint:
    """What is remembered of a text: a key that equal texts share, and runs that copies share.

    The runs are a sample that does not depend on the length of the text, so a shortened copy
    shares as many of them as it kept of the text. Of each hash 32 bits are kept, which SQLite
    holds in four bytes.
    """

    key: str
    bands: tuple[int, ...] = ()


@dataclass(frozen=True)
class Units:
    """A text as one number for each character, or word of a spaced script; figures are marked."""

    hashes: Numbers
    figures: NDArray[np.bool_]

    def grams(self, size: int) -> Numbers:
        """Give one number for each run of `size` units, in order."""
        count = max(len(self.hashes) - size + 1, 0)
        made = np.zeros(count, np.uint64)
        for n in range(size):
            made = made * STEP + self.hashes[n : n + count]
        return _mixed(made)


def same_key(text: str) -> str:
    """Give a key that texts share when they differ in nothing but script, marks and spaces."""
    letters = _letters(text)
    kept = letters[letters != SPACE].tobytes()
    return hashlib.sha256(kept or text.strip().encode("utf-8", "replace")).hexdigest()


def fingerprint(text: str) -> Fingerprint:
    """Give what is to be remembered of a text."""
    smallest = np.unique(units(text).grams(GRAM))[:KEPT]
    return Fingerprint(same_key(text), tuple(np.unique(smallest.astype(np.int32)).tolist()))


@lru_cache(maxsize=4)
def units(text: str) -> Units:
    """Give the units of a text; script, case, width, marks and spaces make no difference."""
    letters = _letters(text)
    at = np.flatnonzero(letters != SPACE)
    if not len(at):
        return Units(np.zeros(0, np.uint64), np.zeros(0, np.bool_))
    letters = letters[at]
    apart = (letters >= 0x2E80) | ((letters >= 0x0E00) & (letters < 0x10A0))
    begins = np.ones(len(at), np.bool_)
    begins[1:] = apart[1:] | apart[:-1] | (np.diff(at) > 1)
    starts = np.flatnonzero(begins)
    place = np.arange(len(at)) - np.repeat(starts, np.diff(np.append(starts, len(at))))
    hashes = np.add.reduceat(_mixed(letters + (place.astype(np.uint64) << np.uint64(32))), starts)
    first = letters[starts]
    return Units(hashes, (first >= ord("0")) & (first <= ord("9")))


@lru_cache(maxsize=4)
def _letters(text: str) -> Numbers:
    """Give the letters and digits of a text in their one form, all else as spaces."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    made = np.where(codes < BEYOND, _forms()[np.minimum(codes, BEYOND - 1)], codes)
    if (made == LONG).any():
        return _letters(unicodedata.normalize("NFKC", text))
    made[(codes >= PICTURES) & (codes < PICTURES_END)] = SPACE
    _join_figures(made)
    kept: Numbers = made[made != NOTHING].astype(np.uint64)
    return kept


def _join_figures(letters: NDArray[np.uint32]) -> None:
    """Keep points and drop commas that stand between digits; elsewhere both are spaces."""
    marks = np.flatnonzero((letters == POINT) | (letters == COMMA))
    digits = np.zeros(len(letters) + 2, np.bool_)
    digits[1:-1] = (letters >= ord("0")) & (letters <= ord("9"))
    inside = digits[marks] & digits[marks + 2]
    letters[marks[~inside]] = SPACE
    letters[marks[inside & (letters[marks] == COMMA)]] = NOTHING


@cache
def _forms() -> NDArray[np.uint32]:
    """Give for each character below BEYOND the one that stands for it."""
    return np.array([_form(chr(code)) for code in range(BEYOND)], np.uint32)


def _form(character: str) -> int:
    if character in "\t\n\r":
        return SPACE
    if unicodedata.category(character)[0] in "CM":
        return NOTHING
    folded = fold(character)
    if folded in ".,":
        return ord(folded)
    forms = [c for c in folded.translate(ALIKE) if c.isalnum()]
    if len(forms) > 1:
        return LONG
    return ord(unicodedata.normalize("NFD", forms[0])[0]) if forms else SPACE


def _mixed(values: Numbers) -> Numbers:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Numbers = values ^ (values >> np.uint64(31))
    return mixed
