"""Turn corpora into clean paragraphs to damage."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from evals.clutter_lines import SIMPLIFIED
from evals.harm import HAN, MARKS
from vectorstore.script import fold

SHORTEST, LONGEST = 80, 400
TOGETHER = 4
"""Paragraphs that make an article to damage."""

_SENTENCE = re.compile("[^。！？]*[。！？][”’」』）]*")
_ENDS = tuple("。！？”’」』")
_UNCLEAN = re.compile(
    "[\ufffd\n\t?？]|\\s{2}"
    rf"|[{HAN}{MARKS}]\s|\s[{HAN}{MARKS}]"
    "|[(（][a-züA-ZÜ\u00c0-\u024f]+[)）]"
    "|正文：|[来來]源|版[权權]|[编編][辑輯]|[责責][编編]|http|www|[记記]者|[图圖][片源]|供[图圖]|[摄攝]|点击|原标题"
)
_OUT_OF_STEP = re.compile("。[“”]")


def texts(path: Path) -> list[str]:
    """Give the texts of a JSON Lines corpus, in its order."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines if line.strip()]


def samples(corpora: Iterable[str], n: int, seed: int) -> list[tuple[str, ...]]:
    """Draw `n` articles of TOGETHER clean paragraphs, by turns simplified and traditional."""
    draw = Random(f"paragraphs {seed}")
    pools: tuple[list[str], list[str]] = ([], [])
    shuffled = sorted(corpora)
    draw.shuffle(shuffled)
    for text in shuffled:
        found = [p for p in paragraphs(text, draw) if is_clean(p)]
        pools[0 if is_simplified(text) else 1].extend(found)
        if min(map(len, pools)) >= n * TOGETHER:
            break
    made = []
    for i in range(n):
        pool = pools[i % 2]
        if len(pool) < TOGETHER:
            break
        made.append(tuple(pool[(i // 2 * TOGETHER + k) % len(pool)] for k in range(TOGETHER)))
    return made


def quoted(corpora: Sequence[str], n: int, seed: int) -> list[tuple[str, ...]]:
    """Draw clean paragraphs that hold a `。` before a quotation mark, by turns as in `samples`.

    Traditional ones are made of simplified ones character by character, as sites do it.
    """
    draw = Random(f"quoted {seed}")
    table = to_traditional(corpora)
    shuffled = sorted(t for t in corpora if _OUT_OF_STEP.search(t) and is_simplified(t))
    draw.shuffle(shuffled)
    made: list[tuple[str, ...]] = []
    for text in shuffled:
        for p in paragraphs(text, draw):
            if len(made) < n and is_clean(p) and _OUT_OF_STEP.search(p):
                made.append((p.translate(table) if len(made) % 2 else p,))
    return made


def paragraphs(text: str, draw: Random) -> Iterator[str]:
    """Cut a text into paragraphs of whole sentences, of lengths drawn."""
    held, least = "", draw.randint(SHORTEST, LONGEST * 3 // 4)
    for sentence in _SENTENCE.findall(text):
        held += sentence
        if len(held) >= least:
            yield held.strip()
            held, least = "", draw.randint(SHORTEST, LONGEST * 3 // 4)


def is_clean(paragraph: str) -> bool:
    """Whether nothing about a paragraph calls for cleaning."""
    return (
        SHORTEST <= len(paragraph) <= LONGEST
        and not _UNCLEAN.search(paragraph)
        and paragraph.endswith(_ENDS)
        and not any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn") for c in paragraph)
        and not any(_has_twin(c) for c in paragraph)
    )


def is_simplified(text: str) -> bool:
    """Whether a text is in simplified characters rather than traditional ones."""
    return bool(SIMPLIFIED & set(text))


def to_traditional(corpora: Iterable[str]) -> dict[int, str]:
    """Map simplified characters to the traditional ones most used for them in the corpora."""
    counts = Counter(c for text in corpora if not is_simplified(text) for c in text)
    found: dict[int, str] = {}
    for c, _ in counts.most_common():
        plain = fold(c)
        if len(plain) == 1 and c not in SIMPLIFIED and not plain.isascii():
            found.setdefault(ord(plain), c)
    return found


def _has_twin(c: str) -> bool:
    return c not in MARKS and unicodedata.normalize("NFKC", c) != c and c not in "％："
