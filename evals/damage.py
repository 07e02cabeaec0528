"""Measure the cleaning: what it puts right, what it changes without cause, how long it takes.

python -m evals.damage --clean NEWS.jsonl MORE.jsonl --n 300 --seed 1 --json OUT
python -m evals.damage corpus --from CORPUS.jsonl --to DAMAGED.jsonl --seed 1
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from evals.damaged import damage_corpus, without_places
from evals.decoding import decoded, written
from evals.mended import Clean, outcome, tally
from evals.misread import FOLDED
from evals.paragraphs import is_simplified, quoted, samples, texts
from evals.ways import OUT_OF_STEP, WAYS
from vectorstore.clean import byline, characters, furniture, glosses, layout, mojibake, spaces
from vectorstore.clean.chain import readable
from vectorstore.clean.edit import GLOSS, LOST, MOJIBAKE, Text
from vectorstore.clean.encoding import decode

NEVER = (MOJIBAKE, GLOSS, LOST)
"""Kinds of edits that clean text must never need; all are listed."""

SHOWN = 20
"""Edits of any other kind that are listed."""

AROUND = 20
PARTS = ("repairs", "clean", "encodings", "speed")
EMBED_RATE = 14_600.0
"""Characters a second that the embedding takes."""

Row = dict[str, Any]

STEPS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("mojibake", mojibake.edits),
    ("characters", characters.edits),
    ("spaces", spaces.edits),
    ("glosses", glosses.edits),
    ("furniture", furniture.edits),
    ("byline", byline.read),
    ("layout", layout.edits),
    ("the whole", lambda text: readable(Text.of(text))),
)


def repairs(corpora: Sequence[str], n: int, seed: int) -> list[Row]:
    """Damage `n` articles in every way, clean them and compare."""
    clean = lru_cache(maxsize=64)(readable)
    drawn, at_quotes = samples(corpora, n, seed), quoted(corpora, n, seed)
    found = []
    for ways, articles in ((WAYS, drawn), (OUT_OF_STEP, at_quotes)):
        for name, way in ways:
            for i, article in enumerate(articles):
                if made := way(article, Random(f"{name} {i} {seed}")):
                    script = "" if ways is WAYS else _script(made.clean)
                    found.append(outcome(f"{name}{script}", made, _compared(clean, name)))
    return list(tally(found))


def _compared(clean: Clean, name: str) -> Clean:
    """Give the cleaning whose result is compared; where marks were folded, either form will do."""
    if "marks folded" not in name:
        return clean

    def folded(text: Text) -> Text:
        made = clean(text)
        return replace(made, text=made.text.translate(FOLDED))

    return folded


def _script(text: str) -> str:
    return ", simplified" if is_simplified(text) else ", traditional"


def on_clean(corpora: Sequence[str], seed: int) -> list[Row]:
    """Clean texts that are clean, and give what was changed, by kind of edit."""
    articles, edits = Counter[str](), Counter[str]()
    shown: dict[str, list[str]] = {}
    for text in corpora:
        cleaned = readable(Text.of(text))
        articles.update({m.kind for m in cleaned.marks})
        edits.update(m.kind for m in cleaned.marks)
        for mark in cleaned.marks:
            a, b = mark.source_start, mark.source_end
            became = cleaned.text[slice(*cleaned.offsets.from_source(a, b))]
            context = f"{text[max(a - AROUND, 0) : a]}[{text[a:b]}|{became}]{text[b : b + AROUND]}"
            shown.setdefault(mark.kind, []).append(context)
    draw = Random(seed)
    return [
        {
            "kind": kind,
            "articles": articles[kind],
            "edits": edits[kind],
            "of": len(corpora),
            "examples": all_ if kind in NEVER else draw.sample(all_, min(SHOWN, len(all_))),
        }
        for kind, all_ in sorted(shown.items())
    ]


def encodings(corpora: Sequence[str], files: int, seed: int) -> list[Row]:
    """Write up to `files` texts in every encoding and read them again."""
    draw = Random(f"files {seed}")
    long = [t for t in corpora if len(t) >= 200 and "\ufffd" not in t]
    halves = [[t for t in long if is_simplified(t) is s] for s in (True, False)]
    simplified, traditional = (draw.sample(half, len(half)) for half in halves)
    return [decoded(some, decode, files) for some in written(simplified, traditional)]


def speed(corpora: Sequence[str], characters: int, embed_rate: float) -> list[Row]:
    """Give the characters a second of each step and of the whole."""
    some, held = [], 0
    for text in corpora:
        if held >= characters:
            break
        some.append(text)
        held += len(text)
    rows = []
    for name, step in STEPS:
        begun = perf_counter()
        for text in some:
            step(text)
        rate = held / (perf_counter() - begun)
        rows.append({"step": name, "per_second": round(rate), "share": round(embed_rate / rate, 4)})
    return rows


def table(rows: Sequence[Row]) -> str:
    """Give rows of figures as lines of columns."""
    if not rows:
        return ""
    columns = [k for k, v in rows[0].items() if not isinstance(v, list)]
    cells = [columns, *([_cell(row[c]) for c in columns] for row in rows)]
    first = max(len(line[0]) for line in cells) + 2
    return "".join(
        f"{line[0]:{first}}" + "".join(f"{c:>11}" for c in line[1:]) + "\n" for line in cells
    )


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _measured(given: Namespace) -> Iterator[tuple[str, list[Row]]]:
    each = [texts(path) for path in given.clean]
    corpora = [t for some in each for t in some]
    if "repairs" in given.only:
        yield "repairs", repairs(corpora, given.n, given.seed)
    if "clean" in given.only:
        some = [t for part in each for t in part[: given.articles] if "\ufffd" not in t]
        yield "clean", on_clean(some, given.seed)
    if "encodings" in given.only:
        yield "encodings", encodings(corpora, given.files, given.seed)
    if "speed" in given.only:
        yield "speed", speed(each[0], given.characters, given.embed_rate)


def main() -> None:
    """Measure the cleaning, or write a damaged corpus."""
    if sys.argv[1:2] == ["corpus"]:
        _corpus(sys.argv[2:])
        return
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--clean", nargs="+", type=Path, required=True, help="clean corpora")
    parser.add_argument("--n", type=int, default=300, help="articles to damage in every way")
    parser.add_argument("--articles", type=int, default=10_000, help="clean ones of each corpus")
    parser.add_argument("--files", type=int, default=1000, help="files of each encoding")
    parser.add_argument("--characters", type=int, default=2_000_000, help="for the speed")
    parser.add_argument("--embed-rate", type=float, default=EMBED_RATE)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = {}
    for name, rows in _measured(given):
        found[name] = rows
        sys.stdout.write(f"\n{name}\n{table(rows)}")
        sys.stdout.flush()
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _corpus(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(prog="evals.damage corpus", description="Write a damaged corpus.")
    parser.add_argument("--from", dest="source", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--questions", type=Path, nargs=2, help="a question set, and its copy")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    for kind, count in sorted(damage_corpus(given.source, given.to, given.seed).items()):
        sys.stdout.write(f"{kind:40}{count:6}\n")
    if given.questions:
        without_places(*given.questions)


if __name__ == "__main__":
    main()
