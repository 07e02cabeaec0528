"""How fast the product is on this machine: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from llama_index.core.base.embeddings.base import BaseEmbedding

from evals.corpora import indexed, reshuffled
from evals.machine import peak_mib
from evals.progress import Told
from evals.questions import read_questions
from rag.engine import Engine
from rag.opening import language_model, open_model, open_reader
from rag.reader.reader import Reader
from rag.settings import Settings, read_settings
from vectorstore.article import Article, Passage
from vectorstore.errors import WenjuError
from vectorstore.legs import searched_text
from vectorstore.load import load
from vectorstore.split import passages
from vectorstore.store import Store

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "seeds"
LARGE = ROOT.parent / "shared" / "bench" / "cmrc2018"
ARTICLES = 3500
ROUNDS = 5

STRETCH, STRETCHES = 200, 20
"""Characters of a short passage, and how many of them are read for one question."""


def main() -> None:
    """Measure and print one line a figure."""
    ArgumentParser(prog="python -m evals.bench", description=main.__doc__).parse_args()
    settings = read_settings()
    _print("Start-up, to the address of a chat that answers", f"{startup_seconds(settings):.1f} s")
    model = open_model(settings)
    store, questions = collection(settings, model)
    engine = Engine(store, model, settings, language_model(settings), reader=open_reader())
    times = [quote_ms(engine, q) for q in questions]
    count = store.catalogue.counts()[0]
    _print(
        f"Question to quote answer, {count:,} articles",
        f"median {median(times):.0f} ms, slowest of {len(times)} {max(times):.0f} ms",
    )
    if engine.reader:
        one, many = reading_ms(engine.reader, questions[0])
        figure = f"{one:.0f} ms, {STRETCHES} of them {many:.0f} ms"
        _print(f"A passage of {STRETCH} characters read", figure)
    if engine.writes():
        firsts = [ms for ms in (first_word_ms(engine, q) for q in questions[:6]) if ms]
        if firsts:
            figure = f"median {median(firsts) / 1000:.1f} s of {len(firsts)}"
            _print("Question to first written word", figure)
    if peak := peak_mib():
        _print("Peak memory, models and index", f"{peak / 1024:.1f} GiB")
    ours, plain = embedding_speed(model)
    times_faster = f"{ours:.0f}, plain encode {plain:.0f}: {ours / plain:.1f} times"
    _print("Passages embedded a second", times_faster)


def reading_ms(reader: Reader, question: str) -> tuple[float, float]:
    """Give the milliseconds in which one short passage is read, and STRETCHES of them."""
    long = [p for p in _sample_passages() if len(p.text) >= STRETCH][:STRETCHES]
    texts = [(p.title, p.text[:STRETCH]) for p in long]
    reader.read(question, texts[:1])
    one = [1000 * _seconds(partial(reader.read, question, [text])) for text in texts]
    many = [1000 * _seconds(partial(reader.read, question, texts)) for _ in range(ROUNDS)]
    return median(one), median(many)


def _sample_passages() -> list[Passage]:
    found = (item for file in sorted(SAMPLES.glob("*.md")) for item in load(file))
    return [p for item in found if isinstance(item, Article) for p in passages(item)]


def embedding_speed(model: BaseEmbedding) -> tuple[float, float]:
    """Give passages a second of ours and of `SentenceTransformer.encode` with its defaults.

    Both embed the sample passages, in turns, so that a busy machine slows both alike.
    """
    from sentence_transformers import SentenceTransformer

    texts = [searched_text(p) for p in _sample_passages()]
    plain = SentenceTransformer(model.model_name, device="cpu")
    plain.encode(texts[:4])
    model.get_text_embedding_batch(texts[:4])
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: model.get_text_embedding_batch(texts)))
        theirs.append(_seconds(lambda: plain.encode(texts, show_progress_bar=False)))
    return len(texts) / median(ours), len(texts) / median(theirs)


def collection(settings: Settings, model: BaseEmbedding) -> tuple[Store, list[str]]:
    """Open some 3,500 articles and questions on them: a public set where it is at hand."""
    if LARGE.is_dir():
        asked = read_questions(LARGE / "questions.dev.jsonl").questions
        store, _ = indexed(LARGE / "corpus.jsonl", settings.home, model, Told())
        return store, [q.question for q in asked[:60]]
    asked = read_questions(SAMPLES / "questions.jsonl").questions
    return reshuffled(SAMPLES, ARTICLES, settings.home, model, Told()), [q.question for q in asked]


def quote_ms(engine: Engine, question: str) -> float:
    """Give the milliseconds from a question to its quote answer."""
    return 1000 * _seconds(lambda: next(engine.ask(question)))


def first_word_ms(engine: Engine, question: str) -> float:
    """Give the milliseconds to the first written word, 0 when the articles do not answer."""
    begun = perf_counter()
    for answer in engine.ask(question):
        if answer.mode == "composed":
            return 1000 * (perf_counter() - begun)
    return 0.0


def startup_seconds(settings: Settings) -> float:
    """Give the seconds until `wenju chat` prints its address."""
    command = [sys.executable, "-m", "ui.cli", "--home", str(settings.home), "chat", "--port", "0"]
    begun = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as chat:
        assert chat.stdout is not None
        said = chat.stdout.readline()
        took = perf_counter() - begun
        chat.terminate()
    if not said:
        raise WenjuError("The chat did not start. See why with: wenju chat")
    return took


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _print(what: str, figure: str) -> None:
    sys.stdout.write(f"{what + ':':52}{figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
