"""Train the reader from nothing: `make reader`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor
from torch.nn import functional

from rag.reader.batches import SEED, Batch, Judge, Made, batches, steps
from rag.reader.lessons import Lesson, lessons
from rag.reader.lookalikes import Titled, lookalikes
from rag.reader.network import Network, untrained
from rag.reader.packed import pack, restore
from rag.reader.pieces import open_pieces
from rag.reader.reader import FOLDER
from rag.settings import read_settings
from vectorstore.embed import fastest_format, open_embedding
from vectorstore.weights import locate

STEPS = 1900
"""Steps in all: two passes over the questions of CMRC 2018 and DRCD."""

UNSEEN = -1e4
"""The logit of a piece that no answer can start or end at."""

RATE = 2e-4
WARMUP = 0.05
COOLED = 0.3
"""Shares of all steps in which the rate rises to RATE, and at the end falls to nothing."""

KEPT_EVERY = 50
DECAY = 0.01
AVERAGED = 0.998
"""How much of the weights' running average stays at each step."""


def loss(network: Network, b: Batch) -> Tensor:
    """Give the loss: where the answer is, and whether there is one."""
    start, end, answers = network(b.ids, b.mask)
    start = start.masked_fill(b.outside, UNSEEN)
    end = end.masked_fill(b.outside, UNSEEN)
    where = functional.cross_entropy(start, b.start) + functional.cross_entropy(end, b.end)
    whether = functional.binary_cross_entropy_with_logits(answers, b.answers)
    return where / 2 + whether / 2


def rate(step: int, whole: int) -> float:
    """Give the share of RATE at a step: up, level, and down at the end (Hu et al. 2024, WSD)."""
    left = (whole - step) / (COOLED * whole)
    return min(1.0, (step + 1) / (WARMUP * whole), left)


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
    network.to(device).train()
    learnt = [p for p in network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=RATE, weight_decay=DECAY)
    average = [p.detach().clone() for p in learnt]
    begun, kept = 0, work / "training.pt"
    if kept.exists():
        state = torch.load(kept, map_location=device, weights_only=True)
        begun = state["step"]
        optimizer.load_state_dict(state["optimizer"])
        for now, then in ((learnt, state["weights"]), (average, state["average"])):
            for p, its in zip(now, then, strict=True):
                p.data.copy_(its)
    tokenizer, number = open_pieces(folder / "tokenizer.json"), fastest_format(device)
    since = perf_counter()
    losses: list[float] = []
    judge = _judge(network, device, number)
    lessons_left = steps(taught, found, tokenizer, judge, begun, turns)
    for step, rows in zip(range(begun, whole), lessons_left, strict=False):
        losses.append(0.0)
        for group in optimizer.param_groups:
            group["lr"] = RATE * rate(step, whole)
        optimizer.zero_grad()
        for b in rows:
            with torch.autocast(device, number, enabled=number != torch.float32):
                lost = loss(network, _on(b, device)) / len(rows)
            torch.autograd.backward(lost)
            losses[-1] += float(lost.detach())
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimizer.step()
        for p, mean in zip(learnt, average, strict=True):
            mean.lerp_(p.detach(), 1 - min(AVERAGED, (step + 1) / (step + 10)))
        if (step + 1) % KEPT_EVERY == 0 or step + 1 == whole:
            _told(step + 1, whole, losses, perf_counter() - since, begun)
            losses.clear()
            state = {
                "step": step + 1,
                "weights": [p.detach() for p in learnt],
                "average": average,
                "optimizer": optimizer.state_dict(),
            }
            torch.save(state, kept.with_suffix(".part"))
            kept.with_suffix(".part").replace(kept)
    for p, mean in zip(learnt, average, strict=True):
        p.data.copy_(mean)
    return network.eval()


def _judge(network: Network, device: str, number: torch.dtype) -> Judge:
    """Let the network that is being trained say how much passages seem to answer."""

    def judge(rows: Sequence[Made]) -> list[float]:
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][1].ids))
        said: list[float] = []
        for b in batches([rows[i] for i in order]):
            with torch.no_grad(), torch.autocast(device, number, enabled=number != torch.float32):
                on = _on(b, device)
                said += network(on.ids, on.mask)[2].tolist()
        return [logit for _, logit in sorted(zip(order, said, strict=True))]

    return judge


def mix(network: Network, reader: Path, share: float) -> None:
    """Take `share` of each weight from a reader that the training began with.

    The mean of both reads better than either (Wortsman et al. 2022, WiSE-FT).
    """
    trained = {name: t.detach().clone() for name, t in network.state_dict().items()}
    restore(network, reader)
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point():
            tensor.lerp_(trained[name], 1 - share)


def _on(b: Batch, device: str) -> Batch:
    return b if device == "cpu" else Batch(*(getattr(b, f).to(device) for f in b.__annotations__))


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
