"""Turn the texts of training questions into the letter figures that reading unknown bytes needs.

Run: python -m evals.letters TRAIN_FILES...
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from vectorstore.script import converted

OUT = Path(__file__).parents[1] / "vectorstore" / "clean" / "letters.json"
TWICE = 2
"""Times a pair must stand in the training texts to be kept."""
LEAST = 8
"""The improbability (in nats) at which a pair tells nothing more than its letters."""

_RUN = re.compile(r"[\u3400-\u9fff]+")
_START = re.compile(r"(?:^|[。！？][”’」』）》]*)[“‘「『《]?([\u3400-\u9fff])", re.MULTILINE)


def texts(files: Iterable[Path]) -> Iterator[str]:
    """Give the questions, answers and supporting texts of question files."""
    for file in files:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                case = json.loads(line)
                said = [case["question"], *case["answers"], *(s["text"] for s in case["support"])]
                yield from dict.fromkeys(said)


def figures(said: Iterable[str]) -> dict[str, object]:
    """Give the figures of `said`, each text counted in both scripts."""
    letters: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    firsts: Counter[str] = Counter()
    whole = "\n".join(said)
    for run in _RUN.findall(whole):
        simple = converted(run, "t2s")
        letters.update(simple)
        letters.update(converted(simple, "s2t"))
        firsts.update(simple[:-1])
        pairs.update(a + b for a, b in zip(simple, simple[1:], strict=False))
    changed = _traditional()
    return {
        "letters": _levels(letters),
        "pairs": _pairs(pairs, firsts),
        "starts": _levels(Counter(converted("".join(_START.findall(whole)), "t2s"))),
        "traditional": "".join(changed),
        "simplified": "".join(changed.values()),
    }


def _levels(letters: Counter[str]) -> dict[str, str]:
    total = sum(letters.values())
    levels: dict[str, str] = {}
    for letter, count in sorted(letters.items()):
        level = str(round(-2 * math.log(count / total)))
        levels[level] = levels.get(level, "") + letter
    return levels


def _pairs(pairs: Counter[str], firsts: Counter[str]) -> dict[str, str]:
    held: dict[str, list[str]] = {}
    for pair, count in sorted(pairs.items()):
        level = round(-math.log(count / (firsts[pair[0]] + 5)))
        if count >= TWICE and level < LEAST:
            held.setdefault(pair[0], [""] * LEAST)[level] += pair[1]
    return {first: "|".join(runs).rstrip("|") for first, runs in held.items()}


def _traditional() -> dict[str, str]:
    every = [chr(point) for point in range(0x4E00, 0x9FA6)]
    found = ((c, converted(c, "t2s")) for c in every)
    return {c: simple for c, simple in found if simple != c and len(simple) == 1}


def main() -> None:
    """Write the figures of the files named on the command line."""
    made = figures(texts(Path(name) for name in sys.argv[1:]))
    OUT.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


if __name__ == "__main__":
    main()
