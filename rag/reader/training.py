"""A network that is being trained, and the file from which its training goes on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from rag.errors import TrainingError
from rag.reader.batches import SEED, Batch, Made, batches
from rag.reader.network import Network
from vectorstore.embed import fastest_format

UNSEEN = -1e4
"""The logit of a piece that no answer can start or end at."""

RATE = 2e-4
WARMUP = 0.05
COOLED = 0.3
"""Shares of all steps in which the rate rises to its highest, and at the end falls to nothing."""

DECAY = 0.01
AVERAGED = 0.998
"""How much of the weights' running average stays at each step."""

TAUGHT = 0.5
"""Share of where answers are that an earlier reader tells, where there is one."""


def loss(network: Network, b: Batch, teacher: Network | None = None) -> Tensor:
    """Give the loss: where the answer is, and whether there is one.

    An earlier reader as `teacher` keeps what it learnt of where answers begin and end from being
    lost over harder rows (Li and Hoiem 2016, Learning without Forgetting).
    """
    start, end, answers = network(b.ids, b.mask)
    begins, ends = _places(b, teacher)
    where = functional.cross_entropy(start.masked_fill(b.outside, UNSEEN), begins)
    where = where + functional.cross_entropy(end.masked_fill(b.outside, UNSEEN), ends)
    whether = functional.binary_cross_entropy_with_logits(answers, b.answers)
    return where / 2 + whether / 2


def _places(b: Batch, teacher: Network | None) -> tuple[Tensor, Tensor]:
    """Give how likely an answer starts and ends at each piece, (rows, pieces).

    The teacher counts as much as it finds the right piece likely.
    """
    size, right = b.ids.shape[1], b.answers > 0
    begins = functional.one_hot(b.start, size).float()
    ends = functional.one_hot(b.end, size).float()
    if teacher is None or not right.any():
        return begins, ends
    with torch.no_grad():
        start, end, _ = teacher(b.ids[right], b.mask[right])
    outside = b.outside[right]
    outside[:, 0] = True
    for told, places in ((start, begins), (end, ends)):
        likely = told.masked_fill(outside, UNSEEN).softmax(1)
        share = TAUGHT * (likely * places[right]).sum(1, keepdim=True)
        places[right] = places[right].lerp(likely, share)
    return begins, ends


def rate(step: int, whole: int) -> float:
    """Give the share of the highest rate at a step.

    Up, level, and down at the end (Hu et al. 2024, WSD).
    """
    left = (whole - step) / (COOLED * whole)
    return min(1.0, (step + 1) / (WARMUP * whole), left)


class Training:
    """A network, the running average of its weights, and the steps behind it.

    Goes on from the file `kept` where there is one; TrainingError where that is not of `course`,
    which names all that a training depends on.
    """

    def __init__(
        self,
        network: Network,
        whole: int,
        kept: Path,
        highest: float = RATE,
        teacher: Network | None = None,
        course: str = "",
        seed: int = SEED,
    ) -> None:
        self.network = network.train()
        self._teacher = teacher.eval() if teacher else None
        self.whole = whole
        self.highest = highest
        self.step = 0
        self._kept, self._course, self._seed = kept, course, seed
        self._learnt = [p for p in network.parameters() if p.requires_grad]
        self._average = [p.detach().clone() for p in self._learnt]
        self._optimizer = torch.optim.AdamW(self._learnt, lr=highest, weight_decay=DECAY)
        self._device = self._learnt[0].device.type
        self._number = fastest_format(self._device)
        if kept.exists():
            self._go_on()

    def _go_on(self) -> None:
        state = torch.load(self._kept, map_location=self._device, weights_only=True)
        if state.get("course", "") != self._course:
            raise TrainingError(
                f"{self._kept} is what is left of a training with other lessons or other numbers."
                " Remove it, or give another folder with --work."
            )
        self.step = state["step"]
        self._optimizer.load_state_dict(state["optimizer"])
        for now, then in ((self._learnt, state["weights"]), (self._average, state["average"])):
            for p, its in zip(now, then, strict=True):
                p.data.copy_(its)

    def keep(self) -> None:
        """Write down what the training goes on from."""
        state = {
            "step": self.step,
            "course": self._course,
            "weights": [p.detach() for p in self._learnt],
            "average": self._average,
            "optimizer": self._optimizer.state_dict(),
        }
        torch.save(state, self._kept.with_suffix(".part"))
        self._kept.with_suffix(".part").replace(self._kept)

    def learn(self, rows: Sequence[Batch]) -> float:
        """Take a step with batches; give their mean loss."""
        torch.manual_seed(self._seed + self.step)
        for group in self._optimizer.param_groups:
            group["lr"] = self.highest * rate(self.step, self.whole)
        self._optimizer.zero_grad()
        mean_loss = 0.0
        for b in rows:
            with self._fast():
                lost = loss(self.network, self._here(b), self._teacher) / len(rows)
            torch.autograd.backward(lost)
            mean_loss += float(lost.detach())
        torch.nn.utils.clip_grad_norm_(self._learnt, 1.0)
        self._optimizer.step()
        share = 1 - min(AVERAGED, (self.step + 1) / (self.step + 10))
        for p, mean in zip(self._learnt, self._average, strict=True):
            mean.lerp_(p.detach(), share)
        self.step += 1
        return mean_loss

    def judge(self, rows: Sequence[Made]) -> list[float]:
        """Say how much passages seem to answer by now (logits)."""
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][1].ids))
        said: list[float] = []
        self.network.eval()
        for b in batches([rows[i] for i in order]):
            with torch.no_grad(), self._fast():
                here = self._here(b)
                said += self.network(here.ids, here.mask)[2].tolist()
        self.network.train()
        return [logit for _, logit in sorted(zip(order, said, strict=True))]

    def averaged(self) -> Network:
        """End the training: give the network with the average of its weights."""
        for p, mean in zip(self._learnt, self._average, strict=True):
            p.data.copy_(mean)
        return self.network.eval()

    def _fast(self) -> AbstractContextManager[object]:
        return torch.autocast(self._device, self._number, enabled=self._number != torch.float32)

    def _here(self, b: Batch) -> Batch:
        return Batch(*(getattr(b, field).to(self._device) for field in b.__annotations__))
