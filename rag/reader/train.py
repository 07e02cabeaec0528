"""Train the reader from nothing: `make reader`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from time import perf_counter

import torch

from rag.reader.batches import SEED, steps
from rag.reader.lessons import Lesson, lessons
from rag.reader.lookalikes import Titled, lookalikes
from rag.reader.network import Network, untrained
from rag.reader.packed import pack, restore
from rag.reader.pieces import open_pieces
from rag.reader.reader import FOLDER
from rag.reader.training import Training
from rag.settings import read_settings
from vectorstore.embed import open_embedding
from vectorstore.weights import locate

STEPS = 1900
"""Steps in all: two passes over the questions of CMRC 2018 and DRCD."""

KEPT_EVERY = 50
"""Steps after which an interrupted training goes on, at the latest."""


def train(
    taught: Sequence[Lesson],
    found: Mapping[str, Sequence[Titled]],
    folder: Path,
    work: Path,
    whole: int = STEPS,
    reader: Path | None = None,
    turns: int = 0,
) -> Network:
    """Train on the lessons, beginning with the model in `folder`; go on where it stopped.

    With `reader`, begin with its weights, which saw the lessons `turns` times. The state is kept in
    `work`. Gives the network with the average of the last weights.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(SEED)
    network = untrained(folder)
    if reader:
        restore(network, reader)
    training = Training(network.to(device), whole, work / "training.pt")
    tokenizer = open_pieces(folder / "tokenizer.json")
    begun, since = training.step, perf_counter()
    losses: list[float] = []
    lessons_left = steps(taught, found, tokenizer, training.judge, begun, turns)
    for rows in islice(lessons_left, whole - begun):
        losses.append(training.learn(rows))
        if training.step % KEPT_EVERY == 0 or training.step == whole:
            _told(training.step, whole, losses, perf_counter() - since, begun)
            losses.clear()
            training.keep()
    return training.averaged()


def mix(network: Network, reader: Path, share: float) -> None:
    """Take `share` of each weight from a reader that the training began with.

    The mean of both reads better than either (Wortsman et al. 2022, WiSE-FT).
    """
    trained = {name: t.detach().clone() for name, t in network.state_dict().items()}
    restore(network, reader)
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            tensor.lerp_(trained[name], 1 - share)


def _told(step: int, whole: int, losses: Sequence[float], seconds: float, begun: int) -> None:
    left = seconds / (step - begun) * (whole - step) / 60
    mean = sum(losses) / len(losses)
    sys.stdout.write(f"step {step:,} of {whole:,}, loss {mean:.3f}, {left:.0f} minutes left\n")
    sys.stdout.flush()


def main() -> None:
    """Train on question sets and write the reader."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("sets", nargs="+", type=Path, help="folders with corpus and questions")
    parser.add_argument("--work", type=Path, help="where to keep what is not yet finished")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to write the reader")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--begin", type=Path, help="a reader to train on")
    parser.add_argument("--mix", type=float, default=0.0, help="share of its weights that stays")
    parser.add_argument("--turns", type=int, default=0, help="passes that it has behind it")
    given = parser.parse_args()
    settings = read_settings()
    folder = Path(locate(settings.embed_model, settings.models))
    work = given.work or settings.home / "reader"
    model = open_embedding(str(folder))
    taught: list[Lesson] = []
    found: dict[str, Sequence[Titled]] = {}
    for one in given.sets:
        some, place = lessons(one), work / one.name
        place.mkdir(parents=True, exist_ok=True)
        taught += some
        found |= lookalikes(one / "corpus.jsonl", some, place, model, _searched)
    del model
    network = train(taught, found, folder, work, given.steps, given.begin, given.turns)
    if given.begin and given.mix:
        mix(network, given.begin, given.mix)
    pack(network, folder / "tokenizer.json", given.out)


def _searched(done: int, whole: int, name: str) -> None:
    if done % 1000 == 0 or done == whole:
        sys.stdout.write(f"{name}: {done:,} of {whole:,}\n")


if __name__ == "__main__":
    main()
