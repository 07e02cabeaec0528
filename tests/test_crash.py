"""Killed at any moment, an index repairs itself at the next start and keeps what was reported."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from tests.conftest import WordEmbedding
from tests.crashing import NAMES, article, hold, work
from vectorstore.ingest import add_articles
from vectorstore.legs import searched_text
from vectorstore.store import Store

KILLS = 50
STEPS = 4
"""How long a process lives at most, in the time that its first step takes."""


@dataclass
class Expected:
    """What the log of the killed processes says: which versions an article may have, 0 for none."""

    may: dict[str, set[int]] = field(default_factory=lambda: {name: {0} for name in NAMES})
    steps: int = 0
    cut_short: int = 0

    def read(self, log: Path) -> None:
        """Follow the log; a step that was begun and not done may have happened or not."""
        begun: dict[str, int] = {}
        for line in log.read_text().splitlines():
            what, *pairs = json.loads(line)
            if what == "begin":
                begun = dict(pairs)
                continue
            self.steps += 1
            self.may.update({name: {version} for name, version in begun.items()})
            begun = {}
        self.cut_short += bool(begun)
        for name, version in begun.items():
            self.may[name] |= {version}


def forked(work: Callable[..., None], *args: object) -> BaseProcess:
    """Start a process that has everything imported already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crashing"])
    process = context.Process(target=work, args=args)
    process.start()
    return process


def kill(process: BaseProcess) -> None:
    assert process.pid is not None
    assert process.is_alive()
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def written_until_killed(
    folder: Path, log: Path, seed: int, longest: float, server: str = ""
) -> float:
    """Let a process write, and kill it after a while that `seed` says, `longest` at most.

    The first is left to end one step, and how long that took comes back.
    """
    writer = forked(work, folder, log, seed, 1 + seed * 1000, server)
    while not log.exists():
        time.sleep(0.001)
    begun = time.monotonic()
    while seed == 0 and "done" not in log.read_text():
        time.sleep(0.001)
    took = time.monotonic() - begun
    time.sleep(random.Random(seed).uniform(0, longest))
    kill(writer)
    return took


def check(store: Store, words: WordEmbedding, expected: Expected) -> None:
    """Compare everything that can be read with what was reported."""
    standing = set(store.catalogue.ids())
    for name, versions in expected.may.items():
        texts = {article(name, v).text: v for v in versions if v}
        if name not in standing:
            assert 0 in versions, f"{name} is lost: {versions}"
            expected.may[name] = {0}
            continue
        stands = store.catalogue.article(name)
        assert stands is not None
        assert stands.text in texts, f"{name} is not what was reported: {versions}"
        expected.may[name] = {texts[stands.text]}
    assert standing <= set(NAMES)
    passages = store.catalogue.passages(list(store.catalogue.passage_ids()))
    assert store.dense.ids() == passages.keys()
    assert sorted(store.lexical.ids()) == sorted(passages)
    assert store.catalogue.counts()[1] == len(passages)
    for article_id in standing:
        first = store.catalogue.copy_of(article_id)
        text = store.catalogue.article(article_id).text  # type: ignore[union-attr]
        cut = store.catalogue.passages_of(article_id)
        assert bool(cut) != bool(first)
        assert not first or first in standing
        assert all(text[p.start : p.end] == p.text for p in cut)
    ordered = list(passages.values())
    right = words.get_text_embedding_batch([searched_text(p) for p in ordered])
    for vector, wanted in zip(store.dense.vectors([p.id for p in ordered]), right, strict=True):
        assert vector == pytest.approx(wanted, abs=1e-6)
        found = dict(store.dense.search(wanted, len(ordered)))
        assert found.keys() == passages.keys()
    for p in ordered:
        assert p.id in dict(store.lexical.search(p.text[:20], len(ordered)))


def killed_again_and_again(
    folder: Path, words: WordEmbedding, kills: int, server: str = ""
) -> tuple[Expected, int]:
    """Kill writers and check what each left; give what was done, and how often it was mended."""
    expected, mended, longest = Expected(), 0, 0.0
    for seed in range(kills):
        log = folder.with_name(f"{seed}.log")
        took = written_until_killed(folder, log, seed, longest, server)
        longest = longest or STEPS * took
        expected.read(log)
        with Store(folder, server=server) as store:
            mended += bool(store.repair(words.get_text_embedding_batch))
            assert store.catalogue.journal() == []
            check(store, words, expected)
    return expected, mended


def test_killed_at_fifty_moments_nothing_is_half_in_lost_or_back(
    tmp_path: Path, words: WordEmbedding
) -> None:
    expected, mended = killed_again_and_again(tmp_path / "index", words, KILLS)
    assert expected.steps > KILLS / 2
    assert expected.cut_short > KILLS / 4
    assert mended > 0


def test_lock_of_a_killed_process_does_not_block_the_next(
    tmp_path: Path, words: WordEmbedding
) -> None:
    holder = forked(hold, tmp_path / "index", tmp_path / "log")
    while not (tmp_path / "log").exists():
        time.sleep(0.01)
    with Store(tmp_path / "index") as store:
        with pytest.raises(Timeout):
            FileLock(tmp_path / "index" / "write.lock").acquire(timeout=0)
        kill(holder)
        assert store.repair(words.get_text_embedding_batch) == ["half"]
        assert add_articles([article("a0", 1)], store, words).added == ("a0",)
