"""A corpus, and copies made of some of its articles, into how many of the copies are found.

Run: python -m evals.duplicates CORPUS [--limit 20000] [--drawn 200] [--seed 0]
"""

from __future__ import annotations

import json
import random
import re
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter, process_time

import typer

from evals.grouping import Groups, Item
from evals.reposting import COPIES, LIKE, pieces
from vectorstore.duplicates import Copies, Fingerprint
from vectorstore.fingerprint import KEPT

HEAD = re.compile(r"^[^\n]{0,80}?，正文：\s*")
"""What the makers of a benchmark put before its texts."""
CHARACTERS, SENTENCES = 200, 6
"""The least an article has of which copies are made."""
POPULAR = 1000
"""Runs that many articles share, where fingerprints are made up."""


def main(
    corpus: Path,
    limit: int = 20_000,
    drawn: int = 200,
    seed: int = 0,
    shown: int = 60,
    scale: int = 100_000,
) -> None:
    """Measure how copies of articles of CORPUS (JSON lines) are found, and print it."""
    draw = random.Random(seed)
    articles = list(_articles(corpus, limit))
    fit = [a for a in articles if len(a.text) >= CHARACTERS and len(pieces(a.text)) >= SENTENCES]
    chosen = draw.sample(fit, 2 * drawn)
    originals, strange = chosen[:drawn], chosen[drawn:]
    with _database() as db:
        groups = Groups(Copies(db))
        _timed("Corpus", db, groups, [a for a in articles if a not in strange])
        _tell_corpus(groups, draw, shown)
        before = {id_: groups.group(id_) for id_ in groups.texts}
        made = _made(originals, [s.text for s in strange], draw)
        alone = {m.id for m in made if m.of and groups.finds(m)}
        _timed("Copies", db, groups, made)
        for name, half in (("first", originals[::2]), ("second", originals[1::2])):
            ids = {item.id for item in half}
            _tell_copies(name, groups, [m for m in made if m.of in ids], before, alone)
        _tell_others(groups, made)
    if scale:
        _tell_scale(scale, draw)


def _articles(corpus: Path, limit: int) -> Iterator[Item]:
    with corpus.open(encoding="utf-8") as lines:
        for _, line in zip(range(limit), lines, strict=False):
            record = json.loads(line)
            yield Item(record["id"], HEAD.sub("", record["text"]))


@contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory() as folder:
        with closing(sqlite3.connect(Path(folder) / "catalogue", isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(Copies.tables)
            yield db


def _made(originals: Sequence[Item], strange: Sequence[str], draw: random.Random) -> list[Item]:
    """Make each kind of copy of the originals, and of each kind of article that is no copy."""
    made = [
        Item(f"{kind} {item.id}", make(item.text, strange, draw), item.id, kind)
        for item in originals
        for kind, make in COPIES.items()
    ]
    for kind, make in LIKE.items():
        own = strange if kind == "boilerplate" else [item.text for item in originals]
        made += [
            Item(f"{kind} {n}", make(text, strange, draw), kind=kind) for n, text in enumerate(own)
        ]
    draw.shuffle(made)
    return made


def _timed(what: str, db: sqlite3.Connection, groups: Groups, items: Sequence[Item]) -> None:
    looked_at, begun, worked = groups.looked_at, perf_counter(), process_time()
    for item in items:
        db.execute("BEGIN IMMEDIATE")
        groups.add(item)
        db.execute("COMMIT")
    taken, worked = 1000 * (perf_counter() - begun), 1000 * (process_time() - worked)
    characters = sum(len(item.text) for item in items)
    _print(
        f"{what}: {len(items):,} articles, {taken / len(items):.2f} ms each with its commit,"
        f" {1000 * worked / characters:.2f} ms of work for 1,000 characters,"
        f" {(groups.looked_at - looked_at) / len(items):.2f} candidates each"
    )


def _tell_corpus(groups: Groups, draw: random.Random, shown: int) -> None:
    sizes = sorted(map(len, groups.members().values()), reverse=True)
    _print(
        f"Pairs of the corpus itself: {len(groups.links)}, {len(groups.exact)} of them the same;"
        f" largest groups {sizes[:5]}"
    )
    for new, old in draw.sample(groups.links, min(shown, len(groups.links))):
        for id_ in (new, old):
            text = re.sub(r"\s+", " ", groups.texts[id_])
            _print(f"  {id_} ({len(text)}): {text[:110]} … {text[-50:]}")
        _print("")


def _tell_copies(
    half: str,
    groups: Groups,
    copies: Sequence[Item],
    before: dict[str, str],
    alone: set[str],
) -> None:
    """Print recall and precision; what the corpus itself had put together does not count.

    `alone` holds the copies found beside their original, without the help of other copies of it.
    """
    family = {id_: groups.of.get(id_) or id_ for id_ in groups.texts}
    members = groups.members()
    _print(f"{half} half{'':18}copies  recall  alone  precision  same key")
    for kind in (*COPIES, "all"):
        items = [c for c in copies if kind in (c.kind, "all")]
        found = sum(groups.group(c.id) == groups.group(c.of) for c in items)
        single = sum(c.id in alone for c in items)
        same = sum(c.id in groups.exact for c in items)
        right = wrong = 0
        for copy in items:
            for other in members[groups.group(copy.id)]:
                right += family[other] == copy.of and other != copy.id
                wrong += before.get(family[other]) != before[copy.of]
        precision = right / (right + wrong) if right + wrong else 1.0
        _print(
            f"  {kind:27}{len(items):6}{found / len(items):8.3f}{single / len(items):7.3f}"
            f"{precision:11.4f}{same:10}"
        )


def _tell_others(groups: Groups, made: Sequence[Item]) -> None:
    members = groups.members()
    for kind in LIKE:
        items = [m for m in made if m.kind == kind]
        wrong = sum(len(members[groups.group(m.id)]) > 1 for m in items)
        _print(f"Articles that are no copies, {kind}: {wrong} of {len(items)} put with others")


def _tell_scale(count: int, draw: random.Random) -> None:
    popular = [draw.getrandbits(63) for _ in range(POPULAR)]
    with _database() as db:
        copies, begun = Copies(db), perf_counter()
        for start in range(0, count, 1000):
            db.execute("BEGIN IMMEDIATE")
            for number in range(start, start + 1000):
                copies.put(f"news/2024/article-{number}.txt", _made_up(popular, draw))
            db.execute("COMMIT")
        filled = perf_counter() - begun
        size = sum(row[0] for row in db.execute("SELECT pgsize FROM dbstat")) / 2**20
        for name, each in (("in one transaction", 1000), ("each in its own", 1)):
            begun = perf_counter()
            for number in range(1000):
                if number % each == 0:
                    db.execute("BEGIN IMMEDIATE")
                print_ = _made_up(popular, draw)
                copies.near(print_)
                copies.put(f"more/{name}/{number}.txt", print_)
                if number % each == each - 1:
                    db.execute("COMMIT")
            _print(f"At {count:,}, looked up and put, {name}: {perf_counter() - begun:.2f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _print(
        f"{count:,} put in {filled:.0f} s; {size:.0f} MiB on disk; {peak:.0f} MiB memory at most"
    )


def _made_up(popular: Sequence[int], draw: random.Random) -> Fingerprint:
    """Make up a fingerprint of which one run in twenty is shared by many articles."""
    bands = {
        draw.choice(popular) if draw.random() < 0.05 else draw.getrandbits(64) - 2**63
        for _ in range(KEPT)
    }
    return Fingerprint(f"{draw.getrandbits(256):064x}", tuple(sorted(bands)))


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(main)
