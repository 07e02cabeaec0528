"""Write a damaged copy of a corpus, and of its questions, to search in."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

from evals.harm import Damage, Way
from evals.ways import CHARACTERS, LINES, MISREAD, PAGE, TOGETHER

REVERSIBLE: tuple[tuple[str, Way], ...] = (*MISREAD, *CHARACTERS, *LINES, *PAGE, *TOGETHER)
TRIES = 20
_PARAGRAPH = re.compile("(?:[^。！？]*[。！？]+[”’」』）]*){1,3}|[^。！？]+$")
_SPACE = re.compile(r"\s+")


def damage_corpus(source: Path, to: Path, seed: int) -> dict[str, int]:
    """Write each article of a JSON Lines corpus damaged in one way that can be undone.

    Ids stay. Gives how many articles were damaged in which way.
    """
    counts: dict[str, int] = {}
    with source.open(encoding="utf-8") as lines, to.open("w", encoding="utf-8") as out:
        for line in lines:
            article = json.loads(line)
            kind, damage = _one(article["text"], Random(f"{article['id']} {seed}"))
            counts[kind] = counts.get(kind, 0) + 1
            out.write(json.dumps({**article, "text": damage.text}, ensure_ascii=False) + "\n")
    return counts


def without_places(questions: Path, to: Path) -> None:
    """Write a question set whose supports name the article alone."""
    with questions.open(encoding="utf-8") as lines, to.open("w", encoding="utf-8") as out:
        for line in lines:
            asked = json.loads(line)
            for field in ("support", "support_alt", "context"):
                for place in asked.get(field) or ():
                    place.update(start=None, end=None)
            out.write(json.dumps(asked, ensure_ascii=False) + "\n")


def _one(text: str, draw: Random) -> tuple[str, Damage]:
    parts = _parts(text)
    for _ in range(TRIES):
        kind, way = draw.choice(REVERSIBLE)
        for article in ([text], parts):
            made = way(article, draw)
            if made and not made.lost and made.text != text and _whole(made, parts):
                return kind, made
    return "none", Damage(text, text)


def _parts(text: str) -> list[str]:
    """Give the paragraphs of a text; one that has none is cut after some of its sentences."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) > 1:
        return lines
    return [part for part in (m.strip() for m in _PARAGRAPH.findall(text)) if part] or [text]


def _whole(made: Damage, parts: Sequence[str]) -> bool:
    return _SPACE.sub("", made.clean) == _SPACE.sub("", "".join(parts))
