"""Train the reader from nothing: `make reader`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import perf_counter

import torch

from rag.errors import TrainingError
from rag.opening import language_model
from rag.reader.batches import QUESTIONS, SEED, steps
from rag.reader.graph import write_graph
from rag.reader.lessons import Lesson, lessons
from rag.reader.lookalikes import lookalikes
from rag.reader.network import Network, untrained
from rag.reader.packed import pack, restore
from rag.reader.pieces import open_pieces
from rag.reader.reader import FOLDER
from rag.reader.row import Titled
from rag.reader.training import RATE, Training
from rag.reader.translated import TRANSLATED, in_english
from rag.settings import Settings, read_settings
from vectorstore.weights import locate

STEPS = 1900
"""Steps in all: two passes over the questions of CMRC 2018 and DRCD."""

ENGLISH_TURNS = 4
"""How often a question in English comes for once in Chinese: few are translated."""

KEPT = "training.pt"
"""The file from which an interrupted training goes on."""

KEPT_EVERY = 50
"""Steps after which an interrupted training goes on, at the latest."""


@dataclass(frozen=True)
class Course:
    """How long a training takes and what it begins with.

    `reader` is where the weights lie that it begins with, which saw the lessons `turns` times;
    `rate` is its highest learning rate, `teacher` where a reader lies that tells, beside the
    lessons, where answers are, `seed` what the order of the lessons and what is drawn depend on.
    """

    steps: int = STEPS
    reader: Path | None = None
    turns: int = 0
    rate: float = RATE
    teacher: Path | None = None
    seed: int = SEED


def train(
    taught: Sequence[Lesson],
    found: Mapping[str, Sequence[Titled]],
    folder: Path,
    work: Path,
    course: Course,
) -> Network:
    """Train on the lessons, beginning with the model in `folder`; go on where it stopped.

    The state is kept in `work`. Gives the network with the average of the last weights.
    TrainingError for too few lessons, or where what is kept is of another training.
    """
    if len(taught) < QUESTIONS:
        raise TrainingError(f"{len(taught)} questions are too few: a step takes {QUESTIONS}.")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(course.seed)
    network = _begun(folder, course.reader).to(device)
    teacher = _begun(folder, course.teacher).to(device) if course.teacher else None
    whole, named = course.steps, _named(taught, course)
    training = Training(network, whole, work / KEPT, course.rate, teacher, named, course.seed)
    tokenizer = open_pieces(folder / "tokenizer.json")
    begun, since = training.step, perf_counter()
    losses: list[float] = []
    lessons_left = steps(taught, found, tokenizer, training.judge, begun, course.turns, course.seed)
    for rows in islice(lessons_left, whole - begun):
        losses.append(training.learn(rows))
        if training.step % KEPT_EVERY == 0 or training.step == whole:
            _told(training.step, whole, losses, perf_counter() - since, begun)
            losses.clear()
            training.keep()
    return training.averaged()


def _named(taught: Sequence[Lesson], course: Course) -> str:
    """Give a name that no other training has."""
    asked = "".join(lesson.id + lesson.question for lesson in taught)
    return sha256(f"{course} {asked}".encode()).hexdigest()


def _begun(folder: Path, reader: Path | None) -> Network:
    network = untrained(folder)
    if reader:
        restore(network, reader)
    return network


def mix(network: Network, reader: Path, share: float) -> None:
    """Take `share` of each weight from another reader.

    The mean of both reads better than either (Wortsman et al. 2022, WiSE-FT and Model soups).
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
    parser.add_argument(
        "--mix",
        type=float,
        default=0.0,
        help="share that another reader, the teacher or the one begun with, has in the result",
    )
    parser.add_argument("--turns", type=int, default=0, help="passes that it has behind it")
    parser.add_argument("--english", type=int, default=TRANSLATED, help="questions translated")
    parser.add_argument("--rate", type=float, default=RATE, help="the highest learning rate")
    parser.add_argument("--teacher", type=Path, help="a reader that tells where answers are, too")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="another gives another reader, to take a mean with"
    )
    parser.add_argument("--other", type=Path, help="a reader trained apart, to take a mean with")
    given = parser.parse_args()
    settings = read_settings()
    folder = Path(locate(settings.embed_model, settings.models))
    work = given.work or settings.home / "reader"
    work.mkdir(parents=True, exist_ok=True)
    taught: list[Lesson] = []
    found: dict[str, Sequence[Titled]] = {}
    for one in given.sets:
        some = lessons(one)
        taught += some
        found |= lookalikes(one / "corpus.jsonl", some, _told_of)
    taught += _english(taught, settings, work, given.english)
    course = Course(given.steps, given.begin, given.turns, given.rate, given.teacher, given.seed)
    try:
        network = train(taught, found, folder, work, course)
    except TrainingError as exc:
        parser.error(str(exc))
    if given.mix and (earlier := given.other or given.teacher or given.begin):
        mix(network, earlier, given.mix)
    pack(network, folder / "tokenizer.json", given.out)
    write_graph(given.out)
    (work / KEPT).unlink()


def _english(taught: Sequence[Lesson], settings: Settings, work: Path, count: int) -> list[Lesson]:
    """Have questions translated by the language model of the settings, if there is one."""
    llm = language_model(settings) if count else None
    if llm is None:
        return []
    once = list({lesson.id: lesson for lesson in taught}.values())
    return ENGLISH_TURNS * in_english(once, llm, work / "english.jsonl", _told_of, count)


def _told_of(done: int, whole: int, name: str) -> None:
    if done % max(whole // 10, 1) == 0 or done == whole:
        sys.stdout.write(f"{name}: {done:,} of {whole:,}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
