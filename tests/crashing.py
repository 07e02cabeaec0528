"""What the crash test kills: a process that adds, replaces and removes articles for ever."""

from __future__ import annotations

import json
import os
import random
import time
from itertools import count
from pathlib import Path

from tests.conftest import WORDS, WordEmbedding
from vectorstore import reindexing
from vectorstore.article import Article
from vectorstore.fingerprint import same_key
from vectorstore.ingest import add_articles
from vectorstore.load import from_text
from vectorstore.store import Store

same_key("热身")  # in the process that the writers are forked from, so that they begin at once

NAMES = [f"a{n}" for n in range(12)]
"""Few, so that articles are replaced and removed as often as they are added."""


def article(name: str, version: int) -> Article:
    """Give the article of a name: of one to four passages, words and numbers of its version.

    Every fourth version says the same under every name: exact copies.
    """
    draw = random.Random(version)
    about = "共有" if version % 4 == 0 else name
    lines = [
        f"{about}的第{n}段说{draw.choice(WORDS)}{version}号，"
        + "园区的事情很多，" * 18
        + "就这些。"
        for n in range(draw.randint(1, 4))
    ]
    return from_text("\n".join(lines), name, f"标题{version if about == name else ''}")


def work(folder: Path, log: Path, seed: int, first_version: int) -> None:
    """Write without end; the log says before and after each step what is being done."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    draw, words = random.Random(seed), WordEmbedding(model_name="words")

    def tell(*what: object) -> None:
        os.write(file, (json.dumps(what) + "\n").encode())

    tell("begin")
    with Store(folder) as store:
        store.repair(words.get_text_embedding_batch)
        for version in count(first_version):
            names = draw.sample(NAMES, draw.randint(1, 5))
            removing = draw.random() < 0.35
            tell("begin", *((name, 0 if removing else version) for name in names))
            if removing:
                store.remove(names)
                store.repair(words.get_text_embedding_batch)
            else:
                add_articles([article(name, version) for name in names], store, words)
            tell("done")


def hold(folder: Path, log: Path) -> None:
    """Begin a change and never end it; the log stands once the index is locked."""
    with Store(folder) as store, store.changing(["half"]):
        log.touch()
        time.sleep(600)


def reindex_until_killed(folder: Path, log: Path) -> None:
    """Reindex in steps of four articles; the log stands when it begins."""
    log.touch()
    reindexing.STEP = 4
    with Store(folder, damaged=True) as store:
        reindexing.reindex(store, WordEmbedding(model_name="words"))
