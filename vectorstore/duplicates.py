"""Find the articles that tell the same as another: the same text, or nearly the same."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from vectorstore.fingerprint import Fingerprint, Numbers, Units, fingerprint, same_key, units

Flags = NDArray[np.bool_]

__all__ = ["Copies", "Fingerprint", "fingerprint", "nearly_same", "same_key"]

CANDIDATES = 20
"""Articles looked at, at most, for one that comes in."""
SHARED = 5
"""Runs that two fingerprints share at least."""
KEY_BYTES = 16
"""Bytes kept of a key; two texts that differ share them about never."""
LOOKED_UP = 100
"""Articles looked up for one run, at most; a run in more of them says little."""

SHORTEST = 0.35
"""Share of the longer text that a copy has at least; less is one item of a round-up."""
GRAM = 3
"""Units in the runs by which two texts are compared."""
LONGEST = 20_000
"""Units of a text whose order is compared."""

COPIED, COPIED_IN_ORDER, COPIED_FIGURES = 0.8, 0.85, 0.75
"""Shares of the shorter text kept in a copy that was cut, added to, or edited here and there."""
STRETCH, STRETCH_KEPT = 40, 0.4
"""Units in a stretch of text; the share kept of one that was reworded and not written anew."""
REWORDED, REWORDED_IN_ORDER, REWORDED_FIGURES = 0.9, 0.78, 0.9
"""Shares of the shorter text's stretches, units and figures kept in a reworded copy."""
REWORDED_BACK = 0.85
"""Share of the longer text's stretches that come from the shorter one, where that is reworded."""
REWORDED_UNITS = 200
"""Units of the shortest text that is told to be reworded by less than FEW figures."""
FEW = 4
AROUND = 17
"""Units around a figure that tell whether its sentence was kept."""


def nearly_same(a: str, b: str) -> bool:
    """Tell whether one text is a copy of the other: shortened, added to, edited, or reworded.

    A reworded copy keeps some of every stretch and nearly all figures. Another article by the same
    template has other figures; one that shares a paragraph has stretches of its own.
    """
    short, long = sorted((units(a), units(b)), key=lambda u: len(u.hashes))
    if len(short.hashes) < max(SHORTEST * len(long.hashes), GRAM):
        return False
    found: Flags = np.isin(short.grams(GRAM), long.grams(GRAM))
    kept = _covered(found)
    stretches = _stretches(kept)
    if found.mean() < COPIED and stretches < REWORDED:
        return False
    order = _in_order(short.hashes[:LONGEST], long.hashes[: 3 * LONGEST])
    if order < REWORDED_IN_ORDER:
        return False
    figures = _figures_kept(short, long, kept)
    if found.mean() >= COPIED and order >= COPIED_IN_ORDER and figures >= COPIED_FIGURES:
        return True
    if stretches < REWORDED or figures < REWORDED_FIGURES:
        return False
    if len(short.hashes) < REWORDED_UNITS and int(short.figures.sum()) < FEW:
        return False
    back: Flags = np.isin(long.grams(GRAM), short.grams(GRAM))
    return _stretches(_covered(back)) >= REWORDED_BACK


def _covered(found: Flags) -> Flags:
    """Give for each unit whether it stands in one of the runs that were found."""
    return np.convolve(found, np.ones(GRAM)) > 0.5


def _stretches(kept: Flags) -> float:
    """Give the share of a text's stretches that were not written anew."""
    sums = np.concatenate(([0], np.cumsum(kept)))
    width = min(STRETCH, len(kept))
    return float(((sums[width:] - sums[:-width]) / width >= STRETCH_KEPT).mean())


def _figures_kept(short: Units, long: Units, kept: Flags) -> float:
    """Give the share of figures kept, leaving aside those of sentences that were not."""
    told, known = short.hashes[short.figures], long.hashes[long.figures]
    near = np.convolve(kept, np.ones(AROUND) / AROUND)[(AROUND - 1) // 2 :]
    around = near[: len(kept)][short.figures]
    aside = int((~np.isin(told, known) & (around < STRETCH_KEPT)).sum())
    counted = len(told) - aside
    return _in_order(told, known) * len(told) / counted if counted else 1.0


def _in_order(short: Numbers, long: Numbers) -> float:
    """Give the share of `short` that stands in `long` in the same order."""
    return LCSseq.similarity(short.tolist(), long.tolist()) / len(short) if len(short) else 1.0


class Copies:
    """The fingerprints of the articles in a catalogue; commits nothing itself."""

    tables = """
CREATE TABLE IF NOT EXISTS prints (
    number INTEGER PRIMARY KEY, article_id TEXT UNIQUE, key BLOB, bands BLOB
);
CREATE INDEX IF NOT EXISTS prints_of ON prints (key);
CREATE TABLE IF NOT EXISTS bands (
    band INTEGER, number INTEGER, PRIMARY KEY (band, number)
) WITHOUT ROWID;
"""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, article_id: str, print_: Fingerprint) -> None:
        """Remember the fingerprint of an article in place of any that it had."""
        self.drop([article_id])
        number = self._db.execute(
            "INSERT INTO prints (article_id, key, bands) VALUES (?, ?, ?)",
            (article_id, _bytes(print_.key), array("i", print_.bands).tobytes()),
        ).lastrowid
        self._db.executemany(
            "INSERT INTO bands VALUES (?, ?)", [(band, number) for band in print_.bands]
        )

    def drop(self, article_ids: Iterable[str]) -> None:
        """Forget the fingerprints of articles."""
        for article_id in article_ids:
            sql = "DELETE FROM prints WHERE article_id = ? RETURNING number, bands"
            for number, bands in self._db.execute(sql, (article_id,)).fetchall():
                self._db.executemany(
                    "DELETE FROM bands WHERE band = ? AND number = ?",
                    [(band, number) for band in array("i", bands)],
                )

    def same(self, key: str) -> list[str]:
        """Give the ids of the articles of that key, the first that came first."""
        sql = "SELECT article_id FROM prints WHERE key = ? ORDER BY number"
        return [str(row[0]) for row in self._db.execute(sql, (_bytes(key),))]

    def near(self, print_: Fingerprint) -> list[str]:
        """Give the ids of articles that may be copies, those that share most first."""
        shared: Counter[int] = Counter()
        for band in print_.bands:
            sql = "SELECT number FROM bands WHERE band = ? ORDER BY number LIMIT ?"
            shared.update(number for (number,) in self._db.execute(sql, (band, LOOKED_UP)))
        enough = min(SHARED, max(len(print_.bands) // 4, 1))
        best = [n for n, count in shared.most_common(CANDIDATES) if count >= enough]
        return self._ids(best)

    def _ids(self, numbers: Sequence[int]) -> list[str]:
        sql = f"SELECT number, article_id FROM prints WHERE number IN ({_marks(numbers)})"
        ids = dict(self._db.execute(sql, numbers).fetchall())
        return [str(ids[number]) for number in numbers]


def _bytes(key: str) -> bytes:
    return bytes.fromhex(key)[:KEY_BYTES]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
