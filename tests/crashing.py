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
from vectorstore.finish import from_text
from vectorstore.ingest import add_articles
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


def work(folder: Path, log: Path, seed: int, first_version: int, server: str = "") -> None:
    """Write without end; the log says before and after each step what is being done."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    draw, words = random.Random(seed), WordEmbedding(model_name="words")

    def tell(*what: object) -> None:
        os.write(file, (json.dumps(what) + "\n").encode())

    tell("begin")
    with Store(folder, server=server) as store:
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


def add_all(folder: Path, server: str, count: int) -> None:
    """Add that many articles, ten at a time."""
    with Store(folder, server=server) as store:
        for n in range(0, count, 10):
            made = [from_text(f"{WORDS[m % 8]}{m}号。", f"a{m}") for m in range(n, n + 10)]
            add_articles(made, store, WordEmbedding(model_name="words"))


def ask_until(folder: Path, server: str, count: int, log: Path) -> None:
    """Search again and again until every article is found; the log says how many, each time."""
    words = WordEmbedding(model_name="words")
    with Store(folder, server=server) as store, log.open("w") as told:
        found: set[str] = set()
        while len(found) < count:
            dense, lexical = store.legs("号", words.get_query_embedding("号"), count)
            known = {h.passage.article_id for h in store.hits(dense, dict(dense))}
            found = known & {h.passage.article_id for h in store.hits(lexical, {})}
            print(len(found), file=told, flush=True)
